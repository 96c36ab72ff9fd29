"""Symbols of the equations. An index stands in angle brackets, <3>, until it is 3 or k - 1."""

import re
from dataclasses import dataclass

from skipviz.language import _
from skipviz.network import AnySkip, Network

_INDEX = re.compile(r"<(\d+)>")


def bold(letter: str) -> str:
    """A vector or matrix."""
    return rf"\bm{{{letter}}}"


def in_words(message: str, **symbols: str) -> str:
    r"""A message of this language as \text, with mathematics in its places."""
    said = _(message, **{place: rf"}} {symbol} \text{{" for place, symbol in symbols.items()})
    return rf"\text{{{said}}}".removeprefix(r"\text{} ").removesuffix(r" \text{}")


def indexed(letter: str, *indices: int) -> str:
    """A symbol with the numbers of layers as indices."""
    return f"{letter}_{{{','.join(f'<{i}>' for i in indices)}}}"


def numbered(text: str) -> str:
    """With every index as the number it is."""
    return _INDEX.sub(r"\1", text)


def relative(text: str, base: int) -> str:
    """With every index counted from `base`, which is called k."""

    def named(match: re.Match[str]) -> str:
        offset = int(match[1]) - base
        return f"k{offset:+d}" if offset else "k"

    return _INDEX.sub(named, text)


@dataclass(frozen=True)
class Variable:
    """A value of the forward pass: h_3, s_3, x or y; `moves` in time where it differs."""

    letter: str
    index: int | None = None
    moves: bool = False

    def tex(self, time: str = "t") -> str:
        """The symbol, at a time where it has one."""
        symbol = bold(self.letter)
        if self.index is not None:
            symbol = indexed(symbol, self.index)
        return f"{symbol}^{{{time}}}" if self.moves else symbol


def by_target(network: Network) -> dict[int, list[AnySkip]]:
    """The skips by the layer they join, in the order in which they do."""
    found: dict[int, list[AnySkip]] = {}
    for skip in network.skips:
        found.setdefault(skip.target, []).append(skip)
    return found


class Symbols:
    """What the states of a network are called."""

    def __init__(self, network: Network) -> None:
        self._last = network.depth + 1
        self._over_positions = network.time == "positions"
        self.moves = self._over_positions or any(skip.is_feedback for skip in network.skips)
        joined = {skip.target for skip in network.skips if skip.join == "output"}
        normed = {k for k, layer in enumerate(network.layers, 1) if layer.state_norm != "none"}
        self._merged = joined | normed

    def is_merged(self, k: int) -> bool:
        """Whether s_k is more than h_k."""
        return k in self._merged

    def branch(self, k: int) -> Variable:
        """h_k, what layer k gives before skips join its output."""
        if k == self._last and not self.is_merged(k):
            return self.state(k)
        return Variable("h", k, self.moves)

    def state(self, k: int) -> Variable:
        """What layer k hands on: s_k, or h_k where that is the same; x and y at the ends."""
        if k == 0:
            return Variable("x", moves=self._over_positions)
        if k == self._last:
            return Variable("y", moves=self.moves)
        return Variable("s" if self.is_merged(k) else "h", k, self.moves)

    def layer(self, variable: Variable) -> int:
        """The layer a value belongs to; 0 is the input."""
        if variable.index is not None:
            return variable.index
        return 0 if variable.letter == "x" else self._last
