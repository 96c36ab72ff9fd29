"""What is said of a file that is no run of a model: what it is, and what to give in its place."""

import json

from skipviz.language import N_, _
from skipviz.text import sentences

_ZIP = b"PK"
_WRITES = N_("Give the JSON that watch.save or sv.save_run wrote.")


def said_of_no_json(error: ValueError | RecursionError, text: bytes, name: str) -> str:
    """What bytes are in which there is no JSON, and what to give in their place."""
    at = {"name": name}
    if not text.strip():
        what = N_("{name} is empty.")
    elif text.startswith(_ZIP):
        what = N_(
            "{name} is a ZIP archive, as weights and runs of drawn networks (NPZ) are: it holds no "
            "run of a model."
        )
    elif isinstance(error, UnicodeDecodeError) or b"\0" in text:
        what = N_("{name} is no text, so it holds no run of a model.")
    elif isinstance(error, json.JSONDecodeError):
        what = N_("{name} is no run of a model: line {line} is no JSON at column {column}.")
        at |= {"line": str(error.lineno), "column": str(error.colno)}
    elif isinstance(error, RecursionError):
        what = N_("{name} is no run of a model: it is nested too deeply.")
    else:
        what = N_("{name} is no run of a model: a number in it has too many digits.")
    return sentences([_(what, **at), _(_WRITES)])


def said_of_another(told: object, name: str) -> str:
    """What a JSON file holds that was written for something else."""
    what = N_("{name} is no run of a model: it has no field structure.")
    if not isinstance(told, dict):
        what = N_("{name} is no run of a model: it holds no fields.")
    elif {"network", "settings", "summary"} <= told.keys():
        what = N_(
            "{name} is a summary that skipviz train wrote, for other programs: it has the verdict "
            "and curves, not the whole run."
        )
    elif "layers" in told:
        what = N_("{name} is a drawn network, not a run: sv.Network.from_json reads it.")
    return sentences([_(what, name=name), _(_WRITES)])
