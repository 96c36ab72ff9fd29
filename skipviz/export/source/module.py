"""A drawn network as the source of an ordinary PyTorch module."""

from collections.abc import Iterator, Sequence

from skipviz.export.source.calls import INDENT
from skipviz.export.source.chain import Chain
from skipviz.export.source.helpers import needed
from skipviz.network import Embedding, Network, ResolvedNetwork
from skipviz.network.given import takes_network
from skipviz.network.sizes import shape_text
from skipviz.text import plural
from skipviz.types import Shape


@takes_network
def pytorch(network: Network, input_shape: Sequence[int], outputs: int) -> str:
    """Runnable source: a class `Network` that computes what the drawn network does.

    It needs torch >= 2.5 and nothing else. `input_shape` leaves the batch axis out, as do the
    shapes of all states: (features,), (positions, channels) or (channels, height, width). Initial
    weights are drawn by the same rules as in the app, not with the same random numbers; to load
    those of a built model, see `state_dict_names`. NetworkError when the network cannot be built.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> source = sv.export.pytorch(network, input_shape=(64,), outputs=10)
    >>> names = {}
    >>> exec(source, names)
    >>> type(names["Network"]()).__mro__[1].__name__
    'Module'
    """
    resolved = network.on(tuple(input_shape), outputs)
    classes = list(Chain(resolved).classes())
    parts = [*needed("\n".join(classes)), *classes]
    code = "\n\n\n".join(part.strip() for part in parts)
    lines = [*_about(resolved), "", *_imports(code)]
    return "\n".join([*lines, "", "", code, "", "", *_main(resolved), ""])


@takes_network
def state_dict_names(network: Network, input_shape: Sequence[int], outputs: int) -> dict[str, str]:
    """What the exported module calls each tensor -> what `skipviz.build` calls it.

    So the weights of a built model load as
    `exported.load_state_dict({ours: weights[theirs] for ours, theirs in names.items()})`.
    NetworkError when the network cannot be built.

    >>> import skipviz as sv
    >>> names = sv.export.state_dict_names(sv.Network.mlp(depth=3, width=8), (64,), 10)
    >>> "layer1.weight" in names.values()
    True
    """
    return Chain(network.on(tuple(input_shape), outputs)).names()


def _about(resolved: ResolvedNetwork) -> Iterator[str]:
    network = resolved.network
    parameters = resolved.counts.parameters
    parts = [
        plural(network.depth, "layer"),
        plural(len(network.skips), "skip"),
        plural(parameters, "parameter"),
    ]
    yield '"""A network drawn in skipviz, as plain PyTorch.'
    yield ""
    yield f"{_shape(resolved.input_shape)} -> {_shape(resolved.output_shape)}; {', '.join(parts)}."
    yield ""
    read = "what it reads" if network.is_wired else "the state s_(k-1)"
    yield f"Layer k turns {read} into s_k; x is s_0, the input. A skip p -> q reads s_p"
    yield "and joins at layer q, whose value until then is h. In a block, layers count from 1."
    yield '"""'


def _shape(shape: Shape) -> str:
    return shape_text(shape).replace("×", " x ")


def _imports(code: str) -> Iterator[str]:
    if "Callable[" in code:
        yield "from collections.abc import Callable"
        yield ""
    yield "import torch"
    yield f"from torch import {'Tensor, ' if 'Tensor' in code else ''}nn"
    if any(f"{before}F." in code for before in " (["):
        yield "from torch.nn import functional as F"
    if "weight_norm(" in code:
        yield "from torch.nn.utils.parametrizations import weight_norm"


def _main(resolved: ResolvedNetwork) -> Iterator[str]:
    first = resolved.network.layers[0]
    shape = ", ".join(map(str, (2, *resolved.input_shape)))
    x = f"torch.randn({shape})"
    if isinstance(first, Embedding):
        x = f"torch.randint({first.vocabulary}, ({shape}))"
    yield 'if __name__ == "__main__":'
    yield f"{INDENT}network = Network().eval()"
    yield f"{INDENT}x = {x}"
    yield f'{INDENT}print("output shape:", tuple(network(x).shape))'
    yield f'{INDENT}print("parameters:", sum(p.numel() for p in network.parameters()))'
