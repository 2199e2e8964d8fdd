"""Queues that notifications go to, as a test sees them: what lies in each. Consumers come through SQS itself.

What lies there is known of the server's own queues alone, in its memory and by wall time; whoever looks takes nothing.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.api.control.lists import answer_page
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.views.projections import Json
from marketplace_sandbox.core.world.world import World

DEEPEST = 64
"""So many levels of a body are shown as what they mean; a notification has about ten."""

NO_QUEUES = (
    "The server has no queues of its own; `serve --sqs` has. What lies in another service's, that service tells."
)


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message that nobody has deleted. `hidden_until` is set while a consumer who has received it may delete it."""

    message_id: str
    sent_at: datetime
    received: int
    hidden_until: datetime | None
    body: str


LookIntoQueue = Callable[[str], Sequence[QueueMessage] | None]
"""The messages in a queue of the server's own, by its ARN; None where it has none."""

EmptyQueues = Callable[..., None]
"""Has everything forgotten that lies in queues, given by their ARNs."""


class QueueOperations:
    """The queues that are destinations in a world."""

    def __init__(self, worlds: Worlds, look: LookIntoQueue, empty: EmptyQueues) -> None:
        self._worlds = worlds
        self._look = look
        self._empty = empty

    def listQueues(self, call: Call) -> Reply:
        """The seller's queues, in the order of their destinations."""
        with self._worlds.of(call) as world:
            body = answer_page("queues", world.queues, lambda arn: self._queue_json(arn, world), call.query, world)
            return Reply(body=body)

    def listQueueMessages(self, call: Call) -> Reply:
        """What lies in a queue, oldest first. It goes on to lie there, as if nobody had looked."""
        with self._worlds.of(call) as world:
            found = self._messages(_find(call, world))
            return Reply(body=answer_page("messages", found, _message_json, call.query, world))

    def purgeQueue(self, call: Call) -> Reply:
        """Forget what lies in a queue."""
        with self._worlds.of(call) as world:
            arn = _find(call, world)
            self._messages(arn)
            self._empty(arn)
            return Reply(204)

    def _messages(self, arn: str) -> Sequence[QueueMessage]:
        found = self._look(arn)
        if found is None:
            raise ApiError(409, "NO_QUEUES", NO_QUEUES)
        return found

    def _queue_json(self, arn: str, world: World) -> Json:
        messages = self._look(arn)
        types = [
            name for each in world.state.subscribers.values() if each.address == arn for name in each.notification_types
        ]
        return {
            "name": _name(arn),
            "arn": arn,
            "notification_types": list(dict.fromkeys(types)),
            "messages": None if messages is None else len(messages),
            "hidden": None if messages is None else sum(1 for each in messages if each.hidden_until),
        }


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def _find(call: Call, world: World) -> str:
    """The ARN of the queue that a call names by its name or its ARN. Raises ApiError 404."""
    which = call.path["queue"]
    found = [arn for arn in world.queues if which in (arn, _name(arn))]
    if len(found) > 1:  # of several regions or accounts
        raise ApiError(404, "NotFound", f"Several queues are called {quote(which)}; name one of {', '.join(found)}.")
    if found:
        return found[0]
    names = [_name(arn) for arn in world.queues]
    raise ApiError(404, "NotFound", f"No destination of the seller is a queue {quote(which)}{suggestion(which, names)}")


def _message_json(message: QueueMessage) -> Json:
    return {
        "id": message.message_id,
        "sent_at": format_instant(message.sent_at),
        "received": message.received,
        "hidden_until": format_instant(message.hidden_until) if message.hidden_until else None,
        "body": _read_body(message.body),
    }


def _read_body(text: str) -> Any:
    """What a body means, or its text where that is no JSON, or none that every reader reads: anybody may send here."""
    try:
        body = json.loads(text)
        json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return text
    return text if _is_deeper(body, DEEPEST) else body


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    within = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in within)
