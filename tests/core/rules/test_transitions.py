"""What becomes of an order where a nearby mistake would show nowhere else."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.policy import Policy, SettingError, requests_are_messages
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.rules import table
from tests.core.worlds import START, a_world, later, place, restored


def test_a_release_at_the_very_end_of_the_hold_is_on_time() -> None:
    """The hold ends on the next local day, of which the handling days do not begin afresh."""
    world = a_world(start=datetime(2026, 3, 3, 7, 45, tzinfo=UTC))
    order = place(world)
    later(world, minutes=30)
    released = world.order(order.order_id)
    assert released.status == "Unshipped"
    assert released.ship_by_at == order.ship_by_at == datetime(2026, 3, 5, 7, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(("reason", "state"), [("buyer_canceled", "honoured"), ("no_inventory", "overridden")])
def test_a_cancellation_that_counts_overrides_the_request(reason: str, state: str) -> None:
    world = a_world()
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, "buyer-request-cancellation")
    world.act(order.order_id, "seller-cancel", {"reason": reason})
    assert {item.request.state for item in world.order(order.order_id).items if item.request} == {state}


def test_a_canceled_order_waits_for_no_answer_to_a_message() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "buyer-message", {"text": "cancel"})
    assert world.order(order.order_id).unofficial_request
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert not world.order(order.order_id).unofficial_request


def test_tracking_that_is_not_named_stays_as_it_was() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "parcel-leaves")
    world.act(order.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z"})
    world.act(order.order_id, "seller-confirm-shipment", {"tracking": "2Z"})
    [shipment] = world.order(order.order_id).shipments
    assert (shipment.carrier, shipment.tracking) == ("UPS", "2Z")
    world.act(order.order_id, "seller-confirm-shipment", {"carrier": "DHL"})
    [shipment] = world.order(order.order_id).shipments
    assert (shipment.carrier, shipment.tracking) == ("DHL", "2Z")


def test_the_payment_of_a_pre_order_may_stay_unverified_from_its_release_on() -> None:
    world = a_world()
    release = START + timedelta(days=10)
    order = place(world, payment="unverified", release_at=release.isoformat())
    limit = release + world.policy.span("payment_limit")
    world.advance(limit - timedelta(seconds=1))
    assert world.order(order.order_id).status == "Pending"
    world.advance(limit)
    assert world.order(order.order_id).status == "Canceled"


@pytest.mark.parametrize(("hold", "minutes"), [(True, 30), (False, 10)])
def test_a_pre_order_that_is_held_is_not_released_before_its_hold_ends(hold: bool, minutes: int) -> None:
    world = a_world()
    release = START + timedelta(minutes=10)
    order = place(world, hold=hold, release_at=release.isoformat())
    world.advance(START + timedelta(minutes=minutes) - timedelta(seconds=1))
    assert world.order(order.order_id).status == "PendingAvailability"
    later(world, seconds=1)
    assert world.order(order.order_id).status != "PendingAvailability"


@pytest.mark.parametrize(
    ("marketplace", "changed"),
    [("ATVPDKIKX0DER", datetime(2022, 5, 23, tzinfo=UTC)), ("A1VC38T7YXB528", datetime(2022, 6, 6, tzinfo=UTC))],
)
def test_requests_stop_being_messages_at_the_instant_itself(marketplace: str, changed: datetime) -> None:
    dated = Policy().with_settings({"request_process": "dated"})
    assert requests_are_messages(changed - timedelta(milliseconds=1), marketplace, dated)
    assert not requests_are_messages(changed, marketplace, dated)
    assert not requests_are_messages(changed - timedelta(days=1), marketplace, Policy())


def test_a_payment_that_is_good_within_the_hold_is_remembered_until_its_end() -> None:
    world = a_world()
    order = place(world, payment="unverified")
    world.act(order.order_id, "payment-authorized")
    held = world.order(order.order_id)
    assert (held.status, held.payment) == ("Pending", "authorized")
    later(world, minutes=30)
    assert world.order(order.order_id).status == "Unshipped"


def test_no_warehouse_starts_with_what_is_unfulfillable() -> None:
    world = a_world()
    order = place(world, channel="AFN", multi_channel=True)
    assert world.order(order.order_id).status == "Unfulfillable"
    with pytest.raises(RefusedError, match="nothing to ship"):
        world.act(order.order_id, "warehouse-starts")


def test_time_itself_meets_guards() -> None:
    """Timers that are not derived any more are refused by the table, too, whoever should fire one."""
    world = a_world()
    shipped, refunded = place(world, hold=False), place(world, hold=False)
    for order in (shipped, refunded):
        world.act(order.order_id, "seller-confirm-shipment")
    late = world.now() + timedelta(days=60)
    late_cancel = table.step(world.order(shipped.order_id), Action("auto-cancel"), late, world.policy)
    assert late_cancel.outcome.name == "timer_not_armed"

    world.act(refunded.order_id, "seller-refund", {"reason": "general_adjustment"})
    (refund,) = world.order(refunded.order_id).refunds
    world.act(refunded.order_id, "seller-cancel-refund", {"refund_id": refund.refund_id})
    release = Action("refund-released", refund_id=refund.refund_id)
    assert table.step(world.order(refunded.order_id), release, late, world.policy).outcome.name == "refund_not_pending"


def test_a_count_has_at_most_as_many_days_as_ten_years() -> None:
    assert Policy().with_settings({"rate_window_days": 3650}).value("rate_window_days") == 3650
    with pytest.raises(SettingError, match="to 3650"):
        Policy().with_settings({"rate_window_days": 3651})


def test_what_a_buyer_writes_of_an_order_of_amazons_goes_to_amazon() -> None:
    world = a_world()
    order = place(world, channel="AFN")
    world.act(order.order_id, "buyer-message", {"text": "please cancel"})
    [message] = world.state.messages
    assert (message.to, message.text) == ("amazon", "please cancel")


def test_a_warehouse_ships_all_units_in_one_parcel_of_amazons() -> None:
    world = a_world()
    order = place(world, channel="AFN", items=[{"sku": "A", "quantity": 2}, {"sku": "B"}])
    later(world, hours=1)
    world.act(order.order_id, "warehouse-starts")
    world.act(order.order_id, "warehouse-ships")
    [shipment] = world.order(order.order_id).shipments
    assert (shipment.carrier, shipment.shipped_at) == ("Amazon", world.now())
    assert shipment.items == tuple((item.order_item_id, item.quantity) for item in order.items)


def test_a_parcel_has_its_service_and_the_codes_of_what_is_in_it_and_a_later_word_replaces_them() -> None:
    world = a_world()
    order = place(world, hold=False)
    a, b = (each.order_item_id for each in order.items)
    codes = [{"sku": "A", "codes": ["AZ:1"]}, {"sku": "B", "codes": ["AZ:2"]}]
    told = {"items": ["A"], "carrier": "UPS", "shipping_service": "Ground", "transparency_codes": codes}
    world.act(order.order_id, "seller-confirm-shipment", told)
    (parcel,) = world.order(order.order_id).shipments
    assert (parcel.service, parcel.transparency_codes) == ("Ground", ((a, ("AZ:1",)),))
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["B"]})
    later_codes = [{"id": b, "codes": ["AZ:3", "AZ:4"]}]
    world.act(order.order_id, "seller-confirm-shipment", {"shipping_service": "Air", "transparency_codes": later_codes})
    _, parcel = world.order(order.order_id).shipments
    assert (parcel.service, parcel.transparency_codes) == ("Air", ((b, ("AZ:3", "AZ:4")),))
    assert restored(world).order(order.order_id).shipments == world.order(order.order_id).shipments
    stranger = {"transparency_codes": [{"sku": "C", "codes": ["AZ:5"]}]}
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-confirm-shipment", stranger)
    assert refused.value.code == "INVALID_ITEM"
