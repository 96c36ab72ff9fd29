"""A run stays small however long it gets, and gives back what it took in."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import presets
from skipviz.network import Network
from skipviz.probes import HISTOGRAM_EDGES, probes_of
from skipviz.runs.rows import Rows
from skipviz.settings import Settings
from skipviz.training import Evaluation, Frame, Run, train

NETWORK = Network.mlp(depth=3, width=4)


def frame(step: int) -> Frame:
    """Numbers that tell the step, the arm and the layer."""
    values = step + np.array([[0.25], [0.5]])
    layers = values[..., None] + np.arange(4) / 64
    done = Evaluation(values, values + 1, values + 2, values + 3) if step % 5 == 0 else None
    return Frame(
        step,
        step / 10,
        values,
        -values,
        {"weight_gradient": layers, "state_gradient": -layers},
        done,
        snapshot={"dead": layers} if step % 4 == 0 else None,
        probe_seconds=step / 40,
    )


def test_a_run_gives_back_every_number():
    run = Run(NETWORK, Settings(), map(frame, range(100)))
    steps = np.arange(100)
    assert run.steps == 100
    np.testing.assert_array_equal(run.row_steps, steps)
    np.testing.assert_array_equal(run.loss("plain"), steps + 0.5)
    np.testing.assert_array_equal(run.accuracy("skip"), -(steps + 0.25))
    expected = steps[:, None] + 0.5 + np.arange(3) / 64
    np.testing.assert_array_equal(run.gradient_norms("plain"), expected)
    assert run.gradient_norms("plain", of="state", readout=True).shape == (100, 4)
    np.testing.assert_array_equal(run.evaluation_steps(), steps[::5])
    np.testing.assert_array_equal(run.accuracy("skip", "test"), steps[::5] + 3.25)
    np.testing.assert_array_equal(run.snapshot_steps(), steps[::4])
    assert run.snapshot("dead", "skip").shape == (25, 4)
    assert run.probe_share() == pytest.approx(0.25)


def test_frames_can_be_read_back():
    run = Run(NETWORK, Settings(), map(frame, range(30)))
    assert len(run.frames) == 30
    last, given = run.frames[-1], frame(29)
    assert (last.step, last.seconds) == (29, pytest.approx(2.9))
    np.testing.assert_array_equal(last.probes["weight_gradient"], given.probes["weight_gradient"])
    assert last.evaluation is None
    assert last.snapshot is None
    np.testing.assert_array_equal(
        run.frames[20].evaluation.test_loss, frame(20).evaluation.test_loss
    )
    np.testing.assert_array_equal(run.frames[20].snapshot["dead"], frame(20).snapshot["dead"])
    assert [each.step for each in run.frames[3:6]] == [3, 4, 5]
    assert [each.step for each in run.frames] == list(range(30))


def test_an_empty_run_has_empty_series():
    run = Run(NETWORK, Settings())
    assert run.steps == len(run.frames) == len(run.loss("skip")) == 0
    assert run.gradient_norms("skip").shape == (0, 3)
    assert np.isnan(run.probe_share())


def test_a_frozen_run_does_not_grow():
    run = Run(NETWORK, Settings(), map(frame, range(10)))
    frozen = run.frozen()
    run.extend(map(frame, range(10, 500)))
    assert frozen.steps == len(frozen.loss("skip")) == 10
    assert len(run.loss("skip")) == 500


def test_ten_thousand_steps_of_the_default_network_take_26_megabytes():
    rows = Rows(64 * 2**20)
    row = {name: np.zeros((4, 1, 41)) for name in "abcd"}
    for step in range(10_001):
        rows.append(step, row)
    assert rows.stride == 1
    assert rows.bytes < 64 * 2**20
    assert 10_001 * 4 * 4 * 41 * 4 < 27e6


def test_rows_are_thinned_evenly_and_the_newest_is_always_there():
    rows = Rows(limit=4 * 1000)
    for step in range(20_000):
        rows.append(step, {"value": np.array(float(step))})
        assert rows.steps[-1] == step
        assert rows.column("value")[-1] == step
    assert rows.bytes <= 4 * 1000
    assert len(rows) >= 250
    spacing = np.diff(rows.steps[:-1])
    assert (spacing == rows.stride).all()
    np.testing.assert_array_equal(rows.column("value"), rows.steps)


def test_a_frozen_view_of_thinned_rows_keeps_its_newest_row():
    rows = Rows(limit=4 * 100)
    for step in range(1001):
        rows.append(step, {"value": np.array(float(step))})
    frozen = rows.frozen()
    rows.append(1001, {"value": np.array(-1.0)})
    assert frozen.steps[-1] == frozen.column("value")[-1] == 1000


@given(st.integers(1, 400), st.integers(1, 400))
def test_a_frozen_view_stays_what_it_was_however_much_comes_after_it(before, after):
    rows = Rows(limit=4 * 2 * 50)
    for step in range(before):
        rows.append(step, {"value": np.array(float(step)), "twice": np.array(2.0 * step)})
    frozen, steps = rows.frozen(), rows.steps.copy()
    for step in range(before, before + after):
        rows.append(step, {"value": np.array(-1.0), "twice": np.array(-1.0)})
    np.testing.assert_array_equal(frozen.steps, steps)
    np.testing.assert_array_equal(frozen.column("value"), steps)
    for place in (0, len(steps) // 2, -1):
        assert frozen.at("twice", place) == 2 * steps[place]
        assert frozen.row(place) == {"value": steps[place], "twice": 2 * steps[place]}
    assert frozen.row_of(int(steps[-1])) == frozen.frozen().row(-1)


def test_wide_rows_are_bounded_too():
    rows = Rows(limit=100_000)
    for step in range(50):
        rows.append(step, {"value": np.zeros(1000)})
    assert rows.bytes <= 100_000


def test_a_frame_is_small_on_its_way_between_processes(small):
    run = train(small, steps=3)
    assert len(pickle.dumps(run.frames[2])) < 4000


def test_the_summary_says_what_arms_and_probes_cost(small):
    network = small.change_layer(6, width=20).remove_skip(2, 6)
    network = network.add_skip(2, 6, kind="projection")
    run = train(network, steps=5, arms=("skip", "plain"))
    summary = run.summary()
    skip, plain = (summary["arms"][name] for name in ("skip", "plain"))
    assert skip["parameters"] - plain["parameters"] == 16 * 20
    assert skip["macs"] - plain["macs"] == 16 * 20
    assert skip["parameters"] == network.count_parameters((64,), 10)
    assert skip["seconds_per_step"] > 0
    assert summary["device"] == "cpu"
    assert 0 < summary["probes"]["share"] < 1
    assert summary["probes"]["tier"] == "standard"


def test_a_run_holds_what_its_tier_promises(small):
    scale = {"value": 0.5, "learned": "scalar"}
    feedback = small.set_time_steps(3).add_skip(4, 2, branch_scale=scale, shortcut_scale=scale)
    feedback = feedback.add_skip(3, 5, kind="gated").add_skip(0, 2, kind="projection")
    for tier in ("minimal", "standard", "full"):
        run = train(feedback, steps=2, probes=tier, snapshot_every=1)
        promised = [probe for probe in probes_of(tier) if probe.is_in(feedback)]
        at_steps = {probe.name for probe in promised if probe.at == "step"}
        assert set(run.frames[1].probes) == at_steps
        taken = run.frames[1].snapshot or {}
        assert set(taken) == {probe.name for probe in promised if probe.at == "snapshot"}
        sizes = {"layers": 7, "skips": 5, "time steps": 3, "bins": len(HISTOGRAM_EDGES)}
        for probe in promised:
            read = run.snapshot if probe.at == "snapshot" else run.probe
            shape = read(probe.name, "skip").shape
            wanted = [sizes.get(axis) for axis in probe.axes]
            assert len(shape) == 1 + len(wanted)
            assert all(size in (None, had) for had, size in zip(shape[1:], wanted, strict=True))


def test_networks_of_every_kind_can_be_trained_and_measured():
    for name, data_set in (
        ("resnet8_digits", "digits_images"),
        ("transformer_preln_digits", "digits_rows"),
        ("same_layer", "digits"),
    ):
        arms = ("skip", "gradient_only")
        run = train(presets.load(name), data=data_set, steps=2, arms=arms, probes="full")
        assert run.failures == ()
        assert np.isfinite(run.loss("skip")).all()
        weights = run.gradient_norms("skip")
        weighted = [k - 1 for k in run.weighted_layers]
        assert np.isfinite(weights[:, weighted]).all()
        assert np.isnan(np.delete(weights, weighted, axis=1)).all()
        assert np.isfinite(run.gradient_norms("skip", of="state")).all()
        assert run.summary()["arms"]["skip"]["ratio"] > 0


def test_one_row_of_a_probe_is_that_row_of_the_series():
    run = train(Network.mlp(3, 4), steps=4, seeds=2)
    for name in ("weight_gradient", "state_rms"):
        for at in (0, 2, -1):
            row = run.probe_at(name, "plain", at, seed=1)
            assert row.tolist() == run.probe(name, "plain", seed=1)[at].tolist()
