"""Spans in the words people use, such as `ten minutes`: the policy is written in them, mail and pages say them.

So a number of the marketplace is found by searching what people call it, and stands nowhere a second time.
"""

import re
from datetime import timedelta
from functools import lru_cache

NOTHING = "no time"

_UP_TO_NINE = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_COMPOUND = (tens if ones == "zero" else f"{tens}-{ones}" for tens in _TENS for ones in _UP_TO_NINE)
_NUMBERS = (*_UP_TO_NINE, *_TEENS, *_COMPOUND)
_UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}


def number_in_words(number: int) -> str:
    """A count up to ninety-nine in letters, a greater one in digits."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


@lru_cache(maxsize=256)
def in_words(span: timedelta) -> str:
    """A span as people say it, down to the second: `one day and nine hours`.

    >>> in_words(timedelta(minutes=100)), in_words(timedelta(days=9))
    ('one hour and forty minutes', 'nine days')
    """
    parts = []
    for unit, length in _UNITS.items():
        count, span = divmod(span, length)
        if count:
            parts.append(f"{number_in_words(count)} {unit}{'s' * (count > 1)}")
    *others, last = parts or [NOTHING]
    return f"{', '.join(others)} and {last}" if others else last


def from_words(text: str) -> timedelta:
    """The span that words mean, one number and one unit: `ten minutes`. Raises ValueError for anything else."""
    match = re.fullmatch(r"([a-z-]+) (day|hour|minute|second)s?", text)
    if text == NOTHING:
        return timedelta(0)
    if match is None or match[1] not in _NUMBERS:
        raise ValueError(f"'{text}' is not a span in words such as 'ten minutes'")
    return _NUMBERS.index(match[1]) * _UNITS[match[2]]
