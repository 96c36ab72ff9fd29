"""The chapters as data: every section is measured, every term is defined, every link leads on."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from skipviz import data
from skipviz.data import compatibility_problems
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.teaching import CHAPTERS, GLOSSARY, Chapter, Section
from skipviz.teaching.glossary import definition, terms

SECTIONS = [(chapter, section) for chapter in CHAPTERS for section in chapter.sections]
NAMES = [f"{chapter.id}-{section.id}" for chapter, section in SECTIONS]
DOES_NOT_FIT = ("projection", "fit")  # and is about just that; the Playground offers the fixes
EXPERIMENTS = {f"g{number}" for number in range(1, 16)}
EACH = pytest.mark.parametrize(("chapter", "section"), SECTIONS, ids=NAMES)


def words(text: str) -> int:
    """Words of running text, formulas left out."""
    plain = re.sub(r"\$\$.*?\$\$|\]\([^)]*\)", " ", text, flags=re.DOTALL)
    return len(re.sub(r"[$\[\]|*]", " ", plain).split())


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", text)


def test_the_chapters_are_those_of_the_plan_in_order() -> None:
    assert [chapter.id for chapter in CHAPTERS] == [
        "what",
        "vanishing",
        "forward",
        "identity",
        "residual",
        "architectures",
        "projection",
        "feedback",
        "degradation",
        "claims",
        "cost",
        "uses",
        "misconceptions",
    ]


def test_names_of_chapters_and_of_their_sections_differ() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert "glossary" not in {chapter.id for chapter in CHAPTERS}


@EACH
def test_a_section_is_short(chapter: Chapter, section: Section) -> None:  # noqa: ARG001
    assert 60 <= words(section.text) <= 190


@EACH
def test_every_term_marked_is_in_the_glossary(chapter: Chapter, section: Section) -> None:  # noqa: ARG001
    for term in terms(section.text):
        assert definition(term)
    assert section.text.count("[[") == len(terms(section.text))


@EACH
def test_no_figure_is_quoted_from_memory(chapter: Chapter, section: Section) -> None:  # noqa: ARG001
    """Error rates of papers are not reproduced here; texts quote what a section measures."""
    for figure in ("6.61", "12.35", "8.70", "9.81", "27.94", "27.88", "4.92", "5.96", "95 %"):
        assert figure not in section.text


@EACH
def test_every_link_leads_somewhere(chapter: Chapter, section: Section) -> None:  # noqa: ARG001
    for link in links(section.text):
        address = urlsplit(link)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "experiments":
            assert asked["e"] in EXPERIMENTS
        elif address.path == "landscape":
            assert asked == {}
        else:
            assert address.path == ""
            assert asked["chapter"] in {chapter.id for chapter in CHAPTERS}


@EACH
def test_a_chapter_that_is_mentioned_by_number_has_that_number(
    chapter: Chapter,  # noqa: ARG001
    section: Section,
) -> None:
    order = [chapter.id for chapter in CHAPTERS]
    for number, name in re.findall(r"\[[Cc]hapter (\d+)\]\(\?chapter=(\w+)\)", section.text):
        assert order.index(name) + 1 == int(number)


@EACH
def test_formulas_are_closed(chapter: Chapter, section: Section) -> None:  # noqa: ARG001
    assert section.text.count("$$") % 2 == 0
    assert section.text.replace("$$", "").count("$") % 2 == 0


@EACH
def test_what_is_trained_fits_its_data_and_is_shown(chapter: Chapter, section: Section) -> None:  # noqa: ARG001
    live = section.live
    if isinstance(live, Training):
        assert (
            compatibility_problems(
                data.info(live.settings.data).resolve(live.network), data.info(live.settings.data)
            )
            == []
        )
        assert section.views


@EACH
def test_what_opens_in_the_playground_can_be_trained(chapter: Chapter, section: Section) -> None:
    if section.playground is not None:
        network, name = section.playground
        problems = compatibility_problems(data.info(name).resolve(network), data.info(name))
        assert bool(problems) == ((chapter.id, section.id) == DOES_NOT_FIT)
        assert all(problem.fixes for problem in problems)


def test_every_chapter_begins_to_measure_when_it_is_opened() -> None:
    for chapter in CHAPTERS:
        assert chapter.sections[0].starts == "with the chapter"


def test_claims_are_measured_with_three_seeds() -> None:
    found = next(chapter for chapter in CHAPTERS if chapter.id == "claims")
    for section in found.sections:
        settings = section.live.settings
        assert isinstance(settings, Settings)
        assert settings.seeds >= 3


def test_all_twenty_one_misconceptions_are_named_with_a_place_that_shows_them() -> None:
    found = next(chapter for chapter in CHAPTERS if chapter.id == "misconceptions")
    text = "\n".join(section.text for section in found.sections)
    entries = re.split(r"\n(?=\d+\. \*\*)", text)
    numbered = [entry for entry in entries if re.match(r"\s*\d+\. \*\*", entry)]
    assert len(numbered) == 21
    assert found.title == "Twenty-one misconceptions"
    assert all(links(entry) for entry in numbered)
    assert [int(entry.strip().split(".")[0]) for entry in numbered] == list(range(1, 22))
    assert not re.search(r"\n\s+\d+\. \[", text)  # Markdown would begin a list within the list


def test_the_glossary_has_the_words_of_the_app() -> None:
    for term in (
        "network", "layer", "skip", "state", "add", "projection", "pad", "gated", "shortcut gate",
        "concat", "feedback skip", "arm", "probe", "run", "attribution", "with skips", "without",
        "gradient only", "forward only", "leave one out", "update ratio", "signed share",
    ):  # fmt: skip
        assert GLOSSARY[term].endswith(".")


def test_an_unknown_term_is_refused() -> None:
    with pytest.raises(KeyError):
        definition("gradient highway express")
