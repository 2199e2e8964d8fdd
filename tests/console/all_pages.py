"""The pages there are, for whoever looks at all of them: each by a name and the path of a world that the demo has left.

`{unshipped}` and the like in a path stand for an order of the demo in that status; see `paths`.
"""

from marketplace_sandbox.core.world.world import AnyWorld

PAGES = {
    "home": "/",
    "manage-orders": "/seller/orders?tab=unshipped",
    "manage-orders-requested": "/seller/orders?tab=unshipped&buyer_requested_cancel=1",
    "manage-orders-pending": "/seller/orders?tab=pending",
    "manage-orders-sent": "/seller/orders?tab=sent",
    "manage-orders-canceled": "/seller/orders?tab=canceled",
    "manage-orders-fba": "/seller/orders?tab=fba",
    "cancel-order": "/seller/orders/{requested}/cancel",
    "no-such-page": "/seller/nothing",
}


def paths(world: AnyWorld) -> dict[str, str]:
    """The path of every page, of the first order of each status in a world, and of the first whose buyer has asked."""
    found: dict[str, str] = {}
    for order in world.orders.values():
        found.setdefault(str(order.status).lower(), order.order_id)
        if order.open_items:
            found.setdefault("requested", order.order_id)
        if order.channel == "AFN":
            found.setdefault("fba", order.order_id)
    return {name: path.format(**found) for name, path in PAGES.items()}
