"""A model in a Python file of the user's: loaded here, by its path, and never from elsewhere."""

import importlib.util
import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn
from torch.optim import Optimizer

from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.trained_arm import Loss, MakeOptimizer, sgd
from skipviz.language import N_, _, _n

WANTED = N_("model, loss, batches or model, loss, batches, optimizer")
_NAME = "skipviz_own_model"


@dataclass(frozen=True)
class Built:
    """What the function of the file has made."""

    model: nn.Module
    loss: Loss
    batches: Iterable[Any]
    optimizer: MakeOptimizer


def built(where: str) -> Built:
    """What `my_model.py:build` makes; WatchError says in one line what is wrong with it."""
    text, colon, name = where.rpartition(":")
    if not colon or not name.isidentifier():
        raise WatchError(
            _("{place}: say which function makes the model, as in my_model.py:build.", place=where)
        )
    path = Path(text)
    if not path.is_file():
        raise WatchError(_("{file}: there is no such file.", file=text))
    if path.suffix != ".py":
        raise WatchError(_("{file}: only a Python file (.py) is opened.", file=text))
    make = _function(path.resolve(), name)
    with told_of(path, f"{name}()"):
        made = make()
    return _checked(made, f"{path.name}: {name}()")


def _function(path: Path, name: str) -> Callable[[], object]:
    """The function of this name, which can be called without arguments."""
    spec = importlib.util.spec_from_file_location(_NAME, path)
    assert spec is not None  # it is a file that ends in .py
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))  # as where it is run as a script
    sys.modules[_NAME] = module  # for what looks up its own module, as dataclasses do
    with told_of(path, _("the file")):
        spec.loader.exec_module(module)
    found = getattr(module, name, None)
    if not callable(found):
        known = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        raise WatchError(
            _(
                "{file}: there is no function {name}. It has {known}.",
                file=path.name,
                name=name,
                known=", ".join(known) or _("none"),
            )
        )
    needed = [each.name for each in inspect.signature(found).parameters.values()
              if each.default is each.empty and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]  # noqa: E501  # fmt: skip
    if needed:
        raise WatchError(
            _(
                "{file}: {name}() is called without arguments; it asks for {needed}.",
                file=path.name,
                name=name,
                needed=", ".join(needed),
            )
        )
    return found  # type: ignore[no-any-return]


def _checked(made: object, said: str) -> Built:
    if not isinstance(made, tuple | list) or len(made) not in (3, 4):
        what = (
            _n("{count} thing", "{count} things", len(made))
            if isinstance(made, tuple | list)
            else _kind(made)
        )
        raise WatchError(
            _(
                "{said} has to return {wanted}: it returned {what}.",
                said=said,
                wanted=_(WANTED),
                what=what,
            )
        )
    model, loss, batches, *more = made
    optimizer = more[0] if more else sgd
    if not isinstance(model, nn.Module):
        raise WatchError(
            _(
                "{said}: the model has to be a torch.nn.Module: got {kind}.",
                said=said,
                kind=_kind(model),
            )
        )
    if not callable(loss):
        raise WatchError(
            _(
                "{said}: the loss has to be a function, loss(model, batch): got {kind}.",
                said=said,
                kind=_kind(loss),
            )
        )
    if not isinstance(batches, Iterable):
        raise WatchError(
            _(
                "{said}: the batches have to be a list or a DataLoader: got {kind}.",
                said=said,
                kind=_kind(batches),
            )
        )
    if isinstance(optimizer, Optimizer) or not callable(optimizer):
        raise WatchError(
            _(
                "{said}: the optimizer has to be a function that makes one out of parameters, as "
                "lambda parameters: torch.optim.SGD(parameters, lr=0.1) does: {kind}.",
                said=said,
                kind=_kind(optimizer),
            )
        )
    return Built(model, loss, batches, optimizer)


def _kind(value: object) -> str:
    return type(value).__name__


@contextmanager
def told_of(path: Path, doing: str) -> Iterator[None]:
    """What goes wrong in the user's code, in one line, with the line of theirs."""
    try:
        yield
    except WatchError:
        raise
    except (Exception, SystemExit) as error:
        lines = [each.lineno for each in traceback.extract_tb(error.__traceback__)
                 if Path(each.filename).resolve() == path.resolve()]  # fmt: skip
        line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
        at = _("{file}, line {line}", file=path.name, line=line) if line else path.name
        message = f"{_kind(error)}: {' '.join(str(error).split())[:500]}"
        said = _("{place}: {doing} failed: {error}", place=at, doing=doing, error=message)
        raise WatchError(said) from error
