"""Networks along a sequence: stacks of recurrent layers, and recurrence drawn as feedback skips."""

from typing import Any

from skipviz.network import Dense, GlobalPool, Init, Lstm, Network, Style
from skipviz.presets.preset import Chain, Preset

_OWN_STATE: dict[str, Any] = {"kind": "projection", "join": "preactivation", "bias": False}


def residual_lstm() -> Network:
    """Six LSTM layers over the rows of a digit, each but the first added to what it reads; the
    state of the last row is read out. Without the skips the loss stays where guessing has it:
    watch the gradient of the first layers.
    """
    chain = Chain()
    chain.add(Lstm(width=24))
    for _ in range(5):
        chain.block(Lstm(width=24))
    chain.add(GlobalPool(reduce="last"))
    return chain.network()


def recurrent() -> Network:
    """Two tanh layers that read one symbol after the other, and each its own state of the step
    before, by a feedback skip. The class is the first symbol, so without the skips nothing of it
    is left at the last step: watch the gradient over time.
    """
    chain = Chain()
    chain.add(Dense(width=32))
    chain.skip(1, target=1, **_OWN_STATE)
    chain.add(Dense(width=32))
    chain.skip(2, target=2, **_OWN_STATE)
    chain.skip(1)
    style = Style(activation="tanh", init=Init(scheme="orthogonal"))
    return chain.network(defaults=style, time="positions")


PRESETS = (
    Preset(
        "residual_lstm",
        "Residual LSTM for digits",
        residual_lstm,
        "Wu et al., Google's Neural Machine Translation System, 2016; Kim et al., Residual LSTM, "
        "2017",
        (8, 8),
        learning_rate=0.1,
    ),
    Preset(
        "recurrent",
        "Recurrent, a symbol per step",
        recurrent,
        "Elman, Finding Structure in Time, 1990",
        (10, 4),
        4,
        "recall",
        learning_rate=0.1,
    ),
)
