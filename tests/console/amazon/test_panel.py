"""The panel of Amazon and the carrier: what may happen to an order, to many at once, and what is refused."""

from tests.console.conftest import Shop

PAGE = "/amazon"
TWO_ITEMS = {"items": [{"sku": "MUG", "title": "Mug"}, {"sku": "RUG", "title": "Rug"}]}


def statuses(shop: Shop) -> dict[str, str]:
    return {order.order_id: str(order.status) for order in shop.world.orders.values()}


def test_an_empty_world_says_where_to_begin(shop: Shop) -> None:
    assert "Nothing has been ordered yet." in shop.get(PAGE).main


def test_a_row_has_what_may_happen_and_says_why_the_rest_may_not(shop: Shop) -> None:
    order = shop.place_order(hold=True, payment="unverified")
    shown = shop.get(PAGE)
    row = shown.row(order.order_id)
    assert {"Payment authorized: " + order.order_id, "Payment failed: " + order.order_id} <= set(shown.names(row))
    assert "Warehouse ships: " in row.text_content()
    shown.press("Payment failed", row)
    assert statuses(shop) == {order.order_id: "Canceled"}


def test_many_orders_are_treated_at_once_and_each_refusal_is_told(shop: Shop) -> None:
    first, second, third = (shop.place_order() for _ in range(3))
    shop.world.act(third.order_id, "seller-cancel", {"reason": "no_inventory"})
    shown = shop.get(PAGE)
    for box in shown.tree.cssselect("input[name=order]"):
        box.checked = True
    done = shown.press("Fraud detected")
    assert statuses(shop) == {each.order_id: "Canceled" for each in (first, second, third)}
    text = " ".join(done.alerts)
    assert f"Order {third.order_id}: " in text
    assert "2 orders: " in text


def test_without_a_tick_nothing_happens(shop: Shop) -> None:
    order = shop.place_order()
    refused = shop.get(PAGE).press("Parcel leaves")
    assert "none is ticked" in refused.alerts[0]
    assert not shop.world.order(order.order_id).parcel_left


def test_a_parcel_may_have_some_of_the_items(shop: Shop) -> None:
    order = shop.place_order(**TWO_ITEMS)
    shown = shop.get(PAGE)
    form = shown.follow("Parcel with some items", shown.row(order.order_id))
    assert form.press("Parcel leaves").status == 400
    form.tree.get_element_by_id(f"item-{order.items[1].order_item_id}").checked = True
    assert form.press("Parcel leaves").path == PAGE
    assert [bool(each.parcel_left) for each in shop.world.order(order.order_id).items] == [False, True]


def test_an_order_that_moved_on_is_left_alone(shop: Shop) -> None:
    order = shop.place_order()
    shown = shop.get(PAGE)
    shop.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    refused = shown.press("Parcel leaves", shown.row(order.order_id))
    assert "ORDER_CHANGED" in refused.alerts[0]
    assert not shop.world.order(order.order_id).parcel_left


def test_an_action_of_somebody_elses_is_not_taken(shop: Shop) -> None:
    """The panel is Amazon's and the carrier's: a button whose value was changed is refused, and changes nothing."""
    order = shop.place_order()
    shown = shop.get(PAGE)
    button = next(each for each in shown.row(order.order_id).cssselect("button"))
    button.set("value", f"buyer-cancel {order.order_id}")
    refused = shown.press("", shown.row(order.order_id))
    assert refused.alerts
    assert statuses(shop) == {order.order_id: "Unshipped"}
