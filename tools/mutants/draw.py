"""Which changes are tried: a sample of all that Cosmic Ray can make, the same on each machine.

A mutant is known by what stands in its line, so an edit elsewhere changes neither which are drawn
nor what is written of one.
"""

import ast
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tools.mutants.no_code import no_code

ROOMS = (
    "skipviz/network",
    "skipviz/engine/model",
    "skipviz/engine/probes",
    "skipviz/engine/attribution",
    "skipviz/engine/training",
    "skipviz/theory",
)
_ON_A_GPU = ("skipviz/engine/training/graphed.py",)  # tested by `make gpu`
# `is` for `==` says the same of small numbers, of members and of the strings of a literal.
_THE_SAME = ("_Eq_Is", "_NotEq_IsNot", "_Is_Eq", "_IsNot_NotEq")


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    path: str  # below the root
    source: str  # of the whole file
    operator: str  # of Cosmic Ray
    occurrence: int  # of the operator in the file
    line: int  # from 1
    column: int  # from 0
    definition: str  # the function or class that it stands in
    twin: int  # of the operator's changes to lines that read the same within the definition

    def lot(self, seed: int) -> str:
        """A number by which it is drawn; it depends on what it is, not on what stands around."""
        own = (seed, self.path, self.definition, self.line_text, self.operator, self.twin)
        return hashlib.sha256(repr(own).encode()).hexdigest()

    @property
    def line_text(self) -> str:
        """What the line says before the change."""
        return self.source.splitlines()[self.line - 1].strip()

    @cached_property
    def code(self) -> str:
        """The file with the change."""
        changed: str = mutate_code(self.source, get_operator(self.operator)(), self.occurrence)
        return changed

    @property
    def is_python(self) -> bool:
        """Not so where Cosmic Ray takes the stars of `{**fields}` for a power."""
        try:
            ast.parse(self.code)
        except SyntaxError:
            return False
        return True

    @cached_property
    def change(self) -> tuple[str, str]:
        """What stood there, and what stands there now."""
        lines = list(ndiff(self.source.splitlines(), self.code.splitlines()))
        before, after = ([row[2:].strip() for row in lines if row[0] == sign] for sign in "-+")
        return "\n".join(before).strip(), "\n".join(after).strip()

    def __str__(self) -> str:
        before, after = self.change
        return f"{self.path}:{self.line} {self.definition}\n  - {before}\n  + {after}"


def draw(root: Path, count: int, seed: int) -> list[Mutant]:
    """`count` mutants of the rooms below `root`, at most one at each place of the code.

    One at each place, because there are eleven other signs for a plus and one for a `not`.
    """
    files = sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))
    names = (str(path.relative_to(root)) for path in files)
    sources = {name: (root / name).read_text("utf-8") for name in names if name not in _ON_A_GPU}
    found = [each for name, source in sources.items() for each in mutants(name, source)]
    return drawn(found, count, seed)


def drawn(found: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """Those with the lowest lots."""
    places: dict[tuple[str, int, int], Mutant] = {}
    for mutant in sorted(found, key=lambda each: each.lot(seed)):
        place = mutant.path, mutant.line, mutant.column
        if len(places) < count and place not in places and mutant.is_python:
            places[place] = mutant
    return list(places.values())


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """Every change of a file, by operator and then by line."""
    tree, lines, left_out = get_ast(source), source.splitlines(), no_code(source)
    nodes = list(ast_nodes(tree))
    for name, operator in _operators():
        places = ((node, start) for node in nodes for start, _ in operator.mutation_positions(node))
        twins: Counter[tuple[str, str]] = Counter()
        for occurrence, (node, (line, column)) in enumerate(places):
            definition = ASTQuery(node).get_definition_name() or ""
            alike = definition, lines[line - 1].strip()
            if not any(first <= (line, column) < last for first, last in left_out):
                twin = twins[alike]
                yield Mutant(path, source, name, occurrence, line, column, definition, twin)
            twins[alike] += 1


@cache
def _operators() -> list[tuple[str, Any]]:
    """Those that need no arguments."""
    named = [(name, get_operator(name)) for name in operator_names()]
    return [(n, each()) for n, each in named if not (each.arguments() or n.endswith(_THE_SAME))]
