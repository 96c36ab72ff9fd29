"""Recurrent layers as torch's own modules, whose weights carry torch's own names."""

from skipviz.export.source.calls import Call, call
from skipviz.export.source.members import Member, bias_option
from skipviz.network.recurrent import Recurrent, Rnn
from skipviz.network.styles import Init, Style
from skipviz.network.tensors import Tensors

_DRAWS = {
    "xavier": "nn.init.xavier_normal_(w, gain={gain!r})",
    "he": 'nn.init.kaiming_normal_(w, nonlinearity="relu").mul_({gain!r})',
    "orthogonal": "nn.init.orthogonal_(w, gain={gain!r})",
    "looks_linear": "nn.init.orthogonal_(w, gain={gain!r})",
    "zero": "nn.init.zeros_(w)",
}


def recurrent(layer: Recurrent, name: str, channels: int, style: Style, tensors: Tensors) -> Member:
    """The member that holds layer `name`; called, it gives its states and the last of them."""
    tanh = not isinstance(layer, Rnn) or layer.nonlinearity == "tanh"
    module = call(
        f"nn.{layer.kind.upper()}",
        channels,
        layer.width,
        nonlinearity=None if tanh else "relu",
        **bias_option(style.bias),
        batch_first=True,
        bidirectional=layer.bidirectional or None,
    )
    held = {
        f"{kind}_{short}_l0{'_reverse' if direction else ''}": f"{direction}{what}_{kind}"
        for direction in layer.directions
        for what, short in (("input", "ih"), ("hidden", "hh"))
        for kind in ("weight", "bias")
        if f"{direction}{what}_{kind}" in tensors
    }
    return Member(name, _drawn(module, style.init), held)


def _drawn(module: Call, init: Init) -> Call:
    """The module with its weights drawn as prescribed; as it is where torch does so anyway."""
    if init.scheme == "pytorch":
        return module if init.gain == 1 else call("rescaled", module, gain=init.gain)
    return call("redrawn", module, f"lambda w: {_DRAWS[init.scheme].format(gain=init.gain)}")
