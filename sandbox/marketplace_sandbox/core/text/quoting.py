"""How a message quotes what was sent, as JSON has it, bounded, never in Python's words; how it names what would do."""

import json
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher, get_close_matches
from os.path import commonprefix
from typing import Any

LONGEST = 80
"""Characters of a value that a message quotes."""

NEAR = 0.65
"""How like a word has to be to be what was meant; types of feeds and reports are all a little alike."""

PART = 4
"""Characters of a part by which the one word that has it can be meant."""

LONGEST_PATH = 200
"""Characters of a path that are compared."""

_VERSION = re.compile(r"v[0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}")

_KIND = re.compile(r"(.*?)((?: (?:of|in|by) .*)?)")
_PLURAL = re.compile(r"(ie)?s\b")

FEW = 16
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


def write_count(number: float, what: str) -> str:
    """So many of something, which is said in the plural, and so written but for one of it.

    >>> write_count(2, "timers in the world"), write_count(1, "entries of 3 journals"), write_count(0.5, "seconds")
    ('2 timers in the world', '1 entry of 3 journals', '0.5 seconds')
    """
    if number == 1:
        kind, more = _KIND.fullmatch(what).groups()  # type: ignore[union-attr]  # any text is matched
        what = _PLURAL.sub(lambda found: "y" if found[1] else "", kind) + more
    return f"{number:g} {what}" if isinstance(number, float) else f"{number} {what}"


def nearest(word: str, words: Iterable[Any]) -> str | None:
    """The word that was meant by the one given, capitals aside; None where nothing is near enough to be meant.

    What all the words begin and end with says nothing of which was meant, so it does not make one of them near.

    >>> reports = ["GET_ORDERS_REPORT", "GET_RETURNS_REPORT"]
    >>> nearest("GET_ORDER_REPORT", reports), nearest("get_return", reports), nearest("GET_X_REPORT", reports)
    ('GET_ORDERS_REPORT', 'GET_RETURNS_REPORT', None)
    """
    by_lower: dict[str, list[str]] = {}
    for each in map(str, words):
        by_lower.setdefault(each.lower(), []).append(each)
    known, meant = list(by_lower), word[:100].lower()
    own, *parts = _without_common_ends([meant, *known])
    by_part = dict(zip(parts, known, strict=True))
    near = [by_part[each] for each in get_close_matches(own, by_part, 1, NEAR)]
    if not near and len(own) >= PART:
        having = [whole for part, whole in by_part.items() if own in part]
        near = having if len(having) == 1 else []
    return max(by_lower[near[0]], key=lambda each: _likeness(word[:100], each)) if near else None


def _without_common_ends(words: list[str]) -> list[str]:
    """Words without what all of them begin with and end with, where there are several beside the first."""
    if len(words) <= 2:
        return words
    backward = [each[::-1] for each in _without_common_front(words)]
    return [each[::-1] for each in _without_common_front(backward)]


def _without_common_front(words: list[str]) -> list[str]:
    front = commonprefix(words)  # noqa: RUF071  characters, since these are no paths
    return [each.removeprefix(front) for each in words]


def nearest_path(path: str, templates: Iterable[str]) -> str | None:
    """The template of a path that was meant by another, or that ends with it; None where none is near.

    Each segment has to be near to the template's, as any version is to another; a parameter in braces is near to all.

    >>> served = ["/orders/{id}/cancel", "/orders/{id}/ship"]
    >>> nearest_path("/order/7/cancle", served), nearest_path("/x/7/cancel", served)
    ('/orders/{id}/cancel', None)
    """
    known = list(templates)
    likeness = {each: _path_likeness(path, each) for each in known}
    best = max(known, key=likeness.__getitem__, default="")
    if best and likeness[best]:
        return best
    return next((each for each in known if len(path) > PART and each.endswith(path)), None)


def _path_likeness(path: str, template: str) -> float:
    """The sum of how like each segment is, 0 where one is not near."""
    segments, others = path[:LONGEST_PATH].rstrip("/").lower().split("/"), template.lower().split("/")
    if len(segments) != len(others):
        return 0
    pairs = [(segment, other) for segment, other in zip(segments, others, strict=True) if not other.startswith("{")]
    ratios = [NEAR if all(map(_VERSION.fullmatch, pair)) else _likeness(*pair) for pair in pairs]
    return sum(ratios) if min(ratios) >= NEAR else 0


def _likeness(word: str, other: str) -> float:
    return SequenceMatcher(None, word, other, autojunk=False).ratio()


def suggestion(word: str, words: Iterable[Any]) -> str:
    """How a sentence ends that refuses a word: with the one that was meant or, where nothing is near, with those there
    are; with neither where they are many.

    >>> suggestion("seler-cancel", ["seller-cancel", "buyer-cancel"]), suggestion("x", ["drop", "delay"])
    ("; did you mean 'seller-cancel'?", "; there are 'drop' and 'delay'.")
    """
    known = [str(each) for each in words]
    if not known:
        return "; there is none at all."
    if near := nearest(word, known):
        return f"; did you mean '{near}'?"
    if len(known) > FEW:
        return "."
    return f"; there {'are' if len(known) > 1 else 'is'} {write_words(known)}."


def write_words(words: Sequence[str]) -> str:
    """Words one by one, quoted, as a sentence has them.

    >>> write_words(["drop", "delay", "fail"])
    "'drop', 'delay' and 'fail'"
    """
    *others, last = (f"'{each}'" for each in words)
    return f"{', '.join(others)} and {last}" if others else last
