"""One seller's world: everything that changes does so here, under one lock, and is in the journal first.

How a command is taken. Somebody wants something of the world: a buyer cancels, a test moves the clock, a courier
reports an attempt. Each of these is a command, a frozen value of `core/commands`, and `execute` is the only way in.
It first lets happen what a running clock has made due, so that nobody acts in a past that is over. Then the state
*plans* the command: it reads it, judges it by the rules as of the world's instant, and answers a change that cannot
fail, or raises. Only then is the command appended to the journal, and only then is the change committed. A command that
is refused, or that cannot be written, has changed nothing; one that was written is what happened.

Why the journal comes first. A restart reads the journal and takes each command again at its instant (`restore`); so do
replay and export. That gives the same world, ids included, because a plan follows from the command, the instant and the
state alone: it reads no clock, draws no number and opens no file. What a change needs of the outside, such as the real
time of an advance, is part of its command. And because the entry is there before the change, nothing can be seen, sent
or answered that a restart would not know of.

How time passes. Nothing runs in the background. The schedule holds what falls due; a running clock's dues happen at the
next call (`settle`), each at its own instant, as if somebody had been there. A jump (`advance`) goes from one due
instant to the next. The clock stands pinned at each of them, and between two of them, without the lock, the caller
delivers what has come of the last: a receiver that acts in answer acts at that instant, and what it causes falls due in
its turn. So a jump over a month equals the month lived through. At the end one entry writes down where the real clock
stood, and the world's clock runs on from there.

Who may read. Readers take no lock: orders and all other things of the state are immutable values in dictionaries that
are only added to or replaced, and the version goes up last, so a reader of a version finds all that belongs to it. One
who thinks long about a command says which state it was for (`of`), and is refused if a reset has come between.

Rules for editors. Nothing that takes long happens under the lock, and no input or output but the journal's. A new
command gets a class in `core/commands`, a line in its registry and a planner in `core/state.py`; the types and
`tests/test_laws.py` hold the three together.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from marketplace_sandbox.core.clock import LAST, Anchor, Clock, to_millisecond
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.orders import Act, PlaceOrders
from marketplace_sandbox.core.commands.registry import read_command
from marketplace_sandbox.core.commands.worlds import Reach
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.instants import EARLIEST
from marketplace_sandbox.core.journal import Entry, JournalStore
from marketplace_sandbox.core.opening import CLOSED, OPENED, Opening
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.reading import JsonObject
from marketplace_sandbox.core.receipt import Commit, Receipt
from marketplace_sandbox.core.refusals import (
    ClockBusyError,
    EndOfTimeError,
    NothingDueError,
    OvertakenError,
    TimeGoesForwardError,
)
from marketplace_sandbox.core.schedule import Timer
from marketplace_sandbox.core.state import State

Between = Callable[[], None]


def _nothing() -> None:
    """What happens between two instants when nobody delivers."""


class World:
    """One seller's marketplace; `seller_id` is the seller's id and the world's.

    `between` of `advance` is called at each due instant, without the lock.
    """

    def __init__(self, opening: Opening, store: JournalStore, real: Callable[[], float] = time.time) -> None:
        self.seller_id = opening.seller_id
        self._store = store
        self._real = real
        self._lock = threading.RLock()
        self._advancing = False
        self._closed = False
        self._start(opening)

    def _start(self, opening: Opening) -> None:
        clock = Clock(opening.start, opening.rate, self._real)
        clock.restore(Anchor(opening.start, opening.wall, opening.rate))
        policy = Policy().with_settings(opening.policy)
        state = State(Ids(opening.seed, opening.seller_id), opening.marketplace_ids, policy)
        # readers take no lock: what they find is whole
        self.opening, self.clock, self.state = opening, clock, state

    @classmethod
    def open(cls, opening: Opening, store: JournalStore, real: Callable[[], float] = time.time) -> "World":
        """A new world, written to the store."""
        world = cls(opening, store, real)
        world._append(OPENED, opening.write(), opening.start, Receipt)
        return world

    @classmethod
    def restore(cls, entries: Iterable[Entry], store: JournalStore, real: Callable[[], float] = time.time) -> "World":
        """The world a journal tells of. A running clock has run on; what fell due since happens at the first call."""
        journal = iter(entries)
        world = cls(Opening.read(next(journal).body), store, real)
        world.state.version = 1
        for entry in journal:
            world._fold(entry)
        return world

    def _fold(self, entry: Entry) -> None:
        command = read_command(entry.kind, entry.body)
        self.state.plan(command, entry.at)()
        self.state.version = entry.version
        if isinstance(command, Reach) and command.wall is not None and command.rate is not None:
            self.clock.restore(Anchor(entry.at, command.wall, command.rate))
        else:
            self.clock.keep_after(entry.at)

    # Reading

    @property
    def marketplace_ids(self) -> tuple[str, ...]:
        """Where the seller sells; the first marketplace is the default."""
        return self.state.marketplace_ids

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.state.policy

    @property
    def version(self) -> int:
        """How many commands the world has taken."""
        return self.state.version

    @property
    def orders(self) -> Mapping[str, Order]:
        """Every order as it stands, by its id, in the order of placing."""
        return self.state.orders

    @property
    def is_closed(self) -> bool:
        """Whether the seller is gone for good."""
        return self._closed

    @property
    def advancing(self) -> bool:
        """Whether an advance runs."""
        return self._advancing

    def now(self) -> datetime:
        """The world's instant."""
        return self.clock.now()

    def order(self, order_id: str) -> Order:
        """The order of that id as it stands. Raises UnknownOrderError."""
        return self.state.order(order_id)

    def orders_as_of(self, version: int) -> list[Order]:
        """Every order as it stood at an earlier version of the world."""
        return self.state.orders_as_of(version)

    def next_timer(self) -> tuple[datetime, Timer] | None:
        """What time alone will do next, and when."""
        with self._lock:
            return self.state.schedule.next_due()

    def behind(self) -> bool:
        """Whether something is due that has not happened yet, as on a running clock between two calls."""
        due = self.state.schedule.peek_due()
        return due is not None and due <= self.clock.now()

    def journal(self) -> list[Entry]:
        """Every command taken, in order."""
        return list(self._store.read(self.seller_id))

    # The door

    def execute(self, command: Command, of: State | None = None) -> Receipt:
        """Take a command. Raises FieldError, SettingError or a RefusalError, in which case nothing has changed.

        A command that was thought out for a certain state, `of`, is refused when a reset has begun another one.
        """
        with self._lock:
            if self._closed or (of is not None and of is not self.state):
                raise OvertakenError(self.seller_id)
            at = self.clock.now()
            self._settle(at)
            commit = self.state.plan(command, at)
            receipt = self._write(command, at, commit)
            receipt.add(self._settle(at))  # what the command has made due at once
            return receipt

    def settle(self) -> Receipt:
        """Let happen what a running clock has made due."""
        with self._lock:
            return self._settle(self.clock.now())

    def place_orders(self, form: JsonObject) -> list[Order]:
        """Place one order or several, in fixture form."""
        return self.execute(PlaceOrders(form)).orders

    def act(self, order_id: str, action: str, arguments: JsonObject | None = None, origin: str = "control") -> Receipt:
        """Somebody does something to an order."""
        return self.execute(Act(order_id, action, dict(arguments or {}), origin))

    def _write(self, command: Command, at: datetime, commit: Commit) -> Receipt:
        command.check()
        return self._append(command.kind, command.write(), at, commit)

    def _append(self, kind: str, body: JsonObject, at: datetime, commit: Commit) -> Receipt:
        """First the journal, then the state, then its version: a reader of a version finds all that belongs to it.

        Raises EndOfTimeError for an instant that could not be read again.
        """
        if not EARLIEST <= at <= LAST:
            raise EndOfTimeError(at)
        entry = Entry(self.state.version + 1, at, kind, body)
        self._store.append(self.seller_id, entry)
        receipt = commit()
        self.state.version = entry.version
        return receipt

    # Time

    def _settle(self, now: datetime) -> Receipt:
        receipt = Receipt()
        while not (self._advancing or self._closed):
            due = self.state.schedule.next_due()
            if due is None or due[0] > now:
                break
            receipt.add(self._reach(due[0], Reach()))
        return receipt

    def _reach(self, at: datetime, command: Reach) -> Receipt:
        return self._write(command, at, self.state.plan(command, at))

    def advance(self, to: datetime | timedelta, between: Between = _nothing, rate: float | None = None) -> Receipt:
        """Go to an instant or by a span, from one due instant to the next, perhaps running on at another rate.

        Raises ClockBusyError while another advance runs and TimeGoesForwardError for the past.
        """
        target = self._begin(to)
        try:
            receipt = self._jump(target, between)
            with self._lock:  # one block: between arriving and running on, nobody may see an instant that has passed
                self._arrive(target, self.clock.rate if rate is None else rate)
                self._end_advance()
        except BaseException:
            with self._lock:
                self._end_advance()
            raise
        return receipt

    def _end_advance(self) -> None:
        self.clock.unpin()
        self._advancing = False

    def _begin(self, to: datetime | timedelta) -> datetime:
        """Stand at the world's now; answers the instant to go to, a span being counted from just then."""
        with self._lock:
            if self._closed:
                raise OvertakenError(self.seller_id)
            if self._advancing:
                raise ClockBusyError("another advance")
            now = self.clock.now()
            self._settle(now)
            if isinstance(to, timedelta) and to > LAST - now:
                raise EndOfTimeError(to)
            target = to_millisecond(now + to if isinstance(to, timedelta) else to)
            if target > LAST:
                raise EndOfTimeError(target)
            if target < now:
                raise TimeGoesForwardError(target, now)
            self._advancing = True
            self.clock.pin(now)
            return target

    def _jump(self, to: datetime, between: Between) -> Receipt:
        receipt = Receipt()
        between()
        while True:
            with self._lock:
                due = self.state.schedule.next_due()
                if due is None or due[0] > to:
                    return receipt
                self.clock.pin(due[0])
                receipt.add(self._reach(due[0], Reach(self._real(), self.clock.rate)))
            between()

    def _arrive(self, at: datetime, rate: float) -> None:
        wall = self._real()
        self.clock.pin(at)
        self._write(Reach(wall, rate), at, Receipt)
        self.clock.restore(Anchor(at, wall, rate))

    def next_due_at(self) -> datetime:
        """The instant of the next timer, for an advance until it. Raises NothingDueError."""
        following = self.next_timer()
        if following is None:
            raise NothingDueError
        return following[0]

    # Beginning again

    def reset(self) -> None:
        """Begin again: same start, rate, seed, policy; all else is gone. Raises ClockBusyError during an advance."""
        with self._lock:
            if self._closed:
                raise OvertakenError(self.seller_id)
            if self._advancing:
                raise ClockBusyError("a reset")
            again = self.opening.again(self._real())
            entry = Entry(1, again.start, OPENED, again.write())
            self._store.replace(self.seller_id, [entry])
            self._start(again)
            self.state.version = 1

    def close(self) -> None:
        """End the world for good; its journal keeps only that it was. Raises ClockBusyError during an advance."""
        with self._lock:
            if self._advancing:
                raise ClockBusyError("a deletion")
            end = Entry(1, self.clock.now(), CLOSED, {"seller_id": self.seller_id})
            self._store.replace(self.seller_id, [end])
            self._closed = True
