"""Time is written before it is shown, whatever the store does; and an advance ends wherever it is stopped."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from marketplace_sandbox.core.commands.reports import ScheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.journal.journal import Entry, StoreError
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.world import advance as advances
from marketplace_sandbox.core.world import world as worlds
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.actors import picture
from tests.core.worlds import MARKETPLACE_IDS, START, place, restored

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MILLION_DAYS = timedelta(days=1_000_000)


class Store(MemoryStore):
    """A store that takes as many more entries as there is room for. `asked` is called before each."""

    def __init__(self) -> None:
        super().__init__()
        self.room = 1_000_000
        self.asked: Callable[[Entry], None] = lambda _: None

    def append(self, world_id: str, entry: Entry) -> None:
        self.asked(entry)
        if self.room <= 0:
            raise StoreError("The disk is full.")
        self.room -= 1
        super().append(world_id, entry)


class Real:
    """A real clock in the test's hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


REAL_HOUR = 3600.0


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def real() -> Real:
    return Real()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the store could not take is tried again at once."""
    monkeypatch.setattr(worlds, "SETTLE_AGAIN_SECONDS", 0.0)


def open_world(store: Store, real: Callable[[], float] = lambda: 0.0, rate: float = 0.0) -> World:
    opening = Opening("ATESTSELLER", START, real(), rate, seed=7, marketplace_ids=MARKETPLACE_IDS)
    return World.open(opening, store, real)


def schedule_reports(world: World) -> None:
    """One every five minutes: three timers each, for ever."""
    world.execute(ScheduleReport("GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING", ("ATVPDKIKX0DER",), "PT5M"))


def again(world: World, real: Callable[[], float] = lambda: 0.0) -> World:
    """What a restart makes of the journal."""
    return World.restore(world._store.read(world.seller_id), world._store, real)


@pytest.mark.parametrize("rate", [0.0, 1.0])
@pytest.mark.parametrize("room", range(4))
def test_an_advance_that_the_store_refuses_leaves_the_clock_at_what_is_written(
    store: Store, room: int, rate: float
) -> None:
    """Two timers and the arrival want to be written; there is room for fewer, so it stops where that is used up."""
    world = open_world(store, rate=rate)
    for _ in range(2):
        place(world)
        world.advance(MINUTE)
    store.room = room
    if room < 3:
        with pytest.raises(StoreError):
            world.advance(HOUR)
    else:
        world.advance(HOUR)
    stands = [START + 2 * MINUTE, START + 30 * MINUTE, START + 31 * MINUTE, START + HOUR + 2 * MINUTE][room]
    assert world.now() == stands == again(world).now()
    assert not world.advancing
    assert picture(world) == picture(restored(world))
    store.room = 10
    world.advance(HOUR)
    assert world.now() == stands + HOUR


def test_nobody_sees_an_instant_that_is_not_written(store: Store, real: Real) -> None:
    """Asked of the world while each entry is being written: jumps, arrivals, running clocks and changes of the rate."""
    world = open_world(store, real)
    seen: list[tuple[datetime, datetime]] = []
    store.asked = lambda entry: seen.append((world.now(), entry.at))
    place(world)
    world.advance(10 * MINUTE)
    world.advance(DAY)
    world.advance(timedelta(0), rate=1.0)
    place(world)
    real.seconds += 12 * REAL_HOUR
    world.settle()
    place(world)
    world.advance(DAY, rate=0.0)
    assert all(shown <= at for shown, at in seen)
    moves = [(shown, at) for (shown, at), (_, before) in zip(seen[1:], seen, strict=False) if at > before]
    assert len(moves) > 5
    late = [(shown, at) for shown, at in moves if shown == at]
    assert [at for _, at in late] == [START + DAY + 10 * MINUTE + 12 * HOUR]  # a command on a clock that runs


@pytest.mark.usefixtures("no_pause")
def test_a_read_is_answered_as_of_what_is_written(store: Store, real: Real) -> None:
    world = open_world(store, real, rate=1.0)
    order = place(world)
    store.room = 0
    real.seconds += REAL_HOUR
    before = world.version
    for _ in range(3):
        assert world.behind()
        world.settle()
        assert world.now() == START + timedelta(minutes=29, seconds=59, milliseconds=999)
        assert world.order(order.order_id).status == "Pending"
    with pytest.raises(StoreError):
        place(world)
    with pytest.raises(StoreError):
        world.advance(HOUR)
    assert world.version == before
    store.room = 10
    world.settle()
    assert world.now() == START + HOUR
    assert world.order(order.order_id).last_updated_at == START + 30 * MINUTE


def test_what_the_store_could_not_take_is_not_tried_by_every_reader(store: Store, real: Real) -> None:
    world = open_world(store, real, rate=1.0)
    place(world)
    tried: list[Entry] = []
    store.room, store.asked = 0, tried.append
    real.seconds += REAL_HOUR
    for _ in range(5):
        if world.behind():
            world.settle()
    assert len(tried) == 1


def test_a_command_that_is_written_is_taken_though_what_it_makes_due_is_not(store: Store) -> None:
    """A late purchase makes its release due at once, and the store is full by then."""
    world = open_world(store)
    world.advance(DAY)
    store.room = 1
    order = place(world)
    store.room = 1
    world.act(order.order_id, "buyer-cancel")
    assert world.order(order.order_id).status == "Canceled"
    assert world.now() == START + DAY


WAYS = {
    "asked": lambda world: world.stop_advance(),
    "reset": lambda world: world.reset(),
    "deleted": lambda world: world.close(),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_advance_is_stopped_at_the_last_instant_written(store: Store, way: str) -> None:
    world = open_world(store)
    schedule_reports(world)
    steps = 0
    with world.advance_in_steps(MILLION_DAYS) as advance:
        while world.take_step(advance):
            steps += 1
            reached = world.journal()[-1].at
            if steps == 50:
                WAYS[way](world)
    assert (steps, advance.stopped, advance.at) == (50, "asked", reached)
    assert reached > START + HOUR
    assert not world.advancing
    if way == "deleted":
        with pytest.raises(OvertakenError):
            world.advance(HOUR)
    else:
        assert world.now() == again(world).now() == (START if way == "reset" else reached)
        world.advance(HOUR)


def test_an_advance_that_is_left_ends_where_it_stands(store: Store) -> None:
    world = open_world(store)
    schedule_reports(world)
    left = list(range(20))
    with pytest.raises(IndexError):
        world.advance(MILLION_DAYS, between=lambda: left.remove(left[0]))
    assert world.now() == world.journal()[-1].at > START + 30 * MINUTE
    assert not world.advancing


def test_a_running_clock_runs_on_from_where_its_advance_was_stopped(store: Store, real: Real) -> None:
    world = open_world(store, real, rate=1.0)
    schedule_reports(world)
    with world.advance_in_steps(MILLION_DAYS, rate=60.0) as advance:
        for _ in range(20):
            world.take_step(advance)
        real.seconds += 7
        world.stop_advance()
    real.seconds += 5
    assert world.now() == advance.at + timedelta(seconds=5) == again(world, real).now()


@pytest.mark.parametrize(("most", "stopped"), [(1, "timers"), (3, "timers"), (4, ""), (5, "")])
def test_an_advance_has_a_ceiling_of_timers(store: Store, most: int, stopped: str) -> None:
    """Four orders, each released at its minute."""
    world = open_world(store)
    world.execute(ConfigurePolicy({"advance_timers": most}))
    for _ in range(4):
        place(world)
        world.advance(MINUTE)
    with world.advance_in_steps(HOUR) as advance:
        while world.take_step(advance):
            pass
    fired = [each.at for each in advance.receipt.fired]
    assert fired == [START + (30 + number) * MINUTE for number in range(min(most, 4))]
    assert (advance.stopped, advance.timers) == (stopped, len(fired))
    assert world.now() == advance.at == (fired[-1] if stopped else START + HOUR + 4 * MINUTE)


def test_a_receipt_lists_so_many_timers_and_counts_the_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advances, "FIRED_LISTED", 7)
    world = open_world(store)
    schedule_reports(world)
    with world.advance_in_steps(HOUR) as advance:
        while world.take_step(advance):
            pass
    listed = advance.receipt.fired
    assert len(listed) == 7
    assert advance.timers == advance.fired == 12 + 11 + 11
    assert all(one.at <= other.at for one, other in pairwise(listed))


def test_a_reset_does_not_wait_for_all_that_a_fast_clock_has_made_due(store: Store, real: Real) -> None:
    """Thirty years of reports every five minutes are due; somebody resets while they are being caught up with."""
    world = open_world(store, real, rate=1.0)
    schedule_reports(world)
    real.seconds += 30 * 365 * 24 * REAL_HOUR
    written = 0

    def reset_after_a_while(_: Entry) -> None:
        nonlocal written
        written += 1
        if written == 100:
            world._overtaking.add("somebody who wants the lock")

    store.asked = reset_after_a_while
    world.settle()
    assert written == 100
    with pytest.raises(OvertakenError):
        place(world)
    world._overtaking.clear()
    world.reset()
    assert world.now() == START
