"""Every guided experiment is described in full, and its short version shows what it claims."""

from dataclasses import fields

import pytest

from skipviz import data, experiments, link
from skipviz.engine.experiments.running import run
from skipviz.experiments.experiment import Experiment
from skipviz.experiments.running import Progress

IDS = experiments.names()


@pytest.fixture(params=IDS)
def experiment(request: pytest.FixtureRequest) -> Experiment:
    return experiments.load(request.param)


def last_progress(name: str, **controls: float) -> Progress:
    *_, last = run(name, controls, thin=True)
    return last


def test_an_unknown_experiment_names_those_there_are() -> None:
    with pytest.raises(ValueError, match="g1, g2"):
        experiments.load("g0")


def test_nothing_is_left_out_of_a_description(experiment: Experiment) -> None:
    optional = {"differs", "controls", "chance"} | ({"short"} if experiment.instant else set())
    for field in fields(experiment):
        assert getattr(experiment, field.name) or field.name in optional
    for text in (experiment.claim, experiment.falsified, experiment.cleared, experiment.setting):
        assert text.endswith(".")
        assert "-" not in text.split()
    assert experiment.source.link.startswith("https://")


def test_every_quantity_has_a_band_in_both_versions(experiment: Experiment) -> None:
    for quantity in experiment.quantities:
        for thin in (True, False):
            low, high = quantity.band(thin)
            assert low <= high


def test_every_quantity_is_of_a_network_that_the_full_version_has(experiment: Experiment) -> None:
    names = {v.name for part in experiment.parts(experiment.setup()) for v in part.variants}
    for quantity in experiment.quantities:
        assert quantity.variant in names


def test_no_two_quantities_have_one_key(experiment: Experiment) -> None:
    """The table of the page finds what was measured by its key."""
    keys = [quantity.key for quantity in experiment.quantities]
    assert len(keys) == len(set(keys))


def test_the_default_of_a_control_is_one_of_its_options(experiment: Experiment) -> None:
    for control in experiment.controls:
        assert control.default in control.options
        assert list(control.options) == sorted(control.options)


def test_both_versions_use_three_seeds_or_more(experiment: Experiment) -> None:
    for thin in (True, False):
        assert all(part.seeds >= 3 for part in experiment.parts(experiment.setup(thin=thin)))


def test_its_networks_open_in_the_playground(experiment: Experiment) -> None:
    drawings = experiment.drawings(experiment.setup())
    assert drawings
    for drawing in drawings:
        about = data.info(drawing.settings.data)
        assert drawing.network.check(about.input_shape, about.outputs) == []
        assert len(link.encode(drawing.network, drawing.settings)) <= link.MAX_TOKEN


def test_a_control_that_is_not_there_is_refused(experiment: Experiment) -> None:
    with pytest.raises(ValueError, match="no control"):
        experiment.setup({"colour": 1})


def test_bands_are_not_claimed_for_other_controls() -> None:
    assert last_progress("g7", blocks=54).inside
    assert last_progress("g7", blocks=10).inside is None


@pytest.mark.slow
def test_its_short_version_lands_where_it_is_expected(experiment: Experiment) -> None:
    news = list(run(experiment.id, {}, thin=True))
    shares = [one.done for one in news]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert all(one.panels for one in news)
    outside = [
        (one.quantity.label, one.values, one.quantity.thin)
        for one in news[-1].measured
        if not one.inside
    ]
    assert outside == []
    parts = experiment.parts(experiment.setup(thin=True))
    there = {variant.name for part in parts for variant in part.variants}
    asked = {quantity.key for quantity in experiment.quantities if quantity.variant in there}
    assert {one.quantity.key for one in news[-1].measured} == asked
