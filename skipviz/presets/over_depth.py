"""Networks whose layers read a mixture of all earlier states, and not the last of them alone."""

from typing import Any

from skipviz.network import (
    AnyLayer,
    Attention,
    Conv1d,
    DepthAttention,
    FeedForward,
    GlobalPool,
    Identity,
    Init,
    Network,
    Positions,
    Reads,
    Style,
)
from skipviz.presets.preset import Chain, Preset

_BLOCKS = 3
_ROWS: tuple[AnyLayer, ...] = (
    Conv1d(channels=32, kernel=1, norm="none", order="post", activation="identity"),
    Positions(),
)
_STYLE = Style(norm="layer", order="pre", init=Init(scheme="xavier"))


def denseformer_digits() -> Network:
    """Three pre-LN blocks, each followed by a learned weighted average of what all blocks so far
    have given, at first the last of them alone. Watch what the skips learn: which earlier blocks
    get a weight.
    """
    chain = Chain()
    given = [chain.add(*_ROWS)]
    for _ in range(_BLOCKS):
        chain.block(Attention())
        chain.block(FeedForward(width=64))
        earlier, last = given[:], chain.end
        chain.add(Identity())
        for place, source in enumerate(earlier):
            own: dict[str, Any] = {} if place else {"branch_scale": {"learned": "scalar"}}
            chain.skip(source, shortcut_scale={"value": 0, "learned": "scalar"}, **own)
        given.append(last)
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_STYLE)


def attention_residuals() -> Network:
    """Three transformer blocks without residual additions: every part reads a softmax mixture of
    the outputs of all parts before it, by a learned query that starts at 0, where all weigh the
    same. Compare the gradient of its layers with that of the transformer with skips.
    """
    chain = Chain()
    given = [chain.add(*_ROWS)]
    parts: list[AnyLayer] = [Attention(), FeedForward(width=64)] * _BLOCKS
    for part in parts:
        _mixture(chain, given)
        given.append(chain.add(part))
    _mixture(chain, given)
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_STYLE)


def _mixture(chain: Chain, given: list[int]) -> None:
    if len(given) > 1:
        chain.add(DepthAttention(parts=len(given), reads=Reads.of(*given)))


PRESETS = (
    Preset(
        "denseformer_digits",
        "DenseFormer for digits",
        denseformer_digits,
        "Pagliardini et al., DenseFormer: Enhancing Information Flow in Transformers via Depth "
        "Weighted Averaging, 2024",
        (8, 8),
    ),
    Preset(
        "attention_residuals",
        "Attention over depth for digits",
        attention_residuals,
        "Kimi Team, Attention Residuals, 2026 (arXiv 2603.15031)",
        (8, 8),
    ),
)
