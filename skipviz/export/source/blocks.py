"""Repeated parts of a chain: found, compared, and given one class or one loop."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from skipviz.export.source.calls import pieces, with_sizes
from skipviz.export.source.cells import Cell
from skipviz.export.source.members import Member

LAYER = "layer1"  # the name of the first layer of a block


@dataclass(frozen=True)
class Block:
    """Layers first .. end as the code of a module of their own; `size` channels come in."""

    first: int
    cells: tuple[Cell, ...]
    size: int

    @property
    def end(self) -> int:
        """The last of its layers."""
        return self.first + len(self.cells) - 1

    @property
    def period(self) -> int:
        """The number of its layers."""
        return len(self.cells)

    @property
    def is_plain(self) -> bool:
        """Whether it is one member called in one statement, and so needs no class."""
        if not len(self.members) == len(self.lines) == 1:
            return False
        ((_, member),) = self.members
        return f"self.{member.name}(" in self.lines[0] and member.name == LAYER and not member.after

    @property
    def members(self) -> list[tuple[str, Member]]:
        """What it holds, with what the built model calls the owners."""
        return [pair for each in self.cells for pair in each.members]

    @property
    def lines(self) -> list[str]:
        """Its forward pass."""
        return [line for each in self.cells for line in each.lines]

    @property
    def sizes(self) -> list[int]:
        """Every size in what it holds."""
        return [part for _, m in self.members for part in pieces(m.code) if isinstance(part, int)]

    @property
    def frame(self) -> tuple[Any, ...]:
        """Everything but the sizes: two blocks of one class have the same."""
        codes = tuple(
            (m.name, tuple(p for p in pieces(m.code) if isinstance(p, str)), m.after)
            for _, m in self.members
        )
        return codes, tuple(self.lines)


class BlockClass:
    """Blocks whose code is the same but for sizes that equal the channels coming in."""

    def __init__(self, *blocks: Block) -> None:
        self.blocks = list(blocks)

    @property
    def period(self) -> int:
        """The number of layers of one block."""
        return self.blocks[0].period

    @property
    def has_size(self) -> bool:
        """Whether the channels coming in are an argument of the class."""
        return any(block.sizes != self.blocks[0].sizes for block in self.blocks)

    def add(self, *blocks: Block) -> bool:
        """Take these blocks in if one class with at most one argument can serve all."""
        accepted = self._fits([*self.blocks, *blocks])
        if accepted:
            self.blocks += blocks
        return accepted

    def _fits(self, blocks: list[Block]) -> bool:
        if any(block.frame != blocks[0].frame for block in blocks):
            return False
        columns = zip(*(one.sizes for one in blocks), strict=True)
        coming_in = None if blocks[0].is_plain else tuple(one.size for one in blocks)
        return all(len(set(column)) == 1 or column == coming_in for column in columns)

    def members(self, argument: str) -> Iterator[Member]:
        """What one block holds, with sizes that vary written as `argument`."""
        columns = zip(*(block.sizes for block in self.blocks), strict=True)
        sizes = iter([argument if len(set(column)) > 1 else column[0] for column in columns])
        for _, member in self.blocks[0].members:
            yield Member(member.name, with_sizes(member.code, sizes), after=member.after)


@dataclass(frozen=True)
class Run:
    """Blocks in a row; `shared` is their class, None where they are plain layers in a loop."""

    blocks: tuple[Block, ...]
    shared: BlockClass | None

    @property
    def first(self) -> int:
        """The first of its layers."""
        return self.blocks[0].first

    @property
    def end(self) -> int:
        """The last of its layers."""
        return self.blocks[-1].end

    @property
    def name(self) -> str:
        """The member that holds it."""
        return f"layers{self.first}_{self.end}"
