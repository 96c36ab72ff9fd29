"""The bar tells how far a training is where somebody looks, and is silent elsewhere."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

import skipviz as sv
from skipviz.cli import main
from skipviz.runs import bar
from skipviz.runs.bar import line

NETWORK = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))


def notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = ModuleType("IPython")
    shell.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", shell)


def test_a_line_says_how_far_it_is() -> None:
    assert line(50, 200, 1.0) == f"[{'#' * 6}{'-' * 18}] 50 of 200 steps, 3 s left"
    assert line(0, 200, 1.0).endswith("0 of 200 steps, 1.0 s")
    assert line(2000, 2000, 7.25) == f"[{'#' * 24}] 2,000 of 2,000 steps, 7.2 s"


def test_it_is_shown_where_it_is_asked_for(capsys) -> None:
    sv.train(NETWORK, steps=3, progress=True)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.rstrip().endswith(" s")
    assert "3 of 3 steps" in told.err


def test_a_script_is_told_nothing_and_neither_is_a_measurement_without_a_step(capsys) -> None:
    sv.train(NETWORK, steps=3)
    sv.train(NETWORK, steps=0, progress=True)
    assert capsys.readouterr() == ("", "")


def test_a_notebook_without_tqdm_gets_the_line(capsys, monkeypatch) -> None:
    notebook(monkeypatch)
    monkeypatch.setattr(bar, "find_spec", lambda _: None)
    sv.train(NETWORK, steps=3)
    assert "3 of 3 steps" in capsys.readouterr().err
    sv.train(NETWORK, steps=3, progress=False)
    assert capsys.readouterr().err == ""


def test_a_notebook_with_tqdm_gets_its_bar(capsys, monkeypatch) -> None:
    class Bar:
        n = 0

        def __init__(self, total: int, unit: str) -> None:
            made.append((total, unit))

        def update(self, steps: int) -> None:
            self.n += steps

        def __enter__(self) -> "Bar":
            return self

        def __exit__(self, *_: object) -> None:
            made.append(self.n)

    made: list[object] = []
    auto = ModuleType("tqdm.auto")
    auto.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tqdm", ModuleType("tqdm"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", auto)
    monkeypatch.setattr(bar, "find_spec", lambda _: auto)
    notebook(monkeypatch)
    sv.train(NETWORK, steps=3)
    assert made == [(3, "step"), 3]
    assert capsys.readouterr().err == ""


def test_the_command_shows_it_on_a_terminal_only(capsys, monkeypatch) -> None:
    assert main(["train", "forward_skip", "--steps", "3"]) == 0
    assert "of 3 steps" not in capsys.readouterr().err
    monkeypatch.setattr("skipviz.cli.train.on_terminal", lambda: True)
    assert main(["train", "forward_skip", "--steps", "3"]) == 0
    assert "3 of 3 steps" in capsys.readouterr().err
