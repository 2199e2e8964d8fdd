"""Random histories in which every dialect is asked for the same order, and must say the same.

`python -m tests.api.field_mapping.agreement SEED` plays one history again and prints what was compared.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.api.field_mapping.compare import meant
from marketplace_sandbox.api.field_mapping.facts import FACTS, NOTICE, Fact
from marketplace_sandbox.api.field_mapping.projections import Projection, notified, project
from marketplace_sandbox.api.field_mapping.readings import amount, channel, instant, status
from marketplace_sandbox.api.spapi.orders_2026.words import REASON_WORDS
from marketplace_sandbox.core.notifications.outbox import Notice
from marketplace_sandbox.core.order import Channel, Item, Order, Status
from marketplace_sandbox.core.world import World
from tests.core.simulation import simulate

TURNS = 25


@dataclass(frozen=True)
class Mismatch:
    """Dialects that disagree, or that are not what the world knows."""

    seed: int
    order_id: str
    fact: str
    said: dict[str, Any]
    truth: Any


def mismatches(seed: int) -> Iterator[Mismatch | None]:
    """Every comparison of one history: None where all agree."""
    world, _ = simulate(seed, TURNS)
    for notice in world.state.notices:
        if notice.order is not None:
            yield from compared(seed, world, notice.order, notice.order, notice)
    for order in world.orders.values():
        yield from compared(seed, world, order, order)


def compared(
    seed: int, world: World, order: Order, shown_order: Order, notice: Notice | None = None
) -> Iterator[Mismatch | None]:
    """What the dialects say of an order, fact by fact, beside what the world knows of it."""
    shown = {each: what for each, what in project(world, shown_order).items() if each != NOTICE}
    if notice:
        shown[NOTICE] = notified(world, notice)
    for fact in FACTS:
        for item in order.items if fact.of_item else (None,):
            said = _said(fact, shown, item)
            truth = known(fact, order, item)
            wrong = {each: value for each, value in said.items() if value != truth and not silent(fact, each, order)}
            yield Mismatch(seed, order.order_id, fact.name, said, truth) if wrong else None


def _said(fact: Fact, shown: dict[str, Projection], item: Item | None) -> dict[str, Any]:
    item_id = item.order_item_id if item else None
    return {each: meant(fact.places[each], what, item_id) for each, what in shown.items() if each in fact.places}


def silent(fact: Fact, dialect: str, order: Order) -> bool:
    """What a dialect may leave unsaid, or says otherwise, by the notes of the table."""
    if fact.name == "seller's own number":
        return not order.seller_order_id
    if fact.name == "ship by":
        return order.channel is Channel.AFN
    if fact.name == "total":
        return order.status in (Status.PENDING, Status.PENDING_AVAILABILITY) or order.released_at is None
    return dialect == NOTICE and fact.name == "quantity shipped" and order.status is Status.CANCELED


def known(fact: Fact, order: Order, item: Item | None) -> Any:
    """The same fact as the world knows it, in the form that all dialects share."""
    canceled = order.status is Status.CANCELED
    of_order = {
        "order id": order.order_id,
        "seller's own number": order.seller_order_id or None,
        "marketplace": order.marketplace_id,
        "sold at": "NON_AMAZON" if order.multi_channel else "AMAZON",
        "status": status(order.status),
        "who ships": channel(order.channel),
        "purchased at": instant(order.purchased_at.isoformat()),
        "last updated at": instant(order.last_updated_at.isoformat()),
        "ship by": instant(order.ship_by_at.isoformat()) if order.ship_by_at else None,
        "units shipped": 0 if canceled else order.quantity_confirmed,
        "units unshipped": 0 if canceled else order.quantity_unconfirmed,
        "total": amount(order.total),
    }
    return of_item(order, item)[fact.name] if item else of_order[fact.name]


def of_item(order: Order, item: Item) -> dict[str, Any]:
    """Every fact about an item."""
    ended = order.cancellation
    return {
        "item id": item.order_item_id,
        "sku": item.sku,
        "quantity ordered": item.quantity,
        "quantity shipped": item.quantity_confirmed,
        "buyer asks to cancel": item.cancellation_requested,
        "buyer's reason": item.cancel_reason or None,
        "who canceled": str(ended.by) if ended else None,
        "why it was canceled": REASON_WORDS[ended.reason] if ended else None,
    }


if __name__ == "__main__":
    found = list(mismatches(int(sys.argv[1])))
    for line in filter(None, found):
        print(line)
    print(f"seed {sys.argv[1]}: {len(found)} comparisons, {sum(each is not None for each in found)} mismatches")
