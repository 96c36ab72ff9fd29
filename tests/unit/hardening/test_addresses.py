"""The address of a page may hold anything: each parameter is read, or taken for what it is not."""

import json
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skipviz import experiments, link, presets
from skipviz.settings import Settings
from skipviz.studies import READY
from skipviz.teaching import CHAPTERS
from skipviz.ui.experiments.gallery import address_with
from skipviz.ui.learn.contents import page_named
from skipviz.ui.session import address, url_sync
from skipviz.ui.session.history import History
from skipviz.ui.session.lesson import PARTS
from skipviz.ui.session.session import Session
from tests.unit.bulk import MANY
from tests.unit.hardening.nasty import SCRIPT, Query, damaged
from tests.unit.hardening.test_doors import SHARED, token

NAMES = [*experiments.names(), *READY, *(c.id for c in CHAPTERS), *PARTS, "activations"]
WORDS = st.one_of(
    st.sampled_from([*NAMES, SCRIPT, '"><img src=x onerror=alert(1)>', "../../etc/passwd", "%00"]),
    st.text(max_size=60),
    st.text("\x00\x1b\r\n\t\u202e\u2028\ufeff\u0301İßſ,;&=#", max_size=30),
    st.sampled_from(NAMES).map(str.upper),
    st.sampled_from(["a", "é", ",", "<", "\x00", "form,"]).map(lambda each: each * 10_000),
)
TOKENS = st.one_of(
    WORDS,
    damaged(SHARED).map(lambda document: token(json.dumps(document).encode())),
    st.binary(max_size=99).map(token),
)
QUERIES = st.fixed_dictionaries(
    {},
    optional={
        "n": TOKENS,
        "view": WORDS,
        "hide": WORDS,
        "title": WORDS,
        "task": WORDS,
        "chapter": WORDS,
        "e": WORDS,
        "s": WORDS,
        "x": WORDS,
    },
)


def opened(*queries: dict[str, str]) -> tuple[Session, Query]:
    """A session after it has followed these addresses one by one, and the address at the end."""
    session, state = Session(History(presets.load("default"))), {}
    for query in map(Query, queries):
        page = SimpleNamespace(query_params=query, session_state=state)
        with patch.object(address, "st", page):
            url_sync.follow(session)
            url_sync.write(session)
    return session, query


@MANY
@given(st.lists(QUERIES, min_size=1, max_size=3))
@example([{"n": ""}])
@example([{"n": "a" * 10_000}, {"n": "a" * 10_000}])
def test_whatever_it_says_the_session_is_sound_and_the_address_is_its_own(
    queries: list[dict[str, str]],
) -> None:
    asked = queries[-1].get("n")
    session, end = opened(*queries)
    begun_with = (presets.load("default"), Settings())  # which is in no address
    refused = session.address.refused
    held = link.decode(end["n"]) if end.get("n") and not refused else begun_with
    assert held == (session.network, session.settings)
    if refused:  # what cannot be read stays as it came
        assert end["n"] == refused == asked
        with pytest.raises(link.LinkError):
            link.decode(refused)
    assert end.get("view", "").isprintable()
    assert set(end.get("hide", "").split(",")) <= {"", *PARTS}
    assert all(len(notice) <= 1_100 for notice in session.notices)


@MANY
@given(QUERIES)
def test_an_address_that_was_written_is_read_back_unchanged(query: dict[str, str]) -> None:
    session, end = opened(query)
    again, same = opened(end)
    assert same == end
    assert end.written <= 1  # each may be a place to go back to
    assert not end.keys() & {"chapter", "e", "s"}  # which belong to other pages
    assert (again.network, again.settings) == (session.network, session.settings)
    assert again.notices == []


@MANY
@given(WORDS)
def test_only_names_that_there_are_lead_anywhere(word: str) -> None:
    assert page_named(word) in {"glossary", *(c.id for c in CHAPTERS)}
    assert address.one_of(READY, word, "depth") in READY
    assert address.one_of(experiments.names(), word, "") in {"", *experiments.names()}
    assert address.view_in(word) in ("", word[: address.LONGEST_NAME])


@pytest.mark.parametrize("name", [*experiments.names(), *READY])
def test_names_are_found_in_capitals_too(name: str) -> None:
    known = [*experiments.names(), *READY]
    assert address.one_of(known, name.upper(), "") == name


@MANY
@given(WORDS)
def test_links_of_the_gallery_pass_on_only_parts_that_there_are(word: str) -> None:
    with patch.object(address, "st", SimpleNamespace(query_params={"hide": word})):
        passed = address_with(e="x").get("hide", "")
    assert set(passed.split(",")) <= {"", *PARTS}
