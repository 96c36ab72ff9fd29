"""Training a model as it is, and measuring beside it with skips cut: against autograd by hand, and
against the bare training to the bit."""

import copy
import random
import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from skipviz.engine.own_model.batches import Batches
from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.found import found
from skipviz.engine.own_model.live_training import LiveTraining
from skipviz.engine.own_model.own_file import Built
from skipviz.engine.own_model.paired import Paired
from skipviz.engine.own_model.trained_arm import Loss, sgd
from skipviz.own_model.live.messages import Steer, Switch
from skipviz.own_model.live.source import Source
from tests.bounded import wait_until


class Noisy(nn.Module):
    """A block that keeps statistics, draws random numbers and counts its calls."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm, self.drop = nn.BatchNorm1d(width), nn.Dropout(0.3)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        weight = 1 / (1 + self.calls) + random.random() + float(np.random.rand())
        return x + weight * self.down(self.drop(torch.relu(self.up(self.norm(x)))))


def noisy() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(5, 6), Noisy(6), Noisy(6), Noisy(6), nn.Linear(6, 1))


def squares(model: nn.Module, batch: Tensor) -> Tensor:
    return (model(batch) - batch.sum(1, keepdim=True)).square().mean()


def batches(count: int = 20) -> list[Tensor]:
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(8, 5, generator=generator) for _ in range(count)]


def seed() -> None:
    random.seed(5)
    np.random.seed(5)
    torch.manual_seed(5)


def paired(model: nn.Module, loss: Loss, data: list[Tensor], **optimizer: object) -> Paired:
    source = Batches(data, len(data))
    known = found(model, loss, source)
    return Paired(model, loss, torch.optim.SGD(model.parameters(), **optimizer), known, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize("arm", ["plain", "plain_unscaled"])
def test_the_training_is_that_without_a_second_pass_to_the_bit(arm: str) -> None:
    bare, data = noisy(), batches()
    optimizer = torch.optim.SGD(bare.parameters(), lr=0.002, momentum=0.9)
    seed()
    losses = []
    for batch in data:
        optimizer.zero_grad()
        loss = squares(bare, batch)
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))

    model = noisy()
    seed()
    measured = []
    with paired(model, squares, data, lr=0.002, momentum=0.9) as pair:
        pair.arm = arm
        for step, batch in enumerate(data):
            pair.cut = None if step % 2 else frozenset({0, 2})
            measured.append(pair.measure(batch)[0].loss)
            pair.update()
    assert measured == losses
    assert np.isfinite(losses).all()
    for (name, one), (_, other) in zip(
        bare.state_dict().items(), model.state_dict().items(), strict=True
    ):
        assert torch.equal(one, other), name
    for one, other in zip(bare.parameters(), model.parameters(), strict=True):
        assert torch.equal(one.grad, other.grad)
    assert [block.calls for block in bare[1:4]] == [block.calls for block in model[1:4]]


class Residual(nn.Module):
    """x + scale tanh(W x), four times over."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(nn.Linear(4, 4, bias=False) for _ in range(4))
        self.scale = nn.Parameter(torch.tensor(scale))
        self.head = nn.Linear(4, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = x + self.scale * torch.tanh(block(x))
        return self.head(x)


def by_hand(model: Residual, batch: Tensor, cut: set[int], unscaled: bool) -> tuple[float, list]:
    """Loss and gradient norms with the skips of some blocks left out."""
    mine = copy.deepcopy(model)
    x = batch
    for k, block in enumerate(mine.blocks):
        branch = torch.tanh(block(x))
        factor = 1.0 if unscaled and k in cut else mine.scale
        x = factor * branch + (0 if k in cut else x)
    loss = (mine.head(x) - 1).square().mean()
    weights = [*(block.weight for block in mine.blocks), mine.head.weight]
    grads = torch.autograd.grad(loss, weights)
    return float(loss.detach()), [float(grad.norm()) for grad in grads]


def ones(model: nn.Module, batch: Tensor) -> Tensor:
    return (model(batch) - 1).square().mean()


@pytest.mark.parametrize("arm", ["plain", "plain_unscaled"])
@pytest.mark.parametrize("cut", [None, {1}, {0, 3}])
def test_both_passes_are_those_of_autograd_at_the_same_weights(
    arm: str, cut: set[int] | None
) -> None:
    torch.manual_seed(0)
    model = Residual(0.4).double()
    data = [torch.randn(6, 4, dtype=torch.float64) for _ in range(4)]
    with paired(model, ones, data, lr=0.1) as pair:
        pair.arm, pair.cut = arm, None if cut is None else frozenset(cut)
        for batch in data:
            cut_now = {0, 1, 2, 3} if cut is None else cut
            expected = [by_hand(model, batch, set(), False),
                        by_hand(model, batch, cut_now, arm == "plain_unscaled")]  # fmt: skip
            for found_one, (loss, norms) in zip(pair.measure(batch), expected, strict=True):
                assert found_one.loss == pytest.approx(loss, rel=1e-12)
                np.testing.assert_allclose(found_one.norms, norms, rtol=1e-12)
            pair.update()


def test_where_nothing_is_cut_nothing_is_measured_beside() -> None:
    data = batches(2)
    with paired(noisy(), squares, data, lr=0.1) as pair:
        pair.cut = frozenset()
        assert [each.arm for each in pair.measure(data[0])] == ["skip"]


def test_a_way_that_is_new_is_known_to_the_twin_as_well() -> None:
    class Growing(nn.Module):
        """Takes a third block from the third batch on."""

        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList(nn.Linear(5, 5) for _ in range(3))

        def forward(self, x: Tensor) -> Tensor:
            for block in self.blocks if float(x[0, 0]) > 0 else self.blocks[:2]:
                x = x + torch.tanh(block(x))
            return x.sum(1, keepdim=True)

    data = batches(8)
    for k, batch in enumerate(data):
        batch[0, 0] = -1.0 if k < 2 else 1.0
    model = Growing()
    with paired(model, squares, data, lr=0.01) as pair:
        for batch in data:
            measured = pair.measure(batch)
            pair.update()
        assert len(pair.structure.skips) == 3
        assert len(measured[1].norms) == len(pair.structure.layers) == 3
        pair.cut = frozenset({2})
        assert pair.measure(data[-1])[1].norms[2] > 0


def test_a_loss_that_writes_into_the_batch_is_refused() -> None:
    def writes(model: nn.Module, batch: Tensor) -> Tensor:
        return squares(model, batch.mul_(2))

    data = batches(3)
    with (
        paired(noisy(), writes, data, lr=0.1) as pair,
        pytest.raises(WatchError, match="writes into the batch"),
    ):
        pair.measure(data[1])


@pytest.fixture
def source() -> Iterator[Source]:
    made = Source()
    yield made
    made.close("The test is over.", timeout=0)


def frames(source: Source) -> list:
    return list(source._frames)


def test_a_training_tells_every_step_and_why_it_ends(source: Source) -> None:
    training = LiveTraining(Built(noisy(), squares, batches(4), sgd), source, 6, 0)
    assert training.run() == "Finished: 6 steps."
    assert [each.step for each in frames(source)] == list(range(6))
    assert [part.arm for part in frames(source)[0].parts] == ["skip", "plain"]
    assert source.state.steers


def test_an_iterator_ends_the_training(source: Source) -> None:
    training = LiveTraining(Built(noisy(), squares, iter(batches(4)), sgd), source, None, 0)
    assert training.run() == "There are no more batches after 4 steps."


def test_what_was_asked_before_the_first_step_holds_for_it(source: Source) -> None:
    training = LiveTraining(Built(noisy(), squares, batches(4), sgd), source, 2, 0)
    source.desk.take_in(Switch(arm="plain_unscaled", cut=(1,)))
    training.run()
    assert {(part.arm, part.cut) for each in frames(source) for part in each.parts[1:]} == {
        ("plain_unscaled", (1,))
    }
    assert source.state.cut == (1,)


def test_a_skip_that_is_not_there_changes_nothing(source: Source) -> None:
    training = LiveTraining(Built(noisy(), squares, batches(4), sgd), source, 1, 0)
    source.desk.take_in(Switch(arm="plain_unscaled", cut=(99,)))
    training.run()
    assert (source.state.arm, source.state.cut) == ("plain", None)


def test_stop_ends_it_and_a_number_that_is_none_too(source: Source) -> None:
    training = LiveTraining(Built(noisy(), squares, batches(4), sgd), source, None, 0)
    source.desk.take_in(Steer(do="stop"))
    assert training.run() == "Stopped after 0 steps."

    def infinite(model: nn.Module, batch: Tensor) -> Tensor:
        return squares(model, batch) * float("inf")

    other = Source()
    ends = LiveTraining(Built(noisy(), infinite, batches(4), sgd), other, None, 0).run()
    assert ends == "The loss became NaN or infinite at step 0, and training ended."
    assert frames(other)[0].parts[0].loss is None
    other.close("", timeout=0)


def test_a_paused_training_takes_the_steps_it_is_asked_for(source: Source) -> None:
    training = LiveTraining(Built(noisy(), squares, batches(4), sgd), source, None, 0)
    source.desk.take_in(Steer(do="pause"))
    thread = threading.Thread(target=training.run, daemon=True)
    thread.start()
    for steps in (1, 2):
        source.desk.take_in(Steer(do="step"))
        wait_until(lambda n=steps: len(frames(source)) >= n and source.state.doing == "paused")
        source.desk.take_in(Switch(cut=(0,)))
        wait_until(lambda: source.state.cut == (0,))
        assert len(frames(source)) == steps
    source.desk.take_in(Steer(do="stop"))
    thread.join(60)
    assert not thread.is_alive()
    assert len(frames(source)) == 2
