"""Everybody can do everything the marketplace knows, orders read afresh, and refusals say what would do."""

import inspect
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.testing.actors import ActionReceipt, Actor, Amazon, Buyer, Parcel, Seller, Warehouse
from marketplace_sandbox.testing.control import MarketplaceError, RefusedError
from marketplace_sandbox.testing.marketplace import Marketplace

NOTHING = ActionReceipt("", (), (), ())
SAMPLE = {"items": ["MUG"], "amounts": [{"sku": "MUG", "amount": Decimal("1.50")}]}


def everything_done() -> dict[str, set[str]]:
    """Every method of every actor called with all it takes; answers the arguments each action was given."""
    taken: dict[str, set[str]] = {}

    def act(action: str, arguments: dict[str, Any]) -> ActionReceipt:
        taken[action] = set(arguments)
        return NOTHING

    for kind in (Buyer, Seller, Amazon, Parcel, Warehouse):
        for name, method in inspect.getmembers(kind(act), inspect.ismethod):
            if not name.startswith("_"):
                method(**{each: SAMPLE.get(each, "x") for each in inspect.signature(method).parameters})
    return taken


def test_the_actors_can_do_whatever_there_is_with_every_argument() -> None:
    assert everything_done() == {action: set(names) for action, names in ARGUMENTS.items()}


def test_one_item_may_stand_alone_and_what_is_not_said_is_left_out() -> None:
    said: list[tuple[str, dict[str, Any]]] = []

    def act(action: str, arguments: dict[str, Any]) -> ActionReceipt:
        said.append((action, arguments))
        return NOTHING

    Buyer(act).cancels("MUG")
    Seller(act).refunds("other", amounts=[{"sku": "MUG", "amount": Decimal("1.50")}])
    assert isinstance(Buyer(act), Actor)
    assert said == [
        ("buyer-cancel", {"items": ["MUG"]}),
        ("seller-refund", {"reason": "other", "amounts": [{"sku": "MUG", "amount": "1.50"}]}),
    ]


def test_a_life_of_an_order(marketplace: Marketplace) -> None:
    order = marketplace.place_order(items=[{"sku": "MUG", "price": Decimal("12.50")}, {"sku": "CUP", "quantity": 2}])
    assert (order.status, order.channel, order.marketplace_id) == ("Pending", "MFN", "ATVPDKIKX0DER")
    assert [each["sku"] for each in order.items] == ["MUG", "CUP"]
    marketplace.clock.advance("31m")
    assert order.status == "Unshipped"
    assert order.request is None
    asked = order.buyer.requests_cancellation(text="please")
    assert (asked.outcome, order.view["request"]["state"]) == ("request_opened", "open")
    assert [each["change"] for each in asked.notifications] == ["BuyerRequestedChange"]
    assert {each["kind"] for each in asked.mail} < {each["kind"] for each in order.mail + marketplace.mail}
    order.buyer.writes("Did you get it?")
    assert [each["text"] for each in order.messages if each["to"] == "seller"][-1] == "Did you get it?"
    canceled = order.seller.cancels("buyer_canceled")
    assert canceled.outcome == "canceled_on_request"
    assert order.cancellation
    assert (order.cancellation["by"], order.cancellation["counts_in_rate"]) == ("MERCHANT", False)
    assert [each["action"] for each in order.history][-1] == "seller-cancel"
    assert marketplace.rate["canceled"] == 0


def test_parcels_refunds_duties_and_warehouses(marketplace: Marketplace) -> None:
    order = marketplace.place_order(hold=False)
    order.parcel.leaves()
    assert order.items[0]["parcel_left"]
    order.seller.confirms_shipment(carrier="UPS", tracking="1Z")
    assert order.status == "Shipped"
    refund = order.seller.refunds("customer_return")
    assert refund.outcome
    order.seller.cancels_refund(order.refunds[0]["refund_id"])
    assert order.refunds[0]["state"] == "canceled"
    fulfilled = marketplace.place_order(channel="AFN", hold=False)
    fulfilled.warehouse.starts()
    fulfilled.warehouse.ships()
    assert fulfilled.status == "Shipped"
    strange = marketplace.place_order()
    strange.amazon.detects_fraud()
    assert strange.cancellation
    assert strange.cancellation["by"] == "AMAZON"


def test_a_seller_says_when_goods_ship_that_are_procured_and_that_an_invoice_was_sent(marketplace: Marketplace) -> None:
    order = marketplace.place_order(hold=False, invoice=True, is_estimated_ship_date_set=False)
    for at in ("2099-03-09T08:00:00Z", datetime(2099, 3, 9, 8, tzinfo=UTC)):
        order.seller.estimates_ship_date(at)
        assert order.items[0]["estimated_ship_at"] == "2099-03-09T08:00:00Z"
        assert order.ship_by_at == datetime(2099, 3, 9, 8, tzinfo=UTC)
    with pytest.raises(MarketplaceError, match="ship_date is an instant"):
        order.seller.estimates_ship_date(datetime(2099, 3, 9, 8))  # noqa: DTZ001  (one without a zone is the point)
    sku = order.items[0]["sku"]
    order.seller.confirms_shipment(
        carrier="UPS", shipping_service="Ground", transparency_codes=[{"sku": sku, "codes": ["AZ:1"]}]
    )
    assert order.status == "InvoiceUnconfirmed"
    order.seller.confirms_invoice()
    assert (order.status, order.items[0]["quantity_invoiced"]) == ("Shipped", 1)


def test_a_refusal_says_what_would_be_allowed(marketplace: Marketplace) -> None:
    order = marketplace.place_order()
    order.buyer.cancels()
    with pytest.raises(
        RefusedError, match=r"(?s)ALREADY_CANCELED \(409\): Order .* is Canceled.*Allowed now: "
    ) as refusal:
        order.seller.confirms_shipment()
    assert (refusal.value.code, refusal.value.status) == ("ALREADY_CANCELED", 409)
    with pytest.raises(RefusedError, match=r"did you mean 'no_inventory'"):
        marketplace.place_order(hold=False).seller.cancels("no_inventary")  # type: ignore[arg-type]  # that is what is tried
    with pytest.raises(RefusedError, match=r"did you mean .*\nThe order was not placed\."):
        marketplace.place_order(itmes=[])  # type: ignore[call-arg]  # that is what is tried


def test_an_actor_says_what_is_nearest_to_what_it_cannot_do(marketplace: Marketplace) -> None:
    order = marketplace.place_order()
    with pytest.raises(AttributeError, match=r"The buyer has no 'request_cancellation'; did you mean 'requests_cancel"):
        order.buyer.request_cancellation()  # type: ignore[attr-defined]  # that is what is tried
    with pytest.raises(AttributeError, match=r"The seller has no 'confirm_shipment'; did you mean 'confirms_shipment'"):
        order.seller.confirm_shipment()  # type: ignore[attr-defined]  # that is what is tried
    assert not hasattr(order.parcel, "cancels")


def test_many_orders_at_once_are_all_handed_out(marketplace: Marketplace) -> None:
    placed = marketplace.place_orders(1100)
    assert [each.order_id for each in placed] == [each.order_id for each in marketplace.orders]
    assert len(placed) == 1100


def test_orders_are_found_again(marketplace: Marketplace) -> None:
    placed = marketplace.place_orders(3, items=[{"sku": "MUG"}], purchased_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert marketplace.orders == placed
    assert len(set(placed)) == 3
    assert marketplace.order(placed[1].order_id) == placed[1]
    assert placed[0].purchased_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert placed[0].last_updated_at > placed[0].purchased_at
    assert placed[0].ship_by_at
    assert placed[0].auto_cancel_at
    assert "seller-cancel" in placed[0].allowed
    assert (placed[0].duties, placed[0].refunds) == ([], [])
    with pytest.raises(RefusedError, match="no order 902-0000000-0000000"):
        marketplace.order("902-0000000-0000000")
    with pytest.raises(MarketplaceError, match="place_orders"):
        marketplace.place_order(count=2)  # type: ignore[call-arg]  # that is what is tried


def test_time_is_the_tests(marketplace: Marketplace) -> None:
    clock = marketplace.clock
    assert (clock.now, clock.rate, clock.coming) == (datetime(2026, 3, 2, 16, tzinfo=UTC), 0, None)
    order = marketplace.place_order()
    assert clock.coming
    assert (clock.coming.what, clock.coming.order_id) == ("hold-ends", order.order_id)
    passed = clock.next()
    assert (passed.now, [each.what for each in passed.fired]) == (clock.now, ["hold-ends"])
    assert clock.now == datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    assert clock.advance(timedelta(minutes=1, milliseconds=500)).now.microsecond == 500_000
    assert clock.to("2026-03-02T17:00:00Z").now == clock.to(datetime(2026, 3, 2, 17, tzinfo=UTC)).now
    with pytest.raises(RefusedError, match="TIME_GOES_FORWARD"):
        clock.to("2026-03-02T16:00:00Z")
    with pytest.raises(RefusedError, match="31 minuets"):
        clock.advance("31 minuets")
    with pytest.raises(MarketplaceError, match="has no zone"):
        clock.to(datetime(2026, 3, 2, 18))  # noqa: DTZ001  that is what is refused
    clock.runs(1)
    assert clock.rate == 1


def test_settings_are_checked_and_taken_back(marketplace: Marketplace) -> None:
    assert marketplace.settings(buyer_withdrawal=True)["buyer_withdrawal"] is True
    order = marketplace.place_order(hold=False)
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    order.buyer.withdraws_request()
    assert order.request
    assert order.request["state"] == "withdrawn"
    assert marketplace.settings(buyer_withdrawal=None)["buyer_withdrawal"] is False
    assert "listing_lag" in marketplace.settings()
    with pytest.raises(RefusedError, match="did you mean 'listing_lag'"):
        marketplace.settings(listing_lga="PT1S")  # type: ignore[call-arg]  # that is what is tried


def test_items_of_one_sku_are_named_by_their_ids(marketplace: Marketplace) -> None:
    order = marketplace.place_order(items=[{"sku": "MUG", "quantity": 2}, {"sku": "MUG"}], hold=False)
    first, second = (each["order_item_id"] for each in order.items)
    with pytest.raises(RefusedError, match=rf"'MUG' is the SKU of 2 items, '{first}' and '{second}'"):
        order.seller.confirms_shipment("MUG")
    assert order.seller.confirms_shipment([{"id": first, "quantity": 1}, second]).outcome == "shipped_in_part"
    assert [each["quantity_confirmed"] for each in order.items] == [1, 1]
    with pytest.raises(AssertionError, match=rf"The shipment of MUG \(item {first}\), MUG \(item {second}\) of order"):
        marketplace.assert_not_shipped(order)
