"""One skip drawn by hand: forward, and back through time."""

from skipviz.experiments.experiment import Control, Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import OverTime, Part, SkipClaim, Variant
from skipviz.language import N_, _
from skipviz.network import Init, Network
from skipviz.settings import Settings


def _claim(setup: Setup) -> tuple[Part, ...]:
    init = Init(scheme="xavier", gain=setup["gain"])
    net = Network.mlp(10, 32, activation="tanh", init=init, skips=((3, 7),))
    variants = (
        Variant("skip", _("with the skip"), net, "skip"),
        Variant("gradient_only", _("gradient only"), net, "gradient_only", arm="gradient_only"),
    )
    return (SkipClaim(variants, nets=setup.pick(100, 20)),)


CLAIM = Experiment(
    id="g14",
    title=N_("Draw your own skip"),
    claim=N_(
        "“A skip from layer p to q leaves the gradients of the layers above p as they are and "
        "makes those up to p larger”: of a skip that carries gradient only the first half is true, "
        "of a real one neither."
    ),
    source=Source(
        N_(
            "He et al. 2016, Identity Mappings, equation 5, taken to any skip; the sentence in "
            "quotes is the argument of a tutorial"
        ),
        "https://arxiv.org/abs/1603.05027",
    ),
    parts=_claim,
    quantities=(
        Quantity(
            "gradient_only.above",
            N_("Gradient only: change above p"),
            (0, 0),
            form="power",
            always=True,
        ),
        Quantity(
            "gradient_only.increment",
            N_("Gradient only: off from ∂L/∂s_q · J_k"),
            (0, 1e-9),
            form="power",
            always=True,
        ),
        Quantity(
            "gradient_only.criterion",
            N_("Norm at p grows exactly if R > −½"),
            (1, 1),
            form="share",
            always=True,
        ),
        Quantity(
            "gradient_only.falls",
            N_("Gradient only: |∂L/∂s₁| falls"),
            (0.03, 0.5),
            (0, 0.6),
            form="share",
        ),
        Quantity(
            "skip.falls", N_("Real skip: |∂L/∂s₁| falls"), (0.3, 0.65), (0.2, 0.75), form="share"
        ),
        Quantity("skip.above", N_("Real skip: median ratio above p"), (0.5, 0.97), (0.4, 0.99)),
    ),
    falsified=N_(
        "For a gradient-only skip: any difference above p, or in layer k ≤ p an increment other "
        "than ∂L/∂s_q · J_k, where J_k = ∂s_p/∂s_k. The second half of the sentence IS shown "
        "false for it: at layer 1 the norm falls in some nets. For a real skip both halves are: "
        "above p in every net, and at layer 1 in nearly half of them."
    ),
    cleared=N_(
        "“The +1 makes every gradient larger.” Gradients are added as vectors: the norm at p grows "
        "exactly if R = ⟨∂L/∂s_q J, ∂L/∂s_q⟩ / |∂L/∂s_q|² > −½, where J = ∂h_q/∂s_p. And a real "
        "skip changes what every layer above q reads, so that all gradients move."
    ),
    setting=N_(
        "10 tanh layers of 32, Xavier weights times σ, one skip 3 → 7, 300 random nets in three "
        "groups, 4 digits each, gradient per sample, float64."
    ),
    short=N_("60 nets."),
    seconds=3,
    controls=(Control("gain", N_("σ, gain of the weights"), (0.8, 1.0, 1.5, 2.5), 1.5),),
)


def _looped(setup: Setup) -> tuple[Part, ...]:
    def net(gain: float, style: str) -> Variant:
        init = Init(scheme="xavier")
        chain = Network.mlp(4, 32, activation="tanh", init=init).set_time_steps(30)
        orthogonal = Init(scheme="orthogonal", gain=gain)
        network = chain.add_skip(3, 2, kind="projection", init=orthogonal)
        return Variant(f"gain{gain:g}", _("gain {gain}", gain=format(gain, "g")), network, style)

    styles = {0.3: "plain", 0.9: "another", 1.5: "forward_only", 3.0: "gradient_only"}
    rest = [net(gain, style) for gain, style in styles.items() if gain != setup["gain"]]
    chosen = net(setup["gain"], "skip")
    return (OverTime((*rest, chosen), Settings(learning_rate=0.02)),)


LOOPED = Experiment(
    id="g15",
    title=N_("Backward skip through time"),
    claim=N_(
        "A skip back to an earlier layer hands on nothing within one pass; over time steps it is a "
        "recurrent loop, with vanishing and exploding gradients of its own."
    ),
    source=Source(
        N_(
            "Back-propagation through time of the network as drawn; Zamir et al. 2017, Feedback "
            "Networks"
        ),
        "https://arxiv.org/abs/1612.09508",
    ),
    parts=_looped,
    quantities=(
        Quantity(
            "gain0.3.first",
            N_("Largest change of any state at t = 1"),
            (0, 0),
            form="power",
            always=True,
        ),
        Quantity("gain0.3.factor", N_("Factor per step back, gain 0.3"), (0.1, 0.35)),
        Quantity("gain0.9.factor", N_("Factor per step back, gain 0.9"), (0.4, 0.8)),
        Quantity("gain1.5.factor", N_("Factor per step back, gain 1.5"), (0.65, 1.1)),
        Quantity("gain3.factor", N_("Factor per step back, gain 3"), (0.9, 1.6)),
    ),
    falsified=N_(
        "A state of the first time step differs from that without the skip, or the factor does not "
        "depend on the gain."
    ),
    cleared=N_(
        "“A backward skip helps the gradient reach early layers.” Within one pass there is no "
        "state to hand back, and so no gradient (a gated skip still multiplies its layer by the "
        "gate); over time it multiplies the gradient by its loop's Jacobian at every step. There "
        "is no +1 in it, unless the update is residual in TIME."
    ),
    setting=N_(
        "4 tanh layers of 32, Xavier weights, a feedback skip 3 → 2 with an orthogonal matrix "
        "times the gain, 30 time steps on the same input, the first 64 digits, float64."
    ),
    seconds=1,
    controls=(Control("gain", N_("Gain of U"), (0.3, 0.9, 1.5, 3.0), 0.9),),
)

EXPERIMENTS = (CLAIM, LOOPED)
