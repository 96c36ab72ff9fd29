"""What mean field theory needs to know of a drawn network, and what it cannot treat."""

from dataclasses import dataclass

from skipviz.arms import Arm
from skipviz.language import _
from skipviz.network import Add, Dense, Init, Network, Style
from skipviz.network.styles import of_state
from skipviz.theory.gaussian import ACTIVATIONS


class TheoryError(ValueError):
    """A network for which there is no prediction; the message says what is in the way."""


@dataclass(frozen=True)
class Weights:
    """Variance of the entries of W and of b at initialisation, and the entries of a row of W."""

    fan_in: int
    variance: float
    bias: float


@dataclass(frozen=True)
class Shortcut:
    """Factors of an add skip on the way up and on the way down."""

    source: int
    forward: float
    backward: float


@dataclass(frozen=True)
class Layer:
    """A dense layer with the skips that join its output."""

    width: int
    activation: str
    frequency: float
    norm: str
    order: str
    weights: Weights
    branch_scale: float
    skips: tuple[Shortcut, ...]


def read(
    network: Network, input_shape: tuple[int, ...], outputs: int, arm: Arm
) -> tuple[list[Layer], Layer]:
    """Layers 1..N and the readout; TheoryError when a part of them cannot be treated."""
    shapes = network.on(input_shape, outputs).shapes
    if network.runs_over_time:
        raise TheoryError(_("No theory for networks that run over time."))
    for k, reads in enumerate(network.wiring, start=1):
        if reads:
            raise TheoryError(
                _(
                    "No theory for {reader}: it reads {reads}, and only chains have one.",
                    reader=_named(network, k),
                    reads=str(reads),
                )
            )
    for k, owner in network.ties.items():
        raise TheoryError(
            _(
                "No theory for {layer}: it has the weights of layer {owner}.",
                layer=_named(network, k),
                owner=owner,
            )
        )
    skips = _skips(network, arm)
    layers = []
    for k, layer in enumerate(network.layers, start=1):
        source = shapes.layers[k - 1].source
        if not isinstance(layer, Dense):
            raise TheoryError(_("No theory for layer {layer}: it is not a dense layer.", layer=k))
        if len(source) != 1:
            raise TheoryError(
                _("No theory for layer {layer}: what it reads has positions.", layer=k)
            )
        style = network.style(k)
        fan_in = source[0]
        layers.append(_layer(k, style, layer.width, fan_in, skips.get(k, [])))
        if layer.state_norm != "none":
            raise TheoryError(_("No theory for layer {layer}: it normalises its state.", layer=k))
    init = network.readout.init or network.defaults.init
    fan_in = shapes.layers[-1].source[0]
    style = Style(activation="identity", bias=network.readout.bias, init=init)
    return layers, _layer(
        network.depth + 1, style, outputs, fan_in, skips.get(network.depth + 1, [])
    )


def _named(network: Network, k: int) -> str:
    return _("the readout") if k > network.depth else _("layer {layer}", layer=k)


def _layer(
    k: int, style: Style, width: int, fan_in: int, skips: list[tuple[float, Shortcut]]
) -> Layer:
    if style.activation not in ACTIVATIONS:
        raise TheoryError(
            _(
                "No theory for layer {layer}: its activation is {activation}.",
                activation=style.activation,
                layer=k,
            )
        )
    if style.norm == "group" or style.dropout:
        raise TheoryError(_("No theory for layer {layer}: it has group norm or dropout.", layer=k))
    scale, shortcuts = 1.0, list[Shortcut]()
    for branch_scale, skip in skips:  # each scales what was joined before it
        scale *= branch_scale
        shortcuts = [*(_scaled(earlier, branch_scale) for earlier in shortcuts), skip]
    weights = Weights(
        fan_in,
        _variance(style.init, fan_in, width),
        1 / (3 * fan_in) if style.bias and style.init.scheme == "pytorch" else 0.0,
    )
    norm = style.norm if of_state(style.norm) else "none"  # weight norm starts with the weights
    return Layer(
        width,
        style.activation,
        style.frequency,
        norm,
        style.order,
        weights,
        scale,
        tuple(shortcuts),
    )


def _scaled(skip: Shortcut, factor: float) -> Shortcut:
    return Shortcut(skip.source, factor * skip.forward, factor * skip.backward)


def _skips(network: Network, arm: Arm) -> dict[int, list[tuple[float, Shortcut]]]:
    """Per layer the branch scale and the shortcut of every skip that ends there."""
    found: dict[int, list[tuple[float, Shortcut]]] = {}
    for skip, (f, b) in zip(network.skips, arm.gains(network), strict=True):
        ends = {"source": skip.source, "target": skip.target}
        if not isinstance(skip, Add) or skip.is_feedback:
            raise TheoryError(
                _("No theory for the skip {source} → {target}: only add skips have one.", **ends)
            )
        if skip.join != "output" or skip.dropout or skip.survival < 1:
            raise TheoryError(
                _(
                    "No theory for the skip {source} → {target}: it joins inside the layer or acts "
                    "at random.",
                    **ends,
                )
            )
        shortcut, branch = skip.shortcut_scale.value, skip.branch_scale.value
        if branch != 1 and f != b:
            raise TheoryError(
                _(
                    "No theory for the skip {source} → {target}: it scales its branch, and its "
                    "gains forward and backward differ.",
                    **ends,
                )
            )
        through = Shortcut(skip.source, f * shortcut, b * shortcut)
        found.setdefault(skip.target, []).append((1 + f * (branch - 1), through))
    return found


def _variance(init: Init, fan_in: int, fan_out: int) -> float:
    """Of one entry of the weight of a dense layer."""
    schemes = {
        "pytorch": 1 / (3 * fan_in),
        "xavier": 2 / (fan_in + fan_out),
        "he": 2 / fan_in,
        "orthogonal": 1 / max(fan_in, fan_out),
        "zero": 0.0,
    }
    if init.scheme not in schemes:
        raise TheoryError(_("No theory for the init {init}.", init=init.scheme))
    return schemes[init.scheme] * init.gain**2
