"""What a run shows, in numbers and in sentences, told as a teacher would tell it.

What was learned comes first, once there is something to say; then the gradient, over all layers.
A healthy gradient alone does not say that an arm learns: degradation is not vanishing (He et al.
2015, section 4.1).
"""

from skipviz.runs.verdict.findings import Finding, finding
from skipviz.runs.verdict.message import Message
from skipviz.runs.verdict.verdict import Verdict, pieces_of, verdict

__all__ = [
    "Finding",
    "Message",
    "Verdict",
    "finding",
    "pieces_of",
    "verdict",
]
