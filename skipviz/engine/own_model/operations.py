"""What is known of torch's operations by their names.

Heavy is an operation with a weight of two or more dimensions, or one that mixes positions (data
times data, Fourier transforms). Light is everything else. What adds or joins is a merge.
"""

from collections.abc import Callable
from typing import Any

ADD = frozenset({
    "add", "add_", "__add__", "__radd__", "__iadd__", "sub", "sub_", "__sub__", "__isub__",
    "__rsub__", "rsub", "subtract", "subtract_",
})  # fmt: skip
CONCAT = frozenset({
    "cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack",
    "row_stack",
})  # fmt: skip
FUSED_PRODUCT = frozenset({"addmm", "addmm_", "baddbmm", "baddbmm_", "addbmm", "addbmm_"})
FUSED_SCALE = frozenset({"addcmul", "addcmul_", "addcdiv", "addcdiv_"})
LERP = frozenset({"lerp", "lerp_"})
INDEXED = frozenset({
    "index_add", "index_add_", "scatter_add", "scatter_add_", "index_put", "index_put_",
    "__setitem__",
})  # fmt: skip
MERGES = ADD | CONCAT | FUSED_PRODUCT | FUSED_SCALE | LERP | INDEXED

MULTIPLY = frozenset({"mul", "mul_", "__mul__", "__rmul__", "__imul__", "multiply", "multiply_"})
DIVIDE = frozenset({"div", "div_", "__truediv__", "__itruediv__", "true_divide", "divide"})
NORMS = frozenset({
    "layer_norm", "batch_norm", "group_norm", "instance_norm", "rms_norm", "prelu",
    "native_layer_norm", "native_batch_norm", "native_group_norm", "_native_batch_norm_legit",
    "_fused_rms_norm",
})  # fmt: skip
SCALING = MULTIPLY | DIVIDE | FUSED_SCALE | NORMS
"""What makes a branch of light operations one: a norm, a learned scale."""
MIXING = frozenset({
    "matmul", "__matmul__", "__rmatmul__", "bmm", "mm", "einsum", "baddbmm", "baddbmm_", "addmm",
    "addmm_", "addbmm", "addbmm_", "tensordot", "inner", "mv", "linalg_matmul", "cdist", "bilinear",
    "scaled_dot_product_attention", "_scaled_dot_product_flash_attention_for_cpu",
})  # fmt: skip
PIECES = frozenset({
    "chunk", "split", "unbind", "__getitem__", "getitem", "select", "narrow", "tensor_split",
    "split_with_sizes", "slice", "unsafe_chunk", "unsafe_split", "index_select", "gather",
})  # fmt: skip
ELEMENTWISE = ADD | CONCAT | MULTIPLY | DIVIDE | FUSED_SCALE | LERP | INDEXED | {
    "expand", "expand_as", "where", "masked_fill", "masked_fill_", "clone", "repeat", "to",
    "float", "copy_", "type_as", "broadcast_to", "maximum", "minimum",
}  # fmt: skip
NO_DATA = frozenset({
    "detach", "detach_", "zeros_like", "ones_like", "empty_like", "full_like", "rand_like",
    "randn_like", "randint_like", "new_zeros", "new_ones", "new_full", "new_empty", "new_tensor",
    "size", "dim", "numel", "argmax", "argmin", "argsort", "bernoulli", "eq", "ne", "lt", "le",
    "gt", "ge", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "logical_not",
    "isnan", "isinf", "isfinite", "sign", "round", "floor", "ceil", "one_hot", "requires_grad_",
})  # fmt: skip
PASSING = frozenset({
    "view", "reshape", "flatten", "unflatten", "permute", "transpose", "contiguous", "squeeze",
    "unsqueeze", "to", "float", "clone", "neg", "__neg__", "dropout", "alpha_dropout",
    "feature_dropout", "dropout_", "t", "get_T", "get_mT", "movedim", "type_as", "expand",
    "rearrange", "pad", "roll", "_shift", "half", "bfloat16", "double",
})  # fmt: skip
"""Light and linear: what stands between a merge and the factor on its branch."""
SQUASHING = frozenset({"sigmoid", "hardsigmoid", "softmax", "sigmoid_", "hardsigmoid_"})
_READ_AS_DATA = frozenset({"get_T", "get_mT", "get_H", "get_mH", "get_real", "get_imag"})
_IN_PLACE_DUNDERS = frozenset({
    "__iadd__", "__isub__", "__imul__", "__itruediv__", "__setitem__",
})  # fmt: skip

_names: dict[Any, str] = {}


def name_of(func: Callable[..., Any]) -> str:
    """The name of an overridable function: "add", "__iadd__"; of a property "get_T"."""
    name = _names.get(func)
    if name is None:
        name = _names[func] = _read_name(func)
    return name


def _read_name(func: Callable[..., Any]) -> str:
    name = getattr(func, "__name__", str(func))
    if name == "__get__":
        return "get_" + str(getattr(getattr(func, "__self__", None), "__name__", ""))
    if name == "__set__":
        return "set_" + str(getattr(getattr(func, "__self__", None), "__name__", ""))
    return name.split(".")[0]  # of an overload: add.Tensor


def is_attribute(name: str) -> bool:
    """Whether it only reads or sets an attribute, other than one that is a transposed tensor."""
    return name.startswith(("get_", "set_")) and name not in _READ_AS_DATA


def is_in_place(name: str) -> bool:
    """Whether it writes into its first argument: add_, x += .., x[..] = .."""
    return name in _IN_PLACE_DUNDERS or (name.endswith("_") and not name.endswith("__"))


def is_pooling(name: str) -> bool:
    """Whether it pools over positions."""
    return any(kind in name for kind in ("avg_pool", "max_pool", "lp_pool"))


def is_fourier(name: str) -> bool:
    """Whether it is a Fourier transform."""
    return name.startswith("fft_") or name in ("stft", "istft")
