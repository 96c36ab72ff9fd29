"""Where the skips of a study go: patterns by name, for any depth.

none          the bare chain
every K       a skip around layer K, around layer 2K, ..:          p = K-1, 2K-1, ..; q = p + 1
residual K    blocks of K layers back to back, a skip around each: p = 1, 1+K, ..;    q = p + K
dense         every layer reads all before it (concatenation, Huang et al. 2017)
dense add     the same by adding: every p -> q with p < q
ends          one skip, from layer 1 to layer N
mirror        k -> N+1-k for the layers of the first half (long skips as in a U-Net)
single        one network for every p -> q: where does one skip help most?
preset NAME   a whole network of `skipviz.presets`; other factors of the network do not apply
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from skipviz import presets
from skipviz.language import _
from skipviz.network.whole import every_nth
from skipviz.spec import Spec

Ends = tuple[tuple[int, int], ...]
PRESET = "preset "
_COUNTED = re.compile(r"(every|residual) ([1-9]\d{0,3})")


class Pattern(Spec):
    """A pattern by its name, or skips given as pairs (source, target) with a name of their own.

    Written as a string where the name says it all: `"residual 2"`.
    """

    name: str = Field(min_length=1, max_length=60)
    skips: Ends | None = Field(default=None, max_length=1000)

    @property
    def preset(self) -> str | None:
        """The name of the preset it stands for, if it does."""
        return self.name.removeprefix(PRESET) if self._is_preset else None

    @property
    def joins_by_concatenation(self) -> bool:
        """Whether its skips are concatenations whatever kind the study asks for."""
        return self.skips is None and self.name == "dense"

    def count(self, depth: int) -> int:
        """How many networks of this depth it makes."""
        return depth * (depth - 1) // 2 if self._is_single else 1

    def drawings(self, depth: int) -> Iterator[Ends]:
        """The skips of each of its networks of this depth."""
        if self.skips is not None:
            yield self.skips
        elif self._is_single:
            yield from (((p, q),) for p, q in _pairs(depth))
        elif counted := _COUNTED.fullmatch(self.name):
            yield _STEPPED[counted[1]](depth, int(counted[2]))
        else:
            yield _FIXED[self.name](depth)

    @property
    def _is_preset(self) -> bool:
        return self.skips is None and self.name.startswith(PRESET)

    @property
    def _is_single(self) -> bool:
        return self.skips is None and self.name == "single"

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, fields: Any) -> Any:
        return {"name": " ".join(fields.split())} if isinstance(fields, str) else fields

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        if self.skips is not None or self.name in {*_FIXED, "single"}:
            return self
        if self.preset is not None:
            presets.info(self.preset)
        elif not _COUNTED.fullmatch(self.name):
            known = ", ".join([*_FIXED, "every 2", "residual 2", "single", "preset default"])
            raise ValueError(
                _(
                    "There is no skip pattern {name}. Write one of: {known}.",
                    name=repr(self.name),
                    known=known,
                )
            )
        return self

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> Any:
        return self.name if self.skips is None else handler(self)


def _every(depth: int, step: int) -> Ends:
    return tuple((k - 1, k) for k in range(step, depth + 1, step) if k > 1)


def _chain(depth: int) -> Ends:
    return every_nth(depth, 1)


def _pairs(depth: int) -> Ends:
    return tuple((p, q) for p in range(1, depth) for q in range(p + 1, depth + 1))


def _mirror(depth: int) -> Ends:
    return tuple((k, depth + 1 - k) for k in range(1, depth // 2 + 1))


def _ends(depth: int) -> Ends:
    return ((1, depth),) if depth > 1 else ()


def _none(_depth: int) -> Ends:
    return ()


_STEPPED: dict[str, Callable[[int, int], Ends]] = {"every": _every, "residual": every_nth}
_FIXED: dict[str, Callable[[int], Ends]] = {
    "none": _none, "dense": _chain, "dense add": _pairs, "ends": _ends, "mirror": _mirror,
}  # fmt: skip
