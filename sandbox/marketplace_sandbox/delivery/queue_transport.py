"""Sends notifications to SQS queues, each as it is: no envelope, no signature. Knows no world and no order.

There is one endpoint, named by the operator, and none by default; AWS itself is never one. A queue is found there by
the region and the name in its ARN; the account is not looked at, for credentials are dummies and have none.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send
from marketplace_sandbox.delivery.queue_names import Queue, QueueError, check_endpoint, read_arn
from marketplace_sandbox.delivery.targets import Resolve, resolve_host

if TYPE_CHECKING:
    from marketplace_sandbox.delivery.queue_client import QueueClient

logger = logging.getLogger("marketplace_sandbox.queues")

NO_ENDPOINT = "No queue service is named: start the server with --sqs, or name one with --sqs-endpoint."
NO_BOTO3 = 'Queues need boto3: pip install "marketplace-sandbox[sqs]".'
ENSURE_SECONDS = 5.0


class QueueTransport:
    """Sends each message to the queue that its ARN names, at the one endpoint, if there is one.

    With `creates` a queue that is missing there is made. `elapsed` is seconds from any beginning, for latencies.
    """

    def __init__(
        self,
        endpoint: str = "",
        allowed_hosts: Collection[str] = (),
        *,
        creates: bool = False,
        resolve: Resolve = resolve_host,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._endpoint = endpoint
        self._allowed_hosts = tuple(allowed_hosts)
        self._creates = creates
        self._resolve = resolve
        self._elapsed = elapsed

    @contextmanager
    def open(self) -> Iterator[Send]:
        """What sends, remembering where each queue is for as long as that works."""
        with self._client() as client:

            def send(message: OutboundMessage) -> AttemptResult:
                started = self._elapsed()
                code, error = None, ""
                try:
                    self._require(client).send(read_arn(message.address), message.body.decode(), message.timeout)
                    code = 200
                except QueueError as wrong:
                    error = str(wrong)
                return AttemptResult(code, round((self._elapsed() - started) * 1000), error)

            yield send

    def ensure(self, *arns: str) -> None:
        """Have queues made that are missing, if queues are made here at all.

        Never fails: what stands in the way is logged, and reported again by each attempt to send.
        """
        self._each(arns, "made", lambda client, queue: client.find(queue, ENSURE_SECONDS))

    def empty(self, *arns: str) -> None:
        """Have everything in queues forgotten, if they are ours. Never fails, as `ensure` does not."""
        self._each(arns, "emptied", lambda client, queue: client.purge(queue, ENSURE_SECONDS))

    def _each(self, arns: Sequence[str], done: str, do: "Callable[[QueueClient, Queue], object]") -> None:
        if not arns or not self._creates:
            return
        with self._client() as client:
            for arn in arns:
                try:
                    do(self._require(client), read_arn(arn))
                except QueueError as wrong:
                    logger.warning("the queue %s was not %s: %s", arn, done, wrong)

    @contextmanager
    def _client(self) -> "Iterator[QueueClient | None]":
        """A client of the endpoint, closed with the block; None without boto3."""
        client = None
        with suppress(ModuleNotFoundError):
            from marketplace_sandbox.delivery.queue_client import QueueClient  # noqa: PLC0415  takes long, and is not always installed

            client = QueueClient(self._endpoint.rstrip("/"), creates=self._creates)
        try:
            yield client
        finally:
            if client is not None:
                client.close()

    def _require(self, client: "QueueClient | None") -> "QueueClient":
        if not self._endpoint:
            raise QueueError(NO_ENDPOINT)
        check_endpoint(self._endpoint, self._allowed_hosts, self._resolve)
        if client is None:
            raise QueueError(NO_BOTO3)
        return client
