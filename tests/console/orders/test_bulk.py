"""Orders that are ticked in Manage Orders: confirmed and canceled together, and what is told of each."""

import pytest

from tests.console.browsing import Shown
from tests.console.conftest import Shop

LIST = "/seller/orders"
TAB = f"{LIST}?tab=unshipped"


def statuses(shop: Shop) -> list[str]:
    return [str(order.status) for order in shop.world.orders.values()]


def tick_all(shown: Shown) -> Shown:
    for box in shown.tree.cssselect("input[name=order]"):
        box.checked = True
    return shown


def test_all_that_are_ticked_are_canceled_for_one_reason(shop: Shop) -> None:
    first, second, third = (shop.place_order() for _ in range(3))
    shown = shop.get(LIST)
    for order in (first, second):
        shown.row(order.order_id).cssselect("input[name=order]")[0].checked = True
    form = shown.press("Cancel ticked")
    assert form.tree.cssselect("h1")[0].text_content() == "Cancel 2 orders"
    assert form.names().count("Submit") == 1
    done = form.press("Submit", reason="no_inventory")
    assert done.path == TAB
    assert "2 of 2 orders were canceled." in done.alerts[0]
    assert all(f"{each.order_id}: The seller canceled" in done.alerts[0] for each in (first, second))
    assert statuses(shop) == ["Canceled", "Canceled", "Unshipped"]
    assert third.order_id not in done.alerts[0]


def test_the_form_says_beforehand_what_all_together_do_to_the_rate(shop: Shop) -> None:
    """R26, R40: for Buyer Canceled the one counts whose buyer has not asked, for another reason both do."""
    shop.asked_for()
    shop.place_order()
    form = tick_all(shop.get(LIST)).press("Cancel ticked")
    assert "Now: 0 of 2 orders, 0.00 %." in form.main
    by_reason = {each[0]: each[1:] for each in cells(form)}
    assert by_reason["Buyer Canceled"] == ["2 of 2 orders", "1", "1 of 2 orders, 50.00 %"]
    (others,) = [each for name, each in by_reason.items() if "No Inventory" in name]
    assert others == ["2 of 2 orders", "2", "2 of 2 orders, 100.00 %"]
    assert statuses(shop) == ["Unshipped", "Unshipped"]


def cells(shown: Shown) -> list[list[str]]:
    rows = shown.tree.cssselect("section[aria-labelledby=effect] tbody tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_where_all_buyers_have_asked_their_reason_is_chosen(shop: Shop) -> None:
    shop.asked_for()
    form = tick_all(shop.get(f"{LIST}?buyer_requested_cancel=1")).press("Cancel ticked")
    assert form.tree.get_element_by_id("reason").value == "buyer_canceled"
    done = form.press("Submit")
    assert "buyer_requested_cancel=1" in done.path
    assert "1 of 1 orders was canceled." in done.alerts[0]


def test_all_that_are_ticked_are_confirmed_each_with_its_number(shop: Shop) -> None:
    first, second = shop.place_order(), shop.place_order(items=[{"sku": "A", "quantity": 3}])
    shop.world.act(second.order_id, "seller-confirm-shipment", {"items": [{"sku": "A", "quantity": 1}]})
    form = tick_all(shop.get(LIST)).press("Confirm ticked")
    done = form.press("Submit", carrier="UPS", **{f"tracking-{first.order_id}": "1Z999AA10123456784"})
    assert "2 of 2 orders were confirmed." in done.alerts[0]
    assert statuses(shop) == ["Shipped", "Shipped"]
    parcels = [each.shipments[-1] for each in shop.world.orders.values()]
    assert [(each.carrier, each.tracking) for each in parcels] == [("UPS", "1Z999AA10123456784"), ("UPS", "")]


def test_one_that_moved_on_is_left_alone_and_the_others_go_on(shop: Shop) -> None:
    first, _ = shop.place_order(), shop.place_order()
    form = tick_all(shop.get(LIST)).press("Cancel ticked")
    shop.world.act(first.order_id, "seller-confirm-shipment")
    done = form.press("Submit", reason="no_inventory")
    assert "1 of 2 orders were canceled." in done.alerts[0]
    assert f"{first.order_id}: Order {first.order_id} has changed since this page was shown" in done.alerts[0]
    assert "ORDER_CHANGED" in done.alerts[0]
    assert statuses(shop) == ["Shipped", "Canceled"]


def test_where_all_are_refused_nothing_is_said_to_be_done(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.act(order.order_id, "parcel-leaves")
    form = tick_all(shop.get(LIST)).press("Cancel ticked")
    assert "Refused SHIPPED_NOT_CONFIRMED: " in " ".join(form.row(order.order_id).text_content().split())
    refused = form.press("Submit", reason="no_inventory")
    assert "Code: SHIPPED_NOT_CONFIRMED. Nothing was done." in refused.alerts[0]
    assert statuses(shop) == ["Unshipped"]


def test_without_a_tick_there_is_no_form(shop: Shop) -> None:
    shop.place_order()
    refused = shop.get(LIST).press("Cancel ticked")
    assert (refused.path, "none is" in refused.alerts[0]) == (TAB, True)


@pytest.mark.parametrize("missing", ["reason", "tick"])
def test_without_a_reason_or_a_tick_nothing_is_canceled_and_the_form_stays(shop: Shop, missing: str) -> None:
    order = shop.place_order()
    form = tick_all(shop.get(LIST)).press("Cancel ticked")
    if missing == "tick":
        form.row(order.order_id).cssselect("input[name=order]")[0].checked = False
    refused = form.press("Submit", reason="" if missing == "reason" else "no_inventory")
    assert (refused.status, "Code: InvalidInput" in refused.alerts[0]) == (400, True)
    assert statuses(shop) == ["Unshipped"]
    assert tick_all(refused).press("Submit", reason="no_inventory").path == TAB
    assert statuses(shop) == ["Canceled"]


@pytest.mark.parametrize("query", ["what=refund&order=1", "what=&order=1", "what=cancel&order=902-0000001-0000001"])
def test_what_there_is_not_is_refused(shop: Shop, query: str) -> None:
    assert shop.get(f"{LIST}/selected?{query}").status in (400, 404)


def test_more_orders_than_can_be_treated_at_once_are_refused(shop: Shop) -> None:
    query = "&".join(f"order={number}" for number in range(101))
    refused = shop.get(f"{LIST}/selected?what=cancel&{query}")
    assert (refused.status, "At most 100 orders" in refused.alerts[0]) == (400, True)
