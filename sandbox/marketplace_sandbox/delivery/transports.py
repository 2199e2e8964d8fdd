"""One carrier made of two: a letter to an ARN goes to a queue, any other to a webhook. Sends nothing itself."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from marketplace_sandbox.delivery.outbound_message import Answer, Carrier, OutboundMessage, Send
from marketplace_sandbox.delivery.queue_names import is_arn


class Transports:
    """A carrier that chooses by the letter's address, and opens each of the two when it is first needed."""

    def __init__(self, webhooks: Carrier, queues: Carrier) -> None:
        self._webhooks = webhooks
        self._queues = queues

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What sends to either kind of address."""
        with ExitStack() as opened:
            ways: dict[bool, Send] = {}

            def send(letter: OutboundMessage) -> Answer:
                to_queue = is_arn(letter.address)
                if to_queue not in ways:
                    carrier = self._queues if to_queue else self._webhooks
                    ways[to_queue] = opened.enter_context(carrier())
                return ways[to_queue](letter)

            yield send
