"""What came of the trials, and which survivors are known to be no other program."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.mutants.draw import Mutant
from tools.mutants.trial import Outcome

EQUIVALENT = Path(__file__).with_name("equivalent.toml")
DIE, EQUAL = 0.90, 0.05  # of those drawn: at least so many die, at most so many are equivalent


@dataclass(frozen=True)
class Known:
    """A mutant that computes the same; it is found by what its line says, before and after."""

    path: str
    definition: str
    before: str
    after: str
    reason: str

    def names(self, mutant: Mutant) -> bool:
        """Whether it is this one."""
        own = mutant.path, mutant.definition, *mutant.change
        return own == (self.path, self.definition, self.before, self.after)


def known_equivalents(path: Path = EQUIVALENT) -> list[Known]:
    """Those of the list, each with its reason."""
    listed = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    return [Known(**fields) for fields in listed]


def report(
    sample: Sequence[Mutant], outcomes: Mapping[Mutant, Outcome], known: Collection[Known]
) -> tuple[str, bool]:
    """The score in words with every survivor, and whether the tests are good enough."""
    alive = [mutant for mutant in sample if not outcomes[mutant].dead]
    equal = [mutant for mutant in alive if any(each.names(mutant) for each in known)]
    survivors = [mutant for mutant in alive if mutant not in equal]
    died, drawn = len(sample) - len(alive), len(sample)
    minutes = sum(outcomes[mutant].seconds for mutant in sample) / 60
    lines = [
        *(f"alive  {mutant}" for mutant in survivors),
        f"{died} of {drawn} mutants died, {died / drawn:.1%} (at least {DIE:.0%} have to);",
        f"{len(equal)} are known to be equivalent, {len(equal) / drawn:.1%} (at most {EQUAL:.0%});",
        f"{len(survivors)} survived. {minutes:.0f} minutes of one core.",
    ]
    return "\n".join(lines), died >= DIE * drawn and len(equal) <= EQUAL * drawn
