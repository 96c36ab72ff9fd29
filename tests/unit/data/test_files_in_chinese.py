"""What is read of a file, and what is wrong with it, said in Chinese."""

import io
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from skipviz.data.files.doors import read_file
from skipviz.data.files.reading import FileRead, ReadFile, Reading, ReadStep
from skipviz.language import again
from tests.chinese import chinese, english_in

ROWS = 60
HEAD = "a,b,kind"


def table(*, head: str = HEAD, row: str = "{k}.5,{m},w{c}", rows: int = ROWS) -> bytes:
    lines = [row.format(k=k, m=k * k % 17, c=k % 3) for k in range(rows)]
    return "\n".join([head, *lines]).encode()


def arrays(**held: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **held)  # type: ignore[arg-type]
    return file.getvalue()


def images(*names: str, side: int = 8) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for place, name in enumerate(names):
            png = io.BytesIO()
            Image.new("RGB", (side + place % 2, side), (place, 9, 9)).save(png, "PNG")
            archive.writestr(name, png.getvalue())
    return file.getvalue()


X, Y = np.random.default_rng(0).normal(size=(ROWS, 6)), np.arange(ROWS) % 3
KINDS = ("train/a", "train/b", "test/a", "test/b")
FOLDERS = [f"{folder}/{k}.png" for folder in KINDS for k in range(9)]
FILES = {
    "a table": ("t.csv", table()),
    "gaps": ("t.csv", table() + b"\n,4,w1\n,5,w2"),
    "words": ("t.csv", table(head="a,b,c,target", row="{k}.5,{m},w{c},{k}.25")),
    "left out": ("t.csv", table(head="id,b,one,kind", row="{k},{m},7,w{c}")),
    "decimal commas": ("t.csv", table(head="a;b;kind", row="{k},5;{m},25;w{c}")),
    "thousands": ("t.csv", table(head="a;b;kind", row='"1,234";"2,345";w{c}')),
    "strays": ("t.csv", table() + b"\nxyz,4,w1\n1;234,5,w2\ninf,1,w1\n1e31,1,w1"),
    "ragged": ("t.csv", table() + b"\n1,2,w1,4"),
    "few rows": ("t.csv", table(rows=3)),
    "one column": ("t.csv", b"a\n1\n2\n3"),
    "empty": ("t.csv", b""),
    "no text": ("t.csv", b"a,b\n1,\x00\n"),
    "another encoding": ("t.csv", "a,b,kind\n1,2,ä\n".encode("cp1252")),
    "one label": ("t.csv", table(row="{k}.5,{m},w")),
    "no predictors": ("t.csv", table(head="id,kind", row="{k},w{c}")),
    "arrays": ("a.npz", arrays(x=X, y=Y)),
    "targets": ("a.npz", arrays(x=X, y=X[:, :2])),
    "one-hot": ("a.npz", arrays(x=X, y=np.eye(3)[Y])),
    "test part": ("a.npz", arrays(x_train=X, y_train=Y, x_test=X[:20], y_test=Y[:20])),
    "sequences": ("a.npz", arrays(x=X.reshape(ROWS, 3, 2), y=Y)),
    "positions": ("a.npz", arrays(x=X.reshape(ROWS, 3, 2), y=np.tile(Y[:, None], (1, 3)))),
    "images": ("a.npz", arrays(x=np.ones((ROWS, 8, 8, 3)) * X[:, :1, None, None], y=Y)),
    "open channels": ("a.npz", arrays(x=np.ones((ROWS, 3, 8, 3)), y=Y)),
    "too few labels": ("a.npz", arrays(x=X, y=Y[:9])),
    "words for numbers": ("a.npz", arrays(x=X.astype(str), y=Y)),
    "no x": ("a.npz", arrays(z=X)),
    "shapes": ("a.npz", arrays(x=X, y=np.ones((ROWS, 2, 2)))),
    "axes": ("a.npz", arrays(x=Y, y=Y)),
    "no npz": ("a.npz", b"PK"),
    "folders": ("i.zip", images(*FOLDERS)),
    "no folders": ("i.zip", images("a.png", "b.png")),
    "no images": ("i.zip", images("a.txt")),
    "no zip": ("i.zip", b"PK"),
}


def sentences(found: list[ReadStep | FileRead]) -> Iterator[str]:
    for each in found:
        if isinstance(each, ReadStep):
            yield each.doing
        else:
            yield from each.errors
            yield from (text for choice in each.choices for __, text in choice.options)
            if each.own is not None:
                yield each.own.info.read_as


@pytest.mark.parametrize("strays", ["refuse", "gaps"])
@pytest.mark.parametrize("name", FILES)
def test_what_was_kept_of_a_file_is_said_again_in_chinese(name: str, strays: str) -> None:
    reading = Reading.model_validate({"strays": strays})
    found = list(read_file(ReadFile(*FILES[name], reading=reading)))
    assert found
    with chinese():
        said = [again(text) for text in sentences(found)]
    for text in said:
        assert english_in(text, "numpy.savez(file, x=") == []
        assert any(letter >= "\u4e00" for letter in text) or text.isupper() or "-" in text, text


def test_filled_gaps_are_said_in_chinese() -> None:
    reading = Reading(gaps="fill", words="leave_out")
    *_, last = read_file(ReadFile(*FILES["gaps"], reading=reading))
    assert isinstance(last, FileRead)
    assert last.own is not None
    with chinese():
        assert "用所在列的平均值" in again(last.own.info.read_as)
