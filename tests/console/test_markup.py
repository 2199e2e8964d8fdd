"""Markup in every field that a buyer, a seller or a developer can fill, on every page: it is shown, and is none."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.orders.actions import Action
from tests.console.all_pages import paths
from tests.console.browsing import Shown
from tests.console.conftest import Shop
from tests.console.crawling import crawl

MOST_PAGES = 130


def evil(field: str) -> str:
    """Text that would be an element, were it not escaped, and would leave the attribute that it stands in."""
    return f"{field}\"'><x-evil {field}=1 onclick=alert(1) hx-get=/x>{{{{7*7}}}}</x-evil><script>alert(2)</script>"


ORDER = {
    "hold": False,
    "seller_order_id": evil("own")[:100],
    "buyer": {"name": evil("buyer")[:100], "buyer_county": evil("county")[:100]},
    "ship_to": {"name": evil("recipient")[:50], "line1": evil("street")[:60], "city": evil("city")[:50]},
    "items": [
        {
            "sku": evil("sku")[:100],
            "title": evil("title"),
            "condition_note": evil("note"),
            "is_gift": True,
            "buyer_info": {"gift_message_text": evil("gift"), "gift_wrap_level": evil("wrap")},
        }
    ],
}
ACKNOWLEDGEMENT = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
SHOWN = ("sku", "title", "own", "recipient", "gift", "words", "message", "carrier", "track", "hook", "fault", "call")
"""What pages show of all that; where markup is not shown nothing is proved."""


@pytest.fixture
def attacked(shop: Shop) -> Shop:
    """A shop in which everybody has written markup wherever something can be written."""
    world = shop.world
    asked, shipped, canceled, fba = (
        world.place_orders(ORDER | {"channel": channel})[0] for channel in ("MFN", "MFN", "MFN", "AFN")
    )
    call(shop, "POST", "webhooks", {"url": "http://127.0.0.1:9/" + "hook\"'><x-evil-hook=1>"})
    world.act(asked.order_id, "buyer-message", {"text": evil("message")})
    world.advance(timedelta(minutes=31))
    for each in (asked, canceled):
        world.act(each.order_id, "buyer-request-cancellation", {"reason_text": evil("words")})
    world.act(canceled.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    world.act(shipped.order_id, "parcel-leaves")
    confirmed = {"carrier": evil("carrier")[:50], "tracking": evil("track")[:50]}
    world.act(shipped.order_id, "seller-confirm-shipment", confirmed)
    world.act(fba.order_id, "buyer-request-cancellation", {"reason_text": evil("words")})
    shop.get("/seller/reports").press("Request report").press("Advance until done")
    world.place_orders(ORDER | {"hold": True})
    document_id = world.execute(CreateFeedDocument("text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, evil("feed").encode()))
    action = Action("seller-cancel", reason="no_inventory", origin="feed")
    message = FeedMessage(evil("number")[:20], evil("order"), action=action)
    world.execute(CreateFeed(ACKNOWLEDGEMENT, ("ATVPDKIKX0DER",), document_id, digest="ab", messages=(message,)))
    # over HTTP, which waits until all that is sent has been
    call(shop, "POST", "clock/advance", {"by": "PT5M"})
    call(shop, "POST", "faults", {"kind": "status", "status": 500, "message": evil("fault")})
    # what a client sends is shown to developers
    query = "MarketplaceIds=call%22%3E%3Cx-evil%20call%3D1%3E&CreatedAfter=%3Cx-evil%20call%3E"
    for path in (f"/orders/v0/orders?{query}", "/orders/v0/orders/%3Cx-evil%20call%3E"):
        shop.browser.send("GET", path, headers={"x-amz-access-token": token(shop), "accept": "application/json"})
    return shop


def call(shop: Shop, method: str, path: str, body: Any = None) -> Any:
    """What the control API answers for the shop's seller."""
    headers = {"x-sandbox-seller": shop.world.seller_id, "content-type": "application/json"}
    answer = shop.browser.send(method, f"/_sandbox/{path}", b"" if body is None else json.dumps(body).encode(), headers)
    assert answer.status < 300, answer.raw
    return answer.body


def token(shop: Shop) -> str:
    """An access token of the shop's seller."""
    lwa = shop.server.credentials.issue(shop.world.opening.holder)["lwa"]
    body = json.dumps({"grant_type": "refresh_token", **lwa}).encode()
    return str(
        shop.browser.send("POST", "/auth/o2/token", body, {"content-type": "application/json"}).body["access_token"]
    )


def pages_of(shop: Shop) -> Iterator[Shown]:
    """Every page there is, and those that they lead to."""
    yield from crawl(shop.browser, list(paths(call(shop, "GET", "orders")["orders"]).values()), MOST_PAGES)


def check_harmless(shown: Shown) -> None:
    """What was written is text: no element or attribute has come of it, nothing leads away or was worked out."""
    tree = shown.tree
    assert not tree.xpath("//*[starts-with(local-name(), 'x-evil')]"), shown.path
    assert not tree.xpath("//@onclick | //@hx-get[. = '/x'] | //script[not(@src)]"), shown.path
    assert "&gt;49&lt;" not in shown.answer.raw.decode(), shown.path
    for address in tree.xpath("//@href | //@src | //@action | //@formaction | //@hx-get | //@hx-post | //@data-follow"):
        assert address.startswith(("/", "?", "#")), (shown.path, address)
        assert not address.startswith(("//", "/\\")), (shown.path, address)


def test_markup_is_shown_as_text_on_every_page(attacked: Shop) -> None:
    version = attacked.world.version
    seen: set[str] = set()
    statuses: dict[str, int] = {}
    for shown in pages_of(attacked):
        statuses[shown.path] = shown.status
        check_harmless(shown)
        text = shown.tree.text_content() + " ".join(shown.tree.xpath("//@value | //@aria-label | //@data-copy"))
        seen |= {field for field in SHOWN if f"<x-evil {field}" in text or f"<x-evil-{field}" in text}
    missing = {path.partition("?")[0] for path, status in statuses.items() if status != 200}
    assert missing == {"/seller/nothing"}
    assert len(statuses) > 40
    assert set(SHOWN) == seen, set(SHOWN) - seen
    assert attacked.world.version == version, "looking has changed something"


IN_QUERIES = ("q", "tab", "sort", "seller", "back", "page", "order", "days", "day", "cause", "marketplace_id", "status")


@pytest.mark.parametrize(
    "path",
    ["/seller/orders", "/buyer/orders", "/amazon", "/seller/messages", "/seller/mail", "/requests", "/faults"],
)
def test_markup_in_a_query_is_text(shop: Shop, path: str) -> None:
    shop.place_order()
    for name in IN_QUERIES:
        answer = shop.browser.send("GET", f"{path}?{name}=%22%27%3E%3Cx-evil%20onclick%3Dalert(1)%3E%7B%7B7*7%7D%7D%3C")
        assert answer.status in (200, 303, 400, 404), (path, name)
        if answer.raw:
            check_harmless(Shown(shop.browser, path, answer))


def test_markup_in_a_form_that_is_refused_is_text(shop: Shop) -> None:
    check_harmless(shop.get("/").press("Advance", by=evil("by")))
    check_harmless(shop.get("/").press("Set speed", rate=evil("rate")))
    check_harmless(shop.get("/").press("Rewind", when=evil("when")))
    filled = {"buyer_name": evil("buyer"), "item_sku": evil("sku"), "count": evil("count")}
    told = json.dumps(evil("told"))
    for text in (
        f"format: 1\nabout: {told}\norders:\n  - items:\n      - title: {told}\n",
        f"about: {told}\norders: {told}\n",
        f"{evil('key')}: 1\n",
        evil("yaml"),
    ):
        checked = shop.get("/scenarios/edit").press("Check", text=text)
        check_harmless(checked)
        assert "<x-evil" in checked.tree.cssselect("textarea")[0].text_content()
    refused = shop.get("/orders/new").press("Place the order", **filled)
    assert refused.status == 400
    check_harmless(refused)
    assert refused.tree.cssselect("[name=item_sku]")[0].get("value") == evil("sku")


@pytest.mark.parametrize(
    "seller_id", [evil("seller"), "<x-evil>", "a/../b", "A&B", "A'B", "javascript:x", "A%3Cx-evil%3E"]
)
def test_a_seller_of_an_odd_name_is_refused_or_shown_as_text(shop: Shop, seller_id: str) -> None:
    """Ids are held to few characters: none is refused there that a page could show wrongly."""
    headers = {"content-type": "application/json"}
    answer = shop.browser.send("POST", "/_sandbox/sellers", json.dumps({"seller_id": seller_id}).encode(), headers)
    assert answer.status == 400
    check_harmless(shop.get("/"))
