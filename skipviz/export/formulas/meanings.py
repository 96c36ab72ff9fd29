"""Lines that say what a symbol stands for, for layers and skips alike."""

from collections.abc import Iterator

from skipviz.export.formulas.symbols import bold, in_words, indexed
from skipviz.language import N_, _

_FUNCTIONS = {
    "relu": r"\max(0, z)",
    "leaky_relu": r"\max(0, z) + 0.01 \min(0, z)",
    "gelu": r"z\, \Phi(z)",
    "silu": r"z\, \sigma(z)",
    "tanh": r"\tanh z",
    "sigmoid": r"\sigma(z)",
    "softplus": r"\ln\left(1 + e^{z}\right)",
    "sine": r"\sin z",
    "relu6": r"\min(\max(0, z), 6)",
    "hardswish": r"z \min(\max(0, z + 3), 6) / 6",
    "hard_sigmoid": r"\min(\max(0, z + 3), 6) / 6",
    "selu": r"1.0507 \left(\max(0, z) + 1.6733 \min(0, e^{z} - 1)\right)",
    "crelu": r"\left[\max(0, z),\, \max(0, -z)\right]",
}


def activation_lines(
    indices: tuple[int, ...], name: str, over: str = "", frequency: float = 1.0
) -> Iterator[str]:
    """The activation `name` with these indices, and its derivative; `over` stands above them.

    `frequency` is the omega of a sine.
    """
    function, slopes = indexed("a", *indices) + over, indexed(bold("A"), *indices) + over
    value = _FUNCTIONS[name] if frequency == 1 else rf"\sin({frequency:g} z)"
    yield f"{function}(z) &= {value}"
    if name == "crelu":
        yield f"{slopes} &= " + in_words(N_("the derivative of {f}"), f=function)
    else:
        yield (
            rf"{slopes} &= \operatorname{{diag}}\left({function}'(\bm{{z}})\right),\quad "
            + in_words(N_("{z} what {f} reads"), z=bold("z"), f=function)
        )


def weight_norm_line(letter: str, indices: tuple[int, ...]) -> str:
    """A weight whose rows have a learned length."""
    w, g, u = (indexed(bold(each), *indices) for each in (letter, "g", "u"))
    return (
        rf"{w} &= \operatorname{{diag}}\left({g} / \lVert {u} \rVert\right) {u}\quad "
        + in_words(N_("row by row; learned are {g} and {u}"), g=g, u=u)
    )


def derivative_line(letter: str, of: str, indices: tuple[int, ...]) -> str:
    """A derivative that is not written out."""
    said = _("the derivative of the {operation}", operation=_(of))
    return rf"{indexed(bold(letter), *indices)} &= \text{{{said}}}"
