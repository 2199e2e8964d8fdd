"""The reports of all orders as XML: the same orders, statuses and sums as the table has."""

from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.formats.reports.reading import BASE, BY_DATE, BY_UPDATE, ask, fetched, link, made, table
from tests.api.shop import US, Seller, Shop

XML_BY_DATE = "GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
XML_BY_UPDATE = "GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
Element = etree._Element


def read(seller: Seller, kind: str = XML_BY_DATE, **body: Any) -> Element:
    """The file of a report, parsed."""
    answer = fetched(seller, link(seller, made(seller, kind, **body))["url"])
    assert answer.headers["content-type"].startswith("text/xml; charset=")
    return etree.fromstring(answer.raw)


def orders(root: Element) -> dict[str, Element]:
    """The orders of a file by their ids."""
    return {each.findtext("AmazonOrderID", ""): each for each in root.iterfind("Message/Order")}


def paths(element: Element) -> list[str]:
    """The elements in their sequence, each by its names from the order on."""
    tree = etree.ElementTree(element)
    return [tree.getelementpath(each) for each in element.iter() if each is not element]


@pytest.fixture
def seller(shop: Shop) -> Seller:
    return shop.open(settings={"report_gzip": False})


def test_elements_stand_in_the_sequence_of_a_file_of_the_platform(seller: Seller) -> None:
    """Source: V22, a file of the US store of 2017, and programs that read those of today."""
    seller.place_order(items=[{"sku": "A", "title": "Müsli & <more> 🙂", "quantity": 2, "price": 15.95}])
    root = read(seller)
    assert root.get("{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation") == "amzn-envelope.xsd"
    assert [each.tag for each in root] == ["Header", "MessageType", "Message"]
    assert root.findtext("Header/DocumentVersion") == "1.00"
    assert root.findtext("MessageType") == "AllOrdersReport"
    (order,) = orders(root).values()
    assert paths(order) == [
        "AmazonOrderID", "MerchantOrderID", "PurchaseDate", "LastUpdatedDate", "OrderStatus", "SalesChannel",
        "FulfillmentData", "FulfillmentData/FulfillmentChannel", "FulfillmentData/ShipServiceLevel",
        "FulfillmentData/Address", "FulfillmentData/Address/City", "FulfillmentData/Address/State",
        "FulfillmentData/Address/PostalCode", "FulfillmentData/Address/Country", "IsBusinessOrder",
        "PaymentMethodDetails", "IsReplacementOrder", "IsExchangeOrder", "IsIba",
        "OrderItem", "OrderItem/AmazonOrderItemCode", "OrderItem/ASIN", "OrderItem/SKU", "OrderItem/ItemStatus",
        "OrderItem/ProductName", "OrderItem/Quantity", "OrderItem/NumberOfItems", "OrderItem/ItemPrice",
        "OrderItem/ItemPrice/Component", "OrderItem/ItemPrice/Component/Type", "OrderItem/ItemPrice/Component/Amount",
        "OrderItem/IsHeavyOrBulky", "OrderItem/IsAmazonInvoiced", "OrderItem/IsTransparency",
    ]  # fmt: skip
    assert order.findtext("OrderItem/ProductName") == "Müsli & <more> 🙂"
    assert order.findtext("PurchaseDate") == "2026-03-02T16:00:00+00:00"
    price = order.find("OrderItem/ItemPrice/Component/Amount")
    assert price is not None
    assert (price.text, price.get("currency")) == ("31.90", "USD")
    assert order.findtext("FulfillmentData/FulfillmentChannel") == "Merchant"


def test_every_sum_has_its_type(seller: Seller) -> None:
    wrapped = {"gift_wrap_price": 3, "gift_wrap_tax": 0.25, "gift_wrap_level": "Classic"}
    item = {"quantity": 2, "price": 20, "tax": 1.5, "shipping": 2, "shipping_tax": 0.5, "buyer_info": wrapped}
    item |= {"promotion_discount": 1, "shipping_discount": 0.5, "promotion_ids": ["SPRING", "SUMMER"]}
    seller.place_order(items=[item], programs=["Business"], buyer={"purchase_order_number": "PO-1"})
    (order,) = orders(read(seller)).values()
    sums = {each.findtext("Type"): each.findtext("Amount") for each in order.iterfind("OrderItem/ItemPrice/Component")}
    assert sums == {
        "Principal": "40.00", "Tax": "3.00", "Shipping": "4.00", "ShippingTax": "1.00", "GiftWrap": "6.00",
        "GiftWrapTax": "0.50",
    }  # fmt: skip
    promotion = order.find("OrderItem/Promotion")
    assert promotion is not None
    assert [(each.tag, each.text) for each in promotion] == [
        ("PromotionIDs", "SPRING,SUMMER"), ("ItemPromotionDiscount", "2.00"), ("ShipPromotionDiscount", "1.00"),
    ]  # fmt: skip
    assert (order.findtext("IsBusinessOrder"), order.findtext("PurchaseOrderNumber")) == ("true", "PO-1")


def test_a_canceled_order_has_no_units_no_price_and_no_address(seller: Seller) -> None:
    """Source: V11 and V13, canceled means nought; a pending order has its price."""
    pending = seller.place_order(hold=True)
    canceled = seller.place_order(items=[{"sku": "A", "quantity": 2, "price": 20, "shipping": 3}])
    seller.world.act(canceled.order_id, "seller-cancel", {"reason": "no_inventory"})
    found = orders(read(seller))
    ended = found[canceled.order_id]
    assert [ended.findtext(name) for name in ("OrderStatus", "OrderItem/ItemStatus", "OrderItem/Quantity")] == [
        "Cancelled", "Cancelled", "0",
    ]  # fmt: skip
    assert [ended.find(name) for name in ("OrderItem/ItemPrice", "OrderItem/Promotion", "FulfillmentData/Address")] == [
        None, None, None,
    ]  # fmt: skip
    waiting = found[pending.order_id]
    assert (waiting.findtext("OrderStatus"), waiting.findtext("OrderItem/Quantity")) == ("Pending", "1")
    assert waiting.findtext("OrderItem/ItemPrice/Component/Amount") == "20.00"
    assert waiting.find("OrderItem/ItemStatus") is None
    assert waiting.find("FulfillmentData/Address") is None


@pytest.mark.parametrize(("kind", "flat"), [(XML_BY_DATE, BY_DATE), (XML_BY_UPDATE, BY_UPDATE)])
def test_it_is_about_the_orders_of_the_table(seller: Seller, kind: str, flat: str) -> None:
    before = seller.place_order()
    seller.place_order(channel="AFN")
    seller.pass_time(hours=2)
    seller.place_order(items=[{"sku": "A"}, {"sku": "B"}])
    seller.world.act(before.order_id, "seller-confirm-shipment")
    body = {"dataStartTime": "2026-03-02T17:00:00Z"}
    found = orders(read(seller, kind, **body))
    assert list(found) == list(dict.fromkeys(row["amazon-order-id"] for row in table(seller, flat, **body)))
    assert len(found) == (1 if kind == XML_BY_DATE else 2)


@pytest.mark.parametrize(("case", "yes"), [("lower", "true"), ("upper", "TRUE")])
def test_the_buyers_wishes_are_in_it_while_they_are_turned_on(seller: Seller, case: str, yes: str) -> None:
    """Source: V22; as in the table, the flag is the order's and the reason the item's."""
    order = seller.place_order(items=[{"sku": "A"}, {"sku": "B"}])
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation", {"items": ["B"], "reason_text": "too late"})
    assert b"Requested" not in etree.tostring(read(seller))
    seller.world.execute(ConfigurePolicy({"order_report_cancellation_columns": True, "report_flag_case": case}))
    seller.pass_time(days=1)
    items = read(seller).findall("Message/Order/OrderItem")
    assert [each.findtext("IsBuyerRequestedCancellation") for each in items] == [yes, yes]
    assert [each.findtext("BuyerRequestedCancel/Reason") for each in items] == [None, "too late"]


@pytest.mark.parametrize(("setting", "name"), [("utf_8", "utf-8"), ("local", "iso-8859-1")])
def test_what_an_encoding_has_no_sign_for_is_a_reference(shop: Shop, setting: str, name: str) -> None:
    seller = shop.open(settings={"report_gzip": False, "report_encoding": setting})
    seller.place_order(items=[{"title": "Müsli 🙂"}])
    answer = fetched(seller, link(seller, made(seller, XML_BY_DATE))["url"])
    assert answer.headers["content-type"] == f"text/xml; charset={name}"
    assert "Müsli ".encode(name) + ("🙂".encode() if name == "utf-8" else b"&#128578;") in answer.raw
    assert f"encoding='{name}'".encode() in answer.raw.lower()


def test_too_many_days_are_told_in_the_place_of_xml(seller: Seller) -> None:
    """Source: HELP-REPORT-TYPES; createReport takes more than thirty days, the document says that it was too much."""
    seller.place_order()
    done = made(seller, XML_BY_DATE, dataStartTime="2026-01-01")
    assert fetched(seller, link(seller, done)["url"]).raw == (
        b"Date range exceeded. Report can be requested only upto 30 days\r\n"
    )


@pytest.mark.parametrize("kind", [XML_BY_DATE, XML_BY_UPDATE])
def test_no_schedule_makes_it(seller: Seller, kind: str) -> None:
    """Source: the published list, "Can be requested"."""
    answer = seller.post(f"{BASE}/schedules", {"reportType": kind, "marketplaceIds": [US], "period": "P1D"})
    assert answer.status == 400
    assert answer.error["message"] == f"reportType {kind} is made on request only, not by schedules."
    assert ask(seller, kind).status == 202
