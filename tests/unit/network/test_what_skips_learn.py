"""Which skips learn something of their own, and what."""

from skipviz.network import Network
from skipviz.network.learned import LEARNED, learned_by, learned_in

SCALAR = {"value": 0, "learned": "scalar"}
NETWORK = (
    Network.mlp(6, 8)
    .add_skip(1, 3, branch_scale=SCALAR)
    .add_skip(2, 6, branch_scale={"value": 0.1, "learned": "channel"}, shortcut_scale=SCALAR)
    .add_skip(3, 5, branch_scale=0.5, shortcut_scale=SCALAR)
    .add_skip(0, 2, kind="projection", branch_scale=SCALAR)
    .add_skip(5, 6, kind="gated")
)


def test_what_each_kind_learns() -> None:
    assert [learned_by(skip) for skip in NETWORK.skips] == [
        ("branch_scale",),
        ("branch_scale", "shortcut_scale"),
        ("shortcut_scale",),
        ("branch_scale", "projection"),
        ("gate",),
    ]
    assert learned_in(NETWORK) == LEARNED
    assert learned_in(Network.mlp(3, 8, skips=((1, 3),))) == ()
