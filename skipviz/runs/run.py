"""The recording of a drawn network. Numpy only."""

from collections.abc import Iterable
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from skipviz import data
from skipviz.arms import arm_label_in, leave_one_out, stands_for_all
from skipviz.data import DataInfo
from skipviz.data.catalogue import OWN
from skipviz.language import _
from skipviz.network import Network, ResolvedNetwork
from skipviz.runs import stored
from skipviz.runs.brief import as_html, as_text
from skipviz.runs.costs import arm_costs
from skipviz.runs.frame import Frame
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import Finding, finding, verdict
from skipviz.settings import Settings
from skipviz.types import Array, Ends

WEIGHT_BYTES = 16 * 2**20
"""As many are kept of a run on the page, over all arms and seeds: two of two million weights."""

Weights = dict[str, NDArray[np.float32]]


class Run(Recording):
    """A drawn network, trained once with all arms."""

    def __init__(
        self,
        network: Network,
        settings: Settings,
        frames: Iterable[Frame] = (),
        info: DataInfo | None = None,
    ) -> None:
        """`info` of the data where they are one's own; those of the catalogue are known."""
        arms = tuple(arm.name for arm in settings.arms_for(network))
        super().__init__(settings, info or data.info(settings.data), arms)
        self.network = network
        self._weights: Weights | None = None
        self.extend(frames)

    def __repr__(self) -> str:
        return as_text(self.frozen())

    def _repr_html_(self) -> str:
        """What it came to, and its drawing, for notebooks."""
        return as_html(self.frozen(), self.network)

    @property
    def drawn(self) -> Network:
        """The network."""
        return self.network

    @cached_property
    def main_arms(self) -> tuple[str, ...]:
        """The arms but those of leave-one-out, which are too many to be drawn side by side.

        Of a network without skips one, for they are all the same.
        """
        if not self.skips:
            return (stands_for_all(self.arms),)
        single = {arm.name for arm in leave_one_out(self.network)}
        return tuple(arm for arm in self.arms if arm not in single) or self.arms[:4]

    def label_of(self, arm: str) -> str:
        """An arm's name as people read it."""
        return arm_label_in(self.network, arm)

    @property
    def layers(self) -> int:
        """N, without the readout."""
        return self.network.depth

    @property
    def skips(self) -> tuple[Ends, ...]:
        """(source, target) of every skip, in the network's order."""
        return tuple(skip.ends for skip in self.network.skips)

    @cached_property
    def resolved(self) -> ResolvedNetwork:
        """The network on the data of the run."""
        return self.info.resolve(self.network)

    @cached_property
    def weighted_layers(self) -> list[int]:
        """The layers of 1..N that have weights; others have NaN for what concerns weights."""
        return self.resolved.weighted_layers

    @cached_property
    def state_sizes(self) -> Array:
        """(N,) entries of the state of one sample, of every layer."""
        shapes = self.resolved.shapes.states
        return np.array([prod(shape) for shape in shapes[1 : self.layers + 1]], dtype=np.float64)

    @property
    def bytes(self) -> int:
        """Memory that its numbers take, and its weights."""
        return super().bytes + sum(tensor.nbytes for tensor in (self._weights or {}).values())

    def keep_weights(self, weights: Weights | None) -> None:
        """Take in what was trained: (arms, seeds, ..) by the names of `skipviz.build`."""
        self._weights = weights

    @property
    def has_weights(self) -> bool:
        """Whether it holds what was trained."""
        return self._weights is not None

    def weights(self, arm: str = "skip", seed: int = 0) -> Weights:
        """The trained weights of one arm, and running statistics, as `skipviz.build` names them.

        `sv.export.state_dict` gives them the names of the exported source. ValueError where there
        are none: runs of `sv.train` have them, those read from a file have not.

        >>> import skipviz as sv, torch
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> run = sv.train(network, steps=3)
        >>> model = sv.build(network, run.info.input_shape, run.info.outputs)
        >>> model.load_state_dict({n: torch.tensor(w) for n, w in run.weights("skip").items()})
        <All keys matched successfully>
        """
        place = self._place(arm, seed)
        if self._weights is None:
            raise ValueError(_("This run holds no weights; those of sv.train do."))
        return {name: tensor[place] for name, tensor in self._weights.items()}

    def save(self, path: str | Path) -> None:
        """Write all that was measured, and what repeats it: numbers and JSON, no weights, no code.

        The file is described in docs/run-file.md; `sv.load_run` reads it.

        >>> import skipviz as sv
        >>> import tempfile
        >>> from pathlib import Path
        >>> run = sv.train(sv.Network.mlp(depth=3, width=8, skips=((1, 3),)), steps=3)
        >>> file = Path(tempfile.mkdtemp()) / "run.npz"
        >>> run.save(file)
        >>> bool((sv.load_run(file).loss("skip") == run.loss("skip")).all())
        True
        """
        still = self.frozen()
        told = stored.Told(
            network=still.network,
            settings=still.settings,
            failures=still.failures,
            constant=still.constant,
            device=still.device,
            steps=still.steps,
            info=still.info if still.settings.data == OWN else None,
        )
        rows = {part: getattr(still, part) for part in stored.PARTS}
        stored.write(Path(path), stored.Stored(told, rows, still._predicted))

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The run of `save`; DataError says what is wrong with a file that holds none."""
        held = stored.read(Path(path))
        told = held.told
        run = cls(
            told.network, told.settings, info=told.info if told.settings.data == OWN else None
        )
        for part, rows in held.rows.items():
            setattr(run, part, rows)
        run.failures, run.constant, run.device = told.failures, told.constant, told.device
        run._predicted, run._made = held.predicted, told.steps
        return run

    def summary(self) -> dict[str, object]:
        """What every arm reached and what it costs, what the probes cost, and the verdict.

        Of an arm that broke down `test_accuracy` and `ratio` are NaN, `starved` and `zero` None:
        nothing is known of it where it ended.

        >>> import skipviz as sv
        >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
        >>> run = sv.train(network, steps=3)
        >>> sorted(run.summary()), list(run.summary()["arms"])
        (['arms', 'device', 'probes', 'verdict'], ['skip', 'plain'])
        """
        costs, said = arm_costs(self, self.network), verdict(self)
        found = {arm: said.findings.get(arm) or finding(self, arm) for arm in self.arms}
        return {
            "arms": {arm: _reached(found[arm]) | vars(costs[arm]) for arm in self.arms},
            "device": self.device,
            "probes": {"tier": self.settings.probes, "share": self.probe_share()},
            "verdict": str(said),
        }


def _reached(found: Finding) -> dict[str, object]:
    unknown = {"starved": None, "zero": None} if found.outcome == "failed" else {}
    return vars(found) | unknown
