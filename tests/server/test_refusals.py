"""Refusals before anybody has served a call: in each caller's own shape, and what a path says that nobody serves."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from lxml import etree

from marketplace_sandbox.api.mws.dispatch import Mws
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.admission.server_seller import FORM, mws_error
from tests.api.contract import Answer, Client

MWS = "/Orders/2013-09-01"
KEY = "AWSAccessKeyId"
CALL = {"Action": "ListOrders", KEY: "AKIASANDBOXMWEXAMPLE", "Version": "2013-09-01"}
FOREIGN = {"host": "evil.example"}
PAGE = {"sec-fetch-site": "cross-site"}
LARGE = {"content-length": str(10**9)}
TOKEN = {"x-amz-access-token": "Atza|anything"}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = compose(Options())
    yield server
    server.close()


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server.app, ())


def ask(client: Client, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    path, _, query = path.partition("?")
    parameters = dict(each.split("=") for each in query.split("&")) if query else {}
    return client(method, path, parameters, headers=headers, documented=False, **more)


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("PATCH", MWS, {}, 405, "MethodNotAllowed"),
        ("DELETE", f"/{MWS}", {}, 405, "MethodNotAllowed"),
        ("GET", MWS, FOREIGN, 403, "AccessDenied"),
        ("GET", f"{MWS}?{urlencode(CALL)}", PAGE, 403, "AccessDenied"),
        ("GET", f"/?{urlencode(CALL)}", FOREIGN, 403, "AccessDenied"),
        ("POST", "/", FORM | FOREIGN, 403, "AccessDenied"),
        ("POST", "/", {"content-type": "x-www-form-urlencoded"} | PAGE, 403, "AccessDenied"),
        ("POST", "/", FORM | LARGE, 413, "EntityTooLarge"),
        ("POST", "/Feeds/2009-01-01", {"content-type": "text/xml"} | LARGE, 413, "EntityTooLarge"),
        ("GET", f"/a%5Cb?{urlencode(CALL)}", {}, 400, "InvalidInput"),
        ("GET", f"/nothing?{KEY}=A", {}, 403, "AccessDenied"),
        ("PUT", f"{MWS}/nothing", {}, 404, "NotFound"),
    ],
)
def test_calls_of_mws_are_refused_in_xml(
    client: Client, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = ask(client, method, path, headers)
    assert answer.headers["content-type"] == "text/xml"
    assert mws_error(answer)[::2] == (status, code)
    assert answer.headers["x-amzn-requestid"].encode() in answer.raw
    if status == 405:
        assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    "form",
    [
        f"{urlencode(CALL)}&Action=GetOrder",
        f"{urlencode(CALL)}&SellerId=%FF",
        urlencode(CALL) + "&a" * 1000,
        f"{urlencode(CALL)}&a={'x' * 300_000}",
    ],
    ids=["twice", "no UTF-8", "too many", "too long"],
)
@pytest.mark.parametrize("path", ["/", MWS, "/anything"])
def test_parameters_that_cannot_be_read_are_told_in_xml_on_any_path(client: Client, path: str, form: str) -> None:
    answer = ask(client, "POST", path, FORM, body=form.encode())
    assert mws_error(answer)[0] == 400


def test_a_form_with_a_key_and_no_action_is_denied_in_xml(client: Client) -> None:
    answer = ask(client, "POST", "/nothing", FORM, body=f"a=b&{KEY}=A".encode())
    assert mws_error(answer)[::2] == (403, "AccessDenied")


def test_a_failure_outside_the_dispatcher_is_told_in_xml(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Mws, "handle", fail)
    assert mws_error(ask(client, "GET", MWS))[::2] == (500, "InternalError")


@pytest.mark.parametrize(
    ("method", "headers", "status", "code"),
    [
        ("POST", {}, 405, "MethodNotAllowed"),
        ("DELETE", {}, 405, "MethodNotAllowed"),
        ("GET", FOREIGN, 403, "AccessDenied"),
        ("PUT", {"origin": "https://evil.example"}, 403, "AccessDenied"),
        ("PUT", LARGE, 413, "EntityTooLarge"),
        ("GET", {}, 403, "SignatureDoesNotMatch"),
    ],
)
def test_links_are_refused_in_the_xml_of_a_file_store(
    client: Client, method: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = ask(client, method, "/documents/something", headers)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/xml")
    assert etree.fromstring(answer.raw).findtext("Code") == code


@pytest.mark.parametrize(
    ("method", "headers", "status", "error"),
    [
        ("GET", {}, 405, "invalid_request"),
        ("POST", FORM | FOREIGN, 403, "access_denied"),
        ("POST", FORM | LARGE, 413, "invalid_request"),
    ],
)
def test_logins_are_refused_as_oauth_has_it(
    client: Client, method: str, headers: dict[str, str], status: int, error: str
) -> None:
    answer = ask(client, method, "/auth/o2/token", headers)
    assert (answer.status, answer.body["error"], set(answer.body)) == (status, error, {"error", "error_description"})


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("PATCH", f"/orders/v0/orders?{urlencode(CALL)}", {}),
        ("GET", f"/orders/v0/orders?{urlencode(CALL)}", FOREIGN),
        ("POST", "/feeds/2021-06-30/documents", FORM | FOREIGN),
        ("POST", f"/_sandbox/clock/advance?{urlencode(CALL)}", FORM),
        ("GET", f"/_sandbox/nothing?{KEY}=A", {}),
        ("GET", f"/docs?{urlencode(CALL)}", FOREIGN),
        ("GET", "/no%5Cpath", {}),
    ],
)
def test_everybody_else_is_refused_in_json(client: Client, method: str, path: str, headers: dict[str, str]) -> None:
    answer = ask(client, method, path, {"host": "127.0.0.1"} | headers)
    assert answer.error["code"]
    assert answer.headers["content-type"] == "application/json"


def test_a_head_has_no_body_in_any_shape(client: Client) -> None:
    for path in (MWS, "/documents/x", "/auth/o2/token", "/nothing"):
        assert ask(client, "HEAD", path, FOREIGN).raw == b""


# Paths that nobody serves


@pytest.mark.parametrize(
    ("method", "path", "headers", "name"),
    [
        ("GET", "/fba/inventory/v1/summaries", {}, "getInventorySummaries of FBA Inventory v1"),
        ("GET", "/fba/inventory/v1/summaries", TOKEN, "getInventorySummaries"),
        ("PATCH", "/listings/2021-08-01/items/A/MUG", {}, "patchListingsItem of Listings Items 2021-08-01"),
        ("HEAD", "/sales/v1/orderMetrics", {}, ""),
        ("POST", "/sales/v1/orderMetrics", {}, "getOrderMetrics of Sales v1"),
        ("GET", "//catalog/2022-04-01/items/B0/", {}, None),
        ("GET", "/catalog/2022-04-01/items/B0", {}, "getCatalogItem of Catalog Items 2022-04-01"),
    ],
)
def test_what_the_platform_has_and_we_do_not_says_so(
    client: Client, method: str, path: str, headers: dict[str, str], name: str | None
) -> None:
    answer = ask(client, method, path, headers)
    if name is None:
        assert answer.status == 404
    elif method == "HEAD":
        assert (answer.status, answer.raw) == (501, b"")
    else:
        assert (answer.status, answer.error["code"]) == (501, "NotImplemented")
        assert name in answer.error["message"]


def test_501_comes_before_the_token_where_access_is_strict() -> None:
    server = compose(Options(auth="strict"))
    try:
        client = Client(server.app, ())
        assert ask(client, "GET", "/sales/v1/orderMetrics").status == 501
        assert ask(client, "GET", "/sales/v1/nothing").status == 404
        assert ask(client, "GET", "/sales/v1/nothing", TOKEN).status == 403
    finally:
        server.close()


@pytest.mark.parametrize(
    "path", ["/nothing", "/", "/orders/v1/orders", "/favicon.ico", "/healthz", "/metrics", "/sales"]
)
def test_an_application_meets_the_platforms_answer(client: Client, path: str) -> None:
    answer = ask(client, "GET", path, TOKEN)
    assert (answer.status, answer.error["code"]) == (403, "Unauthorized")
    assert answer.error["message"] == "Access to requested resource is denied."


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/favicon.ico", ""),
        ("/metrics", ""),
        ("/", ""),
        ("/healthz", "/health"),
        ("/orders/v1/orders", "/orders/v0/orders"),
        ("/orders/v0/order/902-0000001-0000001", "/orders/v0/orders/{orderId}"),
        ("/auth/o2/tokens", "/auth/o2/token"),
        ("/Orders/2013-09-02", "/Orders/2013-09-01"),
        ("/doc", "/docs"),
        ("/_sandbox", ""),
        ("/_sandbox/ordres", "/_sandbox/orders"),
        ("/_sandbox/metrix", "/_sandbox/metrics"),
        ("/_sandbox/orders/902-1/explian", "/_sandbox/orders/{order_id}/explain"),
        ("/_sandbox/xyzzy", ""),
    ],
)
def test_everybody_else_is_told_the_nearest_path(client: Client, path: str, near: str) -> None:
    credentials = TOKEN if path.startswith("/_sandbox") else {}
    answer = ask(client, "GET", path, {"host": "127.0.0.1"} | credentials)
    assert (answer.status, answer.error["code"]) == (404, "NotFound")
    expected = f"There is nothing at {path}; the nearest path is {near}." if near else f"There is nothing at {path}."
    assert answer.error["message"] == expected
