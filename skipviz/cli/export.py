"""`skipviz export`: a network as PyTorch source, as equations, or as JSON."""

import argparse
from pathlib import Path
from typing import Any

from skipviz.cli import outputs
from skipviz.cli.networks import data_of, network_of, shapes_of
from skipviz.language import _
from skipviz.network import Network


def declare(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("export", help=_("PyTorch source, LaTeX or JSON of a network"))
    parser.add_argument("network", metavar="NETWORK", help=_("a preset, or a JSON file"))
    parser.add_argument("format", choices=["pytorch", "latex", "json"])
    parser.add_argument("--data", help=_("data set that gives the shapes (those of the preset)"))
    parser.add_argument("--out", type=Path, help=_("file to write; without it, standard output"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the text; the exit code."""
    outputs.writable(arguments.out)
    data_of(arguments.network, arguments.data)  # a name that is none is refused in every format
    text = _text(network_of(arguments.network), arguments)
    if arguments.out is None:
        print(text)
    else:
        outputs.write(arguments.out, text + "\n")
    return 0


def _text(network: Network, arguments: argparse.Namespace) -> str:
    from skipviz import export

    if arguments.format == "json":
        return network.to_json()
    if arguments.format == "latex":
        return export.latex(network).rstrip("\n")
    shape, outputs = shapes_of(network, arguments.network, arguments.data)
    return export.pytorch(network, shape, outputs).rstrip("\n")
