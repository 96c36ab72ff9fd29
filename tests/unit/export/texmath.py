"""Evaluates the equations a page shows, as printed, in numbers.

Columns are (d, 1), rows (1, d), matrices (d, d); all states have the same width d. A symbol is
looked up by its LaTeX. `a_{3}(z)` is the activation given, and leaves its derivative behind as A_3.
"""

import re
from collections.abc import Callable

import numpy as np

from skipviz.types import Array

_TOKEN = re.compile(
    r"\\left\(|\\right\)|\\odot|\\operatorname\{diag\}|\\sigma|\\,|\^\{(?:\\!)?\\top\}"
    r"|\\bm\{[^}]*\}(?:_\{[\d,]+\}(?:\^\{\(\d\)\})?)?|\\(?:alpha|beta)_\{[\d,]+\}|a_\{[\d,]+\}(?:\^\{\(\d\)\})?|[\d.]+|[-+()]"
)


def tokens_of(text: str) -> list[str]:
    """Tokens, with every fraction kept whole: it is a symbol."""
    tokens, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
        elif text.startswith(r"\frac", at):
            end = _after_braces(text, _after_braces(text, at + len(r"\frac")))
            tokens.append(text[at:end])
            at = end
        else:
            match = _TOKEN.match(text, at)
            assert match, f"cannot read {text[at : at + 40]!r}"
            tokens.append(match[0])
            at = match.end()
    return tokens


def _after_braces(text: str, at: int) -> int:
    depth = 0
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    raise AssertionError(text)


class Evaluator:
    """Values by symbol, and the functions a_k with their derivatives."""

    def __init__(
        self, width: int, functions: dict[str, tuple[Callable[[Array], Array], ...]]
    ) -> None:
        self.values: dict[str, Array] = {
            r"\bm{1}": np.ones((width, 1)),
            r"\bm{I}": np.eye(width),
        }
        self._functions = functions

    def assign(self, line: str) -> str:
        """Evaluate `left &= right` and remember it; the left side."""
        left, right = line.split(" &= ")
        self.values[left] = self.value(right)
        return left

    def value(self, text: str) -> Array:
        """The value of an expression."""
        self._tokens, self._at = tokens_of(text), 0
        found = self._sum()
        assert self._at == len(self._tokens), text
        return found

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _sum(self) -> Array:
        total = self._term()
        while self._next() in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            total = total + sign * self._term()
        return total

    def _term(self) -> Array:
        value = self._product()
        while self._next() == r"\odot":
            self._take()
            value = value * self._product()
        return value

    def _product(self) -> Array:
        value = self._factor()
        while self._next() not in ("", "+", "-", r"\odot", r"\right)", ")"):
            if self._next() == r"\,":
                self._take()
                continue
            other = self._factor()
            value = value * other if 1 in (value.size, other.size) else value @ other
        return value

    def _factor(self) -> Array:
        value = self._atom(self._take())
        while self._next().endswith(r"\top}"):
            self._take()
            value = value.T
        return value

    def _atom(self, token: str) -> Array:
        if token == "-":
            return -self._factor()
        if token in (r"\left(", "("):
            value = self._sum()
            self._take()
            return value
        if token == r"\operatorname{diag}":
            return np.diagflat(self._factor())
        if token == r"\sigma":
            return 1 / (1 + np.exp(-self._factor()))
        if token.startswith("a_"):
            function, slope = self._functions[token]
            argument = self._factor()
            self.values[rf"\bm{{A}}{token[1:]}"] = np.diagflat(slope(argument))
            return function(argument)
        if token[0].isdigit():
            return np.array([[float(token)]])
        return self.values[token]
