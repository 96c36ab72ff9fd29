"""Changes that know the form of what they change: documents, text of lines, bytes."""

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

Tree = Any
Place = tuple[Any, Any]
"""A container of a document, and the key or index in it."""

MOST = 5_000  # places that are changed: to look at more is no work of a door
NUMBERS = (0, 1, -1, 2, 255, 256, 2**31 - 1, 2**31, 2**53 + 1, 2**63, 2**64, 10**19, 10**400)
FLOATS = (0.0, -0.0, 0.5, 1e-320, 1e308, float("inf"), float("nan"), 1 + 2**-52)
WORDS = ("", " ", "dense", "skip", "nan", "null", "\x00", "\ud83d", "e\u0301", "../x", "%s%n", "١")


def tree(rng: random.Random, valid: Sequence[Tree]) -> Tree:
    """One of the documents with one to four places changed; parts of the others may come in."""
    document = copy.deepcopy(rng.choice(valid))
    for _ in range(rng.randint(1, 4)):
        places = list(_places(document))
        if not places:
            return document
        rng.choice(TREE_CHANGES)(rng, places, rng.choice(valid))
    return document


def _places(document: Tree) -> Iterator[Place]:
    """The places of a document, each value in a dict or a list; of a huge one the first."""
    return islice(_all_places(document), MOST)


def _all_places(document: Tree) -> Iterator[Place]:
    inside = [_values_of(document)]
    while inside:
        place = next(inside[-1], None)
        if place is None:
            inside.pop()
        else:
            yield place
            inside.append(_values_of(place[0][place[1]]))


def _values_of(node: Tree) -> Iterator[Place]:
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    return iter([(node, key) for key in keys])


def _near(rng: random.Random, places: list[Place], _: Tree) -> None:
    """A value becomes its neighbour: of the same kind, at an edge of what is allowed."""
    node, key = rng.choice(places)
    value = node[key]
    if isinstance(value, bool) or value is None:
        node[key] = rng.choice((True, False, None, 0, 1, "true"))
    elif isinstance(value, int):
        node[key] = rng.choice((value + 1, value - 1, -value, value * 10, *NUMBERS, str(value)))
    elif isinstance(value, float):
        node[key] = rng.choice((-value, value * 1e10, *FLOATS, repr(value)))
    elif isinstance(value, str):
        node[key] = rng.choice((value + value, value[1:], value.upper(), value * 999, *WORDS))
    elif isinstance(value, list):
        node[key] = rng.choice((value * 2, value[::-1], value[:-1], value * 50, [value], []))
    else:
        node[key] = rng.choice(([value], {}, dict(reversed(value.items())), str(value)))


def _swap(rng: random.Random, places: list[Place], _: Tree) -> None:
    (one, k), (two, m) = rng.choice(places), rng.choice(places)
    one[k], two[m] = copy.deepcopy(two[m]), copy.deepcopy(one[k])


def _splice(rng: random.Random, places: list[Place], other: Tree) -> None:
    """A part of another document in place of one of this, one of the same name if it has such."""
    node, key = rng.choice(places)
    named = [(n, k) for n, k in _places(other) if k == key] or list(_places(other))
    if named:
        there, k = rng.choice(named)
        node[key] = copy.deepcopy(there[k])


def _drop(rng: random.Random, places: list[Place], _: Tree) -> None:
    node, key = rng.choice(places)
    del node[key]


def _rename(rng: random.Random, places: list[Place], other: Tree) -> None:
    """A field under the name of another one, or a part put in twice."""
    node, key = rng.choice(places)
    if isinstance(node, list):
        node.insert(key, copy.deepcopy(node[key]))
        return
    names = [k for _, k in [*places, *_places(other)] if isinstance(k, str)] or ["kind"]
    node[rng.choice(names)] = node.pop(key) if rng.random() < 0.5 else copy.deepcopy(node[key])


def _deepen(rng: random.Random, places: list[Place], _: Tree) -> None:
    node, key = rng.choice(places)
    value = node[key]
    for _ in range(rng.choice((1, 3, 200))):
        value = [value] if rng.random() < 0.5 else {str(key): value}
    node[key] = value


TREE_CHANGES: tuple[Callable[[random.Random, list[Place], Tree], None], ...] = (
    _near, _near, _near, _swap, _splice, _splice, _drop, _rename, _deepen,
)  # fmt: skip


def as_json(document: Tree) -> str:
    """Also what JSON does not have: NaN, lone surrogates."""
    return json.dumps(document)


def raw(rng: random.Random, content: bytes) -> bytes:
    """Bytes with one to four changes: bits, runs cut out, doubled or overwritten."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        if not changed:
            return b""
        start = rng.randrange(len(changed))
        end = min(start + rng.choice((1, 2, 4, 8, 64, 1_000)), len(changed))
        match rng.randrange(6):
            case 0:
                changed[start] ^= 1 << rng.randrange(8)
            case 1:
                del changed[start:end]
            case 2:
                changed[start:start] = changed[start:end]
            case 3:
                changed[start:end] = rng.choice((b"\x00", b"\xff", b"\x80")) * (end - start)
            case 4:
                del changed[end:]
            case _:
                changed[start:end] = rng.randbytes(end - start)
    return bytes(changed)


CELLS = (
    "", " ", '"', '""', '"a\nb"', "1e999", "-1e-999", "nan", "0x10", "1,5", "1_000", "١٢",
    "\ufeff1",
    "\x00", "a" * 3_000, "9" * 500, "=1+1", "1;2", "\t", "True", "é", "1.0000000000000002",
)  # fmt: skip


def table(rng: random.Random, rows: Sequence[Sequence[str]]) -> str:
    """A table as text, with cells, rows or marks changed."""
    cells = [list(row) for row in rows]
    comma, end = rng.choice((",", ";", "\t")), rng.choice(("\n", "\r\n", "\r", "\n\n"))
    for _ in range(rng.randint(1, 6)):
        row = rng.choice(cells)
        match rng.randrange(7):
            case 0 | 1 | 2 if row:
                row[rng.randrange(len(row))] = rng.choice(CELLS)
            case 3:
                row.append(rng.choice(CELLS))
            case 4 if row:
                row.pop()
            case 5:
                cells.insert(rng.randrange(len(cells)), list(row))
            case _:
                cells[rng.randrange(len(cells))] = list(rng.choice(cells))
    return end.join(comma.join(row) for row in cells) + rng.choice(("", end, '"', "\x1a"))
