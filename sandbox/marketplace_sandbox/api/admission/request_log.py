"""The latest calls of each seller's client, for people who wonder what it did. In memory, bounded, cleared by reset.

Control calls are not the client's and are left out. Knows no operation; secrets are taken out when it is read.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from marketplace_sandbox.api.admission.listed import Listed, ListedOrders
from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.text.redaction import redact, redact_body, redact_text
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Sellers, UnopenedWorldError

LONGEST_TEXT = 20_000
"""Characters that are kept of a path, a query or a form, and of what else a client writes; a page token has 16,384."""
BESIDE_TEXTS = 600
"""Bytes that a call takes beside its texts, about."""
SHADOW = 6_000
"""Bytes of what came of comparing a read with what replaces it, about."""
LONGEST_BODY = 2_000
"""Bytes of a body and of an answer that are kept."""
BOUNDS = Bounds()
OURS = ("/_sandbox", "/docs", "/health")
"""Where paths begin that are not the platform's."""


class LoggedCall(NamedTuple):
    """One call as it came. `at` is the world's now, `wall` epoch seconds, `status` 0 where no answer was sent.

    `listed` is what a list of orders had. `shadow` is what came of comparing a read with what replaces it, and is
    filled once that is over.
    """

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
    body: "Excerpt"
    answer: "Excerpt"
    listed: Listed | None = None
    shadow: Mapping[str, Any] | None = None

    def to_json(self, *, bodies: bool = False) -> dict[str, Any]:
        """The call as JSON, without secrets; `bodies` says whether with what was sent and answered."""
        wall = datetime.fromtimestamp(self.wall, UTC)
        return {
            "number": self.number,
            "at": format_instant(self.at),
            "wall_at": format_instant(wall),
            "request_id": self.request_id,
            "method": self.method,
            "path": redact_text(self.path),
            "query": redact_body(self.query),
            "operation": self.operation or None,
            "status": self.status,
            "user_agent": redact_text(self.user_agent),
            "notes": [redact_text(each) for each in self.notes],
            "listed": None if self.listed is None else self.listed._asdict(),
            "shadow": None if self.shadow is None else redact(dict(self.shadow)),
            **({"body": self.body.to_text(), "answer": self.answer.to_text()} if bodies else {}),
        }


class Excerpt(NamedTuple):
    """The first bytes of a body, and how many it has in all."""

    begin: bytes
    size: int

    @classmethod
    def of(cls, body: bytes | None) -> "Excerpt":
        """As much of a body as is kept."""
        return cls(body[:LONGEST_BODY], len(body)) if body else cls(b"", 0)

    def to_text(self) -> str | None:
        """The text without secrets, and how much is missing; None for no body at all."""
        if not self.size:
            return None
        is_cut = len(self.begin) < self.size
        try:
            # a cut may go through a character
            text = self.begin.decode("utf-8", "ignore" if is_cut else "strict")
        except UnicodeDecodeError:
            text = ""
        if not text or "\0" in text:
            return f"({write_count(self.size, 'bytes')})"
        return redact_body(text) + (f"… ({self.size} bytes)" if is_cut else "")


_Row = tuple[
    int,
    datetime,
    float,
    str,
    str,
    str,
    str,
    str,
    int,
    str,
    Sequence[str],
    bytes,
    int,
    bytes,
    int,
    Listed | None,
    Mapping[str, Any] | None,
    int,
]
"""A call as it is kept, and last its bytes. Plain tuples of plain values are no work for the garbage collector."""


def _to_call(row: _Row) -> LoggedCall:
    *facts, body, body_size, answer, answer_size, listed, shadow, _ = row
    return LoggedCall._make((*facts, Excerpt(body, body_size), Excerpt(answer, answer_size), listed, shadow))


class _Calls:
    """One seller's latest calls, how many there have been, and what the latest take in memory."""

    def __init__(self) -> None:
        self.latest: deque[_Row] = deque()
        self.count = 0
        self.byte_count = 0

    def drop_oldest(self) -> int:
        """Answers how many bytes are free by it."""
        freed = self.latest.popleft()[-1]
        self.byte_count -= freed
        return freed


class RequestLog:
    """Every seller's latest calls: what the stations have found out of them, once they are answered.

    `ours` is where paths begin that are not the platform's, and `is_page` tells requests for pages. `seller_of` answers
    by its headers whose call it was that was refused before anybody had found out. Each seller's calls are bounded by
    number and by bytes, and all sellers' together by bytes: of those whose client has not called for longest the oldest
    calls go first.
    """

    def __init__(
        self,
        sellers: Sellers,
        *,
        bounds: Bounds = BOUNDS,
        ours: Sequence[str] = OURS,
        seller_of: Callable[[Mapping[str, str]], str | None] = lambda _: None,
        is_page: Callable[[Exchange], bool] = lambda _: False,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._sellers = sellers
        self._bounds = bounds
        self._ours = tuple(ours)
        self._below = tuple(f"{path}/" for path in ours)
        self._seller_of = seller_of
        self._is_page = is_page
        self._wall = wall
        self.life = uuid4().hex
        """What cursors into the log are bound to: it is in memory, and counts anew in the next server."""
        self._lock = threading.Lock()
        self._calls: dict[str, _Calls] = {}
        self._not_empty: OrderedDict[str, _Calls] = OrderedDict()  # who has called last stands last
        self._last: _Calls | None = None
        self._byte_count = 0
        self._listed = ListedOrders()

    def record(self, exchange: Exchange) -> None:
        """Takes a call up before its answer is sent, so that whoever has the answer finds the call.

        What was turned away is no client's call: it would push those out that are.
        """
        path = exchange.url_path
        if exchange.turned_away or path in self._ours or path.startswith(self._below) or self._is_page(exchange):
            return
        seller_id = exchange.seller_id or self._seller_of(exchange.headers)
        try:
            world = self._sellers.find(seller_id or DEFAULT_SELLER)
        except UnopenedWorldError:
            return
        if world is None:
            return
        body, answer = exchange.body or b"", exchange.answer
        method, path = exchange.method[:LONGEST_TEXT], path[:LONGEST_TEXT]
        query = (exchange.query_string or exchange.form)[:LONGEST_TEXT]
        user_agent = exchange.headers.get("user-agent", "")[:LONGEST_TEXT]
        sent, answered = body[:LONGEST_BODY], answer.body[:LONGEST_BODY] if answer else b""
        byte_count = (
            BESIDE_TEXTS + len(method) + len(path) + len(query) + len(user_agent) + len(sent) + len(answered)
        ) + (0 if exchange.shadow is None else SHADOW)
        known = (
            world.now(),
            self._wall(),
            exchange.request_id,
            method,
            path,
            query,
            exchange.operation,
            answer.status if answer and not exchange.unanswered else 0,
            user_agent,
            # what is compared later adds its note
            exchange.notes if exchange.notes or exchange.shadow is not None else (),
            sent,
            len(body),
            answered,
            len(answer.body) if answer else 0,
            self._listed.find(exchange.operation, answer.body) if answer and answer.status == 200 else None,
            exchange.shadow,
            byte_count,
        )
        with self._lock:
            calls = self._calls.get(world.seller_id)
            if calls is None:
                calls = self._calls[world.seller_id] = _Calls()
            calls.latest.append((calls.count, *known))
            calls.count += 1
            calls.byte_count += byte_count
            self._byte_count += byte_count
            if calls is not self._last:
                self._not_empty[world.seller_id] = self._last = calls
                self._not_empty.move_to_end(world.seller_id)
            self._make_room(calls)

    def _make_room(self, calls: _Calls) -> None:
        """Drops the oldest calls of a seller who has too many, then those of whoever has not called for longest."""
        bounds = self._bounds
        while len(calls.latest) > bounds.log_calls or calls.byte_count > bounds.log_bytes:
            self._byte_count -= calls.drop_oldest()
        while self._byte_count > bounds.logs_bytes:
            seller_id, longest_ago = next(iter(self._not_empty.items()))
            self._byte_count -= longest_ago.drop_oldest()
            if not longest_ago.latest:
                del self._not_empty[seller_id]
                self._last = None

    def calls(self, seller_id: str) -> list[LoggedCall]:
        """The seller's latest calls, oldest first."""
        with self._lock:
            calls = self._calls.get(seller_id)
            latest = list(calls.latest) if calls else []
        return [_to_call(each) for each in latest]

    def count(self, seller_id: str) -> int:
        """How many calls the seller's client has made, those included that are dropped by now."""
        calls = self._calls.get(seller_id)
        return calls.count if calls else 0

    def forget(self, seller_id: str) -> None:
        """Drops a seller's calls, as a reset does."""
        with self._lock:
            self._not_empty.pop(seller_id, None)
            self._last = None
            if (calls := self._calls.pop(seller_id, None)) is not None:
                self._byte_count -= calls.byte_count
