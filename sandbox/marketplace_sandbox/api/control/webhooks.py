"""Webhooks: who is told of changes, and where. The address is checked by whoever sends; nothing is sent here."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from marketplace_sandbox.api.control import bodies, paging
from marketplace_sandbox.core.notifications.outbox import Subscriber
from marketplace_sandbox.core.projections import Json, webhook_json
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.refusals import UnknownSubscriberError
from marketplace_sandbox.core.world import World

FIELDS = ("url", "secret", "notification_types", "order_change_types")
SECRET_PREFIX = "whsec_"  # noqa: S105  (the mark of Standard Webhooks)
SHORTEST_SECRET, LONGEST_SECRET = 24, 64
"""Bytes of a signing key, as Standard Webhooks wants them."""


def page(world: World, query: Mapping[str, Any]) -> Json:
    """The seller's webhooks, without their secrets."""
    return paging.page("webhooks", _webhooks(world), webhook_json, query, world)


def add(world: World, body: Any, check_target: Callable[[str], None], new_secret: Callable[[], str]) -> Json:
    """Tell an address of changes from now on. A secret that was made is shown this once."""
    given = bodies.fields(body, FIELDS)
    subscription = {
        "url": _url(given["url"], check_target),
        "secret": _secret(given["secret"]) if "secret" in given else new_secret(),
        "notification_types": given.get("notification_types", []),
        "order_change_types": given.get("order_change_types", []),
    }
    subscriber = world.happen("subscribed", subscription).subscriber
    assert subscriber is not None  # noqa: S101  (a subscription's receipt has one)
    made = {} if "secret" in given else {"secret": subscriber.secret}
    return webhook_json(subscriber) | made


def remove(world: World, webhook_id: str) -> None:
    """Tell this address no more; what was not delivered yet is given up. Raises UnknownSubscriberError."""
    if webhook_id not in {each.subscriber_id for each in _webhooks(world)}:
        raise UnknownSubscriberError(webhook_id)
    world.happen("unsubscribed", {"subscriber_id": webhook_id})


def _webhooks(world: World) -> list[Subscriber]:
    """The subscribers that are webhooks; those of the Notifications API are listed there."""
    return [each for each in world.state.subscribers.values() if not each.destination_id]


def _url(given: Any, check_target: Callable[[str], None]) -> str:
    url = bodies.text("url", given, 2000)
    try:
        check_target(url)
    except ValueError as wrong:
        raise FieldError("url", str(wrong)) from wrong
    return url


def _secret(given: Any) -> str:
    """A signing secret, never quoted back."""
    try:
        encoded = str(given).removeprefix(SECRET_PREFIX)
        key = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        key = b""
    if not str(given).startswith(SECRET_PREFIX) or not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        raise FieldError(
            "secret",
            f"secret is {SECRET_PREFIX} and base64 of {SHORTEST_SECRET} to {LONGEST_SECRET} bytes; "
            "leave it out for a new one.",
        )
    return str(given)
