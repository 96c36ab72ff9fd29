"""The loss slice: normalisation by hand, symmetry, the centre, determinism."""

import numpy as np
import pytest
import torch

from skipviz import data, presets
from skipviz.engine.landscape.directions import direction
from skipviz.engine.landscape.slices import SECTION_POINTS, Surroundings, loss_slice
from skipviz.engine.probes.losses import losses_of_samples
from skipviz.engine.training.trainer import Trainer
from skipviz.landscape.results import Row, Section, Surface, offsets_of, surface
from skipviz.network import Network
from skipviz.request import Progress
from skipviz.settings import Settings
from tests.bounded import steps_to_the_end

SHORT = Settings(steps=6, batch_size=32)


def network() -> Network:
    return Network.mlp(4, 8, "tanh", skips=((1, 3), (2, 4)), norm="batch")


def around(settings: Settings = SHORT, seed: int = 0) -> tuple[Trainer, Surroundings]:
    trainer = Trainer(network(), settings)
    for _ in steps_to_the_end(trainer):
        trainer.step()
    split = data.load("digits")
    x, y = torch.from_numpy(split.train_x[:100]), torch.from_numpy(split.train_y[:100])
    return trainer, Surroundings(trainer, data.info("digits"), seed, x, y)


def computed(**how: object) -> tuple[list[Progress], Section, Surface]:
    news = list(loss_slice(network(), SHORT, points=5, radius=0.4, samples=100, **how))
    progress = [each for each in news if isinstance(each, Progress)]
    (section,) = [each for each in news if isinstance(each, Section)]
    rows = [each for each in news if isinstance(each, Row)]
    return progress, section, surface(rows, 2, 5, 0.4)


def test_every_filter_of_a_direction_is_as_long_as_that_of_the_weights() -> None:
    """Li et al. 2018, section 4, written out filter by filter for a matrix and a kernel."""
    net = Network.of(
        layers=[{"kind": "conv2d", "channels": 3, "norm": "batch"}, {"kind": "dense", "width": 4}]
    )
    drawn = net.on((2, 5, 5), 3).tensors
    generator = torch.manual_seed(0)
    kernel = torch.randn(2, 3, 2, 3, 3, generator=generator)  # two replicas
    matrix = torch.randn(2, 75, 4, generator=generator)  # in, out
    flat = torch.ones(2, 1, 3)
    weights = {name: torch.zeros(2, *t.shape).unsqueeze(1) for name, t in drawn.items()}
    weights |= {"layer1.weight": kernel, "layer2.weight": matrix}
    weights |= {name: flat for name, t in drawn.items() if len(t.shape) == 1}
    weights["readout.weight"] = torch.randn(2, 4, 3, generator=generator)
    found = direction(drawn, weights, 0, 0)
    for replica in range(2):
        for j in range(3):
            expected = kernel[replica, j].norm()
            assert found["layer1.weight"][replica, j].norm() == pytest.approx(float(expected))
        for j in range(4):
            expected = matrix[replica, :, j].norm()
            assert found["layer2.weight"][replica, :, j].norm() == pytest.approx(float(expected))
    assert all((found[name] == 0).all() for name, t in drawn.items() if len(t.shape) == 1)


@pytest.mark.parametrize(
    ("kind", "shape"), [("conv_transpose1d", (5, 4)), ("conv_transpose2d", (4, 5, 5))]
)
@pytest.mark.parametrize("groups", [1, 2])
def test_a_filter_of_a_transposed_convolution_is_what_makes_one_output_channel(
    kind: str, shape: tuple[int, ...], groups: int
) -> None:
    """torch has its weight as (in, out / groups, *kernel): output j of group g reads w[g's, j]."""
    layer = {"kind": kind, "channels": 6, "kernel": 2, "groups": groups}
    name = "layer1.weight"
    described = Network.of(layers=[layer]).on(shape, 3).tensors[name]
    generator = torch.Generator().manual_seed(0)
    kernel = torch.randn(2, *described.shape, generator=generator, dtype=torch.float64)
    kernel[:, 0] *= 10
    found = direction({name: described}, {name: kernel}, 0, 0)[name]
    for replica in range(2):
        for group in range(groups):
            own = slice(4 // groups * group, 4 // groups * (group + 1))
            for j in range(6 // groups):
                expected = float(kernel[replica, own, j].norm())
                assert float(found[replica, own, j].norm()) == pytest.approx(expected, rel=1e-12)


def test_arms_have_the_same_directions_but_for_the_lengths_of_their_filters() -> None:
    _, surroundings = around()
    weight = surroundings._first["layer2.weight"]
    units = weight / weight.norm(dim=1, keepdim=True)
    torch.testing.assert_close(units[0], units[1])
    assert not torch.equal(weight[0], weight[1])


def test_the_two_directions_are_different_and_fixed_by_their_seed() -> None:
    _, one = around()
    _, same = around()
    _, other = around(seed=1)
    name = "layer2.weight"
    assert torch.equal(one._first[name], same._first[name])
    assert not torch.equal(one._first[name], one._second[name])
    assert not torch.equal(one._first[name], other._first[name])


def test_the_centre_is_the_loss_of_the_run() -> None:
    trainer, surroundings = around()
    split = data.load("digits")
    x = torch.from_numpy(split.train_x[:100]).expand(2, 100, 64)
    y = torch.from_numpy(split.train_y[:100]).expand(2, 100)
    trainer.stack.eval()
    with torch.no_grad():
        expected = losses_of_samples(trainer.stack(x), y).mean(1).numpy()
    np.testing.assert_allclose(surroundings.losses(np.zeros(1), 0.0)[:, 0], expected, rtol=1e-5)


def test_a_step_moves_the_weights_by_that_much_of_the_direction() -> None:
    """One point, computed with the weights of the run changed by hand."""
    trainer, surroundings = around()
    found = surroundings.losses(np.array([0.3, -0.2]), 0.1)
    stack = trainer.stack.eval()
    with torch.no_grad():
        for name, tensor in stack.tensors().items():
            if name in surroundings._first:
                first, second = surroundings._first[name], surroundings._second[name]
                tensor += -0.2 * first + 0.1 * second
        split = data.load("digits")
        x = torch.from_numpy(split.train_x[:100]).expand(2, 100, 64)
        y = torch.from_numpy(split.train_y[:100]).expand(2, 100)
        expected = losses_of_samples(stack(x), y).mean(1).numpy()
    np.testing.assert_allclose(found[:, 1], expected, rtol=1e-4)


def test_few_points_at_a_time_give_the_same_losses() -> None:
    _, surroundings = around()
    offsets = offsets_of(7, 0.5)
    together = surroundings.losses(offsets, 0.2)
    surroundings._together = 2
    np.testing.assert_allclose(surroundings.losses(offsets, 0.2), together, rtol=1e-5)


def test_a_slice_comes_from_its_centre_outwards_and_is_the_same_every_time() -> None:
    progress, section, found = computed()
    assert progress[-1].step == progress[-1].steps == 6
    assert section.arms == ("skip", "plain")
    assert section.losses.shape == (2, SECTION_POINTS)
    assert section.offsets[SECTION_POINTS // 2] == 0
    np.testing.assert_allclose(section.losses[:, 20], found.losses[:, 2, 2], rtol=1e-5)
    np.testing.assert_allclose(section.losses[:, 0], found.losses[:, 2, 0], rtol=1e-5)
    assert found.complete
    _, _, again = computed()
    np.testing.assert_array_equal(found.losses, again.losses)
    rows = [r.place for r in loss_slice(network(), SHORT, points=5) if isinstance(r, Row)]
    assert rows == [2, 1, 3, 0, 4]


def test_the_share_below_a_threshold_counts_computed_points_only() -> None:
    rows = [Row(1, np.array([[0.1, 0.9, 0.2], [0.6, np.nan, np.inf]]))]
    found = surface(rows, 2, 3, 0.5)
    assert (found.rows, found.complete) == (1, False)
    np.testing.assert_allclose(found.below(0.5), [2 / 3, 0])


@pytest.mark.parametrize(
    ("name", "samples"),
    [
        ("resnet8_digits", "digits_images"),
        ("transformer_preln_digits", "digits_rows"),
        ("feedback", "digits"),
    ],
)
def test_other_kinds_of_networks_have_slices(name: str, samples: str) -> None:
    settings = Settings(data=samples, steps=1, batch_size=8)
    news = list(loss_slice(presets.load(name), settings, points=3, radius=0.1, samples=8))
    found = surface([n for n in news if isinstance(n, Row)], 2, 3, 0.1)
    assert found.complete
    assert np.isfinite(found.losses).all()


def test_a_network_without_skips_is_trained_once() -> None:
    made = loss_slice(Network.mlp(2, 8), Settings(steps=1, arms=("plain", "skip")), points=3)
    section = next(each for each in made if isinstance(each, Section))
    assert section.arms == ("skip",)
    assert len(section.losses) == 1
