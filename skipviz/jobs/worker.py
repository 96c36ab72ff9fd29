"""The worker process: trains, sends frames in batches, obeys commands between steps."""

import os
import time
from multiprocessing.connection import Connection

from skipviz.jobs.messages import Command, Report, Task
from skipviz.network import NetworkError
from skipviz.training.frame import Frame
from skipviz.training.memory import keep_freed_memory

SEND_EVERY = 0.1  # seconds between reports; the page draws about twice a second


def work(link: Connection, task: Task) -> None:
    """Entry point of the process. Ends with the task, a stop, or the end of its server."""
    import torch

    torch.set_num_threads(1)
    keep_freed_memory()
    try:
        _Worker(link, task).run()
    except (BrokenPipeError, EOFError, ConnectionResetError):
        os._exit(0)  # the server or its session is gone: nobody is left to tell
    except NetworkError as error:
        link.send(Report(ended=True, error=str(error)))
    except Exception as error:
        link.send(Report(ended=True, error=f"{type(error).__name__}: {error}"))


class _Worker:
    def __init__(self, link: Connection, task: Task) -> None:
        from skipviz.training.trainer import Trainer

        self._link = link
        self._trainer = Trainer(task.network, task.settings, task.own)
        self._deadline = time.monotonic() + task.seconds
        self._unsent: list[Frame] = []
        self._sent_at = 0.0
        self._paused = False
        self._stopped = False

    def run(self) -> None:
        while not self._over():
            self._obey()
            if not self._paused and not self._stopped:
                self._step()
        late = time.monotonic() >= self._deadline
        self._send(Report(self._unsent, ended=True, error=_TIME_IS_UP if late else None))

    def _over(self) -> bool:
        return self._stopped or self._trainer.finished or time.monotonic() >= self._deadline

    def _step(self) -> None:
        self._unsent.append(self._trainer.step())
        if time.monotonic() - self._sent_at >= SEND_EVERY:
            self._flush()

    def _obey(self) -> None:
        """Take all waiting commands; while paused, wait for one instead of spinning."""
        while self._link.poll(_PAUSE_NAP if self._paused else 0):
            command: Command = self._link.recv()
            self._take(command)
            if command.word == "stop":
                return

    def _take(self, command: Command) -> None:
        match command.word:
            case "pause" | "resume":
                self._paused = command.word == "pause"
            case "step":
                self._paused = True
                if not self._trainer.finished:
                    self._unsent.append(self._trainer.step())
            case "stop":
                self._stopped = True
            case "learning_rate":
                self._trainer.set_learning_rate(command.value)
        self._flush()

    def _flush(self) -> None:
        self._send(Report(self._unsent, paused=self._paused))

    def _send(self, report: Report) -> None:
        self._link.send(report)
        self._unsent = []
        self._sent_at = time.monotonic()


_PAUSE_NAP = 0.2  # seconds; a paused worker still notices when its server is gone
_TIME_IS_UP = "The run reached its time limit. What was measured until then is kept."
