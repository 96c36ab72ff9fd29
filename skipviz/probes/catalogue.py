"""The probes there are.

One declaration (`Probe`) is all that the page and its charts know of a probe; how it is measured
stands in `skipviz.engine`. No torch.
"""

from collections.abc import Collection, Mapping

import numpy as np

from skipviz.language import N_, _
from skipviz.probes.probe import Probe, View
from skipviz.settings import Tier
from skipviz.text import listed, value_text

_TIERS: tuple[Tier, ...] = ("minimal", "standard", "full")

HISTOGRAM_EDGES = np.concatenate([[0.0], 10.0 ** np.arange(-20, 4.5, 0.5)])
"""Lower edge of every bin of `gradient_histogram`: exact zeros and all below 1e-20 come first."""


WEIGHTS = View("weights", N_("Gradient of weights"), training=True)
STATES = View("states", N_("Gradient of states"), training=True)
SKIPS = View("skips", N_("Gradient share per skip"))
LEARNED = View("learned", N_("What the skips learn"))
ACTIVATIONS = View("activations", N_("Activations"))
UPDATES = View("updates", N_("Update ratio"), training=True)
NOISE = View("noise", N_("Gradient signal-to-noise"))


def _learned(name: str, label: str, meaning: str, title: str) -> Probe:
    return Probe(
        name,
        label,
        meaning,
        "standard",
        at="step",
        axes=("skips",),
        view=LEARNED,
        forms=("learned",),
        title=title,
    )


PROBES = (
    Probe(
        "weight_gradient",
        N_("|∂L/∂W|"),
        N_(
            "norm of the gradient of a layer's weights; L is the mean loss of the batch, without "
            "clipping and penalties"
        ),
        "minimal",
        at="step",
        view=WEIGHTS,
        forms=("curves", "history"),
    ),
    Probe(
        "shared_gradient",
        N_("|∂L/∂W|, all uses"),
        N_("norm of the gradient of a layer's weights over all layers that share them"),
        "minimal",
        at="step",
        view=WEIGHTS,
        forms=("curves",),
        title=N_("Gradient of shared weights"),
    ),
    Probe(
        "state_gradient",
        N_("|∂L/∂s|"),
        N_("norm of the gradient of a layer's state, over the whole batch"),
        "minimal",
        at="step",
        view=STATES,
        forms=("curves", "history"),
        last_time=True,
    ),
    Probe(
        "gradient_over_time",
        N_("|∂L/∂s| over time"),
        N_("norm of the gradient of a layer's state at every time step; where there are several"),
        "standard",
        axes=("layers", "time steps"),
        view=STATES,
        forms=("over time",),
        title=N_("|∂L/∂s|"),
    ),
    Probe(
        "skip_share",
        N_("share through the skip"),
        N_("signed share of what came through a skip in the gradient of the state it starts from"),
        "standard",
        axes=("skips",),
        view=SKIPS,
        forms=("shares",),
        title=N_("How the gradient came to each state"),
    ),
    Probe(
        "skip_norm",
        N_("gradient through the skip"),
        N_("norm of what came through a skip"),
        "standard",
        axes=("skips",),
    ),
    Probe(
        "share_by_skips_taken",
        N_("share by skips taken"),
        N_("signed shares of the parts of a state's gradient that took 0, 1, 2, .. skips"),
        "full",
        axes=("layers", "skips taken"),
        view=SKIPS,
        forms=("skips taken",),
        title=N_("By the number of skips taken"),
    ),
    _learned(
        "branch_scale",
        N_("branch scale"),
        N_(
            "learned factor of a skip's branch; where there is one per channel their root mean "
            "square"
        ),
        N_("Branch scale"),
    ),
    _learned(
        "branch_scale_gradient",
        N_("|∂L/∂ branch scale|"),
        N_(
            "norm of the gradient of a learned branch scale, over all channels where there are "
            "several"
        ),
        N_("Gradient of the branch scale"),
    ),
    _learned(
        "shortcut_scale",
        N_("shortcut scale"),
        N_("learned factor of the shortcut; where there is one per channel their root mean square"),
        N_("Shortcut scale"),
    ),
    _learned(
        "shortcut_scale_gradient",
        N_("|∂L/∂ shortcut scale|"),
        N_("norm of the gradient of a learned shortcut scale, over all channels of several"),
        N_("Gradient of the shortcut scale"),
    ),
    _learned(
        "gate",
        N_("gate"),
        N_(
            "mean over batch and units of the share T that a gated skip gives to its branch, the "
            "rest to the shortcut; of a shortcut gate the share 1 - T of the shortcut that it lets "
            "through"
        ),
        N_("Gate"),
    ),
    _learned(
        "gate_gradient",
        N_("|∂L/∂W of the gate|"),
        N_("norm of the gradient of a gate's weights, without its bias"),
        N_("Gradient of the gate"),
    ),
    _learned(
        "projection",
        N_("|W| of the projection"),
        N_("Frobenius norm of the weights of a projection"),
        N_("Projection"),
    ),
    _learned(
        "projection_gradient",
        N_("|∂L/∂W| of the projection"),
        N_("norm of the gradient of the weights of a projection"),
        N_("Gradient of the projection"),
    ),
    Probe(
        "state_rms",
        N_("RMS of s"),
        N_("root mean square of a layer's state, over batch and features"),
        "standard",
        at="step",
        view=ACTIVATIONS,
        title=N_("Size of the states"),
        last_time=True,
    ),
    Probe(
        "saturated",
        N_("saturated activations"),
        N_("share of activations whose slope is below 1 % of the steepest; for ReLU those off"),
        "standard",
        view=ACTIVATIONS,
        title=N_("Saturated activations"),
        span=(0, 1),
        last_time=True,
    ),
    Probe(
        "dead",
        N_("dead units"),
        N_("share of units that are saturated for every sample of the batch"),
        "standard",
        view=ACTIVATIONS,
        title=N_("Dead units"),
        span=(0, 1),
        last_time=True,
    ),
    Probe(
        "update_ratio",
        N_("|ΔW| / |W|"),
        N_("norm of the update of a layer's weights over the norm of the weights"),
        "standard",
        at="step",
        view=UPDATES,
        forms=("curves", "history"),
        of_update=True,
    ),
    Probe(
        "gradient_snr",
        N_("signal to noise of ∂L/∂W, estimated"),
        N_(
            "norm of the batch's weight gradient over its standard error, estimated from 8 parts "
            "of the batch; about 1 is pure noise"
        ),
        "full",
        view=NOISE,
        title=N_("Signal to noise of the gradient, estimated"),
    ),
    Probe(
        "gradient_correlation",
        N_("correlation of gradients"),
        N_(
            "mean cosine of the gradients of one output direction at two inputs (Balduzzi et al. "
            "2017)"
        ),
        "full",
        view=NOISE,
        title=N_("Correlation of gradients"),
        span=(-1, 1),
        last_time=True,
    ),
    Probe(
        "gradient_histogram",
        N_("entries of ∂L/∂W"),
        N_("share of the entries of a layer's weight gradient in every bin of HISTOGRAM_EDGES"),
        "full",
        axes=("layers", "bins"),
        view=NOISE,
        forms=("histogram",),
        title=N_("Entries of ∂L/∂W by size"),
    ),
)
BY_NAME: Mapping[str, Probe] = {probe.name: probe for probe in PROBES}
VIEWS = tuple(dict.fromkeys(probe.view for probe in PROBES if probe.view is not None))
"""Those of the probes, in the order of the page."""


def probes_of(tier: Tier) -> tuple[Probe, ...]:
    """The probes of a tier: its own and those of every cheaper one."""
    allowed = _TIERS[: _TIERS.index(tier) + 1]
    return tuple(probe for probe in PROBES if probe.tier in allowed)


def require_measured(name: str, measured: Collection[str]) -> None:
    """KeyError for a probe that is not among what was measured."""
    if name not in measured:
        raise KeyError(
            _(
                "This run did not measure {name}. It has {known}.",
                name=value_text(name),
                known=listed(each for each in measured if each in BY_NAME) or _("no such probe"),
            )
        )
