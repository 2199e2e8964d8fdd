"""A webhook receiver on loopback: takes posts, judges their signatures, answers as it is told. Prints nothing."""

import json
import queue
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.delivery.signature import RIGHT, check_signature
from marketplace_sandbox.delivery.webhook_server import WebhookServer

LAST_SECONDS = 5.0
"""How long the end waits for replies on their way."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One post: its parsed body (None for what is no JSON), the verdict on its signature, and what was answered."""

    message_id: str
    body: Any
    verified: bool
    verdict: str
    code: int

    def view(self) -> dict[str, Any]:
        """The delivery as JSON."""
        return {
            "id": self.message_id,
            "verified": self.verified,
            "signature": self.verdict,
            "answered": self.code,
            "body": self.body,
        }


class Receiver:
    """What a receiver knows: the secret, the code of each answer in turn, how long to wait, and what has come."""

    def __init__(self, secret: str, codes: Iterator[int], slow: float = 0.0) -> None:
        self.secret = secret
        self.slow = slow
        self._codes = codes
        self._unanswered = 0
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self._came: queue.SimpleQueue[Delivered | None] = queue.SimpleQueue()

    def take(self, headers: Mapping[str, str], raw: bytes) -> int:
        """Judges a post and keeps it; answers the code to reply with, once it is time to."""
        with self._changed:
            code = next(self._codes)
            self._unanswered += 1
        found = check_signature(self.secret, headers, raw, time.time())
        self._came.put(Delivered(headers.get("webhook-id", ""), _parsed(raw), found == RIGHT, found, code))
        self._ending.wait(self.slow)
        return code

    def answered(self) -> None:
        """A reply is out."""
        with self._changed:
            self._unanswered -= 1
            self._changed.notify_all()

    def end(self) -> None:
        """Wait no longer before replies, and until those are out that are due."""
        self._ending.set()
        with self._changed:
            self._changed.wait_for(lambda: not self._unanswered, LAST_SECONDS)

    def deliveries(self) -> Iterator[Delivered]:
        """Every post as it comes, up to the stop."""
        while (delivered := self._came.get()) is not None:
            yield delivered

    def stop(self) -> None:
        """Hand on what has come so far and nothing more. May be called by a signal."""
        self._came.put(None)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


@contextmanager
def receiving(receiver: Receiver, port: int) -> Iterator[int]:
    """The receiver on a port of 127.0.0.1, 0 picking a free one, as long as the block lasts. Raises OSError."""
    listener = WebhookServer(receiver.take, port, receiver.answered)
    try:
        yield listener.port
    finally:
        receiver.end()
        listener.close()
