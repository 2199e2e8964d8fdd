"""Cancel order: its form, what it says beforehand of the rate, and what comes of Submit."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace_sandbox.core.views.metrics import cancellation_rate
from tests.console.conftest import Shop

LIST = "/seller/orders"
REQUESTED = f"{LIST}?tab=unshipped&buyer_requested_cancel=1"


def rate(shop: Shop) -> tuple[int, int]:
    world = shop.world
    found = cancellation_rate(world.orders.values(), world.now(), world.policy)
    return found.canceled, found.orders


def test_the_procedure_of_a_buyers_request(shop: Shop) -> None:
    """R23 to R26: Manage Orders, Unshipped, filter, banner, Cancel order, reason, Submit; mail; the rate as it was."""
    other, order = shop.place_order(), shop.asked_for()
    shown = shop.get(f"{LIST}?tab=unshipped").press("Show filters").press("Apply filters", buyer_requested_cancel="1")
    form = shown.follow("Cancel order", shown.row(order.order_id))
    assert form.names().count("Submit") == 1
    (select,) = form.tree.cssselect("select#reason")
    assert form.tree.cssselect("label[for=reason]")[0].text_content() == "Cancellation reason"
    assert select.value == "buyer_canceled"
    assert "Now: 0 of 2 orders, 0.00 %." in form.main
    ended = form.press("Submit", reason="buyer_canceled")
    assert ended.path == REQUESTED
    assert ended.alerts[0].startswith(f"Order {order.order_id} was canceled. It does not count in the rate.")
    assert "Mail to the buyer" in ended.alerts[0]
    assert order.order_id not in ended.main.removeprefix(ended.alerts[0])
    assert shop.world.order(order.order_id).status == "Canceled"
    assert any(each.to == "buyer" and each.order_id == order.order_id for each in shop.world.state.mail)
    assert rate(shop) == (0, 2)
    assert shop.world.order(other.order_id).status == "Unshipped"


def test_every_reason_says_beforehand_what_comes_of_it(shop: Shop) -> None:
    order = shop.place_order()
    form = shop.get(f"{LIST}/{order.order_id}/cancel")
    counted = form.row("No Inventory").text_content()
    assert "1 of 1 order, 100.00 %" in counted
    assert rate(shop) == (0, 1)
    form.press("Submit", reason="no_inventory")
    assert rate(shop) == (1, 1)


def test_reasons_that_a_setting_keeps_back_are_not_offered(shop: Shop, open_shop: Callable[..., Shop]) -> None:
    def offered(seller: Shop) -> list[str]:
        order = seller.place_order()
        return list(seller.get(f"{LIST}/{order.order_id}/cancel").tree.cssselect("select#reason")[0].value_options)

    assert "weather_delay" not in offered(shop)
    assert "weather_delay" in offered(open_shop(newer_cancel_reasons=True))
    assert offered(shop)[0] == ""


def test_without_a_reason_nothing_is_done(shop: Shop) -> None:
    order = shop.place_order()
    shown = shop.get(f"{LIST}/{order.order_id}/cancel").press("Submit")
    assert shown.status == 400
    assert "Nothing was done." in shown.alerts[0]
    assert shop.world.order(order.order_id).status == "Unshipped"
    assert shown.press("Submit", reason="no_inventory").path == LIST


def test_what_the_rules_refuse_is_told_with_its_code(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.act(order.order_id, "parcel-leaves")
    shown = shop.get(f"{LIST}/{order.order_id}/cancel").press("Submit", reason="no_inventory")
    assert shown.status == 400
    assert "Code: SHIPPED_NOT_CONFIRMED" in shown.alerts[0]


@pytest.mark.parametrize("meanwhile", ["seller-confirm-shipment", "buyer-request-cancellation"])
def test_a_form_whose_order_has_changed_says_so_and_does_nothing(shop: Shop, meanwhile: str) -> None:
    order = shop.place_order()
    shop.world.advance(timedelta(minutes=31))
    shop.world.act(order.order_id, "buyer-message", {"text": "When will it come?"})
    form = shop.get(f"{LIST}/{order.order_id}/cancel")
    shop.world.act(order.order_id, meanwhile)
    status = shop.world.order(order.order_id).status
    shown = form.press("Submit", reason="no_inventory")
    assert shown.status == 409
    assert "ORDER_CHANGED" in shown.alerts[0]
    assert "Since then: 2026-03-02T16:31:00Z" in shown.alerts[0]
    assert shown.alerts[0].count("2026-03-02T16:31:00Z") == 1, (
        "what happened before is not told, though at that instant"
    )
    assert shop.world.order(order.order_id).status == status


def test_a_form_that_is_sent_twice_cancels_once(shop: Shop) -> None:
    order = shop.place_order()
    form = shop.get(f"{LIST}/{order.order_id}/cancel")
    form.press("Submit", reason="no_inventory")
    again = form.press("Submit", reason="no_inventory")
    assert (again.status, "ORDER_CHANGED" in again.alerts[0]) == (409, True)


def test_a_form_of_a_world_that_was_rewound_does_nothing(shop: Shop) -> None:
    order = shop.place_order()
    version = shop.world.version
    form = shop.get(f"{LIST}/{order.order_id}/cancel")
    shop.world.advance(timedelta(hours=1))
    shop.server.sellers.rewind(shop.world.seller_id, version)
    shown = form.press("Submit", reason="no_inventory")
    assert "begun again or was rewound" in shown.alerts[0]
    assert shop.world.order(order.order_id).status == "Unshipped"


def test_an_order_that_there_is_not_has_no_form(shop: Shop) -> None:
    shown = shop.get(f"{LIST}/902-0000001-0000001/cancel")
    assert (shown.status, "902-0000001-0000001" in shown.alerts[0]) == (404, True)
