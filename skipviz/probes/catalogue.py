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
    """A quantity with one value per arm, seed and layer 1..N+1, at every step or at snapshots.

    A layer to which it does not apply has NaN.
    """

    name: str
    label: str
    meaning: str
    at: Literal["step", "snapshot"]
    tier: Tier


PROBES = (
    Probe("weight_gradient", "|∂L/∂W|", "norm of the gradient of the layer's weights, of the batch's mean loss, before clipping", "step", "lean"),  # noqa: E501
    Probe("state_gradient", "|∂L/∂s|", "norm of the gradient of the state, over the whole batch", "step", "lean"),  # noqa: E501
    Probe("state_rms", "RMS of s", "root mean square of the state over batch and features", "step", "standard"),  # noqa: E501
    Probe("update_ratio", "|ΔW| / |W|", "norm of the update over the norm of the weights", "step", "standard"),  # noqa: E501
    Probe("saturated", "saturated", "share of activations whose slope is below 1 % of the largest", "snapshot", "standard"),  # noqa: E501
    Probe("dead", "dead", "share of units saturated for every sample of the batch", "snapshot", "standard"),  # noqa: E501
    Probe("gradient_over_time", "|∂L/∂s| over time", "norm of the gradient of the state at every time step; only where there are several", "snapshot", "standard"),  # noqa: E501
    Probe("gradient_histogram", "entries of ∂L/∂W", "share of the entries in each bin of HISTOGRAM_EDGES, by magnitude", "snapshot", "full"),  # noqa: E501
    Probe("gradient_correlation", "correlation of gradients", "mean cosine between the gradients of one random output direction at two inputs (shattering: Balduzzi et al. 2017)", "snapshot", "full"),  # noqa: E501
    Probe("gradient_snr", "signal to noise of ∂L/∂W", "norm of the batch gradient over its standard error, from eight parts of the batch; 1 is pure noise", "snapshot", "full"),  # noqa: E501
)  # fmt: skip


def probes_of(tier: Tier) -> tuple[Probe, ...]:
    """The probes of a tier: its own and those of every cheaper one."""
    allowed = _TIERS[: _TIERS.index(tier) + 1]
    return tuple(probe for probe in PROBES if probe.tier in allowed)
