"""How far the tests explore: `make test` looks at little of what is random, `make soak` at much."""

import os


def depth(test: int, soak: int) -> int:
    """So many rounds, examples or seeds, by which of the two runs."""
    return soak if os.environ.get("SOAK") else test
