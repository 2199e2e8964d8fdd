"""Refund order: in full and in part, pending refunds that are taken back or paid, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.reasons import REFUND_REASONS
from tests.console.conftest import Shop

LIST = "/seller/orders"
TWO_ITEMS = {"items": [{"sku": "MUG", "title": "Mug", "price": 20}, {"sku": "RUG", "title": "Rug", "price": 15}]}
HOLD = timedelta(hours=2)
SECOND = timedelta(seconds=1)


def address(order: Order) -> str:
    return f"{LIST}/{order.order_id}/refund"


def shipped(shop: Shop) -> Order:
    order = shop.place_order(**TWO_ITEMS)
    shop.world.act(order.order_id, "parcel-leaves")
    shop.world.act(order.order_id, "seller-confirm-shipment")
    return shop.world.order(order.order_id)


def states(shop: Shop, order: Order) -> list[str]:
    return [str(each.state) for each in shop.world.order(order.order_id).refunds]


def mails(shop: Shop, order: Order) -> list[str]:
    return [each.kind for each in shop.world.state.mail if each.order_id == order.order_id]


def test_a_shipped_order_is_refunded_in_full_and_paid_after_the_hold(shop: Shop) -> None:
    """R35, HELP-REFUNDS: pending for two hours, then released, of which the buyer is mailed then."""
    order = shipped(shop)
    shown = shop.get(f"{LIST}?tab=sent")
    row = shown.row(order.order_id)
    assert shown.names(row)[1:] == ["Refund order", "Confirm shipment"]
    form = shown.follow("Refund order", row)
    assert form.names().count("Submit") == 1
    assert form.tree.get_element_by_id("reason").value_options == ["", *REFUND_REASONS]
    assert "waits for two hours" in form.main
    done = form.press("Submit", reason="customer_return")
    assert done.path == f"{LIST}?tab=sent"
    assert "Everything still refundable is refunded once the refund is released." in done.alerts[0]
    shop.world.advance(HOLD - SECOND)
    assert states(shop, order) == ["pending"]
    assert "refund_released" not in mails(shop, order)
    shop.world.advance(SECOND)
    assert states(shop, order) == ["released"]
    assert "refund_released" in mails(shop, order)
    assert "Nothing is left to refund." in shop.get(address(order)).main


def test_a_part_is_refunded_component_by_component(shop: Shop) -> None:
    """REFUNDS: a negative amount, such as a fee for restocking, goes with others as long as the net is a credit."""
    order = shipped(shop)
    mug, rug = (each.order_item_id for each in order.items)
    form = shop.get(address(order)).follow("Partial refund")
    done = form.press(
        "Submit",
        reason="not_as_described",
        **{f"amount-{mug}-price": "7.50", f"amount-{rug}-price": " 5", f"amount-{mug}-shipping": "-1"},
    )
    assert "The chosen amounts are refunded" in done.alerts[0]
    (refund,) = shop.world.order(order.order_id).refunds
    assert [(each.order_item_id, each.component, each.amount) for each in refund.amounts] == [
        (mug, "price", Decimal("7.50")),
        (mug, "shipping", Decimal(-1)),
        (rug, "price", Decimal(5)),
    ]
    assert "12.50 USD left" in shop.get(f"{address(order)}?part=1").main


def test_a_pending_refund_is_canceled_and_the_buyer_hears_nothing(shop: Shop) -> None:
    """REFUNDS: until it is released the seller takes it back."""
    order = shipped(shop)
    shop.get(address(order)).press("Submit", reason="other")
    shop.world.advance(HOLD - SECOND)
    shown = shop.get(address(order))
    assert "one second left" in shown.main
    done = shown.press("Cancel refund", shown.row(f"{order.order_id}-R1"))
    assert done.path == address(order)
    assert states(shop, order) == ["canceled"]
    assert "Cancel refund" not in done.names()
    shop.world.advance(HOLD)
    assert "refund_released" not in mails(shop, order)


def test_a_refund_that_was_paid_meanwhile_is_not_canceled(shop: Shop) -> None:
    order = shipped(shop)
    shop.get(address(order)).press("Submit", reason="other")
    shown = shop.get(address(order))
    shop.world.advance(HOLD)
    refused = shown.press(f"Cancel refund {order.order_id}-R1")
    assert (refused.status, "ORDER_CHANGED" in refused.alerts[0]) == (409, True)
    assert states(shop, order) == ["released"]
    assert not [each for each in shop.get(address(order)).names() if each.startswith("Cancel refund")]


@pytest.mark.parametrize("amount", ["20.01", "0", "x", "1e9", "0.001", "-1", "NaN"])
def test_an_amount_that_cannot_be_is_refused_and_stays_in_its_field(shop: Shop, amount: str) -> None:
    order = shipped(shop)
    name = f"amount-{order.items[0].order_item_id}-price"
    refused = shop.get(f"{address(order)}?part=1").press("Submit", reason="other", **{name: amount})
    assert refused.status == 400
    assert "Code: " in refused.alerts[0]
    (field,) = refused.tree.cssselect(f"input[name='{name}']")
    assert (field.value, refused.tree.get_element_by_id("reason").value) == (amount, "other")
    assert states(shop, order) == []


@pytest.mark.parametrize("part", ["", "?part=1"])
def test_without_a_reason_or_an_amount_nothing_is_refunded(shop: Shop, part: str) -> None:
    order = shipped(shop)
    refused = shop.get(f"{address(order)}{part}").press("Submit", reason="other" if part else "")
    assert refused.status == 400
    assert ("none is given" if part else "Code: INVALID_REASON") in refused.alerts[0]
    assert states(shop, order) == []


def test_what_is_not_confirmed_is_not_refunded_and_leads_to_the_confirmation(shop: Shop) -> None:
    """R36: a refund needs a confirmed shipment."""
    order = shop.place_order()
    form = shop.get(address(order))
    assert "A refund would be refused now: A refund needs a confirmed shipment. SHIPMENT_NOT_CONFIRMED" in form.main
    assert "Submit" in form.follow("Confirm shipment").names()
    refused = form.press("Submit", reason="other")
    assert (refused.status, "Code: SHIPMENT_NOT_CONFIRMED" in refused.alerts[0]) == (400, True)


def test_of_a_partly_confirmed_order_the_confirmed_item_alone(shop: Shop) -> None:
    """REFUNDS: an amount for an item that is not confirmed is refused."""
    order = shop.place_order(**TWO_ITEMS)
    mug, rug = (each.order_item_id for each in order.items)
    shop.world.act(order.order_id, "seller-confirm-shipment", {"items": [mug]})
    form = shop.get(f"{address(order)}?part=1")
    refused = form.press("Submit", reason="other", **{f"amount-{rug}-price": "1"})
    assert "Code: SHIPMENT_NOT_CONFIRMED" in refused.alerts[0]
    shop.get(f"{address(order)}?part=1").press("Submit", reason="other", **{f"amount-{mug}-price": "1"})
    assert states(shop, order) == ["pending"]


def test_a_form_that_is_sent_twice_refunds_once(shop: Shop) -> None:
    order = shipped(shop)
    form = shop.get(address(order))
    form.press("Submit", reason="other")
    again = form.press("Submit", reason="other")
    assert (again.status, "ORDER_CHANGED" in again.alerts[0]) == (409, True)
    assert states(shop, order) == ["pending"]


@pytest.mark.parametrize(
    "back", ["//elsewhere.example", "https://elsewhere.example", "javascript:alert(1)", "/\\e.example"]
)
def test_the_way_back_leads_nowhere_else(shop: Shop, back: str) -> None:
    order = shipped(shop)
    form = shop.get(f"{address(order)}?back={back}")
    assert form.press("Submit", reason="other").path == LIST
    assert not [each for each in form.tree.xpath("//@href") if each.startswith(back[:6])]


def test_an_order_that_there_is_not_has_no_form(shop: Shop) -> None:
    assert shop.get(f"{LIST}/902-0000001-0000001/refund").status == 404
