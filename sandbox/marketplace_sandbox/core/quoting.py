"""How a message quotes what was sent, as JSON has it, bounded, never in Python's words; how it names what would do."""

import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

LONGEST = 80
"""Characters of a value that a message quotes."""

NEAR = 0.65
"""How like a word has to be to be what was meant; types of feeds and reports are all a little alike."""

FEW = 12
"""As many words can be told one by one."""


def quote(value: Any) -> str:
    """A text in single quotes, anything else as JSON; cut where it is long.

    >>> quote("seller-cancle"), quote(None), quote(True)
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


def nearest(word: str, words: Any) -> str:
    """The word most like the one given, capitals aside; the first one where nothing is like it."""
    known = [str(each) for each in words]
    return (_most_alike(word, known, 0.0) or known)[0]


def suggestion(word: str, words: Any) -> str:
    """How a sentence ends that refuses a word: with the one that was meant or, where nothing is near, with those there
    are, or with the nearest of many.

    >>> suggestion("seler-cancel", ["seller-cancel", "buyer-cancel"]), suggestion("x", ["drop", "delay"])
    ("; did you mean 'seller-cancel'?", "; there are 'drop' and 'delay'.")
    """
    known = [str(each) for each in words]
    if not known:
        return "; there is none at all."
    if near := _most_alike(word, known, NEAR):
        return f"; did you mean '{near[0]}'?"
    if len(known) > FEW:
        return f"; the nearest is '{nearest(word, known)}'."
    *others, last = (f"'{each}'" for each in known)
    return f"; there are {', '.join(others)} and {last}." if others else f"; there is {last}."


def _most_alike(word: str, known: Sequence[str], cutoff: float) -> list[str]:
    by_lower = {each.lower(): each for each in reversed(known)}
    return [by_lower[each] for each in get_close_matches(word[:100].lower(), by_lower, 1, cutoff)]
