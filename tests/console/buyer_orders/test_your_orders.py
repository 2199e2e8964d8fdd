"""Your Orders: which form a row has on both sides of the window, what each does, and what it refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.console.conftest import Shop

PAGE = "/buyer/orders"
TWO_ITEMS = {"items": [{"sku": "MUG", "title": "Mug"}, {"sku": "RUG", "title": "Rug"}]}
WINDOW = timedelta(minutes=30)
MILLISECOND = timedelta(milliseconds=1)


def names(shop: Shop, order_id: str) -> list[str]:
    shown = shop.get(PAGE)
    return shown.names(shown.row(order_id))


def test_inside_the_window_items_are_canceled_and_a_millisecond_later_it_is_asked(shop: Shop) -> None:
    """R2, R3: the first thirty minutes, without their end."""
    order = shop.place_order(hold=True)
    shop.world.advance(WINDOW - MILLISECOND)
    assert "Cancel items" in names(shop, order.order_id)
    assert "Request Cancellation" not in names(shop, order.order_id)
    shop.world.advance(MILLISECOND)
    assert "Cancel items" not in names(shop, order.order_id)
    assert "Request Cancellation" in names(shop, order.order_id)


def test_the_row_counts_the_windows_time_down(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.advance(timedelta(minutes=10))
    text = " ".join(shop.get(PAGE).row(order.order_id).text_content().split())
    assert "until 2026-03-02 16:30:00 UTC: twenty minutes left" in text


def test_cancel_items_cancels_the_order_and_the_buyer_is_mailed(shop: Shop) -> None:
    order = shop.place_order(**TWO_ITEMS)
    form = shop.get(PAGE).follow("Cancel items")
    done = form.press("Submit", **{f"reason-{order.items[1].order_item_id}": "late"})
    assert done.path == PAGE
    ended = shop.world.order(order.order_id)
    assert ended.cancellation is not None
    assert str(ended.cancellation.by) == "BUYER"
    assert not ended.cancellation.counts_in_rate
    assert names(shop, order.order_id) == ["Contact seller", "Mail and messages"]
    assert "is canceled" in done.follow("Mail and messages").main


def test_a_part_is_not_canceled_alone_and_the_form_keeps_what_was_ticked(shop: Shop) -> None:
    """R34: cancellations are of whole orders."""
    order = shop.place_order(**TWO_ITEMS)
    form = shop.get(f"{PAGE}/{order.order_id}/cancel")
    form.tree.get_element_by_id(f"item-{order.items[0].order_item_id}").checked = False
    refused = form.press("Submit")
    assert refused.status == 400
    assert "PARTIAL_CANCEL_UNSUPPORTED" in refused.alerts[0]
    assert shop.world.order(order.order_id).cancellation is None
    ticked = [each.checked for each in refused.tree.cssselect("input[name=item]")]
    assert ticked == [False, True]


def test_a_request_has_a_reason_for_each_item(shop: Shop) -> None:
    order = shop.place_order(**TWO_ITEMS)
    shop.world.advance(WINDOW)
    form = shop.get(PAGE).follow("Request Cancellation")
    first, second = (each.order_item_id for each in order.items)
    done = form.press("Submit", **{f"reason-{first}": "cheaper", f"reason-{second}": "late"})
    asked = [each.request for each in shop.world.order(order.order_id).items]
    assert [each and each.text for each in asked] == [
        "Found cheaper somewhere else",
        "Item(s) would not arrive on time",
    ]
    assert "Cancellation requested" in " ".join(done.row(order.order_id).text_content().split())


def test_a_request_for_one_item_leaves_the_other_alone_and_takes_words(shop: Shop) -> None:
    order = shop.place_order(**TWO_ITEMS)
    shop.world.advance(WINDOW)
    form = shop.get(f"{PAGE}/{order.order_id}/request")
    form.tree.get_element_by_id(f"item-{order.items[0].order_item_id}").checked = False
    form.press("Submit", words="It has <b>no handle</b> & leaks")
    asked = [each.request for each in shop.world.order(order.order_id).items]
    assert asked[0] is None
    assert asked[1] is not None
    assert asked[1].text == "It has <b>no handle</b> & leaks"
    assert "Reason: It has <b>no handle</b> & leaks" in shop.get("/seller/orders").main


def test_without_an_item_nothing_is_asked(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.advance(WINDOW)
    form = shop.get(f"{PAGE}/{order.order_id}/request")
    form.tree.get_element_by_id(f"item-{order.items[0].order_item_id}").checked = False
    refused = form.press("Submit")
    assert (refused.status, "none is ticked" in refused.alerts[0]) == (400, True)
    assert not shop.world.order(order.order_id).open_items


def test_a_reason_there_is_not_is_named_with_the_nearest(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.advance(WINDOW)
    form = shop.get(f"{PAGE}/{order.order_id}/request")
    select = form.tree.get_element_by_id(f"reason-{order.items[0].order_item_id}")
    select[1].set("value", "cheapr")
    refused = form.press("Submit", **{select.name: "cheapr"})
    assert "cheaper" in refused.alerts[0]
    assert not shop.world.order(order.order_id).open_items


def test_a_form_of_before_says_what_has_happened_since(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.advance(WINDOW)
    form = shop.get(f"{PAGE}/{order.order_id}/request")
    shop.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    refused = form.press("Submit")
    assert refused.status == 409
    assert "The seller canceled" in refused.text
    assert not shop.world.order(order.order_id).open_items


def test_the_form_of_the_other_side_of_the_window_leads_to_the_right_one(shop: Shop) -> None:
    order = shop.place_order()
    form = shop.get(f"{PAGE}/{order.order_id}/request")
    assert "Submit" not in form.names()
    assert "Submit" in form.follow("Cancel items").names()


def test_a_request_can_be_withdrawn_where_the_setting_says_so(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop(buyer_withdrawal=True)
    order = shop.asked_for()
    shown = shop.get(PAGE)
    shown.press("Withdraw request", shown.row(order.order_id))
    assert not shop.world.order(order.order_id).open_items


def test_a_message_cancels_nothing_and_is_read_again(shop: Shop) -> None:
    """R29: what a buyer writes is no request."""
    order = shop.place_order()
    shop.world.advance(WINDOW)
    done = shop.get(PAGE).follow("Contact seller").press("Send message", text="Please <i>cancel</i> it")
    assert not shop.world.order(order.order_id).open_items
    assert "not an official request" in done.alerts[0]
    assert "Please <i>cancel</i> it" in done.follow("Mail and messages").main


@pytest.mark.parametrize("action", ["parcel-leaves", "seller-confirm-shipment"])
def test_a_shipped_order_says_why_nothing_can_be_canceled(shop: Shop, action: str) -> None:
    order = shop.place_order()
    shop.world.advance(WINDOW)
    shop.world.act(order.order_id, "parcel-leaves", {})
    if action == "seller-confirm-shipment":
        shop.world.act(order.order_id, action, {})
        assert "Request Cancellation" not in names(shop, order.order_id)
        assert "Why no cancellation?" in shop.get(PAGE).row(order.order_id).text_content()
    else:
        assert "Request Cancellation" in names(shop, order.order_id)


def test_a_hundred_orders_are_searched_and_turned_page_by_page(shop: Shop) -> None:
    shop.world.place_orders({"hold": False, "count": 41})
    order = shop.place_order(buyer={"name": "Zoë Quist"})
    shown = shop.get(PAGE)
    assert "1 to 20 of 42 orders" in shown.main
    assert "41 to 42 of 42 orders" in shown.follow("Next").follow("Next").main
    assert shop.get(f"{PAGE}?q=quist").row(order.order_id) is not None


def test_an_order_there_is_not_is_told(shop: Shop) -> None:
    assert shop.get(f"{PAGE}/902-0000000-0000000/request").status == 404
