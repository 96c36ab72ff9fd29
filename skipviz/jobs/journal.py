"""What an operator reads of the jobs: a line of JSON where one starts and where it ends.

The lines go to the logger "skipviz.jobs" at level INFO, which nobody hears unless told to.
"""

import json
import logging
from datetime import UTC, datetime

LOGGER = logging.getLogger("skipviz.jobs")


def write(event: str, **facts: object) -> None:
    """One line: when, what, and the facts that are known."""
    if not LOGGER.isEnabledFor(logging.INFO):
        return
    known = {name: fact for name, fact in facts.items() if fact is not None}
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    LOGGER.info(json.dumps({"time": at, "event": event, **known}))
