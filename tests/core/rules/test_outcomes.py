"""Outcomes that the decision table has no cell for, and that there is none which no test expects."""

import re
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.rules.table import OUTCOMES
from tests.core.worlds import a_world, later, place

TESTS = Path(__file__).parents[2]
REQUEST = "buyer-request-cancellation"
STATUSES = [
    line.split() for line in Path(__file__).with_name("refusal_statuses.txt").read_text().splitlines() if line[0] != "#"
]


@pytest.mark.parametrize(
    ("settings", "form", "action", "arguments", "outcome"),
    [
        ({"request_process": "legacy"}, {}, REQUEST, {"reason": "late"}, "request_sent_as_message"),
        ({"fba_answer_delay": "PT1H"}, {"channel": "AFN"}, REQUEST, {}, "request_sent_to_amazon"),
        ({}, {}, "seller-message", {"kind": "out_of_stock"}, "stock_out_apology"),
    ],
)
def test_what_is_accepted(
    settings: dict[str, Any], form: dict[str, Any], action: str, arguments: dict[str, Any], outcome: str
) -> None:
    world = a_world(**settings)
    order = place(world, hold=False, **form)
    later(world, minutes=31)
    receipt = world.act(order.order_id, action, arguments)
    assert receipt.outcome is not None
    assert receipt.outcome.name == outcome


def test_a_pending_refund_is_taken_back() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")
    world.act(order.order_id, "seller-refund", {"reason": "general_adjustment"})
    (refund,) = world.order(order.order_id).refunds
    receipt = world.act(order.order_id, "seller-cancel-refund", {"refund_id": refund.refund_id})
    assert receipt.outcome is not None
    assert receipt.outcome.name == "refund_canceled"


def test_the_seller_is_warned_when_that_is_on() -> None:
    world = a_world(auto_cancel_warnings=True)
    place(world, hold=False)
    later(world, days=8)
    assert "seller_warned" in [event.outcome for event in world.state.order_events]


@pytest.mark.parametrize(
    ("action", "arguments", "code"),
    [
        ("warehouse-starts", {}, "SELLER_FULFILLED"),
        ("seller-cancel-refund", {"refund_id": "none"}, "REFUND_NOT_FOUND"),
    ],
)
def test_what_is_refused(action: str, arguments: dict[str, Any], code: str) -> None:
    world = a_world()
    order = place(world, hold=False)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, action, arguments)
    assert refused.value.code == code


@pytest.mark.parametrize(("name", "code", "status"), STATUSES)
def test_a_refusal_keeps_its_code_and_status(name: str, code: str, status: str) -> None:
    assert (OUTCOMES[name].error, OUTCOMES[name].http) == (code, int(status))


def test_of_a_pending_order_nobody_says_that_it_is_out_of_stock() -> None:
    world = a_world()
    order = place(world)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-message", {"kind": "out_of_stock"})
    assert refused.value.code == "ORDER_PENDING"


@pytest.mark.parametrize(
    ("action", "minutes", "more"),
    [
        ("buyer-cancel", 0, {}),
        (REQUEST, 31, {}),
        ("seller-cancel", 31, {"reason": "no_inventory"}),
        ("seller-confirm-shipment", 31, {}),
        ("parcel-leaves", 31, {}),
    ],
)
@pytest.mark.parametrize(
    ("item", "code"), [({"sku": "NOSUCH"}, "INVALID_ITEM"), ({"sku": "A", "quantity": 3}, "INVALID_QUANTITY")]
)
def test_items_are_those_of_the_order_and_no_more_of_them(
    action: str, minutes: int, more: dict[str, Any], item: dict[str, Any], code: str
) -> None:
    world = a_world()
    order = place(world, hold=False, items=[{"sku": "A", "quantity": 2}])
    later(world, minutes=minutes)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, action, {"items": [item], **more})
    assert refused.value.code == code


def test_of_a_canceled_order_nobody_is_asked_to_cancel() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-message", {"kind": "ask_to_cancel"})
    assert refused.value.code == "ALREADY_CANCELED"


def test_a_call_confirms_nothing_twice_where_a_feed_replaces_the_tracking() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1"}, "api")
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "2"}, "api")
    assert (refused.value.outcome, refused.value.code) == ("nothing_left_to_confirm", "NOTHING_LEFT_TO_CONFIRM")
    world.act(order.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "3"}, "feed")
    assert world.order(order.order_id).shipments[-1].tracking == "3"


def test_what_is_confirmed_cannot_be_asked_for() -> None:
    world = a_world()
    order = place(world, hold=False, items=[{"sku": "A"}, {"sku": "B"}])
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["A"]})
    later(world, hours=1)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, REQUEST, {"items": ["A"]})
    assert refused.value.code == "ALREADY_SHIPPED"
    assert world.order(order.order_id).open_items == ()


def test_an_acknowledgement_names_items_that_there_are() -> None:
    world = a_world()
    order = place(world, hold=False)
    stranger = {"seller_order_id": "M-1", "seller_item_ids": [{"sku": "NOSUCH", "seller_item_id": "I-1"}]}
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-acknowledge", stranger)
    assert refused.value.code == "INVALID_ITEM"


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every word of the tests, and of what they compare with."""
    files = [*TESTS.rglob("*.py"), *TESTS.rglob("*.csv")]
    return {word for path in files for word in re.findall(r"\w+", path.read_text())}


@pytest.mark.parametrize("name", OUTCOMES)
def test_each_is_expected_in_a_test(name: str, said: set[str]) -> None:
    expected = said & {name, OUTCOMES[name].error}
    assert expected, f"no test expects the outcome {name} of core/rules/table.py: add one to tests/core/rules"
