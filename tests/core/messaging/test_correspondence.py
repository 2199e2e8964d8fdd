"""Mail, messages, duties and refunds: what a change leaves behind for people."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.messaging.mail import KINDS
from marketplace_sandbox.core.orders.reasons import REFUND_REASONS
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.views.projections import mail_json
from tests.core.everybody import a_state, let_time_pass, take_step
from tests.core.worlds import START, a_world, later, place
from tests.depth import depth

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


@pytest.mark.parametrize("seed", range(depth(test=3, soak=30)))
def test_mail_says_the_same_whenever_it_is_read(seed: int) -> None:
    """It is written when somebody reads it: at once, after all that came later, and after a copy lived on."""
    chance, state, now = random.Random(seed), a_state(), START
    at_once: list[dict[str, Any]] = []
    for _ in range(300):
        now = take_step(state, chance, now)
        at_once += map(mail_json, state.mail[len(at_once) :])
    copied = state.copy()
    let_time_pass(copied, now + timedelta(days=60))
    assert len({each["kind"] for each in at_once}) > 4
    for each in (state, copied):
        assert [mail_json(mail) for mail in each.mail[: len(at_once)]] == at_once


A, B, ONE_B = "1 × A (A)", "2 × B (B)", "1 × B (B)"
ASK_A = ("buyer-request-cancellation", {"items": ["A"], "reason": "late"})
ASK_B = ("buyer-request-cancellation", {"items": ["B", "A"], "reason_text": "My own words"})
SHIP_ONE_B = ("seller-confirm-shipment", {"items": [{"sku": "B", "quantity": 1}]})
SHIP_A = ("seller-confirm-shipment", {"items": ["A"]})
WITHDRAW: tuple[str, dict[str, Any]] = ("buyer-withdraw-request", {})
Acts = list[tuple[str, dict[str, Any]]]
ABOUT_ITEMS: list[tuple[Acts, set[str], list[str], str]] = [
    ([ASK_A], {"cancellation_requested", "request_submitted"}, [A], "not arrive on time"),
    ([ASK_A, ASK_B], {"cancellation_requested", "request_submitted"}, [B], "My own words"),
    ([ASK_B], {"cancellation_requested", "request_submitted"}, [A, B], "My own words"),
    ([ASK_A, WITHDRAW], {"request_withdrawn"}, [A], ""),
    ([ASK_A, ASK_B, SHIP_A, WITHDRAW], {"request_withdrawn"}, [B], ""),
    ([SHIP_A], {"shipment_confirmed"}, [A], ""),
    ([SHIP_ONE_B], {"shipment_confirmed"}, [ONE_B], ""),
    (
        [SHIP_ONE_B, ("seller-confirm-shipment", {"items": ["A", {"sku": "B", "quantity": 1}]})],
        {"shipment_confirmed"},
        [A, ONE_B],
        "",
    ),
    ([("seller-cancel", {"reason": "no_inventory"})], {"canceled_by_seller", "cancellation_receipt"}, [A, B], ""),
    (
        [ASK_A, ("seller-cancel", {"reason": "buyer_canceled"})],
        {"canceled_by_seller", "cancellation_receipt"},
        [A, B],
        "",
    ),
    (
        [("seller-cancel", {"reason": "no_inventory", "items": ["A"]})],
        {"items_canceled_by_seller", "items_cancellation_receipt"},
        [A],
        "",
    ),
]


@pytest.mark.parametrize(("acts", "kinds", "named", "words"), ABOUT_ITEMS)
def test_mail_names_the_items_it_is_about_and_no_others(
    acts: Acts, kinds: set[str], named: list[str], words: str
) -> None:
    world = a_world(buyer_withdrawal=True, partial_cancellation=True)
    order = place(world)
    later(world, hours=1)
    for action, arguments in acts:
        mails = world.act(order.order_id, action, arguments).mail
    assert {each.kind for each in mails} == kinds
    for each in mails:
        if each.kind != "cancellation_receipt":
            assert each.body.count(" × ") == len(named)
            assert ", ".join(named) in each.body
            assert words in each.body


def test_what_amazon_is_asked_is_told_with_the_reason() -> None:
    world = a_world(fba_answer_delay="PT1H")
    order = place(world, channel="AFN")
    later(world, hours=1)
    [mail] = world.act(order.order_id, "buyer-request-cancellation", {"reason": "late"}).mail
    assert mail.kind == "request_submitted"
    assert f"cancel {A}, {B} is passed on. Reason: Item(s) would not arrive on time." in mail.body


def test_mail_about_the_whole_order_names_all_of_it() -> None:
    world = a_world()
    [canceled] = world.act(place(world).order_id, "buyer-cancel").mail
    order = place(world)
    [released] = world.advance(timedelta(hours=1)).mail
    assert (canceled.kind, released.kind, released.order_id) == ("canceled_by_buyer", "order_released", order.order_id)
    assert all(f"{A}, {B}" in each.body for each in (canceled, released))
    sent = place(world, channel="AFN")
    later(world, hours=1)
    world.act(sent.order_id, "warehouse-starts")
    [shipped] = world.act(sent.order_id, "warehouse-ships").mail
    assert f"{A}, {B} is on its way" in shipped.body


def test_mail_about_single_items_names_them_and_later_mail_the_others() -> None:
    world = a_world(partial_cancellation=True)
    order = place(world)
    [canceled] = world.act(order.order_id, "buyer-cancel", {"items": ["A"]}).mail
    assert canceled.kind == "items_canceled_by_buyer"
    assert f"You canceled {A} at " in canceled.body
    [released] = world.advance(timedelta(hours=1)).mail
    assert released.body.startswith(f"{B}. Ship by")


def test_mail_about_a_refund_is_about_that_one_and_names_what_it_is_for() -> None:
    world = a_world()
    order = place(world, hold=False)
    for action, arguments in SHIP:
        world.act(order.order_id, action, arguments)
    for amounts in ([{"sku": "A", "amount": 4}], [{"sku": "B", "amount": 3}, {"sku": "A", "amount": 1}]):
        world.act(order.order_id, "seller-refund", {"amounts": amounts, "reason": "other"})
        later(world, minutes=30)
    first, second = world.advance(timedelta(hours=2)).mail
    assert "Refunded at 2026-03-02T18:00:00Z: 4 (price) for A (A). Reason" in first.body
    assert "Refunded at 2026-03-02T18:30:00Z: 1 (price) for A (A); 3 (price) for B (B). Reason" in second.body


def test_every_kind_of_mail_that_names_items_is_tried_with_some_of_them() -> None:
    names_items = {name for name, kind in KINDS.items() if "{items}" in kind.body + kind.subject}
    tried = {name for _, names, _, _ in ABOUT_ITEMS for name in names} | {
        "canceled_by_buyer",
        "items_canceled_by_buyer",
        "order_released",
    }
    assert names_items <= tried


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
