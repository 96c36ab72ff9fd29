"""One model, looked at: what is found in it, and whether watching changes anything.

    python -m tools.models.look timm [NAME]

prints a JSON line for each model of a package whose name holds NAME.
"""

import copy
import json
import random
import statistics
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import skipviz as sv
from skipviz.engine.own_model.tensors import tensors_in
from skipviz.engine.own_model.watch import Watch
from tools.models.entry import Entry, Given
from tools.models.sums import Sums

ROUNDS = 5  # of the cost, each a bare step and a watched one
ARMS = ("plain", "plain_unscaled", "gradient_only", "forward_only")


@dataclass
class Seen:
    """What one look at a model has shown. `faults` are sentences; empty is as it should be."""

    name: str
    kinds: dict[str, int] = field(default_factory=dict)
    edges: int = 0
    gates: int = 0
    uses: dict[str, int] = field(default_factory=dict)
    sums: int = 0
    others: list[str] = field(default_factory=list)
    parallel: list[str] = field(default_factory=list)
    recurrent: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same_bits: bool = False
    faults: list[str] = field(default_factory=list)
    refused: str = ""
    cost: float = 0.0
    step_ms: float = 0.0
    recording: float = 0.0
    layers: int = 0


def look_at(entry: Entry) -> Seen:
    """Build it, watch it, cut it, time it; an error becomes a fault."""
    seen = Seen(entry.name)
    try:
        _look(entry, seen)
    except sv.WatchError as error:
        seen.refused = str(error)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        seen.faults.append(f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})")
    return seen


def _look(entry: Entry, seen: Seen) -> None:
    _seed()
    model = entry.build().train()
    given = entry.inputs()
    twin = copy.deepcopy(model)
    expected = _steps(model, given)
    with sv.watch(twin, shares_every=1) as watch:
        found = _steps(twin, given)
    seen.same_bits = _same(expected, found) and _same(model.buffers(), twin.buffers())
    if not seen.same_bits:
        _compare_what_repeats(entry, given, expected, found, seen)
    if _held(twin) != _held(model):
        seen.faults.append("something is left on the model after it was watched")
    _note_structure(watch, entry, seen)
    _note_sums(model, given, watch, seen)
    _cut(watch, twin, given, seen)
    _take_times(model, given, seen)


def _compare_what_repeats(
    entry: Entry, given: Given, expected: list[Tensor], found: list[Tensor], seen: Seen
) -> None:
    """Of a model that draws seeds from the clock, what is the same in two bare runs."""
    _seed()
    again = _steps(entry.build().train(), given)
    steady = [k for k, each in enumerate(again) if _same([each], [expected[k]])]
    seen.notes.append(f"{len(expected) - len(steady)} of {len(expected)} differ by themselves.")
    seen.same_bits = _same([expected[k] for k in steady], [found[k] for k in steady])


def _note_structure(watch: Watch, entry: Entry, seen: Seen) -> None:
    structure = watch.structure
    seen.kinds = {str(kind): count for kind, count in watch.skips.kinds().items()}
    seen.edges = len(watch.skips)
    seen.gates, seen.layers = len(structure.gates), len(structure.layers)
    seen.parallel, seen.recurrent = list(structure.parallel), list(structure.recurrent)
    seen.notes += watch.notes
    uses = {skip.target: skip.uses for skip in watch.skips}
    seen.uses = {name: uses.get(name, 0) for name in entry.uses}


def _note_sums(model: nn.Module, given: Given, watch: Watch, seen: Seen) -> None:
    """Every sum of two states of one shape that ran, whether skipviz knows it or not."""
    _seed()
    with Sums() as sums:
        _call(model, given)
    known = {(skip.file, skip.line) for skip in watch.skips}
    seen.sums = sum(sums.lines.values())
    others = [(place, times) for place, times in sums.lines.items() if place not in known]
    seen.others = [f"{file}:{line} ×{times}" for (file, line), times in others]


def _cut(watch: Watch, model: nn.Module, given: Given, seen: Seen) -> None:
    if not seen.kinds:
        return
    with watch:
        whole = _outputs(model, given)
        own = _gradients(model, whole)
        for arm in ARMS:
            with watch.arm(arm):
                out = _outputs(model, given)
                gradients = _gradients(model, out)
            if not all(bool(torch.isfinite(each).all()) for each in gradients):
                seen.faults.append(f"a gradient is not finite: {arm}")
            if arm == "forward_only" and not _same(whole, out):
                seen.faults.append("the output changes though only gradients are cut")
            # A head that starts at zero gives the same output whatever it gets.
            if arm == "plain" and _same(whole, out) and _same(own, gradients):
                seen.faults.append("nothing changes though all skips are cut")


def _take_times(model: nn.Module, given: Given, seen: Seen) -> None:
    """The processor time of a step, watched and bare in turn. Recording is in the first."""
    bare, watched = [], []
    watch = sv.watch(model)
    for k in range(ROUNDS + 1):
        bare.append(_time(model, given))
        with watch:
            watched.append(_time(model, given))
        if k == 0:
            seen.recording = max(watched[0] - bare[0], 0)
    unit = statistics.median(bare[1:])
    seen.cost, seen.step_ms = statistics.median(watched[1:]) / unit, 1000 * unit


def _time(model: nn.Module, given: Given) -> float:
    began = time.process_time()
    _gradients(model, _outputs(model, given))
    return time.process_time() - began


def _steps(model: nn.Module, given: Given) -> list[Tensor]:
    """Outputs and gradients of two steps of the same random draws, and the draws' state after."""
    taken: list[Tensor] = []
    for _ in range(2):
        out = _outputs(model, given)
        taken += [each.detach().clone() for each in out]
        taken += _gradients(model, out)
        taken.append(torch.get_rng_state())
    return taken


def _outputs(model: nn.Module, given: Given) -> list[Tensor]:
    _seed()
    return list(_call(model, given))


def _call(model: nn.Module, given: Given) -> Iterable[Tensor]:
    own = copy.deepcopy(given)
    out = model(**own) if isinstance(own, dict) else model(*own)
    found = {id(each): each for each in tensors_in(out)}
    return [each for each in found.values() if each.is_floating_point() and each.requires_grad]


def _gradients(model: nn.Module, out: list[Tensor]) -> list[Tensor]:
    """Of a loss that has a gradient at 0 too, where heads that start at zero are."""
    model.zero_grad()
    torch.stack([(each.float() + 1).square().mean() for each in out]).sum().backward()  # type: ignore[no-untyped-call]
    return [each.grad.clone() for each in model.parameters() if each.grad is not None]


def _seed() -> None:
    torch.manual_seed(0)
    np.random.seed(0)
    random.seed(0)


def _same(first: Iterable[Tensor], second: Iterable[Tensor]) -> bool:
    one, other = list(first), list(second)
    pairs = zip(one, other, strict=False)
    return len(one) == len(other) and all(
        torch.equal(a.nan_to_num(), b.nan_to_num()) and torch.equal(a.isnan(), b.isnan())
        for a, b in pairs
    )


def _held(model: nn.Module) -> list[Any]:
    """Hooks and attributes of every module and weight."""
    modules = [(sorted(vars(each)), len(each._forward_hooks), len(each._forward_pre_hooks),
                len(each._backward_hooks)) for each in model.modules()]  # fmt: skip
    weights = [(sorted(vars(each)), len(each._backward_hooks or {})) for each in model.parameters()]
    return [modules, weights]


def main() -> None:
    """Look at the models of one package, or at some of them."""
    from tools.models.expected import PACKAGES
    from tools.models.packages import make_importable

    make_importable()
    package, wanted = sys.argv[1], (*sys.argv[2:], "")[0]
    for entry in PACKAGES[package]:
        if wanted in entry.name:
            print("MODEL " + json.dumps(asdict(look_at(entry))), flush=True)


if __name__ == "__main__":
    main()
