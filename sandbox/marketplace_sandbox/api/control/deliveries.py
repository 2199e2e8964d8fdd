"""Deliveries: every notice on its way to every webhook, with each attempt. The sending itself is the courier's."""

from marketplace_sandbox.api.control.lists import answer_page, names
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply, Steps
from marketplace_sandbox.core.commands.notifications import Resend
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.views.projections import delivery_json


class DeliveryOperations:
    """The deliveries of a world."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def listDeliveries(self, call: Call) -> Reply:
        """The deliveries that meet all filters, oldest first."""

        def admits(delivery: Delivery) -> bool:
            return names(call.query, "status", delivery.status) and names(
                call.query, "order_id", delivery.notice.order_id
            )

        with self._worlds.view(call, "deliveries") as world:
            deliveries = list(world.state.deliveries.values())
            return Reply(body=answer_page("deliveries", deliveries, delivery_json, call.query, world, admits))

    def resendDelivery(self, call: Call) -> Steps:
        """Send the same notification again, under the same id; the delivery as it stands then."""
        delivery_id = call.path["delivery_id"]
        with self._worlds.of(call) as world:
            self._worlds.execute(call, world, Resend(delivery_id=delivery_id))
            yield from self._worlds.wait(world)()
            return Reply(body=delivery_json(world.state.subscriptions.deliveries.find(delivery_id)))
