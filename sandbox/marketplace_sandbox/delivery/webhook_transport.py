"""Posts notifications to webhooks, signed after Standard Webhooks. Knows no world and no order.

The platform itself sends ORDER_CHANGE to SQS queues only; the webhook is a convenience of the sandbox.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from marketplace_sandbox import __version__
from marketplace_sandbox.core.notifications.outbox import LONGEST_PAUSE
from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send
from marketplace_sandbox.delivery.signature import sign
from marketplace_sandbox.delivery.targets import Resolve, TargetError, check_target, resolve_host

USER_AGENT = f"marketplace-sandbox/{__version__}"


class WebhookTransport:
    """Posts each message to its URL, if that may be posted to at this moment.

    `elapsed` is seconds from any beginning, for latencies.
    """

    def __init__(
        self,
        allowed_hosts: Collection[str] = (),
        resolve: Resolve = resolve_host,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed_hosts = tuple(allowed_hosts)
        self._resolve = resolve
        self._elapsed = elapsed

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What posts, on connections that stay open as long as receivers like."""
        from marketplace_sandbox.delivery.http_client import HttpClient, UnansweredError  # noqa: PLC0415  takes a tenth of a second, and is seldom needed at start

        client = HttpClient()

        def send(message: OutboundMessage) -> AttemptResult:
            started = self._elapsed()
            code, error, pause = None, "", None
            try:
                target = check_target(message.address, self._allowed_hosts, self._resolve)
                response = client.post(target, message.body, build_headers(message), message.timeout)
                code, pause = response.code, parse_retry_after(response.retry_after)
            except (TargetError, UnansweredError) as wrong:
                error = str(wrong)
            if code is not None and 300 <= code < 400:
                error = "Redirects are not followed."
            return AttemptResult(code, round((self._elapsed() - started) * 1000), error, retry_after=pause)

        try:
            yield send
        finally:
            client.close()


def parse_retry_after(text: str, wall: Callable[[], float] = time.time) -> float | None:
    """The span of a Retry-After, which is seconds or an HTTP date, bounded; None for what is neither."""
    longest = LONGEST_PAUSE.total_seconds()
    if text.strip().isascii() and text.strip().isdecimal():
        return min(longest, float(text))
    try:
        return min(longest, max(0.0, parsedate_to_datetime(text).timestamp() - wall()))
    except (TypeError, ValueError, OverflowError):
        return None


def build_headers(message: OutboundMessage) -> dict[str, str]:
    """What a receiver needs to verify the body, besides the secret."""
    signed_body = message.body + b" " if message.wrong_signature else message.body
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message.delivery_id,
        "webhook-timestamp": str(message.signed_at),
        "webhook-signature": sign(message.secret, message.delivery_id, message.signed_at, signed_body),
    }
