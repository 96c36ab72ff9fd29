"""The doors: each makes valid input, changes it, and hands it in. One call is one case."""

import asyncio
import base64
import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from skipviz import data, link
from skipviz.data import DataError
from skipviz.limits import LimitsError, from_environment, proxies
from skipviz.network import Network, NetworkError, apply_edit
from skipviz.own_model.live.messages import MessageError, command_in, told_in
from skipviz.own_model.saved import run_from_json
from skipviz.studies import READY, Study, StudyError, trials
from skipviz.ui.components.chain import Selection
from skipviz.ui.components.points import read_points
from skipviz.ui.playground.data_rail import take_choice
from skipviz.ui.playground.edit_events import take_edits
from skipviz.ui.playground.inspector import select
from skipviz.ui.playground.own_data import take_points
from skipviz.ui.session import address, url_sync
from skipviz.ui.session.tray import from_links
from tests.unit.hardening.fuzz import files, requests
from tests.unit.hardening.fuzz.mutations import as_json, raw, tree
from tests.unit.hardening.nasty import Query
from tests.unit.hardening.test_doors import (
    EDITS,
    MESSAGES,
    NETWORKS,
    SHARED,
    TREND,
    History,
    Session,
    assert_sound,
    presets,
    show,
)

ROOT = Path(__file__).parents[4]
RUN = json.loads((ROOT / "assets" / "models" / "unet.json").read_text())
RUN = {name: value[:2] if name in ("frames", "steps") else value for name, value in RUN.items()}
STUDIES = (TREND, *(json.loads(study.model_dump_json()) for study in READY.values()))
TOMLS = tuple((ROOT / "docs" / "studies").glob("*.toml"))
COMMANDS = ({"do": "switch", "arm": "plain", "cut": [1, 2]}, {"do": "step"}, {"do": "switch"})
TOLD = (
    {"frames": [{"step": 1, "seconds": 0.5, "parts": [
        {"arm": "skip", "cut": [0], "loss": 0.5, "norms": [1.0, None], "shares": [0.25]}]}]},
    {"state": {"doing": "paused", "why": "", "arm": "plain", "cut": [1], "notes": ["a"]}},
    {"structure": RUN["structure"]},
)  # fmt: skip
ENVIRONMENT = {"SKIPVIZ_MAX_JOBS": "2", "SKIPVIZ_MAX_SECONDS": "60.5", "SKIPVIZ_PROXIES": "1"}
LONGEST = 4_000  # characters a person is shown at most
Door = Callable[[random.Random], None]


def refused(door: Callable[[], Any], error: type[Exception]) -> Any:
    """What it gives, or None where it is refused by this error, in words."""
    said = ""
    try:
        return door()
    except error as why:
        said = str(why)
    assert 0 < len(said) <= LONGEST, f"{len(said)} characters"
    return None


def network(rng: random.Random) -> None:
    text = as_json(tree(rng, NETWORKS))
    if rng.random() < 0.1:
        text = raw(rng, text.encode()).decode("utf-8", "surrogateescape")
    found = refused(lambda: Network.from_json(text), NetworkError)
    if found is not None:
        show(found)


def token(rng: random.Random) -> str:
    """That of a document that was changed, or changed itself."""
    plain = as_json(tree(rng, SHARED) if rng.random() < 0.7 else rng.choice(SHARED)).encode()
    packed = zlib.compress(plain, rng.randrange(10))
    if rng.random() < 0.2:
        packed = raw(rng, packed)
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return raw(rng, text.encode()).decode("latin-1") if rng.random() < 0.2 else text


def links(rng: random.Random) -> None:
    text = token(rng)
    found = refused(lambda: link.decode(text), link.LinkError)
    if found is not None:
        assert link.decode(link.encode(*found)) == found


def addresses(rng: random.Random) -> None:
    valid = {"n": token(rng), "view": "loss", "hide": "data,arms", "title": "T", "task": "Do it"}
    session, state = Session(History(presets.load("forward_skip"))), {}
    for _ in range(2):
        asked = Query({str(k): str(v) for k, v in tree(rng, (valid,)).items()})
        with patch.object(address, "st", SimpleNamespace(query_params=asked, session_state=state)):
            url_sync.follow(session)
            url_sync.write(session)
    session.network.to_json()


def model_run(rng: random.Random) -> None:
    text = as_json(tree(rng, (RUN,))).encode()
    refused(lambda: run_from_json(raw(rng, text) if rng.random() < 0.2 else text), DataError)


def studies(rng: random.Random) -> None:
    fields = tree(rng, STUDIES)
    found = refused(lambda: Study.of(fields), StudyError)
    if found is not None:
        trials(found)


def tomls(rng: random.Random) -> None:
    text = rng.choice(TOMLS).read_text()
    lines = text.splitlines()
    for _ in range(rng.randint(0, 3)):
        place = rng.randrange(len(lines))
        lines[place] = rng.choice((rng.choice(lines), "", lines[place] * 2, "[[x]]", "x = 1e999"))
    changed = raw(rng, "\n".join(lines).encode()).decode("utf-8", "replace")
    refused(lambda: Study.from_toml(changed), StudyError)


def tables(rng: random.Random) -> None:
    content, target = files.csv(rng), rng.choice((-1, -1, 0, 2, -4, 9))
    found = refused(lambda: data.from_csv(content, target=target), DataError)
    if found is not None:
        assert_sound(found)


def arrays(rng: random.Random) -> None:
    content = files.npz(rng)
    found = refused(lambda: data.from_npz(content), DataError)
    if found is not None:
        assert_sound(found)


def components(rng: random.Random) -> None:
    session = Session(History(presets.load("forward_skip")))
    message = tree(rng, MESSAGES)
    select(session, message)
    take_points(session, message)
    Selection(session.network, 0).take(message)
    if message != "own":
        take_choice(session, message)
    refused(lambda: read_points(message.get("points") if isinstance(message, dict) else message),
            DataError)  # fmt: skip
    from_links(message)


def edits(rng: random.Random) -> None:
    session = Session(History(presets.load("forward_skip")))
    sent = [tree(rng, EDITS) for _ in range(rng.randint(1, 3))]
    numbered = [{**edit, "seq": k} for k, edit in enumerate(sent, 1) if isinstance(edit, dict)]
    take_edits(session, tree(rng, ({"instance": "a", "edits": numbered},)))
    show(session.network)
    refused(lambda: apply_edit(Network.mlp(4, 8), sent[0]), NetworkError)


def live_model(rng: random.Random) -> None:
    door, valid = rng.choice(((command_in, COMMANDS), (told_in, TOLD)))
    text = as_json(tree(rng, valid)).encode()
    refused(lambda: door(raw(rng, text) if rng.random() < 0.3 else text), MessageError)


def environment(rng: random.Random) -> None:
    told = {str(name): str(value) for name, value in tree(rng, (ENVIRONMENT,)).items()}
    refused(lambda: from_environment(told), LimitsError)
    refused(lambda: proxies(told), LimitsError)


def http(rng: random.Random) -> None:
    query = quote(token(rng), safe=rng.choice(("", "%=&+#\x00")))
    asyncio.run(requests.ask(rng, query))


def sockets(rng: random.Random) -> None:
    asyncio.run(requests.talk(rng))


DOORS: dict[str, Door] = {
    door.__name__: door
    for door in (
        network, links, addresses, model_run, studies, tomls, tables, arrays, components, edits,
        live_model, environment, http, sockets,
    )
}  # fmt: skip
