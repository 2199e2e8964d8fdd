"""How what was sent is quoted back: as JSON has it, bounded, and never in Python's words."""

import json
from typing import Any

LONGEST = 80
"""Characters of a value that a message quotes."""


def quote(value: Any) -> str:
    """A text in single quotes, anything else as JSON; cut where it is long.

    >>> quoted("seller-cancle"), quoted(None), quoted(True)
    ("'seller-cancle'", 'null', 'true')
    """
    if isinstance(value, str):
        return f"'{_cut(value)}'"
    try:
        return _cut(json.dumps(value, ensure_ascii=False, default=str))
    except (ValueError, RecursionError):
        return "that"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
