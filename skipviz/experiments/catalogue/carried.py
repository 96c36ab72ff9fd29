"""What the paths of a residual net carry: gradient at the start, and the answer after training."""

from skipviz.experiments.catalogue.networks import HE, STEPS_PER_EPOCH, blocks, chain
from skipviz.experiments.experiment import Control, Experiment, Quantity, Setup, Source
from skipviz.experiments.parts import Deletion, Part, SinglePaths, Variant
from skipviz.language import N_, _
from skipviz.settings import Settings

_LINK = "https://arxiv.org/abs/1605.06431"
_GAINS = {1.0: "1", 0.5: "0.5", 0.136: "1/√54", 0.1: "0.1"}


def _carried(setup: Setup) -> tuple[Part, ...]:
    def net(name: str, gain: float, style: str) -> Variant:
        count = setup.pick(54, 20)
        network = blocks(count, layers=1, stem=False, branch_scale=gain)
        return Variant(name, _("gain {gain}", gain=_GAINS[gain]), network, style)

    variants = (net("chosen", setup["gain"], "skip"), net("one", 1.0, "plain"))
    return (SinglePaths(variants, samples=setup.pick(10, 4)),)


CARRIED = Experiment(
    id="g8",
    title=N_("Which paths carry gradient"),
    claim=N_(
        "Where along the path lengths the gradient sits is decided by the gain of the branches: "
        "the smaller it is, the shorter the paths that carry it."
    ),
    source=Source(
        N_(
            "Veit et al. 2016, Residual Networks Behave Like Ensembles of Relatively Shallow "
            "Networks, section 5"
        ),
        _LINK,
        N_(
            "In their trained net of 54 blocks almost all gradient comes down paths of 5 to 17. "
            "That is a property of their trained net, not of residual nets in general, and is not "
            "reproduced here."
        ),
    ),
    parts=_carried,
    quantities=(
        Quantity("one.estimated", N_("Mean length at gain 1, estimated"), (24, 29), (8, 12)),
        Quantity(
            "chosen.estimated", N_("Mean length at the gain chosen, estimated"), (3.5, 7), (1, 3.5)
        ),
        Quantity("one.exact", N_("Mean length at gain 1, exact sums"), (22, 31), (7, 13)),
        Quantity(
            "chosen.exact", N_("Mean length at the gain chosen, exact sums"), (0.4, 5), (0.3, 2.5)
        ),
        Quantity("one.cancellation", N_("Cancellation at gain 1"), (1.5, 8), (1.2, 8)),
        Quantity("chosen.cancellation", N_("Cancellation at the gain chosen"), (1.1, 4), (1.05, 3)),
    ),
    falsified=N_("The mean length does not depend on the gain of the branches."),
    cleared=N_(
        "“Most of the gradient comes down paths of 5 to 17 blocks.” No law: of the exact sums over "
        "54 blocks, before training, 97 % lie on paths longer than 17 at gain 1, and 97 % on paths "
        "of 3 or less at gain 0.1. And single paths cancel one another: the norms by length add up "
        "to more than the norm of their sum. So count × mean norm of a path overstates what long "
        "ones bring: at gain 0.1 it puts more than half on paths of 5 to 17."
    ),
    setting=N_(
        "54 pre-activation ReLU blocks of one layer of 64, He weights, each branch times the gain; "
        "digits, batch 32, float64, 10 single paths of every length."
    ),
    short=N_("20 blocks and 4 single paths of every length."),
    seconds=25,
    controls=(Control("gain", N_("Branch gain"), (0.1, 0.136, 0.5, 1.0), 0.1),),
)


def _deleted(setup: Setup) -> tuple[Part, ...]:
    plain = chain(7, norm="batch", init=HE)
    variants = (
        Variant(
            "residual",
            _("{count} residual blocks", count=setup.pick(20, 10)),
            blocks(setup.pick(20, 10), norm="batch"),
            "skip",
        ),
        Variant("plain", _("6 plain layers"), plain, "plain"),
    )
    settings = Settings(learning_rate=0.02, steps=STEPS_PER_EPOCH * setup.pick(6, 3))
    several = setup.pick((1, 2, 4, 6, 8, 10, 14), (1, 2, 4))
    return (Deletion(variants, settings, several=several),)


DELETED = Experiment(
    id="g9",
    title=N_("Delete a layer"),
    claim=N_(
        "A trained residual net barely notices the loss of one block; a plain net that loses one "
        "layer does little better than guessing."
    ),
    source=Source(
        N_(
            "Veit et al. 2016, Residual Networks Behave Like Ensembles of Relatively Shallow "
            "Networks, section 4"
        ),
        _LINK,
        N_(
            "On CIFAR-10 deleting one of the 54 blocks of ResNet-110 changes next to nothing "
            "except at downsampling blocks, while VGG falls to chance. Cited, not reproduced."
        ),
    ),
    parts=_deleted,
    quantities=(
        Quantity("residual.test_accuracy", N_("Residual, whole"), (0.94, 1), (0.85, 1)),
        Quantity("residual.one", N_("Residual, mean without one block"), (0.88, 1), (0.75, 1)),
        Quantity("plain.test_accuracy", N_("Plain, whole"), (0.92, 1), (0.85, 1)),
        Quantity("plain.one", N_("Plain, mean without one layer"), (0, 0.3)),
    ),
    falsified=N_("The plain net keeps its accuracy without a layer, or the residual one loses it."),
    cleared=N_(
        "“Residual nets are ensembles.” They behave like one when blocks are deleted, for half of "
        "the paths are left; but the paths share their weights and were trained together. Not "
        "every block is dispensable either: look at the worst one."
    ),
    setting=N_(
        "20 pre-activation blocks of two layers of 64, and a plain net of a first layer and 6 "
        "more, both with batch norm and He weights; digits, SGD 0.02 with momentum 0.9, batch 64, "
        "6 epochs. A deleted block hands on its input, a deleted plain layer too; no training "
        "after."
    ),
    differs=N_(
        "The accuracy falls faster with the number of deleted blocks than in the paper: 20 blocks "
        "trained for 6 epochs, not 54 trained to the end."
    ),
    short=N_("10 blocks, 3 epochs."),
    seconds=15,
    chance=0.1,
)

EXPERIMENTS = (CARRIED, DELETED)
