"""The states of some units over a plane, as a worker hands them to the page. No torch."""

from dataclasses import dataclass

from skipviz.types import Array


@dataclass(frozen=True)
class UnitMaps:
    """`states` (units, places of the plane) of layer 1..N of an arm after so many steps."""

    arm: str
    layer: int
    step: int
    states: Array
