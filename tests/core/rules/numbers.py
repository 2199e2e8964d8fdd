"""The numbers of the policy as people write them, to look for, and a policy in which every one of them is another."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from marketplace_sandbox.core.policy import POLICY, Entry
from marketplace_sandbox.core.text.instants import format_span
from marketplace_sandbox.core.text.span_words import from_words, in_words, number_in_words

UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
PLAIN = dict(POLICY)
"""The policy as it comes."""


def values(entry: Entry) -> list[Any]:
    """What an entry is by default, and in marketplaces of its own. Nought says that something is off."""
    return [value for value in (entry.default, *entry.marketplaces.values()) if value]


def said(span: timedelta) -> Iterator[str]:
    """How people may write a span, in words and in digits."""
    for unit, length in UNITS.items():
        number, rest = divmod(int(span.total_seconds()), length)
        if number and not rest and number < 100:
            for word in (str(number), number_in_words(number)):
                yield from (f"{word} {unit}", f"{word}-{unit}", f"{word} business {unit}")


def spellings(entry: Entry) -> Iterator[str]:
    """How the numbers of an entry may be written, ISO 8601 among them."""
    for value in values(entry):
        if entry.kind == "span":
            yield from (in_words(value), format_span(value), *said(value))
        elif entry.key.endswith("_days"):
            yield from said(timedelta(days=value))


def _any_of(spelt: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(set(spelt), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest_first))})(?!\w*[a-rt-z])", re.IGNORECASE)


OLD_NUMBERS = _any_of(each for entry in PLAIN.values() for each in spellings(entry))
"""Every number of the policy as it comes, however it is written."""

PUBLISHED = [
    "two minutes",
    "five minutes",
    "fifteen minutes",
    "thirty minutes",
    "two hours",
    "twenty-four hours",
    "three days",
    "five days",
    "six days",
    "seven days",
    "twenty-one days",
    "thirty days",
    "ninety days",
]
"""Spans that rules and readers speak of. They stand here a second time on purpose: a change of the policy may make two
numbers alike, and is to fail no test that is not about them."""

PUBLISHED_WORDS = _any_of(each for words in PUBLISHED for each in said(from_words(words)))
"""The same spans in words and digits."""


def change_every_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if somebody had changed every number of core/policy.py, each to one that stands nowhere."""
    minutes, days = count(36), iter((11, 13, 17, 19, 23))
    for key, entry in PLAIN.items():
        if entry.kind == "span" and values(entry):
            elsewhere: dict[str, Any] = {place: timedelta(minutes=next(minutes)) for place in entry.marketplaces}
            changed = replace(entry, default=timedelta(minutes=next(minutes)), marketplaces=elsewhere)
        elif entry.kind == "count" and key.endswith("_days"):
            changed = replace(
                entry, default=next(days), marketplaces={place: next(days) for place in entry.marketplaces}
            )
        elif entry.kind == "count":
            changed = replace(entry, default=entry.default + 1)
        else:
            continue
        monkeypatch.setitem(POLICY, key, changed)
