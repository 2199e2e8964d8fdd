"""Measures ourselves and Prism in turn, three rounds, and prints medians and ratios.

Figures decide nothing; a wrong answer ends the run with 1.
"""

import os
import sys
from collections.abc import Iterable
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench.load import Figures, WrongAnswerError, load
from tests.bench.servers import Contender, NoPeerError, ours, prism, responder, running

ROUNDS = 3
SPAWNS = 3
"""Cold starts in a round; the last is the one that load is put on."""
SECONDS = 4.0
WARM_UP = 1.0
CONNECTIONS = (1, 8)


class Measured:
    """All figures of one contender over the rounds."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.starts: list[float] = []
        self.loads: dict[int, list[Figures]] = {number: [] for number in CONNECTIONS}

    def take(self, core: int | None, spawns: int = SPAWNS) -> None:
        """One round: cold starts, then load at each number of connections. Raises WrongAnswerError."""
        try:
            for _ in range(spawns - 1):
                with running(self.contender, core) as (_, start):
                    self.starts.append(start)
            with running(self.contender, core) as (port, start):
                self.starts.append(start)
                self._load(port)
        except WrongAnswerError as wrong:
            raise WrongAnswerError(f"{self.contender.name}: {wrong}") from None

    def figures(self) -> list[float]:
        """Medians: start in ms, then for each number of connections rate, p50 and p99."""
        found = [median(self.starts) * 1000]
        for several in self.loads.values():
            found += [median(each.rate for each in several)]
            found += [median(each.p50 for each in several), median(each.p99 for each in several)]
        return found

    def _load(self, port: int) -> None:
        asks = self.contender.prepare(f"http://127.0.0.1:{port}")
        load(port, asks, 1, WARM_UP)
        for number in CONNECTIONS:
            self.loads[number].append(load(port, asks, number, SECONDS))


def main() -> int:
    """Measure and print; the exit status."""
    core = own_core()
    try:
        peers = [prism()]
    except NoPeerError as why:
        peers = []
        print(f"Prism is not measured: {why}. Only our own figures follow.", file=sys.stderr)
    contenders = [Measured(each) for each in (ours(), *peers)]
    ceiling = Measured(responder())
    try:
        for number in range(1, ROUNDS + 1):
            print(f"Round {number} of {ROUNDS} ...", file=sys.stderr)
            for measured in contenders:
                measured.take(core)
            ceiling.take(core, spawns=1)
    except WrongAnswerError as wrong:
        print(f"A wrong answer, so there are no figures: {wrong}", file=sys.stderr)
        return 1
    show(contenders, ceiling)
    return 0


def own_core() -> int | None:
    """The core that servers are pinned to; the load gets the others, where there are any."""
    if sys.platform != "linux":
        return None
    first, *others = sorted(os.sched_getaffinity(0))
    if others:
        os.sched_setaffinity(0, others)
    return first


def show(contenders: list[Measured], ceiling: Measured) -> None:
    """The table, and ours as ratios to the peer's."""
    names = ["start ms", *(f"{what} c{number}" for number in CONNECTIONS for what in ("req/s", "p50 ms", "p99 ms"))]
    title = f"each server on one core, medians of {ROUNDS} rounds of {SECONDS:.0f} s and {ROUNDS * SPAWNS} starts"
    table = Table("getOrderItems", *names, title=title)
    for name in names:
        table.columns[1 + names.index(name)].justify = "right"
    found = [measured.figures() for measured in contenders]
    for measured, figures in zip(contenders, found, strict=True):
        table.add_row(measured.contender.name, *written(figures))
    if len(found) > 1:
        ratios = (f"{mine / theirs:.2f}" for mine, theirs in zip(*found, strict=True))
        table.add_row(f"ours : {contenders[1].contender.name}", *ratios, style="bold")
    table.add_row(ceiling.contender.name, "", *written(ceiling.figures()[1:]), style="dim")
    Console(width=120).print(table)


def written(figures: Iterable[float]) -> list[str]:
    """Two decimals where there is not much before them."""
    return [f"{each:,.2f}" if each < 100 else f"{each:,.0f}" for each in figures]


if __name__ == "__main__":
    sys.exit(main())
