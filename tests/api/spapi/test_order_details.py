"""What an order may say beside who bought what, in both Orders APIs, to callers with a restricted token and without.

Every answer is held to the API's document by the client itself. The orders are those of scenarios in fixtures/.
"""

from typing import Any

import pytest
import yaml

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.scenario import library
from tests.api.shop import Seller, Shop

LATEST = "/orders/2026-01-01/orders"
EVERYTHING = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,FULFILLMENT,TAX,PAYMENT,PACKAGES,FULFILLMENT_ORDERS"


def form_of(name: str, number: int = 0) -> dict[str, Any]:
    """An order form of a scenario, to be placed now, with its marketplace."""
    scenario = yaml.safe_load((fixtures_dir() / f"{name}.yaml").read_text(encoding="utf-8"))
    ids = scenario.get("seller", {}).get("marketplace_ids", ["ATVPDKIKX0DER"])
    return {"marketplace": ids[0], **library.read_named(fixtures_dir(), name).orders[number]}


def placed(shop: Shop, name: str, number: int = 0) -> tuple[Seller, Order]:
    form = form_of(name, number)
    seller = shop.open(marketplace_ids=[form["marketplace"]])
    return seller, seller.place_order(**form)


def latest(seller: Seller, order: Order) -> Any:
    return seller.get(f"{LATEST}/{order.order_id}", includedData=EVERYTHING).body["order"]


def usd(amount: str) -> dict[str, str]:
    return {"CurrencyCode": "USD", "Amount": amount}


def test_sums_of_an_item_are_those_of_all_units_in_both_apis(shop: Shop) -> None:
    seller, order = placed(shop, "gift")
    (item,) = seller.items(order)
    assert {name: each for name, each in item.items() if "Tax" in name or "Discount" in name} == {
        "ItemTax": usd("6.40"),
        "ShippingTax": usd("0.96"),
        "ShippingDiscount": usd("12.00"),
        "ShippingDiscountTax": usd("0.96"),
        "PromotionDiscount": usd("8.00"),
        "PromotionDiscountTax": usd("0.64"),
        "TaxCollection": {"Model": "MarketplaceFacilitator", "ResponsibleParty": "Amazon Services, Inc."},
    }
    assert item["PromotionIds"] == ["WINTER-10", "FREE-SHIPPING"]
    assert seller.read(order)["OrderTotal"] == usd("88.32")
    (shown,) = latest(seller, order)["orderItems"]
    kinds = {each["type"]: each["subtotal"]["amount"] for each in shown["proceeds"]["breakdowns"]}
    assert kinds == {"ITEM": "80.00", "SHIPPING": "12.00", "GIFT_WRAP": "7.00", "TAX": "6.32", "DISCOUNT": "-20.00"}
    assert shown["proceeds"]["proceedsTotal"]["amount"] == "85.32"
    discounts = next(each for each in shown["proceeds"]["breakdowns"] if each["type"] == "DISCOUNT")
    assert [(each["subtype"], each["value"]["amount"]) for each in discounts["detailedBreakdowns"]] == [
        ("ITEM", "-8.00"),
        ("SHIPPING", "-12.00"),
    ]


def test_a_tip_is_charged_later_and_belongs_to_no_item(shop: Shop) -> None:
    """Source: the model of 2026-01-01, on DELIVERY_TIP and on the status of a breakdown."""
    seller, order = placed(shop, "gift")
    shown = latest(seller, order)["proceeds"]
    assert shown["grandTotal"]["amount"] == "88.32"
    assert shown["breakdowns"][-1] == {
        "type": "DELIVERY_TIP",
        "status": "FINALIZED",
        "subtotal": {"amount": "3.00", "currencyCode": "USD"},
    }


def test_what_the_buyer_had_done_to_an_item_needs_a_restricted_token(shop: Shop) -> None:
    seller, order = placed(shop, "gift")
    path = f"/orders/v0/orders/{order.order_id}"
    whole = {
        "BuyerCustomizedInfo": {"CustomizedURL": "https://example.com/designs/clock.zip"},
        "GiftWrapPrice": usd("7.00"),
        "GiftWrapTax": usd("0.56"),
        "GiftMessageText": "Many happy returns!",
        "GiftWrapLevel": "Classic",
    }
    assert seller.items(order)[0]["BuyerInfo"] == {}
    token = seller.restricted(f"{path}/orderItems", "buyerInfo")
    assert seller.read(order, "/orderItems", token)["OrderItems"][0]["BuyerInfo"] == whole
    item_id = {"OrderItemId": order.items[0].order_item_id}
    assert seller.read(order, "/orderItems/buyerInfo")["OrderItems"] == [item_id]
    token = seller.restricted(f"{path}/orderItems/buyerInfo")
    assert seller.read(order, "/orderItems/buyerInfo", token)["OrderItems"] == [whole | item_id]


def test_where_and_when_to_deliver_needs_a_restricted_token(shop: Shop) -> None:
    seller, order = placed(shop, "gift")
    assert sorted(seller.read(order, "/address")["ShippingAddress"]) == [
        "City",
        "CountryCode",
        "PostalCode",
        "StateOrRegion",
    ]
    assert "DeliveryPreferences" not in seller.read(order, "/address")
    token = seller.restricted(f"/orders/v0/orders/{order.order_id}/address")
    shown = seller.read(order, "/address", token)
    assert shown["ShippingAddress"]["AddressLine3"] == "Ring twice"
    wishes = shown["DeliveryPreferences"]
    assert (wishes["DropOffLocation"], wishes["OtherAttributes"]) == ("Front Porch", ["HAS_ACCESS_POINT"])
    hours = {"StartTime": {"Hour": 9, "Minute": 30}, "EndTime": {"Hour": 17, "Minute": 0}}
    times = wishes["PreferredDeliveryTime"]
    assert times["BusinessHours"] == [{"DayOfWeek": "MON", "OpenIntervals": [hours]}]
    assert times["ExceptionDates"][1] == {"ExceptionDate": "2026-12-25", "IsOpen": False}
    same = latest(seller, order)["recipient"]["deliveryPreference"]
    assert same["deliveryTime"]["businessHours"][0]["timeWindows"] == [
        {"startTime": {"hour": 9, "minute": 30}, "endTime": {"hour": 17, "minute": 0}}
    ]
    assert [each["exceptionDateType"] for each in same["deliveryTime"]["exceptionDates"]] == ["OPEN", "CLOSED"]


def test_a_business_buyer_shows_to_who_may_see_the_buyer(shop: Shop) -> None:
    seller, order = placed(shop, "business-buyers")
    path = f"/orders/v0/orders/{order.order_id}"
    assert list(seller.read(order)["BuyerInfo"]) == ["BuyerEmail"]
    shown = seller.read(order, token=seller.restricted(path, "buyerInfo"))
    tax = {
        "CompanyLegalName": "Beispiel GmbH",
        "TaxingRegion": "DE",
        "TaxClassifications": [{"Name": "VATNumber", "Value": "DE000000000"}],
    }
    assert shown["BuyerInfo"]["BuyerTaxInfo"] == tax
    assert shown["BuyerInfo"]["PurchaseOrderNumber"] == "PO-4711"
    alone = seller.read(order, "/buyerInfo", seller.restricted(f"{path}/buyerInfo"))
    assert (alone["BuyerTaxInfo"], alone["BuyerCounty"]) == (tax, "Oberbayern")
    same = latest(seller, order)
    assert same["buyer"]["buyerCompanyName"] == "Beispiel GmbH"
    assert [(each["entityType"], each["taxRegistrationType"]) for each in same["tax"]["taxRegistrations"]] == [
        ("BUYER", "VAT"),
        ("MARKETPLACE", "VAT"),
    ]
    assert same["fulfillment"]["promiseCalculationInputs"] == {
        "transitTime": {"details": {"carrier": "DHL", "shippingService": "DHL Paket"}, "dataSource": "SELLER_SET"}
    }


@pytest.mark.parametrize("source", ["AMAZON_AUTOMATED", "SELLER_SET", "THIRD_PARTY_INTEGRATOR"])
def test_a_promise_tells_whose_transit_time_it_was_calculated_from(shop: Shop, source: str) -> None:
    """Source: the client amzn-sp-api 1.13.0 of October 2026, on promiseCalculationInputs; v0 has no such field."""
    seller = shop.open()
    details = {"carrier": "UPS", "shipping_service": "Ground"}
    order = seller.place_order(transit_time={"data_source": source, "details": details})
    assert latest(seller, order)["fulfillment"]["promiseCalculationInputs"] == {
        "transitTime": {"details": {"carrier": "UPS", "shippingService": "Ground"}, "dataSource": source}
    }
    assert "promiseCalculationInputs" not in latest(seller, seller.place_order())["fulfillment"]


def test_a_turkish_invoice_asks_for_a_right_of_its_own(shop: Shop) -> None:
    """Source: the guide to the Tokens API, on the data element buyerTaxInformation."""
    seller, order = placed(shop, "business-buyers", 1)
    path = f"/orders/v0/orders/{order.order_id}"
    assert "BuyerTaxInformation" not in seller.read(order, token=seller.restricted(path, "buyerInfo"))
    shown = seller.read(order, token=seller.restricted(path, "buyerTaxInformation"))
    assert shown["BuyerTaxInformation"]["BuyerTaxOffice"] == "Ulus"
    assert shown["BuyerInvoicePreference"] == "BUSINESS"
    (registration,) = latest(seller, order)["tax"]["taxRegistrations"]
    assert registration["taxRegistrationAttributes"] == [{"key": "TAX_OFFICE", "value": "Ulus"}]


def test_easy_ship_tells_where_the_parcel_is(shop: Shop) -> None:
    seller, order = placed(shop, "easy-ship")
    seller.world.act(order.order_id, "seller-confirm-shipment", {"carrier": "ATS", "tracking": "1"})
    shown = seller.read(order)
    assert (shown["EasyShipShipmentStatus"], shown["ElectronicInvoiceStatus"]) == ("OutForDelivery", "Accepted")
    assert (shown["PaymentMethod"], shown["PaymentMethodDetails"]) == ("COD", ["CashOnDelivery"])
    same = latest(seller, order)
    assert "AMAZON_EASY_SHIP" in same["programs"]
    (parcel,) = same["packages"]
    assert parcel["packageStatus"] == {"status": "IN_TRANSIT", "detailedStatus": "OUT_FOR_DELIVERY"}
    assert parcel["shipFromAddress"]["addressLine1"] == "7 Example Road"
    assert same["tax"]["taxInvoicing"] == {"invoiceStatus": "ACCEPTED"}
    assert same["payment"]["paymentExecutions"][0]["paymentMethod"] == "CashOnDelivery"
    assert same["fulfillmentOrders"] == [{"fulfillmentOrderId": "FO-0001"}]


def test_a_replacement_names_what_it_replaces_and_what_belongs_to_it(shop: Shop) -> None:
    """Source: the client amzn-sp-api 1.13.0 of October 2026, on asin, purchasePrice and WARRANTY."""
    seller, order = placed(shop, "replacement", 1)
    shown = seller.read(order)
    assert (shown["ReplacedOrderId"], shown["IsReplacementOrder"]) == ("902-0000006-0000001", True)
    (item,) = seller.items(order)
    assert [each["AssociationType"] for each in item["AssociatedItems"]] == ["VALUE_ADD_SERVICE"]
    same = latest(seller, order)
    assert same["associatedOrders"] == [
        {"orderId": "902-0000006-0000001", "associationType": "REPLACEMENT_ORIGINAL_ID"}
    ]
    service, warranty = same["orderItems"][0]["associatedOrderItems"]
    assert sorted(service) == ["associationType", "orderId", "orderItemId"]
    assert (warranty["associationType"], warranty["asin"]) == ("WARRANTY", "B000000088")
    assert warranty["purchasePrice"] == {"amount": "9.99", "currencyCode": "USD"}


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("in-store-pickup", "IsISPU", True),
        ("in-store-pickup", "HasRegulatedItems", True),
        ("business-buyers", "AutomatedShippingSettings", {
            "HasAutomatedShippingSettings": True, "AutomatedCarrier": "DHL", "AutomatedShipMethod": "DHL Paket",
        }),
        ("brazilian-invoice", "ElectronicInvoiceStatus", "NotFound"),
    ],
)  # fmt: skip
def test_a_field_of_an_order_shows(shop: Shop, name: str, field: str, value: Any) -> None:
    seller, order = placed(shop, name)
    assert seller.read(order)[field] == value


def test_payments_show_one_by_one_where_the_order_names_them(shop: Shop) -> None:
    seller, order = placed(shop, "brazilian-invoice")
    card, pix = seller.read(order)["PaymentExecutionDetail"]
    assert card == {
        "Payment": {"CurrencyCode": "BRL", "Amount": "80.00"},
        "PaymentMethod": "CreditCard",
        "AcquirerId": "00000000000191",
        "CardBrand": "Visa",
        "AuthorizationCode": "A1B2C3",
    }
    assert pix["PaymentMethod"] == "Pix"
    same = latest(seller, order)["payment"]["paymentExecutions"]
    assert [each["paymentMethod"] for each in same] == ["CreditCard", "Pix"]
    assert same[0]["cardBrand"] == "Visa"


def test_nothing_of_the_buyer_shows_while_an_order_is_pending_or_once_it_is_canceled(shop: Shop) -> None:
    seller = shop.open()
    order = seller.place_order(**{**form_of("gift"), "hold": True})
    nothing_of_the_buyer(seller, order)
    seller.world.act(order.order_id, "buyer-cancel")
    nothing_of_the_buyer(seller, order)


def nothing_of_the_buyer(seller: Seller, order: Order) -> None:
    (item,) = seller.items(order)
    assert not {"PromotionDiscount", "PromotionIds", "ShippingTax"} & set(item)
    shown = latest(seller, order)
    assert not {"proceeds", "recipient", "buyer"} & set(shown)
    assert "packing" not in shown["orderItems"][0]["fulfillment"]
