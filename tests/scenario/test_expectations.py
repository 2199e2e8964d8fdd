"""Every kind of expectation passes where it is right and, where it is wrong, says what there is instead."""

import pytest

from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.scenario.expectation_readers import ORDER
from marketplace_sandbox.scenario.expectations import count_expectations
from marketplace_sandbox.scenario.scenario import read_yaml
from tests.core.worlds import a_world, place
from tests.scenario.scenes import ONE, SMALL, expecting, play_text

RIGHT = f"""\
orders:
  {ONE}:
    status: Shipped
    channel: MFN
    last_updated_at: +1h30m
    request: {{state: closed_by_shipment, at: +1h10m}}
    request.reason: late
    cancellation: null
    duties: [advise_buyer]
    refunds: []
    restocked: false
    items: [{{sku: MUG-BLUE, price: 20.00, quantity: 1, parcel_left: true}}]
    allowed: [seller-refund, seller-message]
notifications:
  - {{at: 2026-03-02T16:30:00Z, type: ORDER_CHANGE, order: {ONE}}}
  - {{at: +1h10m, change: BuyerRequestedChange}}
notifications_exactly: 3
mail: [{{at: +1h30m, kind: shipment_confirmed, to: buyer, order: {ONE}}}]
mail_exactly: 4
messages: []
messages_exactly: 0
late_replies: 0
lint: [SHIPPED_WITH_OPEN_REQUEST]
lint_exactly: 1
cancellation_rate: {{canceled: 0, orders: 1, rate: 0, status: GOOD}}
"""


def test_what_is_right_passes() -> None:
    result = expecting(RIGHT)
    assert result.failures == ()
    assert result.passed
    assert count_expectations(result.scenario) == 27 + 1  # and the refusal of a step


WRONG = {
    "status": (
        f"orders: {{{ONE}: {{status: Canceled}}}}",
        13,
        f"orders.{ONE}.status: expected Canceled, found Shipped.",
    ),
    "instant": (
        f"orders:\n  {ONE}:\n    last_updated_at: +1h",
        15,
        "last_updated_at: expected 2026-03-02T17:00:00Z, found 2026-03-02T17:30:00Z.",
    ),
    "dotted": (
        f"orders: {{{ONE}: {{request.state: open}}}}",
        13,
        "request.state: expected open, found closed_by_shipment.",
    ),
    "dotted nothing": (
        f"orders: {{{ONE}: {{cancellation.by: BUYER}}}}",
        13,
        "cancellation.by: expected BUYER, found nothing.",
    ),
    "nested nothing": (
        f"orders: {{{ONE}: {{cancellation: {{by: BUYER}}}}}}",
        13,
        "cancellation: expected {by: BUYER}, found nothing.",
    ),
    "null": (
        f"orders: {{{ONE}: {{request: null}}}}",
        13,
        "request: expected nothing, found {state: closed_by_shipment",
    ),
    "switch": (f"orders: {{{ONE}: {{restocked: true}}}}", 13, "restocked: expected true, found false."),
    "amount": (
        f"orders: {{{ONE}: {{items: [{{price: 20.01}}]}}}}",
        13,
        "there is no {price: 20.01}. The nearest is {price: 20.00}.",
    ),
    "duty": (
        f"orders: {{{ONE}: {{duties: [full_refund]}}}}",
        13,
        "there is no full_refund. The nearest is advise_buyer.",
    ),
    "no duty": (f"orders: {{{ONE}: {{duties: []}}}}", 13, "duties: expected none, found [advise_buyer]."),
    "refund": (
        f"orders: {{{ONE}: {{refunds: [{{state: pending}}]}}}}",
        13,
        "there is no {state: pending}. There are none at all.",
    ),
    "action": (f"orders: {{{ONE}: {{allowed: [buyer-cancel]}}}}", 13, "there is no buyer-cancel."),
    "notification": (
        "notifications:\n  - {at: +1h10m, change: BuyerRequestedChange}\n  - {at: +1h9m, change: BuyerRequestedChange}",
        15,
        "17:09:00Z, change: BuyerRequestedChange}. The nearest is {at: 2026-03-02T17:10:00Z, change: BuyerReques",
    ),
    "the same twice": (
        "notifications: [{change: BuyerRequestedChange}, {change: BuyerRequestedChange}]",
        13,
        "notifications[1]: there are not as many as expected of {change: BuyerRequestedChange}.",
    ),
    "number of notifications": ("notifications_exactly: 2", 13, "notifications_exactly: expected 2, found 3."),
    "mail": (
        "mail: [{kind: order_released, to: buyer}]",
        13,
        "to: buyer}. The nearest is {kind: order_released, to: seller}.",
    ),
    "number of mails": ("mail_exactly: 5", 13, "mail_exactly: expected 5, found 4."),
    "message": ("messages: [{kind: advise_return}]", 13, "There are none at all."),
    "number of messages": ("messages_exactly: 1", 13, "messages_exactly: expected 1, found 0."),
    "late replies": ("late_replies: 1", 13, "late_replies: expected 1, found 0."),
    "lint": ("lint: [REASON_MISMATCH]", 13, "lint[0]: there is no REASON_MISMATCH."),
    "lint, further": ("lint: [{code: SHIPPED_WITH_OPEN_REQUEST, at: +1h}]", 13, "at: 2026-03-02T17:30:00Z}."),
    "no lint": ("lint: []", 13, "lint: expected none, found [{code: SHIPPED_WITH_OPEN_REQUEST"),
    "number of lints": ("lint_exactly: 2", 13, "lint_exactly: expected 2, found 1."),
    "rate": ("cancellation_rate: {canceled: 1}", 13, "cancellation_rate.canceled: expected 1, found 0."),
    "rate's cause": (
        "cancellation_rate: {by_cause: {no_inventory: 1}}",
        13,
        "no_inventory: expected 1, found nothing.",
    ),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_says_what_there_is(text: str, line: int, message: str) -> None:
    result = expecting(text)
    (failure,) = result.failures
    assert message in failure.message
    assert result.scenario.line(failure.field_path) == line
    assert not result.passed


def test_each_entry_of_a_list_needs_one_of_its_own() -> None:
    # taken in the order written, the vague one would leave nothing for the exact one
    assert expecting("notifications: [{type: ORDER_CHANGE}, {at: +30m}, {change: OrderStatusChange}]").passed
    assert not expecting("notifications: [{at: +30m}, {at: +30m, type: ORDER_CHANGE}]").passed


def test_an_order_not_placed_by_then_is_missing() -> None:
    result = play_text(f"orders: [{{id: {ONE}, purchased_at: +2h}}]\nuntil: +1h\nexpect: {{orders: {{{ONE}: {{}}}}}}\n")
    assert [each.message for each in result.failures] == [f"orders.{ONE}: the order has not been placed."]


STEPS = {
    "refused unexpectedly": (
        ", refused: SHIPPED_NOT_CONFIRMED",
        "",
        ("script", 2),
        "was refused with SHIPPED_NOT_CONFIRMED; it was expected to be accepted.",
    ),
    "refused otherwise": (
        "refused: SHIPPED_NOT_CONFIRMED",
        "refused: ORDER_PENDING",
        ("script", 2),
        "was refused with SHIPPED_NOT_CONFIRMED; ORDER_PENDING was expected.",
    ),
    "accepted": (
        "{reason: late}}",
        "{reason: late}, refused: ALREADY_SHIPPED}",
        ("script", 1, "refused"),
        "was accepted (request_opened); ALREADY_SHIPPED was expected.",
    ),
}


@pytest.mark.parametrize(("old", "new", "path", "message"), STEPS.values(), ids=STEPS)
def test_a_step_must_go_as_written(old: str, new: str, path: tuple[str | int, ...], message: str) -> None:
    result = play_text(SMALL.replace(old, new))
    (failure,) = result.failures
    assert failure.path == path
    assert message in failure.message


def test_the_lint_of_a_refusal_can_be_expected() -> None:
    text = f"""\
orders: [{{id: {ONE}}}]
script: [{{at: +1h, seller-message: {ONE}, with: {{kind: ask_to_cancel}}, refused: SELLER_MUST_CANCEL_SELF}}]
expect: {{lint: [ASKED_BUYER_TO_CANCEL], lint_exactly: 1}}
"""
    assert play_text(text).failures == ()
    assert count_expectations(read_yaml(text)) == 3


def test_whatever_the_order_view_says_can_be_expected() -> None:
    world = a_world()
    view = order_json(place(world, has_regulated_items=True), world.now(), world.policy)
    assert {name: read(view[name], name) for name, read in ORDER.items()}.keys() == view.keys()
