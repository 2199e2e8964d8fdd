"""`marketplace.diff`, and what a failed assertion says of the changes since the latest step."""

from datetime import UTC, datetime

import pytest

from marketplace_sandbox.testing.control import RefusedError
from marketplace_sandbox.testing.explanations import MOST_CHANGES, explain_difference
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders import Order


def test_a_diff_is_since_the_world_was_handed_over_and_until_now(
    marketplace: Marketplace, requested_order: Order
) -> None:
    assert {each["change"] for each in marketplace.diff()["orders"]} == {"added"}
    before = marketplace.version
    requested_order.seller.cancels("buyer_canceled")
    [order] = marketplace.diff(before)["orders"]
    assert order["fields"]["status"] == ["Unshipped", "Canceled"]
    assert marketplace.diff(before, before)["orders"] == []
    start = datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert marketplace.diff("2026-03-02T16:00:00Z")["orders"] == marketplace.diff(start)["orders"] != []
    with pytest.raises(RefusedError, match="from is a version from 1 to"):
        marketplace.diff(99)


def test_another_marketplace_is_compared_with(marketplace: Marketplace, requested_order: Order) -> None:
    with Marketplace.opened(marketplace.url) as other:
        for named in (other, other.seller_id):
            assert {each["change"] for each in marketplace.diff(other=named)["orders"]} == {"removed"}
        assert {each["change"] for each in other.diff(other=marketplace)["orders"]} == {"added"}


def test_a_scenario_is_what_was_before_the_test(marketplace: Marketplace) -> None:
    with Marketplace.played(marketplace.url, "demo") as played:
        assert played.began == played.version > 1
        assert played.diff()["orders"] == []


def test_a_failure_says_what_the_latest_step_has_changed(marketplace: Marketplace, requested_order: Order) -> None:
    requested_order.seller.cancels("no_inventory")
    with pytest.raises(AssertionError) as failure:
        marketplace.assert_shipped(requested_order)
    said = str(failure.value)
    assert "What has changed since the latest step (seller-cancel):" in said
    assert f"  order {requested_order.order_id} status: Unshipped → Canceled\n" in said
    assert '"counts_in_rate": true' in said
    assert "(buyer-request-cancellation):" not in said
    assert "new: notifications: 1, mail: 2\n" in said
    assert "allowed:" not in said


def test_of_an_order_that_was_just_placed_is_told_what_came_of_it_since(marketplace: Marketplace) -> None:
    order = marketplace.place_order()
    with pytest.raises(AssertionError, match=r"Nothing has changed since the latest step \(orders\)"):
        marketplace.assert_canceled(order)
    marketplace.clock.advance("31m")
    with pytest.raises(
        AssertionError, match=r"(?s)since the latest step \(advance\):\n  order \S+ status: Pending → Unshi"
    ):
        marketplace.assert_canceled(order)


def test_before_any_step_it_is_since_the_test_began(marketplace: Marketplace) -> None:
    assert marketplace.explain_changes() == "Nothing has changed since the test began."


def test_a_long_difference_is_cut(marketplace: Marketplace) -> None:
    marketplace.place_orders(MOST_CHANGES + 5)
    said = explain_difference(marketplace.diff(1), "")
    assert said.startswith("What has changed since the test began:\n  order 902-")
    assert said.count(" was added") == MOST_CHANGES
    assert "… and 5 more; see marketplace.diff()" in said


def test_an_empty_text_is_seen(marketplace: Marketplace) -> None:
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    assert 'items[0].cancel_reason: null → ""' in marketplace.explain_changes()
