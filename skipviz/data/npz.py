"""Reading the arrays x and y of an NPZ file that anybody may have made."""

import io
import zipfile
from math import prod

from numpy.lib import format as npy

from skipviz.data.errors import DataError
from skipviz.data.split import Array

MAX_BYTES = 10 * 2**20  # of a file, and eight times that once unpacked
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def arrays_of(content: bytes) -> tuple[Array, Array]:
    """x and y of the file, plain arrays; DataError for whatever else it is.

    Nothing is unpickled, and no more memory is taken than the file may unpack to.
    """
    if len(content) > MAX_BYTES:
        raise DataError(f"The file is larger than {MAX_BYTES // 2**20} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            x, y = (_array(archive, name) for name in ("x", "y"))
    except DataError:
        raise
    except Exception:  # zip, inflate and header parsers raise a dozen kinds on damaged files
        raise DataError("The file is no NPZ file of plain arrays (numpy.savez).") from None
    if x.dtype.kind not in "fiub" or y.dtype.kind not in "fiubU":
        raise DataError("x must hold numbers, and y numbers or words.")
    return x, y


def _array(archive: zipfile.ZipFile, name: str) -> Array:
    entries = {entry.filename: entry for entry in archive.infolist()}
    entry = entries.get(f"{name}.npy")
    if entry is None:
        held = [other.removesuffix(".npy")[:40] for other in entries][:10]
        raise DataError(f"The file has no array {name!r}; it has {held}.")
    if sum(other.file_size for other in entries.values()) > 8 * MAX_BYTES:
        raise DataError(f"The file unpacks to more than {8 * MAX_BYTES // 2**20} MB.")
    with archive.open(entry) as packed:  # read() without a size inflates what may be huge
        file = io.BytesIO(packed.read(entry.file_size))
    _check_header(file, entry.file_size)
    loaded: Array = npy.read_array(file, allow_pickle=False)
    return loaded


def _check_header(file: io.BytesIO, size: int) -> None:
    """ValueError for a header that announces more than the file holds; the file is rewound."""
    shape, _, dtype = _HEADERS[npy.read_magic(file)](file)
    if prod(shape) * dtype.itemsize > size or dtype.hasobject:
        raise ValueError("announces more than there is")
    file.seek(0)
