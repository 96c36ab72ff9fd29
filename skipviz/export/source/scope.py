"""The names that the parts of a network have in the code."""

from dataclasses import dataclass

from skipviz.network import AnySkip


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
        return f"{feedback}skip {ends}: {skip.does}{inside}"
