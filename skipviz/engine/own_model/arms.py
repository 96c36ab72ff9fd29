"""The arms that a model of one's own can be measured in, as gains on its skips."""

from dataclasses import dataclass

from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.engine.own_model.gains import Gains
from skipviz.language import _
from skipviz.own_model.cut import UNSCALED

KNOWN = (*STANDARD_ARMS, UNSCALED)


@dataclass(frozen=True)
class OwnArm:
    """Gains for all skips chosen; `unscaled`: the factors on their branches are taken for 1."""

    name: str
    gains: Gains
    unscaled: bool = False


def own_arm(arm: str | Arm) -> OwnArm:
    """By name, or with gains of one's own; ValueError names those there are.

    Exceptions of an `Arm` concern the layers of a drawn network: there are none here.
    """
    if isinstance(arm, Arm):
        if arm.exceptions:
            raise ValueError(
                _("Exceptions are those of a drawn network. Choose skips with `only`.")
            )
        return OwnArm(arm.name, Gains(arm.forward, arm.backward))
    if arm == UNSCALED:
        return OwnArm(arm, Gains(0.0, 0.0), unscaled=True)
    found = STANDARD_ARMS.get(arm)
    if found is None:
        raise ValueError(
            _(
                "There is no arm {arm}. Known are {known}, and sv.Arm(..).",
                arm=repr(arm),
                known=", ".join(KNOWN),
            )
        )
    return OwnArm(arm, Gains(found.forward, found.backward))
