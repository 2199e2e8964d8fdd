"""One transport made of two: a message to an ARN goes to a queue, any other to a webhook. Sends nothing itself."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send, Transport
from marketplace_sandbox.delivery.queue_names import is_arn


class Transports:
    """A transport that chooses by the message's address, and opens each of the two when it is first needed."""

    def __init__(self, webhooks: Transport, queues: Transport) -> None:
        self._webhooks = webhooks
        self._queues = queues

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What sends to either kind of address."""
        with ExitStack() as opened:
            sends: dict[bool, Send] = {}

            def send(message: OutboundMessage) -> AttemptResult:
                to_queue = is_arn(message.address)
                if to_queue not in sends:
                    transport = self._queues if to_queue else self._webhooks
                    sends[to_queue] = opened.enter_context(transport())
                return sends[to_queue](message)

            yield send
