"""Confirm shipment: all items or some, units of one, carrier and tracking number, and what is refused."""

import pytest

from marketplace_sandbox.core.orders.carriers import CARRIERS
from tests.console.conftest import Shop

LIST = "/seller/orders"
TWO_ITEMS = {"items": [{"sku": "MUG", "title": "Mug", "quantity": 3}, {"sku": "RUG", "title": "Rug"}]}
NUMBER = "1Z999AA10123456784"


def address(order_id: str) -> str:
    return f"{LIST}/{order_id}/confirm-shipment"


def test_all_of_an_order_is_confirmed_from_its_row(shop: Shop) -> None:
    order = shop.place_order(**TWO_ITEMS)
    shown = shop.get(LIST)
    form = shown.follow("Confirm shipment", shown.row(order.order_id))
    assert form.names().count("Submit") == 1
    assert "What confirming all of it would bring" in form.main
    assert "Notification: ORDER_CHANGE, OrderStatusChange" in form.main
    done = form.press("Submit", carrier="UPS", tracking=NUMBER, shipping_service="Ground")
    assert done.path == f"{LIST}?tab=unshipped"
    assert f"Order {order.order_id}: All items are confirmed" in done.alerts[0]
    ended = shop.world.order(order.order_id)
    assert str(ended.status) == "Shipped"
    (parcel,) = ended.shipments
    assert (parcel.carrier, parcel.tracking, parcel.service) == ("UPS", NUMBER, "Ground")


def test_some_items_and_some_units_are_confirmed_and_later_the_rest(shop: Shop) -> None:
    order = shop.place_order(**TWO_ITEMS)
    mug, rug = (each.order_item_id for each in order.items)
    form = shop.get(address(order.order_id))
    form.tree.get_element_by_id(f"item-{rug}").checked = False
    form.press("Submit", **{f"units-{mug}": "2"})
    partly = shop.world.order(order.order_id)
    assert (str(partly.status), [each.quantity_confirmed for each in partly.items]) == ("PartiallyShipped", [2, 0])
    shown = shop.get(LIST)
    rest = shown.follow("Confirm shipment", shown.row(order.order_id))
    assert "It would be refused" not in rest.main
    assert not rest.tree.cssselect(f"#units-{mug}")
    rest.press("Submit")
    assert str(shop.world.order(order.order_id).status) == "Shipped"


@pytest.mark.parametrize("units", ["4", "0", "x", "-1", "1.5", "٢", "9" * 30])
def test_units_there_are_not_are_refused_and_the_form_keeps_what_was_filled_in(shop: Shop, units: str) -> None:
    order = shop.place_order(**TWO_ITEMS)
    mug = order.items[0].order_item_id
    refused = shop.get(address(order.order_id)).press("Submit", **{f"units-{mug}": units, "tracking": NUMBER})
    assert refused.status == 400
    assert "Code: " in refused.alerts[0]
    fields = {each.get("name"): each.get("value") for each in refused.tree.cssselect("main input")}
    assert (fields["tracking"], fields[f"units-{mug}"]) == (NUMBER, units)
    assert not shop.world.order(order.order_id).quantity_confirmed


def test_without_an_item_nothing_is_confirmed(shop: Shop) -> None:
    order = shop.place_order()
    form = shop.get(address(order.order_id))
    form.tree.get_element_by_id(f"item-{order.items[0].order_item_id}").checked = False
    refused = form.press("Submit")
    assert (refused.status, "none is ticked" in refused.alerts[0]) == (400, True)
    assert not shop.world.order(order.order_id).quantity_confirmed


def test_the_carriers_are_those_that_the_marketplace_knows_and_another_by_its_name(shop: Shop) -> None:
    order = shop.place_order()
    form = shop.get(address(order.order_id))
    assert form.tree.get_element_by_id("carrier").value_options == ["", *CARRIERS]
    form.press("Submit", carrier="Other", carrier_name="Bike & <b>Co</b>")
    assert shop.world.order(order.order_id).shipments[0].carrier == "Bike & <b>Co</b>"
    assert "Bike & <b>Co</b>" in shop.get(address(order.order_id)).main


def test_of_what_is_confirmed_the_tracking_number_is_changed(shop: Shop) -> None:
    order = shop.place_order()
    shop.get(address(order.order_id)).press("Submit", carrier="UPS", tracking="1")
    form = shop.get(address(order.order_id))
    assert "UPS, tracking number 1" in form.main
    form.press("Submit", tracking=NUMBER)
    (parcel,) = shop.world.order(order.order_id).shipments
    assert (parcel.carrier, parcel.tracking) == ("UPS", NUMBER)


def test_a_request_is_told_of_above_and_what_confirming_despite_of_it_brings(shop: Shop) -> None:
    """R8: the shipment may be confirmed, which closes the request, and a full refund is owed then."""
    order = shop.asked_for()
    form = shop.get(address(order.order_id))
    assert form.tree.cssselect("[role=status]")
    assert "its buyer wants it canceled" in form.main
    assert "Finding: The shipment was confirmed while the buyer's request was open" in form.main
    assert "Submit" in form.follow("Cancel order").names()
    form.press("Submit")
    assert not shop.world.order(order.order_id).open_items


def test_what_the_rules_refuse_is_told_with_its_code(shop: Shop) -> None:
    order = shop.place_order(hold=True)
    refused = shop.get(address(order.order_id)).press("Submit")
    assert refused.status == 400
    assert "Code: ORDER_PENDING" in refused.alerts[0]
    assert str(shop.world.order(order.order_id).status) == "Pending"


def test_a_form_whose_order_has_changed_says_so_and_does_nothing(shop: Shop) -> None:
    order = shop.place_order()
    form = shop.get(address(order.order_id))
    shop.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    refused = form.press("Submit")
    assert (refused.status, "ORDER_CHANGED" in refused.alerts[0]) == (409, True)
    assert not shop.world.order(order.order_id).shipments


def test_an_order_that_there_is_not_has_no_form(shop: Shop) -> None:
    assert shop.get(address("902-0000001-0000001")).status == 404
