"""A webhook receiver in the test's own process: verifies what it is sent, and keeps it. Knows no marketplace.

It listens in a thread, so it answers while the test waits for the action or the advance that caused the posts.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.delivery.signature import RIGHT, check_signature
from marketplace_sandbox.delivery.webhook_server import WebhookServer

Json = dict[str, Any]
UNVERIFIED = 401


@dataclass(frozen=True, slots=True)
class Notification:
    """One post as it came. `problem` says what is wrong with its signature, and is empty where nothing is."""

    id: str
    body: Json
    headers: dict[str, str]
    raw: bytes
    problem: str = ""

    @property
    def verified(self) -> bool:
        """Whether the signature is good and its timestamp near this process's clock."""
        return not self.problem

    @property
    def type(self) -> str:
        """`ORDER_CHANGE`, or what else there is."""
        return str(field(self.body, "NotificationType") or "")

    @property
    def content(self) -> Json:
        """What the type of notification has inside: for ORDER_CHANGE the order and what changed."""
        payload: Json = field(self.body, "Payload") or {}
        inner = [each for each in payload.values() if isinstance(each, dict)]
        return inner[0] if inner else payload

    @property
    def order_id(self) -> str:
        """The order it is about."""
        return str(self.content.get("AmazonOrderId", ""))

    @property
    def change(self) -> str:
        """`BuyerRequestedChange` or `OrderStatusChange`."""
        return str(self.content.get("OrderChangeType", ""))

    @property
    def at(self) -> datetime:
        """The instant of the world that it is about."""
        return parse_instant(field(self.body, "EventTime"))


Answer = Callable[[Notification], int]


def field(body: Json, name: str) -> Any:
    """A field by its name, which begins with a small letter in some types of notification. None where it is missing."""
    return body.get(name, body.get(name[0].lower() + name[1:]))


class Receiver:
    """Receives at `url`. What verified stands in `received`, the rest in `rejected`, both in the order of arrival.

    `answer` is the HTTP status to give, or decides on it; posts that do not verify are answered 401.
    """

    def __init__(self, answer: int | Answer = 200) -> None:
        self.secret = ""
        self.answer = answer
        self.received: list[Notification] = []
        self.rejected: list[Notification] = []
        self._server = WebhookServer(self.take)
        self.url = f"http://127.0.0.1:{self._server.port}/webhook"

    def of(self, order: Any) -> list[Notification]:
        """What was received about one order, given as such or by its id."""
        order_id = getattr(order, "order_id", order)
        return [each for each in self.received if each.order_id == order_id]

    def take(self, headers: dict[str, str], raw: bytes) -> int:
        """One post; answers the status to give."""
        notification = self._read(headers, raw)
        if not notification.verified:
            self.rejected.append(notification)
            return UNVERIFIED
        self.received.append(notification)
        return self.answer(notification) if callable(self.answer) else self.answer

    def _read(self, headers: dict[str, str], raw: bytes) -> Notification:
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        if isinstance(body, dict):
            found = check_signature(self.secret, headers, raw, time.time())
            problem = "" if found == RIGHT else f"The signature is {found}."
        else:
            body, problem = {}, "The body is no JSON object."
        return Notification(headers.get("webhook-id", ""), body, headers, raw, problem)

    def close(self) -> None:
        """Stop listening."""
        self._server.close()
