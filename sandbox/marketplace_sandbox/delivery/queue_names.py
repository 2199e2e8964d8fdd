"""Queues by their ARNs and the endpoints they may be at: what is one, and what is never called. Sends nothing."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from marketplace_sandbox.amazon.hosts import is_of_aws
from marketplace_sandbox.delivery.targets import Resolve, TargetError, check_target, resolve_host

FIFO = ".fifo"

_ARN = re.compile(r"arn:aws:sqs:(?P<region>[a-z0-9-]+):(?P<account>[^:\s]+):(?P<name>[^:\s]+)")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


class QueueError(ValueError):
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
    """The queue that an ARN names. Raises QueueError."""
    found = _ARN.fullmatch(arn)
    if found is None:
        raise QueueError(f"{arn} is not the ARN of a queue, like arn:aws:sqs:us-east-1:123456789012:orders.")
    if found["name"].endswith(FIFO):
        raise QueueError("A FIFO queue takes no notifications; name a standard queue.")
    if not _NAME.fullmatch(found["name"]):
        raise QueueError("The name of a queue has 1 to 80 letters, digits, hyphens and underscores.")
    return Queue(found["region"], found["name"])


def check_endpoint(url: str, allowed_hosts: Collection[str] = (), resolve: Resolve = resolve_host) -> str:
    """The endpoint's URL without a slash at its end, if it may be sent to. Raises QueueError."""
    if is_aws(url):
        raise QueueError(f"The SQS endpoint {url} is AWS itself, which the sandbox never calls; name a local one.")
    try:
        check_target(url, allowed_hosts, resolve)
    except TargetError:
        raise QueueError(
            f"The SQS endpoint {url} is not the http:// or https:// address of a service on this machine, like "
            "http://127.0.0.1:4566; SANDBOX_WEBHOOK_HOSTS can allow other hosts."
        ) from None
    return url.rstrip("/")


def check_endpoint_early(url: str, allowed_hosts: Collection[str] = ()) -> str:
    """The same before anything is sent: a host that is not known yet may be later. Raises QueueError."""

    def resolve_if_known(host: str, port: int) -> Sequence[str]:
        try:
            return resolve_host(host, port)
        except OSError:
            return ("127.0.0.1",)

    return check_endpoint(url, allowed_hosts, resolve_if_known)


def is_aws(url: str) -> bool:
    """Whether a URL leads to AWS."""
    try:
        return is_of_aws(urlsplit(url).hostname)
    except ValueError:
        return False
