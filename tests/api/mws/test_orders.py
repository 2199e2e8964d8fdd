"""The six actions of MWS Orders: what is listed, what is shown when, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.mws.client import ORDERS, Client, Reply
from tests.api.mws.conftest import Build

US = "ATVPDKIKX0DER"
EVER = "2000-01-01T00:00:00Z"
UNKNOWN = "902-9999999-9999999"


def place(client: Client, number: int = 1, **form: Any) -> str:
    order_id = f"902-0000000-{number:07d}"
    client.world.place_orders({"id": order_id} | form)
    return order_id


def advance(client: Client, **span: float) -> None:
    client.world.advance(client.world.now() + timedelta(**span))


def list_orders(client: Client, **given: str) -> Reply:
    """ListOrders by creation, in the first marketplace, unless said otherwise."""
    updated = "LastUpdatedAfter" in given
    defaults = {"CreatedAfter": "" if updated else EVER, "MarketplaceId__Id__1": US}
    return client.get("ListOrders", **defaults | given)


def names(reply: Reply, element: str) -> list[str]:
    """The names of an element's children."""
    (found,) = reply.root.iter(f"{ORDERS}{element}")
    return [etree.QName(child).localname for child in found]


# ListOrders


def test_an_order_is_listed_with_its_bound_and_marketplace(client: Client) -> None:
    order_id = place(client)
    advance(client, minutes=5)
    reply = list_orders(client)
    assert reply.root.tag == f"{ORDERS}ListOrdersResponse"
    assert names(reply, "ListOrdersResult") == ["Orders", "CreatedBefore"]
    assert reply.ids == [order_id]
    assert reply.text("CreatedBefore") == "2026-03-02T16:05:00.000Z"
    assert reply.text("PurchaseDate") == "2026-03-02T16:00:00.000Z"
    assert (reply.text("MarketplaceId"), reply.text("SalesChannel")) == (US, "Amazon.com")


def test_a_listing_by_update_tells_the_other_bound(client: Client) -> None:
    place(client)
    reply = list_orders(client, LastUpdatedAfter=EVER)
    assert names(reply, "ListOrdersResult") == ["Orders", "LastUpdatedBefore"]
    asked = list_orders(client, LastUpdatedAfter=EVER, LastUpdatedBefore="2026-03-02T15:58:00Z")
    assert asked.text("LastUpdatedBefore") == "2026-03-02T15:58:00.000Z"


def test_an_empty_list_is_self_closed(client: Client) -> None:
    assert b"<Orders/>" in list_orders(client).raw.body
    found = client.get("GetOrder", AmazonOrderId__Id__1=UNKNOWN)
    assert (found.status, b"<Orders/>" in found.raw.body) == (200, True)


def test_a_request_of_the_buyer_shows_in_the_listing_by_update_only(client: Client) -> None:
    order_id = place(client, hold=False)
    advance(client, minutes=90)
    client.world.act(order_id, "buyer-request-cancellation", {"reason": "cheaper"})
    since = "2026-03-02T17:00:00Z"
    assert list_orders(client, CreatedAfter=since).ids == []
    reply = list_orders(client, LastUpdatedAfter=since)
    assert reply.ids == [order_id]
    assert reply.text("OrderStatus") == "Unshipped"
    assert reply.text("LastUpdateDate") == "2026-03-02T17:30:00.000Z"
    assert b"BuyerRequestedCancel" not in reply.raw.body


def test_filters_of_the_wire_reach_the_list(client: Client) -> None:
    mine = place(client, 1, hold=False, seller_order_id="S-1", buyer={"email": "a@example.com"})
    amazons = place(client, 2, hold=False, channel="AFN")
    pending = place(client, 3)
    both = {"OrderStatus__Status__1": "Unshipped", "OrderStatus__Status__2": "PartiallyShipped"}
    assert list_orders(client, **both).ids == [mine, amazons]
    assert list_orders(client, OrderStatus__Status__1="Pending").ids == [pending]
    assert list_orders(client, FulfillmentChannel__Channel__1="AFN").ids == [amazons]
    assert list_orders(client, PaymentMethod__Method__1="Other").ids == [mine, amazons]
    assert list_orders(client, PaymentMethod__1="COD").ids == []
    assert list_orders(client, BuyerEmail="a@example.com").ids == [mine]
    assert list_orders(client, SellerOrderId="S-1").ids == [mine]
    assert list_orders(client, MarketplaceId__Id__1="A1F83G8C2ARO7P").ids == []
    assert list_orders(client, EasyShipShipmentStatus__Status__1="Delivered").ids == []
    assert list_orders(client, TFMShipmentStatus__Status__1="Delivered").ids == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"CreatedAfter": ""}, "CreatedAfter or LastUpdatedAfter must be specified"),
        (
            {"LastUpdatedAfter": EVER, "CreatedAfter": EVER},
            "LastUpdatedAfter and CreatedAfter cannot be specified together",
        ),
        (
            {"LastUpdatedAfter": EVER, "CreatedBefore": EVER},
            "LastUpdatedAfter and CreatedBefore cannot be specified together",
        ),
        (
            {"LastUpdatedBefore": "2026-03-01"},
            "LastUpdatedBefore and CreatedAfter cannot be specified together",
        ),
        (
            {"BuyerEmail": "a@example.com", "LastUpdatedAfter": EVER},
            "BuyerEmail and LastUpdatedAfter cannot be specified together",
        ),
        (
            {"BuyerEmail": "a@example.com", "OrderStatus__Status__1": "Shipped"},
            "BuyerEmail and OrderStatus cannot be specified together",
        ),
        (
            {"SellerOrderId": "S", "FulfillmentChannel__Channel__1": "MFN"},
            "SellerOrderId and FulfillmentChannel cannot be specified together",
        ),
        (
            {"SellerOrderId": "S", "PaymentMethod__Method__1": "Other"},
            "SellerOrderId and PaymentMethod cannot be specified together",
        ),
        (
            {"BuyerEmail": "a@example.com", "SellerOrderId": "S"},
            "BuyerEmail and SellerOrderId cannot be specified together",
        ),
        (
            {"OrderStatus__Status__1": "Unshipped"},
            "OrderStatus must list Unshipped and PartiallyShipped together or not at all",
        ),
        (
            {"OrderStatus__Status__1": "PartiallyShipped", "OrderStatus__Status__2": "Shipped"},
            "OrderStatus must list Unshipped and PartiallyShipped together or not at all",
        ),
        (
            {"CreatedAfter": "2026-03-02T16:00:00.001Z"},
            "CreatedAfter lies in the future; the world's now is 2026-03-02T16:00:00Z",
        ),
        (
            {"CreatedBefore": "2026-03-02T15:58:00.001Z"},
            "CreatedBefore must be at least 2 minutes before now; the latest allowed is 2026-03-02T15:58:00Z",
        ),
        (
            {"LastUpdatedAfter": EVER, "LastUpdatedBefore": "2026-03-02T15:59:00Z"},
            "LastUpdatedBefore must be at least 2 minutes before now; the latest allowed is 2026-03-02T15:58:00Z",
        ),
        (
            {"CreatedBefore": "1999-12-31"},
            "CreatedBefore must not be earlier than CreatedAfter",
        ),
        ({"MarketplaceId__Id__1": ""}, "Missing required parameter MarketplaceId.Id.1."),
        (
            {"MarketplaceId__Id__1": "ATVPDKIKX0DEF"},
            "Invalid value 'ATVPDKIKX0DEF' for parameter MarketplaceId; did you mean 'ATVPDKIKX0DER'?",
        ),
    ],
)
def test_parameters_that_do_not_go_together_are_named(client: Client, given: dict[str, str], message: str) -> None:
    assert list_orders(client, **given).error == (400, "InvalidParameterValue", message)


def test_the_worlds_clock_judges_the_dates(client: Client) -> None:
    """The client's wall clock is years ahead; nothing of it reaches a listing."""
    given = {"CreatedBefore": "2026-03-02T16:00:00Z"}
    assert list_orders(client, **given).status == 400
    advance(client, minutes=2)
    assert list_orders(client, **given).status == 200


# Pages


def test_pages_follow_each_other_until_none_is_left(client: Client) -> None:
    ids = [place(client, number) for number in range(5)]
    reply = list_orders(client, MaxResultsPerPage="2")
    assert names(reply, "ListOrdersResult") == ["NextToken", "Orders", "CreatedBefore"]
    seen = reply.ids
    while token := "".join(reply.texts("NextToken")):
        advance(client, minutes=5)
        reply = client.post("ListOrdersByNextToken", NextToken=token)
        assert reply.root.tag == f"{ORDERS}ListOrdersByNextTokenResponse"
        assert reply.text("CreatedBefore") == "2026-03-02T16:00:00.000Z"
        seen += reply.ids
    assert seen == ids


def test_a_token_has_to_be_encoded_like_the_platforms(client: Client) -> None:
    tokens = []
    for number in range(40):
        place(client, number)
        tokens += list_orders(client, MaxResultsPerPage="1").texts("NextToken")
    assert {character for token in tokens for character in token} >= set("+/=")


def test_a_token_of_another_list_cannot_be_decoded(client: Client) -> None:
    place(client, 1, items=[{"sku": f"S{n}"} for n in range(51)])
    place(client, 2)
    orders = list_orders(client, MaxResultsPerPage="1").text("NextToken")
    items = client.get("ListOrderItems", AmazonOrderId="902-0000000-0000001").text("NextToken")
    told = (400, "NextTokenCorrupted", "We could not decode your NextToken.")
    assert client.get("ListOrderItemsByNextToken", NextToken=orders).error == told
    assert client.get("ListOrdersByNextToken", NextToken=items).error == told
    assert client.get("ListOrdersByNextToken", NextToken="junk").error == told
    hinted = client.get("ListOrdersByNextToken", NextToken="a b")
    assert hinted.error[2].endswith("A + in it has to be sent as %2B.")


def test_the_length_of_a_page_of_items_is_a_setting(client: Client) -> None:
    order_id = place(client, items=[{"sku": f"S{n}"} for n in range(3)])
    client.world.execute(ConfigurePolicy({"items_per_page": 1}))
    reply = client.get("ListOrderItems", AmazonOrderId=order_id)
    skus = reply.texts("SellerSKU")
    while reply.texts("NextToken"):
        reply = client.get("ListOrderItemsByNextToken", NextToken=reply.text("NextToken"))
        skus += reply.texts("SellerSKU")
    assert skus == ["S0", "S1", "S2"]


def test_items_of_one_sku_are_listed_by_their_ids(client: Client) -> None:
    """Source: ITEMS-OF-ONE-SKU (an order may have several items of one SKU)."""
    order_id = place(client, items=[{"id": "11", "sku": "MUG", "quantity": 2}, {"id": "12", "sku": "MUG"}], hold=False)
    client.world.act(order_id, "seller-confirm-shipment", {"items": ["12"]})
    reply = client.get("ListOrderItems", AmazonOrderId=order_id)
    listed = zip(*map(reply.texts, ("OrderItemId", "SellerSKU", "QuantityOrdered", "QuantityShipped")), strict=True)
    assert list(listed) == [("11", "MUG", "2", "0"), ("12", "MUG", "1", "1")]


def test_very_many_items_come_in_pages(client: Client) -> None:
    order_id = place(client, items=[{"sku": f"S{n}"} for n in range(100)])
    reply = client.get("ListOrderItems", AmazonOrderId=order_id)
    assert names(reply, "ListOrderItemsResult") == ["NextToken", "OrderItems", "AmazonOrderId"]
    skus = reply.texts("SellerSKU")
    token = reply.text("NextToken")
    reply = client.post("ListOrderItemsByNextToken", NextToken=token)
    assert reply.texts("NextToken") == []
    assert reply.text("AmazonOrderId") == order_id
    assert skus + reply.texts("SellerSKU") == [f"S{n}" for n in range(100)]


# What an order shows

CONTACT = {"BuyerEmail", "BuyerName", "ShippingAddress", "EarliestDeliveryDate", "LatestDeliveryDate"}


def children(client: Client, order_id: str) -> dict[str, str]:
    reply = client.get("GetOrder", AmazonOrderId__Id__1=order_id)
    (order,) = reply.root.iter(f"{ORDERS}Order")
    return {etree.QName(child).localname: child.text or "" for child in order}


def test_an_unshipped_order_shows_everything_in_the_recorded_sequence(client: Client) -> None:
    order_id = place(
        client,
        hold=False,
        programs=["Prime", "Business"],
        seller_order_id="S-1",
        items=[{"quantity": 3, "price": 12.5, "tax": 1, "shipping": 0.5}],
    )
    reply = client.get("GetOrder", AmazonOrderId__Id__1=order_id)
    assert names(reply, "Order") == [
        "LatestShipDate",
        "OrderType",
        "PurchaseDate",
        "AmazonOrderId",
        "SellerOrderId",
        "BuyerEmail",
        "LastUpdateDate",
        "IsReplacementOrder",
        "NumberOfItemsShipped",
        "ShipServiceLevel",
        "OrderStatus",
        "SalesChannel",
        "IsBusinessOrder",
        "NumberOfItemsUnshipped",
        "LatestDeliveryDate",
        "PaymentMethodDetails",
        "IsGlobalExpressEnabled",
        "IsSoldByAB",
        "BuyerName",
        "EarliestDeliveryDate",
        "OrderTotal",
        "IsPremiumOrder",
        "EarliestShipDate",
        "MarketplaceId",
        "FulfillmentChannel",
        "PaymentMethod",
        "ShippingAddress",
        "IsISPU",
        "IsPrime",
        "ShipmentServiceLevelCategory",
    ]
    shown = children(client, order_id)
    assert shown["LatestShipDate"] == "2026-03-05T07:59:59Z"
    assert shown["LatestDeliveryDate"] == "2026-03-08T07:59:59Z"
    assert (shown["IsPrime"], shown["IsBusinessOrder"], shown["IsPremiumOrder"]) == (
        "true",
        "true",
        "false",
    )
    assert (shown["NumberOfItemsShipped"], shown["NumberOfItemsUnshipped"]) == ("0", "3")
    assert (reply.text("Amount"), reply.text("CurrencyCode")) == ("42.00", "USD")


def test_a_pending_order_hides_buyer_address_and_money(client: Client) -> None:
    shown = children(client, place(client))
    assert shown["OrderStatus"] == "Pending"
    assert not shown.keys() & (CONTACT | {"OrderTotal", "PaymentMethod", "SellerOrderId"})
    items = client.get("ListOrderItems", AmazonOrderId="902-0000000-0000001")
    assert not items.texts("Amount")
    assert items.text("QuantityOrdered") == "1"


def test_a_canceled_order_hides_the_buyer_and_counts_no_items(client: Client) -> None:
    """Source V13: QuantityOrdered 0 and no prices in every dialect."""
    order_id = place(client, hold=False)
    client.world.act(order_id, "seller-cancel", {"reason": "no_inventory"})
    shown = children(client, order_id)
    assert shown["OrderStatus"] == "Canceled"
    assert not shown.keys() & (CONTACT | {"OrderTotal", "PaymentMethod", "PaymentMethodDetails"})
    assert (shown["NumberOfItemsShipped"], shown["NumberOfItemsUnshipped"]) == ("0", "0")
    items = client.get("ListOrderItems", AmazonOrderId=order_id)
    assert (items.text("QuantityOrdered"), items.texts("Amount")) == ("0", [])


def test_an_order_canceled_in_its_hold_never_showed_its_money_and_does_not_now(client: Client) -> None:
    order_id = place(client)
    client.world.act(order_id, "buyer-cancel")
    shown = children(client, order_id)
    assert shown["OrderStatus"] == "Canceled"
    assert not shown.keys() & (CONTACT | {"OrderTotal", "PaymentMethod", "PaymentMethodDetails"})
    items = client.get("ListOrderItems", AmazonOrderId=order_id)
    assert not items.texts("Amount")


def test_a_shipped_order_counts_its_items_as_shipped(client: Client) -> None:
    order_id = place(client, hold=False, items=[{"quantity": 2}])
    client.world.act(order_id, "seller-confirm-shipment")
    shown = children(client, order_id)
    assert (shown["NumberOfItemsShipped"], shown["NumberOfItemsUnshipped"]) == ("2", "0")
    items = client.get("ListOrderItems", AmazonOrderId=order_id)
    assert items.text("QuantityShipped") == "2"
    assert shown.keys() >= CONTACT


def test_a_changed_delivery_promise_shows_at_once(client: Client) -> None:
    order_id = place(client, hold=False)
    assert children(client, order_id)["LatestDeliveryDate"] == "2026-03-08T07:59:59Z"
    client.world.execute(ConfigurePolicy({"delivery_after": "P1D"}))
    assert children(client, order_id)["LatestDeliveryDate"] == "2026-03-06T07:59:59Z"


def test_an_amazon_fulfilled_order_has_one_ship_date_and_promises_no_delivery(client: Client) -> None:
    shown = children(client, place(client, hold=False, channel="AFN"))
    assert (shown["FulfillmentChannel"], shown["OrderType"]) == ("AFN", "StandardOrder")
    assert (shown["EarliestShipDate"], shown["LatestShipDate"]) == ("2026-03-05T07:59:59Z",) * 2
    assert not shown.keys() & {"LatestDeliveryDate", "EarliestDeliveryDate"}


def test_orders_come_in_the_order_asked_for_and_once(client: Client) -> None:
    first, second = place(client, 1), place(client, 2)
    asked = {"AmazonOrderId__Id__1": second, "AmazonOrderId__Id__2": UNKNOWN}
    asked |= {"AmazonOrderId__Id__3": first, "AmazonOrderId__Id__4": second}
    assert client.get("GetOrder", **asked).ids == [second, first]


# Items and the buyer's request


def requested(client: Client, order_id: str) -> list[tuple[str, str]]:
    """Flag and reason of every item."""
    reply = client.get("ListOrderItems", AmazonOrderId=order_id)
    flags, reasons = reply.texts("IsBuyerRequestedCancel"), reply.texts("BuyerCancelReason")
    return list(zip(flags, reasons, strict=True))


def test_the_flag_and_reason_stand_on_each_item_as_texts(client: Client) -> None:
    """Source R54: also where nobody asked, `false` and an empty reason, the two names in Pascal case."""
    order_id = place(client, hold=False, items=[{"sku": "A"}, {"sku": "B"}])
    assert requested(client, order_id) == [("false", ""), ("false", "")]
    reply = client.get("ListOrderItems", AmazonOrderId=order_id)
    assert b"<BuyerCancelReason/>" in reply.raw.body
    advance(client, minutes=31)
    arguments = {"items": ["B"], "reason": "late"}
    client.world.act(order_id, "buyer-request-cancellation", arguments)
    assert requested(client, order_id) == [
        ("false", ""),
        ("true", "Item(s) would not arrive on time"),
    ]


def test_the_flag_stays_when_the_order_is_canceled(client: Client) -> None:
    order_id = place(client, hold=False)
    advance(client, minutes=31)
    client.world.act(order_id, "buyer-request-cancellation", {"reason": "late"})
    client.world.act(order_id, "seller-cancel", {"reason": "buyer_canceled"})
    assert requested(client, order_id) == [("true", "Item(s) would not arrive on time")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tab\tquote\"apostrophe'<&> 🙂 é", "tab\tquote\"apostrophe'<&> 🙂 é"),
        ("two\nlines\r\nthree", "two\nlines\r\nthree"),
    ],
)
def test_the_buyers_own_words_come_through_whole(client: Client, text: str, shown: str) -> None:
    order_id = place(client, hold=False)
    advance(client, minutes=31)
    client.world.act(order_id, "buyer-request-cancellation", {"reason_text": text})
    assert requested(client, order_id) == [("true", shown)]


def test_the_casing_of_the_inner_elements_is_a_setting(build: Build) -> None:
    client = build({"mws_cancel_casing": "camel"})
    reply = client.get("ListOrderItems", AmazonOrderId=place(client))
    assert names(reply, "BuyerRequestedCancel") == ["isBuyerRequestedCancel", "buyerCancelReason"]


def test_the_element_may_be_left_out_where_nobody_asked(build: Build) -> None:
    client = build({"omit_when_false": True})
    order_id = place(client, hold=False)
    assert requested(client, order_id) == []
    advance(client, minutes=31)
    client.world.act(order_id, "buyer-request-cancellation")
    assert requested(client, order_id) == [("true", "")]


def test_prices_are_those_of_the_whole_line(client: Client) -> None:
    item = {"quantity": 3, "price": 12.5, "tax": 1, "shipping": 0.5}
    order_id = place(client, hold=False, items=[item])
    reply = client.get("ListOrderItems", AmazonOrderId=order_id)
    sums = {
        name: reply.root.findtext(f".//{ORDERS}{name}/{ORDERS}Amount")
        for name in (
            "ItemPrice",
            "ItemTax",
            "ShippingPrice",
            "ShippingTax",
            "PromotionDiscount",
            "PromotionDiscountTax",
        )
    }
    assert sums == {
        "ItemPrice": "37.50",
        "ItemTax": "3.00",
        "ShippingPrice": "1.50",
        "ShippingTax": "0.00",
        "PromotionDiscount": "0.00",
        "PromotionDiscountTax": "0.00",
    }


def test_an_item_says_who_takes_its_tax_and_nothing_of_free_shipping(client: Client) -> None:
    """Sources SEEN-ITEMS: TaxCollection of taxed items of the US store, no element of free shipping; V19: no condition
    of what is pending or canceled.
    """
    order_id = place(client, hold=False, items=[{"price": 12.5, "tax": 1}])
    (item,) = client.get("ListOrderItems", AmazonOrderId=order_id).root.iter(f"{ORDERS}OrderItem")
    shown = {each.tag.removeprefix(ORDERS): each for each in item}
    assert [each.text for each in shown["TaxCollection"]] == ["Amazon Services, Inc.", "MarketplaceFacilitator"]
    assert not [name for name in shown if name.startswith("Shipping")]
    assert shown["ConditionId"].text == "New"
    for number, pending in ((2, True), (3, False)):
        order_id = place(client, number, hold=pending)
        if not pending:
            client.world.act(order_id, "seller-cancel", {"reason": "no_inventory"})
        told = names(client.get("ListOrderItems", AmazonOrderId=order_id), "OrderItem")
        assert not {"ConditionId", "ConditionSubtypeId", "TaxCollection"} & set(told)


def test_items_of_an_order_nobody_has_are_refused(client: Client) -> None:
    reply = client.get("ListOrderItems", AmazonOrderId=UNKNOWN)
    told = f"Invalid AmazonOrderId: {UNKNOWN}"
    assert reply.error == (400, "InvalidParameterValue", told)


def test_the_service_is_up_at_the_worlds_instant(client: Client) -> None:
    advance(client, milliseconds=5)
    reply = client.get("GetServiceStatus")
    assert names(reply, "GetServiceStatusResult") == ["Status", "Timestamp"]
    assert reply.text("Timestamp") == "2026-03-02T16:00:00.005Z"


def test_what_an_order_says_besides_shows_as_far_as_mws_knew_it(client: Client) -> None:
    """The names of Orders 2013-09-01; money is that of all units."""
    gift = {"gift_wrap_price": 3, "gift_message_text": "Many happy returns!", "gift_wrap_level": "Classic"}
    item = {"quantity": 2, "promotion_discount": 4, "promotion_ids": ["SPRING"], "buyer_info": gift, "cod_fee": 1}
    tax = {"company_legal_name": "Example Ltd.", "tax_classifications": [{"name": "VATNumber", "value": "GB0"}]}
    payment = {"payment": 44, "payment_method": "CreditCard", "card_brand": "Visa"}
    order_id = place(
        client, items=[item], hold=False, buyer={"buyer_tax_info": tax, "purchase_order_number": "PO-1"},
        payment_execution_detail=[payment], ship_to={"address_line3": "Ring twice", "address_type": "Commercial"},
    )  # fmt: skip
    shown = client.get("GetOrder", AmazonOrderId__Id__1=order_id)
    texts = {etree.QName(each).localname: each.text for each in shown.root.iter(f"{ORDERS}*")}
    assert (texts["CompanyLegalName"], texts["PurchaseOrderNumber"]) == ("Example Ltd.", "PO-1")
    assert (texts["AddressLine3"], texts["AddressType"]) == ("Ring twice", "Commercial")
    assert names(shown, "PaymentExecutionDetailItem") == ["Payment", "PaymentMethod"]
    items = client.get("ListOrderItems", AmazonOrderId=order_id)
    texts = {etree.QName(each).localname: each.text for each in items.root.iter(f"{ORDERS}*")}
    assert (texts["GiftMessageText"], texts["GiftWrapLevel"], texts["IsGift"]) == (
        "Many happy returns!", "Classic", "true",
    )  # fmt: skip
    assert texts["PromotionId"] == "SPRING"
    amounts = {etree.QName(each.getparent()).localname: each.text for each in items.root.iter(f"{ORDERS}Amount")}
    assert (amounts["GiftWrapPrice"], amounts["PromotionDiscount"], amounts["CODFee"]) == ("6.00", "8.00", "2.00")
