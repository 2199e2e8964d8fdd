"""Orders 2026-01-01, one order at a time: what each data set and each status shows, and how it is spelt."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from tests.api.shop import Seller, Shop

ORDERS = "/orders/2026-01-01/orders"
SETS = (
    "BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX",
    "PAYMENT", "FULFILLMENT_ORDERS",
)  # fmt: skip

FORM: dict[str, Any] = {
    "buyer": {"name": "Ada Example", "email": "ada@marketplace.amazon.com"},
    "ship_to": {"line2": "Flat 2"},
    "items": [
        {"id": "70000000000001", "sku": "MUG-BLUE", "asin": "B000000001", "quantity": 3, "price": "20.00",
         "tax": "1.50", "shipping": "2.25"},
        {"id": "70000000000002", "sku": "MUG-RED", "quantity": 1, "price": "5"},
    ],
}  # fmt: skip


def mugs(seller: Seller, **form: Any) -> Order:
    return seller.place_order(**FORM | form)


def read(seller: Seller, order: Order, *sets: str) -> Any:
    answer = seller.get(f"{ORDERS}/{order.order_id}", includedData=",".join(sets))
    assert answer.status == 200, answer.raw
    assert list(answer.body) == ["order"]
    return answer.body["order"]


def cancellations(seller: Seller, order: Order) -> list[Any]:
    """What stands of a cancellation on each item, None where nothing does."""
    return [each.get("cancellation") for each in read(seller, order, "CANCELLATION")["orderItems"]]


def money(amount: str, currency: str = "USD") -> dict[str, str]:
    return {"amount": amount, "currencyCode": currency}


def breakdown(**subtotals: str) -> list[dict[str, Any]]:
    return [{"type": kind, "subtotal": money(amount)} for kind, amount in subtotals.items()]


def product(asin: str, title: str, sku: str, price: str) -> dict[str, Any]:
    condition = {"conditionType": "NEW", "conditionSubtype": "NEW"}
    return {
        "asin": asin,
        "title": title,
        "sellerSku": sku,
        "condition": condition,
        "price": {"unitPrice": money(price)},
    }


PLAIN: dict[str, Any] = {
    "orderId": "902-0000001-0000001",
    "orderAliases": [{"aliasId": "S-1", "aliasType": "SELLER_ORDER_ID"}],
    "createdTime": "2026-03-02T16:00:00Z",
    "lastUpdatedTime": "2026-03-02T16:00:00Z",
    "programs": ["PRIME", "AMAZON_BUSINESS"],
    "salesChannel": {
        "channelName": "AMAZON",
        "marketplaceId": "ATVPDKIKX0DER",
        "marketplaceName": "Amazon.com",
    },
    "orderItems": [
        {
            "orderItemId": "70000000000001",
            "quantityOrdered": 3,
            "product": product("B000000001", "Mug Blue", "MUG-BLUE", "20.00"),
        },
        {
            "orderItemId": "70000000000002",
            "quantityOrdered": 1,
            "product": product("B000000001", "Mug Red", "MUG-RED", "5.00"),
        },
    ],
}
SHIPS_FROM = {
    "name": "Sample Warehouse",
    "addressLine1": "2 Example Street",
    "city": "Springfield",
    "stateOrRegion": "IL",
    "postalCode": "62704",
    "countryCode": "US",
}
OF_THE_ORDER: dict[str, Any] = {
    "BUYER": {"buyer": {"buyerName": "Ada Example", "buyerEmail": "ada@marketplace.amazon.com"}},
    "RECIPIENT": {
        "recipient": {
            "deliveryAddress": {
                "name": "Ada Example",
                "addressLine1": "1 Example Street",
                "addressLine2": "Flat 2",
                "city": "Springfield",
                "stateOrRegion": "IL",
                "postalCode": "62704",
                "countryCode": "US",
                "phone": "555-0100",
            }
        }
    },
    "PROCEEDS": {
        "proceeds": {
            "grandTotal": money("76.25"),
            "breakdowns": breakdown(ITEM="65.00", SHIPPING="6.75", TAX="4.50"),
        }
    },
    "FULFILLMENT": {
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED",
            "fulfilledBy": "MERCHANT",
            "fulfillmentServiceLevel": "STANDARD",
            "shipByWindow": {
                "earliestDateTime": "2026-03-02T08:00:00Z",
                "latestDateTime": "2026-03-05T07:59:59Z",
            },
            "deliverByWindow": {
                "earliestDateTime": "2026-03-05T08:00:00Z",
                "latestDateTime": "2026-03-08T07:59:59Z",
            },
        }
    },
    "PAYMENT": {"payment": {"paymentExecutions": [{"paymentMethod": "Other", "paymentAmount": money("76.25")}]}},
}
OF_THE_ITEMS: dict[str, Any] = {
    "PROCEEDS": [
        {
            "proceeds": {
                "proceedsTotal": money("71.25"),
                "breakdowns": [
                    *breakdown(ITEM="60.00", SHIPPING="6.75"),
                    {
                        "type": "TAX",
                        "subtotal": money("4.50"),
                        "detailedBreakdowns": [{"subtype": "ITEM", "value": money("4.50")}],
                    },
                ],
            }
        },
        {"proceeds": {"proceedsTotal": money("5.00"), "breakdowns": breakdown(ITEM="5.00")}},
    ],
    "TAX": [
        {
            "tax": {
                "taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "Amazon Services, Inc."}],
            }
        },
        {},
    ],
    "FULFILLMENT": [
        {"fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 3}},
        {"fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": 1}},
    ],
}


@pytest.fixture
def order(seller: Seller) -> Order:
    return mugs(seller, id="902-0000001-0000001", seller_order_id="S-1", programs=["Prime", "Business"])


def with_sets(*sets: str) -> Any:
    """The plain order and what these data sets add to it and to its items."""
    whole: dict[str, Any] = dict(PLAIN)
    for each in sets:
        whole |= OF_THE_ORDER.get(each, {})
    whole["orderItems"] = [
        {name: value for each in sets for name, value in OF_THE_ITEMS.get(each, ({}, {}))[index].items()} | item
        for index, item in enumerate(PLAIN["orderItems"])
    ]
    return whole


def test_without_data_sets_there_are_identity_dates_and_items(seller: Seller, order: Order) -> None:
    assert read(seller, order) == PLAIN
    assert seller.get(f"{ORDERS}/{order.order_id}").headers["x-amzn-ratelimit-limit"] == "50.0"


@pytest.mark.parametrize("asked", SETS)
def test_a_data_set_brings_itself_and_nothing_else(seller: Seller, order: Order, asked: str) -> None:
    assert read(seller, order, asked) == with_sets(asked)


def test_all_data_sets_together(seller: Seller, order: Order) -> None:
    assert read(seller, order, *SETS) == with_sets(*SETS)


def test_personal_data_need_no_restricted_token(strict_shop: Shop) -> None:
    seller = strict_shop.open()
    shown = read(seller, mugs(seller), "BUYER", "RECIPIENT")
    assert shown["buyer"]["buyerName"] == shown["recipient"]["deliveryAddress"]["name"] == "Ada Example"


def test_yen_have_no_decimals(shop: Shop) -> None:
    seller = shop.open(marketplace_ids=["A1VC38T7YXB528"])
    shown = read(seller, seller.place_order(items=[{"price": 1200, "quantity": 2}]), "PROCEEDS")
    assert shown["proceeds"]["grandTotal"] == money("2400", "JPY")
    assert shown["orderItems"][0]["product"]["price"]["unitPrice"] == money("1200", "JPY")


# What a status shows

BEFORE_THE_RELEASE = {"buyer", "recipient", "proceeds", "payment"}


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, "PENDING"), ({"release_at": "2026-04-01T00:00:00Z"}, "PENDING_AVAILABILITY")],
)
def test_before_the_release_money_buyer_and_address_are_hidden(
    seller: Seller, form: dict[str, Any], status: str
) -> None:
    """Source V18: of a pending order the unit price and the tax of each item are there; all other money is not."""
    shown = read(seller, mugs(seller, hold=True, **form), *SETS)
    assert shown["fulfillment"]["fulfillmentStatus"] == status
    assert "deliverByWindow" not in shown["fulfillment"]
    assert not BEFORE_THE_RELEASE & set(shown)
    assert [each["product"]["price"]["unitPrice"] for each in shown["orderItems"]] == [money("20.00"), money("5.00")]
    taxes = [each["subtotal"] for each in shown["orderItems"][0]["proceeds"]["breakdowns"] if each["type"] == "TAX"]
    assert taxes == [money("4.50")]
    assert shown.get("programs") == (["PREORDER"] if form else None)


def test_a_canceled_order_has_quantities_of_nought_and_no_money(seller: Seller, order: Order) -> None:
    """Source V13: quantity 0 and no prices in every dialect; it keeps its `cancellation`."""
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    shown = read(seller, order, *SETS)
    assert shown["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert not {"buyer", "recipient", "payment", "proceeds"} & set(shown)
    assert "deliverByWindow" not in shown["fulfillment"]
    assert [each["quantityOrdered"] for each in shown["orderItems"]] == [0, 0]
    assert all("proceeds" not in each and "price" not in each["product"] for each in shown["orderItems"])
    executions = [each["cancellation"]["cancellationExecution"] for each in shown["orderItems"]]
    assert executions == [{"cancelledBy": "MERCHANT", "cancelReason": "No Inventory"}] * 2
    nothing = {"quantityFulfilled": 0, "quantityUnfulfilled": 0}
    assert [each["fulfillment"] for each in shown["orderItems"]] == [nothing, nothing]


def test_an_order_canceled_while_pending_never_showed_its_money(seller: Seller) -> None:
    order = mugs(seller, hold=True)
    seller.world.act(order.order_id, "buyer-cancel")
    shown = read(seller, order, *SETS)
    assert not BEFORE_THE_RELEASE & set(shown)
    assert "price" not in shown["orderItems"][0]["product"]
    assert [each["quantityOrdered"] for each in shown["orderItems"]] == [0, 0]


def test_confirmed_parcels_show_as_packages(seller: Seller, order: Order) -> None:
    blue = {"items": [{"sku": "MUG-BLUE", "quantity": 2}], "carrier": "UPS", "tracking": "1Z999"}
    seller.world.act(order.order_id, "seller-confirm-shipment", blue)
    seller.pass_time(hours=1)
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": ["MUG-RED"]})
    shown = read(seller, order, "PACKAGES", "FULFILLMENT")
    assert shown["packages"] == [
        {
            "packageReferenceId": "1",
            "createdTime": "2026-03-02T16:00:00Z",
            "packageStatus": {"status": "SHIPPED"},
            "carrier": "UPS",
            "shipTime": "2026-03-02T16:00:00Z",
            "trackingNumber": "1Z999",
            "shipFromAddress": SHIPS_FROM,
            "packageItems": [{"orderItemId": "70000000000001", "quantity": 2}],
        },
        {
            "packageReferenceId": "2",
            "createdTime": "2026-03-02T17:00:00Z",
            "packageStatus": {"status": "SHIPPED"},
            "shipTime": "2026-03-02T17:00:00Z",
            "shipFromAddress": SHIPS_FROM,
            "packageItems": [{"orderItemId": "70000000000002", "quantity": 1}],
        },
    ]
    assert shown["fulfillment"]["fulfillmentStatus"] == "PARTIALLY_SHIPPED"
    counts = [tuple(each["fulfillment"].values()) for each in shown["orderItems"]]
    assert counts == [(2, 1), (1, 0)]
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": [{"sku": "MUG-BLUE", "quantity": 1}]})
    assert read(seller, order, "FULFILLMENT")["fulfillment"]["fulfillmentStatus"] == "SHIPPED"


def test_an_order_without_a_confirmed_invoice_is_shipped(seller: Seller) -> None:
    order = mugs(seller, invoice=True)
    seller.world.act(order.order_id, "seller-confirm-shipment")
    assert seller.read(order)["OrderStatus"] == "InvoiceUnconfirmed"
    shown = read(seller, order, "FULFILLMENT", "TAX")
    assert shown["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert shown["tax"] == {"taxInvoicing": {"invoiceStatus": "NOT_FOUND"}}


def test_an_order_amazon_ships_has_one_ship_date_no_phone_and_no_packages(seller: Seller) -> None:
    order = mugs(seller, channel="AFN")
    seller.world.act(order.order_id, "warehouse-starts")
    seller.world.act(order.order_id, "warehouse-ships")
    shown = read(seller, order, *SETS)
    assert shown["fulfillment"] == {
        "fulfillmentStatus": "SHIPPED",
        "fulfilledBy": "AMAZON",
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {"earliestDateTime": "2026-03-05T07:59:59Z", "latestDateTime": "2026-03-05T07:59:59Z"},
    }
    assert "phone" not in shown["recipient"]["deliveryAddress"]
    assert "packages" not in shown


def test_an_order_from_elsewhere_says_so(seller: Seller) -> None:
    shown = read(seller, mugs(seller, channel="AFN", multi_channel=True), "FULFILLMENT")
    assert shown["salesChannel"]["channelName"] == "NON_AMAZON"
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNFULFILLABLE"


# Cancellations


def test_a_request_stands_on_its_items(seller: Seller, order: Order) -> None:
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation", {"items": ["MUG-BLUE"], "reason": "late"})
    request = {"requester": "BUYER", "cancelReason": "Item(s) would not arrive on time"}
    assert cancellations(seller, order) == [{"cancellationRequest": request}, None]
    shown = read(seller, order, "FULFILLMENT")
    assert (shown["fulfillment"]["fulfillmentStatus"], shown["lastUpdatedTime"]) == (
        "UNSHIPPED",
        "2026-03-02T16:31:00Z",
    )
    seller.world.act(order.order_id, "seller-confirm-shipment")
    assert cancellations(seller, order) == [{"cancellationRequest": request}, None]


def test_a_request_without_a_reason_has_an_empty_one_and_a_withdrawn_one_is_gone(shop: Shop) -> None:
    seller = shop.open(settings={"buyer_withdrawal": True})
    order = mugs(seller)
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation")
    asked = {"cancellationRequest": {"requester": "BUYER", "cancelReason": ""}}
    assert cancellations(seller, order) == [asked, asked]
    seller.world.act(order.order_id, "buyer-withdraw-request")
    assert cancellations(seller, order) == [None, None]


def test_the_buyers_own_words_are_kept(seller: Seller, order: Order) -> None:
    words = 'too "late"\t& <more> 🙂'
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation", {"reason_text": words})
    assert cancellations(seller, order)[0]["cancellationRequest"]["cancelReason"] == words


def executed(by: str, reason: str) -> dict[str, Any]:
    return {"cancellationExecution": {"cancelledBy": by, "cancelReason": reason}}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({}, "Buyer requested cancellation"), ({"reason": "mistake"}, "Order created by mistake")],
)
def test_a_buyer_who_cancels_is_named(seller: Seller, arguments: dict[str, str], words: str) -> None:
    order = mugs(seller, hold=True)
    seller.world.act(order.order_id, "buyer-cancel", arguments)
    assert cancellations(seller, order) == [executed("BUYER", words)] * 2


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("buyer_canceled", "Buyer requested cancellation"),
        ("no_inventory", "No Inventory"),
        ("address_undeliverable", "Shipping Address Undeliverable"),
        ("customer_exchange", "Customer Exchange"),
    ],
)
def test_a_seller_who_cancels_is_named_beside_the_request(
    seller: Seller, order: Order, reason: str, words: str
) -> None:
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation", {"items": ["MUG-RED"], "reason": "cheaper"})
    seller.world.act(order.order_id, "seller-cancel", {"reason": reason})
    request = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Found cheaper somewhere else"}}
    execution = executed("MERCHANT", words)
    assert cancellations(seller, order) == [execution, request | execution]


@pytest.mark.parametrize(
    ("form", "action", "words"),
    [
        ({}, None, "Shipment not confirmed in time"),
        ({}, "fraud-detected", "Order could not be verified"),
        ({"hold": True, "payment": "unverified"}, "payment-failed", "Payment could not be verified"),
    ],
)
def test_amazon_is_named_when_it_cancels(seller: Seller, form: dict[str, Any], action: str | None, words: str) -> None:
    order = mugs(seller, **form)
    if action:
        seller.world.act(order.order_id, action)
    else:
        seller.pass_time(days=12)
    assert cancellations(seller, order) == [executed("AMAZON", words)] * 2


def test_a_cancellation_shows_only_when_asked_for(seller: Seller, order: Order) -> None:
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    others = [each for each in SETS if each != "CANCELLATION"]
    assert "cancel" not in str(read(seller, order, *others)["orderItems"])


# Orders that are not there


@pytest.mark.parametrize("setting", ["error", "empty"])
def test_an_unknown_order_is_not_found_whatever_v0_does(shop: Shop, setting: str) -> None:
    seller = shop.open(settings={"unknown_order": setting})
    answer = seller.get(f"{ORDERS}/902-0000009-0000009")
    assert answer.status == 404
    assert answer.body == {
        "errors": [{"code": "NotFound", "message": "There is no order 902-0000009-0000009.", "details": ""}]
    }


def test_another_sellers_order_is_unknown(shop: Shop, seller: Seller) -> None:
    assert seller.get(f"{ORDERS}/{mugs(shop.open()).order_id}").status == 404


@pytest.mark.parametrize("order_id", ["902-1", "TEST_CASE_400", "902-0000001-00000011", "902 0000001 0000001"])
def test_what_cannot_be_an_order_id_is_refused(seller: Seller, order_id: str) -> None:
    answer = seller.get(f"{ORDERS}/{order_id}")
    assert answer.status == 400
    message = f"OrderId: {order_id} is invalid, should be in 3-7-7 format."
    assert answer.error == {"code": "InvalidInput", "message": message, "details": "orderId"}


def test_an_unknown_data_set_is_refused_with_the_nearest(seller: Seller, order: Order) -> None:
    before = seller.standing()
    answer = seller.get(f"{ORDERS}/{order.order_id}", includedData="BUYER,CANCELATION")
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"].startswith("includedData must be one of BUYER, RECIPIENT")
    assert answer.error["message"].endswith("The nearest is CANCELLATION.")
    assert seller.standing() == before


def test_tokens_are_held_to(strict_shop: Shop) -> None:
    seller = strict_shop.open()
    order = mugs(seller)
    answer = seller.get(f"{ORDERS}/{order.order_id}", token="Atza|nobody's")
    assert (answer.status, answer.error["code"]) == (403, "Unauthorized")


# Rendering


def test_an_order_that_did_not_change_is_not_rendered_again(
    seller: Seller, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [read(seller, order), read(seller, order, "BUYER", "TAX")]
    rendered: list[object] = []

    def encode(body: object) -> bytes:
        rendered.append(body)
        return b"{}"

    monkeypatch.setattr("marketplace_sandbox.api.spapi.orders_2026.renderer.encode", encode)
    assert [read(seller, order), read(seller, order, "TAX", "BUYER")] == before
    assert not rendered
    seller.world.act(order.order_id, "seller-confirm-shipment")
    seller.get(f"{ORDERS}/{order.order_id}", documented=False)
    assert len(rendered) == 1


def test_however_many_selections_are_asked_for_the_answers_are_right(seller: Seller, order: Order) -> None:
    selections = [[each for bit, each in enumerate(SETS) if number >> bit & 1] for number in range(40)]
    for _ in range(2):
        assert all(read(seller, order, *each) == with_sets(*each) for each in selections)


def test_a_setting_takes_effect_on_what_was_shown_before(seller: Seller, order: Order) -> None:
    read(seller, order, "FULFILLMENT")
    seller.world.execute(ConfigurePolicy({"delivery_after": "P1D"}))
    window = read(seller, order, "FULFILLMENT")["fulfillment"]["deliverByWindow"]
    assert window["latestDateTime"] == "2026-03-06T07:59:59Z"
