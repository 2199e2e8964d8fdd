"""Two items of one SKU in one order: read, sent, canceled, refunded and reported by ids. Source: ITEMS-OF-ONE-SKU."""

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox.api.field_mapping.compare import compare
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from tests.api.contract import Answer
from tests.api.field_mapping.agreement import project_everywhere
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    ADJUST,
    CONFIRM_INVOICE,
    ESTIMATE,
    FLAT_ACKNOWLEDGE,
    FLAT_ADJUST,
    FLAT_FULFIL,
    FULFIL,
    adjust,
    adjusted,
    cancel,
    envelope,
    invoice,
    invoiced,
    outcome,
    ship_date,
    table,
)
from tests.api.formats.reports import reading
from tests.api.shop import US, Seller, Shop

MUGS = [
    {"sku": "MUG", "title": "Blue mug", "quantity": 2, "price": 20},
    {"sku": "MUG", "price": 18, "is_gift": True, "buyer_info": {"gift_message_text": "For you"}},
]
CANCEL = ("order-id", "cancellation-reason-code", "amazon-order-item-code")
REFUND = ("order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj")
SHIP = ("order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "tracking-number")
JP = "A1VC38T7YXB528"
SHIPPED_AT = "2026-03-02T15:00:00Z"


@pytest.fixture
def mugs(seller: Seller) -> Order:
    return seller.place_order(items=MUGS)


def ids(order: Order) -> tuple[str, str]:
    first, second = (each.order_item_id for each in order.items)
    return first, second


def confirmed(seller: Seller, order: Order) -> list[int]:
    return [each.quantity_confirmed for each in seller.world.order(order.order_id).items]


def canceled(seller: Seller, order: Order) -> list[bool]:
    return [each.canceled is not None for each in seller.world.order(order.order_id).items]


def refunded(seller: Seller, order: Order) -> list[tuple[str, Decimal]]:
    return [(a.order_item_id, a.amount) for one in seller.world.order(order.order_id).refunds for a in one.amounts]


def refused(seller: Seller, feed_type: str, file: str) -> str:
    """What is said of the one message of a feed, which must have changed no order."""
    before = dict(seller.world.orders)
    said = outcome(seller, feed_type, file).text
    assert dict(seller.world.orders) == before
    return said


def confirm(seller: Seller, order: Order, *items: tuple[str, int]) -> Answer:
    parcel = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z999AA10123456784",
        "shipDate": SHIPPED_AT,
        "orderItems": [{"orderItemId": item_id, "quantity": units} for item_id, units in items],
    }
    body = {"marketplaceId": US, "packageDetail": parcel}
    return seller.post(f"/orders/v0/orders/{order.order_id}/shipmentConfirmation", body)


# Reading


def test_every_dialect_shows_two_items_with_ids_of_their_own(seller: Seller, mugs: Order) -> None:
    first, second = ids(mugs)
    told = {
        each["OrderItemId"]: (each["SellerSKU"], each["QuantityOrdered"], each["ItemPrice"]["Amount"], each["Title"])
        for each in seller.items(mugs)
    }
    assert told == {first: ("MUG", 2, "40.00", "Blue mug"), second: ("MUG", 1, "18.00", "Blue mug")}
    assert len({each["ASIN"] for each in seller.items(mugs)}) == 1
    shown = project_everywhere(seller.world, mugs)
    latest, mws = shown[Dialect.LATEST].items, shown[Dialect.MWS].items
    assert [(each["product"]["sellerSku"], each["quantityOrdered"]) for each in latest.values()] == [
        ("MUG", 2),
        ("MUG", 1),
    ]
    assert [(each["SellerSKU"], each["QuantityOrdered"]) for each in mws.values()] == [("MUG", "2"), ("MUG", "1")]
    assert list(latest) == list(mws) == [first, second]


def test_a_request_on_one_of_them_is_told_of_that_one(seller: Seller, mugs: Order) -> None:
    first, second = ids(mugs)
    seller.pass_time(hours=1)
    seller.world.act(mugs.order_id, "buyer-request-cancellation", {"items": [second], "reason": "mistake"})
    asked = {each["OrderItemId"]: each["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] for each in seller.items(mugs)}
    assert asked == {first: "false", second: "true"}
    change = project_everywhere(seller.world, mugs, seller.world.state.notices[-1])[Dialect.ORDER_CHANGE]
    told = {
        item_id: (each["SellerSKU"], each["Quantity"], each["IsBuyerRequestedCancel"])
        for item_id, each in change.items.items()
    }
    assert told == {first: ("MUG", 2, False), second: ("MUG", 1, True)}


def test_regulated_goods_and_pickups_take_them_too(seller: Seller) -> None:
    order = seller.place_order(items=MUGS, is_ispu=True, has_regulated_items=True)
    _, second = ids(order)
    path = f"/orders/v0/orders/{order.order_id}"
    said = {"status": "Approved", "externalReviewerId": "R1"}
    assert seller.patch(f"{path}/regulatedInfo", {"regulatedOrderVerificationStatus": said}).status == 204
    shown = seller.get(f"{path}/regulatedInfo", seller.restricted(f"{path}/regulatedInfo")).payload
    assert shown["RegulatedOrderVerificationStatus"]["Status"] == "Approved"
    picked = {"marketplaceId": US, "shipmentStatus": "PickedUp", "orderItems": [{"orderItemId": second}]}
    assert seller.post(f"{path}/shipment", picked).status == 204
    assert confirmed(seller, order) == [0, 1]


# Shipping


def test_a_call_confirms_the_item_it_names_and_a_package_has_that_one(seller: Seller, mugs: Order) -> None:
    first, second = ids(mugs)
    assert confirm(seller, mugs, (second, 1)).status == 204
    assert [(each["OrderItemId"], each["QuantityShipped"]) for each in seller.items(mugs)] == [(first, 0), (second, 1)]
    assert seller.read(mugs)["OrderStatus"] == "PartiallyShipped"
    assert confirm(seller, mugs, (first, 2)).status == 204
    answer = seller.get(f"/orders/2026-01-01/orders/{mugs.order_id}", includedData="PACKAGES")
    packages = [
        [(i["orderItemId"], i["quantity"]) for i in p["packageItems"]] for p in answer.body["order"]["packages"]
    ]
    assert packages == [[(second, 1)], [(first, 2)]]


def test_a_call_by_sku_or_with_the_units_of_both_is_refused(seller: Seller, mugs: Order) -> None:
    _, second = ids(mugs)
    before = seller.standing()
    by_sku = confirm(seller, mugs, ("MUG", 1))
    assert (by_sku.status, by_sku.error["details"]) == (400, "packageDetail.orderItems[0].orderItemId")
    assert by_sku.error["message"].startswith("OrderItemId is invalid")
    too_many = confirm(seller, mugs, (second, 3))
    assert too_many.error["message"].startswith("Failed to create/update package due to overfulfillment.")
    assert f"Of item {second} (MUG) 3 were named; it has 1, 1 of them left to confirm." in too_many.error["message"]
    assert seller.standing() == before


@pytest.mark.parametrize("flat", [False, True])
def test_a_feed_confirms_the_items_it_names(seller: Seller, mugs: Order, flat: bool) -> None:
    first, second = ids(mugs)

    def file(item_id: str, units: int) -> str:
        if flat:
            return table(SHIP, (mugs.order_id, item_id, str(units), SHIPPED_AT, "UPS", "1Z"))
        item = f"<AmazonOrderItemCode>{item_id}</AmazonOrderItemCode><Quantity>{units}</Quantity>"
        data = "<FulfillmentData><CarrierCode>UPS</CarrierCode></FulfillmentData>"
        date = f"<FulfillmentDate>{SHIPPED_AT}</FulfillmentDate>"
        order_id = f"<AmazonOrderID>{mugs.order_id}</AmazonOrderID>"
        return envelope(FULFIL, f"{order_id}{date}{data}<Item>{item}</Item>")

    feed_type = FLAT_FULFIL if flat else FULFIL
    assert "'MUG' is the SKU of an item, not its id" in refused(seller, feed_type, file("MUG", 1))
    assert "larger than the quantities that could be fulfilled" in refused(seller, feed_type, file(second, 3))
    assert outcome(seller, feed_type, file(second, 1)).codes == []
    assert confirmed(seller, mugs) == [0, 1]
    assert outcome(seller, feed_type, file(first, 2)).codes == []
    assert seller.world.order(mugs.order_id).status == "Shipped"


def test_one_id_of_the_sellers_for_both_names_neither(seller: Seller, mugs: Order) -> None:
    first, second = ids(mugs)
    links = "".join(
        f"<Item><AmazonOrderItemCode>{each}</AmazonOrderItemCode><MerchantOrderItemID>MUG</MerchantOrderItemID></Item>"
        for each in (first, second)
    )
    order_id = f"<AmazonOrderID>{mugs.order_id}</AmazonOrderID>"
    acknowledged = envelope(ACKNOWLEDGE, f"{order_id}<StatusCode>Success</StatusCode>{links}")
    assert outcome(seller, ACKNOWLEDGE, acknowledged).codes == []
    assert [each.seller_item_id for each in seller.world.order(mugs.order_id).items] == ["MUG", "MUG"]
    data = "<FulfillmentData><CarrierCode>UPS</CarrierCode></FulfillmentData>"
    item = "<Item><MerchantOrderItemID>MUG</MerchantOrderItemID><Quantity>1</Quantity></Item>"
    date = f"<FulfillmentDate>{SHIPPED_AT}</FulfillmentDate>"
    said = refused(seller, FULFIL, envelope(FULFIL, f"{order_id}{date}{data}{item}"))
    assert said.endswith(f"'{first}' and '{second}'; name each of them by its order item id.")


# Canceling and refunding


@pytest.mark.parametrize("flat", [False, True])
def test_a_feed_cancels_both_or_where_single_items_may_be_one(seller: Seller, flat: bool) -> None:
    feed_type = FLAT_ACKNOWLEDGE if flat else ACKNOWLEDGE

    def file(order: Order, *items: str) -> str:
        rows = [(order.order_id, "NoInventory", each) for each in items]
        return (
            table(CANCEL, *rows, template="OrderCancellation")
            if flat
            else envelope(feed_type, cancel(order, items=items))
        )

    whole, part = (seller.place_order(items=MUGS) for _ in range(2))
    first, second = ids(part)
    assert refused(seller, feed_type, file(part, second)).startswith("PARTIAL_CANCEL_UNSUPPORTED")
    assert outcome(seller, feed_type, file(whole, *ids(whole))).codes == []
    assert seller.world.order(whole.order_id).status == "Canceled"
    seller.world.execute(ConfigurePolicy({"partial_cancellation": True}))
    assert "'MUG' is the SKU of an item" in refused(seller, feed_type, file(part, "MUG"))
    assert outcome(seller, feed_type, file(part, second)).codes == []
    assert canceled(seller, part) == [False, True]
    assert [(each["OrderItemId"], each["QuantityOrdered"]) for each in seller.items(part)] == [(first, 2), (second, 0)]
    assert outcome(seller, feed_type, file(part, first)).codes == []
    assert seller.world.order(part.order_id).status == "Canceled"


@pytest.mark.parametrize("flat", [False, True])
def test_an_adjustment_is_of_the_item_it_names(seller: Seller, mugs: Order, flat: bool) -> None:
    feed_type = FLAT_ADJUST if flat else ADJUST
    first, second = ids(mugs)
    seller.world.act(mugs.order_id, "seller-confirm-shipment")

    def file(item_id: str, amount: str) -> str:
        row = (mugs.order_id, item_id, "NoInventory", "USD", amount)
        return table(REFUND, row) if flat else envelope(ADJUST, adjust(mugs, adjusted(item_id, amount)))

    assert "'MUG' is the SKU of an item" in refused(seller, feed_type, file("MUG", "1.00"))
    # of the other one there would be enough
    assert refused(seller, feed_type, file(second, "18.01")).startswith("INVALID_AMOUNT")
    assert outcome(seller, feed_type, file(second, "18.00")).codes == []
    assert refunded(seller, mugs) == [(second, Decimal("18.00"))]
    assert outcome(seller, feed_type, file(first, "40.00")).codes == []
    assert seller.world.order(mugs.order_id).refunds[-1].amounts[0].order_item_id == first


def test_an_invoice_is_confirmed_item_by_item(seller: Seller) -> None:
    order = seller.place_order(items=MUGS, invoice=True)
    seller.world.act(order.order_id, "seller-confirm-shipment")
    first, second = ids(order)

    def file(item_id: str, units: str) -> str:
        return envelope(CONFIRM_INVOICE, invoice(order, invoiced(item_id, units)))

    assert "'MUG' is the SKU of an item" in refused(seller, CONFIRM_INVOICE, file("MUG", "1"))
    too_many = refused(seller, CONFIRM_INVOICE, file(second, "2"))
    assert f"Of item {second} (MUG) 2 were named; it has 1, 1 of them left to confirm." in too_many
    assert outcome(seller, CONFIRM_INVOICE, file(second, "1")).codes == []
    assert [each.quantity_invoiced for each in seller.world.order(order.order_id).items] == [0, 1]
    assert outcome(seller, CONFIRM_INVOICE, file(first, "2")).codes == []
    assert seller.world.order(order.order_id).status == "Shipped"


def test_a_ship_date_by_sku_is_of_all_items_that_are_still_to_be_sent(shop: Shop) -> None:
    """An OrderSourcingOnDemand has a SKU and no id of an item, so it cannot say which."""
    seller = shop.open(marketplace_ids=[JP])
    order = seller.place_order(items=[*MUGS, {"sku": "CUP"}], promise_response_due_date="2026-03-05T15:00:00Z")
    assert outcome(seller, ESTIMATE, envelope(ESTIMATE, ship_date(order, "MUG"))).codes == []
    dated = [each.estimated_ship_at is not None for each in seller.world.order(order.order_id).items]
    assert dated == [True, True, False]
    first = order.items[0].order_item_id
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": [first]})
    later = ship_date(order, "MUG", "2026-03-20T00:00:00+09:00")
    assert outcome(seller, ESTIMATE, envelope(ESTIMATE, later)).codes == []
    dates = [each.estimated_ship_at for each in seller.world.order(order.order_id).items]
    assert dates[0] is not None
    assert dates[1] is not None
    assert dates[0] < dates[1]
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": [order.items[1].order_item_id]})
    latest = ship_date(order, "MUG", "2026-03-25T00:00:00+09:00")
    assert refused(seller, ESTIMATE, envelope(ESTIMATE, latest)).startswith("ALREADY_CONFIRMED")


# Reports


@pytest.mark.parametrize("kind", [reading.SHIPPING, reading.UNSHIPPED])
def test_reports_with_ids_of_items_have_a_row_for_each(seller: Seller, mugs: Order, kind: str) -> None:
    first, second = ids(mugs)
    confirm(seller, mugs, (first, 1))
    rows = reading.table(seller, kind)
    assert [(each["order-item-id"], each["sku"], each["quantity-purchased"]) for each in rows] == [
        (first, "MUG", "2"),
        (second, "MUG", "1"),
    ]


@pytest.mark.parametrize("kind", [reading.BY_DATE, reading.BY_UPDATE])
def test_reports_of_all_orders_have_rows_that_differ_by_quantity_and_price_alone(
    seller: Seller, mugs: Order, kind: str
) -> None:
    """Source: amzn/selling-partner-api-docs#3677 and #3277: no column of these reports tells such rows apart."""
    one, other = reading.table(seller, kind)
    assert {name for name in one if one[name] != other[name]} == {"quantity", "item-price"}
    assert (one["quantity"], one["item-price"]) == ("2", "40.00")
    assert (other["sku"], other["quantity"], other["item-price"]) == ("MUG", "1", "18.00")
    assert (one["amazon-order-id"], one["sku"]) == (mugs.order_id, "MUG")


def test_an_order_report_in_xml_has_an_item_for_each(seller: Seller) -> None:
    kind = "GET_ORDER_REPORT_DATA_SHIPPING"
    body = {"reportType": kind, "marketplaceIds": [US], "period": "PT15M"}
    assert seller.post(f"{reading.BASE}/schedules", body).status == 201
    order = seller.place_order(items=MUGS)
    seller.pass_time(minutes=20)
    (done,) = seller.get(f"{reading.BASE}/reports", reportTypes=kind).body["reports"]
    root = etree.fromstring(reading.text(seller, done).encode())
    told = [
        tuple(each.findtext(name) for name in ("AmazonOrderItemCode", "SKU", "Quantity"))
        for each in root.iterfind("Message/OrderReport/Item")
    ]
    assert told == [(ids(order)[0], "MUG", "2"), (ids(order)[1], "MUG", "1")]


@pytest.mark.parametrize("by", ["ORDER_DATE", "LAST_UPDATE"])
def test_reports_of_all_orders_in_xml_tell_them_apart_by_their_ids(seller: Seller, mugs: Order, by: str) -> None:
    """Source: amzn/selling-partner-api-docs#3277: the XML of these reports has the id of the item."""
    done = reading.made(seller, f"GET_XML_ALL_ORDERS_DATA_BY_{by}_GENERAL")
    root = etree.fromstring(reading.text(seller, done).encode("cp1252"))
    told = [
        tuple(each.findtext(name) for name in ("AmazonOrderItemCode", "SKU", "Quantity"))
        for each in root.iterfind("Message/Order/OrderItem")
    ]
    assert told == [(ids(mugs)[0], "MUG", "2"), (ids(mugs)[1], "MUG", "1")]


def test_the_reports_of_pending_orders_have_a_row_for_each(shop: Shop) -> None:
    tokyo = shop.open(marketplace_ids=[JP])
    order = tokyo.place_order(hold=True, items=MUGS)
    rows = reading.table(tokyo, "GET_FLAT_FILE_PENDING_ORDERS_DATA", marketplaceIds=[JP])
    told = [(each["order-item-id"], each["sku"], each["quantity-purchased"]) for each in rows]
    assert told == [(ids(order)[0], "MUG", "2"), (ids(order)[1], "MUG", "1")]


def test_each_has_a_line_in_the_comparison(seller: Seller, mugs: Order) -> None:
    rows: list[dict[str, Any]] = [each for each in compare(seller.world, mugs)["facts"] if each["fact"] == "sku"]
    assert [each["order_item_id"] for each in rows] == list(ids(mugs))
    assert {cell["value"] for each in rows for cell in each["dialects"].values() if cell} == {"MUG"}
