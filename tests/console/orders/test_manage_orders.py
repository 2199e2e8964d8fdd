"""Manage Orders: tabs, filter, rows, banner, actions, search and pages."""

from datetime import timedelta

import pytest

from tests.console.conftest import Shop

LIST = "/seller/orders"
REQUESTED = f"{LIST}?tab=unshipped&buyer_requested_cancel=1"


def ids(shown: object) -> list[str]:
    return [each.get("id").removeprefix("order-") for each in shown.tree.cssselect("main tbody tr")]  # type: ignore[attr-defined]


def test_every_order_is_on_the_tab_of_its_status_and_counted_there(shop: Shop) -> None:
    pending = shop.place_order(hold=True)
    unshipped, partly = shop.place_order(), shop.place_order(items=[{"sku": "A", "quantity": 2}])
    sent, canceled, fba = shop.place_order(), shop.place_order(), shop.place_order(channel="AFN")
    (item,) = partly.items
    shop.world.act(partly.order_id, "seller-confirm-shipment", {"items": [{"id": item.order_item_id, "quantity": 1}]})
    shop.world.act(sent.order_id, "seller-confirm-shipment")
    shop.world.act(canceled.order_id, "seller-cancel", {"reason": "no_inventory"})
    there = {
        "pending": [pending],
        "unshipped": [partly, unshipped],
        "sent": [sent],
        "canceled": [canceled],
        "fba": [fba],
    }
    shown = shop.get(LIST)
    tabs = {each.text_content().split()[0]: each for each in shown.tree.cssselect("[role=tab]")}
    assert list(tabs) == ["Pending", "Unshipped", "Sent", "Canceled", "FBA"]
    for tab, orders in there.items():
        label = tab.upper() if tab == "fba" else tab.capitalize()
        on_tab = shown.follow(f"{label} {len(orders)}")
        assert sorted(ids(on_tab)) == sorted(each.order_id for each in orders)
        (selected,) = [each for each in on_tab.tree.cssselect("[role=tab]") if each.get("aria-selected") == "true"]
        assert selected.text_content().split() == [label, str(len(orders))]


def test_a_tab_follows_what_becomes_of_its_orders(shop: Shop) -> None:
    order = shop.place_order(hold=True)
    assert ids(shop.get(f"{LIST}?tab=pending")) == [order.order_id]
    shop.world.advance(timedelta(minutes=31))
    assert ids(shop.get(f"{LIST}?tab=pending")) == []
    assert ids(shop.get(f"{LIST}?tab=unshipped")) == [order.order_id]
    shop.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert ids(shop.get(f"{LIST}?tab=unshipped")) == []
    assert ids(shop.get(f"{LIST}?tab=canceled")) == [order.order_id]


def test_the_filter_leaves_what_buyers_want_canceled(shop: Shop) -> None:
    """R23, R24: the filter Buyer-Requested Cancel of Pending Action, and the banner above each of its orders."""
    plain, asked = shop.place_order(), shop.asked_for()
    shown = shop.get(f"{LIST}?tab=unshipped")
    assert sorted(ids(shown)) == sorted([asked.order_id, plain.order_id])
    with_filters = shown.press("Show filters")
    (group,) = [each for each in with_filters.tree.cssselect("fieldset") if "Pending Action" in each.text_content()]
    assert "Buyer-Requested Cancel" in group.text_content()
    filtered = with_filters.press("Apply filters", buyer_requested_cancel="1")
    assert ids(filtered) == [asked.order_id]
    assert "buyer_requested_cancel=1" in filtered.path
    (banner,) = filtered.tree.cssselect("[role=status]")
    text = " ".join(banner.text_content().split())
    assert text == (
        "The buyer has requested to cancel this order. Canceling it with the reason Buyer Canceled does not count in "
        "your Cancellation Rate. Reason: Found cheaper somewhere else."
    )
    assert not shop.get(f"{LIST}?tab=unshipped").row(plain.order_id).cssselect("[role=status]")


def test_the_banner_of_a_request_for_some_items_says_that_canceling_counts(shop: Shop) -> None:
    """K5: a request for some items exempts nothing, since cancellations are of whole orders."""
    order = shop.place_order(items=[{"sku": "A"}, {"sku": "B"}])
    shop.world.advance(timedelta(minutes=31))
    first = {"items": [{"id": order.items[0].order_item_id}]}
    shop.world.act(order.order_id, "buyer-request-cancellation", first)
    (banner,) = shop.get(REQUESTED).tree.cssselect("[role=status]")
    assert "1 of 2 items" in banner.text_content()
    assert "Canceling the order counts in your Cancellation Rate." in " ".join(banner.text_content().split())


def test_a_row_has_the_actions_that_the_rules_allow_and_says_why_not_the_others(shop: Shop) -> None:
    """R25: Cancel order stands there for unshipped orders alone, and R7: not once the parcel has left."""
    waiting, unshipped, left = shop.place_order(hold=True), shop.place_order(), shop.place_order()
    shop.world.act(left.order_id, "parcel-leaves")
    row = shop.get(f"{LIST}?tab=unshipped").row(unshipped.order_id)
    assert "Cancel order" in shop.get(LIST).names(row)
    assert "No refund: A refund needs a confirmed shipment." in " ".join(row.text_content().split())
    for tab, order in (("pending", waiting), ("unshipped", left)):
        shown = shop.get(f"{LIST}?tab={tab}")
        row = shown.row(order.order_id)
        assert "Cancel order" not in shown.names(row)
        assert "No cancellation:" in row.text_content()


@pytest.mark.parametrize("text", ["lamp", "LAMP-OAK", "ben ortiz"])
def test_a_search_finds_by_title_sku_and_buyer(shop: Shop, text: str) -> None:
    lamp = shop.place_order(items=[{"sku": "LAMP-OAK", "title": "Oak lamp"}], buyer={"name": "Ben Ortiz"})
    shop.place_order(items=[{"sku": "MUG", "title": "Mug"}], buyer={"name": "Cleo"})
    assert ids(shop.get(LIST).press("Search", q=text)) == [lamp.order_id]


def test_a_search_finds_by_id_and_says_when_it_finds_nothing(shop: Shop) -> None:
    first, _ = shop.place_order(), shop.place_order()
    assert ids(shop.get(f"{LIST}?q={first.order_id[-9:]}")) == [first.order_id]
    shown = shop.get(f"{LIST}?q=<script>")
    assert "No order here has “<script>”" in shown.main
    assert shown.follow("Show all").row(first.order_id) is not None


def test_a_list_is_sorted_and_cut_into_pages(shop: Shop) -> None:
    orders = [order.order_id for order in shop.world.place_orders({"count": 60, "hold": False})]
    shop.world.advance(timedelta(hours=1))
    last = shop.place_order().order_id
    first_page = shop.get(f"{LIST}?sort=newest")
    assert ids(first_page)[0] == last
    assert len(ids(first_page)) == 25
    seen = ids(first_page)
    shown = first_page
    while "Next" in shown.names():
        shown = shown.follow("Next")
        seen += ids(shown)
    assert sorted(seen) == sorted([*orders, last])
    assert ids(shop.get(f"{LIST}?sort=oldest&page=3"))[-1] == last
    assert ids(shop.get(f"{LIST}?page=99")) == ids(shown)


def test_orders_are_sorted_by_when_they_have_to_be_shipped(shop: Shop) -> None:
    late = shop.place_order(ship_by_at="2026-03-09T00:00:00Z").order_id
    soon = shop.place_order(ship_by_at="2026-03-04T00:00:00Z").order_id
    assert ids(shop.get(f"{LIST}?sort=ship-by")) == [soon, late]
    between = shop.place_order(ship_by_at="2026-03-06T00:00:00Z").order_id
    assert ids(shop.get(f"{LIST}?sort=ship-by-latest")) == [late, between, soon]


def test_htmx_gets_the_list_alone_and_the_address_to_show(shop: Shop) -> None:
    asked = shop.asked_for()
    shop.place_order()
    headers = {"HX-Request": "true", "HX-Target": "order-list", "HX-Trigger": "list-controls"}
    answer = shop.browser.send("GET", f"{REQUESTED}&q=&sort=newest", headers=headers)
    text = answer.raw.decode()
    assert "<html" not in text
    assert text.count("<tr id=") == 1
    assert f"order-{asked.order_id}" in text
    assert answer.headers["hx-push-url"] == REQUESTED


@pytest.mark.parametrize("query", ["?tab=nothing", "?sort=nothing", "?page=x", "?page=-1", "?page=0", "?page=²"])
def test_what_there_is_not_is_as_if_it_had_not_been_said(shop: Shop, query: str) -> None:
    order = shop.place_order()
    assert ids(shop.get(f"{LIST}{query}")) == [order.order_id]


def test_what_people_write_is_shown_as_they_wrote_it(shop: Shop) -> None:
    """Buyers' reasons and all else that people may fill in hold markup."""
    markup = "<img src=x onerror=alert(1)>"
    order = shop.place_order(items=[{"sku": "A", "title": markup}], buyer={"name": markup})
    shop.world.advance(timedelta(minutes=31))
    shop.world.act(order.order_id, "buyer-request-cancellation", {"reason": "other", "reason_text": markup})
    shown = shop.get(LIST)
    assert not shown.tree.cssselect("main img")
    assert shown.row(order.order_id).text_content().count(markup) == 3
    assert not shop.get(f"{LIST}/{order.order_id}/cancel").tree.cssselect("main img")


def test_a_search_follows_what_becomes_of_orders(shop: Shop) -> None:
    """What was found once is kept up with changes, and not looked for anew."""
    lamp = shop.place_order(items=[{"sku": "LAMP"}])
    assert ids(shop.get(f"{LIST}?q=lamp")) == [lamp.order_id]
    another, _ = shop.place_order(items=[{"sku": "LAMP"}]), shop.place_order(items=[{"sku": "MUG"}])
    assert sorted(ids(shop.get(f"{LIST}?q=lamp"))) == sorted([lamp.order_id, another.order_id])
    shop.world.act(lamp.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert ids(shop.get(f"{LIST}?q=lamp")) == [another.order_id]
    assert ids(shop.get(f"{LIST}?tab=canceled&q=lamp")) == [lamp.order_id]
    for number in range(10):
        shop.get(f"{LIST}?q=other{number}")
    assert ids(shop.get(f"{LIST}?q=LAMP")) == [another.order_id]


def test_what_to_do_next_stands_out(shop: Shop) -> None:
    """The first action, or canceling where the buyer has asked for it."""
    plain, asked = shop.place_order(), shop.asked_for()
    shown = shop.get(LIST)
    for order, name in ((plain, "Confirm shipment"), (asked, "Cancel order")):
        (first,) = shown.row(order.order_id).cssselect("a.btn-primary")
        assert first.text_content() == name
