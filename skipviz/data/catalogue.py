"""What is known of a data set before it is loaded. No array, no torch, no scikit-learn."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import log
from typing import Literal

from skipviz.language import N_, _
from skipviz.network import Network, ResolvedNetwork
from skipviz.text import meant
from skipviz.types import Shape

Task = Literal["classification", "regression"]
OWN = "own"

_DIGITS = N_("1,797 handwritten digits of 8×8 pixels (Alpaydin and Kaynak 1998, via scikit-learn)")
_TOY = N_("points drawn from a formula with seed 0, after the data sets of TensorFlow Playground")


_TEST_SCORES = {
    "accuracy": N_("test accuracy"),
    "R²": N_("test R²"),
    "mean R²": N_("test mean R²"),
    "score": N_("test score"),
}


def test_score_text(score: str) -> str:
    """What the score of the test split is called, by its name in English."""
    return _(_TEST_SCORES[score])


def guessing_text(score: str, chance: float) -> str:
    """What a line at `chance` stands for, by the English name of the score: never a rounded 1."""
    if score != "accuracy":
        return _("guessing the mean")
    written = (f"{chance:.{digits}g}" for digits in range(2, 8))
    return _("chance {chance}", chance=next((text for text in written if text != "1"), "1"))


@dataclass(frozen=True)
class DataInfo:
    """One sample is (features,), (positions, channels) or (channels, height, width).

    `chance` is the score of guessing: the accuracy of naming the most frequent class, or R² = 0;
    `entropy` is that of the shares of the classes in nats, None where it is not known.
    With `vocabulary`, samples are token numbers (positions,) for an embedding, and every position
    has a label, the next token. `per_position` data have a class or a target for every position.
    `things` is what a sentence calls its labelled things. Of own data `features` and `targets` are
    the names that their file has, and `read_as` says in a sentence how it was read.
    """

    name: str
    title: str
    input_shape: Shape
    outputs: int
    chance: float
    source: str
    group: str
    task: Task = "classification"
    classes: tuple[str, ...] = ()
    vocabulary: int | None = None
    per_position: bool = False
    things: str = N_("samples")
    features: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    read_as: str = ""
    entropy: float | None = None

    def resolve(self, network: Network) -> ResolvedNetwork:
        """A network on data of this shape."""
        return network.on(self.input_shape, self.outputs)

    @property
    def score(self) -> str:
        """What runs call accuracy: in regression "R²", or its mean over several targets."""
        if self.task == "classification":
            return N_("accuracy")
        return N_("mean R²") if len(self.targets) > 1 else N_("R²")

    @property
    def score_text(self) -> str:
        """The score in the language of this context."""
        return _(self.score)

    @property
    def test_score_text(self) -> str:
        """What the score of the test split is called."""
        return test_score_text(self.score)

    @property
    def guessing(self) -> float:
        """The loss of guessing: every class with its share, or the mean, where variance is 1.

        Where only the largest share is known, the others count as equal.
        """
        if self.task == "regression":
            return 1.0
        if self.entropy is not None:
            return self.entropy
        others = self.outputs - 1
        return entropy_of([self.chance, *([(1 - self.chance) / others] * others if others else [])])

    @property
    def planar(self) -> bool:
        """Whether samples are points of a plane, so that a decision boundary can be drawn and
        noise added to where they lie."""
        return self.input_shape == (2,)


def entropy_of(shares: Iterable[float]) -> float:
    """The cross-entropy of predicting these shares of classes, where they are right; in nats."""
    return sum(-share * log(share) for share in shares if share > 0)


def _toy(name: str, title: str, outputs: int = 2) -> DataInfo:
    return DataInfo(
        name,
        title,
        (2,),
        outputs,
        1 / outputs,
        _TOY,
        N_("Points in the plane"),
        things=N_("points"),
    )


_digits = DataInfo(
    "digits", N_("Digits 8×8"), (64,), 10, 0.1, _DIGITS, N_("Images"), things=N_("digits")
)
_mnist = DataInfo(
    "mnist",
    N_("MNIST 28×28"),
    (784,),
    10,
    0.11,
    N_("12,000 of 70,000 handwritten digits (LeCun et al. 1998, OpenML 554; downloaded)"),
    N_("Downloads"),
    things=N_("digits"),
)
_CATALOGUE = {
    entry.name: entry
    for entry in (
        _digits,
        replace(_digits, name="digits_images", title=N_("Digits as images"), input_shape=(1, 8, 8)),
        replace(
            _digits,
            name="digits_rows",
            title=N_("Digits row by row"),
            input_shape=(8, 8),
            group=N_("Sequences"),
        ),
        replace(
            _digits,
            name="digits_pixels",
            title=N_("Digits pixel by pixel"),
            input_shape=(64, 1),
            group=N_("Sequences"),
        ),
        replace(
            _digits,
            name="digits_denoising",
            title=N_("Denoise digits"),
            input_shape=(1, 8, 8),
            outputs=1,
            chance=0.0,
            task="regression",
            per_position=True,
        ),
        _toy("circles", N_("Two circles")),
        _toy("xor", N_("Exclusive or")),
        _toy("gaussians", N_("Two Gaussians")),
        _toy("spirals", N_("Two spirals")),
        _toy("moons", N_("Two moons")),
        replace(_toy("plane", N_("Regression: a plane"), 1), task="regression", chance=0.0),
        replace(
            _toy("sine", N_("Regression: a sine"), 1),
            task="regression",
            chance=0.0,
            input_shape=(1,),
            group=N_("Curves"),
        ),
        DataInfo(
            "breast_cancer",
            N_("Breast cancer"),
            (30,),
            2,
            0.63,
            N_("569 tumours by 30 measurements (Wolberg et al. 1995, via scikit-learn)"),
            N_("Tables"),
            classes=("malignant", "benign"),
            things=N_("tumours"),
            entropy=0.660,
        ),
        DataInfo(
            "wine",
            N_("Wine"),
            (13,),
            3,
            0.40,
            N_("178 wines by 13 measurements (Aeberhard and Forina 1991, via scikit-learn)"),
            N_("Tables"),
            things=N_("wines"),
            entropy=1.086,
        ),
        DataInfo(
            "recall",
            N_("Recall the first symbol"),
            (10, 4),
            4,
            0.25,
            N_(
                "2,000 sequences of 10 symbols drawn with seed 0, after the memory tasks of "
                "Hochreiter and Schmidhuber (1997)"
            ),
            N_("Sequences"),
            things=N_("sequences"),
        ),
        DataInfo(
            "sonnets",
            N_("Sonnets, next letter"),
            (32,),
            35,
            0.16,
            N_("eight sonnets by William Shakespeare (1609, public domain)"),
            N_("Text"),
            vocabulary=35,
            things=N_("letters"),
            entropy=2.970,
        ),
        DataInfo(
            "vowels",
            N_("Spoken vowels"),
            (256, 1),
            10,
            0.1,
            N_("1,200 vowels of 26 ms synthesised from the formants of Peterson and Barney (1952)"),
            N_("Sound"),
            classes=("heed", "hid", "head", "had", "hod", "hawed", "hood", "who'd", "hud", "heard"),
            things=N_("vowels"),
        ),
        _mnist,
        replace(_mnist, name="mnist_images", title=N_("MNIST as images"), input_shape=(1, 28, 28)),
        DataInfo(
            "cifar10",
            N_("CIFAR-10"),
            (3, 32, 32),
            10,
            0.1,
            N_("12,000 of 60,000 small photographs (Krizhevsky 2009, OpenML 40927; downloaded)"),
            N_("Downloads"),
            classes=(
                "airplane",
                "automobile",
                "bird",
                "cat",
                "deer",
                "dog",
                "frog",
                "horse",
                "ship",
                "truck",
            ),
            things=N_("photographs"),
        ),
    )
}


def names() -> tuple[str, ...]:
    """The data sets there are, besides one's own."""
    return tuple(_CATALOGUE)


def info(name: str) -> DataInfo:
    """A data set by name; ValueError names those there are."""
    if name == OWN:
        raise ValueError(
            _("This run needs data of your own: load the file or draw the points again.")
        )
    if name not in _CATALOGUE:
        raise ValueError(_unknown(name))
    return _CATALOGUE[name]


def _unknown(name: str) -> str:
    known, near = ", ".join(_CATALOGUE), meant(str(name), _CATALOGUE)
    if near is None:
        return _("There is no data set {name}. Known are {known}.", name=repr(name), known=known)
    return _(
        "There is no data set {name}. Did you mean {near}? Known are {known}.",
        name=repr(name),
        near=near,
        known=known,
    )
