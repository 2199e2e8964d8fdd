"""Posts notifications to webhooks, signed after Standard Webhooks. Knows no world and no order.

The platform itself sends ORDER_CHANGE to SQS queues only; the webhook is a convenience of the sandbox.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from marketplace_sandbox import __version__
from marketplace_sandbox.core.notifications.outbox import LONGEST_PAUSE
from marketplace_sandbox.delivery.outbound_message import Answer, OutboundMessage, Send
from marketplace_sandbox.delivery.signature import sign
from marketplace_sandbox.delivery.targets import Resolve, TargetError, check_target, resolved

if TYPE_CHECKING:
    from marketplace_sandbox.delivery.line import Line

USER_AGENT = f"marketplace-sandbox/{__version__}"


class Webhooks:
    """A carrier: posts each letter to its URL, if that may be posted to at this moment.

    `elapsed` is seconds from any beginning, for latencies.
    """

    def __init__(
        self,
        allowed_hosts: Collection[str] = (),
        resolve: Resolve = resolved,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._allowed_hosts = tuple(allowed_hosts)
        self._resolve = resolve
        self._elapsed = elapsed

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What posts, on connections that stay open as long as receivers like."""
        from marketplace_sandbox.delivery.line import Line  # noqa: PLC0415  takes a tenth of a second, and is seldom needed at start

        line = Line()
        try:
            yield lambda letter: self._send(line, letter)
        finally:
            line.close()

    def _send(self, line: "Line", letter: OutboundMessage) -> Answer:
        from marketplace_sandbox.delivery.line import UnansweredError  # noqa: PLC0415  the same

        started = self._elapsed()
        code, error, pause = None, "", None
        try:
            target = check_target(letter.address, self._allowed_hosts, self._resolve)
            answered = line.post(target, letter.body, headers(letter), letter.timeout)
            code, pause = answered.code, pause_seconds(answered.retry_after)
        except (TargetError, UnansweredError) as wrong:
            error = str(wrong)
        if code is not None and 300 <= code < 400:
            error = "Redirects are not followed."
        return Answer(code, round((self._elapsed() - started) * 1000), error, retry_after=pause)


def pause_seconds(text: str, wall: Callable[[], float] = time.time) -> float | None:
    """The span of a Retry-After, which is seconds or an HTTP date, bounded; None for what is neither."""
    longest = LONGEST_PAUSE.total_seconds()
    if text.strip().isascii() and text.strip().isdecimal():
        return min(longest, float(text))
    try:
        return min(longest, max(0.0, parsedate_to_datetime(text).timestamp() - wall()))
    except (TypeError, ValueError, OverflowError):
        return None


def headers(letter: OutboundMessage) -> dict[str, str]:
    """What a receiver needs to verify the body, besides the secret."""
    signed = letter.body + b" " if letter.forged else letter.body
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": letter.delivery_id,
        "webhook-timestamp": str(letter.signed_at),
        "webhook-signature": sign(letter.secret, letter.delivery_id, letter.signed_at, signed),
    }
