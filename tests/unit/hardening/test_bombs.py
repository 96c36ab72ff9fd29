"""Small files that announce or unpack to something huge, and documents without an end."""

import base64
import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from skipviz import data, link
from skipviz.network import Network, NetworkError
from tests.unit.hardening.test_doors import archive, token

MB = 2**20
SOUND = {"v": 1, "network": {"layers": [{"kind": "dense", "width": 3}]}}


def npy(shape: str, dtype: str = "<f8") -> bytes:
    """A header that announces an array, and hardly any array."""
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}}}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(64)


def zeros(size: int) -> bytes:
    """A zip of one well compressed entry."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x.npy", bytes(size))
        packed.writestr("y.npy", bytes(9))
    return file.getvalue()


def understated(content: bytes, size: int) -> bytes:
    """The same zip, its directory saying that the first entry is of this size."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", size) + content[place + 4 :]


BOMBS: dict[str, tuple[Callable[[Any], Any], Any, type[Exception]]] = {
    "array of 8 TB": (
        data.from_npz, archive({"x.npy": npy(f"({10**12},)"),
                                "y.npy": npy("(9,)")}), data.DataError),
    "array of 2**80 entries": (
        data.from_npz, archive({"x.npy": npy(f"({2**40}, {2**40})"), "y.npy": npy("(9,)")}),
        data.DataError),
    "array of negative size": (
        data.from_npz, archive({"x.npy": npy("(-9, 2)"), "y.npy": npy("(9,)")}), data.DataError),
    "words of a gigabyte": (
        data.from_npz, archive({"x.npy": npy("(9, 0)"), "y.npy": npy("(9,)", "<U268435456")}),
        data.DataError),
    "header of brackets": (
        data.from_npz, archive({"x.npy": npy("(" * 9_000), "y.npy": npy("(9,)")}), data.DataError),
    "zip of 200 MB of zeros": (data.from_npz, zeros(200 * MB), data.DataError),
    "zip that understates itself": (
        data.from_npz, understated(zeros(200 * MB), 64), data.DataError),
    "file of 11 MB": (data.from_npz, bytes(11 * MB), data.DataError),
    "table of 11 MB": (data.from_csv, b"1," * (11 * MB // 2), data.DataError),
    "line of two million fields": (data.from_csv, b"1," * (2 * MB), data.DataError),
    "two million empty lines": (data.from_csv, b"\n" * (2 * MB), data.DataError),
    "field of two megabytes": (data.from_csv, b"a,b\n" + b"x" * (2 * MB) + b",1\n", data.DataError),
    "link to 50 MB": (link.decode, token(b" " * (50 * MB)), link.LinkError),
    "link of brackets": (link.decode, token(b"[" * 200_000), link.LinkError),
    "link of a long number": (link.decode, token(b'{"v":' + b"9" * 200_000 + b"}"), link.LinkError),
    "network of brackets": (Network.from_json, '{"layers":' + "[" * MB, NetworkError),
    "network of nested objects": (Network.from_json, '{"layers":' * 50_000, NetworkError),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_without_going_off(name: str) -> None:
    door, content, refusal = BOMBS[name]
    tracemalloc.start()
    try:
        with pytest.raises(refusal) as caught:
            door(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(str(caught.value)) < 4_000
    assert peak < 100 * MB


def test_a_link_that_repeats_itself_is_refused_or_read() -> None:
    doubled = json.dumps(SOUND)[:-1] + ',"v":1}'
    assert link.decode(token(doubled.encode()))[0].depth == 1


def test_what_follows_a_link_in_its_token_is_not_read() -> None:
    packed = zlib.compress(json.dumps(SOUND).encode()) + bytes(100)
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    assert link.decode(text)[0].depth == 1


def test_words_that_are_no_text_are_refused() -> None:
    file = io.BytesIO()
    np.savez(file, x=np.zeros((9, 2)), y=np.full(9, 0xFFFFFF, "<u4").view("<U1"))
    with pytest.raises(data.DataError, match="The words of y are no text"):
        data.from_npz(file.getvalue())


def test_an_error_does_not_repeat_all_that_a_network_says() -> None:
    layers = json.dumps({"layers": [{"kind": "dense", "x" * 9_000: 1}] * 50})
    with pytest.raises(NetworkError) as caught:
        Network.from_json(layers)
    assert len(str(caught.value)) < 4_000
    assert str(caught.value).startswith("In layers 1 to 50, width: this field is missing.")
    assert len(caught.value.problems) == 2  # what is wrong with many layers is said once


def test_numpy_never_unpickles() -> None:
    file = io.BytesIO()
    np.savez(file, x=np.array([{}] * 9, dtype=object), y=np.arange(9))
    with pytest.raises(data.DataError, match="no NPZ file of plain arrays"):
        data.from_npz(file.getvalue())
