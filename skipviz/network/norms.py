"""What norms ask of what they normalise."""

from skipviz.language import _, _n
from skipviz.network.layer_base import Bare
from skipviz.network.layers import AnyLayer
from skipviz.network.mismatch import MismatchError
from skipviz.network.sizes import channels, fitting_groups
from skipviz.network.styles import Init, Style
from skipviz.types import Shape

TINY = 1e-15
"""A gain below which the squares of first weights vanish in float32."""


def check_norm(norm: str, groups: int, shape: Shape) -> None:
    """The channels of a group norm can be shared among its groups."""
    count = channels(shape)
    if norm == "group" and count % groups:
        fitting = fitting_groups(count, groups)
        raise MismatchError(
            _n(
                "cannot normalise {count} channel in {groups} groups",
                "cannot normalise {count} channels in {groups} groups",
                count,
                groups=groups,
            ),
            [(_n("Use {count} group", "Use {count} groups", fitting), {"norm_groups": fitting})],
        )


def check_weight_norm(layer: AnyLayer, style: Style) -> None:
    """Weight norm needs weights that are not 0."""
    if layer.state_norm == "weight":
        raise MismatchError(
            _("has weight norm for its state, which is one of weights"),
            [(_("Use no norm of the state"), {"state_norm": "none"})],
        )
    if isinstance(layer, Bare) and style.norm == "weight":
        raise MismatchError(
            _("has weight norm and no weights"), [(_("Use no norm"), {"norm": "none"})]
        )
    check_start(style.norm, style.init)


def check_start(norm: str, init: Init) -> None:
    """Weight norm divides by the length of rows, which is not 0 at first."""
    if norm == "weight" and (init.scheme == "zero" or init.gain < TINY):
        raise MismatchError(
            _("starts its weights at 0, and weight norm divides by their length"),
            [
                (_("Draw them as PyTorch does"), {"init": {"scheme": "pytorch"}}),
                (_("Use no norm"), {"norm": "none"}),
            ],
        )
