"""What an operator reads of the jobs: a line of JSON where one starts and where it ends.

The lines go to the logger "skipviz.jobs", most at level INFO, which nobody hears unless told to.
"""

import json
import logging
from datetime import UTC, datetime

LOGGER = logging.getLogger("skipviz.jobs")


def write(event: str, **facts: object) -> None:
    """One line: when, what, and the facts that are known."""
    _log(logging.INFO, event, facts)


def warn(event: str, **facts: object) -> None:
    """The same of what somebody has to do something about: it is heard without being asked for."""
    _log(logging.WARNING, event, facts)


def _log(level: int, event: str, facts: dict[str, object]) -> None:
    if not LOGGER.isEnabledFor(level):
        return
    known = {name: fact for name, fact in facts.items() if fact is not None}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    LOGGER.log(level, json.dumps({"time": at, "event": event, **known}))
