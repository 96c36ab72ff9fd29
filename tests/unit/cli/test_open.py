"""`skipviz open`: everything that can be wrong with a file is said in one line."""

import socket
import sys
from pathlib import Path

import pytest

from skipviz.cli import main
from skipviz.engine.own_model.own_file import built

GOOD = """
import torch
from torch import nn

def build():
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    return model, lambda m, x: m(x).mean(), [torch.randn(4, 2)]
"""
HEAD = "import torch\nfrom torch import nn\nmodel = nn.Linear(2, 1)\nbatch = torch.randn(4, 2)\n"


def written(folder: Path, text: str, name: str = "my_model.py") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["open", *arguments, "--no-browser"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("def build(:\n    pass", "my_model.py, line 5: the file failed: SyntaxError"),
        ("import nothing_of_this_name", "line 5: the file failed: ModuleNotFoundError"),
        ("def make(): pass", "there is no function build. It has make."),
        ("build = 3", "there is no function build. It has none."),
        ("def build(size): pass", "build() is called without arguments; it asks for size."),
        ("def build():\n    return 1 / 0", "line 6: build() failed: ZeroDivisionError"),
        ("def build():\n    raise SystemExit(3)", "line 6: build() failed: SystemExit"),
        ("def build(): return model", "has to return model, loss, batches or"),
        ("def build(): return model, sum", "it returned 2 things."),
        ("def build(): return 3, sum, [batch]", "the model has to be a torch.nn.Module: got int"),
        ("def build(): return model, 3, [batch]", "the loss has to be a function"),
        ("def build(): return model, sum, 3", "the batches have to be a list or a DataLoader"),
        (
            "def build():\n    return model, sum, [], torch.optim.SGD(model.parameters())",
            "the optimizer has to be a function that makes one out of parameters",
        ),
        ("def build(): return model, lambda m, x: m(x).mean(), []", "There are no batches."),
        ("def build(): return model, lambda m, x: m(x), [batch]", "a tensor of one number"),
        ("def build(): return model, lambda m, x: 3.0, [batch]", "got float"),
        (
            "def build(): return model, lambda m, x: model(x).mean(), [batch]",
            "does not call the model it is given",
        ),
        (
            "def build(): return torch.nn.DataParallel(model), lambda m, x: m(x).mean(), [batch]",
            "DataParallel",
        ),
        (
            "def build():\n    return model, lambda m, x: m(x[:, :1]).mean(), [batch]",
            "line 6: the first forward pass failed: RuntimeError",
        ),
        (
            "def build(): return model, lambda m, x: m(x).mean(), [batch], lambda p: 3",
            "optimizer has to make an optimizer out of parameters",
        ),
    ],
)
def test_what_is_wrong_with_the_file(body: str, said: str, tmp_path: Path, capsys) -> None:
    path = written(tmp_path, HEAD + body)
    assert said in refused(capsys, f"{path}:build")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("my_model.py", "say which function makes the model, as in my_model.py:build"),
        ("my_model.py:", "say which function"),
        ("nowhere.py:build", "nowhere.py: there is no such file."),
        ("http://example.org/model.py:build", "there is no such file."),
        ("model.pt2:build", "only a Python file (.py) is opened."),
        ("model.pkl:build", "only a Python file (.py) is opened."),
    ],
)
def test_what_is_no_function_of_a_file(
    where: str, said: str, tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my_model.py", "model.pt2", "model.pkl"):
        written(tmp_path, GOOD, name)
    assert said in refused(capsys, where)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--steps", "0"], "--steps counts from 1"),
        (["--shares-every", "-1"], "--shares-every counts steps"),
        (["--port", "70000"], "70000 is no port"),
    ],
)
def test_options_that_cannot_be(options: list[str], said: str, tmp_path: Path, capsys) -> None:
    assert said in refused(capsys, f"{written(tmp_path, GOOD)}:build", *options)


def test_a_port_that_somebody_has(tmp_path: Path, capsys) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert "in use" in refused(capsys, f"{written(tmp_path, GOOD)}:build", "--port", port)


def test_the_folder_of_the_file_is_where_it_imports_from(tmp_path: Path) -> None:
    written(tmp_path, "WIDTH = 7", "of_this_model_alone.py")
    body = "from of_this_model_alone import WIDTH\ndef build():\n"
    body += "    return nn.Linear(2, WIDTH), sum, [batch], torch.optim.Adam\n"
    before = list(sys.path)
    made = built(f"{written(tmp_path, HEAD + body)}:build")
    sys.path[:] = before
    assert made.model.out_features == 7
    assert made.optimizer.__name__ == "Adam"


def test_a_saved_run_is_sent_to_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert "run.json: a run that was saved is opened on the page" in refused(capsys, "run.json")
