"""Members of several linear maps: attention, feed-forward blocks, recurrent layers.

Those of recurrent layers are torch's own modules, whose weights carry torch's own names.
"""

from dataclasses import replace

from skipviz.export.source.around import FUNCTIONS
from skipviz.export.source.calls import Call, call, unless
from skipviz.export.source.members import Member, Place, bias_option, drawn, learned
from skipviz.network.attending import Attention
from skipviz.network.layers import FeedForward
from skipviz.network.naming import attended
from skipviz.network.recurrent import Recurrent, Rnn
from skipviz.network.sizes import activated_shape, channels
from skipviz.network.styles import Init

_DRAWS = {
    "xavier": "nn.init.xavier_normal_(w, gain={gain!r})",
    "he": 'nn.init.kaiming_normal_(w, nonlinearity="relu").mul_({gain!r})',
    "orthogonal": "nn.init.orthogonal_(w, gain={gain!r})",
    "looks_linear": "nn.init.orthogonal_(w, gain={gain!r})",
    "zero": "nn.init.zeros_(w)",
}


def attention(layer: Attention, place: Place) -> Member:
    """One of the two modules for attention: the short one does where nothing special is wanted."""
    plain = (layer.kv_heads, layer.rotary, layer.qk_norm) == (None, False, "none")
    special = not plain or bool(attended(layer))
    return _attention(layer, place) if special else _self_attention(layer, place)


def _attention(layer: Attention, place: Place) -> Member:
    module = call(
        "MultiHeadAttention",
        channels(place.shapes.fed),
        str(layer.heads),
        kv_heads=layer.kv_heads,
        attended=channels(place.shapes.memory) if place.shapes.memory else None,
        causal=layer.causal or None,
        rotary=layer.rotary or None,
        qk_norm=None if layer.qk_norm == "none" else layer.qk_norm,
        makes_values=None if layer.values is None else False,
        **bias_option(place.style.bias),
    )
    norms = {
        f"{part}.{kind}": f"{part}_{kind}"
        for part in ("query_norm", "key_norm")
        for kind in ("weight", "bias")
        if f"{part}_{kind}" in place.tensors
    }
    made = () if layer.values is not None else ("value",)
    member = _compound(module, ("query", "key", *made, "out"), place)
    return replace(member, tensors={**member.tensors, **norms})


def _self_attention(layer: Attention, place: Place) -> Member:
    module = call(
        "SelfAttention",
        channels(place.shapes.fed),
        str(layer.heads),
        causal=layer.causal or None,
        **bias_option(place.style.bias),
    )
    return _compound(module, ("query", "key", "value", "out"), place)


def feed_forward(layer: FeedForward, place: Place) -> Member:
    """The two maps of a block, with what is between them."""
    activation = place.style.activation
    special = {"identity": "nn.Identity()", "crelu": "lambda z: crelu(z, dim=-1)"}
    if place.style.frequency != 1:
        special["sine"] = f"lambda z: torch.sin({place.style.frequency!r} * z)"
    activated = activated_shape(activation, (layer.width,))[0]
    module = call(
        "FeedForward",
        channels(place.shapes.fed),
        layer.width,
        special.get(activation) or FUNCTIONS[activation],
        activated=unless(layer.width, activated),
        **bias_option(place.style.bias),
    )
    return _compound(module, ("inner", "outer"), place)


def _compound(module: Call, parts: tuple[str, ...], place: Place) -> Member:
    """Several linear maps, all drawn as the first one; what differs is drawn again after."""
    starts = {part: place.tensors[f"{part}_weight"].start for part in parts}
    first = starts[parts[0]]
    again = (
        drawn(f"self.{place.name}.{part}", start)
        for part, start in starts.items()
        if drawn("", start) != drawn("", first)
    )
    held = dict(
        pair
        for part in parts
        for kind in ("weight", "bias")
        if f"{part}_{kind}" in place.tensors
        for pair in learned(f"{part}.{kind}", f"{part}_{kind}", place.tensors)
    )
    normed = (
        call("weight_norm", f"self.{place.name}.{part}")
        for part in parts
        if f"{part}_weight_length" in place.tensors
    )
    code = drawn(module, first)
    assert isinstance(code, Call)
    return Member(place.name, code, held, (*(c for c in again if isinstance(c, Call)), *normed))


def recurrent(layer: Recurrent, place: Place) -> Member:
    """Called, it gives its states and the last of them."""
    tanh = not isinstance(layer, Rnn) or layer.nonlinearity == "tanh"
    module = call(
        f"nn.{layer.kind.upper()}",
        channels(place.shapes.fed),
        layer.width,
        nonlinearity=None if tanh else "relu",
        **bias_option(place.style.bias),
        batch_first=True,
        bidirectional=layer.bidirectional or None,
    )
    held = {
        f"{kind}_{short}_l0{'_reverse' if direction else ''}": f"{direction}{what}_{kind}"
        for direction in layer.directions
        for what, short in (("input", "ih"), ("hidden", "hh"))
        for kind in ("weight", "bias")
        if f"{direction}{what}_{kind}" in place.tensors
    }
    return Member(place.name, _redrawn(module, place.style.init), held)


def _redrawn(module: Call, init: Init) -> Call:
    """The module with its weights drawn as prescribed; as it is where torch does so anyway."""
    if init.scheme == "pytorch":
        return module if init.gain == 1 else call("rescaled", module, gain=init.gain)
    return call("redrawn", module, f"lambda w: {_DRAWS[init.scheme].format(gain=init.gain)}")
