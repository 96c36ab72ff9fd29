"""Everything that can be set of a layer, a skip, the readout, or all layers at once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeGuard, get_args

import streamlit as st

from skipviz import presets
from skipviz.language import _, _n
from skipviz.markup import escape_markdown
from skipviz.network import SKIP_KINDS, AnyLayer, Init, Network, Readout
from skipviz.network.architecture import base_style
from skipviz.network.layers import LAYER_CLASSES
from skipviz.network.styles import Style
from skipviz.network.wiring import as_data
from skipviz.text import capital, kind_text, listed, sentences
from skipviz.ui.components.button import clicked
from skipviz.ui.components.controlled import controlled
from skipviz.ui.components.selectbox import selectbox
from skipviz.ui.playground.available_presets import preset_named
from skipviz.ui.playground.edit_events import take_edit
from skipviz.ui.playground.inspector.fields import (
    OF_ACTIVATION,
    Option,
    options_of,
    why_unused,
)
from skipviz.ui.playground.inspector.reading import reads_of_widgets, time_of_widgets
from skipviz.ui.playground.inspector.sharing import attended_of_widgets, tie_of_widgets
from skipviz.ui.playground.inspector.widgets import unset_text, value_of
from skipviz.ui.session.session import Session

Target = tuple[Any, ...]
"""("style",), ("readout",), ("layer", k), ("layers", first, last) or ("skip", p, q)."""


def inspector(session: Session) -> None:
    """Draw what is selected in the drawing, or chosen here."""
    target = _target(session)
    match target:
        case ("layer", k):
            _layer(session, k)
        case ("layers", first, last):
            _layers(session, first, last)
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
        k, ends, both = sent.get("layer"), sent.get("skip"), sent.get("layers")
        if isinstance(k, int):
            found = ("layer", k) if k <= session.network.depth else ("readout",)
        elif _is_pair(ends):
            found = ("skip", *ends)
        elif _is_pair(both):
            found = ("layers", *both)
    session.editing.selected = found if _exists(session.network, found) else ("style",)


def _is_pair(sent: object) -> TypeGuard[list[int]]:
    return isinstance(sent, list) and len(sent) == 2 and all(isinstance(k, int) for k in sent)


def _exists(network: Network, target: Target) -> bool:
    match target:
        case ("layers", first, last):
            return bool(1 <= first < last <= network.depth)
    return target in _targets(network)


def _targets(network: Network) -> dict[Target, str]:
    """Everything that can be inspected, and what it is called."""
    layers = {
        ("layer", k): _("Layer {layer}: {kind}", layer=k, kind=kind_text(layer.kind))
        for k, layer in enumerate(network.layers, start=1)
    }
    skips = {
        ("skip", *skip.ends): _(
            "Skip {source} → {target}: {kind}",
            source=skip.source,
            target=skip.target,
            kind=kind_text(skip.kind),
        )
        for skip in network.skips
    }
    return {("style",): _("All layers"), **layers, ("readout",): _("Readout"), **skips}


def _target(session: Session) -> Target:
    titles, selected = _targets(session.network), session.editing.selected
    current = selected if _exists(session.network, selected) else ("style",)
    if current[0] == "layers":
        titles = {
            current: _("Layers {first} to {last}", first=current[1], last=current[2]),
            **titles,
        }
    options = list(titles)

    def draw(key: str) -> Target:
        return selectbox(
            _("Inspect"), options, options.index(current), format_func=titles.__getitem__, key=key
        )

    session.editing.selected = controlled("inspected", current, draw)
    return session.editing.selected


def _layer(session: Session, k: int) -> None:
    layer = session.network.layers[k - 1]
    kind = _kind(f"layer_{k}", layer.kind, list(LAYER_CLASSES))
    if kind != layer.kind:
        _edit(session, do="change_layer", layer=k, kind=kind, **_needed(kind, layer))
        return
    changed = _changed(f"layer_{k}", layer, unset=_unset(session.network, layer))
    for asked in (tie_of_widgets, attended_of_widgets):
        changed = changed or asked(f"layer_{k}", session.network, k)
    if changed:
        _edit(session, do="change_layer", layer=k, **changed)
        return
    _reading(session, k)


def _reading(session: Session, k: int) -> None:
    """What layer k, or the readout, reads."""
    reads = session.network.reads_of(k)
    said = reads_of_widgets(f"layer_{k}", k, reads)
    if said != reads:
        _edit(session, do="rewire", layer=k, reads=as_data(said))


def _needed(kind: str, layer: AnyLayer) -> dict[str, Any]:
    """What a layer of this kind starts with and this one cannot hand on."""
    starts = LAYER_CLASSES[kind].starts
    return {name: start for name, start in starts.items() if name not in type(layer).model_fields}


def _layers(session: Session, first: int, last: int) -> None:
    """Several layers changed as one: what they have in common, and what the first one says."""
    layers, name = session.network.layers[first - 1 : last], f"layers_{first}_{last}"
    edit = {"do": "change_layers", "first": first, "last": last}
    kinds = {layer.kind for layer in layers}
    options = _common_options(layers)
    differ = [o for o in options if len({repr(getattr(each, o.name)) for each in layers}) > 1]
    together = _("{count} layers, changed as one.", count=len(layers))
    st.caption(sentences([together, *_differing(first, kinds, differ)]))
    alike = _("Make all like layer {layer}", layer=first)
    if len(kinds) == 1 and differ and clicked(alike, key=f"{name}_like"):
        _edit(session, **edit, **{o.name: getattr(layers[0], o.name) for o in differ})
    kind = _kind(name, layers[0].kind, list(LAYER_CLASSES))
    if kind != layers[0].kind:
        _edit(session, **edit, kind=kind, **_needed(kind, layers[0]))
        return
    changed = _changed(name, layers[0], options, _unset(session.network, layers[0]))
    if changed:
        _edit(session, **edit, **changed)


def _common_options(layers: Sequence[AnyLayer]) -> list[Option]:
    """What every one of the layers has."""
    first, *others = {type(layer): options_of(type(layer)) for layer in layers}.values()
    return [option for option in first if all(option in other for other in others)]


def _differing(first: int, kinds: Collection[str], differ: Sequence[Option]) -> list[str]:
    """One sentence, or none."""
    kind = [_("kind")] if len(kinds) > 1 else []
    named = [*kind, *(option.label.lower() for option in differ)]
    if not named:
        return []
    said = _n(
        "{options} differs: shown is layer {layer}.",
        "{options} differ: shown is layer {layer}.",
        len(named),
        options=capital(listed(named)),
        layer=first,
    )
    return [said]


def _skip(session: Session, p: int, q: int) -> None:
    skip = session.network.skip(p, q)
    kind = _kind(f"skip_{p}_{q}", skip.kind, list(SKIP_KINDS))
    if kind != skip.kind:
        _edit(session, do="change_skip", source=p, target=q, kind=kind)
        return
    changed = _changed(f"skip_{p}_{q}", skip)
    if changed:
        _edit(session, do="change_skip", source=p, target=q, **changed)


def _readout(session: Session) -> None:
    readout = session.network.readout
    kind = _kind("readout", readout.kind, list(get_args(Readout.model_fields["kind"].annotation)))
    if kind != readout.kind:
        _edit(session, do="change_readout", kind=kind)
        return
    last = session.network.depth + 1
    changed = _changed("readout", readout) or tie_of_widgets("readout", session.network, last)
    if changed:
        _edit(session, do="change_readout", **changed)
        return
    _reading(session, last)


def _origin(session: Session) -> None:
    """What the preset in the drawing is, and where it is taken from."""
    name = preset_named(session.network, session.settings.data)
    if name is not None:
        preset = presets.info(name)
        said = _(
            "{title}. {about} Source: {source}.",
            title=_(preset.title),
            about=_(preset.about),
            source=_(preset.source),
        )
        st.caption(escape_markdown(said))


def _style(session: Session) -> None:
    network = session.network
    unused = why_unused(network)
    if unused is not None:
        st.caption(_(unused))
    options = [o for o in options_of(Style) if unused is None or o.name not in OF_ACTIVATION]
    changed = _changed("style", network.defaults, options)
    if changed:
        _edit(session, do="change_defaults", **changed)
        return
    edit = time_of_widgets(network, session.limits.time_steps)
    if edit:
        _edit(session, **edit)


def _kind(name: str, current: str, kinds: list[str]) -> str:
    def draw(key: str) -> str:
        return selectbox(
            _("Kind"),
            kinds,
            kinds.index(current),
            format_func=kind_text,
            key=key,
        )

    return controlled(f"kind_{name}", current, draw)


def _unset(network: Network, layer: AnyLayer) -> dict[str, str]:
    """What holds of each option that the layer leaves alone: as all, or what its kind has."""
    base = base_style(layer, network.defaults)
    return {
        name: unset_text(name, value, of_all=layer.inherits)
        for name, value in base
        if not isinstance(value, Init)
    }


def _changed(
    name: str,
    item: Any,
    options: Sequence[Option] | None = None,
    unset: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The first option whose widget says something else than the drawing; of all it has, or of
    some. `unset` tells what holds while one is left alone."""
    left, right = st.columns(2)
    for place, option in enumerate(options_of(type(item)) if options is None else options):
        current = getattr(item, option.name)
        with (left, right)[place % 2]:
            alone = (unset or {}).get(option.name) or _("automatic")
            value = value_of(f"{name}_{option.name}", option, current, alone)
        if value != current:
            return {option.name: value}
    return {}


def _edit(session: Session, **edit: Any) -> None:
    """A refusal is said by `take_edit`; the widgets are then drawn anew from the drawing."""
    take_edit(session, edit)
    st.rerun()
