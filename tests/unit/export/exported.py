"""Exported source at work: run, loaded with weights, compared."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from skipviz import export, presets
from skipviz.network import Embedding, Network

BUFFERS_WITHOUT_A_VALUE = "num_batches_tracked"


def module_of(source: str) -> nn.Module:
    """The network a source defines, with the weights it draws itself."""
    space: dict[str, object] = {"__name__": "exported"}
    exec(compile(source, "exported.py", "exec"), space)
    make = space["Network"]
    assert isinstance(make, type)
    module = make()
    assert isinstance(module, nn.Module)
    return module


def loaded(
    network: Network, shape: tuple[int, ...], outputs: int, weights: Mapping[str, Tensor]
) -> nn.Module:
    """The exported module in double precision with these weights; every tensor is given one."""
    module = module_of(export.pytorch(network, shape, outputs)).double()
    names = export.state_dict_names(network, shape, outputs)
    state = {ours: weights[theirs] for ours, theirs in names.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert unexpected == []
    assert [name for name in missing if not name.endswith(BUFFERS_WITHOUT_A_VALUE)] == []
    return module.eval()


def an_input(network: Network, shape: tuple[int, ...], batch: int = 3) -> Tensor:
    """Numbers, or token numbers where the network starts with an embedding."""
    stream = torch.Generator().manual_seed(2)
    first = network.layers[0]
    if isinstance(first, Embedding):
        return torch.randint(first.vocabulary, (batch, *shape), generator=stream)
    return torch.randn((batch, *shape), generator=stream, dtype=torch.float64)


def _is_small(name: str) -> bool:
    preset = presets.info(name)
    return preset.build().count_macs(preset.input_shape, preset.outputs) < 50_000_000


SOUND_PRESETS = [
    name
    for name in presets.names()
    if not presets.load(name).check(presets.info(name).input_shape, presets.info(name).outputs)
]
SMALL_PRESETS = [name for name in SOUND_PRESETS if _is_small(name)]
