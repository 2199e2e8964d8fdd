"""The operations of Notifications v1, one method per operationId. Delivers nothing and knows no notification's body.

Which token an operation takes is the platform's division: destinations belong to the application and take a grantless
one, subscriptions to a seller. A grantless token's seller is the one its client was made for. getSubscriptionById is
the application's and refuses a seller's token as production does, though python-amazon-sp-api sends one.
deleteSubscriptionById is documented as grantless, but was refused without a seller's grant in practice, so it takes
either.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid, unauthorized
from marketplace_sandbox.api.admission.throttling import RATE_HEADER
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens
from marketplace_sandbox.api.spapi.notifications import types
from marketplace_sandbox.api.spapi.notifications.resources import destination_json, read_resource, subscription_json
from marketplace_sandbox.api.spapi.notifications.schemas import (
    CreateDestinationSchema,
    CreateSubscriptionSchema,
    SendTestSchema,
)
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    DeleteDestination,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE, Subscriber
from marketplace_sandbox.core.refusals import (
    DestinationExistsError,
    DestinationInUseError,
    OvertakenError,
    SubscriptionExistsError,
    UnknownDestinationError,
    UnknownSubscriberError,
)
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World

NO_SUCH_RESOURCE = "The resource specified does not exist."
CONFLICT = "The resource specified conflicts with the current state."
PAGE_SIZE = 30
"""Subscriptions on one page where nobody says."""

NOT_IN_PILOT = "ORDER_CHANGE is for sellers of the pilot; the settings notifications and notification_pilot decide."


class Notifications:
    """The operations. `token_key` protects page tokens; `ensure_queue` makes the queue of an ARN if it can."""

    def __init__(
        self, access: Access, token_key: bytes, ensure_queue: Callable[[str], None] = lambda _arn: None
    ) -> None:
        self._access = access
        self._tokens = PageTokens(token_key)
        self._ensure_queue = ensure_queue

    # Subscriptions

    def getSubscriptions(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        (name,) = call.query["notificationTypes"]
        types.check_type(name)
        found = _subscriptions(world, name, call.query.get("payloadVersion"))
        size, token = call.query.get("pageSize", PAGE_SIZE), call.query.get("nextToken")
        try:
            page = self._tokens.page_at_offset(f"subscriptions {name}", world, found, size, token)
        except PageTokenError:
            raise invalid("We could not decode your nextToken.", "nextToken") from None
        subscriptions = {"subscriptions": [subscription_json(each) for each in page.entries]}
        return _payload(subscriptions | ({"nextToken": page.token} if page.token else {}))

    def getSubscription(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        name = call.path["notificationType"]
        types.check_type(name)
        found = _subscriptions(world, name, call.query.get("payloadVersion"))
        if not found:
            of_version = (
                f" and payloadVersion {quote(version)}" if (version := call.query.get("payloadVersion")) else ""
            )
            details = f"Subscription doesn't exist for notification type {name}{of_version}"
            raise ApiError(404, "NotFound", NO_SUCH_RESOURCE, details, RATE_LIMIT)
        return _payload(subscription_json(found[-1]))

    def createSubscription(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        name = call.path["notificationType"]
        types.check_type(name)
        request = CreateSubscriptionSchema().load(call.body)
        types.check_version(name, request["version"])
        changes = types.read_directive(name, request["directive"])
        in_pilot = world.policy.value("notifications") != "pilot" or world.policy.is_on("notification_pilot")
        if name == ORDER_CHANGE and not in_pilot:
            raise unauthorized(NOT_IN_PILOT)
        body = {
            "destination_id": request["destination_id"],
            "notification_types": [name],
            "order_change_types": changes,
            "payload_version": request["version"],
            "directive": request["directive"],
        }
        with _translate_refusals(world):
            _check_resource(world, request["destination_id"], name)
            subscriber = world.execute(Subscribe.read(body)).subscriber
        assert subscriber is not None  # noqa: S101  (a subscription's receipt has one)
        return _payload(subscription_json(subscriber))

    def getSubscriptionById(self, call: Call, caller: Caller) -> Reply:
        return _payload(subscription_json(_find(caller.world, call)))

    def deleteSubscriptionById(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with _translate_refusals(world):
            world.execute(Unsubscribe(subscriber_id=_find(world, call).subscriber_id))
        return Reply(body={}, headers=RATE_LIMIT)

    def sendTestNotification(self, call: Call, caller: Caller) -> Reply:
        """The one operation of which no answer tells a rate."""
        try:
            self._send_test(call, caller.world)
        except ApiError as refusal:
            refusal.headers.pop(RATE_HEADER, None)
            raise
        return Reply(body={})

    def _send_test(self, call: Call, world: World) -> None:
        name = call.path["notificationType"]
        types.check_type(name)
        types.check_sent(name)
        request = SendTestSchema().load(call.body)
        sample = request["sample"]
        for field, value in (("destinationId", request["destination_id"]), ("testNotification", sample)):
            if not value:
                raise invalid(f"{field} is required.", field)
        types.check_version(name, sample["version"])
        body = {
            "destination_id": request["destination_id"],
            "notification_type": name,
            "scenario": sample["scenario"],
        }
        with _translate_refusals(world):
            _check_resource(world, request["destination_id"], name)
            world.execute(SendTestNotification.read(body))
        self._access.wake(world)

    # Destinations

    def getDestinations(self, _: Call, caller: Caller) -> Reply:
        world = caller.world
        return _payload([destination_json(each) for each in world.state.destinations.values()])

    def createDestination(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        request = CreateDestinationSchema().load(call.body)
        resource = read_resource(request["resource"])
        if "arn" in resource:
            self._ensure_queue(resource["arn"])
        with _translate_refusals(world):
            destination_id = world.execute(CreateDestination.read({"name": request["name"], **resource})).destination_id
            return _payload(_destination(world, destination_id))

    def getDestination(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with _translate_refusals(world):
            return _payload(_destination(world, call.path["destinationId"]))

    def deleteDestination(self, call: Call, caller: Caller) -> Reply:
        world = caller.world
        with _translate_refusals(world):
            world.execute(DeleteDestination(destination_id=call.path["destinationId"]))
        return Reply(body={}, headers=RATE_LIMIT)


def _subscriptions(world: World, name: str, version: str | None) -> list[Subscriber]:
    """The seller's subscriptions of a type, perhaps of one version; webhooks are none."""
    return [
        each
        for each in world.state.subscribers.values()
        if each.destination_id and name in each.notification_types and version in (None, each.payload_version)
    ]


def _find(world: World, call: Call) -> Subscriber:
    name, subscription_id = call.path["notificationType"], call.path["subscriptionId"]
    types.check_type(name)
    for each in _subscriptions(world, name, None):
        if each.subscriber_id == subscription_id:
            return each
    raise _not_found(f"There is no subscription {quote(subscription_id)} of {name}.")


def _destination(world: World, destination_id: str) -> Any:
    return destination_json(world.state.subscriptions.destinations.find(destination_id))


def _check_resource(world: World, destination_id: str, name: str) -> None:
    """Refuses an event bus for a type that the platform does not send to one."""
    if not world.state.subscriptions.destinations.find(destination_id).arn:
        types.check_event_bus(name)


@contextmanager
def _translate_refusals(world: World) -> Iterator[None]:
    """Turns what the core refuses into the platform's errors."""
    try:
        yield
    except (SubscriptionExistsError, DestinationExistsError, DestinationInUseError) as conflict:
        raise ApiError(409, conflict.code, CONFLICT, str(conflict)) from conflict
    except (UnknownDestinationError, UnknownSubscriberError) as unknown:
        raise _not_found(str(unknown)) from unknown
    except OvertakenError as overtaken:
        raise _not_found(f"Seller {world.seller_id} has been reset meanwhile.") from overtaken
    except FieldError as wrong:
        raise invalid(str(wrong), wrong.field_path) from wrong


def _not_found(message: str) -> ApiError:
    return ApiError(404, "NotFound", message, headers=RATE_LIMIT)


def _payload(body: Any) -> Reply:
    return Reply(body={"payload": body}, headers=RATE_LIMIT)
