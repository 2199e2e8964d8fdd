"""How far the tests explore: `make test` looks at little of what is random, `make soak` at much."""

import os


def depth(test: int, soak: int) -> int:
    """So many rounds, examples or seeds, by which of the two runs; `SOAK` says which share of a soak is wanted.

    `make soak` runs every file of tests that imports this.
    """
    share = os.environ.get("SOAK")
    return max(test, round(soak * float(share))) if share else test
