"""Every kind of bad input through the socket: the dialect's own error, no Python, and nothing changed."""

import json
from typing import Any

import pytest
import requests
from lxml import etree

from tests.e2e.sandbox import US, Sandbox

FOREIGN_WORDS = ("Traceback", "problem+json", "NoneType", "object has no attribute", "KeyError", "jsonschema", "<html")
ORDER = "902-0000001-0000001"
AFTER = "2026-03-02T15:00:00Z"


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    sandbox.place_order(id=ORDER)
    return sandbox


class Unchanged:
    """Calls that must be refused; afterwards orders and journal are as they were."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.token = sandbox.token()
        self.before = self._picture()

    def _picture(self) -> Any:
        return self.sandbox.get("orders"), self.sandbox.get("journal"), self.sandbox.get("mail")

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        headers = {"x-amz-access-token": self.token, **more.pop("headers", {})}
        answer = self.sandbox.session.request(method, self.sandbox.url + path, headers=headers, timeout=60, **more)
        assert answer.status_code >= 400, answer.text
        assert not any(word in answer.text for word in FOREIGN_WORDS), answer.text
        assert self._picture() == self.before
        return answer

    def json(self, status: int, method: str, path: str, **more: Any) -> str:
        """A refusal in the JSON dialects; answers message and details."""
        answer = self.call(method, path, **more)
        assert answer.status_code == status, answer.text
        assert answer.headers["Content-Type"] in ("application/json", "application/hal+json")  # as Messaging has it
        [error] = answer.json()["errors"]
        assert error["code"]
        assert error["message"]
        assert isinstance(error.get("details", ""), str)
        return f"{error['code']} {error['message']} {error.get('details', '')}"


@pytest.fixture
def refused(sandbox: Sandbox) -> Unchanged:
    return Unchanged(sandbox)


def orders(**query: Any) -> dict[str, Any]:
    return {"params": {"MarketplaceIds": US, **query}}


def search(**query: Any) -> dict[str, Any]:
    return {"params": {"createdAfter": AFTER, **query}}


V0 = "/orders/v0/orders"
V2026 = "/orders/2026-01-01/orders"
ACTIONS = f"/_sandbox/orders/{ORDER}/actions"
MESSAGES = f"/messaging/v1/orders/{ORDER}/messages"
HUGE = "1e1000000000"
NO_STOCK = {"json": {"cancelReasonCode": "NO_INVENTORY"}}
DEEP = "[" * 500 + "]" * 500

BAD: list[tuple[str, int, str, str, dict[str, Any], str]] = [
    ("unknown order", 404, "GET", f"{V0}/902-9999999-9999999", {}, "902-9999999-9999999"),
    ("unknown order of control", 404, "GET", "/_sandbox/orders/902-9999999-9999999", {}, "902-9999999-9999999"),
    ("malformed order id", 400, "GET", f"{V0}/123", {}, "3-7-7"),
    ("unknown action", 400, "POST", f"{ACTIONS}/seller-cancle", {"json": {}}, "seller-cancel"),
    ("wrong stage", 400, "POST", f"{ACTIONS}/seller-cancel", {"json": {"reason": "no_inventory"}}, "ORDER_PENDING"),
    ("unknown reason", 400, "POST", f"{ACTIONS}/buyer-cancel", {"json": {"reason": "mistak"}}, "mistake"),
    ("wrong type", 400, "POST", f"{ACTIONS}/buyer-message", {"json": {"text": 5}}, "text"),
    ("unknown argument", 400, "POST", f"{ACTIONS}/buyer-message", {"json": {"txt": "x"}}, "text"),
    ("bad date", 400, "GET", V0, orders(CreatedAfter="yesterday"), "CreatedAfter"),
    ("missing date", 400, "GET", V0, orders(), "CreatedAfter"),
    ("date in the world's future", 400, "GET", V0, orders(CreatedAfter="2026-03-02T16:00:01Z"), "2026-03-02T16:00:00Z"),
    ("two dates", 400, "GET", V0, orders(CreatedAfter=AFTER, LastUpdatedAfter=AFTER), "LastUpdatedAfter"),
    ("too recent", 400, "GET", V0, orders(CreatedAfter=AFTER, CreatedBefore="2026-03-02T15:59:00Z"), "CreatedBefore"),
    ("no marketplace", 400, "GET", V0, {"params": {"CreatedAfter": AFTER}}, "MarketplaceIds"),
    ("page too large", 400, "GET", V0, orders(CreatedAfter=AFTER, MaxResultsPerPage=101), "100"),
    ("unknown status", 400, "GET", V0, orders(CreatedAfter=AFTER, OrderStatuses="Cancelled"), "Canceled"),
    ("bad page token", 400, "GET", V0, orders(NextToken="abc"), "NextToken"),
    ("unknown order of 2026", 404, "GET", f"{V2026}/902-9999999-9999999", {}, "902-9999999-9999999"),
    ("malformed order id of 2026", 400, "GET", f"{V2026}/123", {}, "3-7-7"),
    ("no date of 2026", 400, "GET", V2026, {}, "createdAfter"),
    ("v0 status of 2026", 400, "GET", V2026, search(fulfillmentStatuses="Canceled"), "CANCELLED"),
    ("unknown data set", 400, "GET", V2026, search(includedData="CANCELATION"), "CANCELLATION"),
    ("unknown marketplace", 400, "GET", V2026, search(marketplaceIds="ATVPDKIKX0DEX"), US),
    ("foreign marketplace", 403, "GET", V2026, search(marketplaceIds="A1PA6795UKMFR9"), "not valid for region NA"),
    ("bad page token of 2026", 400, "GET", V2026, search(paginationToken="abc"), "paginationToken"),
    ("cancelOrder, off", 403, "PUT", f"{V2026}/{ORDER}/cancellation", NO_STOCK, "cancel_order_api"),
    ("too deep a body", 400, "POST", "/_sandbox/orders", {"data": DEEP}, ""),
    ("broken JSON", 400, "POST", "/_sandbox/orders", {"data": '{"id": '}, "JSON"),
    ("too large a body", 413, "POST", "/_sandbox/orders", {"data": '{"a": "' + "x" * 11_000_000 + '"}'}, ""),
    ("wrong method", 405, "DELETE", f"{V0}/{ORDER}", {}, "GET"),
    ("unknown path", 403, "GET", "/orders/v1/orders", {}, "Unauthorized"),
    (
        "path of the platform's",
        501,
        "GET",
        "/fba/inventory/v1/summaries",
        {},
        "getInventorySummaries of FBA Inventory v1",
    ),
    ("path with a backslash", 400, "GET", "/orders%5Cv0/orders", {}, "backslash"),
    ("foreign host of a call", 403, "GET", V0, {"headers": {"Host": "evil.example"}}, "SANDBOX_PUBLIC_URL"),
    ("foreign origin of a call", 403, "GET", V0, {"headers": {"Origin": "http://evil.example"}}, "evil.example"),
    ("unknown path of control", 404, "GET", "/_sandbox/ordres", {}, "/_sandbox/orders"),
    ("unknown seller", 404, "GET", "/_sandbox/clock", {"headers": {"X-Sandbox-Seller": "ANOBODY"}}, "ANOBODY"),
    ("foreign host", 403, "GET", "/_sandbox/clock", {"headers": {"Host": "evil.example"}}, "evil.example"),
    (
        "foreign origin",
        403,
        "POST",
        "/_sandbox/reset",
        {"json": {}, "headers": {"Origin": "http://evil.example"}},
        "evil",
    ),
    ("form post", 415, "POST", "/_sandbox/reset", {"data": "all=true"}, "application/json"),
    ("clock back", 409, "POST", "/_sandbox/clock/advance", {"json": {"to": AFTER}}, "2026-03-02T16:00:00Z"),
    ("unknown setting", 400, "PUT", "/_sandbox/settings", {"json": {"listing_lagg": "PT1M"}}, "listing_lag"),
    ("bad setting", 400, "PUT", "/_sandbox/settings", {"json": {"listing_lag": "a minute"}}, "PT0S"),
    ("order with a typo", 400, "POST", "/_sandbox/orders", {"json": {"chanel": "MFN"}}, "channel"),
    ("order in the future", 400, "POST", "/_sandbox/orders", {"json": {"purchased_at": "2027-01-01T00:00:00Z"}}, "now"),
    ("price without end", 400, "POST", "/_sandbox/orders", {"json": {"items": [{"price": HUGE}]}}, "items[0].price"),
    (
        "refund without end",
        400,
        "POST",
        f"{ACTIONS}/seller-refund",
        {"json": {"amounts": [{"id": "1", "amount": HUGE}]}},
        "amounts[0].amount",
    ),
    ("attachments of null", 400, "POST", f"{MESSAGES}/legalDisclosure", {"json": {"attachments": None}}, "attachments"),
    (
        "attachments of a word",
        400,
        "POST",
        f"{MESSAGES}/legalDisclosure",
        {"json": {"attachments": "a"}},
        "attachments",
    ),
    ("text of null", 400, "POST", f"{MESSAGES}/unexpectedProblem", {"json": {"text": None}}, "text"),
    ("order again", 409, "POST", "/_sandbox/orders", {"json": {"id": ORDER}}, ORDER),
    ("unknown scenario", 400, "POST", "/_sandbox/scenarios", {"json": {"name": "auto-cancle"}}, "auto-cancel"),
    ("scenario with a typo", 400, "POST", "/_sandbox/scenarios", {"json": {"scrip": []}}, "script"),
    ("webhook elsewhere", 400, "POST", "/_sandbox/webhooks", {"json": {"url": "http://10.0.0.1/"}}, "10.0.0.1"),
    ("no regulated items", 404, "GET", f"{V0}/{ORDER}/regulatedInfo", {}, "regulated"),
]


@pytest.mark.parametrize(
    ("status", "method", "path", "more", "words"), [row[1:] for row in BAD], ids=[r[0] for r in BAD]
)
def test_refused(refused: Unchanged, status: int, method: str, path: str, more: dict[str, Any], words: str) -> None:
    if isinstance(more.get("data"), str) and not more["data"].startswith("all="):
        more = {**more, "headers": {"Content-Type": "application/json"}}
    assert words in refused.json(status, method, path, **more)


@pytest.mark.parametrize("token", ["Atza|nonsense", "Atza|" + "x" * 3000])
def test_with_strict_access_a_strange_token_is_refused(server: Any, token: str) -> None:
    sandbox = Sandbox(server("--auth", "strict"))
    answer = requests.get(f"{sandbox.url}{V0}/{ORDER}", headers={"x-amz-access-token": token}, timeout=30)
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (403, "Unauthorized")
    assert error["details"] == "The access token you provided is revoked, malformed or invalid."
    sandbox.close()


def test_the_token_of_a_seller_now_gone_is_refused(shared_server: str, refused: Unchanged) -> None:
    other = Sandbox(shared_server)
    token = other.token()
    assert other.call("DELETE", f"sellers/{other.seller['seller_id']}").status_code < 300
    other.close()
    refused.json(403, "GET", f"{V0}/{ORDER}", headers={"x-amz-access-token": token})


MWS_BAD = [
    ({"Action": "ListOrder"}, "ListOrders"),
    ({"Action": "ListOrders", "MarketplaceId.Id.1": US}, "CreatedAfter or LastUpdatedAfter must be specified"),
    ({"Action": "ListOrders", "MarketplaceId.Id.1": US, "CreatedAfter": "soon"}, "CreatedAfter"),
    ({"Action": "ListOrders", "MarketplaceId.Id.1": US, "CreatedAfter": "2027-01-01T00:00:00Z"}, "2026-03-02T16:00:00"),
    ({"Action": "ListOrders", "CreatedAfter": AFTER}, "MarketplaceId"),
    (
        {"Action": "ListOrders", "MarketplaceId.Id.1": US, "CreatedAfter": AFTER, "OrderStatus.Status.1": "Cancelled"},
        "Canceled",
    ),
    ({"Action": "ListOrdersByNextToken", "NextToken": "abc"}, "NextToken"),
    ({"Action": "ListOrderItems", "AmazonOrderId": "123"}, "AmazonOrderId"),
]


@pytest.mark.parametrize(("sent", "words"), MWS_BAD)
def test_mws_refuses_in_xml(refused: Unchanged, sent: dict[str, str], words: str) -> None:
    keys = refused.sandbox.seller["mws"]
    common = {
        "AWSAccessKeyId": keys["access_key"],
        "SellerId": keys["seller_id"],
        "SignatureVersion": "2",
        "SignatureMethod": "HmacSHA256",
        "Timestamp": "2026-03-02T16:00:00Z",
        "Signature": "AAAA",
        "Version": "2013-09-01",
    }
    answer = refused.call("GET", "/Orders/2013-09-01", params={**common, **sent})
    assert answer.headers["Content-Type"] == "text/xml"
    root = etree.fromstring(answer.content)
    assert etree.QName(root).localname == "ErrorResponse"
    assert words in answer.text


def test_a_bad_signature_is_refused_with_strict_access(server: Any) -> None:
    sandbox = Sandbox(server("--auth", "strict"))
    keys = sandbox.seller["mws"]
    query = {"AWSAccessKeyId": keys["access_key"], "SellerId": keys["seller_id"], "Action": "GetOrder"}
    signed = {"SignatureVersion": "2", "SignatureMethod": "HmacSHA256", "Signature": "AAAA", "Version": "2013-09-01"}
    stamp = {"Timestamp": "2026-03-02T16:00:00Z", "AmazonOrderId.Id.1": ORDER}
    answer = requests.get(f"{sandbox.url}/Orders/2013-09-01", params={**query, **signed, **stamp}, timeout=30)
    assert answer.status_code in (400, 403)
    assert "SignatureDoesNotMatch" in answer.text or "RequestExpired" in answer.text
    sandbox.close()


def test_login_refuses_in_its_own_shape(shared_server: str) -> None:
    answer = requests.post(f"{shared_server}/auth/o2/token", data={"grant_type": "magic"}, timeout=30)
    assert answer.status_code == 400
    assert set(json.loads(answer.text)) == {"error", "error_description"}


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/_sandbox/orders", {"items": [1] * 200_000}, "100000 values"),
        ("/_sandbox/orders", {"count": 10_000, "items": [{"sku": str(n)} for n in range(100)]}, "200000"),
        ("/_sandbox/scenarios", {"orders": [{}] * 10_001}, "10001"),
    ],
)
def test_what_would_take_minutes_is_refused_at_once(refused: Unchanged, path: str, body: Any, words: str) -> None:
    assert words in refused.json(400, "POST", path, json=body)
