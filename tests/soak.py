"""`make soak`: the explorations of the tests, deeper. Prints what was reached; fails where an invariant does."""

import sys
import time

from tests.api.field_mapping.agreement import mismatches
from tests.core.explore import explore, explore_pairs
from tests.core.simulation import check, simulate

STATES = 1_000_000
SEEDS = 300
HISTORIES = 10_000


def main() -> None:
    """Explore at least a million states of one order, and pairs of orders a move deeper than the tests do."""
    started = time.perf_counter()
    states = explore(depth=20, most=STATES)
    print(f"one order: {states:,} states, every invariant held, {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    for seed in range(SEEDS):
        check(*simulate(seed))
    print(f"{SEEDS} random months, every check held")
    compared = [line for seed in range(HISTORIES) for line in mismatches(seed)]
    wrong = [line for line in compared if line]
    print(f"{HISTORIES:,} histories, {len(compared):,} facts in every dialect, {len(wrong)} mismatches {wrong[:3]}")
    print(f"two orders: {explore_pairs(4):,} states, {time.perf_counter() - started:.0f} s")
    sys.exit(0 if states >= STATES and not wrong else 1)


if __name__ == "__main__":
    main()
