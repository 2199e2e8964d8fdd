"""The page of an order: its timeline with rules and consequences, what dialects say, and what each action brings."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace_sandbox.console.order_page.dialects import told_of
from marketplace_sandbox.console.order_page.records import records_of
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.views.plain import world_json
from tests.console.conftest import Shop
from tests.core.histories import live


def page(order_id: str) -> str:
    return f"/seller/orders/{order_id}"


def texts(shop: Shop, order_id: str, of: str) -> list[str]:
    """The entries of the lists beneath a heading's section."""
    found = shop.get(page(order_id)).tree.cssselect(f"section[aria-labelledby={of}] li")
    return [" ".join(each.text_content().split()) for each in found]


def test_the_past_names_who_did_what_by_which_rule_and_what_came_of_it(shop: Shop) -> None:
    order = shop.asked_for()
    shop.world.act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    placed, asked, canceled = texts(shop, order.order_id, "happened")
    assert placed.startswith("2026-03-02 16:00:00 UTC Buyer The buyer placed the order.")
    assert "2026-03-02 16:31:00 UTC Buyer The buyer's request is open on all items." in asked
    assert "→ Mail to the seller: The buyer of order" in asked
    assert "→ Notification: ORDER_CHANGE, BuyerRequestedChange" in asked
    assert "Rule R12" in asked
    assert "Seller The seller canceled at the buyer's official request." in canceled
    assert "→ Notification: ORDER_CHANGE, OrderStatusChange" in canceled
    assert "R39: A cancellation at the buyer's official request" in canceled
    assert "Counts in the Cancellation Rate" not in canceled


def test_the_coming_deadlines_count_down_on_the_worlds_clock(shop: Shop) -> None:
    order = shop.place_order(hold=True)
    entries = texts(shop, order.order_id, "happened")
    assert any("an order leaves Pending, in thirty minutes" in each for each in entries)
    assert any("the buyer can no longer cancel alone, in thirty minutes" in each for each in entries)
    shop.world.act(order.order_id, "buyer-cancel", {})
    assert "Time alone changes nothing of it any more." in shop.get(page(order.order_id)).main


def test_each_dialect_marks_what_the_last_change_has_made(shop: Shop) -> None:
    order = shop.place_order()
    fresh = shop.get(page(order.order_id))
    assert not fresh.tree.cssselect("mark")
    assert "no notification was made about this order" in fresh.main
    shop.world.advance(timedelta(minutes=31))
    shop.world.act(order.order_id, "buyer-request-cancellation", {"reason": "cheaper"})
    shown = shop.get(page(order.order_id))
    marked = {
        each.cssselect("pre")[0].get("aria-label"): [mark.text_content().strip() for mark in each.cssselect("mark")]
        for each in shown.tree.cssselect("#timeline details")
        if each.cssselect("pre")
    }
    assert "<IsBuyerRequestedCancel>true</IsBuyerRequestedCancel>" in marked["MWS Orders 2013-09-01"]
    assert '"IsBuyerRequestedCancel": "true",' in marked["Orders v0"]
    assert '"LastUpdateDate": "2026-03-02T16:31:00Z",' in marked["Orders v0"]
    assert any("Found cheaper" in each for each in marked["Orders 2026-01-01"])
    assert not [each for each in marked["Orders v0"] if "SellerSKU" in each or "OrderStatus" in each]
    assert marked["ORDER_CHANGE"] == []
    shop.world.act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    text = shop.get(page(order.order_id)).main
    assert '"OrderChangeType": "OrderStatusChange"' in text


def test_what_if_changes_nothing_and_says_what_the_act_then_does(shop: Shop) -> None:
    order = shop.asked_for()
    before = world_json(shop.world)
    shown = shop.get(page(order.order_id))
    assert world_json(shop.world) == before
    row = next(
        " ".join(each.text_content().split())
        for each in shown.tree.cssselect("section[aria-labelledby=what-if] tbody tr")
        if "seller-cancelwith reason buyer_canceled" in " ".join(each.text_content().split())
    )
    for brings in ("Status Canceled", "Does not count", "Notification: ORDER_CHANGE, OrderStatusChange"):
        assert brings in row
    receipt = shop.world.act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    assert receipt.mail
    for mail in receipt.mail:
        assert f"Mail to the {mail.to}: {mail.subject}" in row


def test_every_action_is_tried_and_refusals_say_why(shop: Shop) -> None:
    order = shop.place_order()
    shown = shop.get(page(order.order_id))
    rows = shown.tree.cssselect("section[aria-labelledby=what-if] tbody tr")
    assert len(rows) == len(ARGUMENTS)
    assert "Refused SHIPMENT_NOT_CONFIRMED" in shown.main


def test_what_people_wrote_is_shown_and_never_run(shop: Shop) -> None:
    evil = "<script>alert('x')</script>&\"'"
    order = shop.place_order(buyer={"name": evil}, items=[{"sku": "A<b>", "title": evil}])
    shop.world.advance(timedelta(minutes=31))
    shop.world.act(order.order_id, "buyer-request-cancellation", {"reason_text": evil})
    shown = shop.get(page(order.order_id))
    assert not [each for each in shown.tree.iter("script") if not each.get("src")]
    assert evil in shown.main


def test_an_order_there_is_not_is_told(shop: Shop) -> None:
    shown = shop.get(page("902-0000000-0000000"))
    assert shown.status == 404
    assert "902-0000000-0000000" in shown.text


@pytest.mark.parametrize("seed", range(4))
def test_records_are_found_as_they_come_whatever_happens(seed: int) -> None:
    """What is found without a look at all others is what a look at all finds."""
    for turn, world in enumerate(live(seed, 60)):
        if turn % 7:
            continue
        for order_id, order in world.orders.items():
            found = records_of(world.state, order_id)
            assert found.events == [each for each in world.state.order_events if each.order_id == order_id]
            assert found.mail == [each for each in world.state.mail if each.order_id == order_id]
            assert {each.order_id for each in found.notices} <= {order_id}
            told = told_of(world, order, found)
            assert all(each.lines for each in told[:3])


def test_a_standing_order_is_marked_no_more_after_a_change_elsewhere(open_shop: Callable[..., Shop]) -> None:
    shop = open_shop()
    order = shop.place_order()
    shop.asked_for()
    assert not shop.get(page(order.order_id)).tree.cssselect("mark")
