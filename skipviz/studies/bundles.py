"""Runs that are computed together, as replicas in one stack.

Runs of one network on the same data differ in arm and seed: that is what a stack is made of. Runs
whose networks are the same chain with different plain add skips are put into one as well: the
network holds the skips of all, and each run has gains of 0 on those it lacks, which adds
0 times a state (exactly nothing, as long as the states are finite). Every module draws
from a random stream of its own, so the weights are those the run would have alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skipviz import data
from skipviz.arms import Arm, Gain
from skipviz.data import DataInfo
from skipviz.network import Add, AnySkip, Network, NetworkError
from skipviz.settings import MAX_REPLICAS, Settings
from skipviz.studies.results import Result
from skipviz.studies.trials import Trial

MOST_ARMS = 16  # of a run's settings
MOST_SEEDS = 10
SECONDS_PER_CALL, SECONDS_PER_MAC = 1.5e-4, 2e-10
STEPS_TO_BUILD = 3  # what setting up a stack takes, in steps

_SAID_OF_PLAIN = {"kind", "source", "target", "join"}
_Group = Sequence[tuple[Trial, Network]]


@dataclass(frozen=True)
class Variant:
    """A network and an arm, and the runs of them, one per seed, in order of seed."""

    network: Network
    arm: Arm
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Bundle:
    """Variants of one chain over the same consecutive seeds."""

    variants: tuple[Variant, ...]

    @property
    def trials(self) -> list[Trial]:
        """All its runs, variant by variant: the order of the replicas in the stack."""
        return [trial for variant in self.variants for trial in variant.trials]

    @property
    def network(self) -> Network:
        """The chain with the skips of all variants."""
        networks = [variant.network for variant in self.variants]
        skips = {skip.ends: skip for network in networks for skip in network.skips}
        merged = list(skips.values())
        return networks[0].model_copy(update={"skips": tuple(merged)})

    @property
    def settings(self) -> Settings:
        """What the stack is trained with: an arm per variant, named by its place."""
        first, count = self.variants[0].trials[0], len(self.variants[0].trials)
        own = [_arm(str(i), v, self.network) for i, v in enumerate(self.variants)]
        fields = {"arms": [arm.name for arm in own], "own_arms": own}
        fields |= {"seed": first.seed, "seeds": count}
        return Settings.model_validate(dict(first.settings) | fields)

    @property
    def cost(self) -> float:
        """About how many seconds it takes on one core: calls, and multiply-accumulates.

        Measured on a core of 2020 or so; a bundle is right within a factor of three.
        """
        first, merged = self.variants[0].trials[0], self.network
        info = data.info(first.settings.data)
        calls = merged.depth + len(merged.skips)
        macs = _macs(self.variants[0].network, info)
        batch = first.settings.batch_size * len(self.trials)
        step = calls * SECONDS_PER_CALL + 3 * macs * batch * SECONDS_PER_MAC
        return step * (first.settings.steps + STEPS_TO_BUILD)

    def halves(self) -> "tuple[Bundle, Bundle]":
        """Half of the variants each, or where there is only one, half of the seeds each."""
        middle = len(self.variants) // 2
        if middle:
            return Bundle(self.variants[:middle]), Bundle(self.variants[middle:])
        (only,) = self.variants
        middle = len(only.trials) // 2
        parts = only.trials[:middle], only.trials[middle:]
        first, second = (Variant(only.network, only.arm, part) for part in parts)
        return Bundle((first,)), Bundle((second,))

    def alone(self) -> "list[Bundle]":
        """Each variant for itself."""
        return [Bundle((variant,)) for variant in self.variants]


def _macs(network: Network, info: DataInfo) -> int:
    """Of one sample; none for a network that cannot be built."""
    try:
        return network.count_macs(info.input_shape, info.outputs)
    except NetworkError:
        return 0


def plan(trials: Sequence[Trial]) -> tuple[list[Result], list[Bundle]]:
    """The runs that cannot even be drawn, with the reason, and all others in bundles.

    Each is in one bundle; the order is about that in which they came.
    """
    failed = [Result.failed(trial, trial.error) for trial in trials if trial.network is None]
    chains: dict[str, Network] = {}
    groups: defaultdict[object, list[tuple[Trial, Network]]] = defaultdict(list)
    for trial in trials:
        if trial.network is not None:
            if trial.drawing not in chains:
                chains[trial.drawing] = _chain(trial.network)
            shared = chains[trial.drawing], trial.measure, trial.settings
            groups[shared].append((trial, trial.network))
    return failed, [bundle for group in groups.values() for bundle in _bundled(group)]


def _chain(network: Network) -> Network:
    """What of it must be the same in one stack: all, or where its skips are plain the layers."""
    return network.without_skips() if all(map(_is_plain, network.skips)) else network


def _is_plain(skip: AnySkip) -> bool:
    """An add skip of which nothing is said but where it joins."""
    return isinstance(skip, Add) and skip.model_fields_set <= _SAID_OF_PLAIN


def _bundled(group: _Group) -> Iterator[Bundle]:
    """Variants with the same seeds together, as many as one stack takes."""
    by_seeds: defaultdict[tuple[int, ...], list[Variant]] = defaultdict(list)
    for variant in _variants(group):
        by_seeds[tuple(trial.seed for trial in variant.trials)].append(variant)
    for seeds, variants in by_seeds.items():
        most = min(MOST_ARMS, MAX_REPLICAS // len(seeds))
        taken: list[Variant] = []
        for variant in variants:
            if taken and (len(taken) == most or not _fits(taken, variant)):
                yield Bundle(tuple(taken))
                taken = []
            taken.append(variant)
        yield Bundle(tuple(taken))


def _variants(group: _Group) -> Iterator[Variant]:
    """Runs of one network and arm, in stretches of consecutive seeds."""
    alike: defaultdict[tuple[str, str], list[Trial]] = defaultdict(list)
    networks: dict[str, Network] = {}
    for trial, network in group:
        alike[trial.drawing, trial.arm].append(trial)
        networks[trial.drawing] = network
    for (drawing, _), found in alike.items():
        for stretch in _stretches(sorted(found, key=lambda trial: trial.seed)):
            yield Variant(networks[drawing], stretch[0].gains, tuple(stretch))


def _stretches(trials: Sequence[Trial]) -> Iterator[list[Trial]]:
    stretch: list[Trial] = []
    for trial in trials:
        if stretch and (trial.seed != stretch[-1].seed + 1 or len(stretch) == MOST_SEEDS):
            yield stretch
            stretch = []
        stretch.append(trial)
    if stretch:
        yield stretch


def _fits(taken: Sequence[Variant], more: Variant) -> bool:
    """Whether the skips of all are not many more than those of the one with most.

    Two skips on one pair of layers fit where they are the same.
    """
    variants = [*taken, more]
    skips = {skip for variant in variants for skip in variant.network.skips}
    ends = {skip.ends for skip in skips}
    largest = max(len(variant.network.skips) for variant in variants)
    return len(ends) == len(skips) <= largest + 2 * more.network.depth


def _arm(name: str, variant: Variant, merged: Network) -> Arm:
    own = {skip.ends for skip in variant.network.skips}
    off = tuple(
        Gain(source=skip.source, target=skip.target, forward=0, backward=0)
        for skip in merged.skips
        if skip.ends not in own
    )
    gains = variant.arm
    return Arm(name=name, forward=gains.forward, backward=gains.backward, exceptions=off)
