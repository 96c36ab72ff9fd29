"""A run read back from its file is that run, to the bit; other files are refused with a reason."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import skipviz as sv
from skipviz.data import DataError, from_csv
from skipviz.runs import stored
from skipviz.training import Run

NETWORK = sv.Network.mlp(depth=4, width=8, skips=((1, 3),)).add_skip(0, 2, kind="projection")


@pytest.fixture(scope="module")
def run() -> Run:
    arms = ("skip", "leave_one_out", sv.Arm(name="half", forward=0.5))
    return sv.train(NETWORK, "moons", steps=8, seeds=2, arms=arms, probes="full", snapshot_every=3)


@pytest.fixture
def file(run: Run, tmp_path: Path) -> Path:
    run.save(tmp_path / "run.npz")
    return tmp_path / "run.npz"


def assert_same(one: Run, other: Run) -> None:
    assert (one.network, one.settings, one.info) == (other.network, other.settings, other.info)
    assert (one.steps, one.device, one.failures) == (other.steps, other.device, other.failures)
    assert one.constant == other.constant
    for part in stored.PARTS:
        ours, theirs = getattr(one, part), getattr(other, part)
        assert ours.names == theirs.names
        assert ours.steps.tobytes() == theirs.steps.tobytes()
        for name in ours.names:
            assert ours.column(name).dtype == theirs.column(name).dtype
            assert ours.column(name).tobytes() == theirs.column(name).tobytes()


def test_it_comes_back_to_the_bit(run: Run, file: Path) -> None:
    read = sv.load_run(file)
    assert isinstance(read, Run)
    assert_same(run, read)
    for arm in run.arms:
        np.testing.assert_array_equal(run.predicted(arm, 1), read.predicted(arm, 1))
    assert repr(read) == repr(run)


def test_the_name_of_the_file_is_the_one_given(run: Run, tmp_path: Path) -> None:
    sv.save_run(run, tmp_path / "of any name")
    assert_same(run, sv.load_run(tmp_path / "of any name"))


def test_failures_own_data_and_runs_without_a_step_come_back_too(tmp_path: Path) -> None:
    rows = "\n".join(f"{i / 7},{i % 3},{'ab'[i % 2]}" for i in range(40))
    own = from_csv(f"u,v,kind\n{rows}\n".encode())
    for made in (
        sv.train(NETWORK, own, steps=3),
        sv.train(NETWORK, steps=6, learning_rate=100.0, optimizer="sgd"),
        Run(NETWORK, sv.Settings()),
    ):
        made.save(tmp_path / "run")
        assert_same(made, Run.load(tmp_path / "run"))


def rewritten(file: Path, **changes: object) -> Path:
    """The file with other arrays; None leaves one out."""
    with np.load(file) as held:
        arrays = dict(held) | {name.replace("__", "/"): value for name, value in changes.items()}
    np.savez(file, **{name: value for name, value in arrays.items() if value is not None})
    return file


def told(file: Path, **changes: object) -> np.ndarray:
    with np.load(file) as held:
        before = json.loads(str(held["told"]))
    if "settings" in changes:
        changes["settings"] = before["settings"] | changes["settings"]
    return np.array(json.dumps(before | changes))


def test_what_is_told_is_held_to_its_schema(file: Path) -> None:
    for changes, word in (
        ({"version": 2}, "version"),
        ({"format": "another"}, "format"),
        ({"steps": -1}, "steps"),
        ({"surprise": 1}, "surprise"),
        ({"network": {"layers": [{"kind": "nothing"}]}}, "network"),
        ({"settings": {"data": "nothing of the kind"}}, "data"),
        ({"settings": {"data": "own"}}, "what its data are"),
    ):
        content = file.read_bytes()
        with pytest.raises(DataError, match=word):
            sv.load_run(rewritten(file, told=told(file, **changes)))
        file.write_bytes(content)


def test_series_are_held_to_names_sizes_and_order(file: Path) -> None:
    with np.load(file) as held:
        loss, steps = held["_rows/loss"], held["_rows/steps"]
    for changes in (
        {"_rows__loss": loss[:-1]},
        {"_rows__loss": loss.astype(np.float64)},
        {"_rows__loss": loss[:, :1]},
        {"_rows__loss": None},
        {"_rows__steps": steps[::-1]},
        {"_rows__steps": steps.astype(np.float32)},
        {"_rows__steps": steps - 1},
        {"_rows__surprise": loss},
        {"surprise": loss},
        {"predicted": loss},
    ):
        content = file.read_bytes()
        with pytest.raises(DataError):
            sv.load_run(rewritten(file, **changes))
        file.write_bytes(content)


def test_nothing_is_unpickled(file: Path) -> None:
    with pytest.raises(DataError):
        sv.load_run(rewritten(file, _rows__loss=np.array([{"a": 1}], dtype=object)))


@pytest.mark.parametrize("size", [0, 1, 100, -200])
def test_a_file_cut_short_is_damaged(file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(DataError):
        Run.load(file)


def test_a_changed_byte_never_does_more_than_being_refused(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for place in np.random.default_rng(0).integers(0, len(content), 60):
        changed = bytearray(content)
        changed[place] ^= 0xFF
        file.write_bytes(changed)
        try:
            Run.load(file)
        except DataError:
            continue


def test_what_announces_more_than_there_is_takes_no_memory(file: Path, tmp_path: Path) -> None:
    header = io.BytesIO()
    claimed = {"descr": "<f4", "fortran_order": False, "shape": (2**40,)}
    np.lib.format.write_array_header_1_0(header, claimed)
    bad = tmp_path / "bad.npz"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(bad, "w") as new:
        for name in old.namelist():
            new.writestr(name, header.getvalue() if name == "_rows/loss.npy" else old.read(name))
    with pytest.raises(DataError, match="announces more"):
        Run.load(bad)


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path: Path, monkeypatch) -> None:
    bomb = tmp_path / "bomb.npz"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("told.npy", bytes(2 * 10**6))
    monkeypatch.setattr(stored, "MOST_BYTES", 10**6)
    with pytest.raises(DataError, match="unpacks to more"):
        Run.load(bomb)
    monkeypatch.setattr(stored, "LARGEST_FILE", 10)
    with pytest.raises(DataError, match="at most"):
        Run.load(bomb)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "run.npz is empty: "),
        (b"junk", "run.npz is damaged, or no NPZ: it does not begin as one does"),
        (b"PK\x03\x04 and no more", "run.npz is a damaged NPZ: it begins as one does"),
    ],
)
def test_a_damaged_npz_is_told_as_one(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "run.npz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        sv.load_run(path)
    assert str(caught.value).startswith(said)
