"""One value on its way through a forward pass, written as statements of readable length."""

from collections.abc import Sequence

LONGEST = 76  # an expression; leaves room for `logits = ` inside a loop within 100 columns


class Flow:
    """The statements so far and the expression `value` that comes out of them.

    Calls are nested into one expression as long as it stays short; then it gets the name `name`.
    """

    def __init__(self, value: str, name: str) -> None:
        self.lines: list[str] = []
        self.value = value
        self._name = name
        self._is_sum = False  # a sum or product, which needs a name before `.method()`

    def wrap(self, lead: str, tail: str = ")") -> None:
        """The value becomes `lead value tail`."""
        too_long = len(lead) + len(self.value) + len(tail) > LONGEST
        if too_long or (self._is_sum and not (lead.endswith("(") and tail[0] in "),")):
            self.settle()
        self.value = _without_detour(f"{lead}{self.value}{tail}")
        self._is_sum = False

    def scale(self, factor: str) -> None:
        """The value becomes `factor * value`."""
        if self._is_sum or len(factor) + len(self.value) > LONGEST:
            self.settle()
        self.value, self._is_sum = f"{factor} * {self.value}", True

    def plus(self, other: "Flow", factor: str = "") -> None:
        """The value becomes `value + factor * other`, the other one's statements first."""
        if len(factor) + len(self.value) + len(other.value) > LONGEST - len(" + "):
            self.settle()
            other.settle()
        self.take(other)
        self.value, self._is_sum = f"{self.value} + {factor}{other.value}", True

    def append(self, other: "Flow", axis: int) -> None:
        """The value becomes [value, other] on this axis."""
        if len(self.value) + len(other.value) > LONGEST - len("torch.cat([, ], dim=1)"):
            self.settle()
            other.settle()
        self.take(other)
        self.value, self._is_sum = f"torch.cat([{self.value}, {other.value}], dim={axis})", False

    def combine(self, others: Sequence[str], sign: str, lead: str = "", tail: str = "") -> None:
        """The value becomes `lead value sign other sign other .. tail`, in statements if long."""
        parts = [self.value]
        for other in others:
            if len(parts) > 1 and len(lead + sign.join([*parts, other]) + tail) > LONGEST:
                self.value = lead + sign.join(parts) + tail
                self.settle()
                parts = [self.value]
            parts.append(other)
        self.value, self._is_sum = lead + sign.join(parts) + tail, not lead

    def take(self, other: "Flow") -> None:
        """Append the statements of another flow."""
        self.lines += other.lines
        other.lines = []

    def settle(self) -> None:
        """Give the value a name, unless it has one."""
        if not self.value.isidentifier():
            self.lines.append(f"{self._name} = {self.value}")
            self.value = self._name
        self._is_sum = False

    def note(self, comment: str) -> None:
        """A comment above what comes next; what came before has a name then."""
        self.settle()
        self.lines.append(f"# {comment}")


def _without_detour(expression: str) -> str:
    """Without axes exchanged and exchanged back."""
    return expression.replace(".transpose(1, 2).transpose(1, 2)", "")
