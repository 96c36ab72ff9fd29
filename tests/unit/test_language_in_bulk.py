"""Every promise of the network language at once, on as many random networks as asked for.

`make bulk` tries 10,000; the ordinary run a tenth of that.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skipviz import link
from skipviz.network import Network
from tests.unit.bulk import MANY
from tests.unit.export.test_pytorch_source import assert_same_as_built
from tests.unit.model.test_random_networks import (
    KINDS,
    check_that_problems_are_those_of_torch,
    sound_over,
)
from tests.unit.network.network_strategies import INPUT_SHAPES, networks, sound_networks

ANY = st.tuples(networks(), INPUT_SHAPES, st.integers(1, 6))


@pytest.mark.slow
@MANY
@given(ANY | sound_networks() | st.sampled_from([*KINDS]).flatmap(sound_over))
def test_checks_shapes_export_json_and_link_hold(
    drawn: tuple[Network, tuple[int, ...], int],
) -> None:
    network, shape, outputs = drawn
    check_that_problems_are_those_of_torch(network, shape, outputs)
    if not network.check(shape, outputs):
        assert_same_as_built(network, shape, outputs)
    assert Network.from_json(network.to_json()) == network
    assert link.decode(link.encode(network))[0] == network
