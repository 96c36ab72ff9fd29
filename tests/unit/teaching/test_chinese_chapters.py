"""Learn in Chinese: nothing is left in English, and what a text says in signs it says in both."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import skipviz
from skipviz.teaching import CHAPTERS, GLOSSARY
from skipviz.teaching.glossary import ENTRIES, MARK, separated

ROOT = Path(__file__).parents[3]
CATALOGUES = Path(skipviz.__file__).parent / "locale" / "zh_CN" / "LC_MESSAGES"
LATIN_NAMES = {"ResNet", "DenseNet", "U-Net", "ReZero", "SkipInit"}
TEXTS = {f"{c.id}-{s.id}": s.text for c in CHAPTERS for s in c.sections}
HEADINGS = [c.title for c in CHAPTERS] + [s.title for c in CHAPTERS for s in c.sections]
SUMMARIES = [c.summary for c in CHAPTERS]
EACH = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@cache
def catalogue() -> dict[str, str]:
    """What the catalogues of messages say."""
    said: dict[str, str] = {}
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            entries = [entry for entry in read_po(file, locale="zh_CN") if entry.id]
        said |= {e.id: e.string for e in entries if isinstance(e.id, str) and e.string}
    return said


def formulas(text: str) -> Counter[str]:
    found = re.findall(r"\$\$.*?\$\$|\$[^$]+\$", text, flags=re.DOTALL)
    return Counter(" ".join(each.split()) for each in found)


def links(text: str) -> Counter[str]:
    return Counter(re.findall(r"\]\(([^)]+)\)", text))


def keys(text: str) -> Counter[str]:
    return Counter(mark["term"].lower() for mark in MARK.finditer(text))


@pytest.mark.parametrize("said", [*HEADINGS, *SUMMARIES])
def test_headings_and_summaries_are_there(said: str) -> None:
    assert catalogue()[said]


@EACH
def test_a_section_has_the_same_formulas_terms_and_links(text: str) -> None:
    chinese = catalogue()[text]
    assert formulas(chinese) == formulas(text)
    assert keys(chinese) == keys(text)
    assert links(chinese) == links(text)


@EACH
def test_code_in_a_section_stays_code(text: str) -> None:
    assert set(re.findall(r"`[^`]+`", text)) <= set(re.findall(r"`[^`]+`", catalogue()[text]))


@EACH
def test_a_term_in_a_section_is_written_in_chinese(text: str) -> None:
    for mark in MARK.finditer(catalogue()[text]):
        assert mark["shown"] or mark["term"] in LATIN_NAMES
        assert mark["shown"] != mark["term"]


@EACH
def test_a_paragraph_is_one_line(text: str) -> None:
    """A line break within one would be a space on the page, which Chinese does not have."""
    assert not re.search(r"[一-鿿，。；：、）”][\n][一-鿿（“]", catalogue()[text])


@EACH
def test_punctuation_beside_chinese_is_chinese(text: str) -> None:
    assert not re.search(r"[一-鿿][,;:?!()]|[,;:?!()][一-鿿]", no_links(catalogue()[text]))


def no_links(text: str) -> str:
    return re.sub(r"\]\([^)]+\)", "]", text)


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_is_explained_in_chinese(term: str) -> None:
    word, meaning = separated(catalogue()[ENTRIES[term]])
    assert word
    assert meaning.endswith("。")
    assert re.search(r"[一-鿿]", meaning)


def rows() -> Iterator[tuple[str, str]]:
    """English and Chinese of every row of the table of terms."""
    for line in (ROOT / "docs" / "terms.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0] not in ("English", "---"):
            yield cells[0], cells[1]


def test_the_table_of_terms_has_every_term_as_the_glossary_says_it() -> None:
    table = dict(rows())
    said = {term: separated(catalogue()[ENTRIES[term]])[0] for term in GLOSSARY}
    assert {term: table.get(term) for term in said} == said


def test_no_term_has_two_rows() -> None:
    found = [english for english, _ in rows()]
    assert len(found) == len(set(found))
