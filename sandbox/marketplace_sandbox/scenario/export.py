"""A world written out as a scenario: its journal as orders and steps, and how it stands as expectations.

Calls, webhooks and their deliveries are left out, for a scenario has no words for them.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.receipt import OrderEvent
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.views.projections import cancellation_json, request_json, verification_json
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.core.world.world import AnyWorld
from marketplace_sandbox.scenario.feed_steps import find_feed_steps
from marketplace_sandbox.scenario.scenario import DEFAULTS
from marketplace_sandbox.scenario.seller_steps import find_seller_step

Json = dict[str, Any]


def export(world: AnyWorld, totals: Totals = DEFAULTS) -> Json:
    """The scenario that leads to the world as it stands, as JSON. Raises BoundError for more than `totals` allow.

    Orders keep their ids and those of their items. An order that was placed later than purchased is placed at its
    purchase, as scenarios do.
    """
    now, opening = world.now(), world.opening
    entries = world.journal()
    totals.check("export_entries", len(world.orders), "orders")
    head, script = _steps(world, entries)
    totals.check("export_entries", len(world.orders) + len(script), "script")
    orders = list(_orders(world, entries))
    scenario: Json = {
        "about": f"The world of {world.seller_id} as it stood at {format_instant(now)}.",
        "start": format_instant(opening.start),
        "rate": world.rate or None,
        "seed": opening.seed or None,
        "seller": {"marketplace_ids": list(opening.marketplace_ids)},
        "settings": {**opening.policy, **head},
        "orders": orders,
        "script": script,
        "until": format_instant(now),
        "expect": _expect(world),
    }
    return {name: each for name, each in scenario.items() if each not in (None, [], {})}


def _steps(world: AnyWorld, entries: Sequence[Entry]) -> tuple[Json, list[Json]]:
    """The settings made before anything else, and the steps in the order of time."""
    head: Json = {}
    by_feed = find_feed_steps(world, entries)
    steps: list[tuple[datetime, Json]] = [*_cancellations_by_api(world, entries), *by_feed.at_end]
    message_kinds = _message_kinds_by_api(world)
    has_begun = False  # settings from before the first order, at the very start, belong to the head
    for entry in entries:
        has_begun = has_begun or entry.kind == "placed" or entry.at != entries[0].at
        if entry.kind == "configured" and not has_begun:
            head |= {key: value for key, value in entry.body.items() if value is not None}
        elif entry.kind == "configured":
            steps.append((entry.at, {"settings": dict(entry.body)}))
        elif entry.kind == "acted":
            steps.append((entry.at, _action(entry.body["action"], entry.body["order_id"], entry.body.get("with"))))
        elif step := find_seller_step(entry.kind, entry.body):
            steps.append((entry.at, step))
        elif entry.kind == "message-sent" and (kinds := message_kinds[entry.at, entry.body["order_id"]]):
            steps.append((entry.at, _action("seller-message", entry.body["order_id"], {"kind": kinds.popleft()})))
    steps += by_feed.late
    steps.sort(key=lambda each: each[0])  # what was ordered before comes first at an instant, as timers do
    return head, [{"at": format_instant(at), **step} for at, step in steps]


def _action(action: str, order_id: str, arguments: Mapping[str, Any] | None) -> Json:
    arguments = {name: each for name, each in (arguments or {}).items() if each is not None}
    return {action: order_id, "with": arguments} if arguments else {action: order_id}


def _cancellations_by_api(world: AnyWorld, entries: Sequence[Entry]) -> Iterator[tuple[datetime, Json]]:
    """Cancellations that were ordered, as steps of the instant at which they went through."""
    at_once = {(each.at, each.body["order_id"]) for each in entries if each.kind == "acted"}
    applied: dict[str, deque[OrderEvent]] = defaultdict(deque)
    for each in world.state.order_events:
        if (each.action, each.origin) == ("seller-cancel", "api") and (each.at, each.order_id) not in at_once:
            applied[each.order_id].append(each)
    for entry in entries:
        if entry.kind == "cancellation-ordered" and applied[entry.body["order_id"]]:
            done = applied[entry.body["order_id"]].popleft()
            if OUTCOMES[done.outcome].accepted:
                yield done.at, _action(done.action, done.order_id, {"reason": entry.body["reason"]})


def _message_kinds_by_api(world: AnyWorld) -> Mapping[tuple[datetime, str], deque[str]]:
    """What messages that were sent by the API counted as, by instant and order; the words are the scenario's own."""
    kinds: dict[tuple[datetime, str], deque[str]] = defaultdict(deque)
    for each in world.state.order_events:
        if (each.action, each.origin) == ("seller-message", "api"):
            advised = each.outcome.startswith("buyer_advised")
            kinds[each.at, each.order_id].append("advise_return" if advised else "instructions")
    return kinds


def _orders(world: AnyWorld, entries: Sequence[Entry]) -> Iterator[Json]:
    """One form for each order; those that were placed together stand next to each other."""
    standing = counting(list(world.orders.values()), "orders are written out")
    changing = any(entry.kind == "configured" and "handling_days" in entry.body for entry in entries)
    for entry in entries:
        if entry.kind == "placed":
            for order in islice(standing, entry.body.get("count", 1)):
                form = _form(entry.body, order, world.opening.start)
                yield {"handling_days": order.handling_days, **form} if changing else form


def _form(placed: Mapping[str, Any], order: Order, start: datetime) -> Json:
    """The form an order was placed by, with the ids that it has come to have."""
    form: Json = {"id": order.order_id, **{name: each for name, each in placed.items() if name != "count"}}
    if form.get("purchased_at") is None and order.purchased_at != start:
        form["purchased_at"] = format_instant(order.purchased_at)
    items = placed.get("items") or [{}] * len(order.items)
    form["items"] = [
        {"id": item.order_item_id, "sku": item.sku, **each} for item, each in zip(order.items, items, strict=True)
    ]
    return form


def _expect(world: AnyWorld) -> Json:
    """How the orders and the rate stand."""
    now, orders = world.now(), list(world.orders.values())
    if not orders:
        return {}
    rate = cancellation_rate(orders, now, world.policy)
    return {
        "orders": {each.order_id: _expect_order(each) for each in orders},
        "cancellation_rate": {"canceled": rate.canceled, "orders": rate.orders},
    }


def _expect_order(order: Order) -> Json:
    expected: Json = {"status": str(order.status)}
    if request := request_json(order):
        expected["request.state"] = request["state"]
    if cancellation := cancellation_json(order.cancellation):
        expected["cancellation"] = cancellation
    if order.pickup:
        expected["pickup_status"] = str(order.pickup)
    if verification := verification_json(order):
        expected["verification.status"] = verification["status"]
    return expected
