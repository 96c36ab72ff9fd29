"""The numbers that stand in the texts of Learn, recomputed; and what they say of their sources."""

import math
import re

import pytest

from skipviz import data, experiments, presets
from skipviz.engine.measures import checks
from skipviz.engine.probes.snapshots import PARTS
from skipviz.probes.catalogue import PROBES
from skipviz.teaching import CHAPTERS, GLOSSARY
from skipviz.teaching.chapter import Section


def section(chapter: str, name: str) -> Section:
    found = next(c for c in CHAPTERS if c.id == chapter)
    return next(s for s in found.sections if s.id == name)


def said(chapter: str, name: str) -> str:
    """The text of a section, on one line."""
    return " ".join(section(chapter, name).text.split())


def rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


GROWTH = math.sqrt(math.pi / (math.pi - 1))
CARRIED = 1 / (1 + math.exp(-2))


@pytest.mark.parametrize(
    ("chapter", "name", "text", "said_to_be", "value"),
    [
        ("vanishing", "product", r"$4^{-30} \approx 9\cdot10^{-19}$", 9e-19, 4.0**-30),
        ("vanishing", "product", "make it 17 times longer", 17, 1.1**30),
        ("vanishing", "exploding", r"a factor of about $3\cdot10^4$", 3e4, 2.0**15),
        ("vanishing", "exploding", r"\sqrt{e} \approx 1.65", 1.65, math.sqrt(math.e)),
        ("identity", "clean", r"$4^{-19} \approx 4 \cdot 10^{-12}$", 4e-12, 4.0**-19),
        ("architectures", "highway", r"$1 - \sigma(-2) \approx 0.88$", 0.88, CARRIED),
        ("architectures", "highway", r"$0.88^{40} \approx 0.006$", 0.006, CARRIED**40),
        ("architectures", "highway", r"$0.88^{40} \approx 0.006$", 0.006, 0.88**40),
        ("degradation", "batch-norm", r"\approx 1.21$ per layer", 1.21, GROWTH),
        ("degradation", "batch-norm", "a factor of two thousand", 2000, GROWTH**40),
        ("projection", "spectrum", r"$1/\sqrt 3 \approx 0.58$", 0.58, 1 / math.sqrt(3)),
        ("misconceptions", "sizes", "grow by 1.21 per layer", 1.21, GROWTH),
    ],
)
def test_a_closed_formula_has_the_value_that_is_printed(
    chapter: str, name: str, text: str, said_to_be: float, value: float
) -> None:
    assert text in said(chapter, name)
    digits = len(f"{said_to_be:g}".split("e")[0].replace(".", "").strip("0"))
    assert rounded(value, digits) == said_to_be


def test_counts_in_the_texts_are_those_of_the_networks_they_speak_of() -> None:
    joined = section("identity", "clean").live.cases[0].network
    assert len(joined.skips) == 19
    assert "all 19 skips" in said("identity", "clean")
    opening = section("vanishing", "with-skips").live.network
    assert (opening.depth, opening.layers[0].width) == (40, 64)
    assert all(target - source == 2 for source, target in (s.ends for s in opening.skips))
    gates = section("architectures", "highway").live.cases[1].network
    assert (gates.depth, len(gates.skips)) == (41, 40)
    counted = section("cost", "counted").live.cases[1].network
    assert (counted.depth, len(counted.skips)) == (21, 10)
    kinds = section("residual", "kinds").live.cases
    assert "each of these four kinds" in said("residual", "kinds")
    assert {case.label for case in kinds} - {"without"} == {"add", "gated", "projection", "concat"}
    images, vowels = (section("uses", name).live.network for name in ("images", "speech"))
    assert images.depth == vowels.depth == 13
    assert len(vowels.skips) == 6
    assert round(1000 * data.info("vowels").input_shape[0] / 10_000) == 26
    assert data.info("sonnets").input_shape == (32,)


def test_the_first_layer_of_the_opening_network_is_fourteen_powers_of_ten_behind() -> None:
    ratio = dict(next(checks.sizes()).values)["without"]
    assert "about fourteen powers of ten" in said("vanishing", "with-skips")
    assert round(-math.log10(ratio)) == 14


def test_an_experiment_that_is_mentioned_by_number_has_that_place() -> None:
    order = experiments.names()
    for chapter in CHAPTERS:
        for each in chapter.sections:
            found = re.findall(r"\[experiment (\d+)\]\(experiments\?e=(\w+)\)", each.text)
            for number, name in found:
                assert order.index(name) + 1 == int(number)


def test_wherever_u_net_is_described_its_crop_is_too() -> None:
    assert "not padded" in said("architectures", "unet")
    assert "cropped" in GLOSSARY["U-Net"]
    assert "crops its skips" in presets.info("unet").about
    for name in ("unet", "unet_digits"):
        assert "padded" in presets.info(name).about


def test_a_feedback_skip_is_not_said_to_do_nothing() -> None:
    """With one time step a gate still acts: see tests/unit/model/test_feedback.py."""
    texts = [each.text for chapter in CHAPTERS for each in chapter.sections]
    texts += [e.claim + e.cleared for e in experiments.all_experiments()]
    for text in texts:
        assert not re.search(r"(feedback|backward) skip[^.]*does\s+nothing", text)
    assert "multiplies the layer by its gate" in said("feedback", "meaning")


def test_the_signal_to_noise_ratio_is_called_an_estimate_from_so_many_parts() -> None:
    (probe,) = (each for each in PROBES if each.name == "gradient_snr")
    assert "estimated" in probe.label
    assert f"estimated from {PARTS} parts of the batch" in probe.meaning


def test_titles_of_papers_are_cited_whole() -> None:
    whole = (
        "Batch Normalization Biases Residual Blocks Towards the Identity Function in Deep Networks"
    )
    assert whole in presets.info("skipinit").source


def test_no_text_blames_saturation_for_what_a_slope_of_a_quarter_does() -> None:
    """tanh saturates as well, and a skip joined inside it hands its gradient on."""
    assert "a quarter at most" in said("identity", "clean")
    assert "saturat" not in said("identity", "clean")
