"""Delete a layer or a skip: the paths that are left, and what the trained network still does."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from skipviz import graph
from skipviz.arms import STANDARD_ARMS, arm_label_in
from skipviz.data import DataInfo
from skipviz.figures.lesion import layers_spec, several_spec, skips_spec
from skipviz.jobs import JobPool
from skipviz.language import N_, _, again
from skipviz.lesion.requests import ChosenLesion, LesionStudy
from skipviz.lesion.results import Chosen, Several, Singles, Trained
from skipviz.lesion.ways import Cut, way_to_delete, why_not
from skipviz.network import Network
from skipviz.network.layers import drawn_sources
from skipviz.network.wiring import in_full
from skipviz.request import Progress
from skipviz.text import capital, kind_text, listed, listed_and, number_text, sentences
from skipviz.ui.components.button import clicked
from skipviz.ui.components.chain import Selection, clickable_chain, selection
from skipviz.ui.components.component_value import component_value
from skipviz.ui.components.headline import Pieces, headline, pieces_of_message
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme
from skipviz.ui.components.whole_number import whole_number
from skipviz.ui.paths.counting import count_text
from skipviz.ui.session.session import Session
from skipviz.ui.shell.computing import Computation, refreshed, training_text

StudyComputation = Computation[Progress | Trained | Singles | Several]
OwnComputation = Computation[Chosen]
OUTDATED = N_("The drawing has changed since. Train again to study it.")
CHAIN = "lesion_chain"
MOST_STEPS = 2000
HOW = N_(
    "Deleting a layer that a skip leads around takes its branch away and keeps the skip; a layer "
    "without a skip is replaced by the identity (Veit et al. 2016). Nothing is trained again."
)


def lesions(session: Session, pool: JobPool) -> None:
    """Draw the section."""
    study = StudyComputation(session, pool, "lesions")
    own = OwnComputation(session, pool, "own_lesion")
    refreshed(_lesions, study, own)(session, study, own)


def _lesions(session: Session, study: StudyComputation, own: OwnComputation) -> None:
    chosen = selection(session.network)
    study.await_result()
    _measure_own(study, own, chosen.cut)
    headline(sentence(session, chosen.cut), _own_detail(study, own), level=2)
    clickable_chain(_view(session, chosen), key=CHAIN, on_cut=lambda: _take(chosen))
    _buttons(study, own, chosen)
    if study.job is not None:
        _study(study, chosen.cut)
    else:
        live_charts([], gradients=None, key="lesion_charts")


def _take(chosen: Selection) -> None:
    chosen.take(component_value(CHAIN, "cut"))


def sentence(session: Session, cut: Cut) -> Pieces:
    """The paths that are left."""
    if not cut.layers and not cut.skips:
        return [(_("Click layers and skips away: how many paths are left?"), None)]
    steps = session.resolved.time_steps
    found = graph.lesion(session.network, cut.layers, cut.skips, steps)
    gone = listed_and(_named(cut))
    if not found.after:
        return [(_("Without {gone}, no path is left.", gone=gone), None)]
    return pieces_of_message(
        _LEFT[found.after != 1],
        {"left": "skip"},
        gone=gone,
        left=_("{after} of {all}", after=count_text(found.after), all=count_text(found.before)),
        percent=number_text(100 * float(found.share)),
    )


_LEFT = (
    N_("Without {gone}, {left} paths is left, {percent} %."),
    N_("Without {gone}, {left} paths are left, {percent} %."),
)


def _named(cut: Cut) -> list[str]:
    layers = [str(k) for k in sorted(cut.layers)]
    skips = [f"{p} → {q}" for p, q in sorted(cut.skips)]
    named: list[str] = []
    for things, (one, several, many) in ((layers, _LAYERS), (skips, _SKIPS)):
        if len(things) > 4:
            named.append(_(many, count=len(things)))
        elif things:
            named.append(_(several if things[1:] else one, list=listed(things)))
    return named


_LAYERS = N_("layer {list}"), N_("layers {list}"), N_("{count} layers")
_SKIPS = N_("skip {list}"), N_("skips {list}"), N_("{count} skips")


def _view(session: Session, chosen: Selection) -> dict[str, Any]:
    network, resolved = session.network, session.resolved
    arm = STANDARD_ARMS["skip"]
    ways = [way_to_delete(resolved, arm, k) for k in range(1, network.depth + 1)]
    return {
        "layers": [
            {
                "title": kind_text(layer.kind),
                "why": why_not(resolved, k) if way == "impossible" else "",
                **drawn_sources(layer),
            }
            for k, (layer, way) in enumerate(zip(network.layers, ways, strict=True), start=1)
        ],
        "skips": [
            {
                "source": s.source,
                "target": s.target,
                "title": f"{s.source} → {s.target}, {_(s.kind)}",
            }
            for s in network.skips
        ],
        "readout": {"reads": in_full(network.readout.reads)},
        "cut": chosen.ids,
        "revision": f"{session.editing.revision}/{chosen.resets}",
    }


def _buttons(study: StudyComputation, own: OwnComputation, chosen: Selection) -> None:
    session = study.session
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.button(
            _("Put all back"), icon=":material/restart_alt:", on_click=chosen.put_back,
            disabled=not chosen.ids, key="put_back",
        )  # fmt: skip
        steps = whole_number(
            _("Training steps"), 1, MOST_STEPS, min(max(session.settings.steps, 1), MOST_STEPS),
            step=50, key="lesion_steps", width=130,
        )  # fmt: skip
        if clicked(
            _("Train and delete"), type="primary", icon=":material/play_arrow:", key="lesion_start"
        ):
            own.forget()
            settings = session.settings.model_copy(update={"steps": steps})
            data = session.own_with(settings)
            study.restart(LesionStudy(session.network, settings, own=data))
    st.caption(_(HOW))


def _measure_own(study: StudyComputation, own: OwnComputation, cut: Cut) -> None:
    """Ask for the effect of the visitor's own cut, once the weights for it are there."""
    trained = [each for each in study.results if isinstance(each, Trained)]
    request = study.job and study.job.request
    if not trained or not isinstance(request, LesionStudy) or study.outdated:
        return
    if not cut.layers and not cut.skips:
        own.forget()
        return
    (found,) = trained
    own.start(ChosenLesion(request.network, request.settings, found, cut, own=request.own))
    own.await_result(len(found.weights))


def _own_detail(study: StudyComputation, own: OwnComputation) -> str:
    """What the visitor's own cut did to the trained network."""
    singles = {each.arm: each for each in study.results if isinstance(each, Singles)}
    if own.job is None or not singles:
        return _(
            "The path counts are exact and change at once. Train to see what the network loses."
        )
    if own.job.error:
        return str(again(own.job.error))
    score, network = study.session.about.test_score_text, _studied(study)
    said = [_effect(each, network, singles, score) for each in own.results]
    return sentences(said) or _("Measuring what the trained network loses …")


def _studied(study: StudyComputation) -> Network:
    """What the study is of, which is what was drawn when it began."""
    request = study.job and study.job.request
    return request.network if isinstance(request, LesionStudy) else study.session.network


def _effect(found: Chosen, network: Network, singles: dict[str, Singles], score: str) -> str:
    arm = capital(arm_label_in(network, found.arm))
    if np.isnan(found.score):
        return _("{arm}: a layer among these changes the shape and cannot be deleted.", arm=arm)
    whole = singles[found.arm].score if found.arm in singles else np.nan
    return _(
        "{arm}: {test_score} {now} instead of {before}.",
        arm=arm,
        test_score=score,
        now=format(found.score, ".3f"),
        before=format(whole, ".3f"),
    )


def _study(study: StudyComputation, cut: Cut) -> None:
    session, results = study.session, study.results
    singles = [each for each in results if isinstance(each, Singles)]
    several = {each.arm: each for each in results if isinstance(each, Several)}
    progress = [each for each in results if isinstance(each, Progress)]
    study.status(*_doing(progress, singles), _(OUTDATED))
    if singles:
        st.markdown(f"**{study_sentence(singles, session.about, _studied(study))}**")
    live_charts(_charts(study, singles, several, cut), gradients=None, key="lesion_charts")


def _doing(progress: list[Progress], singles: list[Singles]) -> tuple[str, float]:
    if singles:
        return _("Deleting layers …"), 0.9
    if not progress:
        return _("Starting …"), 0.0
    last = progress[-1]
    return training_text(last), 0.8 * last.share


def study_sentence(singles: list[Singles], about: DataInfo, network: Network) -> str:
    """What single deletions cost, arm by arm."""
    if not network.skips:
        return _clause(_("In this network without skips"), singles[0], about)
    who = {"skip": _("With skips"), "plain": _("Without")}
    return sentences(_clause(who[found.arm], found, about) for found in singles)


def _clause(who: str, found: Singles, about: DataInfo) -> str:
    if found.score < about.chance + 0.1:
        return _(
            "{who}, training did not get beyond guessing ({score} {reached}), so there is nothing "
            "to lose.",
            who=who,
            score=about.score_text,
            reached=format(found.score, ".2f"),
        )
    if not found.layers:
        return _(
            "{who}, no layer can be deleted, for each changes the shape of the state.", who=who
        )
    mean, low = found.layer_scores.mean(), found.layer_scores.min()
    worst = found.layers[int(found.layer_scores.argmin())]
    return _(
        "{who}, deleting one layer takes {test_score} from {whole} to {mean} on average, at worst "
        "{low} (layer {layer}).",
        who=who,
        test_score=about.test_score_text,
        whole=format(found.score, ".2f"),
        mean=format(mean, ".2f"),
        low=format(low, ".2f"),
        layer=worst,
    )


def _charts(
    study: StudyComputation, singles: list[Singles], several: dict[str, Several], cut: Cut
) -> list[Chart]:
    if not singles:
        return []
    about, look, named = study.session.about, theme(), partial(arm_label_in, _studied(study))
    whole = {each.arm: each.score for each in singles}
    note = _(
        "Test {score} after the deletion, no retraining; dashed: nothing deleted.",
        score=about.score_text,
    )
    charts = [
        Chart("lesion_layers",
              layers_spec(singles, about.score, about.chance, cut.layers, look, named),
              _("One layer deleted"), note, height=330, span=6)
    ]  # fmt: skip
    charts += [
        Chart("lesion_skips", skips_spec(each, about.score, about.chance, cut.skips, look),
              _("One skip deleted"), note, height=320, span=3)
        for each in singles if each.skips
    ]  # fmt: skip
    if several:
        charts.append(
            Chart("lesion_several",
                  several_spec(several, whole, about.score, about.chance, look, named),
                  _("Several layers deleted"),
                  _("Mean of 10 random draws, among the layers that a skip leads around where "
                    "there are any; band: lowest to highest."),
                  height=320, span=3 if any(each.skips for each in singles) else 6)
        )  # fmt: skip
    return charts
