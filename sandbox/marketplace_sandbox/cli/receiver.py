"""A webhook receiver on loopback: takes posts, checks their signatures, answers as it was set up. Prints nothing."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from marketplace_sandbox.delivery.signature import RIGHT, check_signature
from marketplace_sandbox.delivery.webhook_server import WebhookServer

LAST_SECONDS = 5.0
"""How long the end waits for replies on their way."""


UNVERIFIED = 401
"""What a post is answered that is to be passed on, but nobody knows whose it is."""


@dataclass(frozen=True, slots=True)
class ForwardedPost:
    """Where a post was passed on to, the code to answer with, and why there was no answer."""

    url: str
    code: int
    error: str = ""


Forward = Callable[[Mapping[str, str], bytes], ForwardedPost]
"""Passes a post's headers and body on, as they came."""


@dataclass(frozen=True, slots=True)
class ReceivedPost:
    """One post: its parsed body (None for what is no JSON), what its signature is, the code it was answered, and where
    it was passed on to.
    """

    message_id: str
    body: Any
    signature: str
    code: int
    forwarded: ForwardedPost | None = None

    @property
    def verified(self) -> bool:
        """Whether the signature is as receivers want it."""
        return self.signature == RIGHT

    def to_json(self) -> dict[str, Any]:
        """The post for programs."""
        return {
            "id": self.message_id,
            "verified": self.verified,
            "signature": self.signature,
            "answered": self.code,
            "body": self.body,
            **({"forwarded": asdict(self.forwarded)} if self.forwarded else {}),
        }


class Receiver:
    """What a receiver knows: the secret, the code of each answer in turn, how long to wait, and what has come.

    With `forward`, verified posts are passed on, and the answer is the one that came back.
    """

    def __init__(self, secret: str, codes: Iterator[int], slow: float = 0.0) -> None:
        self.secret = secret
        self.forward: Forward | None = None
        self.slow = slow
        self._codes = codes
        self._unanswered = 0
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self._posts: queue.SimpleQueue[ReceivedPost | None] = queue.SimpleQueue()

    def handle(self, headers: Mapping[str, str], raw: bytes) -> int:
        """Checks a post and hands it on; answers the code to reply with, once it is time to."""
        with self._changed:
            code = next(self._codes)
            self._unanswered += 1
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            body = None
        signature = check_signature(self.secret, headers, raw, time.time())
        forwarded = None
        if self.forward is not None:
            forwarded = self.forward(headers, raw) if signature == RIGHT else None
            code = forwarded.code if forwarded else UNVERIFIED
        self._posts.put(ReceivedPost(headers.get("webhook-id", ""), body, signature, code, forwarded))
        self._ending.wait(self.slow)
        return code

    def count_reply(self) -> None:
        """A reply is out."""
        with self._changed:
            self._unanswered -= 1
            self._changed.notify_all()

    def end(self) -> None:
        """Wait no longer before replies, and until those are out that are due."""
        self._ending.set()
        with self._changed:
            self._changed.wait_for(lambda: not self._unanswered, LAST_SECONDS)

    def posts(self) -> Iterator[ReceivedPost]:
        """Every post as it comes, up to the stop."""
        while (post := self._posts.get()) is not None:
            yield post

    def stop(self) -> None:
        """Hand on what has come so far and nothing more. May be called by a signal."""
        self._posts.put(None)


@contextmanager
def open_receiver(receiver: Receiver, port: int) -> Iterator[int]:
    """The receiver on a port of 127.0.0.1, 0 picking a free one, as long as the block lasts. Raises OSError."""
    server = WebhookServer(receiver.handle, port, receiver.count_reply)
    try:
        yield server.port
    finally:
        receiver.end()
        server.close()
