"""One order as every dialect shows it now, as plain dictionaries: the input of a comparison.

Pure: what is shown and how it is spelt is decided by the dialects themselves, with every data set and every right.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.api.mws.order_xml import item_element, order_element
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.api.shared.xml import Node
from marketplace_sandbox.api.spapi.notifications import order_change
from marketplace_sandbox.api.spapi.orders_2026 import renderer as latest
from marketplace_sandbox.api.spapi.orders_v0 import renderer as v0
from marketplace_sandbox.api.spapi.orders_v0.visible_order import PersonalDataRights
from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE, Delivery, Notice
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import AnyWorld

EVERY_DATA_SET = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
)

EVERY_RIGHT = PersonalDataRights(buyer=True, address=True, buyer_tax=True)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Projection:
    """An order in one dialect, and its items by their ids."""

    order: Json
    items: dict[str, Json]


def project(world: AnyWorld, order: Order) -> dict[Dialect, Projection]:
    """The order in every dialect that `compare` shows; no notification without one about the order."""
    projections = {
        Dialect.MWS: _mws(world, order),
        Dialect.V0: _v0(world, order),
        Dialect.LATEST: _latest(world, order),
    }
    notice = last_notice(world.state.notices, order.order_id)
    return projections | ({Dialect.ORDER_CHANGE: project_notice(world, notice)} if notice else {})


def last_notice(notices: Iterable[Notice], order_id: str) -> Notice | None:
    """The latest ORDER_CHANGE about an order."""
    about = [each for each in notices if each.notification_type == ORDER_CHANGE and each.order_id == order_id]
    return about[-1] if about else None


def project_notice(world: AnyWorld, notice: Notice) -> Projection:
    """What a notification says."""
    return project_notification(json.loads(order_change.render(world, Delivery(notice.notice_id, notice, ""))))


def project_notification(body: Json) -> Projection:
    """What an ORDER_CHANGE that arrived says."""
    change = body["Payload"]["OrderChangeNotification"]
    items = change["Summary"]["OrderItems"]
    return Projection(change, _by_id("OrderItemId", items))


def _v0(world: AnyWorld, order: Order) -> Projection:
    items = v0.ITEMS.dump(v0.items_in_v0(order, world.policy, personal=True))
    whole = v0.ORDER.dump(v0.order_in_v0(order, world.policy, EVERY_RIGHT))
    return Projection(whole, _by_id("OrderItemId", items))


def _latest(world: AnyWorld, order: Order) -> Projection:
    whole = latest.ORDER.dump(latest.order_in_2026(order, world.policy, EVERY_DATA_SET))
    return Projection(whole, _by_id("orderItemId", whole["orderItems"]))


def _mws(world: AnyWorld, order: Order) -> Projection:
    promise = world.policy.span("delivery_after", order.marketplace_id)
    items = [read_xml(item_element(order, each, world.policy)) for each in order.items]
    return Projection(read_xml(order_element(order, promise)), _by_id("OrderItemId", items))


def read_xml(node: Node) -> Json:
    """An element's children by their names, without namespaces; those without children as text, several in a list."""
    children: dict[str, list[Any]] = {}
    for child in node:
        name = str(child.tag).rpartition("}")[2]
        children.setdefault(name, []).append(read_xml(child) if len(child) else (child.text or ""))
    return {name: found[0] if len(found) == 1 else found for name, found in children.items()}


def _by_id(name: str, items: Iterable[Json]) -> dict[str, Json]:
    return {item[name]: item for item in items}
