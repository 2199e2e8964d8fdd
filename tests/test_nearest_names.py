"""Whoever refuses a word tells the one that was meant, or those there are if they are few, and never just any name.

Every kind of word that is refused with a hint is here, with a word that is near to one and one that is near to none.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from lxml.etree import fromstring

import marketplace_sandbox
from marketplace_sandbox.api.formats.feeds.envelope import Children
from marketplace_sandbox.api.formats.feeds.reading import (
    FatalFileError,
    UnreadableRecordError,
    read_cancel_reason,
    read_refund_reason,
)
from marketplace_sandbox.api.formats.feeds.text import decode
from marketplace_sandbox.testing import Marketplace, MarketplaceError
from marketplace_sandbox.testing.wiring import client_kwargs
from tests.cli.terminal import Terminal, run

NOTHING = "qqqqzzzz"
HINTS = ("did you mean", "nearest", "is served", "meant for it")
PACKAGE = Path(marketplace_sandbox.__file__).parent


class Caller:
    """One seller of a server, and what every way of naming something wrongly is answered with."""

    def __init__(self, url: str) -> None:
        self.marketplace = Marketplace.opened(url)
        self.url = url
        lwa = self.marketplace.credentials["lwa"]
        granted = requests.post(f"{url}/auth/o2/token", {"grant_type": "refresh_token", **lwa}, timeout=10)
        self.headers = {"x-amz-access-token": granted.json()["access_token"]}
        self.order_id = self.marketplace.place_order().order_id
        self.terminal = Terminal(url, self.marketplace.seller_id)

    def call(self, method: str, path: str, body: Any = None) -> str:
        answer = requests.request(method, f"{self.url}{path}", json=body, headers=self.headers, timeout=10)
        assert answer.status_code in (400, 404), (method, path, body, answer.text)
        error = answer.json()["errors"][0]
        return f"{error['message']} {error['details']}"

    def control(self, method: str, path: str, body: Any = None) -> str:
        self.headers["X-Sandbox-Seller"] = self.marketplace.seller_id
        return self.call(method, f"/_sandbox/{path}", body)

    def seller(self, seller_id: str) -> str:
        return self.call("GET", f"/_sandbox/sellers/{seller_id}")

    def mws(self, **parameters: str) -> str:
        signed = {"AWSAccessKeyId": "A", "SellerId": "A", "Signature": "x", "SignatureMethod": "HmacSHA256"}
        form = signed | {"SignatureVersion": "2", "Timestamp": "2026-03-02T16:00:00Z"} | parameters
        return requests.get(f"{self.url}/?{urlencode(form)}", timeout=10).text

    def command(self, *words: str) -> str:
        answer = self.terminal.try_(*words) if words[-1] != "--alone" else run(*words[:-1])
        assert answer.exit_code, (words, answer.output)
        return answer.stderr


@pytest.fixture(scope="module")
def caller(shared_server: str) -> Iterator[Caller]:
    made = Caller(shared_server)
    yield made
    made.marketplace.close()


def error_of(call: Callable[[], Any]) -> str:
    with pytest.raises((FatalFileError, UnreadableRecordError, MarketplaceError)) as refused:
        call()
    return str(refused.value)


Kind = Callable[[Caller, str], str]
DOCUMENTS = "/feeds/2021-06-30"
KINDS: dict[str, tuple[Kind, str, str]] = {
    "path": (lambda its, word: its.call("GET", f"/_sandbox/{word}"), "clok", "/_sandbox/clock"),
    "path of an order": (
        lambda its, word: its.call("GET", f"/_sandbox/orders/902-0000001-0000001/{word}"),
        "explian",
        "/explain",
    ),
    "path with a parameter": (
        lambda its, word: its.call("GET", f"/_sandbox/{word}/902-0000001-0000001"),
        "ordrs",
        "orders/{",
    ),
    "parameter of a query": (lambda its, word: its.control("GET", f"orders?{word}=x"), "statuss", "status"),
    "field of a body": (lambda its, word: its.control("POST", "orders", {word: 1}), "chanel", "channel"),
    "value in a query": (lambda its, word: its.control("GET", f"orders?status={word}"), "Unshiped", "Unshipped"),
    "setting": (lambda its, word: its.control("PUT", "settings", {word: "PT1M"}), "listing_lga", "listing_lag"),
    "seller": (lambda its, word: its.seller(word), "ASANDBOXSELER", "ASANDBOXSELLER"),
    "marketplace of the control API": (
        lambda its, word: its.control("POST", "orders", {"marketplace": word}),
        "ATVPDKIKX0DE",
        "ATVPDKIKX0DER",
    ),
    "marketplace": (
        lambda its, word: its.call("GET", f"/orders/v0/orders?CreatedAfter=2026-01-01T00:00:00Z&MarketplaceIds={word}"),
        "ATVPDKIKX0DE",
        "ATVPDKIKX0DER",
    ),
    "action": (
        lambda its, word: its.control("POST", f"orders/{its.order_id}/actions/{word}", {}),
        "seler-cancel",
        "seller-cancel",
    ),
    "kind of fault": (lambda its, word: its.control("POST", "faults", {"kind": word}), "throtle", "throttle"),
    "operation of a fault": (
        lambda its, word: its.control("POST", "faults", {"kind": "status", "status": 500, "operation": word}),
        "getOrdrs",
        "getOrders",
    ),
    "type of feed": (
        lambda its, word: its.call(
            "POST",
            f"{DOCUMENTS}/feeds",
            {"feedType": word, "marketplaceIds": ["ATVPDKIKX0DER"], "inputFeedDocumentId": "x"},
        ),
        "POST_ORDER_ACKNOWLEDGMENT_DATA",
        "POST_ORDER_ACKNOWLEDGEMENT_DATA",
    ),
    "type of report": (
        lambda its, word: its.call(
            "POST", "/reports/2021-06-30/reports", {"reportType": word, "marketplaceIds": ["ATVPDKIKX0DER"]}
        ),
        "GET_FLAT_FILE_ORDERS_REPORT_DATA_TAXES",
        "GET_FLAT_FILE_ORDER_REPORT_DATA_TAX",
    ),
    "type of notification": (
        lambda its, word: its.call("GET", f"/notifications/v1/subscriptions/{word}"),
        "ORDER_CHANGES",
        "ORDER_CHANGE",
    ),
    "restricted path": (
        lambda its, word: its.call(
            "POST",
            "/tokens/2021-03-01/restrictedDataToken",
            {"restrictedResources": [{"method": "GET", "path": f"/orders/v0/{word}/902-0000001-0000001/address"}]},
        ),
        "order",
        "/orders/v0/orders/{orderId}/address",
    ),
    "action of MWS": (lambda its, word: its.mws(Action=word, Version="2013-09-01"), "GetOrdr", "GetOrder"),
    "version of MWS": (lambda its, word: its.mws(Action="GetOrder", Version=word), "2013-09-02", "/Orders/2013-09-01"),
    "type of feed of MWS": (
        lambda its, word: its.mws(Action="SubmitFeed", Version="2009-01-01", FeedType=word),
        "_POST_ORDER_FULFILMENT_DATA_",
        "_POST_ORDER_FULFILLMENT_DATA_",
    ),
    "marketplace of MWS": (
        lambda its, word: its.mws(
            Action="ListOrders",
            Version="2013-09-01",
            CreatedAfter="2026-01-01T00:00:00Z",
            **{"MarketplaceId.Id.1": word},
        ),
        "ATVPDKIKX0DE",
        "ATVPDKIKX0DER",
    ),
    "element of a feed": (
        lambda _, word: error_of(
            lambda: Children(fromstring(f"<Order><{word}/></Order>"), "AmazonOrderID", "StatusCode")
        ),
        "AmazonOrderId2",
        "AmazonOrderID",
    ),
    "reason of a cancellation": (
        lambda _, word: error_of(lambda: read_cancel_reason(word)),
        "NoInventry",
        "NoInventory",
    ),
    "reason of a refund": (
        lambda _, word: error_of(lambda: read_refund_reason(word)),
        "CustomrReturn",
        "CustomerReturn",
    ),
    "charset": (lambda _, word: error_of(lambda: decode(b"", f"text/plain; charset={word}")), "utf-88", "utf-8"),
    "command": (lambda its, word: its.command(word, "--alone"), "oder", "order"),
    "command of a group": (lambda its, word: its.command("order", word, "--alone"), "crate", "create"),
    "option": (lambda its, word: its.command("clock", "show", f"--{word}", "x", "--alone"), "selller", "--seller"),
    "setting of the command line": (
        lambda its, word: its.command("settings", "reset", word),
        "listing_lga",
        "listing_lag",
    ),
    "choice of the command line": (
        lambda its, word: its.command("order", "list", "--status", word),
        "Unshiped",
        "Unshipped",
    ),
    "kind of a journal": (lambda its, word: its.command("journal", "--kind", word), "opend", "opened"),
    "scenario": (lambda its, word: its.command("play", word), "seler-out-of-stock", "seller-out-of-stock"),
    "client": (
        lambda its, word: error_of(lambda: client_kwargs(word, its.url, {}, "")),
        "python_amazon_sp_api",
        "python-amazon-sp-api",
    ),
    "operation of an assertion": (
        lambda its, word: error_of(lambda: its.marketplace.assert_client_did_not_call(word)),
        "getOrdr",
        "getOrder",
    ),
}
"""Every kind of word, how it is refused, a word of the kind that is nearly right, and the one it is near to."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_that_is_near_is_told_which_was_meant(caller: Caller, kind: str) -> None:
    refuse, near, meant = KINDS[kind]
    said = refuse(caller, near)
    assert meant in said
    assert any(each in said.lower() for each in HINTS), said


@pytest.mark.parametrize("kind", KINDS)
def test_a_word_that_is_like_nothing_is_told_no_name(caller: Caller, kind: str) -> None:
    refuse, *_ = KINDS[kind]
    said = refuse(caller, NOTHING)
    assert [each for each in HINTS if each in said.lower()] == [], said


def test_nobody_else_looks_for_what_is_near() -> None:
    """One cutoff for all: whoever compares words by himself has none, or another."""
    users = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and node.module == "difflib")
        or (isinstance(node, ast.Import) and "difflib" in {each.name for each in node.names})
    ]
    # the order's page compares lines, and names nothing
    assert sorted(users) == ["console/order_page/dialects.py", "core/text/quoting.py"]
