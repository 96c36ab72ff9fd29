"""The arms of a controlled experiment: one network, one start, different gains on its skips.

A skip with forward gain f and backward gain b hands on s_q = h_q + f sg(v) + b (v - sg(v)) with
v = merge(h_q, s_p) - h_q and sg = stop gradient: the value is h_q + f v, the gradient of v is
b times that of s_q.
"""

from pydantic import Field

from skipviz.network import Network
from skipviz.spec import Spec


class Gain(Spec):
    """The gains of one skip, source -> target."""

    source: int
    target: int
    forward: float = Field(ge=-10, le=10)
    backward: float = Field(ge=-10, le=10)


class Arm(Spec):
    """One variant of the drawn network: gains for all skips, and exceptions for single ones."""

    name: str = Field(min_length=1, max_length=40)
    forward: float = Field(default=1.0, ge=-10, le=10)
    backward: float = Field(default=1.0, ge=-10, le=10)
    exceptions: tuple[Gain, ...] = ()

    def gains(self, network: Network) -> list[tuple[float, float]]:
        """(forward, backward) of every skip, in the network's order."""
        own = {(g.source, g.target): (g.forward, g.backward) for g in self.exceptions}
        return [own.get(skip.ends, (self.forward, self.backward)) for skip in network.skips]


STANDARD_ARMS: dict[str, Arm] = {
    arm.name: arm
    for arm in (
        Arm(name="skip", forward=1, backward=1),
        Arm(name="plain", forward=0, backward=0),
        Arm(name="gradient_only", forward=0, backward=1),
        Arm(name="forward_only", forward=1, backward=0),
    )
}
ARM_LABELS = {
    "skip": "with skips",
    "plain": "without",
    "gradient_only": "gradient only",
    "forward_only": "forward only",
}


def arm_named(name: str) -> Arm:
    """A standard arm; ValueError names those there are."""
    if name not in STANDARD_ARMS:
        raise ValueError(f"There is no arm {name!r}. Known are {', '.join(STANDARD_ARMS)}.")
    return STANDARD_ARMS[name]


def leave_one_out(network: Network) -> tuple[Arm, ...]:
    """One arm per skip, in which only that skip is removed."""
    return tuple(_without(*skip.ends) for skip in network.skips)


def _without(source: int, target: int) -> Arm:
    off = Gain(source=source, target=target, forward=0, backward=0)
    return Arm(name=f"without {source} → {target}", exceptions=(off,))
