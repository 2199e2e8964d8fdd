"""The world's time: a clock that runs, stands or jumps. Knows nothing of orders.

`virtual = base + rate × (real − real_base)`. Rate 0 stands still, 1 is real time, 60 an hour a minute. Changing the
rate re-bases, so time is continuous; it never goes back. Everything is rounded down to a millisecond.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from marketplace_sandbox.core.text.instants import LATEST

MILLISECOND = timedelta(milliseconds=1)
LAST = LATEST - MILLISECOND
"""Where every clock stands still: the last instant a world may know."""


def to_millisecond(instant: datetime) -> datetime:
    """The instant in UTC, rounded down to a millisecond."""
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a clock starts from: it showed `base` when the real clock showed `real_base` (epoch seconds)."""

    base: datetime
    real_base: float
    rate: float


class Clock:
    """A virtual clock on a real one. `real` answers epoch seconds; a pinned clock stands whatever its rate.

    >>> clock = Clock(datetime(2026, 3, 2, 16, tzinfo=UTC), rate=0)
    >>> clock.now().isoformat()
    '2026-03-02T16:00:00+00:00'
    """

    def __init__(self, start: datetime, rate: float, real: Callable[[], float] = time.time) -> None:
        self._real = real
        self._anchor = Anchor(to_millisecond(start), real(), rate)
        self._pinned: datetime | None = None
        self._latest = self._anchor.base

    @property
    def rate(self) -> float:
        """Virtual seconds in a real one."""
        return self._anchor.rate

    @property
    def anchor(self) -> Anchor:
        """What the clock runs on from, for the journal."""
        return self._anchor

    def now(self) -> datetime:
        """The world's instant; never earlier than any it has answered before.

        Needs no lock: where the anchor changes on the way, the question is asked again, so that no instant is half by
        the old anchor and half by the new one.
        """
        while True:
            anchor, pinned = self._anchor, self._pinned
            if pinned is not None:
                return pinned
            # one that stands shows its base, whatever the time is
            instant = _instant_of(anchor, self._real()) if anchor.rate else anchor.base
            if self._anchor is anchor and self._pinned is None:
                self._latest = max(self._latest, instant)
                return self._latest

    def real_until(self, instant: datetime) -> float | None:
        """Real seconds until the clock shows `instant`; None when it stands."""
        rate = self._anchor.rate
        if self._pinned is not None or rate == 0:
            return None
        return max(0.0, (instant - self.now()).total_seconds() / rate)

    def restore(self, anchor: Anchor) -> Anchor:
        """Run on from an earlier anchor, as a restart does."""
        self._anchor = anchor
        self._latest = max(self._latest, anchor.base)
        return anchor

    def keep_after(self, at: datetime) -> None:
        """Never answer an instant before this one again, as after a restart."""
        self._latest = max(self._latest, at)

    def pin(self, at: datetime) -> None:
        """Stand at an instant until `unpin`, whatever the rate."""
        self._pinned = at
        self._latest = max(self._latest, at)

    def unpin(self) -> None:
        """Run on from where the anchor says."""
        self._pinned = None


def _instant_of(anchor: Anchor, real: float) -> datetime:
    seconds = anchor.rate * (real - anchor.real_base)
    # Compared as numbers: so long a span would leave the calendar before it could be compared as a date.
    left = (LAST - anchor.base).total_seconds()
    return LAST if seconds >= left else to_millisecond(anchor.base + timedelta(seconds=seconds))
