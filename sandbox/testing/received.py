"""A webhook receiver in the test's own process: verifies what it is sent, and keeps it. Knows no marketplace.

It listens in a thread, so it answers while the test waits for the action or the advance that caused the posts.
"""

import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.core.instants import parse_instant
from sandbox.delivery.signature import sign

Json = dict[str, Any]
TOLERANCE = 300
"""Seconds that a signature's timestamp may lie off this process's clock, as the official verifiers have it."""
UNVERIFIED = 401
LARGEST = 10_000_000


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
        """The world's instant it tells of."""
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
        self._listener = _Listener(("127.0.0.1", 0), _Handler)
        self._listener.receiver = self
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}/webhook"
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

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
        except ValueError:
            body = None
        fit = body if isinstance(body, dict) else {}
        problem = problem_of(headers, raw, self.secret) if body == fit else "The body is no JSON object."
        return Notification(headers.get("webhook-id", ""), fit, headers, raw, problem)

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()


def problem_of(headers: dict[str, str], raw: bytes, secret: str) -> str:
    """What is wrong with a post's signature after Standard Webhooks; empty where nothing is."""
    stamp = headers.get("webhook-timestamp", "")
    if not stamp.isascii() or not stamp.isdigit():
        return "There is no webhook-timestamp."
    good = sign(secret, headers.get("webhook-id", ""), int(stamp), raw)
    given = headers.get("webhook-signature", "").split()
    if not any(hmac.compare_digest(good.encode(), each.encode()) for each in given):
        return "The signature is not this secret's."
    off = abs(time.time() - int(stamp))
    if off > TOLERANCE:
        return f"The timestamp lies {off:.0f} seconds off this process's clock."
    return ""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Hands the post to the receiver."""
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        raw = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LARGEST))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            status = receiver.take(headers, raw)
        except Exception:
            self._end(500)
            raise
        self._end(status)

    def _end(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
        """Says nothing: the test looks at what was received."""
