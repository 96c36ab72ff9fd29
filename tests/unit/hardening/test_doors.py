"""Every door takes whatever is sent: it is read, or refused with the one error of that door."""

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import data, link, presets
from skipviz.data import compatibility_problems
from skipviz.limits import ServerLimits
from skipviz.network import Network, NetworkError, apply_edit
from skipviz.settings import Settings
from skipviz.studies import READY, Study, StudyError
from skipviz.ui.components.chain import Selection
from skipviz.ui.playground.data_rail import take_choice
from skipviz.ui.playground.drawing_view import network_view
from skipviz.ui.playground.edit_events import take_edits
from skipviz.ui.playground.inspector import select
from skipviz.ui.playground.own_data import take_points
from skipviz.ui.session.history import History
from skipviz.ui.session.session import Session
from skipviz.ui.session.tray import MOST, from_links
from tests.unit.bulk import MANY
from tests.unit.hardening.nasty import SCRIPT, damaged, values

NETWORKS = tuple(
    json.loads(presets.load(name).to_json())
    for name in (
        "forward_skip",
        "conv_block",
        "transformer_preln",
        "feedback",
        "unet",
        "recurrent",
        "residual_lstm",
        "se_block",
        "attention_residuals",
        "gpt_sonnets",
        "encoder_decoder",
    )
)
SHARED = tuple(
    {"v": 1, "network": network, "settings": json.loads(Settings().model_dump_json())}
    for network in NETWORKS
)
EDITS = (
    {"do": "add_skip", "source": 1, "target": 3, "kind": "gated"},
    {"do": "remove_skip", "source": 3, "target": 7},
    {"do": "change_skip", "source": 3, "target": 7, "kind": "projection", "dropout": 0.1},
    {"do": "insert_layer", "at": 2, "layer": {"kind": "dense", "width": 4}},
    {"do": "change_layer", "layer": 1, "width": 5, "init": {"scheme": "he"}},
    {"do": "change_defaults", "activation": "tanh"},
    {"do": "change_readout", "kind": "per_position"},
    {"do": "set_time_steps", "steps": 3},
    {"do": "set_time", "time": "positions"},
    {"do": "rewire", "layer": 3, "reads": {"entries": [1, 2], "combine": "multiply"}},
    {"do": "change_layer", "layer": 3, "tied_to": 2, "tied_norms": True},
    {"do": "remove_layers", "first": 2, "last": 3},
    {"do": "duplicate_layers", "first": 1, "last": 3},
    {"do": "move_layers", "first": 1, "last": 2, "by": 2},
    {
        "do": "paste_layers",
        "at": 2,
        "layers": [{"kind": "dense"}],
        "skips": [{"source": 1, "target": 2}],
    },
    {"do": "copy_layers", "first": 1, "last": 3},
    {"do": "paste_copied", "at": 2},
    {"do": "undo"},
)
MESSAGE = 4_000  # characters a person is shown at most


def outcome(door: Callable[[], Any], refusal: type[Exception]) -> Any:
    """What the door gives, or the refusal; any other exception fails the test."""
    refused = None
    try:
        return door()
    except refusal as error:
        refused = str(error)
    assert 0 < len(refused) <= MESSAGE, f"{len(refused)} characters"
    return refused


def show(network: Network) -> None:
    """What the page does with every network that it has accepted."""
    about = data.info("digits")
    resolved = about.resolve(network)
    problems = compatibility_problems(resolved, about, ServerLimits().network)
    json.dumps(network_view(resolved, about, problems)).encode("utf-8", "replace")
    assert Network.from_json(network.to_json()) == network


def as_json(document: Any) -> str:
    return json.dumps(document)


def archive(entries: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return file.getvalue()


def assert_sound(own: data.OwnData) -> None:
    """Data that were accepted can be trained on."""
    parts = (own.split.train_x, own.split.test_x, own.split.train_y, own.split.test_y)
    assert all(part.size and np.isfinite(part).all() for part in parts)
    assert all(len(name) <= 100 for name in own.info.classes)


def token(text: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(text)).decode().rstrip("=")


@MANY
@given(damaged(NETWORKS).map(as_json))
def test_a_network_in_json(text: str) -> None:
    found = outcome(lambda: Network.from_json(text), NetworkError)
    if isinstance(found, Network):
        show(found)


@MANY
@given(damaged(SHARED).map(as_json))
def test_a_link(text: str) -> None:
    found = outcome(lambda: link.decode(token(text.encode())), link.LinkError)
    if isinstance(found, tuple):
        network, chosen = found
        show(network)
        ServerLimits(steps=10).problems(network, chosen)
        assert link.decode(link.encode(network, chosen)) == (network, chosen)


@MANY
@given(st.text(max_size=200) | st.binary(max_size=200).map(token))
def test_anything_as_a_link(text: str) -> None:
    outcome(lambda: link.decode(text), link.LinkError)
    outcome(lambda: Network.from_json(text), NetworkError)


@MANY
@given(st.lists(damaged(EDITS) | values, max_size=4), values, st.integers(-2, 4) | values)
def test_events_of_the_editor(edits: list[Any], instance: Any, seq: Any) -> None:
    session = Session(History(presets.load("forward_skip")))
    numbered = [edit | {"seq": seq} if isinstance(edit, dict) else edit for edit in edits]
    for event in ({"edits": numbered, "instance": instance}, {"edits": instance}, instance):
        take_edits(session, event)
    show(session.network)
    assert all(len(notice) <= MESSAGE for notice in session.notices)
    json.dumps(vars(session.editing.acknowledged)).encode("utf-8", "replace")


MESSAGES = (
    {"layer": 3}, {"skip": [3, 7]}, {"layers": [2, 5]}, {"skip": [[1], [2]]}, {"layer": True},
    {"id": "0", "kept": ["?n=abc"], "left": True}, {"token": "abc"},
    {"points": [[0.1, 0.2, 0]], "classes": 2}, [[0.5, -0.5, 1]], "circles", "own", 7,
)  # fmt: skip


@MANY
@given(damaged(MESSAGES))
def test_messages_of_the_components(message: Any) -> None:
    session = Session(History(presets.load("forward_skip")))
    drawn = session.network
    select(session, message)
    take_points(session, message)
    Selection(session.network, 0).take(message)
    if message != "own":  # which opens a part of a page
        take_choice(session, message)
    assert session.network is drawn
    assert all(len(notice) <= MESSAGE for notice in session.notices)


@MANY
@given(damaged(EDITS))
def test_an_edit(edit: Any) -> None:
    found = outcome(lambda: apply_edit(Network.mlp(4, 8), edit), NetworkError)
    if isinstance(found, Network):
        show(found)


@pytest.mark.parametrize("digits", [3, 4_000, 5_000])
@pytest.mark.parametrize("edit", EDITS[:4], ids=lambda edit: edit["do"])
def test_an_edit_with_an_endless_number(edit: dict[str, Any], digits: int) -> None:
    for name in edit.keys() & {"source", "target", "at"}:
        huge = edit | {name: -(10**digits)}
        assert isinstance(
            outcome(lambda e=huge: apply_edit(Network.mlp(4, 8), e), NetworkError), str
        )


FIELDS = st.sampled_from(
    ("1", "0.5", "-3", "", " ", "cat", "nan", "inf", "1e308", "1e999", "1_0", '"', '"a', "\x00",
     "é", "\r", "=1+1", "@a", SCRIPT, "9" * 400)
)  # fmt: skip


@MANY
@given(
    st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=14),
    st.sampled_from((",", ";", "\t")),
    st.sampled_from(("\n", "\r\n", "\r")),
    st.integers(-3, 3),
)
def test_a_table(rows: list[list[str]], comma: str, end: str, target: int) -> None:
    text = end.join(comma.join(row) for row in rows)
    found = outcome(lambda: data.from_csv(text.encode(), target=target), data.DataError)
    if isinstance(found, data.OwnData):
        assert_sound(found)


@MANY
@given(st.binary(max_size=300))
def test_any_bytes_as_data(content: bytes) -> None:
    outcome(lambda: data.from_csv(content), data.DataError)
    outcome(lambda: data.from_npz(content), data.DataError)
    outcome(lambda: data.from_zip(content), data.DataError)
    outcome(
        lambda: data.from_zip(archive({f"a/{k}.png": content for k in range(9)})), data.DataError
    )
    outcome(lambda: data.from_npz(archive({"x.npy": content, "y.npy": content})), data.DataError)


ARRAYS = (
    np.zeros((9, 2)), np.ones((9, 2), "i1"), np.full((9, 2), 1e308), np.full((9, 2), np.nan),
    np.zeros((9, 0)), np.zeros((0, 2)), np.zeros(9), np.arange(9), np.arange(9) * 1e300,
    np.array(["a", "b", SCRIPT] * 3), np.array(["a" * 10_000] * 9), np.array([None] * 9),
    np.zeros(9, dtype=[("a", "f4")]), np.zeros((9, 2), "c16"), np.zeros(9, "M8[s]"),
    np.array(0.0), np.zeros((9, 1, 1, 1, 1)), np.zeros((9, 2, 3, 4)), np.zeros((9, 2), "f2"),
    np.array([True, False, True] * 3), np.zeros((9, 2), "g"), np.arange(9, dtype="u8") + 2**63,
)  # fmt: skip


@MANY
@given(
    st.sampled_from(ARRAYS), st.sampled_from(ARRAYS), st.integers(0, 5_000), st.binary(max_size=3)
)
def test_arrays(x: Any, y: Any, place: int, patch: bytes) -> None:
    file = io.BytesIO()
    np.savez(file, x=x, y=y)
    content = bytearray(file.getvalue())
    content[place : place + len(patch)] = patch
    found = outcome(lambda: data.from_npz(bytes(content)), data.DataError)
    if isinstance(found, data.OwnData):
        assert_sound(found)


@MANY
@given(st.lists(damaged((["A", token(as_json(SHARED[0]).encode())],)) | values) | values)
def test_what_a_tab_says_it_kept(found: Any) -> None:
    assert len(from_links(found).runs) <= MOST


TREND = {"name": "a", "depth": [5, 10], "pattern": ["none"], "arms": ["skip"], "seeds": 2}


@MANY
@given(damaged((TREND, json.loads(READY["depth"].model_dump_json()))))
def test_a_study(fields: Any) -> None:
    if isinstance(fields, dict):
        outcome(lambda: Study.of(fields), StudyError)


@MANY
@given(st.text(max_size=100) | st.just("a = " + "[" * 20_000))
def test_anything_as_a_study(text: str) -> None:
    outcome(lambda: Study.from_toml(text), StudyError)
