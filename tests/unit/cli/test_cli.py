"""The command line as people call it: what it prints, what it writes, how it says no."""

import csv
import errno
import json
import math
import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import NoReturn
from urllib.error import URLError

import pytest

import skipviz
from skipviz import data, export, presets
from skipviz.cli import _parser, main, serve
from skipviz.network import Network
from skipviz.training import train
from skipviz.ui.shell.locations import app_folder
from tools.server import free_port, running

ROOT = Path(__file__).parents[3]
NETWORK = Network.mlp(depth=4, width=8, skips=((1, 3),))


@pytest.fixture
def drawn(tmp_path: Path) -> str:
    path = tmp_path / "net.json"
    path.write_text(NETWORK.to_json())
    return str(path)


def test_training_prints_the_verdict_and_a_table(drawn, capsys) -> None:
    assert main(["train", drawn, "--steps", "4", "--arms", "skip,plain,forward_only"]) == 0
    out = capsys.readouterr().out.splitlines()
    run = train(NETWORK, steps=4, arms=("skip", "plain", "forward_only"))
    assert out[0] == run.summary()["verdict"]
    assert [line.split("  ")[0] for line in out[1:]] == [
        "arm",
        "with skips",
        "without",
        "forward only",
    ]


def test_a_run_is_written_as_json(drawn, tmp_path: Path, capsys) -> None:
    out = tmp_path / "run.json"
    assert main(["train", drawn, "--steps", "3", "--seed", "5", "--out", str(out)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"Written: {out}."
    told = json.loads(out.read_text())
    with pytest.raises(skipviz.data.DataError, match=r"^run.json is a summary that skipviz train "):
        skipviz.load_run(out)
    run = train(NETWORK, steps=3, seed=5)
    assert told["arms"]["skip"]["loss"] == run.loss("skip").tolist()
    assert told["settings"]["seed"] == 5
    assert Network.model_validate(told["network"]) == NETWORK
    assert told["summary"]["arms"]["plain"]["ratio"] == run.summary()["arms"]["plain"]["ratio"]


def test_what_is_no_number_is_null_in_json(drawn, tmp_path: Path, capsys) -> None:
    out = tmp_path / "run.json"
    assert main(["train", drawn, "--steps", "30", "--learning-rate", "100", "--out", str(out)]) == 0
    assert "NaN" not in out.read_text()
    json.loads(out.read_text())
    capsys.readouterr()


def test_the_figures_of_a_run_are_written_as_html(drawn, tmp_path: Path) -> None:
    out = tmp_path / "run.html"
    assert main(["train", drawn, "--steps", "2", "--out", str(out)]) == 0
    text = out.read_text()
    assert text.count("Plotly.newPlot(") == 3
    assert "<h1>So far, " in text


def test_a_network_is_exported(drawn, tmp_path: Path, capsys) -> None:
    assert main(["export", drawn, "pytorch"]) == 0
    assert capsys.readouterr().out.rstrip() == export.pytorch(NETWORK, (64,), 10).rstrip()
    assert main(["export", "unet", "json"]) == 0
    assert Network.from_json(capsys.readouterr().out) == presets.load("unet")
    out = tmp_path / "net.tex"
    assert main(["export", drawn, "latex", "--out", str(out)]) == 0
    assert out.read_text().rstrip() == export.latex(NETWORK).rstrip()


@pytest.mark.parametrize("name", sorted({*presets.names()} - {"dense_784_skip"}))
def test_every_preset_is_exported_with_the_shapes_it_has(name: str, tmp_path: Path) -> None:
    out = tmp_path / "net.py"
    assert main(["export", name, "pytorch", "--out", str(out)]) == 0
    compile(out.read_text(), str(out), "exec")


def test_a_preset_is_trained_on_the_data_and_with_the_rate_it_is_meant_for(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    assert main(["train", "resnet8_digits", "--steps", "1", "--out", str(out)]) == 0
    settings = json.loads(out.read_text())["settings"]
    assert settings["data"] == "digits_images"
    assert main(["train", "highway", "--steps", "1", "--out", str(out)]) == 0
    assert json.loads(out.read_text())["settings"]["learning_rate"] == 0.1


def test_a_study_prints_a_table_and_writes_files(tmp_path: Path, capsys) -> None:
    study = tmp_path / "small.toml"
    study.write_text('depth = [2, 3]\nwidth = 8\npattern = ["none", "ends"]\nseeds = 2\n')
    out, table = tmp_path / "small.sqlite", tmp_path / "small.csv"
    asked = ["study", str(study), "--out", str(out), "--csv", str(table), "--workers", "1"]
    assert main(asked) == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[0] == f"8 of 8 runs in {out}, 0 failed."
    assert [line.split()[0] for line in lines[2:]] == ["pattern", "none", "ends"]
    with sqlite3.connect(out) as connection:
        kept = connection.execute("SELECT key, ratio FROM runs").fetchall()
    with table.open() as stream:
        written = {line["key"]: float(line["ratio"]) for line in csv.DictReader(stream)}
    assert written == dict(kept)
    assert all(math.isfinite(ratio) for ratio in written.values())
    assert main(asked) == 0
    assert capsys.readouterr().out == said.out


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ([], "required"),
        (["draw"], "invalid choice: 'draw'"),
        (["train", "defualt"], "defualt is neither a file nor a preset. Did you mean default? All"),
        (["train", "/"], "/ is a folder; give a JSON file, or a preset."),
        (["export", "default", "json", "--data", "spiral"], "'spiral'. Did you mean spirals? Kno"),
        (["train", "default", "--steps", "many"], "invalid int value: 'many'"),
        (["train", "default", "--steps", "-1"], "steps: Input should be greater"),
        (["train", "default", "--arms", "skip,bare"], "There is no arm 'bare'."),
        (["train", "default", "--data", "digitz"], "There is no data set 'digitz'."),
        (["train", "default", "--data", "own"], "data of your own"),
        (["train", "default", "--out", "run.pdf"], "written as .json or .html"),
        (["train", "unet", "--data", "wine"], "."),
        (["train", "default", "--out", "no/run.json"], "there is no folder no"),
        (["export", "default", "json", "--out", "."], "cannot be written: it is a folder"),
        (["study", "depth", "--csv", "no/where.csv"], "no/where.csv cannot be written"),
        (["app", "--address", "no.such.host.invalid"], "Port 8501 of no.such.host.invalid"),
        (["export", "default", "tikz"], "invalid choice: 'tikz'"),
        (["export", "dense_784_skip", "pytorch", "--data", "mnist"], "128"),
        (["study", "nowhere.toml"], "nowhere.toml is no file."),
        (["study", "depth", "--workers", "0"], "--workers must be 1 or more."),
        (["study", "depth", "--out", "no/where.sqlite"], "no/where.sqlite cannot hold results"),
        (["app", "--port", "99999"], "99999 is no port"),
        (["app", "--address", "a" * 64], "is no address."),
        (["app", "--address", "one..two"], "one..two is no address."),
        (["train", "default", "--arms", ","], "--arms names no arm."),
        (["train", "default", "--data", ""], "There is no data set ''."),
        (["export", "default", "json", "--data", "digitz"], "There is no data set 'digitz'."),
        (["export", "plain", "pytorch", "--data", "sonnets"], "layer 1 is no embedding"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_code_2(argv, message, capsys) -> None:
    assert main(argv) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("skipviz: ")
    assert message in said.err
    assert said.err.count("\n") == 1
    assert said.err.count("Known are") <= 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"depth = [", "This is no TOML"),
        (b"deep = 3", "There is no field 'deep'"),
        (b"\xff\xfe\x00", "is no text"),
    ],
)
def test_a_study_that_cannot_be_read_says_why(content, message, tmp_path: Path, capsys) -> None:
    path = tmp_path / "study.toml"
    path.write_bytes(content)
    assert main(["study", str(path), "--out", str(tmp_path / "out.sqlite")]) == 2
    assert message in capsys.readouterr().err


def test_a_cluster_that_is_not_there_is_one_line(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("skipviz.studies.executors.REACHED_WITHIN", 0.5)
    asked = [
        "study",
        "depth",
        "--address",
        "tcp://127.0.0.1:9",
        "--out",
        str(tmp_path / "o.sqlite"),
    ]
    assert main(asked) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("skipviz: There is no scheduler at tcp://127.0.0.1:9")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["nonsense", "tcp://10.0.0.1", "tcp://no.such.host.invalid:8786"]
)
def test_an_address_that_leads_nowhere_is_one_line(address: str, tmp_path: Path, capsys) -> None:
    out = tmp_path / "out.sqlite"
    assert main(["study", "depth", "--address", address, "--out", str(out)]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"skipviz: There is no scheduler at {address}: ")
    assert not out.exists()


def test_a_study_whose_runs_fail_says_why_and_ends_with_code_1(tmp_path: Path, capsys) -> None:
    study = tmp_path / "unfit.toml"
    study.write_text('depth = [2, 3]\ndata = "sonnets"\npattern = "none"\nseeds = 1\n')
    asked = ["study", str(study), "--out", str(tmp_path / "unfit.sqlite"), "--workers", "1"]
    assert main(asked) == 1
    said = capsys.readouterr()
    assert said.out.startswith("2 of 2 runs in ")
    last = said.err.splitlines()[-1]
    assert last.startswith("skipviz: 2 of 2 runs failed. ")
    assert "layer 1 is no embedding" in last


def test_a_full_disk_is_one_line_that_names_the_file(tmp_path: Path, capsys, monkeypatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    out = tmp_path / "net.tex"
    assert main(["export", "plain", "latex", "--out", str(out)]) == 2
    assert capsys.readouterr().err == (
        f"skipviz: {out} cannot be written: No space left on device.\n"
    )


def test_a_download_that_fails_is_one_line(capsys, monkeypatch, recwarn) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise URLError("no way out")

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", unreachable)
    monkeypatch.setattr("skipviz.data.downloads._kept", lambda _, make: make())
    assert main(["train", "plain", "--data", "mnist", "--steps", "1"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "MNIST could not be downloaded from openml.org" in said.err
    assert [str(warned.message) for warned in recwarn] == []


def test_a_terminal_that_lacks_a_letter_gets_its_number() -> None:
    made = subprocess.run(
        [sys.executable, "-c", "from skipviz.cli import main; main([]); print('∂')"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout == "\\u2202\n"


def test_the_app_is_served_with_the_options_given(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def take_place(_: str, command: list[str]) -> NoReturn:
        called.append(command)
        raise SystemExit

    monkeypatch.setattr(serve.os, "execv", take_place)
    port = str(free_port())
    with pytest.raises(SystemExit):
        main(["app", "--port", port, "--headless", "--", "--server.baseUrlPath", "/nets"])
    assert called[0][2:5] == ["streamlit", "run", str(app_folder() / "app.py")]
    assert called[0][5:] == [
        "--server.port", port, "--server.address", "localhost", "--server.headless", "true",
        "--server.baseUrlPath", "/nets",
    ]  # fmt: skip


def test_whoever_ends_the_command_ends_its_server(tmp_path: Path) -> None:
    port = free_port()
    told = [sys.executable, "-m", "skipviz.cli", "app", "--headless", "--port", str(port)]
    with running(told, tmp_path / "app.log", ROOT, port) as (_, process):
        os.kill(process, signal.SIGTERM)
        os.waitpid(process, 0)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_a_port_that_is_taken_is_one_line(capsys) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert main(["app", "--address", "127.0.0.1", "--port", port]) == 2
    assert capsys.readouterr().err.startswith(f"skipviz: Port {port} of 127.0.0.1: ")


def test_what_is_wrong_with_the_fields_of_a_file_is_a_line_each(tmp_path: Path, capsys) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"a": 1}')
    assert main(["train", str(path)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first == f"skipviz: {path}: layers: this field is missing."
    assert second.startswith(f"skipviz: {path}: a: there is no such field. Fields are layers, ")


def test_help_names_no_default_where_there_is_none(capsys) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "None" not in capsys.readouterr().out


def test_a_network_that_cannot_be_read_is_named(tmp_path: Path, capsys) -> None:
    path = tmp_path / "drawn.json"
    path.write_text('{"layers": [')
    assert main(["export", str(path), "json"]) == 2
    assert capsys.readouterr().err.startswith(f"skipviz: {path}: Invalid JSON")


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path, capsys) -> None:
    path = tmp_path / "drawn.json"
    path.write_text(presets.load("default").to_json(), encoding="utf-8-sig")
    assert main(["export", str(path), "json"]) == 0
    assert Network.from_json(capsys.readouterr().out) == presets.load("default")


def test_an_integer_too_long_to_read_is_one_line(tmp_path: Path, capsys) -> None:
    path = tmp_path / "long.toml"
    path.write_text(f"steps = {'9' * 5000}", encoding="utf-8-sig")
    assert main(["study", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"skipviz: {path}: This is no TOML: ")
    assert len(said) < 300


def test_whoever_has_read_enough_closes_the_pipe() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "skipviz", "export", "resnet110", "latex"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_the_version_is_that_of_the_package(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"skipviz {skipviz.__version__}\n"


def test_every_command_of_the_docs_can_be_given() -> None:
    texts = "".join(p.read_text() for p in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
    given = re.findall(r"\bskipviz ((?:app|train|study|export|list) [^`\n]+)", texts)
    told = [shlex.split(command, comments=True) for command in given]
    assert len(told) > 6
    for argv in told:
        assert _parser().parse_args(argv).run


@pytest.mark.parametrize(("what", "kind"), [("presets", presets), ("data", data)])
def test_all_names_that_can_be_given_are_listed(what: str, kind: ModuleType, capsys) -> None:
    assert main(["list", what]) == 0
    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert listed == [[name, kind.info(name).title] for name in kind.names()]


def test_help_lists_the_commands(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert {"study", "train", "export", "list", "app"} <= set(capsys.readouterr().out.split())
