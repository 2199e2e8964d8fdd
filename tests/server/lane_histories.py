"""Two servers that differ in the lane alone, and random histories that both live through, call by call.

What could differ by chance is the same on both: keys, clocks, the ids of requests.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Self
from urllib.parse import urlencode

from hypothesis import strategies as st

from marketplace_sandbox.api.admission.access_log import ACCESS, FIELDS
from marketplace_sandbox.api.admission.credentials import Resource
from marketplace_sandbox.api.admission.lane import Lane
from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.migration.shadow import Shadow
from marketplace_sandbox.api.mws.signature import sign, string_to_sign
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.server.composition import Options, Server
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.admission.server_seller import EVER, START, US

HOST = "127.0.0.1:8585"
BEGINNING = START.timestamp()
TAKES_NO_TIME = "server-timing"


class _SameSecrets(MemoryStore):
    """A store whose keys follow from their names."""

    def secret(self, name: str, _: Callable[[], str]) -> str:
        return super().secret(name, hashlib.sha256(name.encode()).hexdigest)


@dataclass(frozen=True)
class Answered:
    """All that came of one request: its answer, and its line in the access log but for how long it took."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    line: dict[str, Any]


def part_of(server: Server, station: str) -> Any:
    """What a station of every answer is a method of."""
    found: Any = next(each for each in server.stations["Every answer"] if each.__qualname__ == station)
    return found.__self__


class Side:
    """One of the two servers."""

    def __init__(self, wall: Callable[[], float], *, lane: bool, strict: bool) -> None:
        auth = "strict" if strict else "open"
        self.server = Server(Options(start=START, auth=auth, lane=lane), _SameSecrets())
        self.log: RequestLog = part_of(self.server, "RequestLog.record")
        self.lane: Lane = part_of(self.server, "Lane.keep")
        self.shadow: Shadow = part_of(self.server, "Shadow.compare_beside")
        numbers = count(1)
        object.__setattr__(self.server.app, "new_request_id", lambda: f"request-{next(numbers)}")
        self.server.sellers._real = self.server.credentials.wall = wall
        self.server.rate_limiter._wall = self.log._wall = wall
        mws: Any = self.server.stations["Inside Flask, a call of MWS"][0]
        mws.__self__._wall = lambda: datetime.fromtimestamp(wall(), UTC)
        default = self.server.sellers.get(DEFAULT_SELLER)
        default._real = wall
        default.reset()

    async def call(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
        path, _, query = target.partition("?")
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        fields = {"host": HOST, "content-type": "application/json", "content-length": str(len(body))} | headers
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "extensions": {},
            "headers": [(name.encode(), text.encode()) for name, text in fields.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8585),
        }  # fmt: skip
        with access_lines() as lines:
            await self.server.app(scope, receive, send)
        wait(list(self.shadow._waiting))  # what comes of comparing a read goes by what the world is meanwhile
        (line,) = lines
        told = [each for each in sent[0]["headers"] if each[0].lower() != TAKES_NO_TIME.encode()]
        return Answered(sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:]), line)


@contextmanager
def access_lines() -> Iterator[list[dict[str, Any]]]:
    """The facts of the lines that the access log gets meanwhile."""
    lines: list[dict[str, Any]] = []

    class Catch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append({name: fact for name, fact in getattr(record, FIELDS).items() if name != "milliseconds"})

    logger, catch = logging.getLogger(ACCESS), Catch()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(catch)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield lines
    finally:
        logger.removeHandler(catch)
        logger.setLevel(level)
        logger.propagate = propagate


@dataclass
class Pair:
    """Both servers. `now` is the real time of both, in epoch seconds; `runner` has the loop that calls run on."""

    strict: bool = False
    now: float = BEGINNING
    sides: tuple[Side, ...] = ()
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)

    def __enter__(self) -> Self:
        self.sides = tuple(Side(lambda: self.now, lane=lane, strict=self.strict) for lane in (True, False))
        return self

    def __exit__(self, *_: object) -> None:
        for side in self.sides:
            side.server.app.close()
            side.server.close()
        self.runner.close()

    @property
    def hits(self) -> int:
        """Answers that came from the lane."""
        return self.sides[0].lane.hits

    def call(self, method: str, target: str, headers: dict[str, str] | None = None, body: Any = None) -> Answered:
        """The answer of both servers, which has to be the same."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        one, other = (self.runner.run(each.call(method, target, headers or {}, raw)) for each in self.sides)
        assert one == other, f"{method} {target} {headers}"
        return one

    def control(self, method: str, path: str, seller_id: str, body: Any = None) -> Any:
        """The body of an answer of the control API."""
        answer = self.call(method, f"/_sandbox/{path}", {"x-sandbox-seller": seller_id}, body)
        return json.loads(answer.body) if answer.body else None


Step = tuple[str, int, int]

READS = (
    "/orders/v0/orders/{order}/orderItems",
    "/orders/v0/orders/{order}",
    "/orders/2026-01-01/orders/{order}",
    "/orders/2026-01-01/orders/{order}?includedData=BUYER,RECIPIENT",
    f"/orders/v0/orders?MarketplaceIds={US}&CreatedAfter={EVER}",
    f"/orders/v0/orders?MarketplaceIds={US}&CreatedAfter={EVER}&CreatedBefore=2026-03-02T15:00:00Z",
    f"/orders/2026-01-01/orders?createdAfter={EVER}",
    "/orders/v0/orders/{order}/address",
    "/orders/v0/orders/{order}/buyerInfo",
    "/orders/v0/orders/{order}/orderItems/buyerInfo",
    "/orders/v0/orders/{order}/regulatedInfo",
    "/orders/v0//orders/./{order}/orderItems",
    "/orders/v0/orders/902-0000000-0000000",
    "/sellers/v1/marketplaceParticipations",
    "/sellers/v1/marketplaceParticipations/",
    f"/messaging/v1/orders/{{order}}?marketplaceIds={US}",
    f"/solicitations/v1/orders/{{order}}?marketplaceIds={US}",
    "/feeds/2021-06-30/feeds?feedTypes=POST_ORDER_ACKNOWLEDGEMENT_DATA",
    "/reports/2021-06-30/reports?reportTypes=GET_ORDERS_DATA",
    "/reports/2021-06-30/reports/{report}",
    "/feeds/2021-06-30/documents/{document}",
    "/notifications/v1/destinations",
    "/_sandbox/orders/{order}",
    "/health",
)
METHODS = ("GET", "GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST")
ACTIONS_OF_MWS: tuple[dict[str, str], ...] = (
    {"Action": "ListOrderItems", "AmazonOrderId": "{order}"},
    {"Action": "GetOrder", "AmazonOrderId.Id.1": "{order}"},
    {"Action": "ListOrders", "MarketplaceId.Id.1": US, "CreatedAfter": EVER},
    {"Action": "GetServiceStatus"},
    {"Action": "ListOrderItems"},
    {"Action": "GetFeedSubmissionList", "Version": "2009-01-01"},
    {"Action": "GetReportRequestList", "Version": "2009-01-01"},
    {"Action": "RequestReport", "ReportType": "_GET_FLAT_FILE_ORDERS_DATA_", "Version": "2009-01-01"},
    {"Action": "CancelFeedSubmissions", "Version": "2009-01-01"},
)
FLAWS = ("", "", "", "", "signature", "age", "seller", "key", "unsigned")
"""What may be wrong with who sends a call of MWS."""
VARIANTS: tuple[dict[str, str], ...] = (
    {},
    {},
    {},
    {},
    {"user-agent": "one/1.0"},
    {"user-agent": "other/2.0"},
    {"x-amz-date": "20260302T160000Z"},
    {"x-amz-date": "20260302T160001Z"},
    {"host": "sellingpartnerapi-na.amazon.com"},
    {"host": "evil.example"},
    {"origin": "https://evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"if-none-match": "*"},
    {"accept": "text/html"},
    {"content-length": "99999999999"},
)
SETTINGS: tuple[dict[str, Any], ...] = (
    {"limits": "published_virtual"},
    {"limits": "published_wall"},
    {"limits": "off"},
    {"listing_lag": "PT2M"},
    {"orders_v0_shadow": True},
    {"orders_v0_shadow": False},
    {"orders_v0_reads_end": "2026-03-02T18:00:00Z"},
    {"unknown_order": "empty"},
    {"items_per_page": 1},
)
FORMS: tuple[dict[str, Any], ...] = ({}, {"hold": False}, {"hold": False, "items": [{"sku": "A"}, {"sku": "B"}]})
ACTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("buyer-request-cancellation", {}),
    ("seller-cancel", {"reason": "no_inventory"}),
    ("seller-confirm-shipment", {}),
    ("buyer-message", {"text": "hello"}),
    ("payment-failed", {}),
)
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 500, "skip": 2, "times": 2},
    {"kind": "stale_read", "by": "PT1H", "times": 2},
    {"kind": "partial_page", "keep": 1},
    {"kind": "latency", "seconds": 0.001},
    {"kind": "truncated"},
    {"kind": "expired_token"},
    {"kind": "revoked_token"},
    {"kind": "throttled"},
)
SPANS = ("PT1S", "PT30M", "PT1H", "P1D", "P7D")
RATES = (0, 1, 60)
"""How the world's clock may run."""
SECONDS = (1, 30, 600, 1800, 3000)
"""Real time that may pass between two calls."""

steps = st.lists(
    st.one_of(
        *[st.tuples(st.just("read"), st.integers(0, len(READS) - 1), st.integers(0, 400))] * 5,
        *[
            st.tuples(st.just(name), st.integers(0, 20), st.integers(0, 20))
            for name in (
                "read_mws",
                "read_mws",
                "read_mws",
                "place",
                "act",
                "configure",
                "advance",
                "set_rate",
                "fail",
                "heal",
                "pass_time",
                "log_in",
            )
        ],
        st.tuples(st.sampled_from(("reset", "begin_anew", "report", "change_policy")), st.just(0), st.just(0)),
        st.tuples(st.sampled_from(("rewind", "fork")), st.integers(0, 9), st.just(0)),
    ),
    min_size=10,
    max_size=50,
)


class History:
    """One seller of both servers, and what happens to him. Whatever does, the latest reads are made again."""

    def __init__(self, pair: Pair, number: int, rate: float) -> None:
        self.pair = pair
        self.seller_id = f"A{number}"
        self.read_before: list[tuple[str, str, dict[str, str]]] = []
        self.orders: list[str] = []
        self.report_id, self.document_id = "1", "amzn1.tortuga.4.na.none"
        form = {"seller_id": self.seller_id, "start": "2026-03-02T16:00:00Z", "rate": rate}
        pair.control("POST", "sellers", "", form)
        self._take_tokens()
        self.place(1, 1)
        self.read(0, 0)

    def live(self, of: list[Step]) -> None:
        """Everything happens to both; then their logs and what is counted are compared."""
        for name, one, other in of:
            getattr(self, name)(one, other)
            for which in (0, 0, other):
                self.read_again(which, 0)
        for seller_id in (self.seller_id, DEFAULT_SELLER):
            one_log, other_log = (
                [each.to_json(bodies=True) for each in side.log.calls(seller_id)] for side in self.pair.sides
            )
            assert one_log == other_log
            with_lane, without = (side.server for side in self.pair.sides)
            assert with_lane.faults.all(seller_id) == without.faults.all(seller_id)
            assert with_lane.rate_limiter._sellers.get(seller_id) == without.rate_limiter._sellers.get(seller_id)

    def _take_tokens(self) -> None:
        credentials = self.pair.sides[0].server.credentials
        holder = self.pair.sides[0].server.sellers.get(self.seller_id).opening.holder
        order = self.orders[-1] if self.orders else "902-0000000-0000000"
        restricted = [
            Resource("GET", f"/orders/v0/orders/{order}", ("buyerInfo",)),
            Resource("GET", "/orders/v0/orders"),
        ]
        own = credentials.access_token(holder)
        self.tokens = (
            own, own, own, own,
            credentials.restricted_token(holder, restricted),
            credentials.access_token(holder, (), "another"),
            credentials.access_token(holder, ("sellingpartnerapi::notifications",)),
            "Atza|unknown",
            "",
        )  # fmt: skip

    # Reads

    def read(self, which: int, how: int) -> None:
        order = self.orders[how % len(self.orders)] if self.orders else "902-0000001-0000001"
        target = READS[which % len(READS)].format(order=order, report=self.report_id, document=self.document_id)
        headers = dict(VARIANTS[how % len(VARIANTS)])
        if token := self.tokens[how % len(self.tokens)]:
            headers["x-amz-access-token"] = token
        if target.startswith("/_sandbox"):
            headers["x-sandbox-seller"] = self.seller_id
        self._read(METHODS[how % len(METHODS)], target, headers)

    def read_again(self, which: int, _: int) -> None:
        """One of the latest reads, once more."""
        if self.read_before:
            self._read(*self.read_before[-1 - which % len(self.read_before)])

    def _read(self, method: str, target: str, headers: dict[str, str]) -> None:
        if (method, target, headers) not in self.read_before[-6:]:
            self.read_before.append((method, target, headers))
        self.pair.call(method, target, headers)

    def read_mws(self, which: int, how: int) -> None:
        """An action of MWS, three times, each time signed anew."""
        order = self.orders[how % len(self.orders)] if self.orders else "902-0000001-0000001"
        action = {name: text.format(order=order) for name, text in ACTIONS_OF_MWS[which % len(ACTIONS_OF_MWS)].items()}
        for _ in range(2 if action["Action"] in ("RequestReport", "CancelFeedSubmissions") else 3):
            self.pair.call("GET", self.signed(action, FLAWS[how % len(FLAWS)]), {"user-agent": "mws/1"})
            self.pair.now += how % 3

    def signed(self, action: dict[str, str], flaw: str) -> str:
        credentials, sellers = self.pair.sides[0].server.credentials, self.pair.sides[0].server.sellers
        keys = credentials.issue(sellers.get(self.seller_id).opening.holder)["mws"]
        at = datetime.fromtimestamp(self.pair.now - (3_000 if flaw == "age" else 0), UTC)
        query = {
            "AWSAccessKeyId": "AKIANOBODYATALLXXXXX" if flaw == "key" else keys["access_key"],
            "SellerId": "ASOMEBODYELSE" if flaw == "seller" else self.seller_id,
            "Version": "2013-09-01",
            **action,
        }
        path = {"2013-09-01": "/Orders/2013-09-01", "2009-01-01": "/Reports/2009-01-01"}[query["Version"]]
        if flaw == "unsigned":
            return f"{path}?{urlencode(query)}"
        stamps = {"SignatureMethod": "HmacSHA256", "SignatureVersion": "2", "Timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        query |= stamps
        secret = "another" if flaw == "signature" else keys["secret_key"]
        signed = sign(secret, string_to_sign("GET", HOST, path, list(query.items())))
        return f"{path}?{urlencode(query | {'Signature': signed})}"

    # What changes something

    def place(self, which: int, _: int) -> None:
        placed = self.pair.control("POST", "orders", self.seller_id, FORMS[which % len(FORMS)])
        if "order_id" in placed:
            self.orders.append(placed["order_id"])

    def act(self, which: int, how: int) -> None:
        if self.orders:
            action, arguments = ACTIONS[how % len(ACTIONS)]
            order = self.orders[which % len(self.orders)]
            self.pair.control("POST", f"orders/{order}/actions/{action}", self.seller_id, arguments)

    def configure(self, which: int, _: int) -> None:
        self.pair.control("PUT", "settings", self.seller_id, SETTINGS[which % len(SETTINGS)])

    def change_policy(self, _: int, __: int) -> None:
        self.configure(0, 0)
        self.read(0, 0)
        self.configure(2, 0)

    def advance(self, which: int, _: int) -> None:
        self.pair.control("POST", "clock/advance", self.seller_id, {"by": SPANS[which % len(SPANS)]})

    def set_rate(self, which: int, _: int) -> None:
        self.pair.control("PUT", "clock", self.seller_id, {"rate": RATES[which % len(RATES)]})

    def fail(self, which: int, _: int) -> None:
        self.pair.control("POST", "faults", self.seller_id, FAULTS[which % len(FAULTS)])

    def heal(self, _: int, __: int) -> None:
        self.pair.control("DELETE", "faults", self.seller_id)

    def pass_time(self, which: int, _: int) -> None:
        self.pair.now += SECONDS[which % len(SECONDS)]

    def log_in(self, _: int, __: int) -> None:
        self._take_tokens()

    def reset(self, _: int, __: int) -> None:
        self.pair.control("POST", "reset", self.seller_id)
        self.orders.clear()
        self.place(1, 1)

    def begin_anew(self, _: int, __: int) -> None:
        """The seller goes, and another comes by the same id; the tokens stay those of who went."""
        self.pair.control("DELETE", f"sellers/{self.seller_id}", self.seller_id)
        self.read_again(0, 0)
        self.pair.control("POST", "sellers", "", {"seller_id": self.seller_id, "start": "2026-03-02T16:00:00Z"})
        self.orders.clear()
        self.place(1, 1)

    def rewind(self, which: int, _: int) -> None:
        """A few versions back, and on from there as far again: the same version is another world."""
        version = self._version()
        self.pair.control("POST", "rewind", self.seller_id, {"version": max(1, version - which % 4)})
        self.read_again(0, 0)
        while self._version() < version:
            self.place(1, 0)

    def fork(self, which: int, _: int) -> None:
        """Another seller comes of this one, and reads are made of both."""
        to = f"{self.seller_id}F{self._version()}"
        self.pair.control("POST", f"sellers/{self.seller_id}/fork", "", {"seller_id": to})
        self.read_again(which, 0)

    def _version(self) -> int:
        versions = {side.server.sellers.get(self.seller_id).version for side in self.pair.sides}
        (version,) = versions
        return version

    def report(self, _: int, __: int) -> None:
        headers = {"x-amz-access-token": self.tokens[0]}
        body = {"reportType": "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", "marketplaceIds": [US]}
        answer = self.pair.call("POST", "/reports/2021-06-30/reports", headers, body)
        self.report_id = json.loads(answer.body).get("reportId", self.report_id)
        answer = self.pair.call("POST", "/feeds/2021-06-30/documents", headers, {"contentType": "text/xml"})
        self.document_id = json.loads(answer.body).get("feedDocumentId", self.document_id)
