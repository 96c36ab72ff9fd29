"""What is known of a data set before it is loaded."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataInfo:
    """Shape of one sample, number of classes, and the accuracy of guessing."""

    name: str
    title: str
    input_shape: tuple[int, ...]
    outputs: int

    @property
    def chance(self) -> float:
        """Accuracy of a uniform guess."""
        return 1 / self.outputs


_CATALOGUE = {
    entry.name: entry
    for entry in (DataInfo("digits", "Digits 8×8", input_shape=(64,), outputs=10),)
}


def names() -> tuple[str, ...]:
    """The data sets there are."""
    return tuple(_CATALOGUE)


def info(name: str) -> DataInfo:
    """A data set by name; ValueError names those there are."""
    if name not in _CATALOGUE:
        raise ValueError(f"There is no data set {name!r}. Known are {', '.join(_CATALOGUE)}.")
    return _CATALOGUE[name]
