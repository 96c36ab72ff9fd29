"""A loop of one's own, shown live: what is told of it, and what is asked of it."""

import threading
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor, nn

import skipviz as sv
from skipviz.engine.own_model import live_watch
from skipviz.engine.own_model.examples import residual_mlp
from skipviz.engine.own_model.watch import Watch
from skipviz.own_model.live.messages import LiveFrame, Steer, Switch
from skipviz.own_model.live.source import Source
from tests.bounded import wait_until


class NoServer:
    """In place of the process that serves the page."""

    runs = True

    def __init__(self, source: Source, port: int | None) -> None:
        self.source, self.port = source, port

    def open(self, browser: bool) -> str:
        assert not browser
        return "http://127.0.0.1/"


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_watch, "PageServer", NoServer)


@pytest.fixture
def watched() -> Iterator[tuple[nn.Module, Watch, Source]]:
    """A model with 3 skips, watched and shown."""
    model = residual_mlp()
    with sv.watch(model, shares_every=2) as watch:
        watch.open(browser=False)
        assert watch._live is not None
        yield model, watch, watch._live.source
    watch._live.source.close("The test is over.", timeout=0)


def passed(model: nn.Module) -> Tensor:
    torch.manual_seed(0)
    loss = model(torch.randn(4, 8)).square().mean()
    loss.backward()
    return loss.detach()


def frames(source: Source) -> list[LiveFrame]:
    return list(source._frames)


def test_every_backward_pass_is_told_with_its_arm(watched) -> None:
    model, watch, source = watched
    passed(model)
    with watch.arm("plain", only=watch.skips[1]):
        passed(model)
    told = [(each.step, each.parts[0].arm, each.parts[0].cut) for each in frames(source)]
    assert told == [(0, "skip", ()), (1, "plain", (1,))]
    norms = [list(each.parts[0].norms) for each in frames(source)]
    assert norms == watch.gradient_norms().tolist()
    assert [each.parts[0].shares is None for each in frames(source)] == [False, True]
    assert source.state.weights == "in turns"
    assert not source.state.steers


def test_a_switch_holds_from_the_next_forward_pass_on(watched) -> None:
    model, _, source = watched
    whole = passed(model)
    source.desk.take_in(Switch(arm="plain", cut=None))
    assert passed(model) == whole  # the pass at whose end it is taken
    assert passed(model) != whole
    assert frames(source)[-1].parts[0].cut is None
    assert source.state.cut is None
    source.desk.take_in(Switch(arm="plain", cut=()))
    passed(model)
    assert passed(model) == whole
    assert frames(source)[-1].parts[0].arm == "skip"


def test_an_arm_of_the_loop_itself_is_not_disturbed(watched) -> None:
    model, watch, source = watched
    passed(model)
    with watch.arm("plain"):
        without = passed(model)
        source.desk.take_in(Switch(arm="plain", cut=(0,)))
        assert passed(model) == without
        assert passed(model) == without
    passed(model)
    passed(model)
    assert frames(source)[-1].parts[0].cut == (0,)


def test_a_skip_that_is_not_there_changes_nothing(watched) -> None:
    model, _, source = watched
    whole = passed(model)
    source.desk.take_in(Switch(cut=(3,)))
    passed(model)
    assert passed(model) == whole


def test_pause_holds_the_loop_until_it_is_released(watched) -> None:
    model, _, source = watched
    passed(model)
    source.desk.take_in(Steer(do="pause"))
    ended = threading.Event()

    def loop() -> None:
        passed(model)
        ended.set()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    wait_until(lambda: source.state.doing == "paused" or ended.is_set())
    assert not ended.is_set()
    source.desk.release()
    assert ended.wait(30)
    assert source.state.doing == "running"


def test_a_watch_that_ends_says_so_and_goes_on_when_it_does() -> None:
    model = residual_mlp()
    watch = sv.watch(model)
    watch.open(browser=False)
    assert watch._live is not None
    source = watch._live.source
    with watch:
        passed(model)
    assert source.state.doing == "idle"
    with watch:
        passed(model)
        assert source.state.doing == "running"
    assert [each.step for each in frames(source)] == [0, 1]
    source.close("", timeout=0)
