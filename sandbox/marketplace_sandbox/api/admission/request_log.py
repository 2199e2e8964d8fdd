"""The latest calls of each seller's client, for people who wonder what it did. In memory, bounded, cleared by reset.

Control calls are not the client's and are left out. Knows no operation; secrets are taken out when it is read.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.redaction import redact_query, redact_text
from marketplace_sandbox.core.sellers import DEFAULT_SELLER, Sellers, UnopenedWorldError

LONGEST = 1_000
OURS = ("/_sandbox", "/docs", "/health")
"""Where paths begin that are not the platform's."""


class LoggedCall(NamedTuple):
    """One call as it came. `at` is the world's now, `wall` epoch seconds, `status` 0 where no answer was sent."""

    number: int
    at: datetime
    wall: float
    request_id: str
    method: str
    path: str
    query: str
    operation: str
    status: int
    user_agent: str
    notes: Sequence[str]

    def to_json(self) -> dict[str, Any]:
        """The call as JSON, without secrets."""
        wall = datetime.fromtimestamp(self.wall, UTC)
        return {
            "number": self.number,
            "at": format_instant(self.at),
            "wall_at": format_instant(wall),
            "request_id": self.request_id,
            "method": self.method,
            "path": redact_text(self.path),
            "query": redact_text(redact_query(self.query)),
            "operation": self.operation or None,
            "status": self.status,
            "user_agent": redact_text(self.user_agent),
            "notes": [redact_text(each) for each in self.notes],
        }


class _Calls:
    """One seller's latest calls, and how many there have been."""

    def __init__(self, longest: int) -> None:
        self.latest: deque[LoggedCall] = deque(maxlen=longest)
        self.count = 0


class RequestLog:
    """Every seller's latest calls: what the stations have found out of them, once they are answered.

    `ours` is where paths begin that are not the platform's. `seller_of` answers by its headers whose call it was that
    was refused before anybody had found out.
    """

    def __init__(
        self,
        sellers: Sellers,
        *,
        longest: int = LONGEST,
        ours: Sequence[str] = OURS,
        seller_of: Callable[[Mapping[str, str]], str | None] = lambda _: None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._sellers = sellers
        self._longest = longest
        self._ours = tuple(ours)
        self._below = tuple(f"{path}/" for path in ours)
        self._seller_of = seller_of
        self._wall = wall
        self._lock = threading.Lock()
        self._calls: dict[str, _Calls] = {}

    def record(self, exchange: Exchange) -> None:
        """Takes a call up before its answer is sent, so that whoever has the answer finds the call.

        What was turned away is no client's call: it would push those out that are.
        """
        path = exchange.url_path
        if exchange.turned_away or path in self._ours or path.startswith(self._below):
            return
        seller_id = exchange.seller_id or self._seller_of(exchange.headers)
        try:
            world = self._sellers.find(seller_id or DEFAULT_SELLER)
        except UnopenedWorldError:
            return
        if world is None:
            return
        at, wall = world.now(), self._wall()
        status = exchange.answer.status if exchange.answer and not exchange.unanswered else 0
        with self._lock:
            calls = self._calls.get(world.seller_id)
            if calls is None:
                calls = self._calls[world.seller_id] = _Calls(self._longest)
            calls.latest.append(
                LoggedCall(
                    calls.count,
                    at,
                    wall,
                    exchange.request_id,
                    exchange.method,
                    path,
                    exchange.query_string or exchange.form,
                    exchange.operation,
                    status,
                    exchange.headers.get("user-agent", ""),
                    exchange.notes,
                )
            )
            calls.count += 1

    def calls(self, seller_id: str) -> list[LoggedCall]:
        """The seller's latest calls, oldest first."""
        with self._lock:
            calls = self._calls.get(seller_id)
            return list(calls.latest) if calls else []

    def forget(self, seller_id: str) -> None:
        """Drops a seller's calls, as a reset does."""
        with self._lock:
            self._calls.pop(seller_id, None)
