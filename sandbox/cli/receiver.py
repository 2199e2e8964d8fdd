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
        self._lock = threading.Lock()
        self._came: queue.Queue[Delivered] = queue.Queue()

    def take(self, headers: Mapping[str, str], raw: bytes) -> int:
        """Judges a post and keeps it; answers the code to reply with."""
        with self._lock:
            code = next(self._codes)
        verified, verdict = judge(self.secret, headers, raw, time.time)
        self._came.put(Delivered(headers.get("webhook-id", ""), _parsed(raw), verified, verdict, code))
        return code

    def deliveries(self) -> Iterator[Delivered]:
        """Every post as it comes, for ever."""
        while True:
            yield self._came.get()


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
            time.sleep(receiver.slow)
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
