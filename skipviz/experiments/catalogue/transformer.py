"""Where the norms of a transformer stand, and what its last blocks receive."""

from collections.abc import Callable

from skipviz import data
from skipviz.experiments.experiment import Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import LastFeedForward, Part, Variant
from skipviz.language import N_
from skipviz.network import Embedding, Network, Positions
from skipviz.presets.preset import Chain
from skipviz.presets.transformers import deepnorm, postln, preln
from skipviz.settings import Settings

_DATA = "sonnets"
_MADE: dict[str, tuple[str, str, Callable[[Chain, int, int], Network]]] = {
    "post": ("post-LN", "plain", postln),
    "pre": ("pre-LN", "skip", preln),
    "deep": ("DeepNorm", "gradient_only", deepnorm),
}


def _norms(setup: Setup) -> tuple[Part, ...]:
    depths, width = setup.pick((6, 12, 24), (3, 6, 12)), setup.pick(128, 64)

    def net(make: Callable[[Chain, int, int], Network], depth: int) -> Network:
        start = Chain()
        vocabulary = data.info(_DATA).vocabulary or 1
        start.add(Embedding(vocabulary=vocabulary, width=width), Positions())
        return make(start, depth, 4 * width)

    nets = {
        name: {depth: net(make, depth) for depth in depths} for name, (*__, make) in _MADE.items()
    }
    variants = tuple(
        Variant(name, label, nets[name][depths[0]], style)
        for name, (label, style, __) in _MADE.items()
    )
    return (LastFeedForward(variants, Settings(data=_DATA, batch_size=8), by_depth=nets),)


NORMS = Experiment(
    id="g13",
    title=N_("Post-LN, pre-LN, DeepNorm"),
    claim=N_(
        "At the start the gradient of a post-LN transformer's last feed-forward block hardly "
        "depends on the number of blocks L, that of a pre-LN one falls like one over the root of "
        "L, and DeepNorm gives all blocks the same."
    ),
    source=Source(
        N_(
            "Xiong et al. 2020, On Layer Normalization in the Transformer Architecture, Theorem 1; "
            "Wang et al. 2022, DeepNet"
        ),
        "https://arxiv.org/abs/2002.04745",
        N_("Theorem 1: O(d √ln d) for post-LN, O(d √(ln d / L)) for pre-LN. Bounds, not figures."),
    ),
    parts=_norms,
    quantities=(
        # 0.13 over ten seeds, with a deviation of 0.15: three of them may give 0.3
        Quantity(
            "post.slope", N_("Post-LN: power of L"), (-0.15, 0.35), (-0.25, 0.25), published="0"
        ),
        Quantity(
            "pre.slope", N_("Pre-LN: power of L"), (-0.7, -0.35), (-0.75, -0.3), published="−1/2"
        ),
        Quantity("deep.tilt", N_("DeepNorm: last block over first"), (0.85, 1.15), (0.8, 1.25)),
        Quantity(
            "pre.grown", N_("Pre-LN: RMS of the state, last block over first"), (3, 7), (2, 6)
        ),
        Quantity("post.grown", N_("Post-LN: RMS of the state, last block over first"), (0.5, 1.3)),
    ),
    falsified=N_("The post-LN gradient of the last block falls with L as the pre-LN one does."),
    cleared=N_(
        "“Post-LN gradients vanish.” The theorem says that those near the OUTPUT are large, by "
        "which the authors explain why post-LN needs a warm-up; those of the first feed-forward "
        "blocks are not small. And pre-LN is not better in everything: its state grows from block "
        "to block, and the late ones contribute less and less to it."
    ),
    setting=N_(
        "Blocks of attention (4 heads) and feed-forward (4 × width) of width 128, Xavier weights, "
        "on the characters of sonnets, 8 sequences, L = 6, 12, 24, float64. The gradient is that "
        "of the second matrix of each feed-forward block."
    ),
    short=N_("Width 64, L = 3, 6 and 12."),
    seconds=15,
)

EXPERIMENTS = (NORMS,)
