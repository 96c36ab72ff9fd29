"""The numbers that stand in the texts of the experiments, recomputed; and what is cited."""

import re
from math import comb, exp, pi, sqrt

import numpy as np
import pytest

from skipviz import data, experiments, theory
from skipviz.arms import STANDARD_ARMS
from skipviz.engine.paths.gradient import path_gradients
from skipviz.experiments.experiment import Experiment
from skipviz.experiments.wording import value_text
from skipviz.language import _
from skipviz.network import ShortcutGate
from tests.chinese import chinese
from tests.unit.experiments.test_states_and_cosines import expected_cosine

ALL = experiments.all_experiments()


def texts(experiment: Experiment) -> str:
    """Everything that is printed, but labels."""
    said = (experiment.claim, experiment.falsified, experiment.cleared, experiment.setting)
    cited = (experiment.differs, experiment.source.text, experiment.source.cited)
    return " ".join((*said, *cited))


def published(name: str) -> dict[str, str]:
    """By key, where something is published."""
    return {q.key: q.published for q in experiments.load(name).quantities if q.published}


def test_the_zoo_cites_table_1_of_he_2016_row_by_row() -> None:
    """Its caption: “fail” is a test error above 20 %; 6.91 is of the gate on the shortcut alone."""
    assert published("g5") == {
        "identity.test_accuracy": "6.61 % error",
        "closed.test_accuracy": "6.91 % error",
        "map.test_accuracy": "12.22 % error",
        "half.test_accuracy": "12.35 % error",
        "open.test_accuracy": "12.86 % error",
        **{f"{v}.test_accuracy": "above 20 % error" for v in ("half_full", "none", "dropout")},
    }


def test_a_bar_of_the_zoo_cites_what_its_row_cites() -> None:
    zoo = experiments.load("g5")
    of_rows = published("g5")
    for variant in zoo.parts(zoo.setup())[0].variants:
        assert variant.published == f"paper: {of_rows[f'{variant.name}.test_accuracy']}"


def test_the_gates_of_the_zoo_are_on_the_shortcut_alone() -> None:
    zoo = experiments.load("g5")
    networks = {v.name: v.network for v in zoo.parts(zoo.setup())[0].variants}
    for name, bias in (("closed", -6), ("open", 0)):
        skips = networks[name].skips
        assert all(isinstance(skip, ShortcutGate) and skip.gate_bias == bias for skip in skips)


@pytest.mark.parametrize("experiment", ALL, ids=lambda e: e.id)
def test_what_did_not_converge_is_only_quoted(experiment: Experiment) -> None:
    """He 2016 say it of the halved shortcut and of dropout, and not of a missing one."""
    outside_quotes = re.sub("“[^”]*”", "", texts(experiment))
    assert "converge" not in outside_quotes


@pytest.mark.parametrize("experiment", ALL, ids=lambda e: e.id)
def test_titles_are_cited_whole(experiment: Experiment) -> None:
    said = texts(experiment)
    whole = (
        "Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks"
    )
    assert ("De and Smith" in said) == (whole in said)


def test_formulas_of_the_direct_path_are_what_their_text_says() -> None:
    found = published("g6")
    assert found["direct.direct"].endswith(f"= {value_text(0.5**54, 'power')}")
    assert found["highway.direct"].endswith(f"= {value_text((1 / (1 + exp(-2))) ** 54, 'power')}")


def test_shares_of_path_lengths_are_those_of_the_binomial_distribution() -> None:
    found = published("g7")
    assert found["net.5_17"] == f"{sum(comb(54, k) for k in range(5, 18)) / 2**54:.2%}".replace(
        "%", " %"
    )
    assert sum(comb(54, k) for k in range(19, 36)) / 2**54 > 0.95  # “more than 95 %”


def test_where_the_gradient_of_54_blocks_sits_is_what_is_said() -> None:
    """On the first seed of the experiment; the text gives medians of three, which lie as near."""
    (part,) = experiments.load("g8").parts(experiments.load("g8").setup())
    nets = {variant.name: variant.network for variant in part.variants}
    *_, one = path_gradients(nets["one"], part.settings, samples=1)
    *_, chosen = path_gradients(nets["chosen"], part.settings, samples=10)
    said = experiments.load("g8").cleared
    assert "97 % lie on paths longer than 17 at gain 1, and 97 % on paths of 3 or less" in said
    assert one.inside(one.exact, 18, 54) == pytest.approx(0.97, abs=0.02)
    assert chosen.inside(chosen.exact, 0, 3) == pytest.approx(0.97, abs=0.01)
    assert "at gain 0.1 it puts more than half on paths of 5 to 17" in said
    assert 0.5 < chosen.inside(chosen.estimate, 5, 17) < 0.7


def test_the_power_of_the_cosine_is_that_of_the_formula() -> None:
    depths = np.array([8, 16, 32, 64])
    cosines = [expected_cosine(depth, taken_off=1 / pi) for depth in depths]
    power = np.polyfit(np.log(depths), np.log(cosines), 1)[0]
    said = f"theory: {power:.2f}, and {-pi / (2 * pi - 2):.2f} for great L"
    assert published("g10")["full.power"] == said.replace("-", "−")
    assert "−0.73" in experiments.load("g10").cleared


def test_growth_of_the_residual_net_is_that_of_mean_field_theory() -> None:
    laws, about = experiments.load("g11"), data.info("digits")
    found = []
    for thin in (False, True):
        (part,) = laws.parts(laws.setup(thin=thin))
        network = part.variants[0].network
        arm = STANDARD_ARMS["skip"]
        predicted = theory.predict(network, about.input_shape, about.outputs, arm)
        found.append(predicted.state_gradients[1])
    assert published("g11")["residual.deepest"] == (
        f"theory: {found[0]:.0f}; {found[1]:.0f} in the short version"
    )


def test_growth_of_residual_relu_blocks_is_that_of_the_formula() -> None:
    found = published("g12")
    assert found["full.at_32"] == f"theory: 2¹⁶ = {sqrt(2) ** 32:,.0f}"
    assert found["root.at_32"].endswith(f"= {(1 + 1 / 32) ** 16:.4g}")


def test_growth_with_batch_norm_is_that_of_the_formula() -> None:
    growth = f"√(π/(π−1)) = {sqrt(pi / (pi - 1)):.4f} for infinite width"
    assert published("g4")["plain40.growth"] == growth
    assert "a fifth per layer, about 1,500-fold over 40 layers" in experiments.load("g4").cleared
    assert round(1.2**40, -2) == 1500


def test_powers_of_a_half_and_of_a_quarter_are_rounded_to_powers_of_ten() -> None:
    assert "a factor of ½ per block leaves 10⁻⁶" in experiments.load("g5").cleared
    assert pytest.approx(1e-6, rel=0.05) == 2.0**-20
    assert "at most ¼, so 20 of them leave at most 10⁻¹²" in experiments.load("g2").cleared
    assert 4.0**-20 < 1e-12
    (inside,) = [
        v.network
        for v in experiments.load("g2").parts(experiments.load("g2").setup())[0].variants
        if v.name == "inside"
    ]
    assert len(inside.skips) == 20
    assert all(skip.join == "preactivation" for skip in inside.skips)


def test_half_of_the_claim_of_one_skip_is_false_where_its_row_shows_it() -> None:
    """With the gradient alone |dL/ds_1| falls in some nets: not all of it "up to p" is larger."""
    claim = experiments.load("g14")
    falls = next(q for q in claim.quantities if q.key == "gradient_only.falls")
    assert falls.full[0] > 0
    assert "of a skip that carries gradient only the first half is true" in claim.claim
    with chinese():
        assert "只有前半句成立" in _(claim.claim)


def test_what_shows_shattering_false_is_not_in_its_own_table() -> None:
    """At depth 10 the plain net's autocorrelation is below that at depth 50 already: it is told
    by what is measured at depth 50, also in the short version."""
    false_if = experiments.load("g10").falsified
    assert "At depth 50" in false_if
    assert "fall" not in false_if
