"""A network on its data: everything that follows from the two, each found once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from skipviz.network.architecture import Architecture
from skipviz.network.counting import Counts, counts_of, total
from skipviz.network.inference import Inference, Shapes, known
from skipviz.network.inputs import steps_of
from skipviz.network.joints import Joint
from skipviz.network.limits import Limits, size_problems, structure_problems, time_problems
from skipviz.network.parameters import is_weight, modules_of
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.shapes import infer
from skipviz.network.skips import AnySkip
from skipviz.network.tensors import Tensor, Tensors
from skipviz.network.ties import Names, ties_of
from skipviz.types import Shape

A = TypeVar("A", bound=Architecture)


@dataclass(frozen=True)
class Resolved(Generic[A]):
    """A network on samples of shape `input_shape`, with `outputs` numbers at its readout.

    `inference` and `problems` are there for any network; all else raises NetworkError, which
    lists the problems, where the network does not fit the data.
    """

    network: A
    input_shape: Shape
    outputs: int

    @cached_property
    def inference(self) -> Inference:
        """What is known of all shapes, also where something does not fit."""
        return infer(self.network, self.input_shape, self.outputs)

    @property
    def problems(self) -> list[Problem]:
        """What does not fit together."""
        return self.inference.problems

    def check(self, limits: Limits | None = None) -> list[Problem]:
        """Everything wrong with it; `limits` caps its size, None are the caps of `Limits()`."""
        limits = limits or Limits()
        return (
            structure_problems(self.network, limits)
            or self.problems
            or time_problems(self.time_steps, limits)
            or size_problems(self.network, self.shapes, self.counts, limits)
        )

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of all states, layers and skips."""
        if self.problems:
            raise NetworkError(self.problems)
        return known(self.inference)

    @property
    def time_steps(self) -> int:
        """How often the chain runs: with an input per step, once for each of its positions."""
        return steps_of(self.network, self.input_shape)

    @property
    def output_shape(self) -> Shape:
        """The shape of the logits of one sample, all time steps that count."""
        logits = self.shapes.states[-1]
        return (self.time_steps, *logits) if self.network.answers_every_step else logits

    @property
    def last(self) -> int:
        """N + 1, the number of the readout."""
        return self.network.depth + 1

    def module(self, k: int) -> str:
        """What holds the tensors of layer 1..N or the readout."""
        return "readout" if k == self.last else f"layer{k}"

    @cached_property
    def used(self) -> dict[str, Tensors]:
        """What `layer1` .., then `skip1_4` .., then `readout` compute with, by name."""
        return modules_of(self.network, self.shapes)

    @cached_property
    def ties(self) -> Names:
        """`layer3.weight` to `layer1.weight`: what is used and is that of an earlier layer."""
        return ties_of(self.network, self.used)

    @cached_property
    def modules(self) -> dict[str, Tensors]:
        """The same without what is that of an earlier layer: every trainable tensor once."""
        if not self.ties:
            return self.used
        return {
            module: {n: t for n, t in tensors.items() if f"{module}.{n}" not in self.ties}
            for module, tensors in self.used.items()
        }

    @cached_property
    def tensors(self) -> dict[str, Tensor]:
        """Every trainable tensor by `module.name`."""
        return {
            f"{module}.{name}": tensor
            for module, tensors in self.modules.items()
            for name, tensor in tensors.items()
        }

    @cached_property
    def counts_by_module(self) -> dict[str, Counts]:
        """Parameters and MACs of every module by its name."""
        return counts_of(self.modules, self.used, self.time_steps)

    @property
    def counts(self) -> Counts:
        """Parameters and MACs of the whole network."""
        return total(self.counts_by_module.values())

    @cached_property
    def weighted_layers(self) -> list[int]:
        """The layers of 1..N that have weights, in order."""
        layers = range(1, self.network.depth + 1)
        return [k for k in layers if any(map(is_weight, self.used[self.module(k)]))]

    @cached_property
    def skips_into(self) -> dict[int, list[tuple[AnySkip, Joint]]]:
        """The skips by their target, with their shapes, in the order in which they join."""
        by_target: dict[int, list[tuple[AnySkip, Joint]]] = {}
        for skip, joint in zip(self.network.skips, self.shapes.joints, strict=True):
            by_target.setdefault(skip.target, []).append((skip, joint))
        return by_target
