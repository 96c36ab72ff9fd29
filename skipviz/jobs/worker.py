"""The worker process: trains or computes, sends news in batches, obeys commands in between."""

import importlib
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from skipviz.data import DataError
from skipviz.engine.training.memory import keep_freed_memory
from skipviz.jobs.memory import hold_memory, words_of
from skipviz.jobs.messages import Bounds, Command, Computation, Report, Task
from skipviz.network import NetworkError

SEND_EVERY = 1 / 30  # seconds between reports: what is watched live moves so often


def work(link: Connection, task: Task | Computation, bounds: Bounds) -> None:
    """Entry point of the process. Ends with the task, a stop, or the end of its server."""
    import torch

    torch.set_num_threads(1)
    keep_freed_memory()
    if not torch.cuda.is_available():  # the driver of a GPU maps far more than it uses
        hold_memory(bounds.memory)
    unsent: list[Any] = []
    try:
        _worker(link, task, unsent, min(task.seconds, bounds.seconds)).run()
    except (BrokenPipeError, EOFError, ConnectionResetError):
        os._exit(0)  # the server or its session is gone: nobody is left to tell
    except (DataError, NetworkError) as error:  # they say where, what and how to fix it
        link.send(Report(unsent, ended=True, error=str(error)))
    except Exception as error:
        told = words_of(error, bounds.memory) or f"{type(error).__name__}: {error}"
        link.send(Report(unsent, ended=True, error=told))


def _worker(
    link: Connection, task: Task | Computation, unsent: list[Any], seconds: float
) -> "_Worker":
    if isinstance(task, Task):
        return _Trainer(link, task, unsent, seconds)
    return _Computer(link, task, unsent, seconds)


class _Worker:
    """Goes on step by step, and in between sends news and takes commands."""

    def __init__(self, link: Connection, seconds: float, unsent: list[Any]) -> None:
        self._link = link
        self._deadline = time.monotonic() + seconds
        self._unsent = unsent
        self._sent_at = 0.0
        self._paused = False
        self._stopped = False

    def run(self) -> None:
        while not self._over():
            self._obey()
            if not self._paused and not self._stopped:
                self._go_on()
        late = time.monotonic() >= self._deadline
        self._send(Report(self._unsent, ended=True, error=_TIME_IS_UP if late else None))

    def _finished(self) -> bool:
        raise NotImplementedError

    def _step(self) -> None:
        """One step; its news go to `_unsent`."""
        raise NotImplementedError

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

    def _flush(self) -> None:
        self._send(Report(self._unsent, paused=self._paused))

    def _send(self, report: Report) -> None:
        self._link.send(report)
        self._unsent.clear()
        self._sent_at = time.monotonic()


class _Trainer(_Worker):
    def __init__(self, link: Connection, task: Task, unsent: list[Any], seconds: float) -> None:
        from skipviz.engine.training.trainer import Trainer

        self._trainer = Trainer(task.network, task.settings, task.own)
        super().__init__(link, seconds, unsent)

    def _finished(self) -> bool:
        return self._trainer.finished

    def _step(self) -> None:
        self._unsent.append(self._trainer.step())

    def _take(self, command: Command) -> None:
        if command.word == "learning_rate":
            self._trainer.set_learning_rate(command.value)
        super()._take(command)


class _Computer(_Worker):
    def __init__(
        self, link: Connection, computation: Computation, unsent: list[Any], seconds: float
    ) -> None:
        module, name = computation.function.split(":")
        function = getattr(importlib.import_module(module), name)
        self._going: Iterator[Any] = function(**computation.arguments)
        self._exhausted = False
        super().__init__(link, seconds, unsent)

    def _finished(self) -> bool:
        return self._exhausted

    def _step(self) -> None:
        try:
            self._unsent.append(next(self._going))
        except StopIteration:
            self._exhausted = True


_PAUSE_NAP = 0.2  # seconds; a paused worker still notices when its server is gone
_TIME_IS_UP = "The time limit was reached. What was measured until then is kept."
