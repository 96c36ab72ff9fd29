"""The arrays of an NPZ file that anybody may have made. Nothing is unpickled."""

import io
import zipfile
from math import prod

from numpy.lib import format as npy

from skipviz.data.errors import DataError
from skipviz.data.files.text import MAX_BYTES
from skipviz.data.split import Array
from skipviz.language import _

UNPACKED = 8 * MAX_BYTES
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def checked_zip(content: bytes, what: str) -> zipfile.ZipFile:
    """A zip whose members unpack to no more than can be used; DataError for whatever else.

    `what` says what it was to be.
    """
    if len(content) > MAX_BYTES:
        raise DataError(
            _(
                "The file is larger than {most} MB. Bring fewer samples, or smaller ones.",
                most=MAX_BYTES // 2**20,
            )
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except Exception:  # the parser of zip raises a dozen kinds on damaged files
        raise DataError(_("The file is no {what}.", what=what)) from None
    if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
        raise DataError(
            _(
                "The file unpacks to more than {most} MB. Bring fewer samples, or smaller ones.",
                most=UNPACKED // 2**20,
            )
        )
    return archive


def member_names(content: bytes) -> list[str]:
    """What lies in a zip; nothing where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except Exception:  # as above
        return []


def arrays_of(content: bytes, names: tuple[str, ...]) -> dict[str, Array]:
    """The arrays of these names that the file has; DataError for whatever else it is.

    No more memory is taken than the file may unpack to.
    """
    with checked_zip(content, _("NPZ file of plain arrays (numpy.savez)")) as archive:
        entries = {entry.filename: entry for entry in archive.infolist()}
        return {
            name: _array(archive, entries[f"{name}.npy"], name)
            for name in names
            if f"{name}.npy" in entries
        }


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> Array:
    try:
        with archive.open(entry) as packed:  # read() without a size inflates what may be huge
            file = io.BytesIO(packed.read(entry.file_size))
        _check_header(file, entry.file_size)
        loaded: Array = npy.read_array(file, allow_pickle=False)
    except Exception:  # inflate and header parsers raise a dozen kinds on damaged files
        raise DataError(
            _(
                "The file is no NPZ file of plain arrays (numpy.savez): {name} cannot be read. "
                "Objects never are; save numbers, all samples of one shape.",
                name=name,
            )
        ) from None
    return loaded


def _check_header(file: io.BytesIO, size: int) -> None:
    """ValueError for a header that announces more than the file holds; the file is rewound."""
    shape, __, dtype = _HEADERS[npy.read_magic(file)](file)
    if prod(shape) * dtype.itemsize > size or dtype.hasobject:
        raise ValueError("announces more than there is")
    file.seek(0)
