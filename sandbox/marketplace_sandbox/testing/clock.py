"""The world's clock in a test's hand, and freezegun's beside it where the test asks for that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.text.instants import format_instant, format_span, parse_instant, parse_span
from marketplace_sandbox.testing.control import Control, MarketplaceError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that time alone does: when, what (`release`, `auto-cancel` …) and to which order."""

    at: datetime
    what: str
    order_id: str


@dataclass(frozen=True, slots=True)
class AdvanceReceipt:
    """What came of letting time pass: the new now, what time did, and the deliveries that were under way.

    `stopped` says why it ended before its target: `timers`, as many as the setting `advance_timers` says have fired, or
    `asked`, somebody stopped it. It is empty where it arrived.
    """

    now: datetime
    fired: tuple[Timer, ...]
    deliveries: tuple[Json, ...]
    stopped: str = ""


class Clock:
    """The clock of one seller's world. `follow` is called with every instant before the world reaches it."""

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
    def coming(self) -> Timer | None:
        """The next timer that falls due; None if there is none."""
        following = self._read()["next"]
        return _read_timer(following) if following else None

    def advance(self, by: str | timedelta) -> AdvanceReceipt:
        """Let a span pass: `"31m"`, `"1h10m"`, `"7d"`, ISO 8601 or a timedelta. Waits for what it causes."""
        __tracebackhide__ = True
        if self._follow:
            try:
                span = by if isinstance(by, timedelta) else parse_span(by)
            except ValueError:
                raise MarketplaceError(f"{by!r} is not a span such as 31m, 1h10m, 7d or PT31M.") from None
            return self._advance_by_steps(self.now + span)
        return self._advance({"by": by if isinstance(by, str) else format_span(by)})

    def to(self, instant: str | datetime) -> AdvanceReceipt:
        """Let time pass until an instant, `"2026-03-02T17:00:00Z"` or an aware datetime."""
        __tracebackhide__ = True
        if self._follow:
            return self._advance_by_steps(_instant(instant))
        return self._advance({"to": instant if isinstance(instant, str) else format_instant(_instant(instant))})

    def next(self) -> AdvanceReceipt:
        """Let time pass until something happens by itself. Raises RefusedError if nothing is due."""
        __tracebackhide__ = True
        coming = self.coming if self._follow else None
        return self._advance_by_steps(coming.at) if coming else self._advance({"until": "next"})

    def runs(self, rate: float) -> None:
        """Let the clock run: 1 is real time, 60 an hour a minute, 0 stands."""
        __tracebackhide__ = True
        if self._follow and rate:
            raise MarketplaceError("With freeze=True the clock stands; advance it, or leave freeze out.")
        self._control.put("clock", {"rate": rate})

    def stand_at(self, instant: datetime) -> None:
        """Has a frozen process stand where the world has gone by itself, as by a rewind."""
        if self._follow:
            self._follow(instant)

    def _read(self) -> Json:
        clock: Json = self._control.get("clock")
        return clock

    def _advance(self, body: Json) -> AdvanceReceipt:
        __tracebackhide__ = True
        receipt = self._control.post("clock/advance", body)
        return AdvanceReceipt(
            parse_instant(receipt["now"]),
            tuple(_read_timer(each) for each in receipt["fired"]),
            tuple(receipt["deliveries"]),
            receipt.get("stopped", ""),
        )

    def _advance_by_steps(self, target: datetime) -> AdvanceReceipt:
        """From one due instant to the next, freezegun's clock first, so that a receiver in this process sees the
        instant of which it is notified.
        """
        __tracebackhide__ = True
        steps: list[AdvanceReceipt] = []
        while (coming := self.coming) and coming.at < target and not (steps and steps[-1].stopped):
            steps.append(self._step(coming.at))
        if not (steps and steps[-1].stopped):
            steps.append(self._step(target))
        return AdvanceReceipt(
            steps[-1].now,
            tuple(each for step in steps for each in step.fired),
            tuple({each["id"]: each for step in steps for each in step.deliveries}.values()),
            steps[-1].stopped,
        )

    def _step(self, instant: datetime) -> AdvanceReceipt:
        __tracebackhide__ = True
        before = self.now
        if self._follow:
            self._follow(max(instant, before))
        try:
            return self._advance({"to": format_instant(instant)})
        except BaseException:
            if self._follow:
                self._follow(before)
            raise


def _read_timer(timer: Json) -> Timer:
    return Timer(parse_instant(timer["at"]), timer["what"], timer["order_id"])


def _instant(instant: str | datetime) -> datetime:
    if isinstance(instant, datetime):
        if instant.tzinfo is None:
            raise MarketplaceError(f"{instant!r} has no zone; give an aware datetime, such as one with tzinfo=UTC.")
        return instant
    try:
        return parse_instant(instant)
    except ValueError:
        raise MarketplaceError(f"{instant!r} is not an instant such as 2026-03-02T16:00:00Z.") from None
