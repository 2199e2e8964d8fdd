"""Variables of the environment whose names begin like ours and are none: a typo in one would pass in silence."""

import os
from collections.abc import Iterable, Iterator

from marketplace_sandbox.core.text.quoting import nearest

PREFIX = "SANDBOX_"

ELSEWHERE = (
    "SANDBOX_ADMIN_TOKEN",
    "SANDBOX_AWS_HOSTS",
    "SANDBOX_IN_PROCESS",
    "SANDBOX_MODELS",
    "SANDBOX_RUN_DIR",
    "SANDBOX_URL",
    "SANDBOX_WEBHOOK_HOSTS",
)
"""Variables that no option of `serve` has, or that other commands and clients read."""


def misspelt_variables(known: Iterable[object]) -> Iterator[str]:
    """A sentence for each that is near to one of those known; others are somebody else's, and none of our business."""
    names = {str(each) for each in known if each} | set(ELSEWHERE)
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in names and (near := nearest(name, names)):
            yield f"The variable {name} says nothing to the sandbox; did you mean {near}?"
