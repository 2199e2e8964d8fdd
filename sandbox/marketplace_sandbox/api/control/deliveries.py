"""Deliveries: every notice on its way to every webhook, with each attempt. The sending itself is the courier's."""

from collections.abc import Callable, Mapping
from typing import Any

from marketplace_sandbox.api.control import paging
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.projections import Json, delivery_json
from marketplace_sandbox.core.world import World


def page(world: World, query: Mapping[str, Any]) -> Json:
    """The deliveries that meet all filters, oldest first."""

    def keep(delivery: Delivery) -> bool:
        return query.get("status") in (None, delivery.status) and query.get("order_id") in (
            None,
            delivery.notice.order_id,
        )

    deliveries = list(world.state.deliveries.values())
    return paging.page("deliveries", deliveries, delivery_json, query, world, keep)


def resend(world: World, delivery_id: str, wait: Callable[[], None]) -> Json:
    """Send the same notification again, under the same id; the delivery as it stands then."""
    world.happen("resent", {"delivery_id": delivery_id})
    wait()
    return delivery_json(world.state.subscriptions.deliveries.find(delivery_id))
