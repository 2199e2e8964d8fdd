"""Forms that were shown before the world moved on: they say what has changed, and change nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.console.browsing import Shown
from tests.console.conftest import Shop
from tests.console.crawling import crawl


def start(shop: Shop) -> dict[str, str]:
    """An order in each state that forms are about, by a name."""
    names = ("pending", "asked", "shipped", "unshipped")
    placed = {name: shop.place_order(hold=name == "pending").order_id for name in names}
    shop.world.act(placed["shipped"], "parcel-leaves")
    shop.world.act(placed["shipped"], "seller-confirm-shipment")
    shop.world.act(placed["shipped"], "seller-refund", {"reason": "customer_return"})
    return placed


def forms_of(shop: Shop, order_id: str) -> Iterator[tuple[Shown, Any]]:
    """All forms that are about an order, on all pages that lead on from it and from the lists."""
    lists = ["/seller/orders?tab=unshipped", "/buyer/orders", "/amazon", "/seller/messages"]
    for shown in crawl(shop.browser, [f"/seller/orders/{order_id}", *lists], 60):
        for form in shown.tree.cssselect("main form"):
            if form.method == "POST" and is_about(form, order_id, shown):
                yield shown, form


def is_about(form: Any, order_id: str, shown: Shown) -> bool:
    """Whether the form says how that order was shown to it."""
    names = [each.get("name") or "" for each in form.inputs]
    return f"seen-{order_id}" in names or ("seen" in names and order_id in (form.get("action") or shown.path))


def fields(form: Any, order_id: str) -> list[tuple[str, str]]:
    """What the form sends when its first button is pressed, with that order ticked and the first of choices made."""
    for each in form.cssselect("input[type=checkbox]"):
        each.checked = each.get("name") != "order" or each.get("value") == order_id
    for each in form.cssselect("select"):
        if not each.value and len(each.value_options) > 1:
            each.value = each.value_options[1]
    sent = [(name, text) for name, text in form.form_values() if isinstance(text, str)]
    buttons = form.cssselect("button[name]")
    return sent + [(each.get("name"), each.get("value", "")) for each in buttons[:1]]


@pytest.mark.parametrize(
    ("state", "action"),
    [
        ("pending", "buyer-cancel"),
        ("unshipped", "buyer-request-cancellation"),
        ("unshipped", "seller-confirm-shipment"),
        ("asked", "buyer-withdraw-request"),
        ("asked", "seller-cancel"),
        ("shipped", "seller-refund"),
    ],
)
def test_a_form_of_before_does_nothing_and_says_what_has_changed(open_shop: Any, state: str, action: str) -> None:
    shop = open_shop(buyer_withdrawal=True)
    order_id = start(shop)[state]
    if state != "pending":
        shop.world.advance(timedelta(minutes=31))
    if state == "asked":
        shop.world.act(order_id, "buyer-request-cancellation")
    forms = list(forms_of(shop, order_id))
    assert forms, "no page has a form about this order"
    arguments = {"seller-cancel": {"reason": "no_inventory"}, "seller-refund": {"reason": "customer_return"}}
    if action == "seller-refund":
        shop.world.act(order_id, "seller-cancel-refund", {"refund_id": shop.world.order(order_id).refunds[0].refund_id})
    else:
        shop.world.act(order_id, action, arguments.get(action))
    version, order = shop.world.version, shop.world.order(order_id)
    for shown, form in forms:
        told = shop.browser.post(form.get("action") or shown.path, fields(form, order_id))
        whole = f"{form.get('action')} on {shown.path}: {told.status} {told.alerts}"
        assert "ORDER_CHANGED" in told.text, whole
        assert order_id in told.text, whole
        assert shop.world.version == version, whole
    assert shop.world.order(order_id) == order
