"""Instants and spans as text: RFC 3339 with Z, ISO 8601 durations, and spans as people write them. Reads no clock."""

import re
from datetime import UTC, date, datetime, timedelta

_SPAN = re.compile(
    r"P(?:(?P<weeks>[0-9]+)W)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]{1,3})?)S)?)?"
)
_NUMBER = r"[0-9]+(?:\.[0-9]{1,3})?"
_SPELLINGS = {
    "weeks": "weeks|week|w",
    "days": "days|day|d",
    "hours": "hours|hour|hrs|hr|h",
    "minutes": "minutes|minute|mins|min|m",
    "seconds": "seconds|second|secs|sec|s",
}
# each unit at most once, the longest first, however it is spelt: 31m, 1.5h, 1h10m, 31 minutes
_PEOPLES = re.compile(
    "".join(rf"(?:(?P<{unit}>{_NUMBER}) ?(?:{words})(?: and |, | )?)?" for unit, words in _SPELLINGS.items())
)


EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""The instants a world may know: beyond them, calendar and zone arithmetic would leave the calendar."""


class CalendarError(ValueError):
    """An instant before the first or after the last that a world may know."""


def parse_instant(text: str, *, naive_is_utc: bool = False) -> datetime:
    """An aware UTC instant from RFC 3339 text; ValueError for anything else, a missing zone included.

    With `naive_is_utc`, as on MWS and Orders v0, text without a zone and a plain date are read as UTC.
    """
    if naive_is_utc and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    if "T" not in text.upper():
        raise ValueError("not a date and time")
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        if not naive_is_utc:
            raise ValueError("the zone is missing")
        instant = instant.replace(tzinfo=UTC)
    try:
        utc = instant.astimezone(UTC)
    except OverflowError as beyond:
        raise CalendarError("beyond the calendar") from beyond
    if not EARLIEST <= utc < LATEST:
        raise CalendarError(f"not from {format_instant(EARLIEST)} to before {format_instant(LATEST)}")
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def format_instant(instant: datetime) -> str:
    """`2026-03-02T16:00:00Z`, with milliseconds only where they are not zero."""
    utc = instant.astimezone(UTC)
    precision = "milliseconds" if utc.microsecond else "seconds"
    return utc.isoformat(timespec=precision).replace("+00:00", "Z")


def parse_span(text: str) -> timedelta:
    """A span from ISO 8601 (`PT31M`, `P7D`) or as people write it (`31m`, `1h10m`, `1.5h`, `1w`, `31 minutes`).

    Raises ValueError for anything else.
    """
    for pattern in (_SPAN, _PEOPLES):
        match = pattern.fullmatch(text)
        parts = {unit: float(n) for unit, n in match.groupdict().items() if n} if match else {}
        if parts and not text.endswith(("T", " ", ",")):
            try:
                return timedelta(**parts)
            except OverflowError as beyond:
                raise ValueError("too long a span") from beyond
    if text == "0":
        return timedelta(0)
    raise ValueError("not a span")


def format_span(span: timedelta) -> str:
    """ISO 8601 in days, hours, minutes and seconds: `P1DT2H`, `PT0S` for none."""
    seconds = span.seconds
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    fraction = f".{span.microseconds // 1000:03d}".rstrip("0") if span.microseconds else ""
    days = f"{span.days}D" if span.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{rest}{fraction}S" if rest or fraction else ""
    return f"P{days}T{clock}" if clock else (f"P{days}" if days else "PT0S")
