"""The skips of a model: listed, counted, chosen by the modules they end in, drawn in notebooks."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from html import escape
from typing import overload

from skipviz.language import N_, _, _n, again
from skipviz.markup import table
from skipviz.own_model.drawing import drawing
from skipviz.own_model.structure import Kind, Skip, Structure
from skipviz.text import layer_count_text, listed, skip_count_text, value_text

MOST_ROWS = 200
_MOST_NAMED = 20
_NO_PLACE = N_(
    "watch.skips has {skips}: got {value}; give a number from 0 on, a slice, or a pattern of the "
    'modules that skips end in, as "layer3.*"'
)
_NO_SKIPS = N_(
    "only: got {value}; give a skip or several of watch.skips, or a pattern of the modules that "
    'they end in, as "layer3.*"'
)
HEAD = (N_("kind"), N_("number"), N_("from"), N_("to"), N_("passes by"), N_("where"))
"""Of the columns of `Skips.rows`."""
NONE_YET = N_(
    "No skip is known yet: they are found in the first forward pass that has gradients. Run one "
    "step first."
)


class Skips(Sequence[Skip]):
    """Some or all skips of a model, in the order in which they were met.

    `skips["layer3.*"]` are those that end in modules of that name (`*` and `?` as in file names),
    `skips["encoder.* → decoder.*"]` those between such modules. KeyError where there is none.
    A number or a slice chooses by order; `|` and `-` join and take away. In a notebook they show
    as a table and a drawing.

    >>> import skipviz as sv
    >>> import torch
    >>> from skipviz.engine.own_model.examples import residual_mlp
    >>> model = residual_mlp(blocks=12)
    >>> with sv.watch(model) as watch:
    ...     model(torch.randn(4, 8)).mean().backward()
    >>> watch.skips.kinds(), len(watch.skips["1*"]), watch.skips["2"][0].name
    ({'add': 12}, 4, '1 → 2')
    """

    def __init__(self, structure: Structure, chosen: Iterable[Skip] | None = None) -> None:
        self.structure = structure
        self._skips = tuple(structure.skips if chosen is None else chosen)

    def __len__(self) -> int:
        return len(self._skips)

    def __iter__(self) -> Iterator[Skip]:
        return iter(self._skips)

    @overload
    def __getitem__(self, which: int) -> Skip: ...
    @overload
    def __getitem__(self, which: slice | str) -> "Skips": ...
    def __getitem__(self, which: int | slice | str) -> "Skip | Skips":
        if isinstance(which, str):
            return self._named(which)
        if isinstance(which, slice):
            return Skips(self.structure, self._skips[which])
        try:
            return self._skips[which]
        except (IndexError, TypeError):
            skips = skip_count_text(len(self))
            raise IndexError(_(_NO_PLACE, value=value_text(which), skips=skips)) from None

    def __or__(self, other: "Skips") -> "Skips":
        if not isinstance(other, Skips):
            return NotImplemented
        mine = {skip.index: skip for skip in (*self, *other)}
        return Skips(self.structure, (mine[index] for index in sorted(mine)))

    def __sub__(self, other: "Skips") -> "Skips":
        if not isinstance(other, Skips):
            return NotImplemented
        taken = other.indices
        return Skips(self.structure, (skip for skip in self if skip.index not in taken))

    @property
    def indices(self) -> frozenset[int]:
        """The numbers of these skips in the model."""
        return frozenset(skip.index for skip in self)

    def numbers_of(self, only: str | Skip | Iterable[Skip]) -> frozenset[int]:
        """Of a skip, of several, or of those that a pattern names."""
        named = self[only] if isinstance(only, str) else only
        several = not isinstance(named, Skip) and isinstance(named, Iterable)
        chosen: list[object] = list(named) if several else [named]
        skips = [each for each in chosen if isinstance(each, Skip)]
        if len(skips) < len(chosen):
            raise ValueError(_(_NO_SKIPS, value=value_text(only)))
        return frozenset(skip.index for skip in skips)

    def of_kind(self, *kinds: Kind) -> "Skips":
        """Those of some kinds: add, projection, gated, split, pooled, concat, .."""
        return Skips(self.structure, (skip for skip in self if skip.kind in kinds))

    @property
    def merges(self) -> int:
        """How many merges they end in: a concatenation takes in several."""
        return len({skip.merge for skip in self})

    def kinds(self) -> dict[Kind, int]:
        """How many merges there are of each kind; of a merge of several, the kind of the first."""
        first: dict[int, Kind] = {}
        for skip in self:
            first.setdefault(skip.merge, skip.kind)
        return dict(Counter(first.values()))

    def _named(self, pattern: str) -> "Skips":
        found = [skip for skip in self if _matches(skip, pattern)]
        if not found and not self.structure.layers:
            raise KeyError(_(NONE_YET))
        if not found:
            known = ", ".join(sorted({skip.target or '""' for skip in self})[:8])
            raise KeyError(
                _(
                    "No skip ends in {pattern}. Skips end in {known}.",
                    pattern=repr(pattern),
                    known=known or _("no module"),
                )
            )
        return Skips(self.structure, found)

    def rows(self) -> list[tuple[str, ...]]:
        """Kind, number, source, target, span and line; the same in repeated blocks is one row."""
        groups: dict[tuple[str, ...], list[Skip]] = {}
        for skip in self:
            groups.setdefault((skip.kind, folded(skip.target), skip.where), []).append(skip)
        return [_row(alike) for alike in groups.values()]

    @property
    def headline(self) -> str:
        """ResNet: 8 skips (5 add, 3 projection)."""
        counts: list[str] = [
            _("{number} {kind}", number=number, kind=_(kind))
            for kind, number in self.kinds().items()
        ]
        if counts and len(self) != self.merges:
            counts.append(_n("{count} edge", "{count} edges", len(self)))
        skips = skip_count_text(self.merges)
        if not counts:
            return _("{model}: {skips}", model=self.structure.model, skips=skips)
        return _(
            "{model}: {skips} ({kinds})",
            model=self.structure.model,
            skips=skips,
            kinds=listed(counts),
        )

    def __repr__(self) -> str:
        lines = [tuple(map(_, HEAD)), *self._shown()]
        widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
        texts = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
                 for line in lines]  # fmt: skip
        return "\n".join([self.headline, *(f"  {text}" for text in texts), *self._beside()])

    def _repr_html_(self) -> str:
        return f"<p><b>{escape(self.headline)}</b></p>{drawing(self.structure)}{self.table_html}"

    @property
    def table_html(self) -> str:
        """A row per skip and place in the code, and what was found besides."""
        notes = "".join(f"<p>{escape(text)}</p>" for text in self._beside())
        return f"{table(map(_, HEAD), self._shown())}{notes}"

    def _shown(self) -> list[tuple[str, ...]]:
        return self.rows()[:MOST_ROWS]

    def _beside(self) -> list[str]:
        """What was found besides, and is no skip; and what is not listed."""
        structure = self.structure
        parts = (
            (N_("Gates, no skips: {modules}."), structure.gates),
            (N_("Parallel branches, no skips: {modules}."), structure.parallel),
            (N_("Carried over positions, no skips: {modules}."), structure.recurrent),
        )
        said: list[str] = [
            _(template, modules=folded_names(paths, structure.modules))
            for template, paths in parts
            if paths
        ]
        more = len(self.rows()) - MOST_ROWS
        said += map(again, structure.notes)
        left_out = [_n("{count} more row.", "{count} more rows.", more)] if more > 0 else []
        return [*said, *left_out]


def folded(path: str) -> str:
    """layer3.*.conv: the same path for every one of repeated blocks."""
    return ".".join("*" if part.isdigit() else part for part in path.split("."))


def _matches(skip: Skip, pattern: str) -> bool:
    source, arrow, target = pattern.partition("→")
    if arrow:
        begins = fnmatchcase(skip.source, source.strip())
        return begins and fnmatchcase(skip.target, target.strip())
    return fnmatchcase(skip.target, pattern)


def _row(alike: Sequence[Skip]) -> tuple[str, ...]:
    first = alike[0]
    sources = dict.fromkeys(folded(each.source) for each in alike)
    source = ", ".join(list(sources)[:3]) if len(alike) > 1 else first.source
    target = folded(first.target) if len(alike) > 1 else first.target
    number = f"{len(alike)}"
    if first.uses > 1:
        number = _("{number}, used {uses} times", number=number, uses=first.uses)
    spans = sorted({skip.span for skip in alike})
    span = layer_count_text(spans[0])
    if len(spans) > 1:
        span = _("{low} to {high} layers", low=spans[0], high=spans[-1])
    return (_(first.kind), number, source, target or _("the model"), span, first.where)


def folded_names(paths: Sequence[str], among: Collection[str]) -> str:
    """*.far.0 (3), head: each once, with how often it stands for one of repeated blocks, all of
    which are meant; where only some `among` the others are, they are named."""
    meant = frozenset(paths)
    others = {folded(path) for path in among if path not in meant}
    found = Counter(path if folded(path) in others else folded(path) for path in paths)
    alone = {folded(path): path for path in paths}
    named = [f"{path} ({n})" if n > 1 else alone.get(path, path) for path, n in found.items()]
    more = [".."] if len(named) > _MOST_NAMED else []
    return listed([*named[:_MOST_NAMED], *more])
