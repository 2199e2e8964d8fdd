"""Requests that no person makes: odd characters in paths, odd values in queries, forms that are too much."""

from urllib.parse import quote

import pytest

from tests.console.browsing import FORM, Shown
from tests.console.conftest import Shop
from tests.console.crawling import routes

ODD_IDS = (
    "..", "%2e%2e", "..%2f..%2fetc", "%00", "%0a", "%0d%0aSet-Cookie:a=b", "%ff", "%f0%9f%90%99",
    "%22%27%3E%3Cx-evil%3E", "%7B%7B7*7%7D%7D", "a" * 2000, "1;drop", "%25%25", "%5c", "-1",
    "902-0000001-0000001%20", "%e2%80%ae",
)  # fmt: skip
ODD_VALUES = ("", "-1", "0", "9" * 30, "1e9", "NaN", "%00", "%ff", "\u0663", "true", "[]", "a" * 3000)
IN_QUERIES = (
    "q", "tab", "sort", "page", "days", "day", "cause", "marketplace_id", "buyer_requested_cancel", "order", "what",
    "columns", "filters", "to", "seller",  "version", "part", "status", "stage", "action", "since",
)  # fmt: skip


def check_answer(shop: Shop, path: str, status: set[int], headers: dict[str, str] | None = None) -> None:
    """It is answered as a whole page, or sent on, and nothing has failed."""
    answer = shop.browser.send("GET", path, headers=headers or {})
    assert answer.status in status, (path[:200], answer.status)
    if answer.headers.get("content-type", "").startswith("text/html") and not headers:
        shown = Shown(shop.browser, path, answer)
        assert not shown.tree.xpath("//*[starts-with(local-name(), 'x-evil')]")
    assert "a=b" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("odd", ODD_IDS, ids=range(len(ODD_IDS)))
def test_an_odd_id_is_told_to_be_none(shop: Shop, odd: str) -> None:
    marker = "ODDID"
    for path in routes(shop.server, "GET", marker):
        if marker in path:
            check_answer(shop, path.replace(marker, odd), {200, 301, 308, 400, 404, 414})


def test_an_odd_id_does_nothing(shop: Shop) -> None:
    shop.place_order()
    version = shop.world.version
    token = shop.get("/").tree.cssselect("[name=csrf_token]")[0].get("value")
    for odd in ODD_IDS[2:8]:
        for path in routes(shop.server, "POST", "ODDID"):
            if "ODDID" in path:
                body = f"csrf_token={quote(token)}".encode()
                headers = {"content-type": FORM, "origin": shop.browser.origin}
                answer = shop.browser.send("POST", path.replace("ODDID", odd), body, headers)
                assert answer.status in (303, 308, 400, 404, 405, 409), (path, odd, answer.status)
    assert shop.world.version == version


@pytest.mark.parametrize("name", IN_QUERIES)
def test_an_odd_value_in_a_query_is_passed_over_or_refused(shop: Shop, name: str) -> None:
    order = shop.place_order()
    for path in routes(shop.server, "GET", order.order_id):
        if not path.startswith("/console/") and ("/orders" not in path or path.count("/") < 4):
            odd = ODD_VALUES[(len(path) + len(name)) % len(ODD_VALUES)]
            check_answer(shop, f"{path}?{name}={quote(odd, safe='%')}", {200, 303, 400, 404})


def test_fragments_are_given_to_whoever_asks_for_one_there_is(shop: Shop) -> None:
    for target in ("main", "order-list", "__class__", "../x", "content", "x" * 500, "<x-evil>"):
        for path in ("/", "/seller/orders", "/buyer/orders", "/requests"):
            check_answer(shop, path, {200}, {"hx-target": target, "hx-request": "true"})


def test_a_form_that_is_too_much_is_refused(shop: Shop) -> None:
    token = shop.get("/").tree.cssselect("[name=csrf_token]")[0].get("value")
    many = f"csrf_token={quote(token)}&" + "&".join(f"item_sku={each}" for each in range(20_000))
    headers = {"content-type": FORM, "origin": shop.browser.origin}
    assert shop.browser.send("POST", "/orders/new", many.encode(), headers).status in (200, 201, 303, 400, 413)
    large = b"csrf_token=" + b"x" * (64 * 1024 * 1024)
    answer = shop.browser.send("POST", "/orders/new", large, headers)
    assert answer.status in (400, 403, 413)
    assert shop.get("/").status == 200


def test_methods_that_no_page_takes_are_refused(shop: Shop) -> None:
    version = shop.world.version
    for method in ("PUT", "DELETE", "PATCH"):
        for path in ("/", "/seller/orders", "/orders/new", "/console/clock/advance"):
            answer = shop.browser.send(method, path, b"", {"origin": shop.browser.origin})
            assert answer.status in (403, 404, 405), (method, path, answer.status)
    assert shop.world.version == version
