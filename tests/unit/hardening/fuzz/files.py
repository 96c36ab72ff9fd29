"""Data files that begin valid: tables, arrays in a zip, and the zip around them."""

import io
import random
import zipfile

import numpy as np

from tests.unit.hardening.fuzz import mutations

ROWS = [["a", "b", "label"], *([f"{k / 7:.3f}", str(k % 5), "xy中"[k % 3]] for k in range(24))]
ARRAYS = (
    np.linspace(-1, 1, 48).reshape(24, 2), np.arange(48, dtype="i2").reshape(24, 2),
    np.zeros((24, 3, 4), "f4"), np.ones((24, 1, 3, 4)), np.arange(24) % 3,
    np.array(["x", "y", "zebra"] * 8), np.linspace(0, 1, 24), np.arange(24, dtype="u8"),
    np.array([True, False] * 12),
)  # fmt: skip
TYPES = (
    "<f8",
    "<f4",
    ">f8",
    "<i8",
    "|b1",
    "<U4",
    "|S3",
    "<c16",
    "<M8[s]",
    "|O",
    "<f2",
    ">U2",
    "|V8",
)
SHAPES = (
    "(24,)",
    "(24, 2)",
    "(2, 24)",
    "(0, 2)",
    "(24, 1000000)",
    "(-24, 2)",
    "()",
    "(24, 2, 1, 1)",
)


def csv(rng: random.Random) -> bytes:
    """A table, its text changed, in one of the encodings there are."""
    text = mutations.table(rng, ROWS)
    encoded = text.encode(
        rng.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "gb18030")), "replace"
    )
    return mutations.raw(rng, encoded) if rng.random() < 0.2 else encoded


def npz(rng: random.Random) -> bytes:
    """Two arrays, with their headers, their bytes, their names or the zip changed."""
    names = ["x.npy", "y.npy"]
    members = {name: array(rng) for name in names}
    if rng.random() < 0.3:
        extra = rng.choice(("X.npy", "z.npy", "x", "../x.npy", "x.npy/", "\u00e9.npy", "y.npy "))
        members[extra] = members.pop(rng.choice(names)) if rng.random() < 0.5 else array(rng)
    packed = io.BytesIO()
    kind = rng.choice(
        (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
    )
    with zipfile.ZipFile(packed, "w", kind) as file:
        for name, content in members.items():
            file.writestr(name, content)
        if rng.random() < 0.1:
            file.comment = b"PK\x05\x06" + bytes(18)
    content = packed.getvalue()
    return mutations.raw(rng, content) if rng.random() < 0.5 else content


def array(rng: random.Random) -> bytes:
    """One array as a file of numpy, its header or its numbers changed."""
    file = io.BytesIO()
    np.save(file, rng.choice(ARRAYS))
    content = file.getvalue()
    head, _, body = content.partition(b"\n")
    match rng.randrange(6):
        case 0:
            kind = rng.choice(TYPES).encode()
            start = head.index(b"'descr': '") + 10
            return head[:start] + kind + head[head.index(b"'", start) :] + b"\n" + body
        case 1:
            start, end = head.index(b"(", 20), head.index(b")", 20) + 1
            return head[:start] + rng.choice(SHAPES).encode() + head[end:] + b"\n" + body
        case 2:
            return head.replace(b"False", rng.choice((b"True", b"None", b"1/0"))) + b"\n" + body
        case 3:
            return mutations.raw(rng, content)
        case 4:
            return head + b"\n" + mutations.raw(rng, body)
        case _:
            return content
