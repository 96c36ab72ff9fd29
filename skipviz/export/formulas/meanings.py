"""Lines that say what a symbol stands for, for layers and skips alike."""

from collections.abc import Iterator

from skipviz.export.formulas.symbols import bold, indexed

_FUNCTIONS = {
    "relu": r"\max(0, z)",
    "leaky_relu": r"\max(0, z) + 0.01 \min(0, z)",
    "gelu": r"z\, \Phi(z)",
    "silu": r"z\, \sigma(z)",
    "tanh": r"\tanh z",
    "sigmoid": r"\sigma(z)",
    "softplus": r"\ln\left(1 + e^{z}\right)",
    "sine": r"\sin z",
    "crelu": r"\left[\max(0, z),\, \max(0, -z)\right]",
}


def activation_lines(indices: tuple[int, ...], name: str, over: str = "") -> Iterator[str]:
    """The activation `name` with these indices, and its derivative; `over` stands above them."""
    function, slopes = indexed("a", *indices) + over, indexed(bold("A"), *indices) + over
    yield f"{function}(z) &= {_FUNCTIONS[name]}"
    if name == "crelu":
        yield rf"{slopes} &= \text{{the derivative of }} {function}"
    else:
        yield (
            rf"{slopes} &= \operatorname{{diag}}\left({function}'(\bm{{z}})\right),\quad "
            rf"\bm{{z}} \text{{ what }} {function} \text{{ reads}}"
        )


def derivative_line(letter: str, of: str, indices: tuple[int, ...]) -> str:
    """A derivative that is not written out."""
    return rf"{indexed(bold(letter), *indices)} &= \text{{the derivative of the {of}}}"
