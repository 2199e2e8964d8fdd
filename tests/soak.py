"""`make soak`: the explorations of the tests, deeper. Prints what was reached; fails where an invariant does.

`python -m tests.soak 0.01` does a hundredth of it. What needs a running server is soaked by pytest (`tests/depth.py`).
"""

import sys
import time

from tests.api.field_mapping.agreement import mismatches
from tests.core.explore import explore, explore_pairs
from tests.core.simulation import check, simulate
from tests.hostile.siege import report

STATES = 1_000_000
SEEDS = 300
HISTORIES = 10_000
CALLS = 500
"""Hostile calls of each operation."""


def main(share: float = 1) -> None:
    """Explore at least a million states of one order, and pairs of orders a move deeper than the tests do.

    A share of less than one explores as much less, and pairs and the places of hostile values no deeper than the tests.
    """
    most, seeds, histories, calls = (max(1, int(share * whole)) for whole in (STATES, SEEDS, HISTORIES, CALLS))
    started = time.perf_counter()
    states = explore(depth=20, most=most)
    print(f"one order: {states:,} states, every invariant held, {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    for seed in range(seeds):
        check(*simulate(seed))
    print(f"{seeds} random months, every check held")
    compared = [line for seed in range(histories) for line in mismatches(seed)]
    wrong = [line for line in compared if line]
    print(f"{histories:,} histories, {len(compared):,} facts in every dialect, {len(wrong)} mismatches {wrong[:3]}")
    unbroken = report(calls, thorough=share >= 1)
    print(f"two orders: {explore_pairs(4 if share >= 1 else 3):,} states, {time.perf_counter() - started:.0f} s")
    sys.exit(0 if states >= most and not wrong and unbroken else 1)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
