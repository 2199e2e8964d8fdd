"""The Cancellation Rate to the millisecond: which orders are in it, which count, and what its window is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from marketplace_sandbox.core.orders.order import Cancellation, Channel, Order, Party
from marketplace_sandbox.core.policy import LONGEST_SPAN, POLICY, Policy, SettingError
from marketplace_sandbox.core.views.metrics import cancellation_rate, rate_between, report_rate
from tests.core.worlds import a_world, place

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
PLAIN = Policy()
JP = "A1VC38T7YXB528"


@pytest.fixture(scope="module")
def pattern() -> Order:
    """A released seller-fulfilled order."""
    return place(a_world(), hold=False)


def order(pattern: Order, number: int, purchased_at: datetime = NOW) -> Order:
    return replace(pattern, order_id=f"902-0000000-{number:07}", purchased_at=purchased_at)


def ended(
    order: Order, at: datetime = NOW, by: Party = Party.MERCHANT, reason: str = "no_inventory", *, counts: bool = True
) -> Order:
    return replace(order, cancellation=Cancellation(by, reason, at, counts))


def figures(*orders: Order, policy: Policy = PLAIN) -> tuple[int, int, str]:
    rate = cancellation_rate(orders, NOW, policy)
    return rate.canceled, rate.orders, rate.status


def test_without_orders_there_is_no_rate() -> None:
    rate = cancellation_rate([], NOW, PLAIN)
    assert (rate.canceled, rate.orders, rate.rate, rate.status, rate.by_cause) == (0, 0, None, "NONE", {})


@pytest.mark.parametrize(
    ("purchased", "orders"), [(-WEEK, 0), (-WEEK + MILLISECOND, 1), (timedelta(0), 1), (MILLISECOND, 0)]
)
def test_an_order_is_in_the_window_without_its_start_and_with_its_end(
    pattern: Order, purchased: timedelta, orders: int
) -> None:
    assert figures(order(pattern, 1, NOW + purchased))[1] == orders


@pytest.mark.parametrize(
    ("at", "canceled"), [(-WEEK, 0), (-WEEK + MILLISECOND, 1), (timedelta(0), 1), (MILLISECOND, 0)]
)
def test_a_cancellation_counts_when_it_happens_and_brings_its_order_along(
    pattern: Order, at: timedelta, canceled: int
) -> None:
    long_ago = order(pattern, 1, NOW - 3 * WEEK)
    assert figures(ended(long_ago, NOW + at))[:2] == (canceled, canceled)


def test_an_order_placed_and_canceled_in_the_window_is_one_order(pattern: Order) -> None:
    assert figures(ended(order(pattern, 1)), order(pattern, 2)) == (1, 2, "BAD")


@pytest.mark.parametrize(
    ("by", "reason", "orders"),
    [
        (Party.BUYER, "mistake", 0),
        (Party.AMAZON, "fraud", 0),
        (Party.AMAZON, "payment", 0),
        (Party.AMAZON, "auto_unconfirmed_7d", 1),
        (Party.MERCHANT, "buyer_canceled", 1),
    ],
)
def test_who_ends_an_order_without_counting_decides_whether_it_is_in_the_denominator(
    pattern: Order, by: Party, reason: str, orders: int
) -> None:
    assert figures(ended(order(pattern, 1), NOW, by, reason, counts=False))[:2] == (0, orders)


def test_what_never_left_pending_and_what_amazon_ships_is_in_no_rate(pattern: Order) -> None:
    pending = replace(order(pattern, 1), released_at=None)
    amazons = replace(order(pattern, 2), channel=Channel.AFN)
    assert figures(ended(pending), ended(amazons)) == (0, 0, "NONE")


def test_a_rate_may_be_of_one_marketplace(pattern: Order) -> None:
    orders = [ended(order(pattern, 1)), replace(order(pattern, 2), marketplace_id=JP)]
    assert [cancellation_rate(orders, NOW, PLAIN, each).orders for each in ("", JP, pattern.marketplace_id)] == [
        2,
        1,
        1,
    ]
    assert cancellation_rate(orders, NOW, PLAIN, JP).canceled == 0


@pytest.mark.parametrize(("others", "status", "rate"), [(39, "BAD", Fraction(1, 40)), (40, "GOOD", Fraction(1, 41))])
def test_a_rate_at_its_target_is_bad_already(pattern: Order, others: int, status: str, rate: Fraction) -> None:
    found = cancellation_rate(
        [ended(order(pattern, 0)), *(order(pattern, each) for each in range(1, others + 1))], NOW, PLAIN
    )
    assert (found.status, found.rate) == (status, rate)


def test_causes_are_counted_apart_and_in_order(pattern: Order) -> None:
    reasons = ("pricing_error", "no_inventory", "pricing_error")
    orders = [ended(order(pattern, number), reason=reason) for number, reason in enumerate(reasons)]
    assert list(cancellation_rate(orders, NOW, PLAIN).by_cause.items()) == [("no_inventory", 1), ("pricing_error", 2)]


def test_by_the_purchase_a_cancellation_belongs_to_the_day_of_the_order(pattern: Order) -> None:
    policy = PLAIN.with_settings({"rate_attribution": "purchased_at"})
    assert figures(ended(order(pattern, 1, NOW - 3 * WEEK)), policy=policy)[0] == 0
    late = ended(order(pattern, 1, NOW - DAY), NOW + DAY)
    assert figures(late, policy=policy)[0] == 1
    assert figures(late)[0] == 0


@pytest.mark.parametrize(
    ("at", "canceled"),
    [
        (datetime(2026, 3, 12, 23, 59, 59, 999_000, tzinfo=UTC), 0),
        (datetime(2026, 3, 13, tzinfo=UTC), 1),
        (datetime(2026, 3, 19, 23, 59, 59, 999_000, tzinfo=UTC), 1),
        (datetime(2026, 3, 20, tzinfo=UTC), 0),
    ],
)
def test_a_report_is_of_whole_days_of_which_yesterday_is_the_last(pattern: Order, at: datetime, canceled: int) -> None:
    for seconds in (0, 29.999):  # a report of any instant of today is of the same days
        made_at = NOW + timedelta(seconds=seconds)
        assert report_rate([ended(order(pattern, 1), at)], made_at, PLAIN).canceled == canceled


def test_a_report_made_within_a_second_of_midnight_is_of_whole_days(pattern: Order) -> None:
    midnight = datetime(2026, 3, 20, tzinfo=UTC)
    made_at = midnight + timedelta(milliseconds=900)
    assert report_rate([ended(order(pattern, 1), midnight + timedelta(milliseconds=500))], made_at, PLAIN).canceled == 0


def test_the_bounds_of_a_window_may_be_given(pattern: Order) -> None:
    orders = [order(pattern, 1, NOW), order(pattern, 2, NOW + DAY)]
    assert rate_between(orders, NOW, NOW + DAY, PLAIN).orders == 1


COUNTS = [key for key, entry in POLICY.items() if entry.kind == "count"]


@pytest.mark.parametrize("key", COUNTS)
def test_a_count_may_be_its_least_and_its_most_and_no_further(key: str) -> None:
    entry = POLICY[key]
    for good in (entry.minimum, entry.maximum):
        assert PLAIN.with_settings({key: good}).value(key) == good
    for bad in (entry.minimum - 1, entry.maximum + 1):
        with pytest.raises(SettingError, match=f"from {entry.minimum} to {entry.maximum}"):
            PLAIN.with_settings({key: bad})


def test_a_span_may_be_the_longest_and_no_longer() -> None:
    assert PLAIN.with_settings({"hold_period": "P3650D"}).span("hold_period") == LONGEST_SPAN
    with pytest.raises(SettingError, match="at most P3650D"):
        PLAIN.with_settings({"hold_period": "P3650DT1S"})


def test_an_override_holds_in_every_marketplace_and_the_policys_own_value_in_one() -> None:
    assert PLAIN.span("hold_period", JP) < PLAIN.span("hold_period", "ATVPDKIKX0DER") == PLAIN.span("hold_period")
    changed = PLAIN.with_settings({"hold_period": "PT1H"})
    assert changed.span("hold_period", JP) == changed.span("hold_period") == timedelta(hours=1)
    assert changed.with_settings({"hold_period": None}).span("hold_period", JP) == PLAIN.span("hold_period", JP)
