"""The probes there are: what each measures, when, and from which tier on."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from skipviz.settings import Tier

_TIERS: tuple[Tier, ...] = ("lean", "standard", "full")

HISTOGRAM_EDGES = np.concatenate([[0.0], 10.0 ** np.arange(-20, 4.5, 0.5)])
"""Lower edge of every bin of `gradient_histogram`: exact zeros and all below 1e-20 come first."""


@dataclass(frozen=True)
class Probe:
    """A quantity with one value per arm, seed and the axes named, at every step or at snapshots.

    Layers are 1..N+1, skips those of the network in its order; one to which the probe does not
    apply has NaN. Probes of what skips learn are there where some skip of the network learns it
    (`skipviz.network.learned`); a skip that an arm makes no use of has NaN there.
    """

    name: str
    label: str
    meaning: str
    tier: Tier
    at: Literal["step", "snapshot"] = "snapshot"
    axes: tuple[str, ...] = ("layers",)


PROBES = (
    Probe(
        "weight_gradient",
        "|∂L/∂W|",
        "norm of the gradient of a layer's weights; L is the mean loss of the batch, unclipped",
        "lean",
        at="step",
    ),
    Probe(
        "state_gradient",
        "|∂L/∂s|",
        "norm of the gradient of a layer's state, over the whole batch",
        "lean",
        at="step",
    ),
    Probe(
        "state_rms",
        "RMS of s",
        "root mean square of a layer's state, over batch and features",
        "standard",
        at="step",
    ),
    Probe(
        "update_ratio",
        "|ΔW| / |W|",
        "norm of the update of a layer's weights over the norm of the weights",
        "standard",
        at="step",
    ),
    Probe(
        "branch_scale",
        "branch scale",
        "learned factor of a skip's branch; where there is one per channel their root mean square",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "branch_scale_gradient",
        "|∂L/∂ branch scale|",
        "norm of the gradient of a learned branch scale, over all channels where there are several",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "shortcut_scale",
        "shortcut scale",
        "learned factor of the shortcut; where there is one per channel their root mean square",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "shortcut_scale_gradient",
        "|∂L/∂ shortcut scale|",
        "norm of the gradient of a learned shortcut scale, over all channels of several",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "gate",
        "gate",
        "mean over batch and units of the share T that a gated skip gives to its branch, the rest "
        "to the shortcut; of a shortcut gate the share 1 - T of the shortcut that it lets through",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "gate_gradient",
        "|∂L/∂W of the gate|",
        "norm of the gradient of a gate's weights, without its bias",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "projection",
        "|W| of the projection",
        "Frobenius norm of the weights of a projection",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "projection_gradient",
        "|∂L/∂W| of the projection",
        "norm of the gradient of the weights of a projection",
        "standard",
        at="step",
        axes=("skips",),
    ),
    Probe(
        "saturated",
        "saturated activations",
        "share of activations whose slope is below 1 % of the steepest; for ReLU those off",
        "standard",
    ),
    Probe(
        "dead",
        "dead units",
        "share of units that are saturated for every sample of the batch",
        "standard",
    ),
    Probe(
        "gradient_over_time",
        "|∂L/∂s| over time",
        "norm of the gradient of a layer's state at every time step; where there are several",
        "standard",
        axes=("layers", "time steps"),
    ),
    Probe(
        "skip_share",
        "share through the skip",
        "signed share of what came through a skip in the gradient of the state it starts from",
        "standard",
        axes=("skips",),
    ),
    Probe(
        "skip_norm",
        "gradient through the skip",
        "norm of what came through a skip",
        "standard",
        axes=("skips",),
    ),
    Probe(
        "share_by_skips_taken",
        "share by skips taken",
        "signed shares of the parts of a state's gradient that took 0, 1, 2, .. skips",
        "full",
        axes=("layers", "skips taken"),
    ),
    Probe(
        "gradient_histogram",
        "entries of ∂L/∂W",
        "share of the entries of a layer's weight gradient in every bin of HISTOGRAM_EDGES",
        "full",
        axes=("layers", "bins"),
    ),
    Probe(
        "gradient_correlation",
        "correlation of gradients",
        "mean cosine of the gradients of one output direction at two inputs (Balduzzi et al. 2017)",
        "full",
    ),
    Probe(
        "gradient_snr",
        "signal to noise of ∂L/∂W, estimated",
        "norm of the batch's weight gradient over its standard error, estimated from 8 parts of "
        "the batch; about 1 is pure noise",
        "full",
    ),
)


def probes_of(tier: Tier) -> tuple[Probe, ...]:
    """The probes of a tier: its own and those of every cheaper one."""
    allowed = _TIERS[: _TIERS.index(tier) + 1]
    return tuple(probe for probe in PROBES if probe.tier in allowed)
