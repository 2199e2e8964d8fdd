"""Placing, reading and acting on orders in the words of fixtures. Which fields and actions there are is the core's."""

from marketplace_sandbox.api.control.lists import LIMIT, answer_page, cursor_at, names
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.field_mapping import compare
from marketplace_sandbox.api.http.exchange import Call, Reply, Steps
from marketplace_sandbox.core.commands.orders import Act, PlaceOrders
from marketplace_sandbox.core.orders.form import count_orders
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.views.explain import explain
from marketplace_sandbox.core.views.projections import Json, lints_json, mail_json, notice_json, order_json
from marketplace_sandbox.core.world.world import AnyWorld

MOST_SHOWN = 1_000
"""So many orders that were placed at once are all shown; of more, the first page."""


class OrderOperations:
    """Orders, and what all actors do to them."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def placeOrders(self, call: Call) -> Reply:
        """One order; with `count` all of them or, of very many, the first page and where it goes on."""
        form = call.body or {}
        with self._worlds.of(call) as world:
            self._worlds.sellers.check_room(count_orders(form), "count")
            placed = self._worlds.execute(call, world, PlaceOrders(form)).orders
            shown = placed if len(placed) <= MOST_SHOWN else placed[:LIMIT]
            body: Json = {"orders": [_order_json(world, each) for each in shown]}
            if len(shown) < len(placed):
                following = list(world.orders).index(placed[LIMIT].order_id)
                body |= {"count": len(placed), "next": cursor_at("orders", world, following)}
            return Reply(201, body if "count" in form else body["orders"][0])

    def listOrders(self, call: Call) -> Reply:
        """The orders that meet all filters, in the order of placing."""

        def admits(order: Order) -> bool:
            request = order.first_request
            return (
                names(call.query, "status", order.status)
                and names(call.query, "channel", order.channel)
                and names(call.query, "request", request.state if request else "")
            )

        with self._worlds.view(call, "orders") as world:
            orders = list(world.orders.values())
            page = answer_page("orders", orders, lambda each: _order_json(world, each), call.query, world, admits)
            return Reply(body=page)

    def getOrder(self, call: Call) -> Reply:
        with self._worlds.view(call) as world:
            return Reply(body=_order_json(world, world.order(call.path["order_id"])))

    def explainOrder(self, call: Call) -> Reply:
        """Why the order is as it is, and what an action would meet."""
        reason = call.query.get("reason")
        with self._worlds.view(call) as world:
            arguments = {"reason": reason} if reason else None
            return Reply(body=explain(world, call.path["order_id"], call.query.get("action") or "", arguments))

    def compareOrder(self, call: Call) -> Reply:
        """The order in all dialects side by side."""
        with self._worlds.view(call) as world:
            return Reply(body=compare(world, world.order(call.path["order_id"])))

    def takeAction(self, call: Call) -> Steps:
        """The receipt of an action, given once what it caused is delivered. The order is as the action left it."""
        with self._worlds.of(call) as world:
            action = Act(call.path["order_id"], call.path["action"], dict(call.body or {}), "control")
            receipt = self._worlds.execute(call, world, action)
            body = {
                "outcome": receipt.outcome.name if receipt.outcome else "",
                "order": _order_json(world, receipt.orders[-1]),
                "notifications": [notice_json(each) for each in receipt.notices],
                "mail": [mail_json(each) for each in receipt.mail],
                "lint": lints_json(receipt.lints),
            }
            yield from self._worlds.wait(world)()
            return Reply(body=body)


def _order_json(world: AnyWorld, order: Order) -> Json:
    """One order as of the world's now, its seller behind its id."""
    found = order_json(order, world.now(), world.policy)
    return {"order_id": order.order_id, "seller_id": world.seller_id} | found
