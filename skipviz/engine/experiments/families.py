"""The networks that a variant has at several depths, one after the other."""

from collections.abc import Iterator
from dataclasses import replace

from skipviz.experiments.parts import Cosines, LastFeedForward, Variant


def each_network(part: Cosines | LastFeedForward) -> Iterator[tuple[Variant, int, float]]:
    """A variant at one depth, its number of blocks, and how much of all is done with it, to 1."""
    total, done = sum(map(len, part.by_depth.values())), 0
    for variant in part.variants:
        for depth, network in part.by_depth[variant.name].items():
            done += 1
            yield replace(variant, network=network), depth, done / total
