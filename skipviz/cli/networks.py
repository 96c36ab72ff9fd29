"""Networks named on the command line: a preset, or a file of `Network.to_json`."""

from pathlib import Path

from skipviz import data, presets
from skipviz.cli.errors import CommandError
from skipviz.data import DataInfo, compatibility_problems
from skipviz.data.catalogue import OWN
from skipviz.language import _
from skipviz.network import Network, NetworkError
from skipviz.text import meant, sentences

_LISTING = "skipviz list presets"


def network_of(name: str) -> Network:
    """The network; CommandError when there is none, or when the file holds none."""
    if name in presets.names():
        return presets.load(name)
    path = Path(name)
    if path.is_dir():
        raise CommandError(_("{name} is a folder; give a JSON file, or a preset.", name=name))
    if not path.is_file():
        raise CommandError(_neither(name))
    try:
        return Network.from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise CommandError(_("{name} is no text, so it holds no network.", name=name)) from None
    except NetworkError as error:
        said = [_("{where}: {problem}", where=name, problem=str(p)) for p in error.problems]
        raise CommandError("\n".join(said)) from None


def _neither(name: str) -> str:
    near = meant(name, presets.names())
    said = [_("{name} is neither a file nor a preset.", name=name)]
    said += [_("Did you mean {near}?", near=near)] if near else []
    return sentences([*said, _("All presets: {command}", command=_LISTING)])


def data_of(name: str, chosen: str | None) -> DataInfo:
    """The data set asked for, else the one a preset is meant for, else the digits."""
    meant = data.default_for(name) if name in presets.names() else None
    try:
        return data.info(chosen if chosen is not None else meant or "digits")
    except ValueError as error:
        said = [str(error)]
        if chosen == OWN:
            said.append(_("Known are {known}.", known=", ".join(data.names())))
        raise CommandError(sentences(said)) from None


def shapes_of(network: Network, name: str, chosen: str | None) -> tuple[tuple[int, ...], int]:
    """Shape of a sample and number of outputs: of the data asked for, else those of a preset.

    NetworkError where the network does not fit them.
    """
    if chosen is None and name in presets.names():
        shape, outputs = presets.info(name).input_shape, presets.info(name).outputs
        problems = network.check(shape, outputs)
    else:
        about = data_of(name, chosen)
        shape, outputs, resolved = about.input_shape, about.outputs, about.resolve(network)
        # without a choice the data are a guess, of which only the shapes count
        problems = compatibility_problems(resolved, about) if chosen else resolved.check()
    if problems:
        raise NetworkError(problems)
    return shape, outputs
