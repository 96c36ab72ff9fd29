"""A zip of images as data to train on: its folders are the classes."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from skipviz.data.errors import DataError
from skipviz.data.files.arrays import MAX_ENTRIES, MAX_NUMBERS
from skipviz.data.files.npz import checked_zip
from skipviz.data.files.reading import Choice, FileRead, Reading, ReadStep
from skipviz.data.files.sentence import in_one
from skipviz.data.files.text import MAX_ROWS
from skipviz.data.own import OwnData, Told, check_count, classes_of, own_data
from skipviz.data.split import Array
from skipviz.language import _, _n

ENDINGS = (".png", ".jpg", ".jpeg")
SIDE = 32  # pixels, where images have to be brought to one size
MAX_PIXELS = 2**22  # of one image
ALL_PIXELS = 2**28  # of all images together, each as it is in the file
GREY = ("1", "L", "LA", "I", "I;16", "F")
PARTS = {"train": False, "training": False, "test": True, "val": True, "valid": True}
_SIDE = Choice(
    "side", tuple((side, _("{size} pixels", size=f"{side}×{side}")) for side in (8, 16, 32, 64))
)


@dataclass(frozen=True)
class _Found:
    """An image in a zip: its class, and whether it lies in a folder for the test."""

    entry: zipfile.ZipInfo
    folder: str
    test: bool


def images_read(content: bytes, title: str, reading: Reading) -> Iterator[ReadStep | FileRead]:
    """What is read of a zip of images, after the steps on the way there."""
    yield ReadStep(_("Looking into the zip"), 0.02)
    taken = reading
    try:
        with checked_zip(content, _("zip of images")) as archive:
            found = _found(archive.infolist())
            images: list[Image.Image] = []
            pixels = numbers = 0
            for count, each in enumerate(found):
                image = _image(archive, each)
                pixels += image.width * image.height
                if pixels > ALL_PIXELS:
                    raise DataError(
                        _(
                            "The images have more than {most} pixels together. Bring fewer, or "
                            "smaller ones.",
                            most=f"{ALL_PIXELS:,}",
                        )
                    )
                image = _decoded(image, each)
                images.append(_brought(image, reading))
                numbers += images[-1].width * images[-1].height * len(image.getbands())
                if numbers > MAX_NUMBERS:
                    raise _too_many(len(found))
                if count % 50 == 49:
                    done = 0.9 * count / len(found)
                    yield ReadStep(_("Reading {count} images", count=f"{len(found):,}"), done)
        taken, own = _own(found, images, title, reading)
    except DataError as error:
        yield FileRead(taken, choices=(_SIDE,), errors=error.errors)
    else:
        yield FileRead(taken, choices=(_SIDE,), own=own)


def _found(entries: Sequence[zipfile.ZipInfo]) -> list[_Found]:
    """The images, each with its folder; what systems leave behind is passed over."""
    paths = [PurePosixPath(entry.filename.replace("\\", "/")) for entry in entries]
    found = [
        (entry, path)
        for entry, path in zip(entries, paths, strict=True)
        if path.suffix.lower() in ENDINGS
        and not any(part.startswith((".", "__")) for part in path.parts)
    ]
    if not found:
        kinds = Counter(path.suffix for path in paths if path.suffix)
        held = ", ".join(f"{count} {kind[:10]}" for kind, count in kinds.most_common(4))
        raise DataError(
            _(
                "The zip holds no PNG or JPEG image ({held}). Put the images of each class into a "
                "folder of its own, and these folders into the zip.",
                held=held or _("it is empty"),
            )
        )
    check_count(len(found))
    if len(found) > MAX_ROWS:
        raise DataError(
            _(
                "There are {count} images; at most {most} can be used.",
                count=f"{len(found):,}",
                most=f"{MAX_ROWS:,}",
            )
        )
    placed = []
    for entry, path in found:
        folders = path.parts[:-1]
        test = [PARTS[part.lower()] for part in folders if part.lower() in PARTS]
        if not folders or folders[-1].lower() in PARTS:
            raise DataError(
                _(
                    "{name} lies in no folder, so it has no class. Put the images of each class "
                    "into a folder of its own.",
                    name=repr(str(path)[:80]),
                )
            )
        placed.append(_Found(entry, folders[-1], any(test)))
    return placed


def _image(archive: zipfile.ZipFile, found: _Found) -> Image.Image:
    """As its header says, not decoded yet."""
    try:
        with archive.open(found.entry) as packed:
            image = Image.open(
                io.BytesIO(packed.read(found.entry.file_size)), formats=("PNG", "JPEG")
            )
    except Exception:  # zip, inflate and the headers of images raise a dozen kinds
        raise _damaged(found) from None
    if image.width * image.height > MAX_PIXELS:
        raise DataError(
            _(
                "{name} has {size} pixels; at most {most} are read of one. Make it smaller.",
                name=_named(found),
                size=f"{image.width}×{image.height}",
                most=f"{MAX_PIXELS:,}",
            )
        )
    return image


def _decoded(image: Image.Image, found: _Found) -> Image.Image:
    """Grey or RGB, upright, on white where it is transparent."""
    try:
        upright = ImageOps.exif_transpose(image)
        clear = upright.mode in ("LA", "RGBA", "PA") or "transparency" in upright.info
        if clear:
            grey = upright.mode == "LA"
            seen = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
            return upright.convert("L" if grey else "RGB")
        if upright.mode in ("I", "I;16", "F"):
            values = np.asarray(upright, dtype=np.float64)
            return Image.fromarray((values / max(values.max(), 1.0) * 255).astype(np.uint8))
        return upright.convert("L" if upright.mode in GREY else "RGB")
    except Exception:  # decoders raise a dozen kinds
        raise _damaged(found) from None


def _brought(image: Image.Image, reading: Reading) -> Image.Image:
    """Not larger than can be used: of a larger one no more is kept."""
    side = reading.side
    if side is None and image.width * image.height * 3 > MAX_ENTRIES:
        side = SIDE
    return image if side is None else image.resize((side, side), Image.Resampling.BOX)


def _own(
    found: Sequence[_Found], images: list[Image.Image], title: str, reading: Reading
) -> tuple[Reading, OwnData]:
    sizes = Counter(image.size for image in images)
    resized = reading.side
    if len(sizes) > 1:
        resized = reading.side or SIDE
        images = [image.resize((resized, resized), Image.Resampling.BOX) for image in images]
    width, height = images[0].size
    grey = all(image.mode == "L" for image in images)
    x = np.stack([_pixels(image, grey) for image in images])
    if x.size > MAX_NUMBERS:
        raise _too_many(len(images))
    folders = [each.folder for each in found]
    labels = classes_of(folders, lambda k: _("Folder {name}", name=repr(folders[k][:40])))
    parts = _parts(found)
    size = f"{height}×{width}"
    said: list[str] = [
        _(
            "{images} of {how}, {count} classes by folder",
            images=_n("{count} image", "{count} images", len(images)),
            how=_("{size} pixels, grey", size=size)
            if grey
            else _("{size} pixels, in colour", size=size),
            count=len(labels.classes),
        )
    ]
    if resized is not None:
        said.append(_("resized to {size}", size=f"{resized}×{resized}"))
    if parts:
        said.append(_("{count} for the test, as the folders say", count=f"{len(parts[1]):,}"))
    told = Told(title, (), "images", in_one(said))
    taken = reading.model_copy(update={"side": resized})
    return taken, own_data(x, labels, told, parts)


def _pixels(image: Image.Image, grey: bool) -> Array:
    """(channels, height, width), float32."""
    values = np.asarray(image if grey else image.convert("RGB"), dtype=np.float32)
    return values[None] if grey else values.transpose(2, 0, 1)


def _parts(found: Sequence[_Found]) -> tuple[NDArray[np.int64], ...]:
    """To train on and to test, where folders say so; () where they do not."""
    test = np.array([each.test for each in found])
    if not test.any() or test.all():
        return ()
    random = np.random.RandomState(0)
    train, tests = np.flatnonzero(~test), np.flatnonzero(test)
    return random.permutation(train), random.permutation(tests)


def _named(found: _Found) -> str:
    return repr(found.entry.filename[-80:])


def _too_many(images: int) -> DataError:
    return DataError(
        _(
            "{count} images have more than {most} numbers together. Choose fewer pixels, or bring "
            "fewer images.",
            count=f"{images:,}",
            most=f"{MAX_NUMBERS:,}",
        )
    )


def _damaged(found: _Found) -> DataError:
    return DataError(
        _("{name} is no PNG or JPEG image that can be read. Take it out.", name=_named(found))
    )
