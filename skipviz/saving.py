"""The public door to runs as files: of drawn networks (npz) and of models of one's own (JSON)."""

from pathlib import Path

from skipviz.data import DataError
from skipviz.language import N_, _
from skipviz.own_model import saved
from skipviz.own_model.run import ModelRun
from skipviz.runs.given import takes_run
from skipviz.runs.run import Run

_ZIP = b"PK"
_EMPTY = N_("{file} is empty: copy it again, or save the run again with run.save.")
_NO_NPZ = N_(
    "{file} is damaged, or no NPZ: it does not begin as one does, a ZIP archive. Copy it again, "
    "or save the run again with run.save."
)


@takes_run
def save_run(run: Run | ModelRun, path: str | Path) -> None:
    """Write a run: measured numbers, and what they are of; no weights, no code, no pickle.

    That of a drawn network as `run.save` does, equal to the bit. That of a model of one's own as
    JSON: names of modules, files and lines, and numbers; more than four million are thinned to
    evenly spaced steps, the last among them. ValueError for what is no run, and where such a model
    has more layers or skips than a file may hold.

    >>> import skipviz as sv
    >>> import tempfile, torch
    >>> from pathlib import Path
    >>> from skipviz.engine.own_model.examples import residual_mlp
    >>> data = [torch.randn(4, 8)]
    >>> run = sv.compare(residual_mlp(), lambda net, x: net(x).square().mean(), data, steps=2)
    >>> file = Path(tempfile.mkdtemp()) / "run.json"
    >>> sv.save_run(run, file)
    >>> sv.load_run(file).arms
    ('skip', 'plain')
    """
    if isinstance(run, Run):
        run.save(path)
    else:
        saved.save_run(run, path)


def load_run(path: str | Path) -> Run | ModelRun:
    """The run that `run.save`, `watch.save` or `sv.save_run` wrote, of whichever kind it is.

    DataError, a ValueError, says what is wrong with a file that holds none.

    >>> import skipviz as sv
    >>> import tempfile
    >>> from pathlib import Path
    >>> run = sv.train(sv.Network.mlp(depth=3, width=8, skips=((1, 3),)), steps=3)
    >>> file = Path(tempfile.mkdtemp()) / "run.npz"
    >>> run.save(file)
    >>> str(sv.load_run(file).summary()["verdict"]) == str(run.summary()["verdict"])
    True
    """
    with Path(path).open("rb") as file:
        start = file.read(len(_ZIP))
    if start == _ZIP:
        return Run.load(path)
    if Path(path).suffix.lower() == ".npz":
        form = _NO_NPZ if start else _EMPTY
        raise DataError(_(form, file=Path(path).name))
    return saved.load_run(path)
