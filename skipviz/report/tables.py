"""The numbers of a run as HTML tables."""

import numpy as np

from skipviz.arms import Arm, Gain
from skipviz.data import DataInfo
from skipviz.language import _
from skipviz.markup import table
from skipviz.runs.brief import OUTCOMES, cells, score_heading
from skipviz.runs.costs import arm_costs
from skipviz.runs.recording import Recording
from skipviz.runs.run import Run
from skipviz.runs.setting_text import setting_name, setting_text
from skipviz.runs.verdict import finding
from skipviz.runs.verdict.judging import STATES
from skipviz.runs.zeros import ZERO
from skipviz.text import listed, number_text, seeds_text


def arms_table(run: Run) -> str:
    """What every arm reached and what it costs (its first seed)."""
    costs = arm_costs(run, run.network)
    head = (
        _("arm"), _("outcome"), _("gradient"), _("starved layers"), _("layers at exactly 0"),
        _("weakest, of the largest |∂L/∂W|"), _("batch loss"), score_heading(run),
        _("weights"), _("MACs"),
    )  # fmt: skip
    rows = []
    for arm in run.distinct_arms:
        found, cost = finding(run, arm), costs[arm]
        said = cells(run, found)
        rows.append(
            (
                run.label_of(arm),
                _(OUTCOMES[found.outcome]),
                _(STATES[found.state]),
                said.starved,
                said.zero,
                said.weakest,
                number_text(found.loss),
                said.score,
                f"{cost.parameters:,}",
                f"{cost.macs:,}",
            )
        )
    return table(head, rows)


def time_text(run: Run) -> str:
    """What a step took: arms have no time of their own."""
    each = [cost.seconds_per_step for cost in arm_costs(run, run.network).values()]
    return _(
        "A step took {time} ms on average, evaluations included: all arms are computed together.",
        time=number_text(1000 * sum(each)),
    )


def settings_table(run: Run) -> str:
    """Everything that fixes the numbers, besides the network and data of one's own."""
    settings = run.settings
    fields = settings.model_dump(exclude={"own_arms"})
    rows = [(setting_name(name), setting_text(name, value)) for name, value in fields.items()]
    own = [arm for arm in settings.own_arms if arm.name in settings.arms]
    rows += [(_("gains of {arm}", arm=arm.name), _gains_text(arm)) for arm in own]
    return table((_("setting"), _("value")), rows)


def columns_table(info: DataInfo) -> str:
    """The numbers that a network reads, in their order, and what it predicts."""
    rows = [(str(place), name) for place, name in enumerate(info.features, start=1)]
    rows += [(_("predicted"), name) for name in info.targets]
    if info.classes:
        rows.append((_("classes"), listed(info.classes)))
    return table((_("input"), _("name")), rows)


def gradients_table(run: Recording) -> str:
    """|dL/dW_k| of every layer with weights, at the first and the last step: medians of seeds."""
    steps, places = run.row_steps, [(arm, at) for arm in run.distinct_arms for at in (0, -1)]
    head = (
        _("layer"),
        *(_("{arm}, step {step}", arm=run.label_of(arm), step=steps[at]) for arm, at in places),
    )
    norms = [run.median_at("weight_gradient", *place) for place in places]
    rows = {
        k: (run.layer_text(k), *(gradient_text(float(norm[k - 1])) for norm in norms))
        for k in run.weighted_layers
    }
    rows |= {k: (run.layer_text(k), *[_("frozen")] * len(norms)) for k in run.frozen_layers}
    return table(head, [rows[k] for k in sorted(rows)])


def gradients_title(run: Recording) -> str:
    """Of what the numbers are, where there are several seeds."""
    if run.settings.seeds == 1:
        return _("Gradient of every layer")
    seeds = seeds_text(run.settings.seed, run.settings.seeds)
    return _("Gradient of every layer, medians over {seeds}", seeds=seeds)


def gradient_text(norm: float) -> str:
    """Three digits, or that it is exactly 0."""
    if not np.isfinite(norm):
        return number_text(norm)
    return _(ZERO) if norm == 0 else f"{norm:.3g}"


def _gains_text(arm: Arm) -> str:
    """Those of all skips, then those of single ones."""
    said = _gain_text(arm)
    for gain in arm.exceptions:
        said = _(
            "{before}; {source} → {target}: {gain}",
            before=said,
            source=gain.source,
            target=gain.target,
            gain=_gain_text(gain),
        )
    return said


def _gain_text(gain: Arm | Gain) -> str:
    return _("forward {forward}, backward {backward}", forward=gain.forward, backward=gain.backward)
