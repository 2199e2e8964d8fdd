"""A whole server in this process, its seller in the middle of business, and what must hold after every call.

The store is a file, so that what a kill would leave can be opened at any time: a copy of it is just that.
"""

import asyncio
import json
import logging
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server.composition import Options, compose
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.control.driving import picture
from tests.core.worlds import START
from tests.hostile.calls import Call, Request

HOST = "127.0.0.1:8585"
REFUSING = "http://127.0.0.1:1/hook"
"""A receiver that is not there: its port takes no connections."""

OTHER = "AOTHERSELLER"
KINDS = {"is_ispu": True, "has_regulated_items": True, "is_estimated_ship_date_set": False}
DUE = "2026-02-25T16:00:00Z"
"""So early that the buyer of what is shipped may be asked for a review now."""
RELEASED, PENDING, SHIPPED, ASKED, INVOICED = (f"902-000000{n}-000000{n}" for n in (1, 2, 3, 4, 5))
"""Orders: one whose buyer has asked officially, one that is held, one with a refund, one whose buyer has written, and
one that waits for its invoice.
"""

MUG, LAMP = "70000000000001", "70000000000002"
US, EARLIER = "ATVPDKIKX0DER", "2026-03-02T12:00:00Z"


@dataclass(frozen=True)
class Answer:
    """An answer; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class _NoMessages:
    """A queue service in which nothing lies."""

    def look(self, _arn: str) -> list[Any]:
        return []

    def close(self) -> None:
        """Stops nothing."""


class Desk:
    """The server at a file, whose default seller's clock stands. `names` has the ids of what there is to be named."""

    def __init__(self, folder: Path, *, schedule: bool = True) -> None:
        self.folder = folder
        self.file = folder / "worlds.db"
        self.server = compose(Options(store=f"sqlite:///{self.file}", start=START, rate=0.0))
        vars(self.server).update(sqs=_NoMessages())  # the service itself takes longer to start than all else
        # nobody carries anything: how that goes would come in at any time
        vars(self.server.courier).update(wake=_nothing, deliver=_nothing, deliver_in_steps=_no_waits)
        self.loop = asyncio.new_event_loop()
        self.failures: list[str] = []
        self._watch = _Failures(self.failures)
        logging.getLogger("marketplace_sandbox").addHandler(self._watch)
        keys = self.server.credentials.issue(DEFAULT_SELLER)
        self.lwa, self.mws = keys["lwa"], keys["mws"]
        self.names = self._do_business(schedule)
        self._begun = self.world.journal()
        self._copies = 0
        self.begin_again()

    def close(self) -> None:
        """Stop the server."""
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.server.app.close()
        self.server.close()
        self.loop.close()
        logging.getLogger("marketplace_sandbox").removeHandler(self._watch)

    @property
    def sellers(self) -> list[World]:
        return list(self.server.sellers)

    @property
    def world(self) -> World:
        return self.server.sellers.get(None)

    # Calls

    def send(self, request: Request) -> Answer:
        """One request, as a server would hand it to the app."""
        return self.loop.run_until_complete(self._send(request))

    async def _send(self, request: Request) -> Answer:
        told: list[Any] = []

        bodies = iter([request.body])

        async def receive() -> Any:
            for body in bodies:
                return {"type": "http.request", "body": body, "more_body": False}
            return await asyncio.Event().wait()  # the client waits for its answer

        async def send(message: Any) -> None:
            told.append(message)

        headers = {"host": HOST, "content-length": str(len(request.body)), **request.headers}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
            "method": request.method, "path": unquote(request.path), "raw_path": request.path.encode(),
            "query_string": request.query.encode(), "server": ("127.0.0.1", 8585), "client": ("127.0.0.1", 5000),
            "headers": [(name.lower().encode(), text.encode("latin-1", "replace")) for name, text in headers.items()],
        }  # fmt: skip
        await self.server.app(scope, receive, send)
        if not told:
            return Answer(0, {}, b"")  # it has hung up
        named = {name.decode().lower(): text.decode("latin-1") for name, text in told[0]["headers"]}
        return Answer(told[0]["status"], named, b"".join(each.get("body", b"") for each in told))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A call that goes well."""
        path, _, query = path.partition("?")
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {"content-type": "application/json", "x-amz-access-token": self.token} | headers
        answer = self.send(Request(method, path, query, sent, raw))
        assert answer.status < 400, (method, path, answer)
        return answer

    # The seller

    def _do_business(self, schedule: bool) -> dict[str, str]:
        """Something of everything that can be named in a call. Answers the names."""
        login = {"grant_type": "refresh_token", **self.lwa}
        self.token = ""
        self.token = self.call("POST", "/auth/o2/token", login).body["access_token"]
        control, names = "/_sandbox", dict[str, str]()
        items = [{"id": MUG, "sku": "MUG", "quantity": 3, "price": 20}, {"id": LAMP, "sku": "LAMP", "price": 5}]
        allowed = {"buyer_withdrawal": True, "cancel_order_api": True, "message_templates": "all"}
        self.call("PUT", f"{control}/settings", allowed | {"items_per_page": 1, "solicitation_after": "PT0S"})
        self.call("POST", f"{control}/orders", {"id": RELEASED, "items": items, "purchased_at": EARLIER, **KINDS})
        self.call("POST", f"{control}/orders", {"id": PENDING, "purchased_at": "2026-03-02T15:59:00Z"})
        self.call(
            "POST",
            f"{control}/orders",
            {"id": SHIPPED, "purchased_at": EARLIER, "ship_by_at": DUE, "items": [{"id": "1", "sku": "A"}]},
        )
        self.call("POST", f"{control}/orders", {"id": INVOICED, "purchased_at": EARLIER, "invoice": True})
        for order_id in (SHIPPED, INVOICED):
            self.call("POST", f"{control}/orders/{order_id}/actions/seller-confirm-shipment", {})
        self.call("POST", f"{control}/orders", {"id": ASKED, "purchased_at": EARLIER})
        self.call("POST", f"{control}/orders/{ASKED}/actions/buyer-message", {"text": "Please cancel my order."})
        refund = {"reason": "customer_return", "amounts": [{"id": "1", "amount": 5}]}
        done = self.call("POST", f"{control}/orders/{SHIPPED}/actions/seller-refund", refund).body
        names["refund"] = done["order"]["refunds"][0]["refund_id"]
        names["webhook"] = self.call("POST", f"{control}/webhooks", {"url": REFUSING}).body["id"]
        self.call("POST", f"{control}/orders/{RELEASED}/actions/buyer-request-cancellation", {"reason": "late"})
        names["delivery"] = self.call("GET", f"{control}/deliveries").body["deliveries"][0]["id"]
        for name in ("destination", "unused destination"):
            queue = {"sqs": {"arn": f"arn:aws:sqs:us-east-1:123456789012:{name.replace(' ', '-')}"}}
            sent: Any = {"name": name, "resourceSpecification": queue}
            headers = {"x-amz-access-token": self.grantless}
            made = self.call("POST", "/notifications/v1/destinations", sent, **headers)
            names[name] = made.body["payload"]["destinationId"]
        told = {"eventFilter": {"eventFilterType": "ORDER_CHANGE", "orderChangeTypes": ["OrderStatusChange"]}}
        to = {"payloadVersion": "1.0", "destinationId": names["destination"]}
        subscription = to | {"processingDirective": told}
        made = self.call("POST", "/notifications/v1/subscriptions/ORDER_CHANGE", subscription)
        names["subscription"] = made.body["payload"]["subscriptionId"]
        report = {"marketplaceIds": [US], "reportType": "GET_V2_SELLER_PERFORMANCE_REPORT"}
        self.call("POST", "/reports/2021-06-30/reports", report)
        first = self.call("POST", "/reports/2021-06-30/reports", report).body["reportId"]
        self.world.advance(timedelta(minutes=2))
        done = self.call("GET", f"/reports/2021-06-30/reports/{first}").body
        names["report document"] = done["reportDocumentId"]
        report = {"marketplaceIds": [US], "reportType": "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"}
        names["mws report"] = _first(self.mws_call("/Reports/2009-01-01", "GetReportList"), "ReportId")
        if schedule:
            times = {"period": "P30D", "nextReportCreationTime": "2026-03-03T00:00:00Z"}
            made = self.call("POST", "/reports/2021-06-30/schedules", report | times)
            names["schedule"] = made.body["reportScheduleId"]
        names["feed document"], names["link"] = self.upload(b"<AmazonEnvelope/>")
        feed: Any = {"feedType": "POST_ORDER_ACKNOWLEDGEMENT_DATA", "marketplaceIds": [US]}
        for name in ("worked off", "feed"):
            sent = feed | {"inputFeedDocumentId": self.upload(b"<AmazonEnvelope/>")[0]}
            names[name] = self.call("POST", "/feeds/2021-06-30/feeds", sent).body["feedId"]
            if name == "worked off":
                self.world.advance(timedelta(minutes=2))
        names["report"] = self.call("POST", "/reports/2021-06-30/reports", report).body["reportId"]
        return names | self._next_tokens()

    def _next_tokens(self) -> dict[str, str]:
        """What the next pages of the lists of MWS are asked for with, by the action that takes it."""
        after = {"CreatedAfter": EARLIER, "MarketplaceId__Id__1": US, "MaxResultsPerPage": "1"}
        first = {
            ("/Orders/2013-09-01", "ListOrders"): after,
            ("/Orders/2013-09-01", "ListOrderItems"): {"AmazonOrderId": RELEASED},
            ("/Feeds/2009-01-01", "GetFeedSubmissionList"): {"MaxCount": "1"},
            ("/Reports/2009-01-01", "GetReportRequestList"): {"MaxCount": "1"},
            ("/Reports/2009-01-01", "GetReportList"): {"MaxCount": "1"},
        }
        return {
            f"{action}ByNextToken": _first(self.mws_call(path, action, **given), "NextToken")
            for (path, action), given in first.items()
        }

    def upload(self, content: bytes) -> tuple[str, str]:
        """A feed's file, sent where it is to be sent; answers the document's id and the link's path."""
        made = self.call("POST", "/feeds/2021-06-30/documents", {"contentType": "text/xml; charset=UTF-8"}).body
        path = urlsplit(made["url"]).path
        self.send(Request("PUT", path, "", {"content-type": "text/xml; charset=UTF-8"}, content))
        return made["feedDocumentId"], path

    def upload_call(self) -> Call:
        """The sending of a feed's file to its link."""
        link, kind = self.names["link"].rpartition("/")[2], {"content-type": "text/xml; charset=UTF-8"}
        return Call(
            "/documents/{link}", "PUT", {"link": link}, headers=kind, file="<AmazonEnvelope><Header/></AmazonEnvelope>"
        )

    def download_call(self) -> Call:
        """The fetching of a processing report from its link."""
        result = self.call("GET", f"/feeds/2021-06-30/feeds/{self.names['worked off']}").body["resultFeedDocumentId"]
        url = self.call("GET", f"/feeds/2021-06-30/documents/{result}").body["url"]
        return Call("/documents/{link}", "GET", {"link": url.rpartition("/")[2]})

    def mws_call(self, path: str, action: str, **given: str) -> bytes:
        """An unsigned call of MWS, as open access lets it pass."""
        query = "&".join(f"{name}={text}" for name, text in self.mws_query(path, action, **given).items())
        return self.call("GET", f"{path}?{query}").raw

    def mws_query(self, path: str, action: str, **given: str) -> dict[str, str]:
        """The parameters of an unsigned call of MWS."""
        version = path.rpartition("/")[2]
        common = {"AWSAccessKeyId": self.mws["access_key"], "SellerId": self.mws["seller_id"], "Version": version}
        return common | {"Action": action} | {name.replace("__", "."): text for name, text in given.items()}

    def restricted(self, path: str) -> str:
        """A restricted data token for reading a path."""
        asked = {"restrictedResources": [{"method": "GET", "path": path}]}
        return str(self.call("POST", "/tokens/2021-03-01/restrictedDataToken", asked).body["restrictedDataToken"])

    @property
    def grantless(self) -> str:
        """An access token of the client alone."""
        scope = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications"}
        lwa = {name: self.lwa[name] for name in ("client_id", "client_secret")}
        return str(self.call("POST", "/auth/o2/token", scope | lwa).body["access_token"])

    def fault(self) -> str:
        """The id of a fault that was added."""
        return str(self.call("POST", "/_sandbox/faults", {"kind": "drop"}).body["id"])

    # What must hold

    def standing(self) -> Any:
        """Everything that a refused call must leave alone."""
        faults = self.server.faults
        return [(each.seller_id, each.version, picture(each), faults.all(each.seller_id)) for each in self.sellers]

    def unfolded(self) -> list[str]:
        """The sellers whose journal does not make the world that stands."""
        return [each.seller_id for each in self.sellers if _contents(_folded(each)) != _contents(each)]

    def open_killed(self) -> list[str]:
        """What is wrong with a store whose server is killed now: it opens with everything."""
        self._copies += 1
        left = self.folder / f"killed{self._copies}"
        left.mkdir()
        for each in self.folder.glob("worlds.db*"):
            if not each.name.endswith("lock"):
                shutil.copy(each, left / each.name)
        store = open_store(f"sqlite:///{left / 'worlds.db'}")
        try:
            there = {each.seller_id: each.version for each in Sellers(store)}
        finally:
            store.close()
            shutil.rmtree(left)
        wanted = {each.seller_id: each.version for each in self.sellers}
        return [
            f"{name}: {there.get(name)} of {version}" for name, version in wanted.items() if there.get(name) != version
        ]

    def begin_again(self) -> None:
        """The seller as in the beginning, and nobody else."""
        for world in self.sellers:
            if world.seller_id != DEFAULT_SELLER:
                self.server.sellers.remove(world.seller_id)
        self.server.sellers.adopt([Entry(e.version, e.at, e.kind, e.body, e.format) for e in self._begun])
        self.server.sellers.open(OTHER, start=START)
        self.call("DELETE", "/_sandbox/faults")

    def read_all(self) -> Iterable[tuple[str, Answer]]:
        """Every way in which a world is looked at: what was accepted must not break one."""
        sellers = [each.seller_id for each in self.sellers]
        after = "2000-01-01T00:00:00Z"
        mws = self.mws_query("/Orders/2013-09-01", "ListOrders", CreatedAfter=after, MarketplaceId__Id__1=US)
        listed = "&".join(f"{name}={text}" for name, text in mws.items())
        paths = [
            f"/orders/v0/orders?MarketplaceIds={US}&CreatedAfter={after}",
            f"/orders/2026-01-01/orders?createdAfter={after}&includedData=BUYER,RECIPIENT,PROCEEDS,CANCELLATION",
            f"/Orders/2013-09-01?{listed}",
            *(f"/orders/v0/orders/{each}/orderItems" for each in list(self.world.orders)[:5]),
        ]
        for path in paths:
            yield path, self._get(path, {"x-amz-access-token": self.token})
        for seller in sellers:
            for name in (
                "clock",
                "orders",
                "mail",
                "messages",
                "metrics",
                "journal",
                "deliveries",
                "settings",
                "export",
            ):
                answer = self._get(f"/_sandbox/{name}", {"x-sandbox-seller": seller})
                if not (name == "export" and answer.status == 409):
                    yield f"{name} of {seller}", answer

    def _get(self, path: str, headers: dict[str, str]) -> Answer:
        path, _, query = path.partition("?")
        return self.send(Request("GET", path, query, headers, b""))


def _folded(world: World) -> World:
    store = MemoryStore()
    return World.restore(world.journal(), store, lambda: world.clock.anchor.real_base, origins=world.origins)


def _contents(world: World) -> str:
    """A world but its clock, which may run. Orders are told apart by what they are, not by what they say."""
    return repr(picture(world)[2:])


def _no_waits(_world: World, _seconds: float) -> Iterator[None]:
    yield from ()


def _nothing(_world: World, _seconds: float = 0) -> None:
    """What becomes of deliveries."""


def _first(xml: bytes, name: str) -> str:
    return xml.decode().partition(f"<{name}>")[2].partition("<")[0]


class _Failures(logging.Handler):
    """Keeps what the server wrote to its log as a failure, with where it came from."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._kept = kept
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        self._kept.append(self.format(record))
