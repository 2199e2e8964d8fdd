"""Mail, messages, duties and refunds: what a change leaves behind for people."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.messaging.mail import KINDS
from marketplace_sandbox.core.reasons import REFUND_REASONS
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.rules.table import OUTCOMES
from tests.core.worlds import START, a_world, later, place

SHIP: tuple[tuple[str, dict[str, Any]], ...] = (
    ("parcel-leaves", {}),
    ("seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z"}),
)


def test_every_kind_of_mail_is_sent_by_some_outcome() -> None:
    assert {kind for outcome in OUTCOMES.values() for kind in outcome.mails} == set(KINDS)


def test_mail_names_its_cause_and_what_it_is_about() -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    to_seller, to_buyer = world.act(order.order_id, "buyer-request-cancellation", {"reason": "late"}).mail
    assert {to_seller.cause_id, to_buyer.cause_id} == {world.state.order_events[-1].event_id}
    assert to_seller.to == "seller"
    for words in ("1 × A", "2 × B", "Item(s) would not arrive on time", "2026-03-05T07:59:59Z", "Buyer Canceled"):
        assert words in to_seller.body
    assert to_buyer.address == order.buyer.email
    assert to_buyer.locale == "en_US"


@pytest.mark.parametrize(("reason", "counts"), [("buyer_canceled", False), ("no_inventory", True)])
def test_the_sellers_copy_says_whether_it_counts(reason: str, counts: bool) -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, "buyer-request-cancellation")
    _, copy = world.act(order.order_id, "seller-cancel", {"reason": reason}).mail
    assert ("does not count" in copy.body) is not counts


def test_the_duty_to_advise_is_discharged_only_after_the_confirmation() -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, "buyer-request-cancellation")
    world.act(order.order_id, "parcel-leaves")
    world.act(order.order_id, "seller-message", {"kind": "advise_return"})
    world.act(order.order_id, "seller-confirm-shipment")
    assert world.order(order.order_id).duties == ("advise_buyer",)
    world.act(order.order_id, "seller-message", {"kind": "advise_return"})
    assert world.order(order.order_id).duties == ()


def test_a_confirmation_without_a_parcel_owes_the_asking_buyer_a_full_refund() -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, "buyer-request-cancellation")
    world.act(order.order_id, "seller-confirm-shipment")
    assert world.order(order.order_id).duties == ("full_refund",)
    world.act(order.order_id, "seller-refund", {"items": ["A"], "reason": "customer_cancel"})
    assert world.order(order.order_id).duties == ("full_refund",)
    world.act(order.order_id, "seller-refund", {"reason": "customer_cancel"})
    refunded = world.order(order.order_id)
    assert refunded.duties == ()
    world.act(order.order_id, "seller-cancel-refund", {"refund_id": refunded.refunds[-1].refund_id})
    assert world.order(order.order_id).duties == ("full_refund",)


def test_a_parcel_that_leaves_after_all_turns_the_refund_into_advice() -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, "buyer-message", {"text": "please cancel"})
    world.act(order.order_id, "seller-confirm-shipment")
    world.act(order.order_id, "parcel-leaves")
    assert world.order(order.order_id).duties == ("advise_buyer",)


def test_a_refund_waits_two_hours_and_can_be_taken_back_until_then() -> None:
    world = a_world()
    order = place(world, hold=False)
    for action, arguments in SHIP:
        world.act(order.order_id, action, arguments)
    for _ in range(2):
        world.act(order.order_id, "seller-refund", {"items": ["B"], "reason": "not_received"})
        refund = world.order(order.order_id).refunds[-1]
        later(world, hours=1, minutes=59, seconds=59)
        if len(world.order(order.order_id).refunds) == 1:
            world.act(order.order_id, "seller-cancel-refund", {"refund_id": refund.refund_id})
    [told] = world.advance(world.now() + timedelta(seconds=1)).mail
    assert (told.kind, told.to) == ("refund_released", "buyer")
    assert "30.00 (price)" in told.body
    assert "Product not received, claim" in told.body
    states = [each.state for each in world.order(order.order_id).refunds]
    assert states == ["canceled", "released"]
    with pytest.raises(RefusedError, match="no longer pending"):
        world.act(order.order_id, "seller-cancel-refund", {"refund_id": refund.refund_id})


@pytest.mark.parametrize("amount", ["0", "20.01", "-5", "1.001", "1e3"])
def test_a_refund_stays_within_what_was_charged(amount: str) -> None:
    world = a_world()
    order = place(world, hold=False)
    for action, arguments in SHIP:
        world.act(order.order_id, action, arguments)
    body = {"amounts": [{"sku": "A", "amount": amount}], "reason": "other"}
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-refund", body)
    assert refused.value.code == "INVALID_AMOUNT"
    assert world.order(order.order_id).refunds == ()


def test_a_restocking_fee_may_be_kept_back_while_the_net_stays_a_credit() -> None:
    world = a_world()
    order = place(world, hold=False)
    for action, arguments in SHIP:
        world.act(order.order_id, action, arguments)
    amounts = [{"sku": "A", "amount": 20}, {"sku": "A", "component": "shipping", "amount": "-3.50"}]
    world.act(order.order_id, "seller-refund", {"amounts": amounts, "reason": "customer_return"})
    [refund] = world.order(order.order_id).refunds
    assert sum(each.amount for each in refund.amounts) == Decimal("16.50")


@pytest.mark.parametrize(
    ("reason", "restocked"),
    [("no_inventory", False), ("pricing_error", True), ("address_undeliverable", True), ("general_adjustment", True)],
)
def test_stock_comes_back_except_for_what_there_is_none_of(reason: str, restocked: bool) -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-cancel", {"reason": reason})
    assert world.order(order.order_id).restocked is restocked


def test_refund_reasons_belong_to_the_three_kinds_of_case() -> None:
    causes = {each.cause for each in REFUND_REASONS.values()}
    assert causes == {"", "product return", "refund request", "claim"}


def test_an_answer_in_time_stops_the_reply_clock() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "buyer-message", {"text": "please cancel"})
    [inquiry] = world.state.messages
    assert inquiry.label == "Inquiry from Amazon customer"
    assert inquiry.reply_by == START + timedelta(days=1)
    later(world, minutes=31)
    world.act(order.order_id, "seller-message", {"kind": "instructions"})
    assert "Request Cancellation" in world.state.messages[-1].text
