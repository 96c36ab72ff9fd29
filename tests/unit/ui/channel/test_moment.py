"""What is sent of a step are the values that the charts of the page would be given, and no NaN."""

import json
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skipviz.figures import editor_gradients, layer_curves_spec, training_curves_spec
from skipviz.network import Network
from skipviz.runs.frame import Frame
from skipviz.runs.run import Run
from skipviz.settings import Settings
from skipviz.training import train
from skipviz.ui.channel.moment import Moment, encoded

NETWORK = Network.mlp(depth=4, width=6, skips=((1, 3),))


def header(message: bytes) -> dict[str, Any]:
    (length,) = struct.unpack_from("<I", message)
    assert length % 4 == 0

    def no_constant(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    found: dict[str, Any] = json.loads(message[4 : 4 + length], parse_constant=no_constant)
    assert len(message) == 4 + length + 4 * sum(found["sizes"])
    return found


def traces(message: bytes, chart: str) -> list[tuple[str, tuple[float, ...], tuple[float, ...]]]:
    """Name, x and y of every trace, read by nothing but what is said of the form."""
    head = header(message)
    at = 4 + struct.unpack_from("<I", message)[0]
    held = []
    for size in head["sizes"]:
        held.append(struct.unpack_from(f"<{size}f", message, at))
        at += 4 * size
    return [(t["name"], held[t["x"]], held[t["y"]]) for t in head["charts"][chart]["traces"]]


def moment(run: Run) -> Moment:
    figures = {"layers": layer_curves_spec(run), "training": training_curves_spec(run)}
    return Moment(int(run.row_steps[-1]), figures, editor_gradients(run))


def test_three_arms_with_the_bands_of_their_seeds_are_sent_as_the_charts_have_them() -> None:
    run = train(NETWORK, steps=3, seeds=2, arms=("skip", "plain", "gradient_only"))
    sent = encoded("job", moment(run))
    assert header(sent)["step"] == 3
    assert header(sent)["paint"] == editor_gradients(run)
    for chart, figure in moment(run).figures.items():
        found = traces(sent, chart)
        assert [name for name, _, _ in found] == [each["name"] for each in figure["data"]]
        for (_, x, y), trace in zip(found, figure["data"], strict=True):
            np.testing.assert_array_equal(x, np.asarray(trace["x"], np.float32))
            np.testing.assert_array_equal(y, np.asarray(trace["y"], np.float32))
    names = [name for name, _, _ in traces(sent, "layers")]
    assert {"skip minimum", "plain maximum", "gradient_only"} <= set(names)


def with_gradients(gradients: list[float]) -> Run:
    """A run of one step: 1 in every layer with skips, these in 1..4 and the readout without."""
    known = train(NETWORK, steps=1, probes="minimal").frames[0]
    row = np.array([[np.ones(5)], [gradients]])
    probes = dict(known.probes) | {"weight_gradient": row}
    frame = Frame(0, 1.0, known.loss * np.nan, known.accuracy, probes)
    return Run(NETWORK, Settings(steps=1, probes="minimal"), [frame])


def test_what_is_not_a_number_is_a_gap_and_exact_zeros_are_named_and_stand_in_their_strip() -> None:
    run = with_gradients([1.0, 0.0, np.nan, np.inf, 1.0])
    sent = encoded("job", moment(run))
    found = {name: (x, y) for name, x, y in traces(sent, "layers")}
    x, y = found["plain"]
    assert (x, y[0]) == ((1, 2, 3, 4), 1.0)
    assert math.isnan(y[1])
    assert math.isnan(y[2])
    assert found["plain zeros"][0] == (2,)
    assert header(sent)["charts"]["layers"]["traces"][1]["zeros"] == [1]
    assert all(math.isnan(y) for _, _, ys in traces(sent, "training")[:2] for y in ys)


def test_no_message_holds_a_number_that_json_has_no_word_for() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encoded("job", Moment(0, {}, {"share": math.nan}))


@given(arrays(np.float32, 7), arrays(np.float32, 7))
def test_every_float32_comes_through_to_the_bit_and_equal_arrays_are_sent_once(
    x: np.ndarray, y: np.ndarray
) -> None:
    curve = {"name": "a", "x": x, "y": y}
    figure = {"data": [curve, curve], "layout": {}}
    sent = encoded("job", Moment(0, {"c": figure}, {}))
    assert sum(header(sent)["sizes"]) <= 14
    for _, across, up in traces(sent, "c"):
        assert np.array(across, np.float32).tobytes() == canonical(x)
        assert np.array(up, np.float32).tobytes() == canonical(y)


def canonical(values: np.ndarray) -> bytes:
    """Python's floats keep no payload of a NaN."""
    return np.array(values.astype(float).tolist(), np.float32).tobytes()


@given(st.lists(st.sampled_from([0.25, None, 1.0]), max_size=5))
def test_labels_on_the_height_of_a_chart_move_others_stay(
    heights: list[float | None],
) -> None:
    notes = [{"y": 7, "yref": "y"} if y is None else {"y": y, "yref": "paper"} for y in heights]
    figure = {"data": [], "layout": {"annotations": notes}}
    sent = encoded("job", Moment(0, {"c": figure}, {}))
    assert header(sent)["charts"]["c"]["labels"] == heights
