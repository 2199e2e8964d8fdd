"""A whole server in process for tests of what stands before its operations, and one seller as his clients see him."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.contract import Answer, Client

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
EVER = "2000-01-01T00:00:00Z"
US = "ATVPDKIKX0DER"
DOCUMENTS = (
    "orders-v0.yaml",
    "orders-2026-01-01.yaml",
    "sellers-v1.yaml",
    "tokens-2021-03-01.yaml",
    "reports-2021-06-30.yaml",
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


class ServerSeller:
    """The server, and the seller whose world is meant. His clock stands."""

    def __init__(self, server: Server, **settings: Any) -> None:
        self.server = server
        self.world = server.sellers.open(start=START, policy=settings)
        self.seller_id = self.world.seller_id
        self.client = Client(server.app, DOCUMENTS)
        self.token = server.credentials.access_token(self.seller_id)

    def fault(self, kind: str, **more: Any) -> str:
        """Have something go wrong; answers the fault's id."""
        (added,) = self.server.faults.add(self.seller_id, [{"kind": kind, **more}], self.world.now())
        return str(added["id"])

    def accounts(self) -> list[str]:
        return [each["account"] for each in self.server.faults.all(self.seller_id)]

    def place_order(self, **form: Any) -> Order:
        (order,) = self.world.place_orders({"hold": False} | form)
        return order

    def pass_time(self, **span: float) -> None:
        self.world.advance(timedelta(**span))

    def get(self, path: str, token: str = "", *, documented: bool = True, **query: Any) -> Answer:
        headers = {"x-amz-access-token": token or self.token}
        return self.client("GET", path, query, headers=headers, documented=documented)

    def orders(self, **query: Any) -> Answer:
        """A list of Orders v0."""
        page = {"NextToken": query["NextToken"]} if "NextToken" in query else {"CreatedAfter": EVER}
        return self.get("/orders/v0/orders", MarketplaceIds=US, **page | query)

    def search(self, **query: Any) -> Answer:
        """A list of Orders 2026-01-01."""
        return self.get("/orders/2026-01-01/orders", createdAfter=EVER, **query)

    def read(self, order: Order) -> Answer:
        """One order of Orders v0."""
        return self.get(f"/orders/v0/orders/{order.order_id}")

    def mws(self, action: str, **parameters: str) -> Answer:
        """An action of MWS Orders, unsigned."""
        key = self.server.credentials.issue(self.seller_id)["mws"]["access_key"]
        query = {"Action": action, "Version": "2013-09-01", "AWSAccessKeyId": key, "SellerId": self.seller_id}
        return self.client("GET", "/Orders/2013-09-01", query | parameters, documented=False)

    def list_orders(self) -> Answer:
        """A list of MWS."""
        return self.mws("ListOrders", **{"MarketplaceId.Id.1": US, "CreatedAfter": EVER})

    def log_in(self, client: Mapping[str, str] | None = None) -> Answer:
        """A refresh of the seller's token, perhaps by the client of another."""
        lwa = self.server.credentials.issue(self.seller_id)["lwa"] | dict(client or {})
        body = "&".join(f"{name}={text}" for name, text in {"grant_type": "refresh_token", **lwa}.items())
        return self.client("POST", "/auth/o2/token", body=body.encode(), headers=FORM, documented=False)

    def control(self, method: str, path: str, body: Any = None) -> Answer:
        """A call of the control API for this seller."""
        headers = {"host": "127.0.0.1:8585", "x-sandbox-seller": self.seller_id}
        return self.client(method, f"/_sandbox/{path}", body=body, headers=headers, documented=False)

    def notes(self) -> list[list[str]]:
        """What the request log has remarked on each call."""
        return [each["notes"] for each in self.control("GET", "requests").body["requests"]]


def new_server() -> Server:
    """A server with everything in memory."""
    return compose(Options())


def ids(answer: Answer) -> list[str]:
    """The orders of a list, in v0, 2026-01-01 or MWS."""
    if answer.raw.startswith(b"<"):
        return [each.text or "" for each in etree.fromstring(answer.raw).iterfind(".//{*}AmazonOrderId")]
    if "payload" in answer.body:
        return [each["AmazonOrderId"] for each in answer.payload["Orders"]]
    return [each["orderId"] for each in answer.body["orders"]]


def mws_error(answer: Answer) -> tuple[int, str, str, str]:
    """Status, namespace, code and message of an MWS refusal."""
    root = etree.fromstring(answer.raw)
    assert etree.QName(root).localname == "ErrorResponse"
    found = [root.findtext(f"{{*}}Error/{{*}}{name}") or "" for name in ("Code", "Message")]
    return answer.status, etree.QName(root).namespace or "", found[0], found[1]
