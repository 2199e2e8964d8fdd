"""One state, many dialects: none disagrees with another or with the world, in histories of every kind."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.field_mapping.compare import normalized_value
from marketplace_sandbox.api.field_mapping.facts import FACTS, STATUS_FACTS
from marketplace_sandbox.api.field_mapping.projections import last_notice
from marketplace_sandbox.api.shared import status_table
from marketplace_sandbox.api.shared.status_table import VISIBLE_PARTS, Dialect, Part
from marketplace_sandbox.core.orders.order import Cancellation, Order, Party, Status
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.rules.transitions import ENDED_BY
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.field_mapping.agreement import TALKATIVE, compared, mismatches, project_everywhere
from tests.api.shared.status_shows import COLUMNS, notice_of, recorded, sample
from tests.core.simulation import simulate
from tests.core.worlds import START, a_world, place
from tests.depth import depth

HISTORIES, CHUNKS = 500, 10
COMPARED = depth(test=200, soak=HISTORIES)
"""How many of the histories are compared, fact by fact; `make soak` compares 10,000."""

history = cache(simulate)

PARTIES: Mapping[str, str] = {
    outcome.name: ENDED_BY[outcome.becomes] for outcome in OUTCOMES.values() if outcome.becomes in ENDED_BY
}
"""Who canceled, by the outcome that ended the order."""


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_dialect_disagrees_in_random_histories(chunk: int) -> None:
    each = COMPARED // CHUNKS
    found = [line for seed in range(chunk * each, (chunk + 1) * each) for line in mismatches(seed)]
    assert len(found) > 100 * each
    assert [line for line in found if line] == []


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(2))
def test_no_dialect_disagrees_where_single_items_are_canceled(chunk: int) -> None:
    each = COMPARED // CHUNKS
    seeds = range(chunk * each, (chunk + 1) * each)
    found = [line for seed in seeds for line in mismatches(seed, partial=True)]
    assert [line for line in found if line] == []
    outcomes = {line.outcome for seed in seeds for line in history(seed, 25, partial=True)[0].state.order_events}
    assert len([name for name in outcomes if name.startswith("items_canceled")]) >= 3


def test_the_histories_reach_every_way_an_order_is_canceled() -> None:
    reached = {line.outcome for seed in range(HISTORIES) for line in history(seed, 25)[0].state.order_events}
    assert {party for outcome, party in PARTIES.items() if outcome in reached} == set(Party)
    assert reached >= PARTIES.keys()
    assert reached >= {"request_opened", "request_opened_in_part", "request_withdrawn", "request_repeated"}


def test_the_histories_have_items_of_one_sku_with_a_fate_of_their_own() -> None:
    """One is sent, asked for or canceled while the other of its SKU is not. Source: ITEMS-OF-ONE-SKU."""
    worlds = [history(seed, 25)[0] for seed in range(HISTORIES)]
    worlds += [history(seed, 25, partial=True)[0] for seed in range(2 * HISTORIES // CHUNKS)]
    fates: Counter[str] = Counter()
    for order in (each for world in worlds for each in world.orders.values()):
        one, *others = (each for each in order.items if each.sku == "A")
        for name in ("quantity_confirmed", "request", "canceled"):
            fates[name] += any(bool(getattr(each, name)) is not bool(getattr(one, name)) for each in others)
    assert min(fates.values()) >= 10, fates


@pytest.mark.parametrize("name", library.scenario_names(fixtures_dir()))
def test_no_dialect_disagrees_in_the_scenarios(name: str) -> None:
    """Gifts, promotions, business buyers, points: what random histories have none of."""
    world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
    found = [line for order in world.orders.values() for line in compared(0, world, order, order)]
    assert [line for line in found if line] == []


def said_somewhere() -> set[tuple[str, Dialect]]:
    """Each fact with each dialect that says it of an order that says nearly everything, as it goes on its way."""
    world, told = a_world(), set[tuple[str, Dialect]]()
    form = {**TALKATIVE, "seller_order_id": "S-1", "invoice": True}
    fetched, later, held = place(world, **form, is_ispu=True), place(world, **form), place(world, **form)
    place(world, release_at="2026-03-03T00:00:00Z")
    world.advance(timedelta(days=1))
    for order in (fetched, later):
        world.act(order.order_id, "buyer-request-cancellation", {"reason": "late"})
    world.act(fetched.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z"})
    world.act(later.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    assert held.status is Status.PENDING  # as it was placed
    for order, notice in [
        *((order, None) for order in world.orders.values()),
        *((each.order, each) for each in world.state.notices if each.order),
        (held, None),
    ]:
        for dialect, projection in project_everywhere(world, order, notice).items():
            for fact in (*FACTS, *STATUS_FACTS):
                if path := fact.field_paths.get(dialect):
                    items = [each.order_item_id for each in order.items] if fact.of_item else [None]
                    values = [normalized_value(path, projection, item_id) for item_id in items]
                    told |= {(fact.name, dialect) for value in values if value not in (None, False)}
    return told


def test_whatever_the_table_says_is_said_by_every_dialect_that_it_names() -> None:
    """No path leads nowhere: a comparison of nothing with nothing would hold whatever a dialect says."""
    named = {(fact.name, dialect) for fact in (*FACTS, *STATUS_FACTS) for dialect in fact.field_paths}
    assert named - said_somewhere() == set()


SAME_NAMES = (Dialect.MWS, Dialect.V0, Dialect.ORDER_CHANGE)
"""The dialects that have one name for one thing, but for where it stands."""
ALSO_HELD = {
    "isAddressSharingConfidential": "of MWS alone",
    "SupplySourceId": "of notifications alone",
    "Amount": "with its sum",
    "CurrencyCode": "with its sum",
}


def leaves(dialect: Dialect) -> set[str]:
    """The names of what a dialect writes of an order that has everything, sums by the names that they have."""
    found = set()
    for situation in recorded().values():
        for line in situation:
            of, _, path = line.partition(", ")
            *_, above, name = ["", *path.partition(": ")[2].replace("[]", "").split(".")]
            if of == dialect:
                found.add(above if name in ("Amount", "CurrencyCode") else name)
    return found


def test_what_two_dialects_have_one_name_for_is_in_the_table_for_both() -> None:
    for one, other in combinations(SAME_NAMES, 2):
        held = {name for name in leaves(one) & leaves(other) if name not in ALSO_HELD}
        for dialect in (one, other):
            paths = [fact.field_paths[dialect].path for fact in (*FACTS, *STATUS_FACTS) if dialect in fact.field_paths]
            words = {re.split(r"[\[?+]", step)[0] for path in paths for step in path.split(".")}
            assert held - words == set(), dialect


def test_every_cancellation_has_its_party() -> None:
    ends = {name for name in OUTCOMES if name.startswith("canceled_")}
    assert ends == PARTIES.keys()


def lies(world: World, order: Order) -> Iterator[tuple[str, Order]]:
    """Orders that differ from the one given in one fact each, by the fact's name."""
    item = order.items[0]
    assert item.request is not None
    yield "order id", replace(order, order_id="902-9999999-9999999")
    yield "seller's own number", replace(order, seller_order_id="mine")
    yield "marketplace", replace(order, marketplace_id="A2EUQ1WTGCTBG2")
    yield "sold at", replace(order, multi_channel=True)
    yield "status", replace(order, status=Status.SHIPPED)
    yield "purchased at", replace(order, purchased_at=START + timedelta(seconds=1))
    yield "last updated at", replace(order, last_updated_at=world.now() + timedelta(seconds=1))
    yield "ship by", replace(order, ship_by_at=START)
    yield "units unshipped", order.with_items([replace(item, quantity_confirmed=1)])
    yield "quantity ordered", order.with_items([replace(item, quantity=9)])
    yield "sku", order.with_items([replace(item, sku="else")])
    yield "total", order.with_items([replace(item, price=item.price + 1)])
    yield "buyer asks to cancel", order.with_items([replace(item, request=None)])
    yield "buyer's reason", order.with_items([replace(item, request=replace(item.request, text="else"))])
    ended = Cancellation(Party.AMAZON, "fraud", world.now(), counts_in_rate=False)
    yield "who canceled", replace(order, cancellation=ended)
    yield "why it was canceled", replace(order, cancellation=ended)


PARTS = [(fact.part, each) for fact in (*FACTS, *STATUS_FACTS) if fact.part for each in fact.field_paths]


@pytest.mark.parametrize(("part", "dialect"), sorted(set(PARTS)))
def test_a_dialect_that_shows_what_others_hide_is_found(
    part: Part, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One dialect reads one cell of the table the other way round: the comparison names a fact and the dialect."""
    world = a_world()
    told = 0
    for channel, status in COLUMNS:
        order = sample(channel, status)
        notice = notice_of(order)
        if dialect not in project_everywhere(world, order, notice):
            continue  # reports do not list every order
        turned = VISIBLE_PARTS[dialect, status, channel] ^ {part}
        with monkeypatch.context() as patch:
            patch.setitem(status_table.VISIBLE_PARTS, (dialect, status, channel), turned)
            found = [each for each in compared(0, world, order, order, notice) if each]
        told += bool(found)
        assert {each for line in found for each in line.said if line.said[each] != line.expected[each]} == {dialect}
        assert {line.fact for line in found} <= {fact.name for fact in (*FACTS, *STATUS_FACTS) if fact.part is part}
    assert told


def test_a_lie_about_any_fact_is_found() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.advance(timedelta(hours=1))
    world.act(order.order_id, "buyer-request-cancellation", {"reason": "late"})
    order = world.order(order.order_id)
    told = dict[str, Any]()
    for fact, lie in lies(world, order):
        told[fact] = {line.fact for line in compared(0, world, lie, order) if line}
        assert fact in told[fact]
    untold = {fact.name for fact in FACTS} - told.keys()
    assert untold == {"who ships", "units shipped", "item id", "quantity shipped"}


# What is hidden, in every dialect


BEFORE_RELEASE = {"ships from", "ship by", "quantity ordered", "units unshipped"}
"""What an order of the seller's shows before it is released, of all that a status may hide."""
MONEY = {"total", "currency of the total", "price of all units", "currency"}
IN_ALL_ORDERS = {"quantity ordered", "ship-to city", "ship-to postal code", "price of all units", "currency"}
IN_ALL_ORDERS |= {"item's status", "state", "country", "payment details"}
PERSONAL = {"buyer's e-mail", "buyer's name", "ship-to city", "ship-to postal code"}
PERSONAL |= {"recipient", "street", "state", "country"}
CONDITION = {"condition", "condition's kind"}


def shown(world: World, order: Order, dialect: Dialect) -> set[str]:
    """The facts that a status may hide and that a dialect shows of an order as it is now."""
    notice = last_notice(world.state.notices, order.order_id)
    projections = project_everywhere(world, order, notice)
    if dialect not in projections:
        return set()
    names, (item, *_) = set(), order.items
    for fact in (*FACTS, *STATUS_FACTS):
        if fact.part and dialect in fact.field_paths:
            item_id = item.order_item_id if fact.of_item else None
            if normalized_value(fact.field_paths[dialect], projections[dialect], item_id) not in (None, 0, False):
                names.add(fact.name)
    return names


def expect_shown(world: World, order: Order, **facts: set[str]) -> None:
    """Each dialect by its name in DIALECT_NAMES, with the facts that it shows, and no others."""
    assert {name: shown(world, order, dialect) for name, dialect in DIALECT_NAMES.items()} == facts


DIALECT_NAMES = {
    "mws": Dialect.MWS,
    "v0": Dialect.V0,
    "latest": Dialect.LATEST,
    "notice": Dialect.ORDER_CHANGE,
    "order_reports": Dialect.ORDER_REPORTS,
    "all_orders": Dialect.ALL_ORDERS,
    "pending": Dialect.PENDING_ORDERS,
}


def test_an_order_canceled_in_its_hold_shows_no_money_in_any_dialect() -> None:
    world = a_world()
    order = place(world)
    world.act(order.order_id, "buyer-cancel")
    expect_shown(
        world,
        world.order(order.order_id),
        mws={"ships from", "ship by", "gift"},
        v0={"ships from", "ship by"},
        latest={"ships from", "ship by"},
        notice={"ships from", "ship by"},
        order_reports=set(),
        all_orders={"item's status"},
        pending=set(),
    )


def test_a_preorder_shows_dates_and_quantities_alone_until_its_release_and_then_everything() -> None:
    world = a_world()
    order = place(world, release_at="2026-03-04T00:00:00Z")
    expect_shown(
        world,
        order,
        mws=BEFORE_RELEASE | {"gift", "payment details"},
        v0=BEFORE_RELEASE,
        latest=BEFORE_RELEASE | {"price of all units", "currency"},
        notice=set(),
        order_reports=set(),
        all_orders={"quantity ordered", "price of all units", "currency"},
        pending={"quantity ordered", "payment method"},
    )
    world.advance(timedelta(days=3))
    released = world.order(order.order_id)
    assert released.status is Status.UNSHIPPED
    whole = BEFORE_RELEASE | MONEY | PERSONAL | {"phone", "delivered from", "delivered by"}
    expect_shown(
        world,
        released,
        mws=whole | CONDITION | {"gift", "payment method", "payment details"},
        v0=whole | CONDITION | {"gift", "payment method", "payment details"},
        latest=whole | CONDITION | {"payment method"},
        notice={*BEFORE_RELEASE, "ship-to postal code", "item's status", "delivered from", "delivered by"},
        order_reports=whole - {"total", "currency of the total", "units unshipped"},
        all_orders=IN_ALL_ORDERS,
        pending=set(),
    )


def test_an_order_that_amazon_ships_promises_no_delivery_and_shows_a_phone_in_mws_alone() -> None:
    world = a_world()
    order = place(world, channel="AFN", hold=False)
    whole = MONEY | PERSONAL | BEFORE_RELEASE | {"payment method"}
    expect_shown(
        world,
        order,
        mws=whole | CONDITION | {"phone", "gift", "payment details"},
        v0=whole | CONDITION | {"gift", "payment details"},
        latest=whole | CONDITION,
        notice=set(),
        order_reports=set(),
        all_orders=IN_ALL_ORDERS,
        pending=set(),
    )
    world.advance(timedelta(hours=1))
    notice = {*BEFORE_RELEASE, "ship-to postal code", "item's status"}
    released = place(world, channel="AFN")
    world.advance(timedelta(hours=1))
    assert shown(world, world.order(released.order_id), Dialect.ORDER_CHANGE) == notice
