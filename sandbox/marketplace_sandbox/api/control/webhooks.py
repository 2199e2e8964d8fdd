"""Webhooks: who is told of changes, and where. The address is checked by whoever sends; nothing is sent here."""

from collections.abc import Callable
from typing import Any

from marketplace_sandbox.api.control.lists import answer_page
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http import exact_base64
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.commands.notifications import Subscribe, Unsubscribe
from marketplace_sandbox.core.notifications.outbox import Subscriber
from marketplace_sandbox.core.refusals import UnknownSubscriberError
from marketplace_sandbox.core.text.reading import FieldError, Fields, text
from marketplace_sandbox.core.views.projections import webhook_json
from marketplace_sandbox.core.world.world import World

FIELDS = ("url", "secret", "notification_types", "order_change_types")
LONGEST_URL = 2000
SECRET_PREFIX = "whsec_"  # noqa: S105  (the mark of Standard Webhooks)
SHORTEST_SECRET, LONGEST_SECRET = 24, 64
"""Bytes of a signing key, as Standard Webhooks wants them."""


class WebhookOperations:
    """The webhooks of a world. `check_target` raises ValueError for an address that webhooks may not go to."""

    def __init__(self, worlds: Worlds, check_target: Callable[[str], object], new_secret: Callable[[], str]) -> None:
        self._worlds = worlds
        self._check_target = check_target
        self._new_secret = new_secret

    def listWebhooks(self, call: Call) -> Reply:
        """The seller's webhooks, without their secrets."""
        with self._worlds.of(call) as world:
            return Reply(body=answer_page("webhooks", _webhooks(world), webhook_json, call.query, world))

    def addWebhook(self, call: Call) -> Reply:
        """Tell an address of changes from now on. A secret that was made is shown this once."""
        with self._worlds.of(call) as world:
            fields = Fields(call.body, known=FIELDS)
            subscription = {
                "url": fields.need("url", self._target),
                "secret": fields.get("secret", _secret, None) or self._new_secret(),
                "notification_types": fields.values.get("notification_types", []),
                "order_change_types": fields.values.get("order_change_types", []),
            }
            subscriber = self._worlds.execute(call, world, Subscribe.read(subscription)).subscriber
            assert subscriber is not None  # noqa: S101  (a subscription's receipt has one)
            shown_once = {} if "secret" in fields else {"secret": subscriber.secret}
            return Reply(201, webhook_json(subscriber) | shown_once)

    def removeWebhook(self, call: Call) -> Reply:
        """Tell this address no more; what was not delivered yet is given up."""
        webhook_id = call.path["webhook_id"]
        with self._worlds.of(call) as world:
            if webhook_id not in {each.subscriber_id for each in _webhooks(world)}:
                raise UnknownSubscriberError(webhook_id)
            self._worlds.execute(call, world, Unsubscribe(subscriber_id=webhook_id))
            return Reply(204)

    def _target(self, value: Any, path: str) -> str:
        url = text(LONGEST_URL, least=1)(value, path)
        try:
            self._check_target(url)
        except ValueError as wrong:
            raise FieldError(path, str(wrong)) from wrong
        return url


def _webhooks(world: World) -> list[Subscriber]:
    """The subscribers that are webhooks; those of the Notifications API are listed there."""
    return [each for each in world.state.subscribers.values() if not each.destination_id]


def _secret(value: Any, path: str) -> str:
    """A signing secret, never quoted back."""
    try:
        encoded = str(value).removeprefix(SECRET_PREFIX)
        key = exact_base64.decode(encoded)
    except ValueError:
        key = b""
    if not str(value).startswith(SECRET_PREFIX) or not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        lengths = f"{SHORTEST_SECRET} to {LONGEST_SECRET} bytes"
        raise FieldError(path, f"{path} is {SECRET_PREFIX} and base64 of {lengths}; leave it out for a new one.")
    return str(value)
