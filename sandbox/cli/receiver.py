"""A webhook receiver on loopback: takes posts, judges their signatures, answers as it is told. Prints nothing."""

import hmac
import http.server
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

TOLERANCE_SECONDS = 300
"""How far a signature's timestamp may lie from the receiver's clock, as the official verifiers have it."""

MOST_BYTES = 10_000_000

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
        verified, verdict = judge(self.secret, headers, raw, time.time)
        self._came.put(Delivered(headers.get("webhook-id", ""), _parsed(raw), verified, verdict, code))
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


def judge(secret: str, headers: Mapping[str, str], raw: bytes, now: Callable[[], float]) -> tuple[bool, str]:
    """Whether a post is signed as Standard Webhooks has it, and why not. `headers` has names in small letters."""
    from sandbox.delivery.signature import sign  # noqa: PLC0415  of the server's parts the only one needed

    if not secret:
        return False, "not verified, for no secret is known"
    given = [headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")]
    message_id, stamp, signatures = given
    if not all(given) or not stamp.isdecimal():
        return False, "missing: webhook-id, webhook-timestamp or webhook-signature"
    right = sign(secret, message_id, int(stamp), raw)
    if not any(hmac.compare_digest(each.encode(), right.encode()) for each in signatures.split()):
        return False, "wrong: it was made with another secret or for another body"
    apart = int(stamp) - now()
    if abs(apart) > TOLERANCE_SECONDS:
        return False, f"right, but its timestamp is {_far(apart)}; verifiers refuse more than five minutes"
    return True, "right"


def _far(seconds: float) -> str:
    days, hours = abs(seconds) / 86_400, abs(seconds) / 3_600
    amount = (
        f"{days:.0f} days" if days >= 2 else f"{hours:.0f} hours" if hours >= 2 else f"{abs(seconds) / 60:.0f} minutes"
    )
    return f"{amount} {'ahead of' if seconds > 0 else 'behind'} this machine's clock"


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None


@contextmanager
def receiving(receiver: Receiver, port: int) -> Iterator[int]:
    """The receiver on a port of 127.0.0.1, 0 picking a free one, as long as the block lasts. Raises OSError."""

    class Handler(http.server.BaseHTTPRequestHandler):
        """Hands every post to the receiver."""

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), MOST_BYTES)
            raw = self.rfile.read(length)
            code = receiver.take({name.lower(): text for name, text in self.headers.items()}, raw)
            try:
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                self.close_connection = True  # whoever posted has waited long enough
            finally:
                receiver.answered()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        receiver.end()
        server.shutdown()
        thread.join()
        server.server_close()
