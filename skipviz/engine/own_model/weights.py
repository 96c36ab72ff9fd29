"""Which tensors are weights of the model, also where they were computed from weights."""

from collections.abc import Iterable

from torch import Tensor, nn

from skipviz.engine.own_model.tensors import Notes
from skipviz.engine.own_model.uses import Uses, modules_around

UNNAMED = frozenset({"?"})


class Weights:
    """Parameters by name, and what one forward pass derives of them (weight norm, casts, LoRA)."""

    def __init__(self, model: nn.Module) -> None:
        named = model.named_parameters(remove_duplicate=False)
        self._names: dict[int, str] = {}
        self.tied: dict[str, list[str]] = {}
        self.parameters: dict[str, nn.Parameter] = {}
        for name, parameter in named:
            first = self._names.setdefault(id(parameter), name)
            self.parameters.setdefault(first, parameter)
            if first != name:
                self.tied.setdefault(first, []).append(name)
        self.uses = Uses()
        self._derived: Notes[frozenset[str]] = Notes()
        self._buffers = {id(each): each for each in model.buffers()}

    @property
    def names(self) -> frozenset[str]:
        """Of all parameters, and of the modules around them."""
        every = {*self.parameters, *(name for names in self.tied.values() for name in names)}
        return frozenset(every.union(*map(modules_around, every)))

    def is_buffer(self, tensor: Tensor) -> bool:
        """Whether the model holds it as a buffer (a table, the state of spectral norm)."""
        return id(tensor) in self._buffers

    def forget(self) -> None:
        """What was derived belongs to one forward pass."""
        self._derived = Notes()

    def derive(self, tensor: Tensor, names: Iterable[str]) -> None:
        """It was computed from these weights and from no data."""
        self._derived.put(tensor, frozenset(names))

    def of(self, tensor: Tensor) -> frozenset[str] | None:
        """The names of the weights that a tensor is or is made of; None of any other tensor. Who
        asks has met it in an operation."""
        name = self._names.get(id(tensor))
        if name is not None:
            self.uses.met.add(name)
            return frozenset({name})
        derived = self._derived.get(tensor)
        if derived is not None:
            return derived
        handed_in = isinstance(tensor, nn.Parameter) or (tensor.is_leaf and tensor.requires_grad)
        return UNNAMED if handed_in else None

    def matrices(self) -> dict[str, nn.Parameter]:
        """The parameters of two or more dimensions."""
        return {name: each for name, each in self.parameters.items() if each.dim() >= 2}
