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
stood, and the world's clock runs on from there. A jump is ended on its way by whoever makes it, by `stop_advance`, by a
reset or a deletion, and the world then stands at the last instant that was written.

Time is written before it is shown. The clock is pinned at an instant once its entry is in the journal, so an advance
that the store refuses leaves the world where it was, in memory as on the disk. And where the dues of a running clock
cannot be written, the world stands before the first of them (`now`): readers are answered as of then, commands are
refused, and all of it happens once the store takes it again.

Who may read. Readers take no lock: orders and all other things of the state are immutable values in tables and logs
that are only added to or replaced, and the version goes up last, so a reader of a version finds all that belongs to it.
One who thinks long about a command says which state it was for (`of`), and is refused if a reset has come between.

Rules for editors. Nothing that takes long happens under the lock, and no input or output but the journal's. A new
command gets a class in `core/commands`, a line in its registry and a planner in `core/world/state.py`; the types and
`tests/test_laws.py` hold the three together.
"""

import json
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, count

from marketplace_sandbox.core.checkpoints.checkpoint import CheckpointVersion, Snapshot, find_snapshot, pass_over
from marketplace_sandbox.core.checkpoints.values import DamagedPageError
from marketplace_sandbox.core.clock import LAST, MILLISECOND, Anchor, Clock, to_millisecond
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.orders import Act, PlaceOrders
from marketplace_sandbox.core.commands.registry import read_command
from marketplace_sandbox.core.commands.worlds import AcceptRules, Reach
from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.data.values import without_collection
from marketplace_sandbox.core.journal.fold import (
    Present,
    first_present,
    first_state,
    go_on,
    let_happen,
    take_again,
    take_all_again,
)
from marketplace_sandbox.core.journal.journal import (
    Branch,
    Entry,
    JournalStore,
    StoreError,
    StoreUnavailableError,
    UnreadableJournalError,
    UnreadableWorldError,
)
from marketplace_sandbox.core.journal.opening import OPENED, Opening, closing
from marketplace_sandbox.core.journal.results import OtherRulesError, Results, lengths, refused_result, tell_result
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.past.copies import Copies
from marketplace_sandbox.core.past.moment import Moment, check_instant, check_version
from marketplace_sandbox.core.past.origin import BranchPoint, Origin, Origins, count_skipped
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.policy import Policy, SettingError
from marketplace_sandbox.core.receipt import Commit, Receipt
from marketplace_sandbox.core.refusals import (
    ClockBusyError,
    EndOfTimeError,
    NothingDueError,
    OvertakenError,
    TimeGoesForwardError,
)
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.text.instants import EARLIEST
from marketplace_sandbox.core.text.reading import FieldError, JsonObject
from marketplace_sandbox.core.world.absence import Absence
from marketplace_sandbox.core.world.advance import ASKED, TOO_MANY_TIMERS, Advance
from marketplace_sandbox.core.world.bounds import check_room, check_time
from marketplace_sandbox.core.world.schedule import Timer
from marketplace_sandbox.core.world.state import State

Between = Callable[[], None]


@dataclass(frozen=True, slots=True)
class BranchState:
    """Where a world stood, and how, in a history of it: after a reset or a rewind it has another."""

    history: object
    moment: Moment
    present: Present


_QUESTIONS = count(1)
"""Numbers every question for the time, of all worlds and threads: none is given twice."""

SETTLE_AGAIN_SECONDS = 1.0
"""How long the world stands before what the store could not take until that is tried again, by nobody's command."""


def _nothing() -> None:
    """What happens between two instants when nobody delivers."""


class World:
    """One seller's marketplace; `seller_id` is the seller's id and the world's.

    `between` of `advance` is called at each due instant, without the lock.
    """

    def __init__(
        self,
        opening: Opening,
        store: JournalStore,
        real: Callable[[], float] = time.time,
        present: Present | Absence | None = None,
    ) -> None:
        self.seller_id = opening.seller_id
        self._store = store
        self._unwritten: list[Entry] | None = None
        self._real = real
        self._lock = threading.RLock()
        self._advance: Advance | None = None
        self._overtaking: set[object] = set()
        self._settles_again_at = 0.0
        self._closed = False
        self.asked = 0
        """The number of the latest question for the time: the same before and after a read that does not go by it."""
        self.used_at = time.monotonic()
        self._start(opening, present or first_present(opening))

    def _start(self, opening: Opening, present: Present | Absence) -> None:
        clock = Clock(present.anchor.base, present.anchor.rate, self._real)
        clock.restore(present.anchor)
        clock.keep_after(present.at)
        # the same until a reset or a rewind; a state that leaves memory and comes back is of the same
        self._history = object()
        # readers take no lock: what they find is whole
        self._absence = present if isinstance(present, Absence) else None
        self.opening, self.clock, self._origins = opening, clock, present.origins
        self._state = None if isinstance(present, Absence) else present.state
        self._kept = CheckpointVersion()
        self._copies = Copies() if isinstance(present, Absence) else present.copies
        self._written_at = present.written_at
        self._last_result = present.result
        self._kept_version = present.result[0]  # known by the opening, or by the origin
        self._accepted: dict[int, str] = {}

    @classmethod
    def open(
        cls, opening: Opening, store: JournalStore, real: Callable[[], float] = time.time, *, aside: bool = False
    ) -> "World":
        """A new world, written to the store; or one that stands `aside`, of which `write_down` writes all at once."""
        world = cls(opening, store, real)
        world._unwritten = [] if aside else None
        world._append(OPENED, opening.write(), opening.start, Receipt)
        return world

    @classmethod
    def restore(
        cls,
        entries: Iterable[Entry],
        store: JournalStore,
        real: Callable[[], float] = time.time,
        *,
        last_result: tuple[int, str] | None = None,
        origins: Origins = (),
        accept_new_rules: bool = False,
        since: Snapshot | None = None,
    ) -> "World":
        """The world a journal tells of. A running clock has run on; what fell due since happens at the first call.

        `last_result` is what the store has kept of its last entry, with that entry's version, and `origins` says where
        the journal was branched, after which versions. Where the world is known as it was `since` an entry, the journal
        is what came after that.

        Raises UnreadableJournalError, and OtherRulesError where the rules would decide otherwise than it was decided,
        unless that is accepted.
        """
        journal = list(entries)
        entry = journal[0] if since is None else None
        seller_id = str(entry.body.get("seller_id")) if entry else ""
        try:
            if since is None:
                world = cls(Opening.read(journal[0].body), store, real)
                world.state.version = 1
            else:
                seller_id, world = since.known.opening.seller_id, cls._since(since, store, real)
            results = Results(journal, last_result, [each.results for _, each in origins])
            world._kept_version = last_result[0] if last_result else 1
            origins = origins[since.branched if since else 0 :]
            world._branch_after(world.version, origins)
            if since is not None:
                world._copies = since.copies or Copies({world.version: world.state.data.copy()})
            world._copies.expect(len(journal))
            with without_collection():
                taken = journal if since else journal[1:]
                for entry in counting(taken, f"entries of the journal of {seller_id} are taken again"):
                    world._fold(entry, results)
                    if origins:
                        world._branch_after(entry.version, origins)
                    world._copies.keep(world.state)
            world._accepted = {**world._accepted, **results.accepted}
        except DamagedPageError:
            raise
        except Exception as wrong:  # a body that is not of our making may bring about whatever there is
            ours = isinstance(wrong, FieldError | SettingError)
            why = str(wrong) if ours else f"it is not as this sandbox writes one ({type(wrong).__name__}: {wrong})."
            where = f"entry {entry.version}, {entry.kind}: " if entry else ""
            raise UnreadableJournalError(seller_id, f"{where}{why}") from wrong
        if results.changes and not accept_new_rules:
            raise OtherRulesError(seller_id, results.changes)
        if results.changes:
            world._accepted = world._accepted | results.changed()
            accepted = {str(version): each for version, each in results.changed().items()}
            world._write(AcceptRules(RULES, accepted), world._written_at, Receipt)
        return world

    def _fold(self, entry: Entry, results: Results) -> None:
        """Take an entry again. What the rules refuse now is passed over, and is among the changes of the results."""
        state = self.state
        before, command = lengths(state), read_command(entry.kind, entry.body)
        came = take_again(state, command, entry)
        if isinstance(came, Receipt):
            result = tell_result(state, before, came)
        else:
            result = refused_result(getattr(came, "code", "INVALID"))
        results.compare(entry, result)
        self._last_result = (entry.version, result)
        self._written_at = entry.at
        if isinstance(command, Reach) and command.wall is not None and command.rate is not None:
            self.clock.restore(Anchor(entry.at, command.wall, command.rate))
        else:
            self.clock.keep_after(entry.at)

    def _branch_after(self, version: int, origins: Origins) -> None:
        """Go on as the journal does where it was branched after the entry of a version."""
        self.state = go_on(self.state, origins)
        here = [origin for after, origin in origins if after == version]
        for origin in here:
            self.opening = self.opening.of(origin.seller_id, origin.generation, origin.lineage)
        if here:  # only the last says when it is: one before may have stood later, between this entry and the next
            last = here[-1]
            self.seller_id, self._written_at = last.seller_id, last.at
            self.clock = Clock(last.at, last.anchor.rate, self._real)
            self.clock.restore(last.anchor)
            self._origins = (*self._origins, *((version, each) for each in here))

    # Out of memory, and back

    @classmethod
    def _since(cls, since: Snapshot, store: JournalStore, real: Callable[[], float]) -> "World":
        """The world of a checkpoint, as it was then."""
        known = since.known
        present = Present(since.state, known.at, known.written_at, known.anchor, known.result, known.origins)
        world = cls(known.opening, store, real, present)
        world._accepted = dict(known.accepted)
        world._kept = (
            since.kept if since.copies else CheckpointVersion(since.version, _size(since.state), since.branched)
        )
        return world

    @classmethod
    def absent(cls, known: Absence, store: JournalStore, real: Callable[[], float] = time.time) -> "World":
        """A world whose state stays in the store until somebody asks for something of it."""
        world = cls(known.opening, store, real, known)
        world._accepted = dict(known.accepted)
        world._kept = CheckpointVersion(known.version, 0, len(known.origins))
        return world

    @property
    def state(self) -> State:
        """What there is of the seller's, in memory from then on. Raises StoreError where it cannot be read."""
        state = self._state
        return self._come_back() if state is None else state

    @state.setter
    def state(self, state: State) -> None:
        self._state = state

    @property
    def absence(self) -> Absence | None:
        """What is known of the world while its state is not in memory."""
        return self._absence if self._state is None else None

    def _come_back(self) -> State:
        with self._lock:
            known = self.absence
            if known is not None:
                self._state = self._read_again(known.version)
                if self._kept.version == known.version:  # how much that was is not known of a world that was never here
                    self._kept = replace(self._kept, size=_size(self._state))
                self.used_at = time.monotonic()
            return self.state

    def _read_again(self, version: int) -> State:
        """The state as it was when it left. Raises StoreUnavailableError."""
        try:
            try:
                return self._fold_again(version)
            except DamagedPageError as wrong:
                pass_over(self._store, self.seller_id, str(wrong))
                return self._fold_again(version)
        except StoreUnavailableError:
            raise
        except Exception as wrong:  # a body that is not of our making may bring about whatever there is
            raise UnreadableWorldError(str(wrong).rstrip(".")) from wrong

    def _fold_again(self, version: int) -> State:
        """The state after an entry, from the latest checkpoint on, of which a copy is kept."""
        begun, origins = find_snapshot(self._store, self.seller_id, version), self._origins
        if begun is None:
            state, self._copies = self._first_state(), Copies()
        else:
            origins = origins[begun.branched :]
            state = go_on(begun.state, origins)
            self._copies = Copies({begun.version: state.data.copy()})
        state = take_all_again(state, self.journal(state.version, version), origins)
        if state.version != version:
            raise OvertakenError(self.seller_id)
        return state

    def _know(self, state: State) -> Absence:
        return Absence(
            self.opening,
            state.version,
            self._written_at,
            self._written_at,
            self.clock.anchor,
            self._last_result,
            tuple(self._origins),
            dict(self._accepted),
            state.schedule.peek_due(),
            len(state.orders),
            _queues(state),
            bool(state.outgoing),
        )

    def snapshot(self) -> Snapshot | None:
        """The world as it stands, with a state of its own; None of one that is not in the store, or not in memory."""
        with self._lock:
            state = self._state
            if state is None or self._closed or self._unwritten is not None:
                return None
            return Snapshot(self._know(state), state.copy(), branch=self._store.branch_of(self.seller_id))

    def snapshot_where_left(self, left: Origins) -> Snapshot:
        """The world as it stood where another has left it, for that other one: it shares all there was.

        Of when that is and what is known of entries, the last of the other's origins says all. Raises OvertakenError,
        StoreError.
        """
        *before, (version, origin) = left
        origins = tuple(each for each in self._origins if each[0] <= version)
        if len(origins) - count_skipped(origins, version, held=origin.held) > len(before):
            raise OvertakenError(self.seller_id)  # it has been branched there since, and holds what the other does not
        if self.absence:
            self._come_back()
        state, origins = self.state_at(version), origins[: len(before)]
        known = Absence(
            self.opening.of(origin.seller_id, origin.generation, origin.lineage),
            version,
            origin.at,
            origin.at,
            origin.anchor,
            (version, origin.results[version]),
            origins,
            {each: result for each, result in self._accepted.items() if each <= version},
        )
        copies, kept = self._copies.until(version - 1), self._kept.until(version, len(origins))
        return Snapshot(known, state, len(origins), copies=copies, kept=kept)

    def note_checkpoint(self, of: Snapshot) -> None:
        """A checkpoint has all of this, unless the world has begun again or elsewhere since."""
        with self._lock:
            if self._store.branch_of(self.seller_id) == of.branch:
                self._kept = CheckpointVersion(of.version, _size(of.state), len(of.known.origins))

    @property
    def checkpoint_version(self) -> int:
        """After which entry the last checkpoint is, 0 without one."""
        return self._kept.version

    @property
    def growth(self) -> tuple[int, int]:
        """How much has happened since the last checkpoint, and in all: entries, and what came of them."""
        state = self._state
        if state is None:
            return 0, 0
        size = _size(state)
        return size - self._kept.size, size

    def leave(self) -> bool:
        """Have the state leave memory, if a checkpoint has all of it and nothing is under way; whether it is away.

        Who has the state still may read it, and it never changes again.
        """
        with self._lock:
            state = self._state
            if state is None:
                return True
            if self._closed or self._unwritten is not None or self._advance is not None or state.outgoing:
                return False
            if self._kept.version != state.version or self.unkept_result() is not None:
                return False
            self._absence, self._state, self._copies = self._know(state), None, Copies()
        state.retire()
        return True

    def unkept_result(self) -> tuple[int, str] | None:
        """What came of the last entry, with its version; None once that is kept. Needs no lock."""
        last = self._last_result
        return None if last[0] == self._kept_version or self._closed else last

    def note_kept(self, version: int) -> None:
        """What came of the entry of this version is kept."""
        self._kept_version = version

    # Reading

    @property
    def marketplace_ids(self) -> tuple[str, ...]:
        """Where the seller sells; the first marketplace is the default."""
        return tuple(self.opening.marketplace_ids)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.state.policy

    @property
    def rate(self) -> float:
        """Virtual seconds in a real one."""
        return self.clock.rate

    @property
    def version(self) -> int:
        """How many commands the world has taken."""
        known = self.absence
        return self.state.version if known is None else known.version

    @property
    def order_count(self) -> int:
        """How many orders there are."""
        known = self.absence
        return len(self.state.orders) if known is None else known.orders

    @property
    def queues(self) -> tuple[str, ...]:
        """The ARNs of the queues that are destinations."""
        known = self.absence
        return _queues(self.state) if known is None else known.queues

    @property
    def has_outgoing(self) -> bool:
        """Whether a delivery waits to be made."""
        known = self.absence
        return bool(self.state.outgoing) if known is None else known.outgoing

    @property
    def orders(self) -> Mapping[str, Order]:
        """Every order as it stands, by its id, in the order of placing."""
        return self.state.orders

    @property
    def origins(self) -> Origins:
        """Where the journal was branched, after which versions, and how the world went on there; the oldest first."""
        return self._origins

    @property
    def origin(self) -> Origin | None:
        """How the world goes on from where it was branched last, if ever it was."""
        return self._origins[-1][1] if self._origins else None

    @property
    def is_closed(self) -> bool:
        """Whether the seller is gone for good."""
        return self._closed

    @property
    def advancing(self) -> bool:
        """Whether an advance runs."""
        return self._advance is not None

    @property
    def advancing_to(self) -> datetime | None:
        """Where the advance that runs goes to; None where none runs."""
        advance = self._advance
        return None if advance is None else advance.target

    def now(self) -> datetime:
        """The world's instant: never one of which something is due that could not be written yet."""
        self.asked = next(_QUESTIONS)
        now, due = self.clock.now(), self.peek_due()
        if due is None or due > now or self._advance is not None:
            return now
        return max(due - MILLISECOND, self._written_at)

    def has_come(self, instant: datetime) -> bool:
        """Whether the clock shows an instant, or a later one; what that has made due may not have happened yet."""
        self.asked = next(_QUESTIONS)
        return self.clock.now() >= instant

    def is_unchanged(self, state: State, version: int) -> bool:
        """Whether nothing has happened since a state had a version, and nothing is due.

        A read then finds what it found; where it goes by the time, only while the clock stands. That is said of a world
        that nobody advances.
        """
        if self._state is not state or state.version != version or self._advance is not None or self._closed:
            return False
        due = state.schedule.peek_due()
        return due is None or due > self.clock.now()

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

    def peek_due(self) -> datetime | None:
        """The earliest instant at which something may be due. Needs no lock."""
        known = self.absence
        return self.state.schedule.peek_due() if known is None else known.due

    def behind(self) -> bool:
        """Whether something is due that has not happened yet, as on a running clock between two calls.

        Not just after the store has failed to take it: until it is tried again, the world stands before it.
        """
        due = self.peek_due()
        return due is not None and due <= self.clock.now() and time.monotonic() >= self._settles_again_at

    def journal(self, since: int = 0, until: int | None = None) -> list[Entry]:
        """Every command taken after a version and up to another, in order."""
        if self._unwritten is not None:
            return self._unwritten[since:until]
        return list(self._store.read(self.seller_id, since, until))

    def write_down(self) -> None:
        """Write the journal of a world that stands aside, instead of any of that seller: all of it, or nothing."""
        with self._lock:
            if self._unwritten is not None:
                self._store.replace(self.seller_id, self._unwritten)
                self._unwritten = None

    # Looking back

    def find_moment(self, when: int | datetime, path: str = "at") -> Moment:
        """The moment of a version, which stands at its entry's instant, or of an instant. Appends nothing.

        Raises FieldError, with the path of what named it, for what lies after now or before the start, and for a
        version there is not.
        """
        last, now = self.version, self.now()
        if isinstance(when, int):
            version = check_version(when, path, last)
            return Moment(version, self._written(version).at)
        at = check_instant(to_millisecond(when), path, self.opening.start, now)
        later = bisect_right(range(2, last + 1), at, key=lambda version: self._written(version).at)
        return Moment(later + 1, at)

    def _written(self, version: int) -> Entry:
        """The entry of a version. Raises OvertakenError where a reset has come between."""
        for entry in self.journal(version - 1, version):
            return entry
        raise OvertakenError(self.seller_id)

    def state_at(self, version: int) -> State:
        """A state of its own, as the world's was after the entry of a version. Raises OvertakenError."""
        with self._lock:
            present = self.state  # the copies come back with it
            history, copies, origins = self._history, self._copies, self._origins
            if version == present.version:
                return present.copy()
        state = copies.nearest(version) or self._first_state()
        state = take_all_again(state, self.journal(state.version, version), origins)
        if state.version != version or self._history is not history:
            raise OvertakenError(self.seller_id)
        copies.note(state)
        return state

    def _first_state(self) -> State:
        origins, state = self._origins, first_state(Opening.read(self._written(1).body))
        state.version = 1
        return go_on(state, origins)

    def copy_state(self) -> tuple[State, datetime]:
        """A copy of the state, on which something can be tried, and the instant at which it stands."""
        with self._lock:
            return self.state.copy(), self.now()

    def as_of(self, moment: Moment) -> PastWorld:
        """The world as it stood at a moment, to be read. Raises OvertakenError where a reset has come between."""
        opening, history = self.opening, self._history
        state = self.state_at(moment.version)
        if moment.at > self._written(moment.version).at:
            let_happen(state, moment.at)  # by the rules of now there may be what those of then did not know
        if self._history is not history:
            raise OvertakenError(self.seller_id)
        return PastWorld(self.seller_id, opening, moment, state, self.journal)

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
            check_room(self.state, command, at)
            commit = self.state.plan(command, at)
            receipt = self._write(command, at, commit)
            with suppress(StoreError):  # the command is taken; what it has made due at once may come later
                receipt.add(self._settle(at))
            return receipt

    def settle(self) -> Receipt:
        """Let happen what a running clock has made due. Where the store fails, the world stands before that.

        So a read never fails because time could not be written down.
        """
        with self._lock:
            try:
                return self._settle(self.clock.now())
            except StoreError:
                self._settles_again_at = time.monotonic() + SETTLE_AGAIN_SECONDS
                return Receipt()
            except OvertakenError:
                return Receipt()

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
        entry = Entry(self.state.version + 1, at, kind, body, result_before=self._last_result[1])
        before = lengths(self.state)
        if self._unwritten is None:
            self._store.append(self.seller_id, entry)
        else:
            self._unwritten.append(entry)
        receipt = commit()
        self._last_result = (entry.version, tell_result(self.state, before, receipt))
        self.state.version, self._written_at = entry.version, at
        self._copies.keep(self.state)
        receipt.version = entry.version
        return receipt

    # Time

    def _settle(self, now: datetime) -> Receipt:
        receipt = Receipt()
        while self._advance is None and not self._closed:
            due = self.state.schedule.next_due()
            if due is None or due[0] > now:
                break
            if self._overtaking:
                raise OvertakenError(self.seller_id)
            receipt.add(self._reach(due[0], Reach()))
        self._settles_again_at = 0.0
        return receipt

    def _reach(self, at: datetime, command: Reach) -> Receipt:
        return self._write(command, at, self.state.plan(command, at))

    def advance(self, to: datetime | timedelta, between: Between = _nothing, rate: float | None = None) -> Receipt:
        """Go to an instant or by a span, from one due instant to the next, perhaps running on at another rate.

        Raises ClockBusyError while another advance runs and TimeGoesForwardError for the past.
        """
        with self.advance_in_steps(to, rate, bounded=False) as advance:
            between()
            while self.take_step(advance):
                between()
        return advance.receipt

    @contextmanager
    def advance_in_steps(
        self, to: datetime | timedelta | None, rate: float | None = None, *, bounded: bool = True
    ) -> Iterator[Advance]:
        """Begin an advance, which is taken further by `take_step` and has ended when the block has.

        Without a target it goes to what is next. One that is left on its way stays at the last instant that was
        written. Where it is bounded, no more timers fire than the setting says, but for those of the same instant.
        Raises what `advance` raises, and NothingDueError.
        """
        advance = self._begin(to, rate, self.policy.value("advance_timers") if bounded else None)
        try:
            yield advance
        finally:
            self._stop(advance, ASKED)

    def _begin(self, to: datetime | timedelta | None, rate: float | None, most: int | None) -> Advance:
        """Stand at the world's now, from which a span is counted."""
        with self._lock:
            if self._closed:
                raise OvertakenError(self.seller_id)
            if self._advance is not None:
                raise ClockBusyError("another advance")
            now = self.clock.now()
            self._settle(now)
            check_time(self.state)
            if to is None:
                to = self.next_due_at()
            if isinstance(to, timedelta) and to > LAST - now:
                raise EndOfTimeError(to)
            target = to_millisecond(now + to if isinstance(to, timedelta) else to)
            if target > LAST:
                raise EndOfTimeError(target)
            if target < now:
                raise TimeGoesForwardError(target, now)
            rate = self.clock.rate if rate is None else rate
            self._advance = Advance(target, now, self.state, rate, most, tuple(self.state.outgoing), self.version)
            self.clock.pin(now)
            return self._advance

    def take_step(self, advance: Advance) -> bool:
        """Take an advance to the next due instant or, where there is none, to its target; whether it goes on."""
        with self._lock:
            if advance.is_over:
                return False
            due = self.state.schedule.next_due()
            if due is None or due[0] > advance.target:
                # one block: between arriving and running on, nobody may see an instant that has passed
                advance.version = self._stand_at(advance.target, advance.rate).version
                self._end_advance(advance)
            elif advance.most is not None and advance.timers >= advance.most:
                self._stop(advance, TOO_MANY_TIMERS)
            else:
                advance.reach(due[0], self._stand_at(due[0], self.clock.rate))
            return not advance.is_over

    def stop_advance(self, why: str = ASKED) -> Advance | None:
        """Stop the advance that runs at the last instant that was written; None where none runs."""
        if self._advance is None:  # the lock may be held for long
            return None
        with self._lock:
            advance = self._advance
            if advance is not None:
                self._stop(advance, why)
            return advance

    def _stop(self, advance: Advance, why: str) -> None:
        """End an advance where it stands, if it has not ended.

        Where the store fails, the clock runs on from what the last step has written down.
        """
        with self._lock:
            if not advance.is_over:
                with suppress(StoreError):
                    last = self._stand_at(advance.at, self.clock.rate)
                    advance.receipt.add(last)
                    advance.version = last.version
                self._end_advance(advance, why)

    def _end_advance(self, advance: Advance, stopped: str = "") -> None:
        self.clock.unpin()
        self._advance = None
        advance.end(advance.at if stopped else advance.target, stopped)

    def _stand_at(self, at: datetime, rate: float) -> Receipt:
        """Let happen what is due at an instant of an advance, or at its end. Nobody sees it before it is written."""
        command = Reach(self._real(), rate)
        commit = self.state.plan(command, at)

        def arrive_and_commit() -> Receipt:
            self._run_from(at, command)
            return commit()

        return self._write(command, at, arrive_and_commit)

    def _run_from(self, at: datetime, written: Reach) -> Receipt:
        """Stand at an instant, and run on from there as was written down once the advance is over."""
        self.clock.pin(at)
        self.clock.restore(Anchor(at, written.wall or 0.0, written.rate or 0.0))
        return Receipt()

    def next_due_at(self) -> datetime:
        """The instant of the next timer, for an advance until it. Raises NothingDueError."""
        following = self.next_timer()
        if following is None:
            raise NothingDueError
        return following[0]

    # Going on from somewhere else

    def find_branch_state(self, when: int | datetime | None = None) -> "BranchState":
        """How the world stood at a moment, now for None, for a fork or a rewind. It may have to be folded until then.

        Raises FieldError for a moment that there is not.
        """
        history = self._history
        return BranchState(history, *self._stood(when))

    def fork(self, seller_id: str, generation: int, branch_state: "BranchState", *, held: bool = True) -> "World":
        """Have a world of another seller go on from where this one stood; this one stays as it is.

        Raises OvertakenError where a reset or a rewind has come between.
        """
        with self._lock:
            self._require(branch_state.history)
            forked, branch = self._branch(seller_id, generation, branch_state.moment, branch_state.present, held=held)
            self._store.branch(branch)
            forked._unwritten = None
            return forked

    def rewind(
        self, when: int | datetime, branch_state: "BranchState", kept_id: str, kept_generation: int
    ) -> tuple[Moment, "World"]:
        """Go on from where this stood at a moment, and have a world of another seller go on from here; answers both.

        Stops an advance. What was under way at the moment is under way again. Raises what `fork` raises.
        """
        with self._overtake():
            self._require(branch_state.history)
            self.stop_advance()
            moment, present = branch_state.moment, branch_state.present
            if self.find_moment(when) != moment:  # it is now, and more has happened at this instant
                moment, present = self._stood(when)
            kept, leaving = self._branch(kept_id, kept_generation, *self._stood(None), held=True)
            rewound, branch = self._branch(self.seller_id, self.opening.generation, moment, present, held=False)
            self._store.branch(leaving, branch)
            kept._unwritten = None
            self._start(rewound.opening, rewound._present())
            self._kept = rewound._kept
            return moment, kept

    def _require(self, history: object) -> None:
        if self._closed or self._history is not history:
            raise OvertakenError(self.seller_id)

    def _present(self) -> Present:
        at, anchor, result = self._written_at, self.clock.anchor, self._last_result
        return Present(self.state, at, at, anchor, result, self._origins, self._copies)

    def _stood(self, when: int | datetime | None) -> tuple[Moment, Present]:
        """A moment, now for None, and how the world stood there, with a state of its own.

        A clock that ran then runs on from there by the real time of now.
        """
        if when is None:
            with self._lock:
                self.settle()
                moment = Moment(self.version, self.now())
                return moment, replace(self._present(), state=self.state.copy(), at=moment.at, written_at=moment.at)
        moment = self.find_moment(when, "version" if isinstance(when, int) else "at")
        state, version = self.state_at(moment.version), moment.version
        result = self._last_result[1] if version == self.version else self._written(version + 1).result_before
        anchor = Anchor(moment.at, self._real(), state.data.rate)
        written_at = self._written(version).at
        return moment, Present(state, moment.at, written_at, anchor, (version, result), self._origins)

    def _branch(
        self, seller_id: str, generation: int, moment: Moment, present: Present, *, held: bool
    ) -> tuple["World", Branch]:
        """A world that goes on from a moment of this one, and what is to be written for it."""
        itself = seller_id == self.seller_id
        version, before = moment.version, self.origin
        origins = tuple(each for each in present.origins if each[0] <= version)
        skips = count_skipped(origins, version, held=held)
        origins, skipped = origins[: len(origins) - skips], origins[len(origins) - skips :]
        known = {each: result for each, result in self._accepted.items() if each <= version}
        origin = Origin(
            seller_id,
            generation,
            (before.rewinds if before else 0) + 1 if itself else 0,
            present.at,
            present.anchor,
            held,
            {**dict(chain(*(each.results.items() for _, each in skipped))), **known, version: present.result[1]},
            (before.forked_from if before else None) if itself else BranchPoint(self.seller_id, version, moment.at),
        )
        kept, origins = self._kept.until(version, len(origins)), (*origins, (version, origin))
        state = go_on(present.state, origins[-1:])
        its = replace(present, state=state, origins=origins, copies=self._copies.until(version - 1))
        opening = self.opening.of(seller_id, generation, origin.lineage)
        world = World(opening, self._store, self._real, its)
        world._accepted = known
        world._kept = kept
        world._unwritten = []
        if present.at > present.written_at:  # it stood there, though nothing happened at that instant
            world._stand_at(present.at, present.anchor.rate)
            world.clock.unpin()
        said = json.dumps(origin.write())
        return world, Branch(seller_id, self.seller_id, version, said, tuple(world._unwritten), skips)

    # Beginning again

    def reset(self) -> None:
        """Begin again: same start, rate, seed, policy; all else is gone. Stops an advance."""
        with self._overtake():
            if self._closed:
                raise OvertakenError(self.seller_id)
            self.stop_advance()
            again = self.opening.again(self._real())
            entry = Entry(1, again.start, OPENED, again.write())
            self._store.replace(self.seller_id, [entry])
            self._start(again, first_present(again))
            self.state.version = 1

    def close(self) -> None:
        """End the world for good; its journal keeps only that it was. Stops an advance."""
        with self._overtake():
            self.stop_advance()
            self._store.replace(self.seller_id, [closing(self.seller_id, self.clock.now(), self.opening.generation)])
            self._closed = True

    @contextmanager
    def _overtake(self) -> Iterator[None]:
        """Hold the lock, which whoever lets a long time pass gives away for this."""
        mark = object()
        self._overtaking.add(mark)
        try:
            self._lock.acquire()
        finally:
            self._overtaking.discard(mark)
        try:
            yield
        finally:
            self._lock.release()


def _queues(state: State) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.arn for each in state.destinations.values() if each.arn))


def _size(state: State) -> int:
    """About how much there is in a state: what it costs to fold it, or to write it down, grows with that."""
    return state.version + len(state.order_events)


AnyWorld = World | PastWorld
"""A world as it stands, or as it stood: for whoever only reads."""
