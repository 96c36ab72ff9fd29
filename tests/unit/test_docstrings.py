"""The public API explains itself: every call has an example, and every example is true."""

import doctest
import importlib
import inspect

import pytest

import skipviz as sv
from skipviz.settings import Settings

PUBLIC = {
    "skipviz.network.network": (
        "Network", "Network.mlp", "Network.add_skip", "Network.check", "Network.shapes",
        "Network.count_parameters", "Network.count_macs", "Network.to_json", "Network.from_json",
    ),
    "skipviz.network.problems": ("NetworkError",),
    "skipviz.arms": ("Arm",),
    "skipviz.settings": ("Settings",),
    "skipviz.engine.training.train": ("train", "stream"),
    "skipviz.runs.recording": (
        "Recording.gradient_norms", "Recording.loss", "Recording.accuracy",
        "Recording.to_pandas",
    ),
    "skipviz.runs.run": ("Run.summary", "Run.save", "Run.weights"),
    "skipviz.engine.attribution.api": ("by_skips_taken", "by_path_length", "by_skip"),
    "skipviz.engine.model.module": ("build",),
    "skipviz.engine.own_model.watch": ("watch", "Watch.arm"),
    "skipviz.engine.own_model.measured": (
        "Measured.gradient_norms",
        "Measured.shares",
        "Measured.skips",
    ),
    "skipviz.engine.own_model.compare": ("compare",),
    "skipviz.engine.own_model.errors": ("WatchError",),
    "skipviz.saving": ("load_run", "save_run"),
    "skipviz.own_model.run": ("ModelRun.summary",),
    "skipviz.own_model.selection": ("Skips",),
    "skipviz.export.source.module": ("pytorch", "state_dict_names"),
    "skipviz.export.weights": ("state_dict", "safetensors"),
    "skipviz.export.formulas.page": ("latex", "equations"),
    "skipviz.export.schema": ("json_schema",),
    "skipviz.figures.gradient": ("gradient_flow",),
    "skipviz.figures.heatmap": ("gradient_heatmap",),
    "skipviz.figures.training": ("training_curves",),
    "skipviz.link": ("encode", "decode"),
    "skipviz.graph": ("path_lengths", "count_paths", "skips_taken"),
    "skipviz.presets": ("names", "info", "load"),
    "skipviz": ("",),
}  # fmt: skip


@pytest.mark.parametrize("module", PUBLIC)
def test_examples_do_what_they_say(module: str) -> None:
    loaded = importlib.import_module(module)
    found = {
        test.name.removeprefix(module).lstrip("."): test
        for test in doctest.DocTestFinder().find(loaded, module)
        if test.examples
    }
    assert set(PUBLIC[module]) <= set(found)
    runner = doctest.DocTestRunner(verbose=False)
    for test in found.values():
        said: list[str] = []
        runner.run(test, out=said.append)
        assert not said, "".join(said)


def test_the_arguments_of_train_are_the_fields_of_settings_with_their_defaults() -> None:
    network, *arguments, progress, unknown = inspect.signature(sv.train).parameters.values()
    assert (network.name, unknown.kind) == ("network", inspect.Parameter.VAR_KEYWORD)
    assert (progress.name, progress.default) == ("progress", None)
    fields = {name: field.default for name, field in Settings.model_fields.items()}
    assert {each.name: each.default for each in arguments} == fields


def test_every_argument_of_train_reaches_the_run() -> None:
    own = sv.Arm(name="half", forward=0.5)
    given = {
        "data": "wine", "noise": 0.5, "test_share": 0.5, "arms": ("plain", "half"),
        "own_arms": (own,), "steps": 1, "seed": 3, "seeds": 2, "batch_size": 7,
        "optimizer": "adam", "learning_rate": 0.5, "momentum": 0.1, "clip": 2.0,
        "weight_decay": 0.1, "l1": 0.01, "warmup_steps": 2, "schedule": "cosine",
        "rate_changes": ((1, 0.25),), "evaluate_every": 5, "probes": "full",
        "snapshot_every": 6, "device": "cpu",
    }  # fmt: skip
    assert set(given) == set(Settings.model_fields)
    assert all(value != Settings.model_fields[name].default for name, value in given.items())
    network = sv.Network.mlp(3, 8, skips=((1, 3),))
    assert sv.train(network, **given).settings == Settings(**given)


def test_dir_lists_what_is_public_and_nothing_else() -> None:
    for module in (sv, sv.training):
        listed = {name for name in dir(module) if not name.startswith("_")}
        assert listed == set(module.__all__)
        assert all(getattr(module, name) is not None for name in listed)


def test_lazy_names_can_be_imported() -> None:
    names: dict[str, object] = {}
    exec("from skipviz import build, train\nfrom skipviz.training import stream", names)
    assert names["train"] is sv.train
    assert names["stream"] is sv.training.stream
