"""Arms from the same weights, on the same batches, with the same random draws."""

import copy
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import skipviz as sv
from skipviz.engine.own_model import batches as batches_module
from tests.unit.own_model.zoo.convolutional import resnet_basic
from tests.unit.own_model.zoo.sequences import GPT, Albert
from tests.unit.own_model.zoo.sums import DataDependent, ReZero


def square(model: nn.Module, batch: Tensor) -> Tensor:
    return model(batch).square().mean()


def data(count: int = 5) -> list[Tensor]:
    torch.manual_seed(5)
    return [torch.randn(4, 8) for _ in range(count)]


class Noisy(nn.Module):
    """Draws from all three generators."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 8)

    def forward(self, x: Tensor) -> Tensor:
        h = self.a(x) * (1 + random.random()) + float(np.random.rand())
        return h + F.dropout(self.b(h), 0.5)


def by_hand(model: nn.Module, batches: list[Tensor], lr: float) -> tuple[list[float], list[float]]:
    """Loss and the norm of the first weights of plain training."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses, norms = [], []
    first = next(p for p in model.parameters() if p.dim() > 1)
    for batch in batches:
        optimizer.zero_grad()
        loss = square(model, batch)
        loss.backward()
        losses.append(loss.item())
        assert first.grad is not None
        norms.append(float(first.grad.norm()))
        optimizer.step()
    return losses, norms


def test_the_first_arm_is_the_users_own_training() -> None:
    model, batches = Noisy(), data()
    other = copy.deepcopy(model)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    losses, norms = by_hand(other, batches, 0.05)
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    run = sv.compare(
        model, square, batches, steps=5, optimizer=lambda p: torch.optim.SGD(p, lr=0.05)
    )
    np.testing.assert_allclose(run.loss("skip"), losses, rtol=1e-6)
    np.testing.assert_allclose(run.gradient_norms("skip")[:, 0], norms, rtol=1e-6)
    assert (run.loss("plain") != run.loss("skip")).all()


def test_all_arms_see_the_same_draws_and_the_generators_are_as_before() -> None:
    model = Noisy()
    own = [sv.Arm(name="a"), sv.Arm(name="b")]
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()  # type: ignore[index]
    weights = [each.clone() for each in model.parameters()]
    run = sv.compare(model, square, data(), arms=["skip", *own], steps=5)
    states_after = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]
    assert states[:2] == states_after
    for name in ("a", "b"):
        assert run.loss(name).tolist() == run.loss("skip").tolist()
        np.testing.assert_array_equal(run.gradient_norms(name), run.gradient_norms("skip"))
    assert all(torch.equal(a, b) for a, b in zip(weights, model.parameters(), strict=True))


def test_each_batch_is_read_once_whatever_the_number_of_arms() -> None:
    read: list[int] = []

    class Source:
        def __iter__(self) -> Iterator[Tensor]:
            for k in range(3):
                read.append(k)
                yield torch.randn(4, 8)  # draws as a DataLoader with augmentation does

    arms = ("skip", "plain", "gradient_only", "forward_only")
    together = sv.compare(DataDependent(), square, Source(), arms=arms, steps=5)
    assert read == [0, 1, 2, 0, 1]
    assert together.steps == 5


def test_groups_of_copies_give_the_same_as_all_at_once() -> None:
    torch.manual_seed(0)
    model = Noisy()
    runs = []
    for copies in (1, 4):
        torch.manual_seed(2), random.seed(2), np.random.seed(2)
        runs.append(sv.compare(model, square, data(), arms="leave_one_out", steps=4, copies=copies))
    assert runs[0].arms == runs[1].arms
    assert len(runs[0].arms) == 2
    for arm in runs[0].arms:
        np.testing.assert_array_equal(runs[0].loss(arm), runs[1].loss(arm))


def test_no_more_copies_than_asked_for_are_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    alive: set[int] = set()
    most = []

    class Counted(DataDependent):
        def __deepcopy__(self, memo: dict[int, Any]) -> "Counted":
            made = Counted()
            made.load_state_dict(self.state_dict())
            alive.add(id(made))
            most.append(len(alive))
            return made

        def __del__(self) -> None:
            alive.discard(id(self))

    sv.compare(Counted(), square, data(), arms="leave_one_out", steps=2, copies=2)
    assert len(most) == 8  # one to find the skips, one with all, one without each of six
    assert max(most) <= 3
    monkeypatch.setattr(batches_module, "LARGEST_KEPT", 100)
    with pytest.raises(sv.WatchError, match="more copies"):
        sv.compare(Counted(), square, data(), arms="leave_one_out", steps=4, copies=2)


def test_leave_one_out_is_one_skip_cut() -> None:
    torch.manual_seed(0)
    model, batches = DataDependent(3), data()
    run = sv.compare(model, square, batches, arms="leave_one_out", steps=1)
    with sv.watch(model) as watch:
        square(model, batches[0]).backward()
        for skip in watch.skips:
            with watch.arm("plain", only=skip):
                loss = square(model, batches[0])
            (arm,) = [arm for arm in run.arms if arm.startswith(f"without {skip.name}")
                      and run.loss(arm)[0] == pytest.approx(loss.item(), rel=1e-6)]  # fmt: skip
            assert run.without_one()[arm] == pytest.approx(loss.item() - run.loss("skip")[0])
    assert run.main_arms == ("skip",)


def test_only_some_skips() -> None:
    ids = [torch.randint(0, 11, (2, 6))]
    run = sv.compare(GPT(), square, ids, arms=("skip", "leave_one_out"), steps=1, only="h.1")
    assert run.arms == ("skip", "without h.0 → h.1", "without h.1 → h.1")


def test_shares_of_every_arm() -> None:
    run = sv.compare(DataDependent(3), square, data(), steps=5, shares_every=2)
    assert run.snapshot_steps().tolist() == [0, 2, 4]
    assert run.shares("skip").shape == (3, 3)
    assert (run.shares("plain") == 0).all()
    assert (run.shares("skip")[1:] != 0).all()


def test_an_arm_that_breaks_down_is_told_and_the_others_go_on() -> None:
    def explode(model: nn.Module, batch: Tensor) -> Tensor:
        return (1e4 * model(batch)).square().square().mean()

    run = sv.compare(
        DataDependent(6).float(), explode, data(), steps=6, arms=("skip", "plain"),
        optimizer=lambda p: torch.optim.SGD(p, lr=1e3),
    )  # fmt: skip
    assert run.failures
    assert run.failures[0].quantity == "loss"
    assert "broke down" in str(run)
    assert run.steps == 6


def test_a_shared_layer_and_an_image_model_are_compared() -> None:
    ids = [torch.randint(0, 11, (2, 6))]
    run = sv.compare(Albert(), square, ids, arms=("skip", "plain", "plain_unscaled"), steps=2)
    assert (run.gradient_norms("plain") >= 0).all()
    images = [torch.randn(2, 3, 8, 8)]
    run = sv.compare(resnet_basic(), square, images, steps=2)
    assert (run.gradient_norms("skip")[0] > 0).all()


def test_dead_by_construction_is_said() -> None:
    run = sv.compare(ReZero(), square, data(), arms=("skip", "plain", "plain_unscaled"), steps=2)
    (note,) = run.notes
    assert '"plain"' in note
    assert "alpha.0" in note
    assert (run.gradient_norms("plain_unscaled")[0] > 0).all()


class Uncopied(DataDependent):
    def __deepcopy__(self, memo: dict[int, Any]) -> "Uncopied":
        return self


def test_what_cannot_be_copied_is_refused() -> None:
    with pytest.raises(sv.WatchError, match="__deepcopy__"):
        sv.compare(Uncopied(), square, data())
    cached = DataDependent()
    cached.last = cached.start.weight * 2  # type: ignore[assignment]
    with pytest.raises(sv.WatchError, match=r"copy\.deepcopy cannot copy this DataDependent"):
        sv.compare(cached, square, data())


OTHER = DataDependent()
WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "loss of another model": (
        {"loss": lambda _, batch: OTHER(batch).mean()}, sv.WatchError,
        "first argument",
    ),
    "no scalar": ({"loss": lambda net, batch: net(batch)}, ValueError, r"shape \(4, 8\)"),
    "a number": ({"loss": lambda net, batch: net(batch).mean().item()}, ValueError, "got float"),
    "writes into the batch": (
        {"loss": lambda net, batch: net(batch.mul_(2)).mean()}, sv.WatchError, "clone"
    ),
    "calls backward": (
        {"loss": lambda net, batch: net(batch).mean().backward() or net(batch).mean()},
        sv.WatchError, "calls backward itself",
    ),
    "tensors for batches": (
        {"loss": lambda net, batch: (lambda x, y: F.mse_loss(net(x), y))(*batch),
         "batches": (torch.ones(3, 8), torch.ones(3, 8))},
        sv.WatchError, r"failed: TypeError.*Tensor of shape \(3, 8\).*\[\(x, y\)\]",
    ),
    "loss swapped": (
        {"loss": lambda batch, net: net(batch).mean()}, sv.WatchError,
        r"failed: TypeError: 'Tensor' object .* the model and then one",
    ),
    "no batches": ({"batches": []}, ValueError, "no batches"),
    "no arms": ({"arms": ()}, ValueError, "at least one arm"),
    "twice": ({"arms": ("plain", "plain")}, ValueError, "twice"),
    "unknown": ({"arms": ("bare",)}, ValueError, "no arm 'bare'"),
    "an optimizer": (
        {"optimizer": lambda parameters: list(parameters)}, ValueError, "make an optimizer"
    ),
    "steps": ({"steps": 0}, ValueError, "steps: got 0; give a whole number from 1 on"),
    "half a step": ({"steps": 2.5}, ValueError, r"steps: got 2\.5; give"),
    "copies": ({"copies": "all"}, ValueError, "copies: got 'all'; give"),
    "loss that is none": ({"loss": 5}, ValueError, "loss: got 5; give a function"),
    "loss of torch": ({"loss": nn.MSELoss()}, ValueError, r"lambda model, batch: MSELoss\(\)\("),
    "one batch": ({"batches": {"x": torch.ones(3, 8)}}, ValueError, r"got {'x'.*; give a list"),
    "batches that are none": ({"batches": 5}, ValueError, "batches: got 5; give a list"),
    "arms that are none": ({"arms": 3}, ValueError, "arms: got 3; give names"),
    "optimizer of no model": ({"optimizer": "sgd"}, ValueError, "optimizer: got 'sgd'; give"),
    "only a number": ({"only": 3}, ValueError, "only: got 3; give a pattern"),
    "pattern": ({"only": "layer9"}, KeyError, "Skips end in"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments_are_told(name: str) -> None:
    arguments, error, said = WRONG[name]
    given: dict[str, Any] = {"loss": square, "batches": data(), "steps": 2} | arguments
    with pytest.raises(error, match=said):
        sv.compare(DataDependent(), **given)
    with pytest.raises(sv.WatchError, match="model: got 3; it has to be"):
        sv.compare(3, **given)  # type: ignore[arg-type]


def test_how_far_it_is_counts_the_steps_of_every_group_of_copies(capsys) -> None:
    data = [torch.randn(4, 8) for _ in range(3)]
    for copies, steps in ((4, 3), (1, 6)):
        sv.compare(nn.Linear(8, 8), lambda net, x: net(x).sum(), data, steps=3, copies=copies,
                   progress=True)  # fmt: skip
        assert f"{steps} of {steps} steps" in capsys.readouterr().err
    sv.compare(nn.Linear(8, 8), lambda net, x: net(x).sum(), data, steps=3)
    assert capsys.readouterr().err == ""
