"""`skipviz open`: a model of one's own, trained here and shown live in the browser."""

import argparse
import contextlib
import sys
import threading
from pathlib import Path
from typing import Any

from skipviz.cli.errors import CommandError
from skipviz.language import _
from skipviz.text import sentences


def declare(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("open", help=_("train a model of your own, and see it live"))
    parser.add_argument(
        "file",
        metavar="FILE.py:FUNCTION",
        help=_("a function that returns model, loss, batches (and what makes an optimizer)"),
    )
    parser.add_argument("--steps", type=int, help=_("steps of training; by default until stopped"))
    parser.add_argument(
        "--shares-every", type=int, default=0, metavar="K",
        help=_("measure the share of every skip in every K-th step (0: never)"),
    )  # fmt: skip
    parser.add_argument("--port", type=int, help=_("of the page; by default a free one"))
    parser.add_argument("--no-browser", action="store_true", help=_("open no browser"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train to the end, and let the page stand until Ctrl+C; the exit code."""
    _check(arguments)
    from skipviz.engine.own_model.errors import WatchError
    from skipviz.engine.own_model.live_training import LiveTraining
    from skipviz.engine.own_model.own_file import built, told_of
    from skipviz.own_model.live.page_server import PageServer, free_port
    from skipviz.own_model.live.source import GONE, Source

    port = free_port(arguments.port)  # before the model is built, which takes its time
    path = Path(arguments.file.rpartition(":")[0])
    source = Source()
    why: str = _(GONE)
    try:
        if sys.stderr.isatty():
            said = _("Building {file}; one forward pass ..", file=arguments.file)
            print(said, file=sys.stderr, flush=True)
        own = built(arguments.file)
        with told_of(path, _("the first forward pass")):
            training = LiveTraining(own, source, arguments.steps, arguments.shares_every)
        server = PageServer(source, port)
        server.open(browser=not arguments.no_browser)
        with told_of(path, _("training")):
            why = training.run()
        source.tell_state(doing="ended", why=why)
        print(sentences([why, _("The page stands until you press Ctrl+C.")]), flush=True)
        _stand()
    except WatchError as error:
        why = str(error)
        raise CommandError(why) from error
    finally:
        source.close(why)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    if arguments.file.endswith(".json"):
        raise CommandError(
            _(
                "{file}: a run that was saved is opened on the page Your model (skipviz "
                "app, there Bring your own), or by sv.load_run.",
                file=arguments.file,
            )
        )
    if arguments.steps is not None and arguments.steps < 1:
        raise CommandError(_("--steps counts from 1; {steps} is none.", steps=arguments.steps))
    if arguments.shares_every < 0:
        raise CommandError(
            _("--shares-every counts steps; it cannot be {steps}.", steps=arguments.shares_every)
        )
    if arguments.port is not None and not 0 < arguments.port < 65536:
        raise CommandError(_("{port} is no port; take one from 1 to 65535.", port=arguments.port))


def _stand() -> None:
    """Until the process is ended."""
    never = threading.Event()
    with contextlib.suppress(KeyboardInterrupt):
        while not never.wait(3600):
            pass
