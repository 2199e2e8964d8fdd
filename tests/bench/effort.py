"""How much is measured: the whole, whose figures are held against goals, or a quick look that shows that all works."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bench.figures import Figure


@dataclass(frozen=True)
class Effort:
    """`share` of the orders that goals are set for, rounds of so many seconds after `warm_up` seconds for everybody."""

    rounds: int = 3
    seconds: float = 4
    warm_up: float = 12
    spawns: int = 9
    share: float = 1
    tell: Callable[[str], None] = field(default=lambda line: print(line, file=sys.stderr, flush=True))

    def count(self, whole: int) -> int:
        """So many of them, in this run."""
        return max(1, int(whole * self.share))

    def goal(self, goal: float) -> float | None:
        """A goal that was set for the whole number; a quick look is not held to it."""
        return goal if self.share == 1 else None


QUICK = Effort(rounds=1, seconds=1, warm_up=1, spawns=1, share=0.02)


@dataclass(frozen=True)
class Benchmark:
    """Rows of the table that are measured together. `run` raises WrongAnswerError or AssertionError."""

    name: str
    about: str
    run: Callable[[Effort], list[Figure]]
