"""What a subscriber is sent, whatever the type: the one place that knows which module writes which notification."""

from marketplace_sandbox.api.spapi.notifications import order_change, processing_finished
from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE, Delivery
from marketplace_sandbox.core.world.world import World


def render(world: World, delivery: Delivery) -> bytes:
    """The body of a delivery's notification; the same bytes every time."""
    if delivery.notice.notification_type == ORDER_CHANGE:
        return order_change.render(world, delivery)
    return processing_finished.render(world, delivery)
