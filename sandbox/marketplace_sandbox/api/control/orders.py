"""Placing and reading orders in the words of fixtures. Which fields a form has is the core's matter."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.control import bodies, paging
from marketplace_sandbox.api.field_mapping import compare
from marketplace_sandbox.core.explain import explain
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.projections import Json, order_json
from marketplace_sandbox.core.world import World


def place(world: World, body: Any) -> Json:
    """One order's view; with `count` the views of all."""
    form = bodies.mapping(body)
    placed = [view(world, each) for each in world.place(form)]
    return {"orders": placed} if "count" in form else placed[0]


def view(world: World, order: Order) -> Json:
    """One order as of the world's now."""
    shown = order_json(order, world.now(), world.policy)
    return {"order_id": order.order_id, "seller_id": world.seller_id} | shown


def explained(world: World, order_id: str, query: Mapping[str, Any]) -> Json:
    """Why the order is as it is, and what an action would meet."""
    arguments = {"reason": query["reason"]} if query.get("reason") else None
    return explain(world, order_id, query.get("action") or "", arguments)


def compared(world: World, order_id: str) -> Json:
    """The order in all dialects side by side. Raises UnknownOrderError."""
    return compare(world, world.order(order_id))


def page(world: World, query: Mapping[str, Any]) -> Json:
    """The orders that meet all filters, in the order of placing. An absent filter lets every order through."""

    def keep(order: Order) -> bool:
        return (
            _among(query.get("status"), order.status)
            and _among(query.get("channel"), order.channel)
            and _among(query.get("request"), _request_state(order))
        )

    orders = list(world.orders.values())
    return paging.page("orders", orders, lambda each: view(world, each), query, world, keep)


def _among(wanted: list[str] | None, value: str) -> bool:
    return not wanted or value in wanted


def _request_state(order: Order) -> str:
    request = order.first_request
    return request.state if request else ""
