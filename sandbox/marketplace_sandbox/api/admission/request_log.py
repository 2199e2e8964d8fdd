"""The latest calls of each seller's client, for people who wonder what it did. In memory, bounded, cleared by reset.

Control calls are not the client's and are left out. Knows no operation; secrets are taken out when it is read.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

import flask
from flask.globals import request_ctx

from marketplace_sandbox.api.http.bridge import REQUEST_ID, UNANSWERED
from marketplace_sandbox.api.http.redaction import redacted_query, redacted_text
from marketplace_sandbox.api.http.validation import Exchange
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.sellers import DEFAULT_SELLER, Sellers

LONGEST = 1_000
UNDERWAY = 10_000
OURS = ("/_sandbox", "/docs", "/health")
"""Where paths begin that are not the platform's."""


class Made(NamedTuple):
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

    def view(self) -> dict[str, Any]:
        """The call as JSON, without secrets."""
        wall = datetime.fromtimestamp(self.wall, UTC)
        return {
            "number": self.number,
            "at": format_instant(self.at),
            "wall_at": format_instant(wall),
            "request_id": self.request_id,
            "method": self.method,
            "path": redacted_text(self.path),
            "query": redacted_text(redacted_query(self.query)),
            "operation": self.operation or None,
            "status": self.status,
            "user_agent": redacted_text(self.user_agent),
            "notes": [redacted_text(each) for each in self.notes],
        }


class _Calls:
    """One seller's latest calls, and how many there have been."""

    def __init__(self, longest: int) -> None:
        self.latest: deque[Made] = deque(maxlen=longest)
        self.made = 0


class RequestLog:
    """Every seller's latest calls. What a view leaves in `flask.g` is taken up: seller_id, operation, notes
    (texts), and the form whose parameters stand for the query.

    `ours` is where paths begin that are not the platform's. `seller_of` answers by its headers whose call it was that
    was refused before any view saw it.
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
        self._answered: set[str] = set()

    def install(self, flask_app: flask.Flask) -> None:
        """Records every call that reaches the Flask app."""
        flask_app.after_request(self._answer)

    def observe(self, exchange: Exchange) -> None:
        """Records a call that was refused before it reached the Flask app; the edge hands in every call."""
        if exchange.request_id in self._answered:
            self._answered.discard(exchange.request_id)
        elif not self._is_ours(exchange.url_path):
            self._record(
                self._seller_of(exchange.headers),
                exchange.request_id,
                exchange.method,
                exchange.url_path,
                exchange.query_string,
                exchange.call.operation_id if exchange.call else "",
                exchange.status,
                exchange.headers.get("user-agent", ""),
                (),
            )

    def calls(self, seller_id: str) -> list[Made]:
        """The seller's latest calls, oldest first."""
        with self._lock:
            calls = self._calls.get(seller_id)
            return list(calls.latest) if calls else []

    def forget(self, seller_id: str) -> None:
        """Drops a seller's calls, as a reset does."""
        with self._lock:
            self._calls.pop(seller_id, None)

    def _answer(self, response: flask.Response) -> flask.Response:
        request = request_ctx.request  # the proxy would look it up for each attribute
        environ = request.environ
        request_id = environ.get(REQUEST_ID, "")
        if len(self._answered) > UNDERWAY:  # clients that hung up are never observed
            self._answered.clear()
        self._answered.add(request_id)
        if not self._is_ours(request.path):
            known = vars(flask.g._get_current_object())
            self._record(
                known.get("seller_id") or self._seller_of(cast("Mapping[str, str]", request.headers)),
                request_id,
                request.method,
                request.path,
                environ["QUERY_STRING"] or known.get("form", ""),
                known.get("operation", ""),
                0 if UNANSWERED in environ else response.status_code,
                environ.get("HTTP_USER_AGENT", ""),
                known.get("notes", ()),
            )
        return response

    def _is_ours(self, path: str) -> bool:
        return path in self._ours or path.startswith(self._below)

    def _record(self, seller_id: str | None, *call: Any) -> None:
        world = self._sellers.find(seller_id or DEFAULT_SELLER)
        if world is None:
            return
        at, wall = world.now(), self._wall()
        with self._lock:
            calls = self._calls.get(world.seller_id)
            if calls is None:
                calls = self._calls[world.seller_id] = _Calls(self._longest)
            calls.latest.append(Made(calls.made, at, wall, *call))
            calls.made += 1
