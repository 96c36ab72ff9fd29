"""Every probe is measured and shown as it is declared; a new one is tried without a word here.

mypy holds that each form of chart is drawn; this holds that what is declared is measured, by its
tier and on its axes, and that the page shows it under its name, with its words and on its scale.
"""

from itertools import chain

import numpy as np
import pytest

from skipviz import presets
from skipviz.network import Network
from skipviz.network.learned import LEARNED as QUANTITIES
from skipviz.probes.catalogue import HISTOGRAM_EDGES, LEARNED, PROBES, VIEWS, probes_of
from skipviz.probes.probe import Probe
from skipviz.runs.run import Run
from skipviz.settings import Tier
from skipviz.training import train
from skipviz.ui.components.live import Chart
from skipviz.ui.playground.charts.views import Shown, drawn, views_of
from skipviz.ui.playground.scrubber import LATEST

SCALE = {"value": 0.5, "learned": "scalar"}
BARE = Network.mlp(4, 8, activation="tanh")
FIXED = BARE.add_skip(1, 3)
TIED = BARE.change_layer(3, tied_to=2)
LOOP = BARE.set_time_steps(3).add_skip(3, 2)
EVERYTHING = (
    presets.load("forward_skip")
    .set_time_steps(3)
    .add_skip(4, 2, branch_scale=SCALE, shortcut_scale=SCALE)
    .add_skip(3, 5, kind="gated")
    .add_skip(0, 2, kind="projection")
    .change_layer(3, tied_to=2)
)
PER_LAYER = [probe for probe in PROBES if "curves" in probe.forms and probe.view]
SHOWN = [probe for probe in PROBES if probe.view]


def named(probes: list[Probe]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("probe", probes, ids=[probe.name for probe in probes])


@pytest.fixture(scope="module")
def run() -> Run:
    return train(EVERYTHING, steps=4, snapshot_every=2, probes="full", seeds=2)


@pytest.fixture(scope="module")
def charts(run: Run) -> dict[str, list[Chart]]:
    """Those of every view of the probes, by its name."""
    found = {view.name: drawn(view.name, shown(run)) for view in VIEWS}
    learned = (drawn(LEARNED.name, shown(run, quantity)) for quantity in QUANTITIES)
    return found | {LEARNED.name: list(chain.from_iterable(learned))}


def shown(run: Run, quantity: str = "") -> Shown:
    return Shown(run, LATEST, "light", (), None, None, quantity)


@pytest.mark.parametrize("tier", ["minimal", "standard", "full"])
@pytest.mark.parametrize("network", [BARE, FIXED, LOOP, TIED, EVERYTHING])
def test_what_is_measured_is_what_is_declared(network: Network, tier: Tier) -> None:
    frame = train(network, steps=1, probes=tier).frames[0]
    declared = [probe for probe in probes_of(tier) if probe.is_in(network)]
    for at, found in (("step", frame.probes), ("snapshot", frame.snapshot or {})):
        assert set(found) == {probe.name for probe in declared if probe.at == at}


@named(list(PROBES))
def test_it_has_the_axes_declared_and_numbers_on_them(run: Run, probe: Probe) -> None:
    read = run.snapshot if probe.at == "snapshot" else run.probe
    values = read(probe.name, "skip", seed=1)
    skips = len(run.network.skips)
    sizes = {"layers": run.layers + 1, "skips": skips, "skips taken": None}
    sizes |= {"time steps": run.network.time_steps, "bins": len(HISTOGRAM_EDGES)}
    assert len(values.shape) == 1 + len(probe.axes)
    for axis, size in zip(probe.axes, values.shape[1:], strict=True):
        assert sizes[axis] in (size, None)
    assert np.isfinite(values[0]).any()
    if probe.span is not None:
        low, high = probe.span
        known = values[np.isfinite(values)]
        assert (low - 1e-6 <= known).all()
        assert (known <= high + 1e-6).all()
    if probe.at == "step":
        assert np.isnan(values[-1]).all() == probe.of_update


@named(PER_LAYER)
def test_its_curves_are_its_numbers_on_its_axis(
    run: Run, charts: dict[str, list[Chart]], probe: Probe
) -> None:
    assert probe.view
    (chart,) = (c for c in charts[probe.view.name] if c.name == f"layers_{probe.name}")
    assert chart.title == f"{probe.heading}, per layer"
    of_uses = probe.name == "weight_gradient"  # EVERYTHING has weights that are used twice
    assert chart.note.startswith("Of weights that layers share: what each layer adds") == of_uses
    assert chart.note.startswith("The last time step alone. ") == probe.last_time
    assert f"{probe.label}: {probe.meaning}." in chart.note
    upright = chart.figure["layout"]["yaxis"]
    assert upright["title"]["text"] == probe.label
    assert (upright.get("type") == "log") == (probe.span is None)
    read = run.snapshot if probe.at == "snapshot" else run.probe
    row = -2 if probe.of_update else -1
    for arm in run.arms:
        seeds = [read(probe.name, arm, seed)[row, : run.layers] for seed in (0, 1)]
        (line,) = (t for t in chart.figure["data"] if t["name"] == arm and "y" in t)
        layers = np.asarray(line["x"]) - 1
        expected = np.median(seeds, axis=0)[layers]
        drawn_at = ~np.isnan(np.asarray(line["y"], float))
        np.testing.assert_allclose(np.asarray(line["y"])[drawn_at], expected[drawn_at], rtol=1e-3)
        zero_or_none = (expected == 0) | np.isnan(expected)
        assert (drawn_at | zero_or_none).all()


def test_the_gradient_of_states_is_that_of_the_last_of_several_time_steps(run: Run) -> None:
    of_all = run.snapshot("gradient_over_time", "skip")
    shown_rows = run.probe("state_gradient", "skip")[run.snapshot_steps()]
    np.testing.assert_allclose(shown_rows, of_all[..., -1], rtol=1e-4)
    assert (of_all[..., 0] > 0).any(), "what came before is left out"


def test_of_one_time_step_nothing_is_said_of_time() -> None:
    once = shown(train(FIXED, steps=0))
    notes = [chart.note for view in VIEWS for chart in drawn(view.name, once)]
    assert not any("time step" in note for note in notes)


@named(SHOWN)
def test_its_view_shows_it_under_its_name(
    run: Run, charts: dict[str, list[Chart]], probe: Probe
) -> None:
    assert probe.view
    assert views_of(run)[probe.view.name] == probe.view.title
    titles = [chart.title for chart in charts[probe.view.name]]
    assert any(title.startswith(f"{probe.heading},") for title in titles)
    if "history" in probe.forms:
        assert f"{probe.label}, layers × steps" in titles
        assert probe.at == "step"
        assert probe.span is None, "the colours of a history are on a log scale"


def test_every_row_of_charts_is_full_and_every_trace_has_a_name(
    charts: dict[str, list[Chart]],
) -> None:
    """The names are the columns of the table and of the file that a chart gives."""
    for view in VIEWS:
        found = charts[view.name]
        assert len({chart.name for chart in found}) == len(found)
        assert sum(chart.span for chart in found) % 6 == 0
        for chart in found:
            assert all(trace["name"] for trace in chart.figure["data"])


def test_no_two_have_the_same_name_or_words() -> None:
    for words in ("name", "label", "meaning"):
        assert len({getattr(probe, words) for probe in PROBES}) == len(PROBES)
    for tell in ("name", "title"):
        assert len({getattr(view, tell) for view in VIEWS}) == len(VIEWS)


@pytest.mark.parametrize("tier", ["minimal", "standard", "full"])
def test_a_view_is_there_where_its_tier_measures_something_for_it(tier: Tier) -> None:
    found = views_of(train(EVERYTHING, steps=0, probes=tier))
    wanted = {probe.view for probe in probes_of(tier)}
    assert [name for name in found if name in {view.name for view in VIEWS}] == [
        view.name for view in VIEWS if view in wanted
    ]
