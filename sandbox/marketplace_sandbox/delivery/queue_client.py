"""Calls of one queue service through botocore, within a bounded time. Knows no notifications.

Nothing of the environment is used: no proxy, no profile, no credentials of anybody, no settings of the user's own
AWS tools. Imported late, with botocore, which need not be installed.
"""

import os
import threading
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES, ConfigValueStore, ConstantProvider
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError

from marketplace_sandbox.delivery.queue_names import Queue, QueueError

LONGEST_REASON = 200
MOST_CLIENTS, MOST_URLS = 16, 10_000
"""How many are kept to be used again: clients by region and time, and URLs by queue."""
"""Characters of what a queue service says that are passed on."""

DUMMY = "sandbox"
"""Key and secret of every call; a queue service on this machine does not look at them."""

MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")

_making = threading.Lock()


def _keep(kept: dict[Any, Any], key: object, value: object, most: int) -> None:
    """Keeps a value to be used again, and so many in all: the oldest goes, which whoever uses it may go on to use."""
    kept[key] = value
    for oldest in list(kept)[:-most]:
        kept.pop(oldest, None)


class QueueClient:
    """Makes the calls of one thread to one endpoint. With `creates`, queues that are missing there are made."""

    def __init__(self, endpoint: str, *, creates: bool = False) -> None:
        self._endpoint = endpoint
        self._where = f"the SQS endpoint {endpoint}"
        self._creates = creates
        self._clients: dict[tuple[str, float], Any] = {}
        self._urls: dict[Queue, str] = {}

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._clients.values():
            client.close()

    def send(self, queue: Queue, body: str, seconds: float) -> None:
        """Send one message; `seconds` is the time for finding the queue and sending together. Raises QueueError."""
        try:
            url = self.find(queue, seconds)
            self._call(queue, seconds, "send_message", "MessageId", QueueUrl=url, MessageBody=body)
        except QueueError:
            self._urls.pop(queue, None)
            raise

    def find(self, queue: Queue, seconds: float) -> str:
        """The queue's URL, looked up once. Raises QueueError."""
        if queue in self._urls:
            return self._urls[queue]
        try:
            url = self._call(queue, seconds, "get_queue_url", "QueueUrl", QueueName=queue.name)
        except UnknownQueueError:
            if not self._creates:
                raise
            url = self._call(queue, seconds, "create_queue", "QueueUrl", QueueName=queue.name)
        _keep(self._urls, queue, url, MOST_URLS)
        return url

    def purge(self, queue: Queue, seconds: float) -> None:
        """Have everything in a queue forgotten. Raises QueueError."""
        self._call(queue, seconds, "purge_queue", "ResponseMetadata", QueueUrl=self.find(queue, seconds))

    def _call(self, queue: Queue, seconds: float, operation: str, result: str, **arguments: str) -> str:
        """The named part of the answer to one call. Raises QueueError."""
        client = self._clients.get((queue.region, seconds))
        try:
            if client is None:
                client = _new_client(self._endpoint, queue.region, seconds)
                _keep(self._clients, (queue.region, seconds), client, MOST_CLIENTS)
            answer = getattr(client, operation)(**arguments)
        except ClientError as refusal:
            raise self._read_refusal(queue, refusal) from refusal
        except (BotoCoreError, ResponseParserError, ValueError) as failure:
            raise QueueError(self._explain(failure)) from failure
        # A page of some other service is read without complaint, as an answer that says nothing.
        if not answer.get(result):
            raise QueueError(f"What {self._where} answered is not the answer of a queue service.")
        return str(answer[result])

    def _read_refusal(self, queue: Queue, refusal: ClientError) -> QueueError:
        code = str(refusal.response.get("Error", {}).get("Code", ""))
        if code in MISSING:
            return UnknownQueueError(f"{self._endpoint} has no queue {queue.name} in {queue.region}; create it there.")
        if code.isdigit() or not code:
            return QueueError(
                f"The SQS endpoint {self._endpoint} failed inside; perhaps it does not know the region {queue.region}."
            )
        reason = str(refusal.response.get("Error", {}).get("Message", ""))[:LONGEST_REASON]
        return QueueError(
            f"The SQS endpoint {self._endpoint} answered with the error {code}{f': {reason}' if reason else '.'}"
        )

    def _explain(self, failure: Exception) -> str:
        """What went wrong, for people who read no Python."""
        where = self._where
        if isinstance(failure, (ConnectTimeoutError, ReadTimeoutError)):
            return f"No answer came in time from {where}."
        if isinstance(failure, EndpointConnectionError):
            return f"No connection could be made to {where}."
        if isinstance(failure, ConnectionClosedError):
            return f"The connection to {where} was closed before an answer came."
        if isinstance(failure, ResponseParserError):
            return f"What {where} answered is not the answer of a queue service."
        return f"The message could not be sent to {where}."


class UnknownQueueError(QueueError):
    """The endpoint does not have the queue."""


def _new_client(endpoint: str, region: str, seconds: float) -> Any:
    # Two calls at most make an attempt: each has half of the time.
    bounds = max(0.001, seconds / 2)
    settings = Config(
        connect_timeout=bounds,
        read_timeout=bounds,
        retries={"total_max_attempts": 1},
        proxies={},
        max_pool_connections=1,
        ignore_configured_endpoint_urls=True,
    )
    # A session is used by one thread at a time.
    with _making:
        return _session().create_client(
            "sqs",
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=DUMMY,
            aws_secret_access_key=DUMMY,
            verify=True,
            config=settings,
        )


@lru_cache(maxsize=1)
def _session() -> Any:
    """A session that has every setting at its default, whatever the environment and the user's files say.

    One for the process: what it reads about the service is large. Needs the lock.
    """
    session = botocore.session.Session()
    settings = {name: entry[2] for name, entry in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()}
    settings |= {"config_file": os.devnull, "credentials_file": os.devnull}
    deaf = ConfigValueStore({name: ConstantProvider(value) for name, value in settings.items()})
    session.register_component("config_store", deaf)
    return session
