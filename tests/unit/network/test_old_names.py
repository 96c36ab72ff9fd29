"""Names that others may still use."""

from skipviz.network import Network


def test_the_fixes_of_a_problem_can_still_be_had_as_its_fixes() -> None:
    network = Network.of(layers=[{"kind": "dense", "width": w} for w in (8, 4)]).add_skip(1, 2)
    (problem,) = network.check((5,), 3)
    assert problem.fixes
    assert problem.mends == problem.fixes
