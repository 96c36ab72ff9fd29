"""Transformers whose norms sit in three places: on tokens, on digits row by row, on patches."""

from collections.abc import Sequence
from typing import Any

from skipviz.network import (
    AnyLayer,
    Attention,
    Conv1d,
    Conv2d,
    Embedding,
    FeedForward,
    GlobalPool,
    Identity,
    Init,
    Network,
    Positions,
    Style,
    ToSequence,
)
from skipviz.presets.preset import Chain, Preset

_XAVIER = Init(scheme="xavier")
_PRE = Style(norm="layer", order="pre", init=_XAVIER)
_POST = Style(init=_XAVIER)


def preln(chain: Chain, blocks: int, inner: int) -> Network:
    """x + F(norm(x)) for attention and feed-forward in turn; one more norm at the end."""
    for _ in range(blocks):
        chain.block(Attention())
        chain.block(FeedForward(width=inner))
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_PRE)


def postln(chain: Chain, blocks: int, inner: int) -> Network:
    """norm(x + F(x)) for attention and feed-forward in turn."""
    for _ in range(blocks):
        chain.block(Attention(state_norm="layer"))
        chain.block(FeedForward(width=inner, state_norm="layer"))
    chain.add(GlobalPool())
    return chain.network(defaults=_POST)


def deepnorm(chain: Chain, blocks: int, inner: int) -> Network:
    """norm(a x + F(x)), a = (2 N)^(1/4), weights of F times (8 N)^(-1/4) at first, N blocks."""
    shared: dict[str, Any] = {
        "state_norm": "layer",
        "init": Init(scheme="xavier", gain=(8 * blocks) ** -0.25),
    }
    for _ in range(blocks):
        chain.block(Attention(**shared), shortcut_scale=(2 * blocks) ** 0.25)
        chain.block(FeedForward(width=inner, **shared), shortcut_scale=(2 * blocks) ** 0.25)
    chain.add(GlobalPool())
    return chain.network(defaults=_POST)


def transformer_preln() -> Network:
    """Six pre-LN blocks of width 128 on 32 tokens out of 1,000."""
    return preln(_on(*_TOKENS), 6, 512)


def transformer_postln() -> Network:
    """Six post-LN blocks of width 128 on 32 tokens out of 1,000."""
    return postln(_on(*_TOKENS), 6, 512)


def transformer_deepnorm() -> Network:
    """Six DeepNorm blocks of width 128 on 32 tokens out of 1,000."""
    return deepnorm(_on(*_TOKENS), 6, 512)


def transformer_preln_digits() -> Network:
    """Four pre-LN blocks of width 32 on the eight rows of a digit."""
    return preln(_on(*_ROWS), 4, 64)


def transformer_postln_digits() -> Network:
    """Four post-LN blocks of width 32 on the eight rows of a digit."""
    return postln(_on(*_ROWS), 4, 64)


def transformer_deepnorm_digits() -> Network:
    """Four DeepNorm blocks of width 32 on the eight rows of a digit."""
    return deepnorm(_on(*_ROWS), 4, 64)


def vit_digits() -> Network:
    """Four pre-LN blocks of width 32 on the sixteen 2x2 patches of a digit."""
    return preln(_on(*_PATCHES), 4, 64)


_LINEAR: dict[str, Any] = {"norm": "none", "order": "post", "activation": "identity"}
_TOKENS: Sequence[AnyLayer] = (Embedding(vocabulary=1000, width=128), Positions())
_ROWS: Sequence[AnyLayer] = (Conv1d(channels=32, kernel=1, **_LINEAR), Positions())
_PATCHES: Sequence[AnyLayer] = (
    Conv2d(channels=32, kernel=2, stride=2, padding=0, **_LINEAR),
    ToSequence(),
    Positions(),
)


def _on(*first: AnyLayer) -> Chain:
    chain = Chain()
    chain.add(*first)
    return chain


_LN = "Xiong et al., On Layer Normalization in the Transformer Architecture, 2020"
_VASWANI = "Vaswani et al., Attention Is All You Need, 2017"
_DEEPNET = "Wang et al., DeepNet: Scaling Transformers to 1,000 Layers, 2022"
_VIT = (
    "Dosovitskiy et al., An Image is Worth 16x16 Words: Transformers for Image Recognition at "
    "Scale, 2021"
)
_IDS = (32,)
_EIGHT_ROWS = (8, 8)
PRESETS = (
    Preset("transformer_preln", "Transformer, pre-LN", transformer_preln, _LN, _IDS, 10, None),
    Preset(
        "transformer_postln", "Transformer, post-LN", transformer_postln, _VASWANI, _IDS, 10, None
    ),
    Preset(
        "transformer_deepnorm",
        "Transformer, DeepNorm",
        transformer_deepnorm,
        _DEEPNET,
        _IDS,
        10,
        None,
    ),
    Preset(
        "transformer_preln_digits",
        "Transformer for digits, pre-LN",
        transformer_preln_digits,
        _LN,
        _EIGHT_ROWS,
    ),
    Preset(
        "transformer_postln_digits",
        "Transformer for digits, post-LN",
        transformer_postln_digits,
        _VASWANI,
        _EIGHT_ROWS,
    ),
    Preset(
        "transformer_deepnorm_digits",
        "Transformer for digits, DeepNorm",
        transformer_deepnorm_digits,
        _DEEPNET,
        _EIGHT_ROWS,
    ),
    Preset("vit_digits", "Vision transformer for digits", vit_digits, _VIT, (1, 8, 8)),
)
