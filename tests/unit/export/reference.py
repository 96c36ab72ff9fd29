"""The network language in torch, straight from its definitions: one function per word, no speed.

It reads weights by the names of `skipviz.network.parameters` and is written from the docstrings of
`skipviz.network.layers`, `skips` and `styles` alone, so that it can judge the exported code.
Evaluation mode: no dropout, no dropped branches, running statistics in batch norms.
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

from skipviz.network import AnyLayer, AnySkip, Attention, Network, Readout, Style
from skipviz.network.architecture import outer_activation

Weights = Mapping[str, Tensor]


def shapes_of(network: Network, shape: tuple[int, ...], outputs: int) -> dict[str, tuple[int, ...]]:
    """The shape of every trainable tensor."""
    return {name: tensor.shape for name, tensor in network.on(shape, outputs).tensors.items()}


def random_weights(network: Network, shape: tuple[int, ...], outputs: int) -> dict[str, Tensor]:
    """A value for every tensor and running statistic, in double precision."""
    stream = torch.Generator().manual_seed(1)
    weights = {
        name: torch.randn(size, generator=stream, dtype=torch.float64)
        for name, size in shapes_of(network, shape, outputs).items()
    }
    weights = {name: w / max(1, w[0].numel()) ** 0.5 for name, w in weights.items()}
    ties = network.on(shape, outputs).ties
    normed = [name for name in (*weights, *ties) if name.endswith("norm_weight")]
    for name in normed:
        scale = weights[ties.get(name, name)]
        mean = torch.randn(scale.shape, generator=stream, dtype=torch.float64)
        weights[name.replace("_weight", "_mean")] = mean
        weights[name.replace("_weight", "_var")] = 0.5 + mean.square()
    return weights


def forward(network: Network, outputs: int, weights: Weights, x: Tensor) -> Tensor:
    """The logits of the last time step, or of all where each answers for its position."""
    shapes = [*network.shapes(tuple(x.shape[1:]), outputs)[:-1], (outputs,)]
    if network.time == "repeat":
        shapes[-1] = network.shapes(tuple(x.shape[1:]), outputs)[-1]
    before = [torch.zeros(len(x), *shape, dtype=torch.float64) for shape in shapes]
    logits = []
    for at in inputs_of_steps(network, x):
        before = _one_step(network, weights, at, before)
        logits.append(before[-1])
    every = network.time == "positions" and network.readout.kind == "per_position"
    return torch.stack(logits, dim=1) if every else logits[-1]


def inputs_of_steps(network: Network, x: Tensor) -> list[Tensor]:
    """s_0 of every time step."""
    if network.time == "repeat":
        return [x] * network.time_steps
    return [x[:, t] if x.dim() > 2 else x[:, t : t + 1] for t in range(x.shape[1])]


def _one_step(network: Network, weights: Weights, x: Tensor, before: list[Tensor]) -> list[Tensor]:
    states = [x]
    for k in range(1, network.depth + 1):
        layer, style = network.layers[k - 1], network.style(k)
        own = _tied(weights, f"layer{k}", layer)
        groups, act = style.norm_groups, outer_activation(layer, style)
        omega = style.omega if act == "sine" else 1
        own = own | (lengthened(own) if style.norm == "weight" else {})
        if style.order == "pre":
            normed = norm(style.norm, groups, own, "norm", read(network, k, states))
            h = op(layer, style, own, activation(act, omega * normed), states)
        else:
            z = op(layer, style, own, read(network, k, states), states)
            u = norm(style.norm, groups, own, "norm", z)
            u = _joined(network, weights, k, "preactivation", u, states, before)
            h = activation(act, omega * u)
        s = _joined(network, weights, k, "output", h, states, before)
        states.append(norm(layer.state_norm, groups, own, "state_norm", s))
    last = network.depth + 1
    own = _tied(weights, "readout", network.readout)
    s = _read_out(network, own, read(network, last, states))
    s = _joined(network, weights, last, "preactivation", s, states, before)
    return [*states, _joined(network, weights, last, "output", s, states, before)]


def read(network: Network, k: int, states: list[Tensor]) -> Tensor:
    """What layer k reads, by the docstring of `skipviz.network.wiring`."""
    said = network.readout.reads if k > network.depth else network.layers[k - 1].reads
    if said is None:
        return states[-1]
    pieces = [entry_of(entry.activation, states[entry.state]) for entry in said.entries]
    if said.combine == "concat":
        return torch.cat(pieces, channel_axis(pieces[0]))
    total = pieces[0]
    for piece in pieces[1:]:
        one, other = spread(total, piece), spread(piece, total)
        total = one + other if said.combine == "add" else one * other
    return total


def entry_of(act: str, s: Tensor) -> Tensor:
    """A state through the activation of its entry."""
    return 1 - s if act == "complement" else activation(act, s)


def spread(s: Tensor, over: Tensor) -> Tensor:
    """A vector at every position of the other state, which may be a vector itself."""
    if s.dim() == 2 and over.dim() == 3:
        return s.reshape(len(s), 1, -1)
    if s.dim() == 2 and over.dim() == 4:
        return s.reshape(len(s), -1, 1, 1)
    return s


def _read_out(network: Network, own: Weights, s: Tensor) -> Tensor:
    if network.readout.kind == "dense" or network.time == "positions":
        return functional.linear(s.reshape(len(s), -1), own["weight"], own.get("bias"))
    return per_position(own["weight"], own.get("bias"), s)


def _joined(
    network: Network,
    weights: Weights,
    k: int,
    place: str,
    u: Tensor,
    states: list[Tensor],
    before: list[Tensor],
) -> Tensor:
    for skip in network.skips:
        if skip.target == k and skip.join == place:
            source = (before if skip.is_feedback else states)[skip.source]
            own = _owned(weights, f"skip{skip.source}_{skip.target}")
            u = merge(network, skip, own, u, source)
    return u


def _owned(weights: Weights, owner: str) -> dict[str, Tensor]:
    lead = f"{owner}."
    return {name[len(lead) :]: w for name, w in weights.items() if name.startswith(lead)}


def _tied(weights: Weights, module: str, part: AnyLayer | Readout) -> dict[str, Tensor]:
    """Its own tensors; of the layer it is tied to those of the op, or of the norms too."""
    own = _owned(weights, module)
    if getattr(part, "tied_to", None) is None:
        return own
    theirs = _owned(weights, f"layer{part.tied_to}")
    if part.kind in ("per_position", "dense") and module == "readout":
        return own | {"weight": theirs["weight"]}
    norms = ("norm_weight", "norm_bias", "state_norm_weight", "state_norm_bias")
    statistics = ("norm_mean", "norm_var", "state_norm_mean", "state_norm_var")
    left_out = (*statistics, *(() if getattr(part, "tied_norms", False) else norms))
    return own | {name: w for name, w in theirs.items() if name not in left_out}


def channel_axis(s: Tensor) -> int:
    """The channel axis of a batch of states."""
    return 2 if s.dim() == 3 else 1


def per_position(weight: Tensor, bias: Tensor | None, s: Tensor) -> Tensor:
    """A linear map of the channels at every position."""
    moved = s.movedim(channel_axis(s), -1)
    mapped = functional.linear(moved, weight.reshape(weight.shape[0], -1), bias)
    return mapped.movedim(-1, channel_axis(s))


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "identity": lambda u: u,
    "relu": lambda u: u.clamp(min=0),
    "leaky_relu": lambda u: torch.where(u > 0, u, 0.01 * u),
    "gelu": lambda u: u * (1 + torch.erf(u / 2**0.5)) / 2,
    "silu": lambda u: u / (1 + torch.exp(-u)),
    "tanh": torch.tanh,
    "sigmoid": lambda u: 1 / (1 + torch.exp(-u)),
    "softplus": lambda u: torch.log1p(torch.exp(-u.abs())) + u.clamp(min=0),
    "sine": torch.sin,
    "relu6": lambda u: u.clamp(0, 6),
    "hardswish": lambda u: u * (u + 3).clamp(0, 6) / 6,
    "hard_sigmoid": lambda u: (u / 6 + 0.5).clamp(0, 1),
    "selu": lambda u: (
        1.0507009873554805
        * torch.where(u > 0, u, 1.6732632423543772 * (torch.exp(u.clamp(max=0)) - 1))
    ),
    "crelu": lambda u: torch.cat([u.clamp(min=0), (-u).clamp(min=0)], dim=channel_axis(u)),
}


def activation(name: str, u: Tensor) -> Tensor:
    """The activation of this name."""
    return ACTIVATIONS[name](u)


def norm(name: str, groups: int, own: Weights, prefix: str, u: Tensor) -> Tensor:
    """(u - mean) / sqrt(variance + 1e-5) over what the norm averages, scaled and shifted."""
    if name in ("none", "weight"):
        return u
    if name == "rms":
        last = u.movedim(channel_axis(u), -1)
        squares = last.square().mean(-1, keepdim=True)
        return (last / (squares + 1e-5).sqrt() * own[f"{prefix}_weight"]).movedim(
            -1, channel_axis(u)
        )
    first = u.movedim(channel_axis(u), 1)
    flat = first.reshape(len(u), first.shape[1], -1)
    weight, bias = own[f"{prefix}_weight"][:, None], own[f"{prefix}_bias"][:, None]
    if name == "batch":
        mean, var = own[f"{prefix}_mean"][:, None], own[f"{prefix}_var"][:, None]
    elif name == "layer":
        mean, var = flat.mean(1, keepdim=True), flat.var(1, correction=0, keepdim=True)
    else:
        grouped = flat.reshape(len(u), groups, -1)
        size = flat.shape[1] // groups
        mean = grouped.mean(2, keepdim=True).repeat_interleave(size, 1)
        var = grouped.var(2, correction=0, keepdim=True).repeat_interleave(size, 1)
    normed = (flat - mean) / (var + 1e-5).sqrt() * weight + bias
    return normed.reshape(first.shape).movedim(1, channel_axis(u))


def lengthened(own: Weights) -> Weights:
    """Every weight with rows of its length: g v / |v|."""
    found = {}
    for name in [name for name in own if name.endswith("_length")]:
        v = own[name.removesuffix("_length")]
        length = v.flatten(1).square().sum(1).sqrt().reshape(own[name].shape)
        found[name.removesuffix("_length")] = own[name] * v / length
    return found


def op(layer: AnyLayer, style: Style, own: Weights, s: Tensor, states: list[Tensor]) -> Tensor:
    """op(s), by the docstring of the layer's class."""
    images, bias = s.dim() == 4, own.get("bias")
    first = s if s.dim() < 3 else s.movedim(channel_axis(s), 1)  # channels first, as torch wants
    match layer.kind:
        case "dense":
            return functional.linear(s.reshape(len(s), -1), own["weight"], bias)
        case "conv1d" | "conv2d":
            function = functional.conv2d if images else functional.conv1d
            first = functional.pad(first, layer.margins * (first.dim() - 2))
            how = (layer.stride, 0, layer.dilation, layer.groups)
            out = function(first, own["weight"], bias, *how)
        case "conv_transpose1d" | "conv_transpose2d":
            function = functional.conv_transpose2d if images else functional.conv_transpose1d
            how = (layer.stride, layer.padding, layer.output_padding, layer.groups, layer.dilation)
            out = function(first, own["weight"], bias, *how)
        case "max_pool":
            function = functional.max_pool2d if images else functional.max_pool1d
            how = (layer.kernel, layer.step, layer.padding)
            out = function(first, *how, ceil_mode=layer.ceil)
        case "average_pool":
            function = functional.avg_pool2d if images else functional.avg_pool1d
            out = function(first, layer.kernel, layer.step, layer.padding, layer.ceil)
        case "global_pool":
            flat = first.flatten(2)
            if layer.reduce in ("first", "last"):
                return flat[:, :, 0 if layer.reduce == "first" else -1]
            return flat.mean(2) if layer.reduce == "mean" else flat.max(2).values
        case "upsample":
            mode = {"nearest": "nearest", "linear": "bilinear" if images else "linear"}[layer.mode]
            out = functional.interpolate(first, scale_factor=layer.factor, mode=mode)
        case _:
            return _other_op(layer, style, own, s, states)
    return out.movedim(1, channel_axis(s))


def _other_op(  # noqa: C901, one case per kind
    layer: AnyLayer, style: Style, own: Weights, s: Tensor, states: list[Tensor]
) -> Tensor:
    match layer.kind:
        case "flatten":
            return s.reshape(len(s), -1)
        case "reshape":
            return s.reshape(len(s), *layer.shape)
        case "to_sequence":
            return s.permute(0, 2, 3, 1).reshape(len(s), -1, s.shape[1])
        case "identity":
            return s
        case "slice":
            first, end = layer.start, s.shape[channel_axis(s)] if layer.stop is None else layer.stop
            return s.index_select(channel_axis(s), torch.arange(first, end))
        case "positions":
            return s + (own["weight"] if layer.learned else sinusoids(*s.shape[1:]))
        case "embedding":
            return own["weight"][s]
        case "class_token":
            return torch.stack([torch.cat([own["weight"][None], row]) for row in s])
        case "latents":
            return torch.stack([own["weight"]] * len(s))
        case "shift":
            out = torch.zeros_like(s)
            out[:, layer.by :] = s[:, : max(0, s.shape[1] - layer.by)]
            return out
        case "attention":
            m = s if layer.memory is None else states[layer.memory]
            given = None if layer.values is None else states[layer.values]
            return attention(layer, own, s, m, given)
        case "rnn" | "lstm" | "gru":
            return recurrent(layer, own, s)
        case "depth_attention":
            states = s.chunk(layer.parts, dim=channel_axis(s))
            return mixture(own["query_weight"], states)
        case "feed_forward":
            inner = functional.linear(s, own["inner_weight"], own.get("inner_bias"))
            act, omega = style.activation, style.omega if style.activation == "sine" else 1
            axis_last = activation(act, omega * inner.flatten(0, -2)).unflatten(0, inner.shape[:-1])
            return functional.linear(axis_last, own["outer_weight"], own.get("outer_bias"))
    raise AssertionError(layer.kind)


def recurrent(layer: AnyLayer, own: Weights, s: Tensor) -> Tensor:
    """Position after position, by the docstring of `skipviz.network.recurrent`."""
    read = [_states(layer, own, "", s)]
    if layer.bidirectional:
        read.append(_states(layer, own, "reverse_", s.flip(1)).flip(1))
    return torch.cat(read, dim=2)


def _states(layer: AnyLayer, own: Weights, lead: str, s: Tensor) -> Tensor:
    h = c = torch.zeros(len(s), layer.width, dtype=s.dtype)
    states = []
    for t in range(s.shape[1]):
        fed, back = (
            functional.linear(of, own[f"{lead}{name}_weight"], own.get(f"{lead}{name}_bias"))
            for name, of in (("input", s[:, t]), ("hidden", h))
        )
        if layer.kind == "rnn":
            h = activation(layer.nonlinearity, fed + back)
        elif layer.kind == "lstm":
            i, f, g, o = (fed + back).chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
        else:
            (r, z, n), (r2, z2, n2) = fed.chunk(3, dim=1), back.chunk(3, dim=1)
            n, z = torch.tanh(n + torch.sigmoid(r + r2) * n2), torch.sigmoid(z + z2)
            h = (1 - z) * n + z * h
        states.append(h)
    return torch.stack(states, dim=1)


def mixture(query: Tensor, states: tuple[Tensor, ...]) -> Tensor:
    """Of states by the softmax of their products with the query, each by its root mean square."""
    last = [each.movedim(channel_axis(each), -1) for each in states]
    scores = [each @ query / (each.square().mean(-1) + 1e-5).sqrt() for each in last]
    weights = torch.stack(scores).softmax(0)
    mixed = sum(w.unsqueeze(-1) * each for w, each in zip(weights, last, strict=True))
    return mixed.movedim(-1, channel_axis(states[0]))


def sinusoids(length: int, width: int) -> Tensor:
    """P[t, 2i] = sin(t / 10000^(2i/D)), P[t, 2i+1] = cos(same)."""
    table = torch.zeros(length, width, dtype=torch.float64)
    for t in range(length):
        for c in range(width):
            angle = torch.tensor(t / 10000 ** (2 * (c // 2) / width), dtype=torch.float64)
            table[t, c] = torch.cos(angle) if c % 2 else torch.sin(angle)
    return table


def turned(x: Tensor) -> Tensor:
    """Channels i and i + d / 2 of (.., positions, d) turned by t / 10000^(2 i / d)."""
    out, size = x.clone(), x.shape[-1]
    for t in range(x.shape[-2]):
        for i in range(size // 2):
            angle = torch.tensor(t / 10000 ** (2 * i / size), dtype=torch.float64)
            one, other = x[..., t, i], x[..., t, i + size // 2]
            out[..., t, i] = one * angle.cos() - other * angle.sin()
            out[..., t, i + size // 2] = one * angle.sin() + other * angle.cos()
    return out


def head_norm(name: str, own: Weights, prefix: str, x: Tensor) -> Tensor:
    """Of queries or keys over their channels."""
    if name == "none":
        return x
    if name == "rms":
        return x / (x.square().mean(-1, keepdim=True) + 1e-5).sqrt() * own[f"{prefix}_weight"]
    centred = x - x.mean(-1, keepdim=True)
    scaled = centred / (centred.square().mean(-1, keepdim=True) + 1e-5).sqrt()
    return scaled * own[f"{prefix}_weight"] + own[f"{prefix}_bias"]


def attention(layer: Attention, own: Weights, s: Tensor, m: Tensor, given: Tensor | None) -> Tensor:
    """softmax(q k' / sqrt(d)) v head by head, then the last map; v are made of m or `given`."""
    heads, times = layer.heads, layer.heads // layer.key_heads

    def mapped(name: str, of: Tensor) -> Tensor:
        return functional.linear(of, own[f"{name}_weight"], own.get(f"{name}_bias"))

    q = mapped("query", s).chunk(heads, dim=2)
    values = mapped("value", m) if given is None else given
    k, v = (each.chunk(layer.key_heads, dim=2) for each in (mapped("key", m), values))
    q = [head_norm(layer.qk_norm, own, "query_norm", each) for each in q]
    k = [head_norm(layer.qk_norm, own, "key_norm", each) for each in k]
    if layer.rotary:
        q, k = [turned(each) for each in q], [turned(each) for each in k]
    out = []
    for head in range(heads):
        scores = q[head] @ k[head // times].transpose(1, 2) / q[head].shape[2] ** 0.5
        if layer.causal:
            later = torch.ones(scores.shape[1:]).triu(1).bool()
            scores = scores.masked_fill(later, float("-inf"))
        out.append(scores.softmax(2) @ v[head // times])
    return mapped("out", torch.cat(out, dim=2))


def merge(network: Network, skip: AnySkip, own: Weights, u: Tensor, s: Tensor) -> Tensor:
    """What the kind of skip makes of u and s_p."""
    r = resized(skip, u, s)
    if skip.kind in ("gated", "shortcut_gate"):
        t = torch.sigmoid(per_position(own["gate_weight"], own["gate_bias"], r))
        return t * u + (1 - t) * r if skip.kind == "gated" else u + (1 - t) * r
    if skip.kind == "concat":
        return torch.cat([u, r], dim=channel_axis(u))
    if skip.kind == "projection":
        own = {**own, **(lengthened(own) if skip.norm == "weight" else {})}
        r = projected(skip, own, u, r)
        groups = skip.norm_groups or network.defaults.norm_groups
        r = activation(skip.activation, norm(skip.norm, groups, own, "norm", r))
    if skip.kind == "pad":
        r = every(skip.stride, u, r)
        r = r.movedim(channel_axis(r), 0)[: u.shape[channel_axis(u)]].movedim(0, channel_axis(r))
        lacking = list(r.shape)
        lacking[channel_axis(u)] = u.shape[channel_axis(u)] - r.shape[channel_axis(u)]
        r = torch.cat([r, torch.zeros(lacking, dtype=r.dtype)], dim=channel_axis(u))
    return factor(skip, "branch_scale", own, u) * u + factor(skip, "shortcut_scale", own, u) * r


def resized(skip: AnySkip, u: Tensor, s: Tensor) -> Tensor:
    """s_p at the positions of u."""
    if skip.resize == "none" or s.dim() != u.dim() or s.dim() == 2:
        return s
    first, axis = s.movedim(channel_axis(s), 1), channel_axis(s)
    size = u.movedim(channel_axis(u), 1).shape[2:]
    if skip.resize.startswith("crop"):
        for place, kept in enumerate(size, start=2):
            left = first.shape[place] - kept
            begin = left if skip.resize == "crop_end" else left // 2
            first = first.index_select(place, torch.arange(begin, begin + kept))
        return first.movedim(1, axis)
    if skip.resize == "pool":
        return means(first, size).movedim(1, axis)
    if skip.resize == "nearest":
        return functional.interpolate(first, size=size, mode="nearest").movedim(1, axis)
    pool = functional.adaptive_avg_pool2d if len(size) == 2 else functional.adaptive_avg_pool1d
    return pool(first, tuple(size)).movedim(1, axis)


def means(first: Tensor, size: torch.Size) -> Tensor:
    """Axis by axis the means of windows that do not overlap; the last may be smaller."""
    for place, count in enumerate(size, start=2):
        window = -(-first.shape[place] // count)
        parts = first.split(window, dim=place)
        first = torch.stack([part.mean(place) for part in parts], dim=place)
    return first


def projected(skip: AnySkip, own: Weights, u: Tensor, r: Tensor) -> Tensor:
    """W r + b in the shape of u."""
    if r.dim() != u.dim():
        flat = functional.linear(r.reshape(len(r), -1), own["weight"], own.get("bias"))
        return flat.reshape(u.shape)
    return per_position(own["weight"], own.get("bias"), every(skip.stride, u, r))


def every(stride: int | None, u: Tensor, r: Tensor) -> Tensor:
    """Every `stride`-th position; the smallest stride that fits where none is given."""
    axes = [axis for axis in range(1, r.dim()) if axis != channel_axis(r)]
    for step in [stride] if stride else range(1, max(r.shape) + 1):
        kept = r
        for axis in axes:
            kept = kept.index_select(axis, torch.arange(0, r.shape[axis], step))
        if all(kept.shape[axis] == u.shape[axis] for axis in axes):
            return kept
    raise AssertionError("no stride fits")


def factor(skip: AnySkip, name: str, own: Weights, u: Tensor) -> Tensor:
    """A fixed or learned factor, one for all or one per channel."""
    scale = getattr(skip, name)
    if scale.learned == "no":
        return torch.tensor(scale.value, dtype=torch.float64)
    shape = [1] * u.dim()
    shape[channel_axis(u)] = -1
    return own[name].view(shape)
