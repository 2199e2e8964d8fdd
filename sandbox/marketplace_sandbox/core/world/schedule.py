"""What falls due in one world: timers by whose they are, each at most once. Knows nothing of what they do.

Nothing is looked for in the queue: a timer that was set anew or cleared is simply no longer one that is armed. It is
forgotten when its turn comes, or once most of the queue is such.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from marketplace_sandbox.core.clock import LAST
from marketplace_sandbox.core.data.data import Data
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.timers import Queued, Timers
from marketplace_sandbox.core.data.values import maker
from marketplace_sandbox.core.orders.actions import Action

TimerOwner = tuple[str, str]
"""Whose a timer is: what handles it (order, delivery, and so on) and the id of what it belongs to."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something due: `raw` is when the rules say, which may lie before the instant it could be known at.

    `what` tells it from others of the same owner.
    """

    of: TimerOwner
    what: tuple[str, ...]
    action: Action
    raw: datetime

    @property
    def key(self) -> tuple[str, ...]:
        """What it is told from all others by."""
        return (*self.of, *self.what)

    @property
    def kind(self) -> str:
        """What handles it: order, delivery, and so on."""
        return self.of[0]

    @property
    def owner(self) -> str:
        """The id of what it belongs to."""
        return self.of[1]


_new_timer = maker(Timer)

Due = tuple[tuple[str, ...], Action, datetime]
"""What a timer is to be: what tells it from others of the same owner, what is done, and when the rules say."""


@dataclass(eq=False)
class ScheduleData(Data):
    """The timers that are armed, by whose they are, how many they are, and the queue of those that were armed once."""

    armed: Table[TimerOwner, tuple[Timer, ...]] = field(default_factory=Table)
    count: int = 0
    timers: Timers[Timer] = field(default_factory=Timers)


def _without(timers: tuple[Timer, ...], one: Timer) -> tuple[Timer, ...]:
    return () if len(timers) == 1 else tuple(each for each in timers if each is not one and each != one)


DEAD_PER_ARMED, MOST_DEAD = 2, 1_000
"""Where the queue has more than so many times the timers that are armed, and some, the dead are taken out."""


class Schedule:
    """The timers of one world. Reading the earliest needs no lock; all else needs the world's."""

    def __init__(self, data: ScheduleData) -> None:
        self._data = data
        self._armed = data.armed

    @property
    def armed_count(self) -> int:
        """How many timers wait for their instants."""
        return self._data.count

    def set(self, of: TimerOwner, action: Action, raw: datetime, now: datetime, what: tuple[str, ...] = ()) -> None:
        """Have something done at an instant, or now if that has passed; the same again changes nothing."""
        others = [(each.what, each.action, each.raw) for each in self._armed.get(of, ()) if each.what != what]
        self.arm(of, [*others, (what, action, raw)], now)

    def arm(self, of: TimerOwner, due: Iterable[Due], now: datetime, fired: Timer | None = None) -> None:
        """Have nothing else be done by the timers of an owner than this; a timer that has `fired` is none of them.

        What would fall due after the last instant there is never does: no clock comes to it.
        """
        armed = self._armed.get(of, ())
        before = armed if fired is None else _without(armed, fired)
        after: list[Timer] = []
        new: list[Timer] = []
        for what, action, raw in due:
            for timer in before:
                if timer.raw == raw and timer.what == what:
                    break
            else:
                timer = _new_timer(of, what, action, raw)
                new.append(timer)
            after.append(timer)
        self._hold(of, armed, tuple(after))
        for timer in new:
            if timer.raw <= LAST:
                self._queue(max(timer.raw, now), timer)

    def _queue(self, due: datetime, timer: Timer) -> None:
        timers = self._data.timers
        if len(timers) > DEAD_PER_ARMED * self._data.count + MOST_DEAD:
            timers = self._bury()
        timers.add(due, timer)

    def _hold(self, of: TimerOwner, before: tuple[Timer, ...], after: tuple[Timer, ...]) -> None:
        self._data.count += len(after) - len(before)
        if after:
            self._armed[of] = after
        elif before:
            del self._armed[of]

    def _bury(self) -> Timers[Timer]:
        """Take out what is dead, so that settings changed again and again leave nothing behind."""
        living: dict[tuple[str, ...], Queued[Timer]] = {}
        for each in sorted(self._data.timers, key=lambda queued: queued[:2]):
            timer = each[2]
            if timer in self._armed.get(timer.of, ()):
                living.setdefault(timer.key, each)
        # readers take no lock: the queue is another one from one moment to the next
        self._data.timers = Timers(list(living.values()), self._data.timers.numbered)
        return self._data.timers

    def clear(self, of: TimerOwner) -> None:
        """Forget the timers of an owner, if there are any."""
        self._hold(of, self._armed.get(of, ()), ())

    def due_of(self, of: TimerOwner) -> datetime | None:
        """When the next thing is due that an owner has to do; None where nothing is."""
        return min((each.raw for each in self._armed.get(of, ())), default=None)

    def next_due(self) -> tuple[datetime, Timer] | None:
        """The next instant at which time alone does something, and what."""
        timers = self._data.timers
        while (head := timers.peek()) is not None:
            due, timer = head
            if timer in self._armed.get(timer.of, ()):
                return due, timer
            timers.pop()
        return None

    def take(self) -> None:
        """Take the timer from the queue that `next_due` has answered. It is armed until its owner's are armed anew."""
        self._data.timers.pop()

    def disarm(self, timer: Timer) -> None:
        """Have one timer of its owner be armed no longer."""
        before = self._armed[timer.of]
        self._hold(timer.of, before, _without(before, timer))

    def peek_due(self) -> datetime | None:
        """The earliest instant at which something may be due; needs no lock and may name a timer that is dead."""
        head = self._data.timers.peek()
        return head[0] if head else None
