"""Looking back: any instant and version of a world, found and shown as it stood, with nothing written."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.past.moment import Moment, read_when
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.refusals import OvertakenError, UnknownOrderError
from marketplace_sandbox.core.rules import guards as g
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.rows import Row
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.views.projections import (
    delivery_json,
    mail_json,
    message_json,
    notice_json,
    order_json,
    rate_json,
)
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.actors import TURNS, Turn, in_one_jump, play
from tests.core.simulation import simulate
from tests.core.worlds import START, a_world, later, place

MINUTE = timedelta(minutes=1)


def shown(world: World | PastWorld) -> dict[str, Any]:
    """All that the control API shows of a world as it stands."""
    now, policy, state = world.now(), world.policy, world.state
    return {
        "now": now,
        "version": world.version,
        "orders": [order_json(each, now, policy) for each in world.orders.values()],
        "mail": [mail_json(each) for each in state.mail],
        "messages": [message_json(each) for each in state.messages],
        "notices": [notice_json(each) for each in state.notices],
        "deliveries": [delivery_json(each) for each in state.deliveries.values()],
        "rate": rate_json(cancellation_rate(list(world.orders.values()), now, policy)),
        "settings": policy.in_force(),
        "next": world.next_timer(),
        "events": list(state.order_events),
    }


def test_a_version_stands_at_its_entry_and_an_instant_has_all_that_bears_it() -> None:
    world = a_world()
    place(world)
    place(world)
    later(world, minutes=45)
    versions = [Moment(entry.version, entry.at) for entry in world.journal()]
    assert [world.find_moment(each.version) for each in versions] == versions
    assert world.find_moment(START) == Moment(3, START), "both orders bear the instant of the start"
    assert world.find_moment(START + MINUTE) == Moment(3, START + MINUTE)
    hold = START + timedelta(minutes=30)
    assert world.find_moment(hold - timedelta(milliseconds=1)).version == 3
    assert world.find_moment(hold).version == 4
    assert world.find_moment(world.now()) == Moment(world.version, world.now())


@pytest.mark.parametrize(
    ("when", "says"),
    [
        (START + timedelta(hours=2), "at lies in the future; the world's now is 2026-03-02T17:00:00Z."),
        (START - MINUTE, "at lies before the world's start, which is 2026-03-02T16:00:00Z."),
        (0, "at is a version from 1 to 4, the world's latest; there is no 0."),
        (5, "at is a version from 1 to 4, the world's latest; there is no 5."),
        (-1, "there is no -1."),
    ],
)
def test_a_moment_there_is_not_is_refused_saying_which_there_are(when: int | datetime, says: str) -> None:
    world = a_world()
    place(world)
    later(world, hours=1)
    with pytest.raises(FieldError, match=r"^at ") as refused:
        world.find_moment(when)
    assert says in str(refused.value)
    assert refused.value.field_path == "at"


@pytest.mark.parametrize(
    ("text", "is_read_as"),
    [("12", 12), ("0", 0), (7, 7), ("2026-03-02T16:00:00Z", START), ("2026-03-02T17:00:00+01:00", START)],
)
def test_a_version_and_an_instant_are_told_apart(text: Any, is_read_as: int | datetime) -> None:
    assert read_when(text, "asOf") == is_read_as


@pytest.mark.parametrize("text", ["", "now", "-1", "1.5", "2026-03-02", "v3", True, None, [3], 1.0, "9" * 40])
def test_what_is_neither_is_refused_by_the_name_it_was_sent_under(text: Any) -> None:
    with pytest.raises(FieldError, match="asOf is an instant such as 2026-03-02T16:00:00Z or a version such as 12"):
        read_when(text, "asOf")


def test_an_instant_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(FieldError, match="asOf is an instant from 1970"):
        read_when("9999-01-01T00:00:00Z", "asOf")


def test_the_past_has_no_order_that_was_placed_later_and_every_other_as_it_stood() -> None:
    world = a_world()
    first = place(world)
    before = world.now()
    later(world, minutes=10)
    second = place(world)
    world.act(first.order_id, "buyer-cancel")
    past = world.as_of(world.find_moment(before))
    assert [str(each.status) for each in past.orders.values()] == ["Pending"]
    assert "buyer-cancel" in order_json(past.order(first.order_id), past.now(), past.policy)["allowed"]
    with pytest.raises(UnknownOrderError):
        past.order(second.order_id)


def test_looking_back_appends_nothing_and_changes_nothing() -> None:
    world, _ = simulate(3, turns=60)
    before, journal = shown(world), world.journal()
    for version in range(1, world.version + 1):
        world.as_of(world.find_moment(version))
    assert world.journal() == journal
    assert shown(world) == before


@settings(max_examples=60)
@given(turns=TURNS)
def test_every_version_is_shown_as_it_stood(turns: list[Turn]) -> None:
    """Compared with what the world itself showed at that version."""
    world = a_world()
    seen = {1: shown(world)}
    for turn in turns:
        play(world, [turn], in_one_jump)
        seen[world.version] = shown(world)
    for version, then in seen.items():
        assert shown(world.as_of(Moment(version, then["now"]))) == then


def test_a_running_clock_is_looked_back_on_between_its_entries() -> None:
    seconds = [0.0]
    world = a_world(lambda: seconds[0], rate=60.0)
    order = place(world)
    seconds[0] = 60.0  # an hour of the world's
    world.settle()
    assert world.now() == START + timedelta(hours=1)
    past = world.as_of(world.find_moment(START + timedelta(minutes=29)))
    assert str(past.order(order.order_id).status) == "Pending"
    assert past.now() == START + timedelta(minutes=29)
    past = world.as_of(world.find_moment(START + timedelta(minutes=31)))
    assert str(past.order(order.order_id).status) == "Unshipped"
    assert past.rate == 60.0


def test_the_rate_of_the_past_is_that_of_then() -> None:
    world = a_world(rate=0.0)
    world.advance(MINUTE, rate=5.0)
    assert (world.as_of(world.find_moment(1)).rate, world.as_of(world.find_moment(world.version)).rate) == (0.0, 5.0)


def test_an_instant_within_an_advance_is_looked_back_on() -> None:
    world = a_world()
    order = place(world)
    seen: list[Any] = []
    instants = [START + timedelta(minutes=30), START]

    def look() -> None:
        if world.now() == instants[0]:
            seen.extend(str(world.as_of(world.find_moment(each)).order(order.order_id).status) for each in instants)

    world.advance(timedelta(days=1), look)
    assert seen == ["Unshipped", "Pending"]


def test_a_world_that_stands_aside_is_looked_back_on() -> None:
    opening = Opening("ASIDE", START, 0.0, 0.0)
    world = World.open(opening, MemoryStore(), lambda: 0.0, aside=True)
    order = place(world)
    later(world, hours=1)
    past = world.as_of(world.find_moment(2))
    assert str(past.order(order.order_id).status) == "Pending"
    assert [entry.version for entry in past.journal()] == [1, 2]


def test_a_moment_of_before_a_reset_is_refused_after_it() -> None:
    world = a_world()
    place(world)
    moment = world.find_moment(2)
    world.reset()
    with pytest.raises(OvertakenError):
        world.as_of(moment)


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[pytest.MonkeyPatch], None]], World]:
    """A world that other rules made, opened by rules that decide otherwise, which somebody has accepted."""
    store = MemoryStore()
    world = Sellers(store, Defaults(START, 0.0), lambda: 0.0).open("AOLD")
    order_id, other = (each.order_id for each in world.place_orders({"count": 2}))
    world.advance(timedelta(minutes=10))
    world.act(order_id, "buyer-cancel")
    world.advance(timedelta(minutes=90))
    world.act(other, "seller-cancel", {"reason": "no_inventory"})

    def open_again(rules: Callable[[pytest.MonkeyPatch], None]) -> World:
        rules(monkeypatch)
        return Sellers(store, Defaults(START, 0.0), lambda: 0.0, accept_new_rules=True).get("AOLD")

    return open_again


def no_buyer_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row(table.CANCEL_WINDOW_CLOSED, g.always, "R3")
    monkeypatch.setitem(table.TABLE, "buyer-cancel", (row, *table.TABLE["buyer-cancel"]))


def orders_are_held_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    timers = table.timers
    monkeypatch.setattr(
        table,
        "timers",
        lambda order, policy: [
            (at + timedelta(minutes=10), action) if action.name == "hold-ends" else (at, action)
            for at, action in timers(order, policy)
        ],
    )


def test_a_world_of_other_rules_is_looked_back_on_as_the_rules_are_now(accepted: Callable[..., World]) -> None:
    world = accepted(no_buyer_cancels)
    for version in range(1, world.version + 1):
        past = world.as_of(world.find_moment(version))
        assert {str(each.status) for each in past.orders.values()} <= {"Pending", "Unshipped", "Canceled"}
    assert shown(past) == shown(world)
    assert str(next(iter(past.orders.values())).status) == "Unshipped", "what the buyer did is refused by these"


def test_what_falls_due_by_the_rules_of_now_has_happened_at_the_instants_after(accepted: Callable[..., World]) -> None:
    """No entry bears the instant at which those of now end the hold."""
    world = accepted(orders_are_held_longer)

    def status(minutes: int) -> str:
        past = world.as_of(world.find_moment(START + timedelta(minutes=minutes)))
        return str(list(past.orders.values())[1].status)

    assert [status(minutes) for minutes in (30, 39, 40, 41)] == ["Pending", "Pending", "Unshipped", "Unshipped"]
