"""A network on its data, and the names its parts have in the code."""

from dataclasses import dataclass
from functools import cached_property

from skipviz.network import AnySkip, Network
from skipviz.network.inference import Shapes
from skipviz.network.joints import Joint
from skipviz.network.parameters import Tensors, owners
from skipviz.network.shapes import sound
from skipviz.network.sizes import Shape


@dataclass(frozen=True)
class Drawing:
    """A network that can be built on inputs of a shape, with all that follows from that."""

    network: Network
    input_shape: Shape
    outputs: int

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes of all states; NetworkError when the network cannot be built."""
        return sound(self.network, self.input_shape, self.outputs)

    @cached_property
    def tensors(self) -> dict[str, Tensors]:
        """The tensors of every owner: `layer1`, .., `skip1_4`, .., `readout`."""
        return {owner.name: owner.tensors for owner in owners(self.network, self.shapes)}

    @cached_property
    def joining(self) -> dict[int, list[tuple[AnySkip, Joint]]]:
        """The skips by their target, in the order in which they join."""
        by_target: dict[int, list[tuple[AnySkip, Joint]]] = {}
        for skip, joint in zip(self.network.skips, self.shapes.joints, strict=True):
            by_target.setdefault(skip.target, []).append((skip, joint))
        return by_target

    @property
    def last(self) -> int:
        """N + 1, the number of the readout."""
        return self.network.depth + 1

    def owner(self, k: int) -> str:
        """What the built model calls layer k."""
        return "readout" if k == self.last else f"layer{k}"


@dataclass(frozen=True)
class Scope:
    """Names inside a module whose input is the state `origin` of the drawing."""

    last: int
    origin: int = 0

    def layer(self, k: int) -> str:
        """The member that holds layer k."""
        return "readout" if k == self.last else f"layer{k - self.origin}"

    def state(self, k: int) -> str:
        """The variable that holds s_k."""
        if k == self.origin:
            return "x"
        return "logits" if k == self.last else f"s{k - self.origin}"

    def skip(self, skip: AnySkip) -> str:
        """The member that holds what a skip learns."""
        return f"skip{skip.source - self.origin}_{skip.target - self.origin}"

    def read(self, skip: AnySkip) -> str:
        """The variable that holds the state a skip reads."""
        state = self.state(skip.source)
        return f"previous_{state}" if skip.is_feedback else state

    def title(self, skip: AnySkip) -> str:
        """What a comment says of a skip."""
        feedback = "feedback " if skip.is_feedback else ""
        inside = ", before the activation" if skip.join == "preactivation" else ""
        ends = f"{skip.source - self.origin} -> {skip.target - self.origin}"
        return f"{feedback}skip {ends}: {_WORDS[skip.kind]}{inside}"


_WORDS = {
    "add": "add",
    "projection": "add a learned projection",
    "pad": "add, padded with zero channels",
    "gated": "a learned gate mixes both",
    "shortcut_gate": "add, through a learned gate",
    "concat": "concatenate",
}
