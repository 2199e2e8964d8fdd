"""How much the embedded queue service keeps: queues, messages and their characters. moto keeps whatever is sent.

Looked at before a call is handed on, with all calls in turn, so that what is refused changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.world.bounds import option
from marketplace_sandbox.server.sqs_calls import CallError, Wsgi

MOST_RECEIPTS = 10_000
"""Receipt handles of deleted messages that a queue remembers, so that deleting one again goes well."""

OVER_LIMIT = "OverLimit"


class Receipts:
    """The latest receipt handles of deleted messages: in the place of moto's set, which forgets none."""

    def __init__(self) -> None:
        self._latest: dict[str | None, None] = {}

    def __contains__(self, handle: str) -> bool:
        return handle in self._latest

    def __len__(self) -> int:
        return len(self._latest)

    def update(self, handles: Iterable[str | None]) -> None:
        """Remember some, and forget as many of the oldest as are too many."""
        self._latest.update(dict.fromkeys(handles))
        while len(self) > MOST_RECEIPTS:
            del self._latest[next(iter(self._latest))]


class Room:
    """What there is room for. `queues` answers all queues of moto's that there are."""

    def __init__(self, bounds: Bounds, queues: Callable[[], Iterable[Any]]) -> None:
        self._bounds = bounds
        self._queues = queues
        self._byte_count = 0
        """At least as many as there are: what is received and deleted is seen when they are counted anew."""

    def within(self, app: Wsgi) -> Wsgi:
        """The service without calls that there is no room for. Raises CallError."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            operation, sizes = _what_comes(environ)
            if operation == "CreateQueue":
                self._check_queues()
            elif sizes:
                self._check_messages(sizes)
            answered = app(environ, start_response)
            if operation == "CreateQueue":
                for queue in self._queues():
                    if not isinstance(queue.deleted_messages, Receipts):
                        queue.deleted_messages = Receipts()
            return answered

        return answer

    def _check_queues(self) -> None:
        # one that is made again counts, too: only moto knows whether it is the same
        if sum(1 for _ in self._queues()) >= self._bounds.queues:
            raise self._refusal("queues", self._bounds.queues, "queues")

    def _check_messages(self, sizes: list[int]) -> None:
        bounds = self._bounds
        if sum(len(queue._messages) for queue in self._queues()) + len(sizes) > bounds.queue_messages:
            raise self._refusal("messages in all queues", bounds.queue_messages, "queue_messages")
        if self._byte_count + sum(sizes) > bounds.queue_bytes:
            kept = (message for queue in self._queues() for message in queue._messages)
            self._byte_count = sum(len(each.body) for each in kept)
            if self._byte_count + sum(sizes) > bounds.queue_bytes:
                raise self._refusal("characters in all messages", bounds.queue_bytes, "queue_bytes")
        self._byte_count += sum(sizes)

    def _refusal(self, of: str, most: int, name: str) -> CallError:
        message = f"There may be {write_count(most, of)}; `serve {option(name)}` says how many there may be."
        return CallError("403 Forbidden", OVER_LIMIT, message)


def _what_comes(environ: dict[str, Any]) -> tuple[str, list[int]]:
    """The operation that is asked for, and how long each message is that it sends, in either protocol."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        operation = target.rpartition(".")[2]
        if operation not in SENDING:
            return operation, []
        said = json.loads(_body(environ))
        entries = said.get("Entries") or [] if operation.endswith("Batch") else [said]
        return operation, [len(each.get("MessageBody") or "") for each in entries]
    pairs = [*parse_qsl(environ.get("QUERY_STRING", "")), *parse_qsl(_body(environ).decode("latin-1"))]
    operation = dict(pairs).get("Action", "")
    return operation, [len(text) for name, text in pairs if name.endswith("MessageBody")]


SENDING = ("SendMessage", "SendMessageBatch")


def _body(environ: dict[str, Any]) -> bytes:
    """The body of a call, which `check_calls` has read and made one that can be read again."""
    stream = environ["wsgi.input"]
    body: bytes = stream.read()
    stream.seek(0)
    return body


def queues_of(backends: Any) -> Iterator[Any]:
    """All queues of moto's, of every account and region."""
    for account in list(backends.values()):
        for backend in list(account.values()):
            yield from list(backend.queues.values())
