"""The worker process: computes, sends results in batches, obeys commands in between."""

import gc
import math
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from skipviz.data import DataError
from skipviz.engine.training.memory import keep_freed_memory
from skipviz.jobs.memory import hold_memory, most_held, words_of
from skipviz.jobs.messages import Answering, Bounds, Command, Report, Steered
from skipviz.language import _
from skipviz.network import NetworkError
from skipviz.request import Request

SEND_EVERY = 1 / 30  # seconds between reports: what is watched live moves so often


def work(
    link: Connection, answer: Answering, request: Request[Any], bounds: Bounds, number: int = 0
) -> None:
    """Entry point of the process. Ends with the answer, a stop, or the end of its server.

    Of several GPUs it uses one by its `number` among those that run beside it.
    """
    import torch

    from skipviz.engine.training.devices import take_turns

    gc.freeze()  # to look through what came with the fork would copy it: 0.4 s
    torch.set_num_threads(1)
    take_turns(number)
    keep_freed_memory()
    if not torch.cuda.is_available():  # the driver of a GPU maps far more than it uses
        hold_memory(bounds.memory)
    unsent: list[Any] = []
    try:
        _Worker(link, answer(request), unsent, bounds.seconds).run()
    except (BrokenPipeError, EOFError, ConnectionResetError):
        os._exit(0)  # the server or its session is gone: nobody is left to tell
    except (DataError, NetworkError) as error:  # they say where, what and how to fix it
        link.send(Report(unsent, ended=True, error=str(error), memory=most_held()))
    except Exception as error:
        told = words_of(error, bounds.memory) or _(
            "{kind}: {error}", kind=type(error).__name__, error=str(error)
        )
        link.send(Report(unsent, ended=True, error=told, memory=most_held()))


class _Worker:
    """Goes on step by step, and in between sends what came and takes commands."""

    def __init__(
        self, link: Connection, going: Iterator[Any], unsent: list[Any], seconds: float
    ) -> None:
        self._link = link
        self._going = going
        self._steered = going if isinstance(going, Steered) else None
        self._seconds = seconds
        self._deadline = math.inf  # the clock starts with the first result, not with the imports
        self._unsent = unsent
        self._sent_at = 0.0
        self._paused = self._stopped = self._exhausted = False

    def run(self) -> None:
        while not self._over():
            self._obey()
            if not self._paused and not self._stopped:
                self._go_on()
        late = not self._stopped and not self._finished()
        left = self._steered.left() if self._steered is not None else None
        self._send(Report(self._unsent, ended=True, late=late, memory=most_held(), left=left))

    def _finished(self) -> bool:
        return self._exhausted or (self._steered is not None and self._steered.finished)

    def _step(self) -> None:
        """The next result, if there is one."""
        try:
            self._unsent.append(next(self._going))
        except StopIteration:
            self._exhausted = True
        if self._deadline == math.inf:
            self._deadline = time.monotonic() + self._seconds

    def _over(self) -> bool:
        return self._stopped or self._finished() or time.monotonic() >= self._deadline

    def _go_on(self) -> None:
        self._step()
        if self._unsent and time.monotonic() - self._sent_at >= SEND_EVERY:
            self._flush()

    def _obey(self) -> None:
        """Take all waiting commands; while paused, wait for one instead of spinning."""
        while self._link.poll(_PAUSE_NAP if self._paused else 0):
            command: Command = self._link.recv()
            self._take(command)
            self._flush()
            if command.word == "stop":
                return

    def _take(self, command: Command) -> None:
        match command.word:
            case "pause" | "resume":
                self._paused = command.word == "pause"
            case "step":
                self._paused = True
                if not self._finished():
                    self._step()
            case "stop":
                self._stopped = True
            case "learning_rate":
                if self._steered is not None:
                    self._steered.set_learning_rate(command.value)

    def _flush(self) -> None:
        self._send(Report(self._unsent, paused=self._paused))

    def _send(self, report: Report) -> None:
        self._link.send(report)
        self._unsent.clear()
        self._sent_at = time.monotonic()


_PAUSE_NAP = 0.2  # seconds; a paused worker still notices when its server is gone
