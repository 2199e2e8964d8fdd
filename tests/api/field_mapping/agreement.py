"""Random histories in which every dialect is asked for the same order, and must say and hide the same.

`python -m tests.api.field_mapping.agreement SEED` plays one history again and prints what was compared.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from marketplace_sandbox.api.field_mapping.compare import normalized_value
from marketplace_sandbox.api.field_mapping.facts import FACTS, STATUS_FACTS, Fact
from marketplace_sandbox.api.field_mapping.normalizers import amount, channel, instant, status
from marketplace_sandbox.api.field_mapping.projections import Projection, project, project_notice
from marketplace_sandbox.api.formats.reports import all_orders, new_orders
from marketplace_sandbox.api.shared.status_table import Dialect, Part, cell, display_status
from marketplace_sandbox.api.spapi.orders_2026.words import REASON_WORDS
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.notifications.outbox import Notice
from marketplace_sandbox.core.order import Channel, Item, Order, Status
from marketplace_sandbox.core.policy import ship_by
from marketplace_sandbox.core.reports.contents import DATED
from marketplace_sandbox.core.reports.values import REPORT_TYPES, Contents, Report
from marketplace_sandbox.core.world import World
from tests.core.simulation import simulate

TURNS = 25


@dataclass(frozen=True)
class Mismatch:
    """Dialects that disagree, or that are not what the world knows."""

    seed: int
    order_id: str
    fact: str
    said: dict[Dialect, Any]
    expected: dict[Dialect, Any]


def mismatches(seed: int, *, partial: bool = False) -> Iterator[Mismatch | None]:
    """Every comparison of one history: None where all agree."""
    world, _ = simulate(seed, TURNS, partial=partial)
    for notice in world.state.notices:
        if notice.order is not None:
            yield from compared(seed, world, notice.order, notice.order, notice)
    for order in world.orders.values():
        yield from compared(seed, world, order, order)


def compared(
    seed: int, world: World, order: Order, shown_order: Order, notice: Notice | None = None
) -> Iterator[Mismatch | None]:
    """What the dialects say of an order, and what they hide, fact by fact, beside what the world knows of it."""
    projections = project_everywhere(world, shown_order, notice)
    truths = {None: of_order(world, order)} | {item.order_item_id: of_item(order, item) for item in order.items}
    for fact in (*FACTS, *STATUS_FACTS):
        for item_id, truth in truths.items():
            if fact.of_item is (item_id is not None):
                dialects = {each: what for each, what in projections.items() if each in fact.field_paths}
                said = {
                    each: normalized_value(fact.field_paths[each], what, item_id) for each, what in dialects.items()
                }
                right = {
                    each: expected(fact, each, order, truth[fact.name], order.item(item_id or "")) for each in dialects
                }
                yield Mismatch(seed, order.order_id, fact.name, said, right) if said != right else None


def project_everywhere(world: World, order: Order, notice: Notice | None = None) -> dict[Dialect, Projection]:
    """An order in every dialect and in the reports that list it, and in a notification if one is given."""
    projections = project(world, order)
    projections.pop(Dialect.ORDER_CHANGE, None)  # of another moment than the order, perhaps
    if notice:
        projections[Dialect.ORDER_CHANGE] = project_notice(world, notice)
    return projections | project_reports(world, order)


def project_reports(world: World, order: Order) -> dict[Dialect, Projection]:
    """The rows about an order in the reports that list it, by the names of their columns."""
    now, policy = world.now(), world.policy
    reports = {
        Dialect.ORDER_REPORTS: ("GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING", new_orders),
        Dialect.ALL_ORDERS: ("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", all_orders),
    }
    projections = {}
    for dialect, (name, file) in reports.items():
        report = Report("1", REPORT_TYPES[name], (order.marketplace_id,), now, now, now)
        if DATED[report.kind.selection](order) is None:
            continue
        columns = file.columns(report, requests=True)
        rows = {
            row.item.order_item_id: {name: read(row) for name, read in columns}
            for row in file.rows(Contents(now, policy, (order,)))
        }
        projections[dialect] = Projection(next(iter(rows.values())), rows)
    return projections


def expected(fact: Fact, dialect: Dialect, order: Order, truth: Any, item: Item | None = None) -> Any:
    """What a dialect has to say: the truth where the table has the fact's part shown, else that there is nothing.

    Of an item that was canceled by itself nobody shows units, money or condition, whatever its order's status.
    """
    alone = item is not None and item.canceled is not None
    if alone and fact.name == "item's status" and order.status is not Status.CANCELED:
        shown = cell(Part.ITEM_STATUS, display_status(order), order.channel, dialect).shown
        return "Cancelled" if shown and dialect == Dialect.ALL_ORDERS else None
    hidden = alone and fact.part in (Part.QUANTITY, Part.UNITS, Part.PRICES, Part.CONDITION)
    if fact.part is None or (not hidden and cell(fact.part, display_status(order), order.channel, dialect).shown):
        return of_dialect(fact, dialect, order, truth)
    if fact.part in (Part.QUANTITY, Part.UNITS):
        return 0
    return False if fact.name in ("buyer asks to cancel", "parcels") else None


def of_dialect(fact: Fact, dialect: Dialect, order: Order, truth: Any) -> Any:
    """The truth as far as a dialect says it, by the notes of the table of correspondences."""
    if fact.name == "item's status" and dialect == Dialect.ALL_ORDERS and order.status is Status.CANCELED:
        return "Cancelled"
    if fact.name == "who canceled" and dialect == Dialect.ORDER_CHANGE:  # it tells how the order ended, by its reason
        return str(order.cancellation.by) if order.cancellation else None
    return truth


def of_order(world: World, order: Order) -> dict[str, Any]:
    """Every fact about an order as the world knows it, in the form that all dialects share."""
    dates = of_dates(order, world.policy.span("delivery_after", order.marketplace_id))
    return {
        **{fact: instant(at.isoformat()) if at else None for fact, at in dates.items()},
        "order id": order.order_id,
        "seller's own number": order.seller_order_id or (order.order_id if order.channel is Channel.AFN else None),
        "marketplace": order.marketplace_id,
        "sold at": "NON_AMAZON" if order.multi_channel else "AMAZON",
        "status": status(order.status),
        "who ships": channel(order.channel),
        "purchased at": instant(order.purchased_at.isoformat()),
        "last updated at": instant(order.last_updated_at.isoformat()),
        "units shipped": order.quantity_confirmed,
        "units unshipped": order.quantity_unconfirmed,
        "total": amount(order.total),
        "buyer's e-mail": order.buyer.email or None,
        "buyer's name": order.buyer.name or None,
        "ship-to city": order.ship_to.city or None,
        "ship-to postal code": order.ship_to.postal_code or None,
        "phone": order.ship_to.phone or None,
        "payment method": order.details.payment_method,
        "payment details": ", ".join(order.details.payment_method_details),
        "ship-to company": order.ship_to.company_name or None,
        "buyer's company": order.buyer.buyer_tax_info.company_legal_name if order.buyer.buyer_tax_info else None,
        "purchase order number": order.buyer.purchase_order_number or None,
        "replaced order": order.details.replaced_order_id or None,
        "invoice": of_invoice(order),
        "parcels": bool(order.shipments),
    }


def of_dates(order: Order, delivery_after: timedelta) -> dict[str, datetime | None]:
    """The dates of an order by the local days of its marketplace; those of what Amazon ships are one and the same."""
    zone, placed = MARKETPLACES[order.marketplace_id].zone, order.release_at or order.purchased_at
    if order.channel is Channel.AFN:
        amazons = ship_by(placed, order.handling_days, order.marketplace_id)
        return {"ships from": amazons, "ship by": amazons, "delivered from": None, "delivered by": None}
    assert order.ship_by_at is not None
    next_day = order.ship_by_at.astimezone(zone).date() + timedelta(days=1)
    delivered_from = datetime.combine(next_day, time(), zone)
    return {
        "ships from": datetime.combine(placed.astimezone(zone).date(), time(), zone),
        "ship by": order.ship_by_at,
        "delivered from": delivered_from,
        "delivered by": max(delivered_from, order.ship_by_at + delivery_after),
    }


def of_item(order: Order, item: Item) -> dict[str, Any]:
    """Every fact about an item, in the same form."""
    ended = item.canceled or order.cancellation
    return {
        "item id": item.order_item_id,
        "sku": item.sku,
        "quantity ordered": item.quantity,
        "quantity shipped": item.quantity_confirmed,
        "buyer asks to cancel": item.cancellation_requested,
        "buyer's reason": item.cancel_reason or None,
        "who canceled": str(ended.by) if ended else None,
        "why it was canceled": REASON_WORDS[ended.reason] if ended else None,
        "price of all units": amount(item.price * item.quantity),
        "currency": MARKETPLACES[order.marketplace_id].currency,
        **of_extras(item),
        "item's status": "Unshipped" if item.quantity_unconfirmed else "Shipped",
    }


def of_invoice(order: Order) -> str | None:
    """Where the invoice stands, in capitals."""
    known = {"Accepted": "ACCEPTED", None: "NOT_FOUND" if order.invoice else None}
    return known[order.details.electronic_invoice_status]


def of_extras(item: Item) -> dict[str, Any]:
    """Facts about an item that most items do not have."""
    of, count = item.details, item.quantity
    done = of.buyer_info
    return {
        "gift": "true" if of.is_gift or (done and done.gift_wrap_level) else "false",
        "promotion discount": amount(of.promotion_discount * count),
        "tax of a promotion discount": amount(of.promotion_discount_tax * count),
        "gift wrap": (done and amount(done.gift_wrap_price * count)) or None,
        "gift message": (done and done.gift_message_text) or None,
        "points": of.points_granted.points_number if of.points_granted else None,
        "condition": of.condition_id.upper(),
        "IOSS number": of.ioss_number or None,
    }


if __name__ == "__main__":
    found = list(mismatches(int(sys.argv[1])))
    for line in filter(None, found):
        print(line)
    print(f"seed {sys.argv[1]}: {len(found)} comparisons, {sum(each is not None for each in found)} mismatches")
