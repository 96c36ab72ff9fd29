"""What is said to someone who asks a run, or for a run, for what there is not."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
import torch
from torch import nn

import skipviz as sv
from skipviz import report
from skipviz.engine.own_model.examples import residual_mlp
from skipviz.network import Network, NetworkError
from skipviz.own_model.run import ModelRun
from skipviz.runs import verdict
from skipviz.runs.recording import Recording
from skipviz.settings import Settings
from skipviz.training import Run, train

SMALL = Network.mlp(depth=2, width=4, skips=((1, 2),))
NO_RUNS = [
    ("a.npz", "run: got 'a.npz'; give a run, as sv.train(network) returns it; that of a file is "
              "sv.load_run('a.npz')"),
    (Path("a.json"), "run: got 'a.json'; give a run, as sv.train(network) returns it; that of a "
                     "file is sv.load_run('a.json')"),
    (SMALL, "run: got a Network; give a run: that of a network is sv.train(network)"),
    (None, "run: got None; give a run, as sv.train(network) returns it"),
    ([1], "run: got [1]; give a run, as sv.train(network) returns it"),
]  # fmt: skip


@pytest.fixture(scope="module")
def run() -> Run:
    return train(SMALL, steps=1)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda run: run.gradient_norms("bogus"), "no arm 'bogus'. Known are skip, plain."),
        (lambda run: run.loss("bogus"), "no arm 'bogus'. Known are skip, plain."),
        (lambda run: run.snapshot("dead", "bogus"), "no arm 'bogus'. Known are skip, plain."),
        (lambda run: run.gradient_norms("skip", of="states"), "weight or state, not of 'states'."),
        (lambda run: run.loss("skip", "val"), "batch, train or test, not of 'val'."),
        (lambda run: run.accuracy("skip", "val"), "batch, train or test, not of 'val'."),
        (lambda run: run.loss("skip", seed=3), "no seed 3. Seeds count within it: 0."),
    ],
)
def test_a_run_names_what_it_has(run, ask, said):
    for each in (run, Run(SMALL, Settings())):
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            ask(each)
        assert str(caught.value).endswith(said)


def test_a_run_of_several_seeds_names_them():
    run = Run(SMALL, Settings(seeds=3))
    with pytest.raises(ValueError, match="Seeds count within it: 0 to 2"):
        run.loss("skip", seed=3)
    assert len(run.loss("skip", seed=2)) == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lr": 0.1}, "There is no setting 'lr'. Did you mean learning_rate?"),
        ({"learningrate": 0.1}, "There is no setting 'learningrate'. Did you mean learning_rate?"),
        ({"arms": "skip"}, "arms: give names in a tuple, as in arms=('skip',)."),
        ({"steps": -1}, "steps: Input should be greater than or equal to 0, not -1."),
        ({"arms": ("skip", "skip")}, "An arm is named twice."),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(fields: dict[str, Any], said: str):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        train(SMALL, **fields)
    assert str(caught.value) == said


def public_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """By their names."""
    doors = {name: getattr(sv, name) for name in sorted({*sv.__all__} - {"callbacks"})}  # of extras
    for held in (*doors.values(), report, verdict):
        inside = getattr(held, "__all__", dir(held)) if isinstance(held, ModuleType) else ()
        for each in (held, *(getattr(held, inner) for inner in inside if inner[0] != "_")):
            if inspect.isfunction(each):
                yield f"{each.__module__}.{each.__name__}", each


def taking_a_network() -> Iterator[tuple[str, Callable[..., object]]]:
    """Every public function whose first argument is a network, by its name."""
    for name, each in public_functions():
        first = next(iter(inspect.signature(each).parameters), "")
        if first == "network" and not name.startswith("skipviz.network."):
            yield name, each


def taking_a_run() -> Iterator[tuple[str, Callable[..., object], str, bool]]:
    """Every public function with an argument that is a run: its name, that of the argument, and
    whether it is to be the run of a drawn network."""
    for name, each in public_functions():
        for argument in inspect.signature(each).parameters.values():
            held = [argument.annotation, *get_args(argument.annotation)]
            runs = {kind for kind in held if isinstance(kind, type) and issubclass(kind, Recording)}
            if runs or argument.name == "run":
                yield name, each, argument.name, runs == {Run}


def test_every_public_function_says_what_it_takes_for_a_network():
    known = dict(taking_a_network())
    assert len(known) >= 18
    preset = "network: got 'resnet20'; give a Network: for a preset sv.presets.load('resnet20')"
    for function in known.values():
        with pytest.raises(NetworkError) as caught:
            function("resnet20")
        assert str(caught.value) == preset


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (3, "network: got 3; give a Network, as sv.presets.load("),
        (None, "network: got None; give a Network, as sv.presets.load("),
        ("net.json", "a Network: that of a file is sv.Network.from_json(open('net.json').read())"),
        (nn.Linear(2, 2), "got a Linear; give a Network: a model of your own is trained by sv.com"),
    ],
)
def test_what_is_no_network_is_shown_with_the_way_to_one(given: object, said: str):
    for call in (train, lambda network: sv.training.Trainer(network, Settings())):
        with pytest.raises(NetworkError) as caught:
            call(network=given)
        assert said in str(caught.value)


def test_what_is_far_from_every_setting_lists_them_all():
    with pytest.raises(ValueError, match="Known are data, noise, test_share, arms"):
        train(SMALL, zzz=1)


TAKING_A_RUN = {name: held for name, *held in taking_a_run()}


@pytest.fixture(scope="module")
def run_of_a_model() -> ModelRun:
    model = residual_mlp()
    watch = sv.watch(model)
    model(torch.ones(2, 8)).mean().backward()
    return watch.run()


def test_the_functions_that_take_a_run_are_found():
    assert len(TAKING_A_RUN) >= 27
    assert sum(drawn for *_, drawn in TAKING_A_RUN.values()) >= 9


@pytest.mark.parametrize("name", TAKING_A_RUN)
def test_every_public_function_says_what_it_takes_for_a_run(name, run_of_a_model):
    function, argument, drawn = TAKING_A_RUN[name]
    for given, said in NO_RUNS:
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            function(**{argument: given})
        assert str(caught.value) == said
    for given in (nn.Linear(2, 2), sv.watch(residual_mlp()), *([run_of_a_model] if drawn else [])):
        with pytest.raises(
            ValueError, match="a drawn network" if drawn else r"sv\.watch"
        ) as caught:
            function(**{argument: given})
        assert f"run: got a {type(given).__name__}; give" in str(caught.value)
