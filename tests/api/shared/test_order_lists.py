"""Order lists: windows, filters, pages that stand still while the world moves, and tokens."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.api.shared.order_lists import (
    OrderFilter,
    OrderLists,
    OrderPage,
    check_bounds,
)
from marketplace_sandbox.api.shared.pagination import BoundError, PageTokenError, PageTokens
from marketplace_sandbox.api.shared.status_table import visible_parts
from marketplace_sandbox.api.shared.visible_order import VisibleOrder
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.orders.order import Status
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.mws.client import START, new_world

TOKENS = PageTokens(b"key")
LISTINGS = OrderLists(TOKENS, "test")
HOUR = timedelta(hours=1)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


def place(world: World, number: int, **form: Any) -> str:
    """Places an order with a speaking id."""
    order_id = f"902-0000000-{number:07d}"
    world.place_orders({"id": order_id} | form)
    return order_id


def listed(world: World, **criteria: Any) -> list[str]:
    """The ids of a whole listing."""
    page = LISTINGS.first_page(world, OrderFilter(**criteria))
    assert page.token is None
    return [order.order_id for order in page.orders]


def all_pages(world: World, listing: OrderFilter, between: Callable[[], None] = lambda: None) -> list[str]:
    """The ids of all pages, something happening before each further one."""
    page: OrderPage = LISTINGS.first_page(world, listing)
    ids = [order.order_id for order in page.orders]
    while page.token:
        between()
        page = LISTINGS.next_page(world, page.token)
        assert page.orders
        ids += [order.order_id for order in page.orders]
    return ids


@pytest.fixture
def world() -> World:
    return new_world()


def test_both_bounds_of_a_window_belong_to_it(world: World) -> None:
    ids = []
    for number in range(3):
        ids.append(place(world, number))
        world.advance(world.now() + timedelta(milliseconds=1))
    at = [START + timedelta(milliseconds=n) for n in range(3)]
    assert listed(world, created_after=at[1]) == ids[1:]
    assert listed(world, created_after=EVER, created_before=at[1]) == ids[:2]
    assert listed(world, created_after=at[1], created_before=at[1]) == [ids[1]]
    assert listed(world, created_after=at[2] + timedelta(milliseconds=1)) == []


def test_an_update_moves_an_order_in_one_list_and_not_in_the_other(world: World) -> None:
    first, second = place(world, 1, hold=False), place(world, 2, hold=False)
    world.advance(START + HOUR)
    world.act(first, "buyer-request-cancellation")
    assert listed(world, created_after=EVER) == [first, second]
    assert listed(world, updated_after=EVER) == [second, first]
    assert listed(world, updated_after=START + HOUR) == [first]


def test_equal_dates_are_listed_by_id(world: World) -> None:
    for number in (3, 1, 2):
        place(world, number)
    assert listed(world, created_after=EVER) == [f"902-0000000-000000{n}" for n in (1, 2, 3)]


def test_the_upper_bound_is_the_one_asked_for_or_now_less_the_lag() -> None:
    world = new_world(settings={"listing_lag": "PT2M"})
    order_id = place(world, 1)
    asked = START - HOUR
    page = LISTINGS.first_page(world, OrderFilter(created_after=EVER, created_before=asked))
    assert page.upper_bound == asked
    page = LISTINGS.first_page(world, OrderFilter(created_after=EVER))
    assert (page.upper_bound, page.orders) == (START - timedelta(minutes=2), ())
    world.advance(START + timedelta(minutes=2))
    assert listed(world, created_after=EVER) == [order_id]


def test_every_filter_lets_through_what_it_names(world: World) -> None:
    mine = place(world, 1, hold=False, seller_order_id="S-1", buyer={"email": "Ann@example.com"})
    amazons = place(world, 2, hold=False, channel="AFN")
    pending = place(world, 3)
    ever = {"created_after": EVER}
    assert listed(world, **ever) == [mine, amazons, pending]
    assert listed(world, **ever, statuses=("Pending",)) == [pending]
    assert listed(world, **ever, statuses=("Pending", "Unshipped")) == [mine, amazons, pending]
    assert listed(world, **ever, channels=("AFN",)) == [amazons]
    assert listed(world, **ever, payment_methods=("Other", "COD")) == [mine, amazons]
    assert listed(world, **ever, payment_methods=("COD",)) == []
    assert listed(world, **ever, buyer_email="ann@EXAMPLE.com") == [mine]
    assert listed(world, **ever, seller_order_id="S-1") == [mine]
    assert listed(world, **ever, seller_order_id=amazons) == [amazons]
    assert listed(world, **ever, seller_order_id=mine) == []
    assert listed(world, **ever, order_ids=(pending, mine, "902-9999999-9999999")) == [mine, pending]
    assert listed(world, **ever, marketplace_ids=("ATVPDKIKX0DER",)) == [mine, amazons, pending]
    assert listed(world, **ever, marketplace_ids=("A1F83G8C2ARO7P",)) == []
    assert listed(world, **ever, nothing=True) == []


def payment_method(world: World, order_id: str) -> str | None:
    """The method that an order is listed by."""
    order = world.order(order_id)
    return VisibleOrder(order, visible_parts(order)).payment_method


def test_neither_pending_nor_canceled_orders_have_a_payment_method(world: World) -> None:
    order_id = place(world, 1)
    assert payment_method(world, order_id) is None
    world.act(order_id, "buyer-cancel")
    assert world.order(order_id).status is Status.CANCELED
    assert payment_method(world, order_id) is None
    assert payment_method(world, place(world, 2, hold=False)) == "Other"


@given(st.integers(0, 12), st.integers(1, 13), st.booleans())
def test_pages_partition_the_list(count: int, size: int, by_update: bool) -> None:
    world = new_world()
    ids = [place(world, number, hold=False) for number in range(count)]
    created = OrderFilter(created_after=EVER, page_size=size)
    updated = OrderFilter(updated_after=EVER, page_size=size)
    assert all_pages(world, updated if by_update else created) == ids


def test_membership_and_order_are_the_first_pages_and_contents_are_todays(world: World) -> None:
    ids = [place(world, number, hold=False) for number in range(5)]
    page = LISTINGS.first_page(world, OrderFilter(updated_after=EVER, statuses=("Unshipped",), page_size=2))
    assert [order.order_id for order in page.orders] == ids[:2]
    assert page.token
    world.advance(START + HOUR)
    world.act(ids[3], "seller-cancel", {"reason": "no_inventory"})
    world.act(ids[0], "buyer-request-cancellation")
    place(world, 9, hold=False, purchased_at=format_instant(START))
    page = LISTINGS.next_page(world, page.token)
    assert [order.order_id for order in page.orders] == ids[2:4]
    assert [order.status for order in page.orders] == [Status.UNSHIPPED, Status.CANCELED]
    assert page.upper_bound == START
    assert page.token
    page = LISTINGS.next_page(world, page.token)
    assert ([order.order_id for order in page.orders], page.token) == (ids[4:], None)


def test_whatever_happens_between_pages_no_order_is_missed_or_doubled(world: World) -> None:
    ids = [place(world, number, hold=False) for number in range(7)]
    numbers = iter(range(100, 200))

    def meanwhile() -> None:
        number = next(numbers)
        world.advance(world.now() + HOUR)
        world.act(ids[number % 7], "buyer-request-cancellation")
        place(world, number)

    assert all_pages(world, OrderFilter(updated_after=EVER, page_size=2), meanwhile) == ids


def test_a_token_carries_filter_and_size_and_may_be_used_again(world: World) -> None:
    ids = [place(world, number, hold=False) for number in range(6)]
    page = LISTINGS.first_page(world, OrderFilter(created_after=START, channels=("MFN",), page_size=2))
    assert page.token
    again = [LISTINGS.next_page(world, page.token) for _ in range(2)]
    assert [[order.order_id for order in each.orders] for each in again] == [ids[2:4]] * 2
    assert again[0].filter == page.filter
    wider = LISTINGS.next_page(world, page.token, page_size=3)
    assert [order.order_id for order in wider.orders] == ids[2:5]


def token_of(world: World) -> str:
    for number in range(2):
        place(world, number)
    token = LISTINGS.first_page(world, OrderFilter(created_after=EVER, page_size=1)).token
    assert token
    return token


def test_a_token_is_of_use_to_its_seller_operation_and_key_only(world: World) -> None:
    token = token_of(world)
    other = new_world("A2OTHER")
    token_of(other)
    assert LISTINGS.next_page(world, token).orders
    for stranger in (OrderLists(TOKENS, "items"), OrderLists(PageTokens(b"other"), "test")):
        with pytest.raises(PageTokenError):
            stranger.next_page(world, token)
    with pytest.raises(PageTokenError):
        LISTINGS.next_page(other, token)


def test_no_token_outlives_a_reset() -> None:
    real = iter(range(1000, 2000))
    world = World.open(Opening("A1", START, 0.0, 0.0), MemoryStore(), real=lambda: float(next(real)))
    token = token_of(world)
    world.reset()
    token_of(world)
    with pytest.raises(PageTokenError):
        LISTINGS.next_page(world, token)


def test_a_token_may_have_a_life_in_the_worlds_time(world: World) -> None:
    mortal = OrderLists(TOKENS, "test", lifetime=timedelta(hours=24))
    token = token_of(world)
    world.advance(START + timedelta(hours=24))
    assert mortal.next_page(world, token).orders
    world.advance(START + timedelta(hours=24, milliseconds=1))
    with pytest.raises(PageTokenError):
        mortal.next_page(world, token)
    assert LISTINGS.next_page(world, token).orders


@pytest.mark.parametrize("junk", ["", "x", "====", "ü", "AAAA", "A" * 20_000, "\x00"])
def test_junk_is_no_token(world: World, junk: str) -> None:
    with pytest.raises(PageTokenError):
        LISTINGS.next_page(world, junk)


@given(st.data())
def test_a_token_with_one_byte_changed_is_no_token(data: st.DataObject) -> None:
    world = new_world()
    raw = bytearray(base64.b64decode(token_of(world)))
    place_changed = data.draw(st.integers(0, len(raw) - 1))
    raw[place_changed] ^= data.draw(st.integers(1, 255))
    with pytest.raises(PageTokenError):
        LISTINGS.next_page(world, base64.b64encode(raw).decode())


def test_a_window_that_nobody_may_ask_for_is_refused_by_name() -> None:
    margin = timedelta(minutes=2)

    def told(after: datetime | None, before: datetime | None) -> tuple[str, str]:
        with pytest.raises(BoundError) as caught:
            check_bounds(START, margin, ("After", after), ("Before", before))
        return caught.value.field, str(caught.value)

    late = START - margin + timedelta(milliseconds=1)
    tick = timedelta(milliseconds=1)
    future = "lies in the future; the world's now is 2026-03-02T16:00:00Z"
    assert told(START + tick, None) == ("After", f"After {future}")
    assert told(EVER, START + tick) == ("Before", f"Before {future}")
    assert told(EVER, late) == (
        "Before",
        "Before must be at least 2 minutes before now; the latest allowed is 2026-03-02T15:58:00Z",
    )
    assert told(START - HOUR, START - HOUR - tick) == (
        "Before",
        "Before must not be earlier than After",
    )
    check_bounds(START, margin, ("After", START), ("Before", None))
    check_bounds(START, margin, ("After", START - margin), ("Before", START - margin))
    check_bounds(START, margin, ("After", None), ("Before", START - margin))


def test_pages_of_one_moment_are_the_same_before_and_after_others_were_asked_for() -> None:
    real = iter(range(1000, 9000))
    world = World.open(Opening("A1", START, 0.0, 0.0), MemoryStore(), real=lambda: next(real))
    seen = []
    for beginning in range(2):
        ids = [place(world, number + 10 * beginning, hold=False) for number in range(4)]
        tokens = []
        for _ in range(2):
            page = LISTINGS.first_page(world, OrderFilter(created_after=EVER, page_size=2))
            assert page.token
            tokens.append(page.token)
            place(world, len(world.orders) + 100)
        for token, length in ((tokens[0], 4), (tokens[1], 5), (tokens[0], 4)):
            page = LISTINGS.next_page(world, token, page_size=9)
            seen.append(len(page.orders) + 2 == length)
            assert [order.order_id for order in page.orders][:2] == ids[2:4]
        world.reset()
    assert seen == [True] * 6
