"""Runs made of a few frames, to be judged."""

from dataclasses import replace

import numpy as np

from skipviz.network import Network
from skipviz.runs.verdict import verdict
from skipviz.settings import Settings
from skipviz.training import Evaluation, Failure, Frame, Run

NETWORK = Network.mlp(depth=4, width=4, skips=((1, 3),))


FLAT = (1.0, 1.0, 1.0, 1.0)


def run_of(
    norms,
    losses=((2.3, 2.3),),
    scores=((0.1, 0.1),),
    arms=("skip",),
    steps=200,
    network=NETWORK,
    train_scores=None,
    batches=None,
    **probes,
) -> Run:
    """`norms` |dL/dW_k| per arm and layer; training losses and test scores per arm, first and last;
    `batches` their losses of the batch, where these differ.

    Two frames, at step 0 and at the last; `probes` replace the norms of states and their sizes.
    """
    run = Run(network, Settings(arms=arms, steps=steps))
    for place, step in enumerate((0, steps)):
        weights = np.array([[[*norm, 1.0]] for norm in norms])
        given = {"state_gradient": np.ones_like(weights), "state_rms": np.ones_like(weights)}
        given |= {name: np.array([[value]] * len(norms)) for name, value in probes.items()}
        loss = np.array([[each[place]] for each in losses])
        score = np.array([[each[place]] for each in scores])
        fitted = score if train_scores is None else np.array([[s[place]] for s in train_scores])
        done = Evaluation(loss, fitted, loss, score)
        batch = np.array([[each[place]] for each in batches or losses])
        run.extend([Frame(step, 0.1, batch, score, {"weight_gradient": weights, **given}, done)])
    return run


def text_of(run, at=-1):
    return str(verdict(run, at))


LEARNT = {"losses": ((2.3, 0.1),), "scores": ((0.1, 0.96),)}


BOTH = {"arms": ("skip", "plain"), "norms": [FLAT, FLAT]}


def of_seeds(rows, losses=None, failures=(), quantity="state", scores=None):
    """One arm that learns with a seed for each of `rows` |dL/dW_k|; `losses` at the end."""
    run = Run(NETWORK, Settings(arms=("skip",), steps=200, seeds=len(rows)))
    for step in (0, 200):
        weights = np.array([[[*row, 1.0] for row in rows]])
        loss, score = np.full((2, 1, len(rows)), [[[2.3]], [[0.1]]])
        if step:
            loss = np.array([losses or [0.1] * len(rows)])
            score = 9 * score if scores is None else np.array([scores])
        sound = {"state_gradient": np.ones_like(weights), "state_rms": np.ones_like(weights)}
        done = Evaluation(loss, score, loss, score)
        batch = np.full((1, len(rows)), 2.3)
        run.extend([Frame(step, 0.1, batch, batch, {"weight_gradient": weights, **sound}, done)])
    run.failures = tuple(Failure("skip", k, 7 + k, layer, quantity) for k, layer in failures)
    return run


def with_row(run, step):
    """The run with a further frame, at which nothing is evaluated: that of its last row."""
    run.extend([replace(run.frames[-1], step=step, evaluation=None)])
    return run
