"""What recurrent layers do from position to position, written out."""

from collections.abc import Iterator

from skipviz.export.formulas.symbols import bold, in_words, indexed
from skipviz.language import N_
from skipviz.network.recurrent import Gru, Recurrent, Rnn

_SUM = r"{w} \bm{{p}}_{{\tau}} + {b} + {u} \bm{{q}}_{{\tau-1}} + {c}"


def recurrence_lines(layer: Recurrent, k: int) -> Iterator[str]:
    """q_tau, what layer k gives at position tau, from p_tau, what it reads there."""
    name = indexed(rf"\operatorname{{{layer.kind.upper()}}}", k)
    yield (
        rf"{name} &: \bm{{p}}_1, \bm{{p}}_2, \dots \mapsto \bm{{q}}_1, \bm{{q}}_2, \dots"
        r"\quad " + in_words(N_("over the positions, {start}"), start=r"\bm{q}_0 = \bm{0}")
    )
    if isinstance(layer, Rnn):
        act = r"\tanh" if layer.nonlinearity == "tanh" else r"\max\left(\bm{0}, \cdot\right)"
        yield rf"\bm{{q}}_{{\tau}} &= {act}\left({_sum(k)}\right)"
    elif isinstance(layer, Gru):
        yield from _gru(k)
    else:
        yield from _lstm(k)
    if layer.bidirectional:
        yield r"&\quad " + in_words(
            N_("and once more from the last position to the first, side by side")
        )


def _lstm(k: int) -> Iterator[str]:
    yield rf"\left[\bm{{i}}, \bm{{f}}, \bm{{g}}, \bm{{o}}\right] &= {_sum(k)}"
    yield (
        r"\bm{m}_{\tau} &= \sigma(\bm{f}) \odot \bm{m}_{\tau-1} + \sigma(\bm{i}) \odot "
        r"\tanh \bm{g}, \qquad \bm{m}_0 = \bm{0}"
    )
    yield r"\bm{q}_{\tau} &= \sigma(\bm{o}) \odot \tanh \bm{m}_{\tau}"


def _gru(k: int) -> Iterator[str]:
    w, b, u, c = _weights(k)
    yield rf"\left[\bm{{r}}, \bm{{z}}, \bm{{n}}\right] &= {w} \bm{{p}}_{{\tau}} + {b}"
    yield rf"\left[\bm{{r}}', \bm{{z}}', \bm{{n}}'\right] &= {u} \bm{{q}}_{{\tau-1}} + {c}"
    yield (
        r"\bm{q}_{\tau} &= \left(\bm{1} - \sigma(\bm{z} + \bm{z}')\right) \odot "
        r"\tanh\left(\bm{n} + \sigma(\bm{r} + \bm{r}') \odot \bm{n}'\right) + "
        r"\sigma(\bm{z} + \bm{z}') \odot \bm{q}_{\tau-1}"
    )


def _sum(k: int) -> str:
    w, b, u, c = _weights(k)
    return _SUM.format(w=w, b=b, u=u, c=c)


def _weights(k: int) -> tuple[str, ...]:
    return tuple(indexed(bold(letter), k) for letter in "wbuc")
