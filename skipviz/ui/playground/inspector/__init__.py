"""Everything that can be set of a layer, a skip, the readout, or all layers at once."""

from collections.abc import Mapping
from typing import Any, get_args

import streamlit as st

from skipviz import presets
from skipviz.markup import escape_markdown
from skipviz.network import SKIP_KINDS, Network, Readout
from skipviz.network.layers import LAYER_CLASSES
from skipviz.ui.components.controlled import controlled
from skipviz.ui.playground.available_presets import preset_named
from skipviz.ui.playground.edit_events import take_edit
from skipviz.ui.playground.inspector.fields import options_of
from skipviz.ui.playground.inspector.widgets import value_of
from skipviz.ui.session.session import Session

Target = tuple[Any, ...]
"""("style",), ("readout",), ("layer", k) or ("skip", p, q)."""


def inspector(session: Session) -> None:
    """Draw what is selected in the drawing, or chosen here."""
    target = _target(session)
    match target:
        case ("layer", k):
            _layer(session, k)
        case ("skip", p, q):
            _skip(session, p, q)
        case ("readout",):
            _readout(session)
        case _:
            _origin(session)
            _style(session)


def select(session: Session, sent: object) -> None:
    """Take what was selected in the drawing; whatever does not exist selects all layers."""
    found: Target = ("style",)
    if isinstance(sent, Mapping):
        k, ends = sent.get("layer"), sent.get("skip")
        if isinstance(k, int):
            found = ("layer", k) if k <= session.network.depth else ("readout",)
        elif isinstance(ends, list) and len(ends) == 2:
            found = ("skip", *ends)
    session.editing.selected = found if found in _targets(session.network) else ("style",)


def _targets(network: Network) -> dict[Target, str]:
    """Everything that can be inspected, and what it is called."""
    layers = {
        ("layer", k): f"Layer {k}: {layer.kind.replace('_', ' ')}"
        for k, layer in enumerate(network.layers, start=1)
    }
    skips = {
        ("skip", *skip.ends): f"Skip {skip.source} → {skip.target}: {skip.kind.replace('_', ' ')}"
        for skip in network.skips
    }
    return {("style",): "All layers", **layers, ("readout",): "Readout", **skips}


def _target(session: Session) -> Target:
    titles = _targets(session.network)
    current = session.editing.selected if session.editing.selected in titles else ("style",)
    options = list(titles)

    def draw(key: str) -> Target:
        return st.selectbox(
            "Inspect", options, options.index(current), format_func=titles.__getitem__, key=key
        )

    session.editing.selected = controlled("inspected", current, draw)
    return session.editing.selected


def _layer(session: Session, k: int) -> None:
    layer = session.network.layers[k - 1]
    kind = _kind(f"layer_{k}", layer.kind, list(LAYER_CLASSES))
    if kind != layer.kind:
        needed = {
            name: value
            for name, value in LAYER_CLASSES[kind].starts.items()
            if name not in type(layer).model_fields
        }
        _edit(session, do="change_layer", layer=k, kind=kind, **needed)
        return
    style = session.network.style(k).model_dump()
    changed = _changed(f"layer_{k}", layer, style)
    if changed:
        _edit(session, do="change_layer", layer=k, **changed)


def _skip(session: Session, p: int, q: int) -> None:
    skip = session.network.skip(p, q)
    kind = _kind(f"skip_{p}_{q}", skip.kind, list(SKIP_KINDS))
    if kind != skip.kind:
        _edit(session, do="change_skip", source=p, target=q, kind=kind)
        return
    changed = _changed(f"skip_{p}_{q}", skip, {})
    if changed:
        _edit(session, do="change_skip", source=p, target=q, **changed)


def _readout(session: Session) -> None:
    readout = session.network.readout
    kind = _kind("readout", readout.kind, list(get_args(Readout.model_fields["kind"].annotation)))
    if kind != readout.kind:
        _edit(session, do="change_readout", kind=kind)
        return
    changed = _changed("readout", readout, {})
    if changed:
        _edit(session, do="change_readout", **changed)


def _origin(session: Session) -> None:
    """What the preset in the drawing is, and where it is taken from."""
    name = preset_named(session.network, session.settings.data)
    if name is not None:
        preset = presets.info(name)
        st.caption(escape_markdown(f"{preset.title}. {preset.about} Source: {preset.source}."))


def _style(session: Session) -> None:
    network = session.network
    changed = _changed("style", network.defaults, {})
    if changed:
        _edit(session, do="change_defaults", **changed)
        return

    def draw(key: str) -> int:
        return int(
            st.number_input(
                "Time steps",
                1,
                session.limits.time_steps,
                min(network.time_steps, session.limits.time_steps),
                key=key,
                help="From 2 on skips may lead back: they carry the state of the step before.",
            )
        )

    steps = controlled("time_steps", network.time_steps, draw)
    if steps != network.time_steps:
        _edit(session, do="set_time_steps", steps=steps)


def _kind(name: str, current: str, kinds: list[str]) -> str:
    def draw(key: str) -> str:
        return st.selectbox(
            "Kind",
            kinds,
            kinds.index(current),
            format_func=lambda kind: kind.replace("_", " "),
            key=key,
        )

    return controlled(f"kind_{name}", current, draw)


def _changed(name: str, item: Any, style: Mapping[str, Any]) -> dict[str, Any]:
    """The first option whose widget says something else than the drawing."""
    left, right = st.columns(2)
    for place, option in enumerate(options_of(type(item))):
        current = getattr(item, option.name)
        with (left, right)[place % 2]:
            value = value_of(f"{name}_{option.name}", option, current, style.get(option.name))
        if value != current:
            return {option.name: value}
    return {}


def _edit(session: Session, **edit: Any) -> None:
    """A refusal is said by `take_edit`; the widgets are then drawn anew from the drawing."""
    take_edit(session, edit)
    st.rerun()
