"""What falls due in one world: timers by their key, each at most once. Knows nothing of what they do.

Nothing is looked for in the queue: a timer that was set anew or cleared is simply no longer the one that is armed. It
is forgotten when its turn comes, or once most of the queue is such.
"""

from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.actions import Action
from marketplace_sandbox.core.clock import LAST
from marketplace_sandbox.core.timers import Queued, Timers

TimerKey = tuple[str, ...]
"""What a timer is told from others by: its kind, whose it is, and what it does."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due: `raw` is when the rules say, which may lie before the instant it could be known at."""

    key: TimerKey
    action: Action
    raw: datetime

    @property
    def kind(self) -> str:
        """What handles it: order, delivery, and so on."""
        return self.key[0]

    @property
    def owner(self) -> str:
        """The id of what it belongs to."""
        return self.key[1]


DEAD_PER_ARMED, MOST_DEAD = 2, 1_000
"""Where the queue has more than so many times the timers that are armed, and some, the dead are taken out."""


class Schedule:
    """The timers of one world. Reading the earliest needs no lock; all else needs the world's."""

    def __init__(self) -> None:
        self._timers: Timers[Timer] = Timers()
        self._armed: dict[TimerKey, datetime] = {}

    def set(self, key: TimerKey, action: Action, raw: datetime, now: datetime) -> None:
        """Have something done at an instant, or now if that has passed; the same again changes nothing.

        What would fall due after the last instant there is never does: no clock comes to it.
        """
        if self._armed.get(key) != raw:
            self._armed[key] = raw
            if raw <= LAST:
                self._timers.add(max(raw, now), Timer(key, action, raw))
                if len(self._timers) > DEAD_PER_ARMED * len(self._armed) + MOST_DEAD:
                    self._bury()

    @property
    def armed_count(self) -> int:
        """How many timers wait for their instants."""
        return len(self._armed)

    def _bury(self) -> None:
        """Take out what is dead, so that settings changed again and again leave nothing behind."""
        living: dict[TimerKey, Queued[Timer]] = {}
        for each in sorted(self._timers, key=lambda queued: queued[:2]):
            timer = each[2]
            if self._armed.get(timer.key) == timer.raw:
                living.setdefault(timer.key, each)
        # readers take no lock: the queue is another one from one moment to the next
        self._timers = Timers(list(living.values()), self._timers.numbered)

    def clear(self, key: TimerKey) -> None:
        """Forget a timer, if there is one."""
        self._armed.pop(key, None)

    def next_due(self) -> tuple[datetime, Timer] | None:
        """The next instant at which time alone does something, and what."""
        while (head := self._timers.peek()) is not None:
            due, timer = head
            if self._armed.get(timer.key) == timer.raw:
                return due, timer
            self._timers.pop()
        return None

    def take(self) -> None:
        """Take the timer out that `next_due` has answered."""
        _, timer = self._timers.pop()
        del self._armed[timer.key]

    def peek_due(self) -> datetime | None:
        """The earliest instant at which something may be due; needs no lock and may name a timer that is dead."""
        head = self._timers.peek()
        return head[0] if head else None
