"""Small pictures of data sets, drawn from their training samples."""

import base64
import functools
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from skipviz.data import downloads
from skipviz.data.catalogue import DataInfo, info
from skipviz.data.loading import load
from skipviz.data.own import OwnData
from skipviz.data.samples import PIXELS, Samples, of_pixels, of_split, spread
from skipviz.data.sonnets import LETTERS
from skipviz.data.split import TEST_SHARE
from skipviz.data.summary import summary
from skipviz.data.tiles import Picture, bytes_between, images, plain_tiles, text_of
from skipviz.language import N_, _

TILES = 10  # images or waves
POINTS = 260
STAMP = 400  # letters of an image of which a stamp holds two
ROWS, COLUMNS = 12, 40
LINES = 5
CLIPPED = 2.5  # deviations, where colours end
_ALL = N_(
    "{samples} training samples, one a row, all {columns} numbers: blue below the mean, orange "
    "above. At the left {first}."
)
_SOME = N_(
    "{samples} training samples, one a row, the first {most} of {columns} numbers: blue below the "
    "mean, orange above. At the left {first}."
)


@dataclass(frozen=True)
class Pictures:
    """A data set as it is shown: samples, a stamp of them, and what they are in words.

    `note` says what is drawn, `split` how many samples are for training and how many for the test.
    """

    line: str
    split: str
    note: str
    samples: Picture
    stamp: Picture


def pictures_of(name: str, noise: float = 0.0, test_share: float = TEST_SHARE) -> Pictures | None:
    """Those of a data set, drawn once; None where it would have to be downloaded."""
    if not downloads.at_hand(name):
        return None
    return _known(name, noise if info(name).planar else 0.0, test_share)


def own_pictures(own: OwnData, noise: float = 0.0, test_share: float = TEST_SHARE) -> Pictures:
    """Those of data of one's own; drawn once, and kept for as long as the data are."""
    known = _OWN.get(own)
    if known is None or known[:2] != (noise, test_share):
        samples = of_split(own.info, own.with_share(noise, test_share))
        known = _OWN[own] = noise, test_share, _drawn(samples, noise * own.info.planar)
    return known[2]


_OWN: WeakKeyDictionary[OwnData, tuple[float, float, Pictures]] = WeakKeyDictionary()


@functools.lru_cache(maxsize=200)
def _known(name: str, noise: float, test_share: float) -> Pictures:
    about = info(name)
    if name in PIXELS:
        return _drawn(of_pixels(about, test_share))
    return _drawn(of_split(about, load(name, noise, test_share)), noise)


def _drawn(samples: Samples, noise: float = 0.0) -> Pictures:
    train, test = samples.counts
    made, note = _picture(samples)
    return Pictures(
        line=summary(samples.about, train + test),
        split=_(
            "{train} to train on, {test} to test", train=format(train, ","), test=format(test, ",")
        ),
        note=_("{note} With noise {noise}.", note=note, noise=format(noise, "g"))
        if noise
        else note,
        samples=made,
        stamp=_stamp(made),
    )


def _stamp(whole: Picture) -> Picture:
    """The same picture with less in it: what can be seen at a quarter of the size."""
    match whole["kind"]:
        case "tiles":
            some = whole["tiles"][3::4] if len(whole["tiles"]) > 7 else whole["tiles"]  # 3 and 7
            return whole | {"tiles": some[: 2 if len(some[0]["values"]) < STAMP else 1]}
        case "points":
            return whole | {"values": whole["values"][: 4 * 90]}  # base64: 4 letters a point
        case "rows":
            return whole | _fewer_rows(whole)
    return whole | {"lines": whole["lines"][:2]}


def _picture(samples: Samples) -> tuple[Picture, str]:
    """A picture, and a note on what is drawn in it."""
    about, dimensions = samples.about, samples.x.ndim - 1
    if about.vocabulary is not None:
        return _text(samples), _("Windows of the text; marked, the letter that follows.")
    if about.per_position and dimensions == 3:
        return _pairs(samples), _of_pairs(about)
    if dimensions > 1:
        return _tiles(samples)
    return _points(samples) if samples.x.shape[1] <= 2 else _table(samples)


def _tiles(samples: Samples) -> tuple[Picture, str]:
    """One image or wave of each class, or along the quantity; the first where each has several."""
    about, several = samples.about, samples.about.per_position
    chosen = np.arange(min(TILES, len(samples.x))) if several else spread(samples, TILES, each=1)
    x = samples.x[chosen]
    named = samples.classes and not several
    names = [_class_name(about, k) for k in samples.y[chosen]] if named else []
    each = _which(samples, len(names))
    made = plain_tiles(x, names) | {"named": bool(about.classes) and not several}
    if made["draw"] == "wave":
        return made, _("{samples}, step by step.", samples=each)
    channels = x.shape[1] if x.ndim == 4 else 1
    if channels in (1, 3):
        return made, _("{samples}.", samples=each)
    return made, _("{samples}. Channel 1 of {channels}.", samples=each, channels=channels)


def _which(samples: Samples, classes: int) -> str:
    """Which samples the tiles are, of so many classes shown."""
    if samples.about.per_position:
        return _("The first of the training part")
    if not samples.classes:
        return _("From the lowest to the highest number to predict")
    typical = samples.about.name in PIXELS
    if classes == samples.classes:
        if typical:
            return _("One of each class, the nearest to its mean")
        return _("One of each class")
    if typical:
        return _("One of each of {count} classes, the nearest to its mean", count=classes)
    return _("One of each of {count} classes", count=classes)


def _pairs(samples: Samples) -> Picture:
    """Five images, and below each what is to come of it; all on one scale."""
    half = TILES // 2
    x, y = samples.x[:half].astype(np.float64), samples.y[:half].astype(np.float64)
    if samples.classes:
        share = y[:, None] / max(samples.classes - 1, 1)
        y = np.repeat(x.min() + share * (x.max() - x.min()), x.shape[1], axis=1)
    channels = slice(None) if x.shape == y.shape else slice(1)
    return images(np.concatenate([x[:, channels], y[:, channels]]), []) | {"named": False}


def _of_pairs(about: DataInfo) -> str:
    """What stands above and below."""
    if about.task == "classification":
        return _(
            "Above an image, below it the class of each pixel: the first dark, the last light."
        )
    if about.name == "digits_denoising":
        return _("Noisy above, and below each what the network is to make of it.")
    return _("An image above, and below each what the network is to make of it.")


def _points(samples: Samples) -> tuple[Picture, str]:
    """Triples (across, up, kind): the class, or a quantity from 0 over 128, its mean, to 255."""
    x = samples.x[:POINTS].astype(np.float64)
    y = samples.y[:POINTS]
    if x.shape[1] == 2:
        middle = (x.max(0) + x.min(0)) / 2
        reach = float(np.abs(x - middle).max()) or 1.0
        places = bytes_between(x - middle, -reach, reach)
        kinds = y if samples.classes else bytes_between(y, -CLIPPED, CLIPPED)
        shown = _predicted(samples.about)
        by_colour = _("Training points; the colour is {quantity}.", quantity=shown)
        note = _("Training points.") if samples.classes else by_colour
    else:
        up = y.reshape(-1, 1).astype(np.float64)
        places = np.hstack([bytes_between(v, v.min(), v.max()) for v in (x, up)])
        kinds = y if samples.classes else np.zeros(len(y))
        note = _("Training points; upwards {quantity}.", quantity=_predicted(samples.about))
    triples = np.column_stack([places, kinds.ravel()]).astype(np.uint8)
    coloured = samples.classes > 0 or x.shape[1] == 1
    look = {"classes": coloured, "wide": x.shape[1] == 1}
    return {"kind": "points", "values": text_of(triples), **look}, note


def _table(samples: Samples) -> tuple[Picture, str]:
    """Rows of cells, sorted by class or quantity, which stands before each."""
    chosen = spread(samples, ROWS, each=max(1, ROWS // max(samples.classes, 1)))
    columns = samples.x.shape[1]
    cells = bytes_between(samples.x[chosen, :COLUMNS], -CLIPPED, CLIPPED)
    y = samples.y[chosen].ravel()
    kinds = y.astype(np.uint8) if samples.classes else bytes_between(y, -CLIPPED, CLIPPED)
    first = _("the class") if samples.classes else _predicted(samples.about)
    note = _(
        _SOME if columns > COLUMNS else _ALL,
        samples=len(chosen), columns=columns, most=COLUMNS, first=first,
    )  # fmt: skip
    made = {
        "kind": "rows",
        "columns": cells.shape[1],
        "classes": samples.classes > 0,
        "kinds": text_of(kinds),
        "values": text_of(cells),
    }
    return made, note


def _predicted(about: DataInfo) -> str:
    """Which of the targets stands for all of them."""
    several = len(about.targets) > 1
    if several:
        return _("{target}, to be predicted", target=repr(about.targets[0]))
    return _("what is to be predicted")


def _fewer_rows(whole: Picture) -> Picture:
    rows, columns = 6, 12
    kinds = np.frombuffer(base64.b64decode(whole["kinds"]), np.uint8)
    cells = np.frombuffer(base64.b64decode(whole["values"]), np.uint8)
    cells = cells.reshape(len(kinds), whole["columns"])[:: max(1, len(kinds) // rows)][:rows]
    kinds = kinds[:: max(1, len(kinds) // rows)][:rows]
    cells = cells[:, :columns]
    return {
        "columns": cells.shape[1],
        "kinds": text_of(kinds),
        "values": text_of(cells),
    }


def _text(samples: Samples) -> Picture:
    """Windows of letters, and the letter that follows each."""
    every = len(samples.x) // LINES
    lines = [
        ["".join(LETTERS[k] for k in x), LETTERS[y[-1]]]
        for x, y in zip(samples.x[::every][:LINES], samples.y[::every][:LINES], strict=True)
    ]
    return {"kind": "text", "lines": lines}


def _class_name(about: DataInfo, k: int) -> str:
    return about.classes[k] if about.classes else str(k)
