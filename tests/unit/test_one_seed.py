"""One seed is one network: whatever is measured of it starts from the weights that are trained."""

import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

import skipviz as sv
from skipviz import experiments
from skipviz.answers import answer
from skipviz.arms import STANDARD_ARMS
from skipviz.data.catalogue import DataInfo
from skipviz.data.own import OwnData
from skipviz.data.split import Split
from skipviz.engine.attribution.api import by_path_length, by_skip, by_skips_taken
from skipviz.engine.experiments.dispatch import measure
from skipviz.engine.landscape.slices import loss_slice
from skipviz.engine.lesion.study import lesion_study
from skipviz.engine.measures.passes import fresh_stack
from skipviz.engine.model import Stack
from skipviz.engine.model.module import Model
from skipviz.engine.paths.gradient import path_gradients
from skipviz.engine.training.units import unit_maps
from skipviz.experiments.parts import PathCounts
from skipviz.network import Network, ResolvedNetwork
from skipviz.runs.requests import Training
from skipviz.settings import Settings
from skipviz.studies.bundles import Bundle, Variant
from skipviz.studies.trials import Trial
from skipviz.studies.worker import compute
from skipviz.teaching import CHAPTERS
from tests.unit.model.test_random_networks import inputs, sound_over
from tests.unit.network.network_strategies import sound_networks

SEED = 3
WITH = STANDARD_ARMS["skip"]
DTYPES = {"float32": torch.float32, "float64": torch.float64}
EVERY_RULE = (
    Network.mlp(5, 8, "tanh")
    .change_layer(1, init={"scheme": "pytorch"})
    .change_layer(2, init={"scheme": "orthogonal"}, norm="batch")
    .change_layer(3, init={"scheme": "he"}, dropout=0.25)
    .add_skip(1, 2, branch_scale={"value": 0.1, "learned": "channel"})
    .add_skip(0, 3, kind="projection")
    .add_skip(2, 4, kind="gated")
)  # fmt: skip


@dataclass(frozen=True)
class Start:
    """What a stack held when it had been made: weights (replicas, ..), a seed per replica."""

    resolved: ResolvedNetwork
    seeds: list[int]
    weights: dict[str, Tensor]


class Enough(BaseException):
    """The first weights are there: what is measured with them is not waited for."""


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[Start]:
    """The weights of every stack that is made from now on."""
    found: list[Start] = []
    made = Stack.__init__

    def watched(stack, resolved, arms, seeds, dtype=torch.float32) -> None:
        made(stack, resolved, arms, seeds, dtype)
        weights = {name: t.detach().clone() for name, t in stack.tensors().items()}
        found.append(Start(resolved, [*seeds] * len(arms), weights))

    monkeypatch.setattr(Stack, "__init__", watched)
    return found


def ask(results: Iterable[object]) -> None:
    for _ in results:
        pass


def trained_from(start: Start, seed: int) -> dict[str, Tensor]:
    """What `Trainer` makes for a run of this network; (1, ..)."""
    stack = Stack(start.resolved, [WITH], [seed])
    return stack.tensors()


def check(starts: list[Start]) -> None:
    made = list(starts)
    assert made
    for start in made:
        for seed in set(start.seeds):
            expected = trained_from(start, seed)
            assert expected.keys() == start.weights.keys()
            for name, tensor in start.weights.items():
                for replica in (c for c, of in enumerate(start.seeds) if of == seed):
                    narrowed = tensor[replica].float()
                    assert torch.equal(narrowed, expected[name][0]), name
                    assert torch.equal(narrowed.to(tensor.dtype), tensor[replica]), name


def few(**fields: object) -> Settings:
    return Settings.model_validate({"seed": SEED, "steps": 1, "device": "cpu"} | fields)


def study() -> None:
    for what in ("gradient", "training"):
        trial = Trial({}, EVERY_RULE, "skip", SEED, what, few(arms=("skip",)))
        (result,) = compute(Bundle((Variant(EVERY_RULE, WITH, (trial,)),)))
        assert result.status == "done"


CONSUMERS: dict[str, Callable[[], object]] = {
    "sv.train": lambda: sv.train(EVERY_RULE, seed=SEED, steps=1, seeds=2).loss("skip"),
    "by_skips_taken": lambda: by_skips_taken(EVERY_RULE, seed=SEED),
    "by_path_length": lambda: by_path_length(EVERY_RULE, seed=SEED),
    "by_skip": lambda: by_skip(EVERY_RULE, seed=SEED),
    "Paths, at the start": lambda: ask(path_gradients(EVERY_RULE, few())),
    "Paths, trained": lambda: ask(path_gradients(EVERY_RULE, few(), train=True)),
    "Paths, deleting": lambda: ask(lesion_study(EVERY_RULE, few())),
    "Landscape": lambda: ask(loss_slice(EVERY_RULE, few(), points=3)),
    "unit maps": lambda: ask(
        unit_maps(Network.mlp(3, 8), few(data="circles"), WITH, layer=2, step=1)
    ),
    "Learn, any chapter": lambda: fresh_stack(EVERY_RULE, "digits", (WITH,), (SEED, SEED + 1)),
    "Studies": study,
}


@pytest.mark.parametrize("name", CONSUMERS)
def test_every_page_starts_from_the_weights_that_are_trained(name, starts) -> None:
    CONSUMERS[name]()
    check(starts)


def _until_the_first(monkeypatch: pytest.MonkeyPatch, go: Callable[[], object]) -> None:
    """Run until a stack has been made; whoever makes none has nothing to start from."""
    watched = Stack.__init__

    def stopping(*arguments, **named) -> None:
        watched(*arguments, **named)
        raise Enough

    with monkeypatch.context() as context:
        context.setattr(Stack, "__init__", stopping)
        with suppress(Enough):
            go()


MEASURED = {
    f"{chapter.id}, {section.id}": section.live
    for chapter in CHAPTERS
    for section in chapter.sections
    if not isinstance(section.live, Training)
}


@pytest.mark.parametrize("section", MEASURED)
def test_what_a_chapter_measures_starts_from_them(section, starts, monkeypatch):
    live = MEASURED[section]
    at_hand = isinstance(live, type)
    if at_hand:
        live = live(Network.mlp(6, 8, "tanh").add_skip(2, 4), "digits", SEED, (2, 4))
    _until_the_first(monkeypatch, lambda: ask(answer(live)))
    if at_hand:
        assert starts
        assert set(starts[0].seeds) == {SEED}
    if starts:
        check(starts)


@pytest.mark.parametrize("experiment", experiments.names())
def test_what_an_experiment_measures_starts_from_them(experiment, starts, monkeypatch) -> None:
    described = experiments.load(experiment)
    for part in described.parts(described.setup(thin=True)):
        starts.clear()
        _until_the_first(monkeypatch, lambda part=part: ask(measure(part)))
        if not isinstance(part, PathCounts):
            check(starts)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_module_and_a_stack_hold_the_same_in_every_precision(dtype, starts) -> None:
    Stack(EVERY_RULE.on((64,), 10), [WITH, STANDARD_ARMS["plain"]], [SEED, 7], DTYPES[dtype])
    check(starts)
    trained = trained_from(starts[0], SEED)
    model = Model(EVERY_RULE.on((64,), 10), SEED, dtype=DTYPES[dtype])
    for name, parameter in model.named_parameters():
        tensor = model._running()[name][0]
        assert torch.equal(tensor.float(), trained[name][0]), name
        assert tensor.dtype == parameter.dtype == DTYPES[dtype]
    built = sv.build(EVERY_RULE, (64,), 10, SEED)
    for name, tensor in built.named_parameters():
        assert torch.equal(tensor.to(DTYPES[dtype]), model.get_parameter(name)), name


def test_the_numbers_are_those_torch_draws_in_float32_from_the_stream_of_the_owner() -> None:
    stream = torch.Generator().manual_seed(zlib.crc32(f"{SEED}/layer3".encode()))
    expected = torch.nn.init.kaiming_normal_(
        torch.empty(8, 8), nonlinearity="relu", generator=stream
    )
    model = Model(EVERY_RULE.on((64,), 10), SEED, dtype=torch.float64)
    assert torch.equal(model.get_parameter("layer3.weight").float(), expected)


def test_masks_of_dropout_are_the_same_in_every_precision() -> None:
    x = torch.ones(2, 16, 64, dtype=torch.float64)
    drawn = [
        Stack(EVERY_RULE.on((64,), 10), [WITH], [1, 2]).plan.noise.scaled_mask("here", 0.7, like, 3)
        for like in (x, x.float())
    ]
    assert drawn[0].dtype == torch.float64
    assert torch.equal(drawn[0] > 0, drawn[1] > 0)
    assert drawn[0].max() == 1 / 0.7


NETWORKS = sound_networks() | sound_over("images") | sound_over("sequences")


def own(x: Tensor, outputs: int) -> OwnData:
    """Few samples, all of them in the train part; their classes are 0, 1, .. in turn."""
    numbers, classes = x.numpy(), (torch.arange(len(x)) % outputs).numpy()
    info = DataInfo("own", "Own", tuple(x.shape[1:]), outputs, 0.5, "", "Own")
    return OwnData(info, Split(numbers, classes, numbers, classes))


def parts_and_gradient(
    network: Network, x: Tensor, outputs: int, seed: int, dtype: torch.dtype
) -> tuple[Tensor, Tensor]:
    """dL/dx as the sum of the parts, and by autograd through the module `sv.build` returns."""
    data = own(x.float(), outputs)
    parts = torch.from_numpy(by_skips_taken(network, data, seed).total[0])
    if network.time == "positions":
        total = parts.movedim(0, 1).reshape(x.shape)  # each step has a position of its own
    else:
        total = parts.sum(0) if parts.dim() > x.dim() else parts  # over time steps
    model = sv.build(network, tuple(x.shape[1:]), outputs, seed).to(dtype)
    leaf = x.float().to(dtype).requires_grad_()
    loss = torch.nn.functional.cross_entropy(model(leaf), torch.from_numpy(data.split.train_y))
    (gradient,) = torch.autograd.grad(loss, leaf, allow_unused=True)
    return total, torch.zeros_like(total) if gradient is None else gradient.double()


@settings(max_examples=150)
@given(NETWORKS, st.integers(0, 9))
def test_attribution_divides_the_gradient_of_the_very_module_that_is_built(sound, seed):
    """The module holds float32 numbers; widened, they give the parts' sum."""
    network, shape, outputs = sound
    x = inputs(network, shape)
    assume(x.is_floating_point() and network.readout.kind == "dense")
    total, expected = parts_and_gradient(network, x, outputs, seed, torch.float64)
    assume(total.isfinite().all() or expected.isfinite().all())
    assert torch.allclose(total, expected, rtol=0, atol=1e-10 * max(1, expected.abs().max()))


@pytest.mark.parametrize("seed", range(5))
def test_the_module_as_it_is_built_has_that_gradient_up_to_rounding(seed) -> None:
    """Not of any network: a norm over one value divides the rounding of float32 by sqrt(eps)."""
    x = torch.randn(6, 64, generator=torch.Generator().manual_seed(seed))
    total, expected = parts_and_gradient(EVERY_RULE, x, 10, seed, torch.float32)
    assert total.abs().max() > 1e-3
    assert torch.allclose(total, expected, rtol=0, atol=1e-5 * max(1, expected.abs().max()))
