"""Measures ourselves and Prism in turn, three rounds, and prints medians and ratios."""

import os
import sys
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench.load import Figures, load
from tests.bench.servers import CORE, Contender, ours, prism, running

ROUNDS = 3
SECONDS = 4.0
WARM_UP = 1.0
CONNECTIONS = (1, 8)


class Measured:
    """All figures of one contender over the rounds."""

    def __init__(self, contender: Contender) -> None:
        self.contender = contender
        self.starts: list[float] = []
        self.loads: dict[int, list[Figures]] = {number: [] for number in CONNECTIONS}

    def take(self) -> None:
        """One round: a cold start, then load at each number of connections."""
        with running(self.contender) as (port, start):
            self.starts.append(start)
            asked, good = self.contender.prepare(port), self.contender.good
            load(port, asked, good, 1, WARM_UP)
            for number in CONNECTIONS:
                self.loads[number].append(load(port, asked, good, number, SECONDS))

    def figures(self) -> list[float]:
        """Medians: start in ms, then for each number of connections rate, p50 and p99."""
        found = [median(self.starts) * 1000]
        for several in self.loads.values():
            found += [median(each.rate for each in several)]
            found += [median(each.p50 for each in several), median(each.p99 for each in several)]
        return found


def columns() -> list[str]:
    """The names of the figures."""
    return ["start ms", *(f"{what} c{number}" for number in CONNECTIONS for what in ("req/s", "p50 ms", "p99 ms"))]


def main() -> None:
    """Measure and print."""
    cores = os.sched_getaffinity(0)
    others = cores - {CORE}
    if others:
        os.sched_setaffinity(0, others)
    peer = prism()
    contenders = [Measured(each) for each in (ours(), peer) if each]
    if peer is None:
        print("Prism cannot be installed here (it needs Node and npm); only our own figures follow.", file=sys.stderr)
    for _ in range(ROUNDS):
        for measured in contenders:
            measured.take()
    show(contenders)


def show(contenders: list[Measured]) -> None:
    """The table, and ours as ratios to the peer's."""
    table = Table("getOrderItems", *columns(), title=f"one core, medians of {ROUNDS} rounds of {SECONDS:.0f} s")
    found = [measured.figures() for measured in contenders]
    for measured, figures in zip(contenders, found, strict=True):
        table.add_row(measured.contender.name, *(f"{each:,.2f}" if each < 100 else f"{each:,.0f}" for each in figures))
    if len(found) > 1:
        table.add_row("ratio", *(f"{mine / theirs:.2f}" for mine, theirs in zip(*found, strict=True)))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
