"""The arms of a controlled experiment: one network, one start, different gains on its skips.

A skip with forward gain f and backward gain b hands on s_q = h_q + f sg(v) + b (v - sg(v)) with
v = merge(h_q, s_p) - h_q and sg = stop gradient: the value is h_q + f v, the gradient of v is
b times that of s_q.
"""

import re
from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from skipviz.language import N_, _
from skipviz.network import Network
from skipviz.network.given import takes_network
from skipviz.network.unread import unreached, zeros_stay
from skipviz.spec import Spec

_PLAIN = r"^[^\[\]<>`\\\x00-\x1f]+$"  # a name is shown as text: no links, tags or pictures


class Gain(Spec):
    """The gains of one skip, source -> target."""

    source: int
    target: int
    forward: float = Field(ge=-10, le=10)
    backward: float = Field(ge=-10, le=10)


class Arm(Spec):
    """One variant of the drawn network: gains for all skips, and exceptions for single ones.

    An exception for a skip that is not drawn has no effect.

    >>> import skipviz as sv
    >>> halved = sv.Arm(name="halved", forward=0.5, backward=0.5)
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> sv.train(network, steps=1, arms=("skip", halved)).arms
    ('skip', 'halved')
    """

    name: str = Field(min_length=1, max_length=40, pattern=_PLAIN)
    forward: float = Field(default=1.0, ge=-10, le=10)
    backward: float = Field(default=1.0, ge=-10, le=10)
    exceptions: tuple[Gain, ...] = Field(default=(), max_length=1000)

    def gains(self, network: Network) -> list[tuple[float, float]]:
        """(forward, backward) of every skip, in the network's order."""
        own = {(g.source, g.target): (g.forward, g.backward) for g in self.exceptions}
        return [own.get(skip.ends, (self.forward, self.backward)) for skip in network.skips]

    def used_part(self, network: Network) -> Network:
        """The network without the skips that carry nothing in this arm, neither way.

        Nor the layers on which nothing depends without them. What is appended is 0 then; where the
        weights that read it see something else, they are used.
        """
        gains = zip(network.skips, self.gains(network), strict=True)
        kept = {
            skip.ends
            for skip, gain in gains
            if gain != (0, 0) or (skip.appends and not zeros_stay(network, skip))
        }
        return network.keep_skips(kept).without_unread()

    def cut_off(self, network: Network) -> list[int]:
        """The layers that get no gradient in this arm whatever the weights.

        By wiring none of them leads to the readout, and no skip that lets gradient back does.
        """
        if not network.is_wired:
            return []
        gains = zip(network.skips, self.gains(network), strict=True)
        return unreached(network.keep_skips({skip.ends for skip, (_, b) in gains if b}))

    @model_validator(mode="after")
    def _one_exception_per_skip(self) -> Self:
        ends = [(gain.source, gain.target) for gain in self.exceptions]
        if len(set(ends)) < len(ends):
            raise ValueError(
                _("The arm {arm} has two exceptions for the same skip.", arm=repr(self.name))
            )
        return self


STANDARD_ARMS: dict[str, Arm] = {
    arm.name: arm
    for arm in (
        Arm(name="skip", forward=1, backward=1),
        Arm(name="plain", forward=0, backward=0),
        Arm(name="gradient_only", forward=0, backward=1),
        Arm(name="forward_only", forward=1, backward=0),
    )
}
_WITHOUT_ONE = re.compile(r"without (\d+ → \d+)")
LEAVE_ONE_OUT = "leave_one_out"
"""Stands for one arm per skip, in which only that skip is removed."""

ARM_LABELS = {
    "skip": N_("with skips"),
    "plain": N_("without"),
    "plain_unscaled": N_("without, branch scales at 1"),
    "gradient_only": N_("gradient only"),
    "forward_only": N_("forward only"),
    LEAVE_ONE_OUT: N_("leave one out"),
}
WHOLE_LABEL = N_("this network")
"""What the one arm is called that is shown of a network without skips."""


def arm_label(name: str) -> str:
    """An arm's name as people read it; own arms go by the name they were given."""
    if name in ARM_LABELS:
        return _(ARM_LABELS[name])
    one = _WITHOUT_ONE.fullmatch(name)
    return _("without {skip}", skip=one[1]) if one else name


@takes_network
def arm_label_in(network: Network, name: str) -> str:
    """The same in a network: without skips the one arm that is shown is the network itself."""
    return arm_label(name) if network.skips else _(WHOLE_LABEL)


def stands_for_all(arms: Sequence[str]) -> str:
    """The arm that is shown of a network without skips, for all of them are that network."""
    return "skip" if "skip" in arms else arms[0]


def arm_named(name: str) -> Arm:
    """A standard arm; ValueError names those there are."""
    if name not in STANDARD_ARMS:
        known = ", ".join(STANDARD_ARMS)
        raise ValueError(
            _("There is no arm {arm}. Known are {known}.", arm=repr(name), known=known)
        )
    return STANDARD_ARMS[name]


@takes_network
def leave_one_out(network: Network) -> tuple[Arm, ...]:
    """One arm per skip, in which only that skip is removed."""
    return tuple(_without(*skip.ends) for skip in network.skips)


def _without(source: int, target: int) -> Arm:
    off = Gain(source=source, target=target, forward=0, backward=0)
    return Arm(name=f"without {source} → {target}", exceptions=(off,))
