"""The drawn network as data: layers, skips, checks, shapes and counts. No torch."""

from skipviz.network.architecture import Readout
from skipviz.network.attending import Attention
from skipviz.network.edits import EDIT_NAMES, apply_edit
from skipviz.network.layers import (
    AnyLayer,
    AveragePool,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    Dense,
    FeedForward,
    Flatten,
    GlobalPool,
    Identity,
    Layer,
    MaxPool,
    Reshape,
    ToSequence,
    Upsample,
)
from skipviz.network.limits import Limits
from skipviz.network.network import Network, ResolvedNetwork
from skipviz.network.over_depth import DepthAttention
from skipviz.network.problems import Fix, NetworkError, Problem
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.skips import (
    SKIP_KINDS,
    Add,
    AnySkip,
    Concat,
    Entrywise,
    Gated,
    Pad,
    Projection,
    Scale,
    ShortcutGate,
    Skip,
)
from skipviz.network.slices import Slice
from skipviz.network.styles import Activation, Init, Norm, Order, Style
from skipviz.network.tokens import ClassToken, Embedding, Latents, Positions, Shift
from skipviz.network.wiring import Reads

__all__ = [
    "EDIT_NAMES",
    "SKIP_KINDS",
    "Activation",
    "Add",
    "AnyLayer",
    "AnySkip",
    "Attention",
    "AveragePool",
    "ClassToken",
    "Concat",
    "Conv1d",
    "Conv2d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "Dense",
    "DepthAttention",
    "Embedding",
    "Entrywise",
    "FeedForward",
    "Fix",
    "Flatten",
    "Gated",
    "GlobalPool",
    "Gru",
    "Identity",
    "Init",
    "Latents",
    "Layer",
    "Limits",
    "Lstm",
    "MaxPool",
    "Network",
    "NetworkError",
    "Norm",
    "Order",
    "Pad",
    "Positions",
    "Problem",
    "Projection",
    "Readout",
    "Reads",
    "Reshape",
    "ResolvedNetwork",
    "Rnn",
    "Scale",
    "Shift",
    "ShortcutGate",
    "Skip",
    "Slice",
    "Style",
    "ToSequence",
    "Upsample",
    "apply_edit",
]
