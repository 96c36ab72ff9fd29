"""Networks named on the command line: a preset, or a file of `Network.to_json`."""

from pathlib import Path

from skipviz import data, presets
from skipviz.cli.faults import CommandError
from skipviz.data import DataInfo
from skipviz.network import Network, NetworkError


def network_of(name: str) -> Network:
    """The network; CommandError when there is none, or when the file holds none."""
    if name in presets.names():
        return presets.load(name)
    path = Path(name)
    if not path.is_file():
        raise CommandError(
            f"{name} is neither a file nor a preset. Presets are {', '.join(presets.names())}."
        )
    try:
        return Network.from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CommandError(f"{name} is no text, so it holds no network.") from None
    except NetworkError as error:
        raise CommandError(f"{name}: {error}") from None


def data_of(name: str, chosen: str | None) -> DataInfo:
    """The data set asked for, else the one a preset is meant for, else the digits."""
    meant = data.meant_for(name) if name in presets.names() else None
    try:
        return data.info(chosen or meant or "digits")
    except ValueError as error:
        raise CommandError(f"{error} Known are {', '.join(data.names())}.") from None


def shapes_of(name: str, chosen: str | None) -> tuple[tuple[int, ...], int]:
    """Shape of a sample and number of outputs: of the data asked for, else those of a preset."""
    if chosen is None and name in presets.names():
        return presets.info(name).input_shape, presets.info(name).outputs
    about = data_of(name, chosen)
    return about.input_shape, about.outputs
