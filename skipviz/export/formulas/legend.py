"""What the symbols stand for, layer by layer."""

from collections.abc import Iterator

from skipviz.export.formulas.derivatives import partial, total
from skipviz.export.formulas.symbols import Symbols, bold, by_target, indexed, numbered
from skipviz.network import AnySkip, Network
from skipviz.network.layers import (
    AnyLayer,
    Convolution,
    Dense,
    Embedding,
    FeedForward,
    Identity,
    Positions,
    TransposedConvolution,
)
from skipviz.network.skips import Gated, ShortcutGate

_FUNCTIONS = {
    "relu": r"\max(0, z)",
    "leaky_relu": r"\max(0, z) + 0.01 \min(0, z)",
    "gelu": r"z\, \Phi(z)",
    "silu": r"z\, \sigma(z)",
    "tanh": r"\tanh z",
    "sigmoid": r"\sigma(z)",
    "softplus": r"\ln\left(1 + e^{z}\right)",
    "sine": r"\sin z",
    "crelu": r"\left[\max(0, z),\, \max(0, -z)\right]",
}
_WITHOUT_J = (Dense, FeedForward, Identity, Positions, Embedding)


def meanings(network: Network) -> list[tuple[str, ...]]:
    """By layer: activations, and the derivatives that have a symbol."""
    joining = by_target(network)
    by_layer = []
    for k in range(1, network.depth + 2):
        own = _of_layer(network, k) if k <= network.depth else ()
        of_skips = (line for skip in joining.get(k, []) for line in _of_skip(skip))
        by_layer.append((*own, *of_skips))
    return by_layer


def over_time(network: Network) -> Iterator[str]:
    """Where a network with feedback starts and ends; nothing for others."""
    symbols = Symbols(network)
    feedback = [skip for skip in network.skips if skip.is_feedback]
    if not feedback:
        return
    y = symbols.state(network.depth + 1).tex()
    yield rf"t &= 1, \dots, T, \qquad T = {network.time_steps}"
    for k in sorted({skip.source for skip in feedback}):
        yield numbered(rf"{symbols.state(k).tex('0')} &= \bm{{0}}")
    for k, join in sorted({(skip.target, skip.join) for skip in feedback}):
        reader = (symbols.state if join == "output" else symbols.branch)(k)
        yield numbered(rf"{total(reader.tex('T+1'))} &= \bm{{0}}")
    yield rf"{partial('L', y)} &= \bm{{0}} \quad \text{{for }} t < T"


def _of_layer(network: Network, k: int) -> Iterator[str]:
    layer, style = network.layers[k - 1], network.style(k)
    if style.activation != "identity":
        yield from _activation((k,), style.activation)
    if style.norm != "none":
        yield _derivative(r"N", "norm", (k,))
    if layer.state_norm != "none":
        yield _derivative("M", "state norm", (k,))
    if not isinstance(layer, _WITHOUT_J):
        word = _word(layer)
        yield _derivative("J", word, (k,))


def _word(layer: AnyLayer) -> str:
    if isinstance(layer, Convolution | TransposedConvolution):
        return "transposed convolution" if "transpose" in layer.kind else "convolution"
    return layer.kind.replace("_", " ")


def _of_skip(skip: AnySkip) -> Iterator[str]:
    if isinstance(skip, Gated | ShortcutGate):
        gate, w = indexed(bold("T"), *skip.ends), indexed(bold("w"), *skip.ends)
        slope = rf"\operatorname{{diag}}\left({gate} \odot (\bm{{1}} - {gate})\right) {w}"
        yield f"{indexed(bold('G'), *skip.ends)} &= {slope}"
    if skip.kind == "projection":
        if skip.activation != "identity":
            yield from _activation(skip.ends, skip.activation)
        if skip.norm != "none":
            yield _derivative("N", "norm", skip.ends)
    if skip.kind == "pad":
        yield _derivative("P", "pad", skip.ends)
    if skip.kind == "concat":
        upper, lower = (indexed(bold(letter), *skip.ends) for letter in "EF")
        yield (
            rf"{upper} &= \begin{{bmatrix}} \bm{{I}} \\ \bm{{0}} \end{{bmatrix}},\quad "
            rf"{lower} = \begin{{bmatrix}} \bm{{0}} \\ \bm{{I}} \end{{bmatrix}}"
        )
    if skip.resize != "none":
        yield _derivative("R", "resize", skip.ends)


def _activation(indices: tuple[int, ...], name: str) -> Iterator[str]:
    function, slopes = indexed("a", *indices), indexed(bold("A"), *indices)
    yield f"{function}(z) &= {_FUNCTIONS[name]}"
    if name == "crelu":
        yield rf"{slopes} &= \text{{the derivative of }} {function}"
    else:
        yield (
            rf"{slopes} &= \operatorname{{diag}}\left({function}'(\bm{{z}})\right),\quad "
            rf"\bm{{z}} \text{{ what }} {function} \text{{ reads}}"
        )


def _derivative(letter: str, of: str, indices: tuple[int, ...]) -> str:
    return rf"{indexed(bold(letter), *indices)} &= \text{{the derivative of the {of}}}"
