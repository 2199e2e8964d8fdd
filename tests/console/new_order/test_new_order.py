"""Place an order: the form with its defaults, what it comes to, one and many, and what is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.console.conftest import START, Shop


def test_the_form_as_it_is_places_an_order_as_it_comes(shop: Shop) -> None:
    shown = shop.get("/").follow("Place an order").press("Place the order")
    (order,) = shop.world.orders.values()
    assert shown.path == f"/seller/orders/{order.order_id}"
    assert shown.alerts[0].startswith(f"Order {order.order_id} was placed. It is Pending")
    assert (order.status, order.purchased_at, len(order.items)) == ("Pending", START, 1)


def test_what_is_filled_in_is_what_the_order_has(shop: Shop) -> None:
    form = shop.get("/orders/new").press("Another item", item_sku="MUG-BLUE", item_quantity="2", item_price="12.50")
    assert [each.get("value") for each in form.tree.cssselect("[name=item_sku]")] == ["MUG-BLUE", ""]
    assert not shop.world.orders
    rows = [("sku", "TEA-1"), ("title", "Tea"), ("quantity", "3"), ("price", "7")]
    for name, text in rows:
        form.tree.cssselect(f"[name=item_{name}]")[1].value = text
    form.tree.cssselect("[name=hold]")[0].checked = False
    shown = form.press(
        "Place the order",
        handling_days="4",
        purchased_at="2026-02-27 10:00",
        payment="unverified",
        buyer_name="Ada",
        gift_message_text="For you",
        seller_order_id="S-1",
        program="Prime",
    )
    assert shown.status == 200, shown.alerts
    (order,) = shop.world.orders.values()
    assert [(each.sku, each.quantity) for each in order.items] == [("MUG-BLUE", 2), ("TEA-1", 3)]
    assert [each.price for each in order.items] == [Decimal("12.50"), Decimal("7.00")]
    assert order.items[1].title == "Tea"
    assert order.purchased_at == datetime(2026, 2, 27, 10, tzinfo=UTC)
    assert order.ship_by_at is not None
    assert order.ship_by_at > order.purchased_at + timedelta(days=4)
    assert (order.buyer.name, order.seller_order_id, list(order.programs)) == ("Ada", "S-1", ["Prime"])
    gifts = [each.details.buyer_info for each in order.items]
    assert [each.gift_message_text for each in gifts if each] == ["For you", "For you"]


def test_five_hundred_orders_are_one_button(shop: Shop) -> None:
    shown = shop.get("/orders/new").press("Make 500 orders", channel="AFN")
    assert shop.world.order_count == 500
    assert shown.alerts == ["500 orders were placed. They stand under FBA."]
    assert shown.path == "/seller/orders?tab=fba"


def test_a_number_of_orders_is_placed(shop: Shop) -> None:
    assert "3 orders were placed" in shop.get("/orders/new").press("Place the order", count="3").alerts[0]
    assert "1,200 orders were placed" in shop.get("/orders/new").press("Place the order", count="1200").alerts[0]
    assert shop.world.order_count == 1203


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("count", "100001", "count"),
        ("count", "many", "count"),
        ("item_quantity", "-1", "quantity"),
        ("item_price", "dear", "price"),
        ("handling_days", "61", "handling_days"),
        ("purchased_at", "2030-01-01", "2026-03-02T16:00:00Z"),
        ("release_at", "soon", "release_at"),
        ("channel", "XFN", "channel"),
    ],
)
def test_what_is_refused_is_told_on_the_form_which_keeps_what_was_written(
    shop: Shop, field: str, text: str, told: str
) -> None:
    form = shop.get("/orders/new")
    if field == "channel":
        form.tree.cssselect("[name=channel] option")[0].set("value", text)
    shown = form.press("Place the order", buyer_name="Ada", **{field: text})
    assert shown.status == 400
    assert told in shown.alerts[0]
    assert "Code: InvalidInput" in shown.alerts[0]
    assert "Nothing was done." in shown.alerts[0]
    assert shown.tree.cssselect("[name=buyer_name]")[0].get("value") == "Ada"
    if field != "channel":
        assert shown.tree.cssselect(f"[name={field}]")[0].get("value") == text
    assert not shop.world.orders


def test_rows_are_as_many_as_an_order_may_have_items(shop: Shop) -> None:
    token = shop.get("/orders/new").tree.cssselect("main [name=csrf_token]")[0].get("value")
    rows = [(f"item_{name}", "1") for name in ("sku", "title", "quantity", "price") for _ in range(300)]
    shown = shop.browser.post("/orders/new", [("csrf_token", token), ("another", "1"), *rows])
    assert len(shown.tree.cssselect("[name=item_sku]")) <= 101
    assert "Another item" not in shown.names()


def test_fields_that_do_not_belong_together_are_no_failure(shop: Shop) -> None:
    token = shop.get("/orders/new").tree.cssselect("main [name=csrf_token]")[0].get("value")
    sent = [("csrf_token", token), ("item_sku", "A"), ("item_sku", "B"), ("item_title", "T"), ("program", "Nothing")]
    shown = shop.browser.post("/orders/new", sent)
    assert (shown.status, "Nothing" in shown.alerts[0]) == (400, True)
