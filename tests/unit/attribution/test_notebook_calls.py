"""The calls of a notebook on networks at the edges: of tokens, very deep, or misfitting."""

import inspect

import numpy as np
import pytest
import torch

from skipviz.engine.attribution.api import by_path_length, by_skip, by_skips_taken
from skipviz.engine.attribution.scaling import row_norms, shares_of_parts
from skipviz.engine.attribution.splits import cosine, criterion, share
from skipviz.engine.paths.gradient import path_gradients
from skipviz.network import Network, NetworkError
from skipviz.settings import Settings

DENSE = {"kind": "dense", "width": 12}
VOCABULARY = 200


@pytest.fixture
def reading() -> Network:
    """An embedding, three dense layers and a skip."""
    first = {"kind": "embedding", "vocabulary": VOCABULARY, "width": 4}
    return Network.of(layers=[first, DENSE, DENSE, DENSE]).add_skip(2, 4)


@pytest.mark.parametrize("call", [by_skips_taken, by_path_length, by_skip])
def test_what_is_not_said_is_as_in_a_run(call):
    usual, said = Settings(), inspect.signature(call).parameters
    for name in ("data", "seed", "batch_size"):
        assert said[name].default == getattr(usual, name)
    assert said["arm"].default.name == usual.arms[0]


@pytest.mark.parametrize("steps", [1, 3])
def test_behind_an_embedding_index_k_is_state_k(reading, steps):
    network = reading.set_time_steps(steps)
    if steps > 1:
        network = network.add_skip(4, 3, kind="projection")
    found, split = by_skips_taken(network, "sonnets", batch_size=5), by_skip(network, "sonnets")
    assert len(found.gradients) == network.depth + 1
    assert set(split) == {1, 2, 3, 4}
    width = [None, 4, 12, 12, 12]
    for k in range(1, 5):
        assert found.gradients[k].shape[-1] == width[k]
        assert found.shares[k].sum() == pytest.approx(1)
    assert all(each.shape == (1,) for each in (found.norms[0], found.shares[0]))
    for nothing in (found.gradients[0], found.total[0], found.norms[0], found.shares[0]):
        assert np.isnan(nothing).all()
    assert found.gradients[0].ndim == (4 if steps > 1 else 3)
    assert len(found.gradients[2]) >= 2, "the skip starts at state 2"


def test_gradients_far_below_the_square_root_of_the_smallest_float_have_norms_and_shares():
    network = Network.mlp(depth=420, width=16, skips=((418, 420),))
    found, split = by_path_length(network, batch_size=8), by_skip(network, batch_size=8)
    largest = np.abs(found.total[0]).max()
    assert 0 < largest < 1e-170
    assert found.norms[0].max() >= largest
    assert found.shares[0].sum() == pytest.approx(1)
    assert split[0].norm >= largest
    assert split[0].chain.share == pytest.approx(1)
    *_, last = path_gradients(network, Settings())
    assert last.norm > 0
    assert last.by_skips[0].max() > 0
    assert np.nanmax(last.single) > 0


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_what_is_said_of_parts_does_not_depend_on_their_size(size):
    parts = torch.randn(3, 10, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    total = parts.sum(0)
    torch.testing.assert_close(row_norms(parts * size) / size, parts.norm(dim=1))
    torch.testing.assert_close(shares_of_parts(parts * size), parts @ total / total.square().sum())
    one, rest = parts[:1], total[None] - parts[:1]
    expected = (
        (share, total[None], one @ total / total.square().sum()),
        (cosine, rest, torch.cosine_similarity(one, rest)),
        (criterion, rest, (one * rest).sum(1) / one.square().sum()),
    )
    for measure, other, value in expected:
        torch.testing.assert_close(measure(one * size, other * size), value)


def test_zeros_have_norm_0_and_no_share():
    nothing = torch.zeros(2, 5, dtype=torch.float64)
    assert row_norms(nothing).tolist() == [0, 0]
    assert shares_of_parts(nothing).isnan().all()
    assert all(measure(nothing, nothing).isnan().all() for measure in (share, cosine, criterion))


@pytest.mark.parametrize("data", ["sonnets", "digits_denoising"])
def test_a_network_that_does_not_fit_the_data_is_refused_in_words(data):
    network = Network.mlp(depth=2, width=8)
    for measure in (by_skips_taken, by_path_length, by_skip):
        with pytest.raises(NetworkError, match=r"embedding|outputs of shape"):
            measure(network, data)
    with pytest.raises(NetworkError, match=r"embedding|outputs of shape"):
        next(path_gradients(network, Settings(data=data)))
