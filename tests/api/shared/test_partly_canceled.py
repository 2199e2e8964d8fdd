"""What an order shows of which one item was canceled by itself. Sources: PARTIAL-CANCELLATION, V13."""

from typing import Any

import pytest

from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.views.projections import order_json
from tests.api.field_mapping.agreement import project_everywhere
from tests.api.formats.feeds.filing import ACKNOWLEDGE, FLAT_ACKNOWLEDGE, cancel, envelope, outcome, table
from tests.api.formats.reports import reading
from tests.api.shop import Seller

TWO = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15, "tax": 1, "shipping": 2}]
CANCEL = ("order-id", "cancellation-reason-code", "amazon-order-item-code")
ORDER = "/orders/2026-01-01/orders"


@pytest.fixture
def partly(seller: Seller) -> Order:
    """Two B are left of an order of one A and two B."""
    seller.world.execute(ConfigurePolicy({"partial_cancellation": True}))
    order = seller.place_order(items=TWO)
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory", "items": ["A"]})
    return seller.world.order(order.order_id)


def test_orders_v0_shows_nought_units_and_no_price_of_it_and_totals_without_it(seller: Seller, partly: Order) -> None:
    shown = seller.read(partly)
    assert (shown["OrderStatus"], shown["OrderTotal"]["Amount"]) == ("Unshipped", "36.00")
    assert (shown["NumberOfItemsShipped"], shown["NumberOfItemsUnshipped"]) == (0, 2)
    canceled, kept = seller.items(partly)
    assert (canceled["SellerSKU"], canceled["QuantityOrdered"], canceled["QuantityShipped"]) == ("A", 0, 0)
    assert not {name for name in canceled if name.endswith(("Price", "Tax"))}
    assert (kept["QuantityOrdered"], kept["ItemPrice"]["Amount"]) == (2, "30.00")


def test_orders_2026_says_who_canceled_it_and_why(seller: Seller, partly: Order) -> None:
    sets = "PROCEEDS,CANCELLATION,FULFILLMENT"
    answer = seller.get(f"{ORDER}/{partly.order_id}", includedData=sets)
    assert answer.status == 200, answer.raw
    shown = answer.body["order"]
    canceled, kept = shown["orderItems"]
    assert shown["proceeds"]["grandTotal"]["amount"] == "36.00"
    assert (canceled["quantityOrdered"], kept["quantityOrdered"]) == (0, 2)
    assert "price" not in canceled["product"]
    assert "proceeds" not in canceled
    assert canceled["cancellation"]["cancellationExecution"]
    assert "cancellation" not in kept
    assert canceled["fulfillment"]["quantityUnfulfilled"] == 0


def test_mws_and_the_notification_show_the_same(seller: Seller, partly: Order) -> None:
    shown = project_everywhere(seller.world, partly, seller.world.state.notices[-1])
    canceled, kept = (each.order_item_id for each in partly.items)
    mws = shown[Dialect.MWS]
    assert (mws.items[canceled]["QuantityOrdered"], mws.items[kept]["QuantityOrdered"]) == ("0", "2")
    assert "ItemPrice" not in mws.items[canceled]
    assert "ItemPrice" in mws.items[kept]
    change = shown[Dialect.ORDER_CHANGE]
    assert (change.order["OrderChangeType"], change.order["Summary"]["OrderStatus"]) == (
        "BuyerRequestedChange",
        "Unshipped",
    )
    assert change.order["OrderChangeTrigger"]["ChangeReason"] == "Buyer Requested Cancel"
    assert change.order["Summary"]["NumberOfItemsUnshipped"] == 2
    assert (change.items[canceled]["Quantity"], change.items[kept]["Quantity"]) == (0, 2)


def test_a_report_has_a_canceled_line_beside_a_shipped_one(seller: Seller, partly: Order) -> None:
    seller.world.act(partly.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z"})
    assert seller.read(partly)["OrderStatus"] == "Shipped"
    rows = {row["sku"]: row for row in reading.table(seller, reading.BY_DATE)}
    told = {
        sku: (row["order-status"], row["item-status"], row["quantity"], row["item-price"]) for sku, row in rows.items()
    }
    assert told == {"A": ("Shipped", "Cancelled", "0", ""), "B": ("Shipped", "Shipped", "2", "30.00")}


def test_the_control_api_keeps_the_ordered_quantity_and_says_how_it_was_canceled(seller: Seller, partly: Order) -> None:
    shown = order_json(partly, seller.world.now(), seller.world.policy)
    canceled, kept = shown["items"]
    assert (canceled["quantity"], canceled["price"], shown["cancellation"]) == (1, "20.00", None)
    assert canceled["cancellation"] == {
        "by": "MERCHANT",
        "reason": "no_inventory",
        "at": shown["last_updated_at"],
        "counts_in_rate": True,
    }
    assert kept["cancellation"] is None
    assert "seller-cancel" in shown["allowed"]


@pytest.mark.parametrize("feed_type", [ACKNOWLEDGE, FLAT_ACKNOWLEDGE])
def test_a_feed_cancels_the_items_it_names(seller: Seller, feed_type: str) -> None:
    seller.world.execute(ConfigurePolicy({"partial_cancellation": True}))
    order = seller.place_order(items=TWO)
    first = order.items[0].order_item_id
    file = envelope(ACKNOWLEDGE, cancel(order, items=[first])) if feed_type == ACKNOWLEDGE else ""
    file = file or table(CANCEL, (order.order_id, "NoInventory", first), template="OrderCancellation")
    assert outcome(seller, feed_type, file).codes == []
    after = seller.world.order(order.order_id)
    assert ([item.canceled is not None for item in after.items], after.status) == ([True, False], "Unshipped")
    assert outcome(seller, feed_type, file.replace("NoInventory", "CustomerReturn")).text.startswith("ALREADY_CANCELED")
    assert seller.world.order(order.order_id) is after


def test_no_shipment_of_it_is_confirmed(seller: Seller, partly: Order) -> None:
    item: dict[str, Any] = {"orderItemId": partly.items[0].order_item_id, "quantity": 1}
    parcel = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z999AA10123456784",
        "shipDate": "2026-03-02T15:00:00Z",
        "orderItems": [item],
    }
    body = {"marketplaceId": partly.marketplace_id, "packageDetail": parcel}
    answer = seller.post(f"/orders/v0/orders/{partly.order_id}/shipmentConfirmation", body)
    assert answer.status == 400
    assert "NonexistentOrderItem" in answer.error["message"]
    assert seller.world.order(partly.order_id) is partly
