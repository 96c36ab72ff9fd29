"""What Learn says of its figures in words (hardly, most, a quarter), measured as it is there."""

from collections.abc import Mapping

import numpy as np

from skipviz.answers import answer
from skipviz.engine.measures import checks
from skipviz.measures.results import Result
from skipviz.runs.requests import Training
from skipviz.runs.run import Run
from tests.unit.teaching.test_numbers_in_texts import said, section


def measured(chapter: str, name: str) -> Result:
    *_, last = answer(section(chapter, name).live)
    assert isinstance(last, Result)
    return last


def values(chapter: str, name: str) -> Mapping[str, float]:
    return dict(measured(chapter, name).values)


def curves(chapter: str, name: str) -> Mapping[str, np.ndarray]:
    return {curve.label: np.asarray(curve.y) for curve in measured(chapter, name).figure.curves}


def trained(chapter: str, name: str) -> Run:
    live = section(chapter, name).live
    assert isinstance(live, Training)
    settings = live.settings.model_copy(update={"device": "cpu"})
    run = Run(live.network, settings)
    run.extend(answer(Training(live.network, settings)))
    return run


def test_most_of_the_signal_is_left_at_the_end_with_skips_and_little_after_a_few_layers_without():
    run = trained("what", "formula")
    skip, plain = (run.probe("state_rms", arm)[0, :12] for arm in ("skip", "plain"))
    assert "fades within the first few layers" in said("what", "formula")
    assert plain[3:].max() < 0.3 * plain[0]
    assert "most of it is still there at the end" in said("what", "formula")
    assert skip[-1] > 0.5 * skip[0]


def test_the_first_layer_of_the_opening_network_starts_with_a_quarter_of_the_last_one_s():
    ratio = dict(next(checks.sizes()).values)["with skips"]
    assert "about a quarter of what the last one" in said("vanishing", "with-skips")
    assert 0.2 < ratio < 0.3


def test_scaled_branches_keep_the_growth_near_the_formula():
    growth = values("vanishing", "exploding")["s + W relu(s) / √L"] ** 30
    assert "keeps the growth near" in said("vanishing", "exploding")
    assert np.isclose(growth, (1 + 1 / 30) ** 15, rtol=0.1)


def test_the_gradients_of_the_fixed_network_hardly_differ_at_the_start():
    run = trained("projection", "mended")
    skip, plain = (run.gradient_norms(arm)[0] for arm in ("skip", "plain"))
    assert "at the start the gradients of the two arms hardly differ" in said(
        "projection", "mended"
    )
    assert np.allclose(skip, plain, rtol=0.1)


def test_deeper_blocks_add_less_by_and_large():
    sizes = curves("residual", "residual")["after 60 steps"]
    assert "By and large, the deeper the block, the smaller" in said("residual", "residual")
    assert np.corrcoef(np.argsort(np.argsort(sizes)), np.arange(len(sizes)))[0, 1] < -0.95


def test_only_the_plain_network_needs_more_steps_where_it_is_deeper():
    steps = values("claims", "faster")
    assert "At 4 layers there is hardly a difference" in said("claims", "faster")
    assert abs(steps["4 layers, without"] - steps["4 layers, with"]) <= 10
    assert "At 24 layers the plain one needs clearly more steps than at 4" in said(
        "claims", "faster"
    )
    assert steps["24 layers, without"] >= 1.25 * steps["4 layers, without"]
    assert steps["24 layers, with"] <= steps["4 layers, with"]


def test_training_makes_every_state_readable_with_skips_and_leaves_those_without_as_they_were():
    read = curves("claims", "information")
    gained = {
        arm: read[f"{arm}, after 100 steps"] - read[f"{arm}, before training"]
        for arm in ("with skips", "without")
    }
    assert "every layer with skips can be read better" in said("claims", "information")
    assert (gained["with skips"] > 0).all()
    assert np.abs(gained["without"]).max() < 0.1


def test_what_helps_the_small_u_net_is_the_signal():
    run = trained("architectures", "unet")
    scores = {arm: float(run.accuracy(arm, "test")[-1]) for arm in run.main_arms}
    assert "comes near the whole skip" in said("architectures", "unet")
    assert scores["skip"] - scores["forward_only"] < 0.2 * (scores["skip"] - scores["plain"])
    assert "[[gradient only]] is no better than none" in said("architectures", "unet")
    assert scores["gradient_only"] - scores["plain"] < 0.05


def test_the_first_and_the_last_of_forty_tanh_layers_differ_by_less_than_tenfold():
    factors = values("degradation", "healthy")
    assert "differ by less than a factor of ten" in said("degradation", "healthy")
    assert 0.1 < factors["40 layers, no skips"] ** 39 < 10
