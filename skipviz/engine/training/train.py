"""The public calls: train a network with all arms, or follow it frame by frame."""

from collections.abc import Iterator, Sequence
from typing import Never

from skipviz.arms import Arm
from skipviz.data import OwnData
from skipviz.data.catalogue import OWN
from skipviz.engine.training.trainer import Trainer
from skipviz.network import Network
from skipviz.network.given import takes_network
from skipviz.runs.bar import watched
from skipviz.runs.frame import Frame
from skipviz.runs.parse_settings import parse_settings
from skipviz.runs.run import Run
from skipviz.settings import Device, Optimizer, RateChange, Schedule, Settings, Tier


@takes_network
def train(
    network: Network,
    data: str | OwnData = "digits",
    *,
    noise: float = 0.0,
    test_share: float = 0.25,
    arms: Sequence[str | Arm] = ("skip", "plain"),
    own_arms: Sequence[Arm] = (),
    steps: int = 200,
    seed: int = 0,
    seeds: int = 1,
    batch_size: int = 64,
    optimizer: Optimizer = "sgd",
    learning_rate: float = 0.02,
    momentum: float = 0.9,
    clip: float | None = None,
    weight_decay: float | None = None,
    l1: float = 0.0,
    warmup_steps: int = 0,
    schedule: Schedule = "constant",
    rate_changes: Sequence[RateChange] = (),
    evaluate_every: int = 20,
    probes: Tier = "standard",
    snapshot_every: int = 20,
    device: Device = "auto",
    progress: bool | None = None,
    **unknown: Never,
) -> Run:
    """Train all arms of a network together, to the end, and return the run.

    Data and arms:
        data: a name of `skipviz.data.names()`, or data of one's own (`skipviz.data.from_csv`).
        noise: deviation of normal noise on points of a plane, as a multiple of theirs.
        test_share: of the data, for the test; the rest is trained on.
        arms: what is compared, from the same weights on the same batches: "skip", "plain",
            "gradient_only", "forward_only", "leave_one_out" (an arm per skip), or any `Arm`.
        own_arms: arms that `arms` may name.
        seed, seeds: the first seed, and how many from there on; every arm is trained with each.

    Optimisation:
        steps: updates; with 0 only the gradient of the initial weights is measured.
        batch_size: samples, or all of the train split where it has fewer.
        optimizer, learning_rate: "sgd", "adam" or "adamw".
        momentum: of SGD only.
        clip: the largest norm of the gradient of all weights of an arm; None leaves it as it is.
        weight_decay: of everything that is trained, as in torch.optim: for SGD and Adam an L2
            penalty, decoupled for AdamW; None is 0.01 for AdamW and 0 for the others.
        l1: factor of an L1 penalty. Loss and gradients are measured without penalties.
        warmup_steps: updates in which the learning rate rises evenly.
        schedule: what comes then, "constant", or "linear" or "cosine" down to 0 at the last step.
        rate_changes: (step, rate): another learning rate from the update after so many steps on.

    Measurement:
        evaluate_every: steps from one evaluation of the whole train and test split to the next.
        probes: what is measured, "minimal", "standard" or "full" (skipviz.probes).
        snapshot_every: steps from one measurement of the costly probes to the next.
        device: "cpu", "cuda", "mps", or "auto": a GPU where there is one.

    `progress` shows a bar on stderr; None: in a notebook only. The run holds the trained weights
    (`Run.weights`).

    ValueError says which of them cannot be, and of an `unknown` name which one may be meant;
    NetworkError says why the network does not fit the data. An arm whose numbers become NaN or
    infinite stops there (`Run.failures`), and the others go on.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> run = sv.train(network, steps=3, arms=("skip", "plain"), seed=0)
    >>> run.loss("skip").shape, run.gradient_norms("skip").shape
    ((4,), (4, 3))
    """
    given = {name: value for name, value in locals().items() if name in Settings.model_fields}
    own = data if isinstance(data, OwnData) else None
    chosen = parse_settings(given | {"data": OWN if own else data} | unknown)
    trainer = Trainer(network, chosen, own)
    run = Run(network, chosen, info=own.info if own else None)
    run.extend(watched(trainer, trainer.last, progress))
    run.keep_weights(trainer.weights())
    return run


@takes_network
def stream(
    network: Network, settings: Settings | None = None, own: OwnData | None = None
) -> Iterator[Frame]:
    """A frame per step and one after the last update; ends early when all arms have failed.

    `settings` None are those of the page; `own` are the data where the settings say "own".
    NetworkError, at the first frame, when the network does not fit the data.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> for frame in sv.training.stream(network, sv.Settings(steps=3)):
    ...     norms = frame.probes["weight_gradient"]  # (arms, seeds, layers 1..N+1)
    >>> frame.step, norms.shape
    (3, (2, 1, 4))
    """
    yield from Trainer(network, settings or Settings(), own)
