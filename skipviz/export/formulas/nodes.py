"""Values of the forward pass with what they directly depend on.

All derivatives are matrices with as many rows as the value above has entries, so that gradients
are rows and the chain rule multiplies from the loss on the left to the input on the right.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from skipviz.export.formulas.symbols import Variable

Product = tuple[str, ...]
WeightKind = Literal["matrix", "bias", "table", "scalar", "channel", "other"]
_SHARED = ("matrix", "bias", "channel")  # by all positions
IDENTITY = r"\bm{I}"


@dataclass(frozen=True)
class Term:
    """A direct dependence on `source`, of the time step before if `delayed`.

    Its partial derivative is the sum of `products`, each of which is multiplied in this order.
    """

    source: Variable
    products: tuple[Product, ...] = ((),)
    delayed: bool = False

    @property
    def partial(self) -> str:
        """The partial derivative."""
        return " + ".join(map(_matrix, self.products))

    def after(self, factor: str) -> "Term":
        """The same dependence seen through one more function with this derivative."""
        return replace(self, products=tuple((factor, *product) for product in self.products))


@dataclass(frozen=True)
class Weight:
    """Something learned.

    matrix: multiplies the column `reads`. bias, table: is added. scalar, channel: a factor of
    `reads`. other: enters in another way, or at every position. `chain` are the derivatives from
    the node down to that place.
    """

    symbol: str
    reads: str
    kind: WeightKind = "matrix"
    chain: Product = ()

    def after(self, factor: str) -> "Weight":
        """The same weight seen through one more function with this derivative."""
        return replace(self, chain=(factor, *self.chain))


@dataclass(frozen=True)
class Node:
    """One equation: `variable` = `value`; `asides` define what else stands in it.

    `spread` says that the value may have several positions, at each of which weights are met.
    """

    variable: Variable
    layer: int
    value: str
    spread: bool = False
    is_sum: bool = False
    terms: tuple[Term, ...] = ()
    weights: tuple[Weight, ...] = ()
    asides: tuple[str, ...] = ()

    @property
    def atom(self) -> str:
        """The value, in parentheses where it is a sum."""
        return rf"\left({self.value}\right)" if self.is_sum else self.value

    def through(self, value: str, factor: str = "") -> "Node":
        """A function of the value with the derivative `factor`."""
        if not factor:
            return replace(self, value=value, is_sum=False)
        return replace(
            self,
            value=value,
            is_sum=False,
            terms=tuple(term.after(factor) for term in self.terms),
            weights=tuple(weight.after(factor) for weight in self.weights),
        )

    def plus(self, value: str, terms: Iterable[Term], weights: Iterable[Weight]) -> "Node":
        """The sum with something else that depends on these."""
        return replace(
            self,
            value=f"{self.value} + {value}" if self.value else value,
            is_sum=bool(self.value) or self.is_sum,
            terms=_together((*self.terms, *terms)),
            weights=(*self.weights, *weights),
        )

    def plus_weights(self, *weights: Weight) -> "Node":
        """The same value, which these weights are in too."""
        met = (
            replace(w, kind="other") if self.spread and w.kind in _SHARED else w for w in weights
        )
        return replace(self, weights=(*self.weights, *met))

    def plus_aside(self, line: str) -> "Node":
        """The same value with one more definition."""
        return replace(self, asides=(*self.asides, line))

    def plus_terms(self, *terms: Term) -> "Node":
        """The same value, said to depend on these."""
        return replace(self, terms=_together((*self.terms, *terms)))

    def without_terms(self) -> "Node":
        """The same value, of which no derivative is taken further down."""
        return replace(self, terms=())


def _matrix(product: Product) -> str:
    """The factors in order; numbers alone multiply the identity matrix."""
    has_matrix = any(r"\bm" in factor for factor in product)
    return " ".join(product if has_matrix else (*product, IDENTITY))


def _together(terms: Iterable[Term]) -> tuple[Term, ...]:
    """One term per source."""
    found: dict[tuple[Variable, bool], Term] = {}
    for term in terms:
        key = term.source, term.delayed
        same = found.get(key)
        found[key] = replace(term, products=same.products + term.products) if same else term
    return tuple(found.values())
