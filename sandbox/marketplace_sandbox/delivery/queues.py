"""Sends notifications to SQS queues, each as it is: no envelope, no signature. Knows no world and no order.

There is one endpoint, named by the operator, and none by default; AWS itself is never one. A queue is found there by
the region and the name in its ARN; the account is not looked at, for credentials are dummies and have none.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from marketplace_sandbox.delivery.outbound_message import Answer, OutboundMessage, Send
from marketplace_sandbox.delivery.queue_names import Queue, QueueError, check_endpoint, read_arn
from marketplace_sandbox.delivery.targets import Resolve, resolved

if TYPE_CHECKING:
    from marketplace_sandbox.delivery.queue_line import QueueLine

logger = logging.getLogger("marketplace_sandbox.queues")

NO_ENDPOINT = "No queue service is named: start the server with --sqs, or name one with --sqs-endpoint."
NO_BOTO3 = 'Queues need boto3: pip install "marketplace-sandbox[sqs]".'
ENSURE_SECONDS = 5.0


class Queues:
    """A carrier: sends each letter to the queue that its ARN names, at the one endpoint, if there is one.

    With `creates` a queue that is missing there is made. `elapsed` is seconds from any beginning, for latencies.
    """

    def __init__(
        self,
        endpoint: str = "",
        allowed_hosts: Collection[str] = (),
        *,
        creates: bool = False,
        resolve: Resolve = resolved,
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
        line = self._line()
        try:
            yield lambda letter: self._send(line, letter)
        finally:
            if line is not None:
                line.close()

    def ensure(self, *arns: str) -> None:
        """Have queues made that are missing, if queues are made here at all.

        Never fails: what stands in the way is logged, and told again by each attempt to send.
        """
        self._each(arns, "made", lambda line, queue: line.find(queue, ENSURE_SECONDS))

    def empty(self, *arns: str) -> None:
        """Have everything in queues forgotten, if they are ours. Never fails, as `ensure` does not."""
        self._each(arns, "emptied", lambda line, queue: line.purge(queue, ENSURE_SECONDS))

    def _each(self, arns: Sequence[str], done: str, do: "Callable[[QueueLine, Queue], object]") -> None:
        if not arns or not self._creates:
            return
        line = self._line()
        try:
            for arn in arns:
                try:
                    do(self._require(line), read_arn(arn))
                except QueueError as wrong:
                    logger.warning("the queue %s was not %s: %s", arn, done, wrong)
        finally:
            if line is not None:
                line.close()

    def _line(self) -> "QueueLine | None":
        """The way to the endpoint; None without boto3."""
        try:
            from marketplace_sandbox.delivery.queue_line import QueueLine  # noqa: PLC0415  takes long, and is not always installed
        except ModuleNotFoundError:
            return None
        return QueueLine(self._endpoint.rstrip("/"), creates=self._creates)

    def _require(self, line: "QueueLine | None") -> "QueueLine":
        if not self._endpoint:
            raise QueueError(NO_ENDPOINT)
        check_endpoint(self._endpoint, self._allowed_hosts, self._resolve)
        if line is None:
            raise QueueError(NO_BOTO3)
        return line

    def _send(self, line: "QueueLine | None", letter: OutboundMessage) -> Answer:
        started = self._elapsed()
        code, error = None, ""
        try:
            self._require(line).send(read_arn(letter.address), letter.body.decode(), letter.timeout)
            code = 200
        except QueueError as wrong:
            error = str(wrong)
        return Answer(code, round((self._elapsed() - started) * 1000), error)
