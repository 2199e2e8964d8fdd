"""What a benchmark answers: figures with their units and, where one was set, the goal that stands beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One line of the table. `generator` is how much of a core the load took that it was measured by.

    `per_second_worked` is how many answers a second of the server's processor time gave, whatever else the machine did.
    """

    what: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    generator: float | None = None
    per_second_worked: float | None = None

    @property
    def goal(self) -> str:
        """The goal as the table has it; empty where there is none."""
        if self.at_least is not None:
            return f"at least {write_number(self.at_least)}"
        return "" if self.at_most is None else f"at most {write_number(self.at_most)}"

    @property
    def reached(self) -> bool | None:
        """Whether the goal was reached; None where there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return None if self.at_most is None else self.value <= self.at_most


def write_number(value: float) -> str:
    """With as many decimals as tell something."""
    if value == int(value) and value < 1e15:
        return f"{int(value):,}"
    return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def middle(values: Iterable[float]) -> float:
    """The median of what was measured, round by round."""
    return median(values)


def percentile(values: Sequence[float], per_cent: float) -> float:
    """The value that so many per cent of all are no greater than."""
    return sorted(values)[max(0, ceil(len(values) * per_cent / 100) - 1)]
