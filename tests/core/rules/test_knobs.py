"""What the settings change: each switch of the policy, off as it comes and on."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.messaging.buyer_seller import REQUEST_SUBJECT
from marketplace_sandbox.core.messaging.solicitations import may_solicit, solicitation_window
from marketplace_sandbox.core.policy import SettingError
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.views.metrics import cancellation_rate, report_rate
from tests.core.worlds import START, a_world, later, place

REQUEST = "buyer-request-cancellation"


def test_a_withdrawal_exists_only_when_it_is_enabled() -> None:
    world = a_world()
    order = place(world, hold=False)
    later(world, hours=1)
    world.act(order.order_id, REQUEST)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "buyer-withdraw-request")
    assert (refused.value.code, refused.value.http) == ("FEATURE_DISABLED", 404)
    world.execute(ConfigurePolicy({"buyer_withdrawal": True}))
    world.act(order.order_id, "buyer-withdraw-request")
    assert not world.order(order.order_id).items[0].cancellation_requested


def test_in_advisory_mode_a_parcel_on_its_way_only_earns_a_lint() -> None:
    world = a_world(physical_facts="advisory")
    order = place(world, hold=False)
    world.act(order.order_id, "parcel-leaves")
    receipt = world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert [each.code for each in receipt.lints] == ["PARCEL_LEFT_BEFORE_CANCEL"]


def test_without_the_reason_rule_any_reason_is_exempt_while_a_request_is_open() -> None:
    world = a_world(exempt_requires_reason=False)
    order = place(world)
    later(world, hours=1)
    world.act(order.order_id, REQUEST)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    ended = world.order(order.order_id).cancellation
    assert ended is not None
    assert not ended.counts_in_rate


def test_the_sellers_window_is_off_unless_it_is_set() -> None:
    world = a_world(seller_cancel_window="PT40M")
    orders = [place(world), place(world)]
    later(world, minutes=39)
    world.act(orders[0].order_id, "seller-cancel", {"reason": "no_inventory"})
    later(world, minutes=1)
    with pytest.raises(RefusedError, match="window is over"):
        world.act(orders[1].order_id, "seller-cancel", {"reason": "no_inventory"})


def test_warnings_come_at_the_ship_by_instant_and_five_and_six_days_later() -> None:
    world = a_world(auto_cancel_warnings=True)
    order = place(world)
    receipt = world.advance(START + timedelta(days=30))
    warned = [each.at for each in receipt.mail if each.kind == "auto_cancel_warning"]
    assert order.ship_by_at is not None
    assert warned == [order.ship_by_at + timedelta(days=days) for days in (0, 5, 6)]


@pytest.mark.parametrize(
    ("marketplace", "start", "is_message"),
    [
        ("ATVPDKIKX0DER", datetime(2022, 5, 22, 22, 0, tzinfo=UTC), True),
        ("ATVPDKIKX0DER", datetime(2022, 5, 23, 0, 0, tzinfo=UTC), False),
        ("A1VC38T7YXB528", datetime(2022, 6, 5, 22, 0, tzinfo=UTC), True),
        ("A1VC38T7YXB528", datetime(2022, 6, 6, 0, 0, tzinfo=UTC), False),
    ],
)
def test_before_its_date_a_request_is_a_message(marketplace: str, start: datetime, is_message: bool) -> None:
    world = a_world(start=start, request_process="dated")
    order = place(world, marketplace=marketplace)
    later(world, hours=1)
    receipt = world.act(order.order_id, REQUEST, {"reason": "late"})
    after = world.order(order.order_id)
    labels = [each.label for each in world.state.messages]
    assert labels == ([REQUEST_SUBJECT] if is_message else [])
    assert after.items[0].cancellation_requested is not is_message
    assert bool(receipt.notices) is not is_message
    world.act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    ended = world.order(order.order_id).cancellation
    assert ended is not None
    assert not ended.counts_in_rate


def test_the_rate_may_be_attributed_to_the_purchase() -> None:
    world = a_world()
    order = place(world)
    world.execute(ConfigurePolicy({"rate_attribution": "purchased_at"}))
    world.advance(START + timedelta(days=11))
    assert cancellation_rate(world.orders.values(), world.now(), world.policy).canceled == 0
    world.execute(ConfigurePolicy({"rate_attribution": None}))
    assert cancellation_rate(world.orders.values(), world.now(), world.policy).canceled == 1
    assert world.order(order.order_id).status == "Canceled"


def test_the_reports_rate_is_of_whole_days_that_end_yesterday() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    orders = list(world.orders.values())
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert report_rate(orders, midnight - timedelta(seconds=1), world.policy).canceled == 0
    assert report_rate(orders, midnight, world.policy).canceled == 1
    assert report_rate(orders, midnight + timedelta(days=7), world.policy).canceled == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"buyer_withdrawl": True}, "buyer_withdrawal"),
        ({"buyer_withdrawal": "yes"}, "true or false"),
        ({"hold_period": "half an hour"}, "PT30M"),
        ({"hold_period": 30}, "PT30M"),
        ({"auto_cancel_mode": "bussiness"}, "business"),
        ({"handling_days": 1.5}, "whole number"),
        ({"handling_days": True}, "whole number"),
    ],
)
def test_a_wrong_setting_names_what_would_do_and_changes_nothing(changes: dict[str, object], words: str) -> None:
    world = a_world()
    version, policy = world.version, world.policy
    with pytest.raises(SettingError, match=words):
        world.execute(ConfigurePolicy(changes))
    assert (world.version, world.policy) == (version, policy)


def test_a_setting_goes_back_to_what_the_seller_began_with() -> None:
    world = a_world(hold_period="PT10M")
    world.execute(ConfigurePolicy({"hold_period": "PT1M"}))
    world.execute(ConfigurePolicy({"hold_period": None}))
    assert world.policy.in_force()["hold_period"] == "PT10M"


@pytest.mark.parametrize(("picked", "status"), [(False, "Canceled"), (True, "Unshipped")])
def test_amazon_may_take_its_time_to_answer(picked: bool, status: str) -> None:
    world = a_world(fba_answer_delay="PT1H")
    order = place(world, channel="AFN")
    later(world, minutes=31)
    asked = world.act(order.order_id, REQUEST)
    assert [mail.kind for mail in asked.mail] == ["request_submitted"]
    assert world.act(order.order_id, REQUEST).mail == []
    if picked:
        world.act(order.order_id, "warehouse-starts")
    later(world, minutes=59, seconds=59)
    assert world.order(order.order_id).status == "Unshipped"
    [answer] = world.advance(timedelta(seconds=1)).mail
    assert answer.kind == "amazon_decided_request"
    assert world.order(order.order_id).status == status


def test_newer_reasons_are_taken_only_when_they_are_enabled() -> None:
    world = a_world()
    order = place(world, hold=False)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-cancel", {"reason": "weather_delay"})
    assert refused.value.code == "INVALID_REASON"
    world.execute(ConfigurePolicy({"newer_cancel_reasons": True}))
    world.act(order.order_id, "seller-cancel", {"reason": "weather_delay"})
    assert world.order(order.order_id).status == "Canceled"


@pytest.mark.parametrize(("most", "released"), [(1, 1), (2, 2), (3, 2)])
def test_so_many_timers_fire_in_one_advance(most: int, released: int) -> None:
    world = a_world(advance_timers=most)
    for _ in range(2):
        place(world)
        later(world, minutes=1)
    with world.advance_in_steps(timedelta(hours=1)) as advance:
        while world.take_step(advance):
            pass
    assert len(advance.receipt.fired) == released
    assert advance.stopped == ("timers" if most == 1 else "")


@pytest.mark.parametrize("origin", ["control", "feed", "api"])
def test_the_form_of_a_tracking_number_is_checked_only_where_that_is_wanted(origin: str) -> None:
    world = a_world()
    lenient, strict = (place(world, hold=False) for _ in range(2))
    world.act(lenient.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z999"}, origin)
    world.execute(ConfigurePolicy({"tracking_checks": True}))
    with pytest.raises(RefusedError, match="tracking_checks") as refused:
        world.act(strict.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z999"}, origin)
    assert (refused.value.code, refused.value.http) == ("INVALID_TRACKING", 400)
    assert world.order(strict.order_id) is strict
    world.act(strict.order_id, "seller-confirm-shipment", {"carrier": "DPD", "tracking": "1Z999"}, origin)


@pytest.mark.parametrize(("day", "asked"), [(1, False), (2, True), (3, False)])
def test_the_days_in_which_a_buyer_is_asked_for_a_review_are_settings(day: int, asked: bool) -> None:
    world = a_world(solicitation_after="P2D", solicitation_until="P3D")
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")
    begins, _ = solicitation_window(order, world.policy)
    assert may_solicit(world.order(order.order_id), begins + timedelta(days=day - 2), world.policy) is asked
