"""The catalogues: whole, current, and read as Babel reads them."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from skipviz import catalogues
from skipviz.language import LOCALES, catalogue
from tests.chinese import english_in
from tools.messages import calls, folder_of, is_whole, key_of, merged, said

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\{(\w*)\}")
PROGRAM = sorted((ROOT / "skipviz").rglob("*.py"))
FILES = [path for tag in LOCALES for path in sorted(folder_of(tag).glob("*.po"))]


@pytest.fixture(scope="module")
def template() -> Catalog:
    return said()


def entries(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        yield from (each for each in read_po(file) if each.id)


def forms_of(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


@pytest.mark.parametrize("tag", LOCALES)
def test_nothing_is_left_to_translate(tag: str, template: Catalog) -> None:
    left = [each.id for each in merged(tag, template) if each.id and not is_whole(each)]
    assert left == [], "translate them, then run make messages"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_message_is_of_a_sentence_that_nobody_says_any_more(
    path: Path, template: Catalog
) -> None:
    known = {key_of(each) for each in template if each.id}
    assert [each.id for each in entries(path) if key_of(each) not in known] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_place_of_a_message_is_in_its_translation(path: Path) -> None:
    for each in entries(path):
        texts = each.id if isinstance(each.id, tuple) else (each.id,)
        allowed = [set(PLACE.findall(text)) for text in texts]
        for form in filter(None, forms_of(each)):
            assert set(PLACE.findall(form)) in allowed, each.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_form_of_the_plural_is_there(path: Path) -> None:
    with path.open("rb") as file:
        found = read_po(file)
    for each in found:
        if each.id and isinstance(each.id, tuple):
            assert len(forms_of(each)) == found.num_plurals, each.id
            assert all(forms_of(each)) or not any(forms_of(each)), each.id


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_catalogue_is_read_as_babel_reads_it(path: Path) -> None:
    read = {
        (each.one, each.many): tuple(each.said[k] for k in sorted(each.said))
        for each in catalogues.entries(path.read_text("utf-8"))
        if each.one
    }
    expected = {
        (key[0], key[1]) if isinstance(key, tuple) else (key, ""): forms_of(each)
        for each in entries(path)
        for key in (key_of(each),)
    }
    assert read == expected


def test_quotes_breaks_and_obsolete_messages_of_a_catalogue() -> None:
    text = (
        'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
        '#: skipviz/a.js skipviz/b.py\nmsgid ""\n'
        '"two \\"lines\\"\\n"\n"of it"\nmsgstr "zwei\\\\"\n\n'
        'msgid "one {count}"\nmsgid_plural "{count}"\nmsgstr[0] "eins"\nmsgstr[1] "viele"\n\n'
        '#, fuzzy\nmsgid "unsure"\nmsgstr "unsicher"\n\n#~ msgid "gone"\n#~ msgstr "fort"\n'
    )
    found = catalogues.Catalogue(catalogues.entries(text))
    assert found.gettext('two "lines"\nof it') == "zwei\\"
    assert dict(found.of_scripts) == {'two "lines"\nof it': "zwei\\"}
    assert [found.ngettext("one {count}", "{count}", n) for n in (0, 1, 2)] == [
        "eins",
        "eins",
        "viele",
    ]
    assert found.ngettext("new", "news", 1) == "new"
    assert (found.gettext("unsure"), found.gettext("gone")) == ("unsure", "gone")


@pytest.mark.parametrize("tag", LOCALES)
def test_a_language_of_the_page_has_its_catalogue(tag: str) -> None:
    assert catalogue(tag).gettext("Train") != "Train"


def test_messages_within_messages_are_found() -> None:
    code = b'_("{a} of {b}", a=_("one"), b=_n("{count} thing", "{count} things", 2))\nN_("x")\n'
    found = [message for _, _, message, _ in calls(io.BytesIO(code), ("_", "_n", "N_"), (), {})]
    assert found == ["{a} of {b}", "one", ("{count} thing", "{count} things"), "x"]


def test_a_message_is_no_text_put_together() -> None:
    """There would be nothing to translate."""
    together = [
        f"{path}:{node.lineno}"
        for path in (ROOT / "skipviz").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in ("_", "N_", "_n")
        if isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
    ]
    assert together == []


PLAIN = re.compile(r'raise (?!Attribute|Type|Assertion|BrokenPipe)\w+Error\(\s*f?"[^"]*\w \w')
"""An error in plain English; those left out tell a programmer of a mistake."""
FOR_PROGRAMMERS = {
    "skipviz/data/files/npz.py",  # becomes a message where it is caught
    "skipviz/engine/measures/published.py",
    "skipviz/engine/own_model/refusals.py",  # torch.compile traces it, and knows plain text alone
    "skipviz/own_model/said.py",
    "skipviz/ui/components/bundle.py",
}


def test_an_error_says_a_message() -> None:
    plain = {str(p.relative_to(ROOT)) for p in PROGRAM if PLAIN.search(p.read_text("utf-8"))}
    assert plain == FOR_PROGRAMMERS


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_says_messages_throws_nothing_away_by_the_same_name(path: Path) -> None:
    """`_` is a name of the whole function where anything in it is given to `_`."""
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(function, ast.FunctionDef):
            own = [each for each in _names_of(function) if each.id == "_"]
            assert len({type(each.ctx) for each in own}) < 2, function.name


def _names_of(node: ast.AST) -> Iterator[ast.Name]:
    """The names in a function; what a comprehension binds is its own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name):
            yield child
        elif not isinstance(child, ast.comprehension):
            yield from _names_of(child)


def test_the_look_for_english_allows_a_name_alone() -> None:
    assert english_in("Remove 批归一化", "Remove") == []
    assert english_in("Remove skip", "Remove") == ["Remove skip"]
