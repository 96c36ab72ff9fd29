"""Networks to start from."""

from collections.abc import Callable

from skipviz.network import Network


def default() -> Network:
    """What the page opens with: 40 ReLU layers of 64, add skips k -> k+2 for k = 1, 3, .., 37."""
    return Network.mlp(depth=40, width=64, skips=tuple((k, k + 2) for k in range(1, 38, 2)))


def plain() -> Network:
    """The same chain without a skip, to draw into."""
    return default().without_skips()


def forward_skip() -> Network:
    """One skip p -> q in a chain of ten tanh layers: p = 3, q = 7."""
    return Network.mlp(depth=10, width=32, activation="tanh", skips=((3, 7),))


_PRESETS: dict[str, Callable[[], Network]] = {
    "default": default,
    "plain": plain,
    "forward_skip": forward_skip,
}


def names() -> tuple[str, ...]:
    """The names `load` takes."""
    return tuple(_PRESETS)


def load(name: str) -> Network:
    """A preset by name; ValueError names those there are."""
    if name not in _PRESETS:
        raise ValueError(f"There is no preset {name!r}. Known are {', '.join(_PRESETS)}.")
    return _PRESETS[name]()
