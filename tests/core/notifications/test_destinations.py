"""Destinations, the subscriptions that name them, and sample notices."""

from datetime import timedelta

import pytest

from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    DeleteDestination,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.commands.orders import CancelLater
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES
from marketplace_sandbox.core.notifications.samples import SCENARIOS
from marketplace_sandbox.core.refusals import (
    DestinationExistsError,
    DestinationInUseError,
    SubscriptionExistsError,
    UnknownDestinationError,
)
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, place, restored

ARN = "arn:aws:sqs:us-east-1:123456789012:orders"


def made(world: World, **resource: str) -> str:
    return world.execute(CreateDestination.read({"name": "a name", **(resource or {"arn": ARN})})).destination_id


def test_a_resource_is_one_destination() -> None:
    world = a_world()
    first = made(world)
    with pytest.raises(DestinationExistsError, match=first):
        made(world)
    made(world, arn=ARN + "2")
    bus = made(world, region="us-east-1", account_id="123456789012")
    with pytest.raises(DestinationExistsError, match=bus):
        made(world, region="eu-west-1", account_id="123456789012")
    assert list(restored(world).state.destinations) == list(world.state.destinations)


def test_a_subscription_names_a_destination_and_is_the_only_one_of_its_version() -> None:
    world = a_world()
    wanted = {"notification_types": ["ORDER_CHANGE"], "payload_version": "1.0"}
    with pytest.raises(UnknownDestinationError):
        world.execute(Subscribe.read({"destination_id": "nothing", **wanted}))
    destination = made(world)
    subscriber = world.execute(Subscribe.read({"destination_id": destination, **wanted})).subscriber
    assert subscriber is not None
    assert subscriber.address == ARN
    with pytest.raises(SubscriptionExistsError, match=subscriber.subscriber_id):
        world.execute(Subscribe.read({"destination_id": destination, **wanted}))
    world.execute(Subscribe.read({"destination_id": destination, **wanted, "payload_version": "2.0"}))
    with pytest.raises(DestinationInUseError, match=subscriber.subscriber_id):
        world.execute(DeleteDestination(destination_id=destination))
    for each in list(world.state.subscribers):
        world.execute(Unsubscribe(subscriber_id=each))
    world.execute(DeleteDestination(destination_id=destination))
    assert not world.state.destinations


@pytest.mark.parametrize("notification_type", NOTIFICATION_TYPES)
def test_a_sample_of_every_type_and_scenario_is_sent_and_leaves_the_orders_alone(notification_type: str) -> None:
    world = a_world()
    destination = made(world)
    for number, scenario in enumerate(SCENARIOS[notification_type], 1):
        body = {"destination_id": destination, "notification_type": notification_type, "scenario": scenario}
        (delivery_id,) = world.execute(SendTestNotification.read(body)).deliveries
        delivery = world.state.deliveries[delivery_id]
        assert delivery.notice.notification_type == notification_type
        assert scenario in (
            delivery.notice.change,
            delivery.notice.finished_job and delivery.notice.finished_job.status,
        )
        assert len(world.state.outgoing) == number
    assert not world.orders
    assert not world.state.notices
    assert not world.state.order_events
    assert restored(world).state.deliveries.keys() == world.state.deliveries.keys()
    with pytest.raises(FieldError, match="testScenario"):
        world.execute(SendTestNotification.read({**body, "scenario": "Nothing"}))


def test_an_ordered_cancellation_is_applied_a_moment_later() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.execute(CancelLater(order_id=order.order_id, reason="no_inventory"))
    world.advance(timedelta(seconds=4, milliseconds=999))
    assert world.order(order.order_id).status == "Unshipped"
    (fired,) = world.advance(timedelta(milliseconds=1)).fired
    assert (fired.what, fired.order_id) == ("cancel-order", order.order_id)
    canceled = world.order(order.order_id).cancellation
    assert canceled is not None
    assert (canceled.by, canceled.reason, canceled.at) == ("MERCHANT", "no_inventory", world.now())


def test_the_state_at_its_application_decides_an_ordered_cancellation() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.execute(CancelLater(order_id=order.order_id, reason="no_inventory"))
    world.act(order.order_id, "seller-confirm-shipment")
    shipped = world.order(order.order_id)
    world.advance(timedelta(minutes=1))
    assert world.order(order.order_id) is shipped
    assert world.state.order_events[-1].outcome == "already_confirmed"
    assert restored(world).state.order_events == world.state.order_events


def test_a_cancellation_is_ordered_for_a_known_reason() -> None:
    world = a_world()
    order = place(world, hold=False)
    with pytest.raises(FieldError, match="no_inventory"):
        world.execute(CancelLater.read({"order_id": order.order_id, "reason": "no_inventry"}))
