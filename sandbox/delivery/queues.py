"""Sends notifications to SQS queues, each as it is: no envelope, no signature. Knows no world and no order.

There is one endpoint, named by the operator, and none by default; AWS itself is never one. A queue is found there by
the region and the name in its ARN; the account is not looked at, for credentials are dummies and have none.
"""

import logging
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sandbox.delivery.letter import Answer, Letter, Send
from sandbox.delivery.targets import BadTarget, Resolve, check_target, resolved

if TYPE_CHECKING:
    from sandbox.delivery.queue_line import QueueLine

logger = logging.getLogger("sandbox.queues")

NO_ENDPOINT = "No queue service is named: start the server with --sqs, or name one with --sqs-endpoint."
NO_BOTO3 = 'Queues need boto3: pip install "marketplace-sandbox[sqs]".'
FIFO = ".fifo"
ENSURE_SECONDS = 5.0

AWS_SUFFIXES = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "api.aws",
    "c2s.ic.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "on.aws",
    "sc2s.sgov.gov",
)
"""What the hosts of AWS end with, in every partition."""

_ARN = re.compile(r"arn:aws:sqs:(?P<region>[a-z0-9-]+):(?P<account>[^:\s]+):(?P<name>[^:\s]+)")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


class BadQueue(ValueError):
    """A queue or an endpoint that nothing is sent to; the text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where a queue is found at an endpoint."""

    region: str
    name: str


def is_arn(address: str) -> bool:
    """Whether an address is meant for a queue and not for a webhook."""
    return address.startswith("arn:")


def read_arn(arn: str) -> Queue:
    """The queue that an ARN names. Raises BadQueue."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise BadQueue(f"{arn} is not the ARN of a queue, like arn:aws:sqs:us-east-1:123456789012:orders.")
    if found["name"].endswith(FIFO):
        raise BadQueue("A FIFO queue takes no notifications; name a standard queue.")
    if not _NAME.fullmatch(found["name"]):
        raise BadQueue("The name of a queue has 1 to 80 letters, digits, hyphens and underscores.")
    return Queue(found["region"], found["name"])


def check_endpoint(url: str, allowed_hosts: Collection[str] = (), resolve: Resolve = resolved) -> str:
    """The endpoint's URL without a slash at its end, if it may be sent to. Raises BadQueue."""
    if is_aws(url):
        raise BadQueue(f"The SQS endpoint {url} is AWS itself, which the sandbox never calls; name a local one.")
    try:
        check_target(url, allowed_hosts, resolve)
    except BadTarget:
        raise BadQueue(
            f"The SQS endpoint {url} is not the http:// or https:// address of a service on this machine, like "
            "http://127.0.0.1:4566; SANDBOX_WEBHOOK_HOSTS can allow other hosts."
        ) from None
    return url.rstrip("/")


def check_endpoint_early(url: str, allowed_hosts: Collection[str] = ()) -> str:
    """The same before anything is sent: a host that is not known yet may be later. Raises BadQueue."""
    return check_endpoint(url, allowed_hosts, _resolved_or_not_yet)


def _resolved_or_not_yet(host: str, port: int) -> Sequence[str]:
    try:
        return resolved(host, port)
    except OSError:
        return ("127.0.0.1",)


def is_aws(url: str) -> bool:
    """Whether a URL leads to AWS."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    return any(host == suffix or host.endswith("." + suffix) for suffix in AWS_SUFFIXES)


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

    def ensure_queue(self, arn: str) -> None:
        """Have a queue made if it is missing and if queues are made here at all.

        Never fails: what stands in the way is logged, and told again by each attempt to send.
        """
        if not self._creates:
            return
        line = self._line()
        try:
            self._require(line).find(read_arn(arn), ENSURE_SECONDS)
        except BadQueue as wrong:
            logger.warning("the queue %s was not made: %s", arn, wrong)
        finally:
            if line is not None:
                line.close()

    def _line(self) -> "QueueLine | None":
        """The way to the endpoint; None without boto3."""
        try:
            from sandbox.delivery.queue_line import QueueLine  # noqa: PLC0415  takes long, and is not always installed
        except ModuleNotFoundError:
            return None
        return QueueLine(self._endpoint.rstrip("/"), creates=self._creates)

    def _require(self, line: "QueueLine | None") -> "QueueLine":
        if not self._endpoint:
            raise BadQueue(NO_ENDPOINT)
        check_endpoint(self._endpoint, self._allowed_hosts, self._resolve)
        if line is None:
            raise BadQueue(NO_BOTO3)
        return line

    def _send(self, line: "QueueLine | None", letter: Letter) -> Answer:
        started = self._elapsed()
        code, error = None, ""
        try:
            self._require(line).send(read_arn(letter.address), letter.body.decode(), letter.timeout)
            code = 200
        except BadQueue as wrong:
            error = str(wrong)
        return Answer(code, round((self._elapsed() - started) * 1000), error)
