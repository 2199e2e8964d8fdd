"""The numbers of the policy as people write them, to look for, and a policy in which every one of them is another."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from marketplace_sandbox.core.instants import format_span
from marketplace_sandbox.core.policy import POLICY, Entry
from marketplace_sandbox.core.span_words import in_words, number_in_words

UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
PLAIN = dict(POLICY)
"""The policy as it comes."""


def values(entry: Entry) -> list[Any]:
    """What an entry is by default, and in marketplaces of its own. Nought says that something is off."""
    return [value for value in (entry.default, *entry.marketplaces.values()) if value]


def spellings(entry: Entry) -> Iterator[str]:
    """How the numbers of an entry may be written, in words and in digits."""
    for value in values(entry) if entry.kind in ("span", "count") else ():
        if entry.kind == "count":
            span = timedelta(days=value) if entry.key.endswith("_days") else timedelta(0)
        else:
            span = value
            yield in_words(span)
            yield format_span(span)
        for unit, length in UNITS.items():
            number, rest = divmod(int(span.total_seconds()), length)
            if number and not rest and number < 100:
                for word in (str(number), number_in_words(number)):
                    yield from (f"{word} {unit}", f"{word}-{unit}", f"{word} business {unit}")


SPELLINGS = sorted({each for entry in PLAIN.values() for each in spellings(entry)}, key=len, reverse=True)
WORDS = [each for each in SPELLINGS if " " in each or "-" in each]


def _any_of(spelt: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, spelt))})(?!\w*[a-rt-z])", re.IGNORECASE)


OLD_NUMBERS = _any_of(SPELLINGS)
"""Every number of the policy as it comes, however it is written."""

OLD_WORDS = _any_of(WORDS)
"""The same without ISO 8601, whose texts are words of other protocols, too."""


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
