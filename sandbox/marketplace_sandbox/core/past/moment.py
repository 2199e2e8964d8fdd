"""A point in a world's life, and how one is read and found. Knows no state: what stood there is `past`'s matter."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, instant

_VERSION = re.compile("[0-9]{1,15}")
_DATE_AND_TIME = re.compile("[0-9]+-[0-9]+-[0-9]+[Tt]")


@dataclass(frozen=True, slots=True)
class Moment:
    """After the entry of a version, standing at an instant: all has happened that bears it or an earlier one."""

    version: int
    at: datetime


def read_when(value: Any, path: str) -> int | datetime:
    """A version, as a number or its digits, or an instant. Raises FieldError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _VERSION.fullmatch(value):
        return int(value)
    if isinstance(value, str) and _DATE_AND_TIME.match(value):
        return instant(value, path)
    example = "an instant such as 2026-03-02T16:00:00Z or a version such as 12"
    raise FieldError(path, f"{path} is {example}; {quote(value)} is neither.")


def check_version(version: int, path: str, last: int) -> int:
    """Refuses a version that the world has not, or not yet."""
    if not 1 <= version <= last:
        raise FieldError(path, f"{path} is a version from 1 to {last}, the world's latest; there is no {version}.")
    return version


def check_instant(at: datetime, path: str, start: datetime, now: datetime) -> datetime:
    """Refuses an instant before the world's start or after its now."""
    if at > now:
        raise FieldError(path, f"{path} lies in the future; the world's now is {format_instant(now)}.")
    if at < start:
        raise FieldError(path, f"{path} lies before the world's start, which is {format_instant(start)}.")
    return at
