"""The connection between a model and its page: real sockets on the loopback interface."""

import contextlib
import json
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection

import pytest

from skipviz.language import _, again_within
from skipviz.own_model.live import source as source_module
from skipviz.own_model.live.messages import (
    MOST_FRAMES,
    LiveFrame,
    Part,
    Steer,
    Switch,
    told_in,
)
from skipviz.own_model.live.reader import Reader
from skipviz.own_model.live.source import GONE, LOOPBACK, Source
from skipviz.own_model.structure import Layer, Skip, Structure
from tests.bounded import wait_until
from tests.chinese import chinese

LONG = 30  # seconds until a test gives up


def structure(layers: int = 3, skips: int = 2) -> Structure:
    return Structure(
        model="Net",
        layers=tuple(Layer(name=str(k), weights=(f"{k}.weight",), depth=k) for k in range(layers)),
        skips=tuple(
            Skip(index=k, merge=k, kind="add", source=str(k), target=str(k + 1), operation="add",
                 file="net.py", line=k + 1, span=1, from_depth=k, to_depth=k + 1)
            for k in range(skips)
        ),
    )  # fmt: skip


def frame(step: int, cut: tuple[int, ...] | None = None, norm: float = 1.0) -> LiveFrame:
    whole = Part(arm="skip", cut=(), loss=0.5, norms=(norm,) * 3)
    without = Part(arm="plain", cut=cut, loss=0.25, norms=(norm / 2,) * 3)
    return LiveFrame(step=step, seconds=step / 10, parts=(whole, without))


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.close("The test is over.")


@pytest.fixture
def reader(source: Source) -> Iterator[Reader]:
    made = Reader(source.port, source.key)
    yield made
    made.close()


def has(reader: Reader, steps: int) -> bool:
    return reader.wait_until(
        lambda: reader.run is not None and reader.run.steps >= steps, timeout=LONG
    )


def test_what_is_told_arrives_as_a_run(source: Source, reader: Reader) -> None:
    source.tell_structure(structure())
    for step in range(5):
        source.tell_frame(frame(step, norm=step + 1.0))
    assert has(reader, 5)
    run = reader.run
    assert run is not None
    assert run.arms == ("skip", "plain")
    assert run.gradient_norms("skip")[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert run.gradient_norms("plain")[:, 2].tolist() == [0.5, 1, 1.5, 2, 2.5]
    assert run.loss("plain").tolist() == [0.25] * 5
    assert run.beside_training


def test_a_note_is_said_again_to_who_reads_it_and_is_plain_text_in_a_file(
    source: Source, reader: Reader
) -> None:
    bare = "{problem}. {fix}."
    source.tell_structure(structure())
    source.tell_state(notes=(_(bare, problem=_("Layer {layer}", layer=3), fix=_("Remove it")),))
    assert reader.wait_until(lambda: bool(reader.state.notes), LONG)
    assert reader.state.notes == ("Layer 3. Remove it.",)
    with chinese():
        assert again_within(reader.state.notes) == ("第 3 层。去掉它。",)
    assert json.loads(reader.state.model_dump_json())["notes"] == ["Layer 3. Remove it."]


def test_a_reader_that_comes_late_is_told_what_there_is(source: Source) -> None:
    source.tell_structure(structure())
    source.tell_frame(frame(7))
    source.tell_state(doing="paused")
    with contextlib.closing(Reader(source.port, source.key)) as reader:
        assert has(reader, 1)
        assert reader.wait_until(lambda: reader.state.doing == "paused", LONG)


def test_other_skips_cut_begin_the_arm_anew_and_keep_the_model(
    source: Source, reader: Reader
) -> None:
    source.tell_structure(structure())
    source.tell_frame(frame(0))
    assert has(reader, 1)
    source.tell_frame(frame(1, cut=(1,)))
    assert has(reader, 2)
    run = reader.run
    assert run is not None
    assert run.cut == frozenset({1})
    assert run.label_of("plain") == "without 1 of 2"
    assert run.gradient_norms("skip")[:, 0].tolist() == [1, 1]
    assert run.gradient_norms("plain")[:, 0].tolist()[1] == 0.5
    assert str(run.gradient_norms("plain")[0, 0]) == "nan"
    assert run.together(0).arms == ("skip",)


def test_commands_reach_the_desk(source: Source, reader: Reader) -> None:
    reader.ask(Steer(do="pause"))
    reader.ask(Switch(arm="plain_unscaled", cut=(0,)))
    asked: list[Switch] = []

    def taken() -> bool:
        asked.extend(filter(None, [source.desk.switch()]))
        return bool(asked)

    wait_until(taken)
    found = Switch(arm="plain_unscaled", cut=(0,))
    assert asked == [found]
    assert source.desk.paused
    assert reader.switched == found  # until the loop says what it has made of it
    source.tell_state(arm="plain_unscaled", cut=(0,))
    assert reader.wait_until(lambda: reader.state.cut == (0,), LONG)


def test_a_reader_that_goes_lets_a_paused_loop_go_on(source: Source) -> None:
    with contextlib.closing(Reader(source.port, source.key)) as reader:
        reader.ask(Steer(do="pause"))
        wait_until(lambda: source.desk.paused)
        assert source.desk.wait()
    wait_until(lambda: not source.desk.wait())


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\x80\x04}.",
        b"{",
        b'{"do": "run", "code": "1"}',
        b'{"do": "switch", "cut": [-1]}',
        b'{"do": "switch", "arm": "skip"}',
        b'{"do": "pause", "more": 1}',
        b"[" * 100_000,
    ],
)
def test_rubbish_ends_the_connection_and_nothing_else(source: Source, text: bytes) -> None:
    with Client((LOOPBACK, source.port), authkey=source.key.encode()) as connection:
        connection.send_bytes(text)
        _read_to_the_end(connection)
    assert source.desk.switch() is None
    assert not source.desk.paused
    with contextlib.closing(Reader(source.port, source.key)) as reader:
        source.tell_structure(structure())
        source.tell_frame(frame(0))
        assert has(reader, 1)


def test_a_message_that_is_too_long_is_not_read(source: Source) -> None:
    with Client((LOOPBACK, source.port), authkey=source.key.encode()) as connection:
        with socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as raw:
            raw.sendall(struct.pack("!i", 2**30))
        _read_to_the_end(connection)


def _read_to_the_end(connection: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        while connection.poll(LONG):
            connection.recv_bytes()
        pytest.fail("it did not come to an end in time")


def test_nobody_comes_in_without_the_key(source: Source) -> None:
    with pytest.raises(AuthenticationError):
        Reader(source.port, "another")
    assert not source.wait_for_reader(0)


def test_whoever_says_nothing_is_shut_out(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "PATIENCE", 0.05)
    with socket.create_connection((LOOPBACK, source.port), LONG) as raw:
        while raw.recv(4096):
            pass
    with contextlib.closing(Reader(source.port, source.key)):
        assert source.wait_for_reader(LONG)


def test_whoever_speaks_another_language_is_shut_out(source: Source) -> None:
    with socket.create_connection((LOOPBACK, source.port), LONG) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            while raw.recv(4096):
                pass
    assert not source.wait_for_reader(0)


def test_only_so_many_read_at_a_time(source: Source) -> None:
    readers = [Reader(source.port, source.key) for _ in range(source_module.MOST_READERS)]
    one_more = Reader(source.port, source.key)
    assert one_more.wait_until(lambda: one_more.gone or one_more.ended, LONG)
    for each in (*readers, one_more):
        each.close()


def test_a_slow_reader_holds_nobody_up_and_is_told_the_newest(source: Source) -> None:
    """Megabytes more than a socket takes, while nobody reads: older frames are dropped."""
    many = structure(layers=3000, skips=0)
    wide = Part(arm="skip", cut=(), norms=(0.123456789,) * 3000)
    with Client((LOOPBACK, source.port), authkey=source.key.encode()) as connection:
        assert source.wait_for_reader(LONG)
        source.tell_structure(many)
        for step in range(2000):
            source.tell_frame(LiveFrame(step=step, seconds=0.0, parts=(wide,)))
            assert len(source._frames) <= min(MOST_FRAMES, source_module.MOST_WAITING // 3000)
        last = -1
        steps: list[int] = []
        while last < 1999:
            assert connection.poll(LONG)
            steps += [each.step for each in told_in(connection.recv_bytes()).frames]
            last = steps[-1] if steps else -1
    assert steps == sorted(set(steps))
    assert len(steps) < 2000


def test_the_end_is_told_with_what_came_before_it(source: Source, reader: Reader) -> None:
    assert source.wait_for_reader(LONG)  # who comes later is told only that it is over
    source.tell_structure(structure())
    source.tell_frame(frame(0))
    source.close("Finished: 1 step.")
    assert reader.wait_until(lambda: reader.ended, LONG)
    assert reader.state.why == "Finished: 1 step."
    assert reader.run is not None
    assert reader.run.steps == 1


def test_a_process_that_is_killed_is_told_to_have_ended() -> None:
    code = (
        "import sys\n"
        "from skipviz.own_model.live.source import Source\n"
        "from skipviz.own_model.structure import Structure\n"
        "source = Source(); source.tell_structure(Structure(model='Net'))\n"
        "print(source.port, source.key, flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port, key = process.stdout.readline().split()
        reader = Reader(int(port), key)
        process.kill()
        assert reader.wait_until(lambda: reader.ended, LONG)
    assert reader.state.why == GONE
    reader.close()


@pytest.mark.parametrize(
    "told",
    [
        [frame(0)],  # no structure
        [structure(layers=2), frame(0)],
        [structure(), frame(1), frame(1)],
    ],
    ids=["none", "other", "twice"],
)
def test_what_does_not_fit_ends_the_reading_and_says_so(
    source: Source, reader: Reader, told: list[Structure | LiveFrame]
) -> None:
    for each in told:
        if isinstance(each, Structure):
            source.tell_structure(each)
        else:
            source.tell_frame(each)
    assert reader.wait_until(lambda: reader.ended, LONG)
    assert "cannot be read" in reader.state.why


def test_the_ends_need_no_torch() -> None:
    code = "import sys, skipviz.own_model.live.source, skipviz.own_model.live.reader; "
    code += "sys.exit('torch' in sys.modules or 'streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
