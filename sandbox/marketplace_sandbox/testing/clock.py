"""The world's clock in a test's hand, and freezegun's beside it where the test asks for that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.instants import format_instant, format_span, parse_instant, parse_span
from marketplace_sandbox.testing.control import Control, MarketplaceError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Due:
    """Something that time alone does: when, what (`release`, `auto-cancel` …) and to which order."""

    at: datetime
    what: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of letting time pass: the new now, what time did, and the deliveries that were under way."""

    now: datetime
    fired: tuple[Due, ...]
    deliveries: tuple[Json, ...]


class Clock:
    """The clock of one seller's world. `follow` is told every instant before the world reaches it."""

    def __init__(self, control: Control, follow: Callable[[datetime], None] | None = None) -> None:
        self._control = control
        self._follow = follow

    @property
    def now(self) -> datetime:
        """The world's instant, aware and in UTC."""
        return parse_instant(self._read()["now"])

    @property
    def rate(self) -> float:
        """Virtual seconds in a real one; 0 stands."""
        return float(self._read()["rate"])

    @property
    def coming(self) -> Due | None:
        """The next timer that falls due; None if there is none."""
        following = self._read()["next"]
        return _due(following) if following else None

    def advance(self, by: str | timedelta) -> Passed:
        """Let a span pass: `"31m"`, `"1h10m"`, `"7d"`, ISO 8601 or a timedelta. Waits for what it causes."""
        __tracebackhide__ = True
        if self._follow:
            return self._followed(self.now + _span(by))
        return self._passed({"by": by if isinstance(by, str) else format_span(by)})

    def to(self, instant: str | datetime) -> Passed:
        """Let time pass until an instant, `"2026-03-02T17:00:00Z"` or an aware datetime."""
        __tracebackhide__ = True
        if self._follow:
            return self._followed(_instant(instant))
        return self._passed({"to": instant if isinstance(instant, str) else format_instant(_instant(instant))})

    def next(self) -> Passed:
        """Let time pass until something happens by itself. Raises RefusedError if nothing is due."""
        __tracebackhide__ = True
        coming = self.coming if self._follow else None
        return self._followed(coming.at) if coming else self._passed({"until": "next"})

    def runs(self, rate: float) -> None:
        """Let the clock run: 1 is real time, 60 an hour a minute, 0 stands."""
        __tracebackhide__ = True
        if self._follow and rate:
            raise MarketplaceError("With freeze=True the clock stands; advance it, or leave freeze out.")
        self._control.put("clock", {"rate": rate})

    def _read(self) -> Json:
        shown: Json = self._control.get("clock")
        return shown

    def _passed(self, how: Json) -> Passed:
        __tracebackhide__ = True
        given = self._control.post("clock/advance", how)
        return Passed(
            parse_instant(given["now"]), tuple(_due(each) for each in given["fired"]), tuple(given["deliveries"])
        )

    def _followed(self, target: datetime) -> Passed:
        """From one due instant to the next, freezegun's clock first: a receiver in this process then sees the
        instant at which it is told.
        """
        __tracebackhide__ = True
        steps: list[Passed] = []
        while (coming := self.coming) and coming.at < target:
            steps.append(self._step(coming.at))
        steps.append(self._step(target))
        return Passed(
            steps[-1].now,
            tuple(each for step in steps for each in step.fired),
            tuple({each["id"]: each for step in steps for each in step.deliveries}.values()),
        )

    def _step(self, instant: datetime) -> Passed:
        __tracebackhide__ = True
        before = self.now
        if self._follow:
            self._follow(max(instant, before))
        try:
            return self._passed({"to": format_instant(instant)})
        except BaseException:
            if self._follow:
                self._follow(before)
            raise


def _due(given: Json) -> Due:
    return Due(parse_instant(given["at"]), given["what"], given["order_id"])


def _span(by: str | timedelta) -> timedelta:
    if isinstance(by, timedelta):
        return by
    try:
        return parse_span(by)
    except ValueError:
        raise MarketplaceError(f"{by!r} is not a span such as 31m, 1h10m, 7d or PT31M.") from None


def _instant(given: str | datetime) -> datetime:
    if isinstance(given, datetime):
        if given.tzinfo is None:
            raise MarketplaceError(f"{given!r} has no zone; give an aware datetime, such as one with tzinfo=UTC.")
        return given
    try:
        return parse_instant(given)
    except ValueError:
        raise MarketplaceError(f"{given!r} is not an instant such as 2026-03-02T16:00:00Z.") from None
