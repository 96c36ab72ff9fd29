"""Transformers with tied weights, memory and tokens of their own: GPT-2, ViT, Llama, U-ViT, ..."""

from collections.abc import Sequence
from typing import Any

from skipviz.network import (
    AnyLayer,
    Attention,
    ClassToken,
    Conv1d,
    Conv2d,
    Embedding,
    FeedForward,
    GlobalPool,
    Identity,
    Init,
    Latents,
    Network,
    Positions,
    Reads,
    Shift,
    Style,
    ToSequence,
)
from skipviz.presets.preset import Chain, Preset

_BARE: dict[str, Any] = {"norm": "none", "order": "post", "activation": "identity"}
_PRE = Style(norm="layer", order="pre", activation="gelu", init=Init(scheme="xavier"))
_SMALL = 32  # channels of what trains here


def gpt2() -> Network:
    """GPT-2 small: twelve causal pre-LN blocks of width 768, whose readout is the table of the
    tokens (here with the exact GELU).
    """
    return _gpt(Embedding(vocabulary=50_257, width=768, std=0.02), blocks=12, heads=12)


def gpt_sonnets() -> Network:
    """GPT for letters: two causal pre-LN blocks, whose readout is the table of the letters. Compare
    what the two uses of layer 1 add to its gradient: |∂L/∂W| and |∂L/∂W|, all uses.
    """
    return _gpt(Embedding(vocabulary=35, width=_SMALL, std=0.2), blocks=2, heads=4)


def _gpt(table: Embedding, blocks: int, heads: int) -> Network:
    chain = Chain()
    chain.add(table, Positions())
    for _ in range(blocks):
        chain.block(Attention(heads=heads, causal=True))
        chain.block(FeedForward(width=4 * table.width))
    chain.add(Identity(norm="layer"))
    readout = {"kind": "per_position", "tied_to": 1, "bias": False}
    return chain.network(defaults=_PRE, readout=readout)


def vit_b_16() -> Network:
    """ViT-B/16: twelve pre-LN blocks on 196 patches and a class token, which the readout reads."""
    return _vit(768, 12, 12, kernel=16)


def vit_token_digits() -> Network:
    """Vision transformer with a class token on the sixteen 2x2 patches of a digit. Only the token
    is read: without the skips, what the last block does with the patches is lost.
    """
    return _vit(_SMALL, 3, 4, kernel=2)


def _vit(width: int, blocks: int, heads: int, kernel: int) -> Network:
    chain = Chain()
    chain.add(*_patches(width, kernel), ClassToken(), Positions())
    for _ in range(blocks):
        chain.block(Attention(heads=heads))
        chain.block(FeedForward(width=4 * width))
    chain.add(Identity(norm="layer"), GlobalPool(reduce="first"))
    return chain.network(defaults=_PRE)


def _patches(width: int, kernel: int) -> Sequence[AnyLayer]:
    patch = Conv2d(channels=width, kernel=kernel, stride=kernel, padding=0, **_BARE)
    return patch, ToSequence()


def llama_like() -> Network:
    """Two blocks as in Llama for letters: rotary attention with two heads of keys for four, and a
    SwiGLU product, without positions or biases. Compare the gradients of gate and value.
    """
    chain = Chain()
    chain.add(Embedding(vocabulary=35, width=_SMALL, std=0.2))
    row: dict[str, Any] = {"kernel": 1, **_BARE}
    for _ in range(2):
        chain.block(Attention(heads=4, kv_heads=2, rotary=True, causal=True))
        start = chain.end
        normed = chain.add(Identity(norm="rms"))
        gate = chain.add(Conv1d(channels=64, **row))
        value = chain.add(Conv1d(channels=64, reads=Reads.of(normed), **row))
        product = Reads.of((gate, "silu"), value, combine="multiply")
        chain.add(Conv1d(channels=_SMALL, reads=product, **row))
        chain.skip(start)
    chain.add(Identity(norm="rms"))
    style = Style(norm="rms", order="pre", bias=False, init=Init(scheme="xavier"))
    return chain.network(defaults=style, readout={"kind": "per_position", "bias": False})


def transformer_base() -> Network:
    """The transformer of 2017: six post-LN blocks encode, six decode and attend to the last of
    those; one table for both readings of the tokens and for the readout. The decoder reads the same
    tokens, one place later, in place of a translation.
    """
    table = {"vocabulary": 37_000, "width": 512}
    chain = Chain()
    chain.add(Embedding(**table), Positions(learned=False))
    style = {"state_norm": "layer"}
    for _ in range(6):
        chain.block(Attention(heads=8, **style))
        chain.block(FeedForward(width=2048, **style))
    memory = chain.end
    chain.add(Embedding(**table, reads=Reads.of(0), tied_to=1), Shift(), Positions(learned=False))
    for _ in range(6):
        chain.block(Attention(heads=8, causal=True, **style))
        chain.block(Attention(heads=8, memory=memory, **style))
        chain.block(FeedForward(width=2048, **style))
    readout = {"kind": "per_position", "tied_to": 1, "bias": False}
    return chain.network(defaults=Style(init=Init(scheme="xavier")), readout=readout)


def encoder_decoder() -> Network:
    """Encoder and decoder on the eight rows of a digit: both read the rows, the decoder one row
    later and only backwards, and attends to the encoder. Without the skips, compare the gradient of
    layer 1 with that of layer 7, where the decoder begins.
    """
    chain = Chain()
    row = Conv1d(channels=_SMALL, kernel=1, **_BARE)
    chain.add(row, Positions())
    for _ in range(2):
        chain.block(Attention())
        chain.block(FeedForward(width=64))
    memory = chain.end
    chain.add(row.model_copy(update={"reads": Reads.of(0)}), Shift(), Positions())
    for _ in range(2):
        chain.block(Attention(causal=True))
        chain.block(Attention(memory=memory))
        chain.block(FeedForward(width=64))
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_PRE)


def uvit_digits() -> Network:
    """U-ViT on the sixteen patches of a digit: two blocks, one in the middle, and two that read the
    states of the first two as well, concatenated. Compare the shares of the long skips and of the
    short ones.
    """
    chain = Chain()
    chain.add(*_patches(_SMALL, 2), Positions())
    early = []
    for _ in range(2):
        _block(chain)
        early.append(chain.end)
    _block(chain)
    for source in reversed(early):
        chain.add(Identity(norm="none"))
        chain.skip(source, kind="concat")
        chain.add(Conv1d(channels=_SMALL, kernel=1, **_BARE))
        _block(chain)
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_PRE)


def value_residual_digits() -> Network:
    """ResFormer on the sixteen patches of a digit: four blocks whose values are layers of their
    own; skips from those of the first block, layer 5, make a half of all later ones. Compare their
    shares in the gradient of layer 5: most of it comes through the attention of its own block.
    """
    chain, first = Chain(), 0
    chain.add(*_patches(_SMALL, 2), Positions())
    for _ in range(4):
        start = chain.end
        normed = Reads.of(chain.add(Identity(norm="layer")))
        values = chain.add(Conv1d(channels=_SMALL, kernel=1, **_BARE))
        if first:
            chain.skip(first, branch_scale=0.5, shortcut_scale=0.5)
        first = first or values
        chain.add(Attention(reads=normed, values=values, norm="none"))
        chain.skip(start)
        chain.block(FeedForward(width=64))
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_PRE)


def perceiver_digits() -> Network:
    """Perceiver on the 64 pixels of a digit: eight learned latents attend to all pixels, then to
    each other, and again. Nothing but attention leads from the pixels on: layer 2, their positions,
    gets its gradient through the memory alone.
    """
    chain = Chain()
    pixels = chain.add(ToSequence(), Conv1d(channels=16, kernel=1, **_BARE), Positions(std=1))
    chain.add(Latents(count=8, width=_SMALL, std=1))
    for _ in range(2):
        chain.block(Attention(memory=pixels))
        _block(chain)
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_PRE)


def universal_transformer() -> Network:
    """One pre-LN block on the rows of a digit, used four times: later uses are tied to the first.
    Each adds to the gradient of the one set of weights; compare the uses with their sum.
    """
    chain = Chain()
    chain.add(Conv1d(channels=_SMALL, kernel=1, **_BARE), Positions())
    first = chain.end + 1
    chain.block(Attention())
    chain.block(FeedForward(width=64))
    for _ in range(3):
        chain.block(Attention(tied_to=first, tied_norms=True))
        chain.block(FeedForward(width=64, tied_to=first + 1, tied_norms=True))
    chain.add(Identity(norm="layer"), GlobalPool())
    return chain.network(defaults=_PRE)


def _block(chain: Chain) -> None:
    chain.block(Attention())
    chain.block(FeedForward(width=64))


_GPT2 = "Radford et al., Language Models are Unsupervised Multitask Learners, 2019"
_VIT = (
    "Dosovitskiy et al., An Image is Worth 16x16 Words: Transformers for Image Recognition at "
    "Scale, 2021"
)
_LLAMA = "Touvron et al., LLaMA: Open and Efficient Foundation Language Models, 2023"
_VASWANI = "Vaswani et al., Attention Is All You Need, 2017"
_UVIT = "Bao et al., All are Worth Words: A ViT Backbone for Diffusion Models, 2023"
_PERCEIVER = "Jaegle et al., Perceiver: General Perception with Iterative Attention, 2021"
_UNIVERSAL = "Dehghani et al., Universal Transformers, 2019"
_RESFORMER = "Zhou et al., Value Residual Learning, 2024"
_DIGIT, _ROWS = (1, 8, 8), (8, 8)
PRESETS = (
    Preset(
        "gpt2",
        "GPT-2",
        gpt2,
        _GPT2,
        (1024,),
        50_257,
        None,
        published="124,439,808 parameters in transformers",
    ),
    Preset("gpt_sonnets", "GPT for letters", gpt_sonnets, _GPT2, (32,), 35, "sonnets", 0.1),
    Preset(
        "vit_b_16",
        "ViT-B/16",
        vit_b_16,
        _VIT,
        (3, 224, 224),
        1000,
        None,
        published="86,567,656 parameters in torchvision",
    ),
    Preset("vit_token_digits", "Vision transformer, class token", vit_token_digits, _VIT, _DIGIT),
    Preset("llama_like", "Llama for letters", llama_like, _LLAMA, (32,), 35, "sonnets", 0.1),
    Preset(
        "transformer_base",
        "Transformer, encoder and decoder",
        transformer_base,
        _VASWANI,
        (64,),
        37_000,
        None,
    ),
    Preset("encoder_decoder", "Encoder and decoder for digits", encoder_decoder, _VASWANI, _ROWS),
    Preset(
        "value_residual_digits",
        "Value residuals for digits",
        value_residual_digits,
        _RESFORMER,
        _DIGIT,
    ),
    Preset("uvit_digits", "U-ViT for digits", uvit_digits, _UVIT, _DIGIT),
    Preset(
        "perceiver_digits",
        "Perceiver for digits",
        perceiver_digits,
        _PERCEIVER,
        _DIGIT,
        learning_rate=0.1,
    ),
    Preset(
        "universal_transformer",
        "Universal transformer for digits",
        universal_transformer,
        _UNIVERSAL,
        _ROWS,
    ),
)
