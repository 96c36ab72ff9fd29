"""Repeated parts of a chain: found, compared, and given one class or one loop."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
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
        if not len(self.members) == len(self.lines) == 1 or self.cells[0].wired:
            return False
        ((_, member),) = self.members
        return f"self.{member.name}(" in self.lines[0] and member.name == LAYER and not member.after

    @cached_property
    def members(self) -> list[tuple[str, Member]]:
        """What it holds, with what the built model calls the module."""
        return [pair for each in self.cells for pair in each.members]

    @cached_property
    def lines(self) -> list[str]:
        """Its forward pass."""
        return [line for each in self.cells for line in each.lines]

    @cached_property
    def sizes(self) -> list[int]:
        """Every size in what it holds."""
        return [part for _, m in self.members for part in pieces(m.code) if isinstance(part, int)]

    @cached_property
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
        first = blocks[0]
        self.blocks = [first]
        self._same = [True for _ in first.sizes]  # which sizes all blocks share
        self._come_in = [size == first.size and not first.is_plain for size in first.sizes]
        for block in blocks[1:]:
            self.add(block)

    @property
    def period(self) -> int:
        """The number of layers of one block."""
        return self.blocks[0].period

    @property
    def has_size(self) -> bool:
        """Whether the channels coming in are an argument of the class."""
        return not all(self._same)

    def add(self, block: Block) -> bool:
        """Take the block in if one class with at most one argument can serve all."""
        first = self.blocks[0]
        if block.frame != first.frame:
            return False
        pairs = list(zip(block.sizes, first.sizes, strict=True))
        same = [before and new == old for before, (new, old) in zip(self._same, pairs, strict=True)]
        come_in = [
            b and new == block.size for b, (new, _) in zip(self._come_in, pairs, strict=True)
        ]
        if not all(one or other for one, other in zip(same, come_in, strict=True)):
            return False
        self.blocks.append(block)
        self._same, self._come_in = same, come_in
        return True

    def add_all(self, blocks: Sequence[Block]) -> bool:
        """Take all of these in, or none."""
        kept = list(self.blocks), self._same, self._come_in
        if all(self.add(block) for block in blocks):
            return True
        self.blocks, self._same, self._come_in = kept
        return False

    def members(self, argument: str) -> Iterator[Member]:
        """What one block holds, with sizes that vary written as `argument`."""
        pairs = zip(self._same, self.blocks[0].sizes, strict=True)
        sizes = iter([size if same else argument for same, size in pairs])
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
