"""What the page says of the weights of a run, and offers of them."""

import json
import struct
from typing import Any

import pytest
import torch

from skipviz import data, export, link, presets
from skipviz.export.weights import safetensors_file
from skipviz.settings import Settings
from skipviz.ui.playground import trained_weights
from tests.app.helpers import button, opened, ran, session
from tests.unit.export.exported import module_of

START = presets.load("forward_skip")
SETTINGS = Settings(steps=3, seeds=2, seed=4)
BUTTON = "Trained weights (safetensors)"


def trained(page: Any, wait: bool = True) -> Any:
    button(page, "Train").click()
    ran(page)
    if wait:
        assert session(page).job.wait_until_ended(60)
    return ran(page)


def offered(page: Any) -> bool:
    found = next(e.proto for e in page.get("download_button") if e.proto.label == BUTTON)
    return not found.disabled


def captions(page: Any) -> str:
    return " ".join(each.value for each in page.caption)


def test_they_are_offered_of_every_arm_and_seed_once_a_run_has_ended() -> None:
    page = opened(link.encode(START, SETTINGS))
    assert not offered(page)
    assert trained_weights.LATER in captions(page)
    trained(page)
    assert offered(page)
    choice = next(each for each in page.selectbox if each.label == "Weights of the arm")
    assert choice.options == [f"{a}, seed {s}" for a in ("with skips", "without") for s in (4, 5)]
    assert trained_weights.OTHER_ARM not in captions(page)
    choice.set_value(("plain", 1))
    ran(page)
    assert trained_weights.OTHER_ARM in captions(page)
    assert trained_weights.REDRAWN not in captions(page)
    session(page).draw(START.add_skip(1, 9))
    ran(page)
    assert trained_weights.REDRAWN in captions(page)


def test_the_file_in_the_exported_source_gives_what_the_run_measured() -> None:
    page = trained(opened(link.encode(START, SETTINGS)))
    run = session(page).job.run
    content = safetensors_file(run, "skip", 1)
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    del header["__metadata__"]
    module = module_of(export.pytorch(START, run.info.input_shape, run.info.outputs))
    module.load_state_dict(
        {
            name: torch.frombuffer(
                bytearray(content[8 + length :][slice(*entry["data_offsets"])]), dtype=torch.float32
            ).reshape(entry["shape"])
            for name, entry in header.items()
        }
    )
    split = data.split_of(run.settings, None)
    with torch.no_grad():
        logits = module.eval()(torch.from_numpy(split.test_x))
    loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(split.test_y)).item()
    assert loss == pytest.approx(run.loss("skip", "test", 1)[-1], rel=1e-5)
    assert loss != pytest.approx(run.loss("skip", "test", 0)[-1], rel=1e-3)


def test_a_kept_run_holds_none() -> None:
    page = trained(opened(link.encode(START, SETTINGS)))
    button(page, "Keep").click()
    ran(page)
    (kept,) = session(page).tray.runs
    assert not kept.run.has_weights
    assert session(page).job.run.has_weights


def test_where_they_are_too_many_or_gone_the_page_says_so(monkeypatch: Any) -> None:
    page = opened(link.encode(START, SETTINGS))
    trained(page)
    run = session(page).job.run
    run.keep_weights(None)
    ran(page)
    assert not offered(page)
    assert trained_weights.ENDED_AT_ONCE in captions(page)
    monkeypatch.setattr(trained_weights, "WEIGHT_BYTES", 2**14)
    ran(page)
    needed = 4 * 2 * 2 * START.count_parameters((64,), 10) / 2**20
    assert f"take {needed:.2g} MB" in captions(page)
    assert "sv.export.safetensors" in captions(page)
