"""The gradient by path length, measured in two ways that give different answers.

Exact: the norm of the sum over all paths of a length (skipviz.engine.attribution). Sampled, as
Veit et al. 2016, section 5: the number of those paths times the mean norm of single ones. The
gradients of single paths cancel in part, so the second says more than the sum amounts to.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from random import Random

import numpy as np
import torch
from torch import Tensor

from skipviz import data
from skipviz.arms import STANDARD_ARMS
from skipviz.data import DataInfo, OwnData, compatibility_problems
from skipviz.engine.attribution.degrees import Parts, by_state, down, layers_passed, skips_taken
from skipviz.engine.attribution.live import loss_gradient
from skipviz.engine.attribution.scaling import row_norms, shares_of_parts
from skipviz.engine.attribution.tape import Node, Tape
from skipviz.engine.model.stack import Stack
from skipviz.engine.paths.single import norms_of_paths
from skipviz.engine.training.progress import trained, unwatched
from skipviz.engine.training.trainer import Trainer
from skipviz.network import Embedding, Network, NetworkError
from skipviz.paths.results import PathGradients
from skipviz.paths.sampling import Path, PathSampler
from skipviz.request import Progress
from skipviz.settings import Settings
from skipviz.types import Array

BATCH = 32
NUMBERS = 2**20  # entries of the gradients of paths sampled together


def path_gradients(
    network: Network,
    settings: Settings,
    own: OwnData | None = None,
    train: bool = False,
    samples: int = 20,
) -> Iterator[Progress | PathGradients]:
    """The gradient at the initial weights or, with `train`, after a training with the skips.

    On the first samples of the train split, in float64. The first result has the exact norms;
    those after it have more and more single paths, `samples` of each length. NetworkError when
    the network does not fit the data.
    """
    info = own.info if own else data.info(settings.data)
    if problems := compatibility_problems(info.resolve(network), info):
        raise NetworkError(problems)
    split = data.split_of(settings, own)
    x, y = (torch.from_numpy(v[:BATCH]) for v in (split.train_x, split.train_y))
    if train:
        how = unwatched(settings, arms=("skip",), own_arms=(), seeds=1, device="cpu")
        trainer = Trainer(network, how, own)
        yield from trained(trainer)
        stack = trainer.stack.double()
    else:
        stack = _fresh(network, info, settings.seed)
    yield from measured(stack, x, y, settings.steps * train, samples, settings.seed)


def measured(
    stack: Stack, x: Tensor, y: Tensor, steps: int, samples: int, seed: int
) -> Iterator[PathGradients]:
    """The same for a stack of one replica in float64, on x (batch, ..) with labels y."""
    x, y = (v.double() if v.is_floating_point() else v for v in (x, y))
    tape = Tape(stack, x[None])
    gradient = loss_gradient(tape, y[None])
    found = _exact(tape, gradient, steps, len(x), samples)
    yield found
    single = found.single.copy()
    sampler, random = _sampler(stack), Random(seed)
    most = max(1, NUMBERS // (samples * len(x) * _widest(tape)))
    for start in range(0, len(single), most):
        lengths = found.lengths[start : start + most]
        paths = [sampler.draw(length, random) for length in lengths for _ in range(samples)]
        norms = _norms(tape, gradient, paths, len(x))
        single[start : start + most] = norms.view(len(lengths), samples).mean(1).numpy()
        yield replace(found, single=single.copy())


def _fresh(network: Network, info: DataInfo, seed: int) -> Stack:
    arms = [STANDARD_ARMS["skip"]]
    return Stack(info.resolve(network), arms, [seed], torch.float64)


def _sampler(stack: Stack) -> PathSampler:
    return PathSampler(stack.network, stack.plan.time_steps)


def _first(network: Network) -> int:
    """The first state that has a gradient: token numbers have none."""
    return int(isinstance(network.layers[0], Embedding))


def _exact(tape: Tape, gradient: Tensor, steps: int, batch: int, samples: int) -> PathGradients:
    network = tape.stack.network
    first = _first(network)
    found = down(tape, gradient, layers_passed(network.depth))
    nodes = {node: parts for node, parts in found if node[1] == first}
    if network.time == "positions":
        parts = _side_by_side(nodes, first, tape.stack.plan.time_steps)
    else:
        parts = _summed([*nodes.values()])
    counts = _sampler(tape.stack).lengths
    degrees = [length - first for length in counts]
    rows = parts[0].flatten(1)
    sizes = row_norms(rows)
    by_skips, skip_shares = _by_skips(tape, gradient)
    return PathGradients(
        trained=steps,
        batch=batch,
        lengths=tuple(counts),
        counts=tuple(counts.values()),
        norms=sizes[degrees].numpy(),
        shares=shares_of_parts(rows)[degrees].numpy(),
        norm=float(row_norms(rows.sum(0))),
        single=np.full(len(counts), np.nan),
        samples=samples,
        by_skips=by_skips,
        skip_shares=skip_shares,
    )


def _summed(nodes: list[Parts]) -> Tensor:
    """(1, degrees from 0, batch, ..): the same input is read at every time step."""
    end = max(parts.end for parts in nodes)
    total = nodes[0].parts.new_zeros(1, end, *nodes[0].parts.shape[2:])
    for parts in nodes:
        total[:, parts.first : parts.end] += parts.parts
    return total


def _side_by_side(nodes: dict[Node, Parts], k: int, steps: int) -> Tensor:
    """(1, degrees from 0, ..): every time step reads an input of its own."""
    found = by_state(nodes, steps)[k]
    below = found.parts.new_zeros(1, found.first, *found.parts.shape[2:])
    return torch.cat([below, found.parts], 1)


def _by_skips(tape: Tape, gradient: Tensor) -> tuple[Array, Array]:
    """(states 0..N, degrees) each: norm and share of the parts of dL/ds_k by skips taken."""
    states = by_state(dict(down(tape, gradient, skips_taken)), tape.stack.plan.time_steps)
    depth = tape.stack.network.depth
    most = max(parts.end for parts in states.values())
    sizes, signed = (np.full((depth + 1, most), np.nan) for _ in range(2))
    for k, found in states.items():
        if k > depth:
            continue
        inside = slice(found.first, found.end)
        rows = found.parts[0].flatten(1)
        sizes[k, inside] = row_norms(rows).numpy()
        signed[k, inside] = shares_of_parts(rows).numpy()
    return sizes, signed


def _norms(tape: Tape, gradient: Tensor, paths: list[Path], batch: int) -> Tensor:
    """(paths,), so many at a time that their gradients fit in memory."""
    most = max(1, NUMBERS // (batch * _widest(tape)))
    end = _first(tape.stack.network)
    pieces = [
        norms_of_paths(tape, gradient, paths[i : i + most], end) for i in range(0, len(paths), most)
    ]
    return torch.cat(pieces)


def _widest(tape: Tape) -> int:
    """Entries of the largest state, of one sample."""
    return max(prod(record.output.shape[2:]) for record in tape.records)
