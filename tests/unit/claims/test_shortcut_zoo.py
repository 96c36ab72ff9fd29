"""He et al. 2016, Table 1, at the first weights: 20 pre-activation blocks with batch norm.

How each shortcut trains is told by the guided experiment on them.
"""

import skipviz as sv
from skipviz.network import Dense, Identity, Init, Style
from skipviz.presets.preset import Chain


def first_gradient(**how: object) -> float:
    """|dL/dW_1| before any update, for blocks with such shortcuts."""
    chain = Chain()
    chain.add(Dense(width=64, norm="none", order="post", activation="identity"))
    for _ in range(20):
        chain.block(Dense(width=64), Dense(width=64), **how)
    chain.add(Identity(norm="batch", activation="relu"))
    network = chain.network(defaults=Style(norm="batch", order="pre", init=Init(scheme="he")))
    return float(sv.train(network, steps=0, arms=("skip",)).gradient_norms("skip")[0, 0])


def test_a_healthy_first_gradient_does_not_tell_that_a_shortcut_will_train():
    """Dropout on the shortcut never trains, yet starts out like the identity, which trains best."""
    assert 0.2 < first_gradient(dropout=0.5) / first_gradient() < 5


def test_shortcuts_that_let_half_through_start_with_an_exploding_gradient():
    """Batch norm scales the small states up again, forward, and so the gradient, backward."""
    identity = first_gradient()
    assert first_gradient(shortcut_scale=0.5, branch_scale=0.5) > 10 * identity
    assert first_gradient(kind="shortcut_gate", gate_bias=0) > 10 * identity
