"""Instants as scenarios write them: a span from the start, `+1h10m`, or an instant. Reads no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace_sandbox.core.text.instants import EARLIEST, LATEST, format_instant, parse_instant, parse_span

LAST = LATEST - timedelta(days=1)
"""No scenario leads beyond this, as no world does."""


@dataclass(frozen=True, slots=True)
class When:
    """An instant, or a span from whatever instant the scenario starts at."""

    offset: timedelta | None = None
    instant: datetime | None = None

    def on(self, start: datetime) -> datetime:
        """The instant, for a scenario that starts at `start`; a span leads no farther than worlds go."""
        if self.instant is not None:
            return self.instant
        offset = self.offset or timedelta(0)
        return start + max(EARLIEST - start, min(offset, LAST - start))

    def __str__(self) -> str:
        return format_instant(self.instant) if self.instant is not None else format_offset(self.offset or timedelta(0))


def read_when(value: object) -> When:
    """`+1h10m`, `-2d` or an instant. Raises ValueError."""
    if not isinstance(value, str):
        raise ValueError("neither a span nor an instant is written otherwise than as text")
    if value[:1] in ("+", "-"):
        span = parse_span(value[1:])
        return When(offset=-span if value[0] == "-" else span)
    return When(instant=parse_instant(value))


def format_offset(offset: timedelta) -> str:
    """`+1h10m`, `-2d`, `+0s`: the shortest form that `read_when` reads back."""
    sign, span = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    seconds = span.seconds
    parts = [(span.days, "d"), (seconds // 3600, "h"), (seconds % 3600 // 60, "m")]
    text = "".join(f"{number}{unit}" for number, unit in parts if number)
    rest = f"{seconds % 60}" + (f".{span.microseconds // 1000:03d}".rstrip("0") if span.microseconds else "")
    return sign + text + (f"{rest}s" if rest != "0" or not text else "")
