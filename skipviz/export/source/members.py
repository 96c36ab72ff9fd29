"""What a module holds: linear maps, norms and factors of layers and skips, as torch calls.

Which tensors there are, their shapes and first values come from `skipviz.network.parameters`: a
member only says which torch module holds them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod

from skipviz.export.source.calls import Call, call
from skipviz.network.inference import LayerShapes
from skipviz.network.sizes import channels
from skipviz.network.styles import Style
from skipviz.network.tensors import InitSpec, Tensors
from skipviz.types import Shape


@dataclass(frozen=True)
class Member:
    """`self.name = code`, then the calls in `after`.

    `tensors` maps what torch calls its tensors ("weight", "query.bias"; "" for the member itself)
    to what the model built from the drawing calls them, without their module; `shared` are the
    statements that make some of them those of another member.
    """

    name: str
    code: Call
    tensors: Mapping[str, str] = field(default_factory=dict)
    after: tuple[Call, ...] = ()
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """What an op depends on besides its layer; what it holds is called `name`."""

    name: str
    style: Style
    shapes: LayerShapes
    tensors: Tensors
    attended: Mapping[str, str] = field(default_factory=dict)  # by field: the variable of a state


def drawn(module: Call | str, start: InitSpec) -> Call | str:
    """The module with its weights drawn as prescribed; as it is where torch does so anyway."""
    scheme, gain = start.init.scheme, start.init.gain
    options = {"gain": gain} if gain != 1 else {}
    if scheme == "pytorch":
        return call("scaled", module, **options) if options else module
    if scheme == "zero":
        return call("zero", module)
    plain = scheme == "looks_linear" and not start.mirrored
    return call("orthogonal" if plain else scheme, module, **options)


def linear_map(name: str, module: Call, tensors: Tensors, prefix: str = "") -> Member:
    """A member around one weight and perhaps a bias, named {prefix}weight and {prefix}bias."""
    code = drawn(module, tensors[f"{prefix}weight"].start)
    held = [part for part in ("weight", "bias") if f"{prefix}{part}" in tensors]
    if "bias" in held and tensors[f"{prefix}bias"].start.rule == "constant":
        code = call("with_bias", code, repr(tensors[f"{prefix}bias"].start.value))
    if f"{prefix}weight_length" in tensors:
        code = call("weight_norm", code)
    assert isinstance(code, Call)
    names = dict(pair for part in held for pair in learned(part, f"{prefix}{part}", tensors))
    return Member(name, code, names)


def learned(ours: str, theirs: str, tensors: Tensors) -> Iterator[tuple[str, str]]:
    """What torch calls a tensor, and the built model; weight norm makes two of one."""
    if f"{theirs}_length" in tensors:
        lead, _, name = ours.rpartition(".")
        original = f"{lead}.parametrizations.{name}.original".removeprefix(".")
        yield f"{original}0", f"{theirs}_length"
        yield f"{original}1", theirs
    else:
        yield ours, theirs


def norm_members(name: str, norm: str, groups: int, shape: Shape) -> Iterator[Member]:
    """The norm called `name` of a state of this shape, if there is one."""
    count = channels(shape)
    modules = {
        "batch": call(f"nn.BatchNorm{'2d' if len(shape) == 3 else '1d'}", count),
        "layer": call("nn.LayerNorm", count),
        "group": call("nn.GroupNorm", str(groups), count),
        "rms": call("nn.RMSNorm", count, eps=1e-5),
    }
    if norm in modules:
        prefix = "state_norm" if name.endswith("state_norm") else "norm"
        parts = ("weight",) if norm == "rms" else ("weight", "bias")
        tensors = {part: f"{prefix}_{part}" for part in parts}
        if norm == "batch":
            tensors |= {f"running_{part}": f"{prefix}_{part}" for part in ("mean", "var")}
        yield Member(name, modules[norm], tensors)


def factor_members(name: str, tensors: Tensors) -> Iterator[Member]:
    """The learned factors of the skip called `name`."""
    for key in ("branch_scale", "shortcut_scale"):
        if key in tensors:
            size, value = tensors[key].shape[0], tensors[key].start.value
            lead = "" if value == 1 else f"{value!r} * "
            start = call("torch.zeros" if value == 0 else f"{lead}torch.ones", size)
            yield Member(f"{name}_{key}", call("nn.Parameter", start), {"": key})


def dense(name: str, source: Shape, width: int, tensors: Tensors) -> Member:
    """A linear map of a state, flattened."""
    module = call("nn.Linear", prod(source), width, **bias_option("bias" in tensors))
    return linear_map(name, module, tensors)


def bias_option(bias: bool) -> dict[str, object]:
    """The keyword that leaves a bias out, where there is none."""
    return {} if bias else {"bias": False}
