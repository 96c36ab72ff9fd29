"""What makes the logits."""

from typing import Literal

from skipviz.network.styles import Init
from skipviz.spec import Kind


class Readout(Kind):
    """The last linear map, N + 1: logits = W s_N + b, then the skips that join there.

    `dense` reads s_N flattened; `per_position` maps the channels of every position of a
    sequence or image (segmentation, language models): outputs per position.
    """

    kind: Literal["dense", "per_position"] = "dense"
    bias: bool = True
    init: Init | None = None
