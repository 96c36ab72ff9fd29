"""The tidy table holds every number of a run once, with what it is of."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import skipviz as sv
from skipviz.runs.tidy import tidy
from skipviz.training import Run

NETWORK = sv.Network.mlp(depth=4, width=8, skips=((1, 3),)).add_skip(2, 4, kind="gated")


@pytest.fixture(scope="module")
def run() -> Run:
    return sv.train(NETWORK, steps=5, seed=7, seeds=2, probes="full", snapshot_every=2)


@pytest.fixture(scope="module")
def table(run: Run) -> pd.DataFrame:
    return run.to_pandas()


def test_its_columns_say_what_a_number_is_of(table: pd.DataFrame) -> None:
    assert [*table] == ["step", "arm", "seed", "layer", "skip", "quantity", "value"]
    assert {*table["arm"]} == {"skip", "plain"}
    assert {*table["seed"]} == {7, 8}
    assert {*table["layer"].dropna()} == {1, 2, 3, 4, 5}
    assert {*table["skip"].dropna()} == {"1 → 3", "2 → 4"}
    assert not table.duplicated(["step", "arm", "seed", "layer", "skip", "quantity"]).any()


def test_every_number_of_a_layer_is_there(run: Run, table: pd.DataFrame) -> None:
    for arm in run.arms:
        for seed in (0, 1):
            of = table[(table["arm"] == arm) & (table["seed"] == 7 + seed)]
            for name, rows in (("weight_gradient", run.probe), ("dead", run.snapshot)):
                found = of[of["quantity"] == name].pivot(index="step", columns="layer")["value"]
                np.testing.assert_array_equal(found.to_numpy(), rows(name, arm, seed))


def test_every_number_of_an_arm_and_of_a_skip_is_there(run: Run, table: pd.DataFrame) -> None:
    plain = table[(table["arm"] == "plain") & (table["seed"] == 8)]
    losses = plain[plain["quantity"] == "loss"]
    np.testing.assert_array_equal(losses["value"], run.loss("plain", seed=1))
    assert losses["layer"].isna().all()
    test = plain[plain["quantity"] == "test_accuracy"]
    np.testing.assert_array_equal(test["value"], run.accuracy("plain", "test", seed=1))
    np.testing.assert_array_equal(test["step"], run.evaluation_steps())
    whole = table[(table["arm"] == "skip") & (table["seed"] == 7)]
    shares = whole[whole["quantity"] == "skip_share"]
    found = shares.pivot(index="step", columns="skip", values="value")[["1 → 3", "2 → 4"]]
    np.testing.assert_array_equal(found.to_numpy(), run.snapshot("skip_share", "skip"))


def test_what_has_a_further_axis_stays_an_array(run: Run, table: pd.DataFrame) -> None:
    assert run.has("gradient_histogram")
    assert "gradient_histogram" not in {*table["quantity"]}


def test_quantities_can_be_chosen(run: Run) -> None:
    assert {*run.to_pandas("loss", "dead")["quantity"]} == {"loss", "dead"}
    with pytest.raises(ValueError, match=r"no quantity 'losses'\. Known are loss, accuracy"):
        run.to_pandas("losses")


def test_a_run_without_a_step_has_an_empty_table() -> None:
    table = Run(NETWORK, sv.Settings()).to_pandas()
    assert (len(table), len(table.columns)) == (0, 7)


def test_skips_between_the_same_layers_are_told_apart() -> None:
    table = tidy([], ["skip"], 0, ["1 → 3", "1 → 3", "2 → 3"], None)
    assert [*table["skip"].cat.categories] == ["1 → 3", "1 → 3 (2)", "2 → 3"]


def test_a_run_of_a_model_has_one_too() -> None:
    import torch

    from skipviz.engine.own_model.examples import residual_mlp

    data = [torch.randn(4, 8) for _ in range(3)]
    run = sv.compare(residual_mlp(), lambda net, x: net(x).square().mean(), data, steps=3)
    found = run.to_pandas("weight_gradient")
    first = found[(found["arm"] == "plain") & (found["layer"] == 1)]
    np.testing.assert_array_equal(first["value"], run.gradient_norms("plain")[:, 0])


def test_pandas_is_loaded_when_a_table_is_asked_for() -> None:
    code = "import sys, skipviz, skipviz.runs.run; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
