"""What the symbols stand for, layer by layer."""

from collections.abc import Iterator

from skipviz.export.formulas.derivatives import partial, total
from skipviz.export.formulas.graph import reads_vectors
from skipviz.export.formulas.maps import BY_ATTENDED
from skipviz.export.formulas.meanings import activation_lines, derivative_line, weight_norm_line
from skipviz.export.formulas.merges import skip_lines
from skipviz.export.formulas.over_depth import mixture_line
from skipviz.export.formulas.reading import reading_lines
from skipviz.export.formulas.recurrence import recurrence_lines
from skipviz.export.formulas.symbols import Symbols, by_target, in_words, numbered
from skipviz.language import N_
from skipviz.network import Network
from skipviz.network.layers import (
    AnyLayer,
    Convolution,
    Dense,
    FeedForward,
    Identity,
    TransposedConvolution,
)
from skipviz.network.over_depth import DepthAttention
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.tokens import Embedding, Latents, Positions

_SPELT = (Rnn, Lstm, Gru)
"""Kinds that are called by their letters."""
_BY = {
    "memory": N_("attention by what it attends to"),
    "values": N_("attention by its values"),
}
_WITHOUT_J = (Dense, FeedForward, Identity, Positions, Embedding, Latents)


def meanings(network: Network) -> list[tuple[str, ...]]:
    """By layer: activations, and the derivatives that have a symbol."""
    joining = by_target(network)
    by_layer = []
    for k in range(1, network.depth + 2):
        own = _of_layer(network, k) if k <= network.depth else ()
        read = reading_lines(network, k, vectors=reads_vectors(network, k))
        of_skips = (line for skip in joining.get(k, []) for line in skip_lines(skip))
        by_layer.append((*read, *own, *of_skips))
    return by_layer


def over_time(network: Network) -> Iterator[str]:
    """Where a network over time starts and ends; nothing for others."""
    symbols = Symbols(network)
    feedback = [skip for skip in network.skips if skip.is_feedback]
    if not symbols.moves:
        return
    y = symbols.state(network.depth + 1).tex()
    if network.time == "positions":
        x = symbols.state(0).tex()
        place = in_words(N_("position {t} of the input"), t="t")
        yield rf"{x} &= {place}, \qquad t = 1, \dots, T"
    else:
        yield rf"t &= 1, \dots, T, \qquad T = {network.time_steps}"
    for k in sorted({skip.source for skip in feedback}):
        yield numbered(rf"{symbols.state(k).tex('0')} &= \bm{{0}}")
    for k, join in sorted({(skip.target, skip.join) for skip in feedback}):
        reader = (symbols.state if join == "output" else symbols.branch)(k)
        yield numbered(rf"{total(reader.tex('T+1'))} &= \bm{{0}}")
    if not network.answers_every_step:
        before = in_words(N_("for {when}"), when="t < T")
        yield rf"{partial('L', y)} &= \bm{{0}} \quad {before}"


def _of_layer(network: Network, k: int) -> Iterator[str]:
    layer, style = network.layers[k - 1], network.style(k)
    if style.activation != "identity":
        yield from activation_lines((k,), style.activation, frequency=style.frequency)
    if style.norm == "weight":
        yield weight_norm_line("w", (k,))
    elif style.norm != "none":
        yield derivative_line(r"N", N_("norm"), (k,))
    if layer.state_norm != "none":
        yield derivative_line("M", N_("state norm"), (k,))
    if not isinstance(layer, _WITHOUT_J):
        word = _word(layer)
        yield derivative_line("J", word, (k,))
    for name in network.attended_by(k):
        yield derivative_line(BY_ATTENDED[name], _BY[name], (k,))
    if isinstance(layer, DepthAttention):
        yield mixture_line(k)
    if isinstance(layer, Rnn | Lstm | Gru):
        yield from recurrence_lines(layer, k)


def _word(layer: AnyLayer) -> str:
    if isinstance(layer, _SPELT):
        return layer.kind.upper()
    if isinstance(layer, Convolution | TransposedConvolution):
        return N_("transposed convolution") if "transpose" in layer.kind else N_("convolution")
    return layer.kind.replace("_", " ")
