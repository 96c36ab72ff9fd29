"""Chapter 11: parameters, memory, multiplications, time."""

from skipviz.language import N_, _
from skipviz.measures.cases import Case, chain
from skipviz.measures.requests import CountedCost, StepTimes
from skipviz.settings import Settings
from skipviz.teaching.chapter import Chapter, Section

_DEPTH = 21
_NAMED = (N_("add"), N_("pad"), N_("projection"), N_("gated"), N_("concat"))
_KINDS = (
    Case(_("without"), chain(_DEPTH, "relu", "pytorch")),
    *(Case(_(k), chain(_DEPTH, "relu", "pytorch", step=2, kind=k)) for k in _NAMED),
)

CHAPTER = Chapter(
    "cost",
    N_("What skips cost"),
    N_("One text asks how to reduce the computing that skips bring. First: how much is it?"),
    (
        Section(
            "counted",
            N_("Parameters, multiplications, memory"),
            N_(r"""
An [[identity skip]] has no [[parameters]] and not a single multiplication. What it needs is
memory: the state it carries must wait until the skip ends, and the sum is a new state beside the
output of the layer. Training keeps both for the backward pass.

Other kinds pay more. A [[projection]] has a matrix of its own, a [[gated|gate]] one as well, and
[[concat]] makes the next layer wider. The table counts them in a chain of 21 layers of 64 units
with ten skips. Memory is measured: all that autograd keeps between forward and backward pass.
Cheap ways out are as old as the question: identities wherever shapes allow, [[pad|padding]]
instead of projections, few new channels per layer in a [[DenseNet]].
"""),
            CountedCost(_KINDS),
            playground=(chain(_DEPTH, "relu", "pytorch", step=2), "digits"),
        ),
        Section(
            "timed",
            N_("Time per step"),
            N_(r"""
Multiplications are not time. An addition reads two states and writes a third, and to move a number
takes a processor longer than to multiply it. And in a network as narrow as this one a good part
of the time is not arithmetic at all but the fixed price of calling each operation.

So we measure. All kinds train in turns on the same core, so that none of them meets a busier
machine than another, and the bars show the median step with its quartiles. Compare them with the
[[MAC|MACs]] of the table above: which kind is dearer than its count says, and which is cheaper? On
a GPU with wide layers the answer can be another one.
"""),
            StepTimes(cases=_KINDS, settings=Settings(steps=150)),
        ),
    ),
)
