"""Functions and classes that exported code brings along, each only where it is used."""

CRELU = '''\
def crelu(x: Tensor, dim: int = 1) -> Tensor:
    """[relu(x), relu(-x)] joined on the channel axis."""
    return torch.cat([torch.relu(x), torch.relu(-x)], dim=dim)
'''

DROP_BRANCH = '''\
def drop_branch(h: Tensor, survival: float, training: bool) -> Tensor:
    """Stochastic depth: while training, a sample's branch survives with this probability."""
    if not training:
        return h
    chance = h.new_full((len(h),) + (1,) * (h.dim() - 1), survival)
    return h * torch.bernoulli(chance) / survival
'''

SINUSOIDS = '''\
def sinusoids(positions: int, channels: int) -> Tensor:
    """P[t, 2i] = sin(t / 10000^(2i / channels)), P[t, 2i + 1] = cos of the same."""
    t = torch.arange(positions, dtype=torch.float64)[:, None]
    even = torch.arange(channels) // 2 * 2
    angle = t / 10000 ** (even / channels)
    is_even = torch.arange(channels) % 2 == 0
    return torch.where(is_even, angle.sin(), angle.cos()).to(torch.get_default_dtype())
'''

PREPENDED = '''\
def prepended(token: Tensor, s: Tensor) -> Tensor:
    """A learned vector before a sequence (batch, positions, channels)."""
    return torch.cat([token.expand(len(s), 1, -1), s], dim=1)
'''

REPEATED = '''\
def repeated(vectors: Tensor, s: Tensor) -> Tensor:
    """Learned vectors (count, channels) for every sample of s."""
    return vectors.expand(len(s), -1, -1)
'''

ROTATED = '''\
def rotated(x: Tensor) -> Tensor:
    """Channels i and i + d / 2 at position t turned by t / 10000^(2 i / d)."""
    size = x.shape[-1]
    rates = 10000 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = torch.arange(x.shape[-2], dtype=torch.float64)[:, None] * rates
    cosines, sines = angles.cos().to(x), angles.sin().to(x)
    first, second = x.chunk(2, dim=-1)
    turned = first * cosines - second * sines, second * cosines + first * sines
    return torch.cat(turned, dim=-1)
'''

ATTENTION = '''\
class MultiHeadAttention(nn.Module):
    """Multi-head attention of s (batch, positions, channels) to m, or to s itself.

    Values are made of m too, or given: v.
    """

    def __init__(
        self,
        channels: int,
        heads: int,
        kv_heads: int | None = None,
        attended: int | None = None,
        causal: bool = False,
        rotary: bool = False,
        qk_norm: str = "none",
        makes_values: bool = True,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.size = channels // heads
        self.times = heads // (kv_heads or heads)
        self.causal = causal
        self.rotary = rotary
        narrow = channels // self.times
        self.query = nn.Linear(channels, channels, bias=bias)
        self.key = nn.Linear(attended or channels, narrow, bias=bias)
        if makes_values:
            self.value = nn.Linear(attended or channels, narrow, bias=bias)
        self.out = nn.Linear(channels, channels, bias=bias)
        self.query_norm, self.key_norm = (self.normed(qk_norm) for _ in range(2))

    def forward(self, s: Tensor, m: Tensor | None = None, v: Tensor | None = None) -> Tensor:
        m = s if m is None else m
        q = self.query_norm(self.split(self.query(s)))
        k = self.key_norm(self.split(self.key(m)))
        v = self.split(self.value(m) if v is None else v)
        if self.rotary:
            q, k = rotated(q), rotated(k)
        k, v = (each.repeat_interleave(self.times, dim=1) for each in (k, v))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.out(a.transpose(1, 2).flatten(2))

    def split(self, s: Tensor) -> Tensor:
        """(batch, positions, channels) -> (batch, heads, positions, size)."""
        return s.unflatten(2, (-1, self.size)).transpose(1, 2)

    def normed(self, name: str) -> nn.Module:
        if name == "none":
            return nn.Identity()
        return nn.LayerNorm(self.size) if name == "layer" else nn.RMSNorm(self.size, eps=1e-5)
'''

SELF_ATTENTION = '''\
class SelfAttention(nn.Module):
    """Multi-head self-attention on (batch, positions, channels)."""

    def __init__(self, channels: int, heads: int, causal: bool = False, bias: bool = True) -> None:
        super().__init__()
        self.heads = heads
        self.causal = causal
        self.query = nn.Linear(channels, channels, bias=bias)
        self.key = nn.Linear(channels, channels, bias=bias)
        self.value = nn.Linear(channels, channels, bias=bias)
        self.out = nn.Linear(channels, channels, bias=bias)

    def forward(self, s: Tensor) -> Tensor:
        q, k, v = (self.split(linear(s)) for linear in (self.query, self.key, self.value))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=self.causal)
        return self.out(a.transpose(1, 2).flatten(2))

    def split(self, s: Tensor) -> Tensor:
        """(batch, positions, channels) -> (batch, heads, positions, channels / heads)."""
        return s.unflatten(2, (self.heads, -1)).transpose(1, 2)
'''

FEED_FORWARD = '''\
class FeedForward(nn.Module):
    """Two linear maps with an activation in between, at every position."""

    def __init__(
        self,
        channels: int,
        width: int,
        activation: Callable[[Tensor], Tensor],
        activated: int | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.inner = nn.Linear(channels, width, bias=bias)
        self.activation = activation
        self.outer = nn.Linear(activated or width, channels, bias=bias)

    def forward(self, s: Tensor) -> Tensor:
        return self.outer(self.activation(self.inner(s)))
'''

DEPTH_ATTENTION = '''\
class DepthAttention(nn.Module):
    """A mixture of states that come side by side on their channels."""

    def __init__(self, channels: int, states: int, axis: int = 1) -> None:
        super().__init__()
        self.states = states
        self.axis = axis
        self.query = nn.Parameter(torch.zeros(channels))

    def forward(self, s: Tensor) -> Tensor:
        s = s.unflatten(self.axis, (self.states, -1)).movedim(self.axis + 1, -1)
        size = (s.square().mean(-1) + 1e-5).sqrt()
        weight = ((s * self.query).sum(-1) / size).softmax(self.axis)
        return (weight.unsqueeze(-1) * s).sum(self.axis).movedim(-1, self.axis)
'''

_WEIGHTED = '''\
def weighted(module: nn.Module) -> list[nn.Module]:
    """The linear maps and convolutions in a module."""
    held = [layer for layer in module.modules() if getattr(layer, "weight", None) is not None]
    return [layer for layer in held if layer.weight.dim() > 1]
'''

_DRAWN = '''\
def {name}(module: nn.Module, gain: float = 1.0) -> nn.Module:
    """{about}"""
    for layer in weighted(module):
        {draw}
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return module
'''

XAVIER = _DRAWN.format(
    name="xavier",
    about="Glorot and Bengio 2010, normal; zero biases.",
    draw="nn.init.xavier_normal_(layer.weight, gain)",
)

HE = _DRAWN.format(
    name="he",
    about="He et al. 2015, normal, fan in; zero biases.",
    draw='nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")\n'
    "        layer.weight.data.mul_(gain)",
)

ORTHOGONAL = _DRAWN.format(
    name="orthogonal",
    about="Saxe et al. 2014; zero biases.",
    draw="nn.init.orthogonal_(layer.weight, gain)",
)

LOOKS_LINEAR = _DRAWN.format(
    name="looks_linear",
    about="[W, -W] with W orthogonal (Balduzzi et al. 2017): linear behind a CReLU.",
    draw="half = nn.init.orthogonal_(layer.weight.data.chunk(2, dim=1)[0].clone(), gain)\n"
    "        layer.weight.data.copy_(torch.cat([half, -half], dim=1))",
)

ZERO = '''\
def zero(module: nn.Module) -> nn.Module:
    """Zero weights and biases."""
    for layer in weighted(module):
        nn.init.zeros_(layer.weight)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    return module
'''

SCALED = '''\
def scaled(module: nn.Module, gain: float) -> nn.Module:
    """PyTorch's own initial weights, times gain."""
    for layer in weighted(module):
        layer.weight.data.mul_(gain)
    return module
'''

WITH_BIAS = '''\
def with_bias(layer: nn.Module, value: float) -> nn.Module:
    """The same layer with a bias that starts at this value."""
    nn.init.constant_(layer.bias, value)
    return layer
'''

REDRAWN = '''\
def redrawn(module: nn.Module, draw: Callable[[Tensor], Tensor]) -> nn.Module:
    """Every weight of a recurrent layer drawn anew; zero biases."""
    for parameter in module.parameters():
        if parameter.dim() > 1:
            draw(parameter.data)
        else:
            nn.init.zeros_(parameter)
    return module
'''

RESCALED = '''\
def rescaled(module: nn.Module, gain: float) -> nn.Module:
    """A recurrent layer with PyTorch's own initial weights, times gain."""
    for parameter in module.parameters():
        if parameter.dim() > 1:
            parameter.data.mul_(gain)
    return module
'''

HELPERS: dict[str, str] = {
    "crelu": CRELU,
    "drop_branch": DROP_BRANCH,
    "sinusoids": SINUSOIDS,
    "weighted": _WEIGHTED,
    "xavier": XAVIER,
    "he": HE,
    "orthogonal": ORTHOGONAL,
    "looks_linear": LOOKS_LINEAR,
    "zero": ZERO,
    "scaled": SCALED,
    "with_bias": WITH_BIAS,
    "prepended": PREPENDED,
    "repeated": REPEATED,
    "rotated": ROTATED,
    "MultiHeadAttention": ATTENTION,
    "redrawn": REDRAWN,
    "rescaled": RESCALED,
    "SelfAttention": SELF_ATTENTION,
    "DepthAttention": DEPTH_ATTENTION,
    "FeedForward": FEED_FORWARD,
}
"""By the name that calls them, in the order they are written."""


def needed(code: str) -> list[str]:
    """The texts of the helpers that this code calls, directly or through others."""
    texts = []
    for name, text in reversed(HELPERS.items()):
        if f"{name}(" in code:
            texts.append(text)
            code += text
    return texts[::-1]
