"""Whose a request is: a page's, the platform's, or nobody's."""

import pytest

from marketplace_sandbox.server.composition import Server
from tests.api.contract import Client
from tests.console.browsing import HOST, Browser
from tests.console.conftest import Shop

HTML = {"host": HOST, "accept": "text/html"}


def test_home_is_for_browsers_and_for_programs_the_root_is_a_path_nobody_serves(pages_server: Server) -> None:
    client = Client(pages_server.app, ())
    assert client("GET", "/", headers=HTML, documented=False).status == 200
    for headers in ({"accept": "*/*"}, {"accept": "application/json"}, {}):
        answer = client("GET", "/", headers={"host": HOST, **headers}, documented=False)
        elsewhere = client("GET", "/nothing-at-all", headers={"host": HOST, **headers}, documented=False)
        assert (answer.status, answer.error["code"]) == (elsewhere.status, elsewhere.error["code"]) == (404, "NotFound")
    known = client("GET", "/", headers={**HTML, "x-amz-access-token": "Atza|x"}, documented=False)
    assert known.status == 403


@pytest.mark.parametrize("path", ["/seller/orders", "/console/static/console.css", "/bootstrap/console/static/x.css"])
def test_other_pages_are_answered_whatever_is_accepted(pages_server: Server, path: str) -> None:
    answer = Client(pages_server.app, ())("GET", path, headers={"host": HOST, "accept": "*/*"}, documented=False)
    assert answer.status in (200, 404)
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/notifications/v1/nothing", 404),
        ("/notifications/v9", 404),
        ("/sellers/v1/nothing", 404),
        ("/orders/v0/x", 404),
    ],
)
def test_paths_of_the_platforms_are_no_pages(pages_server: Server, path: str, status: int) -> None:
    answer = Client(pages_server.app, ())("GET", path, headers=HTML, documented=False)
    assert (answer.status, answer.headers["content-type"]) == (status, "application/json")


def test_a_browser_at_an_address_nobody_serves_is_shown_the_way_home(pages_server: Server) -> None:
    shown = Browser(pages_server).send("GET", "/ordrs")
    assert (shown.status, shown.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b'<a href="/">Home</a>' in shown.raw
    for path in ("/_sandbox/ordrs", "/orders/v9/x", "/orders/v0/orders/902-0000000-0000000"):
        answer = Browser(pages_server).send("GET", path)
        assert answer.headers["content-type"].startswith("application/json"), path


def test_calls_of_pages_are_in_no_request_log(shop: Shop) -> None:
    shop.get("/seller/orders")
    shop.get("/")
    calls = shop.browser.send("GET", "/_sandbox/requests", headers={"x-sandbox-seller": shop.world.seller_id})
    assert calls.body["requests"] == []


def test_a_page_that_there_is_not_names_the_nearest(shop: Shop) -> None:
    shown = shop.get("/seller/order")
    assert shown.status == 404
    assert "The nearest is /seller/orders." in shown.alerts[0]


def test_no_page_of_another_site_is_answered(pages_server: Server) -> None:
    browser = Browser(pages_server)
    for headers, told in (
        ({"host": "evil.example"}, "loopback Host"),
        ({"origin": "http://evil.example"}, "pages elsewhere"),
        ({"sec-fetch-site": "cross-site"}, "pages elsewhere"),
        ({"sec-fetch-site": "same-site"}, "pages elsewhere"),
    ):
        for path in ("/", "/seller/orders", "/console/static/console.js"):
            answer = browser.send("GET", path, headers=headers)
            assert answer.status == 403
            assert told in answer.raw.decode()
            assert "Content-Security-Policy".lower() in answer.headers
