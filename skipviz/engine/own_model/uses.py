"""Which parameters of a model its passes use, and the parts of it that none does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from torch import nn

from skipviz.engine.own_model.layers import owner_of


@dataclass
class Uses:
    """So far: parameters that an operation took in while it was recorded (`met`) and those that a
    gradient came to (`reached`), by name; the modules that were called."""

    met: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """Which grows with what is known."""
        return len(self.met) + len(self.reached) + len(self.called)

    def add(self, other: "Uses") -> None:
        """What an equal model has shown."""
        self.met |= other.met
        self.reached |= other.reached
        self.called |= other.called

    def unused(
        self, parameters: Mapping[str, nn.Parameter], tied: Mapping[str, Sequence[str]]
    ) -> tuple[str, ...]:
        """The topmost modules that were not called and of which no parameter was used; elsewhere
        single parameters.

        Where a gradient came to what was not recorded, passes go other ways than that which was:
        then only what holds a weight is named, whose gradient was looked for in every pass.
        """
        used = self.met | self.reached
        named = {each for name in used for each in (name, *tied.get(name, ()))}
        alive = self.called.union(*map(modules_around, named), *map(modules_around, self.called))
        found: dict[str, bool] = {}
        for name, parameter in parameters.items() if used else ():
            around = (path for path in modules_around(name) if path not in alive)
            part = next(around, name if parameter.requires_grad else None)
            if name not in used and part is not None:
                looked_for = parameter.dim() > 1 and parameter.requires_grad
                found[part] = found.get(part, False) or looked_for
        sure = self.reached <= self.met
        return tuple(part for part, looked_for in found.items() if sure or looked_for)


def modules_around(name: str) -> Iterator[str]:
    """The modules around a parameter or module, the outermost first."""
    parts = owner_of(name).split(".")
    return (".".join(parts[:k]) for k in range(1, len(parts) + 1) if parts[0])
