"""The page *Your model* as Streamlit runs it, without a browser."""

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest
from torch import nn

import skipviz as sv
from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.own_model.saved import saved
from skipviz.runs.painted import painted
from skipviz.runs.verdict import verdict
from skipviz.ui.model.brought import EXAMPLES, example
from tests.app.helpers import APP, button, component, ran, session


class Residual(nn.Module):
    """Three layers, the second of them passed by."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.branch, self.last = (nn.Linear(4, 4) for _ in range(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        state = torch.tanh(self.first(x))
        return self.last(state + torch.tanh(self.branch(state)))


@pytest.fixture
def file(tmp_path: Path) -> bytes:
    """A run of a model with one skip, as `sv.save_run` writes it."""
    data = [torch.randn(8, 4) for _ in range(3)]
    run = sv.compare(Residual(), lambda net, x: net(x).square().mean(), data, steps=3)
    sv.save_run(run, tmp_path / "run.json")
    return (tmp_path / "run.json").read_bytes()


def opened() -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=60)
    page.session_state["part_model_tray"] = True
    page.switch_page("pages/model.py")
    return ran(page)


def said(page: AppTest) -> str:
    html = " ".join(each.proto.body for each in page.get("html"))
    text = unescape(re.sub("<[^>]+>", "", html.replace("</h1>", " ")))
    return text.replace("\u00a0", " ")  # within numbers


def charts(page: AppTest) -> list[str]:
    return [each["name"] for each in component(page, "skipviz_live_charts")["charts"]]


def test_a_run_can_be_taken_along_as_a_file_and_as_a_report(monkeypatch) -> None:
    files: dict[str, bytes] = {}

    def kept(_: str, data: Callable[[], bytes], name: str, *__: object, **___: object) -> None:
        files[name] = data()

    monkeypatch.setattr(st, "download_button", kept)
    opened()
    run = example("resnet18")
    assert json.loads(files["run.json"]) == json.loads(saved(run).model_dump_json())
    assert str(verdict(run)).split(".")[0] in unescape(
        re.sub("<[^>]+>", "", files["report.html"].decode())
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_what_was_measured_of_it(name: str) -> None:
    page = opened()
    page.get("button_group")[0].set_value(name)
    ran(page)
    run = example(name)
    assert str(verdict(run)) in said(page)
    assert run.own_skips.headline in said(page)
    assert charts(page) == ["model_layers", "model_loss", "model_history"]
    assert page.select_slider[0].value == 39


def test_an_earlier_step_is_shown_in_sentence_and_charts() -> None:
    page = opened()
    page.select_slider[0].set_value(0)
    ran(page)
    assert str(verdict(example("resnet18"), 0)) in said(page)
    assert "step 0" in said(page)


def test_the_drawing_has_the_gradients_of_the_arm_chosen() -> None:
    page = opened()
    run = example("resnet18")
    for arm in ("skip", "plain"):
        page.get("button_group")[1].set_value(arm)
        ran(page)
        expected = drawing(run.structure, painted(run).arms[arm])
        assert component(page, "skipviz_model_drawing")["svg"] == expected


def test_a_file_of_ones_own_is_shown_and_counted(file: bytes) -> None:
    page = opened()
    assert session(page).bytes == 0
    page.file_uploader[0].set_value(("run.json", file, "application/json"))
    ran(page)
    shown = session(page).model
    assert isinstance(shown, ModelRun)
    assert str(verdict(shown)) in said(page)
    assert "Residual: 1 skip (1 add)" in said(page)
    assert session(page).bytes == shown.bytes


def test_a_file_that_is_no_run_changes_nothing_and_says_why_beside_it(file: bytes, toasts) -> None:
    page = opened()
    damaged = json.dumps(json.loads(file) | {"arms": "else"}).encode()
    for content, why in ((damaged, "arms"), (b"\xd9\x00", "run.json is no text")):
        page.file_uploader[0].set_value(("run.json", content, "application/json"))
        ran(page)
        assert session(page).model is None
        (shown,) = page.error
        assert why in shown.value
        assert not toasts
    page.file_uploader[0].set_value(("run.json", file, "application/json"))
    ran(page)
    assert not page.error


def traces(page: AppTest, name: str) -> list[str]:
    sent = component(page, "skipviz_live_charts")["charts"]
    figure = json.loads(next(each["figure"] for each in sent if each["name"] == name))
    return [trace["name"] for trace in figure["data"]]


def test_a_run_that_is_kept_lies_over_the_next_one() -> None:
    page = opened()
    first = traces(page, "model_layers")
    button(page, "Keep").click()
    ran(page)
    tray = session(page).model_tray
    assert [kept.name for kept in tray.runs] == ["A"]
    assert session(page).bytes >= tray.runs[0].run.bytes
    page.get("button_group")[0].set_value("unet")
    ran(page)
    after = traces(page, "model_layers")
    assert [name for name in after if name.startswith("A ")] == [f"A {name}" for name in first]
    assert any(name.startswith("A ") for name in traces(page, "model_loss"))
    assert any("ResNet" in each.value for each in page.caption)
    button(page, "Open").click()
    ran(page)
    assert session(page).model is tray.runs[0].run
    assert [n for n in traces(page, "model_layers") if not n.startswith("A ")] == first


def test_a_kept_run_can_be_named_and_forgotten() -> None:
    page = opened()
    button(page, "Keep").click()
    ran(page)
    name = next(each for each in page.text_input if each.value == "A")
    name.set_value("as it was")
    ran(page)
    assert any(name.startswith("as it was ") for name in traces(page, "model_layers"))
    button(page, "Forget").click()
    ran(page)
    assert session(page).model_tray.runs == []
    assert not any(name.startswith("as it was ") for name in traces(page, "model_layers"))
