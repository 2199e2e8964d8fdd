"""confirmShipment: what it does to an order, and what is refused without a trace."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from tests.api.contract import Answer
from tests.api.shop import US, Seller, Shop

ITEMS = [
    {"id": "70000000000001", "sku": "MUG-BLUE", "quantity": 3},
    {"id": "70000000000002", "sku": "MUG-RED", "quantity": 1},
]
ALL = [{"orderItemId": "70000000000001", "quantity": 3}, {"orderItemId": "70000000000002", "quantity": 1}]


@pytest.fixture
def order(seller: Seller) -> Order:
    return seller.place_order(id="902-0000001-0000001", items=ITEMS)


def body(items: Any = ALL, marketplace_id: str = US, **parcel: Any) -> dict[str, Any]:
    whole = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z999",
        "shipDate": "2031-07-01T09:00:00.000Z",
        "orderItems": items,
    }
    return {"marketplaceId": marketplace_id, "packageDetail": whole | parcel}


def confirm(seller: Seller, order: Order, sent: Any = None) -> Answer:
    return seller.post(f"/orders/v0/orders/{order.order_id}/shipmentConfirmation", body() if sent is None else sent)


def test_a_confirmation_ships_the_order(seller: Seller, order: Order) -> None:
    answer = confirm(seller, order)
    assert (answer.status, answer.raw) == (204, b"")
    assert answer.headers["x-amzn-ratelimit-limit"] == "50.0"
    assert seller.read(order)["OrderStatus"] == "Shipped"
    (shipment,) = seller.world.order(order.order_id).shipments
    assert (shipment.carrier, shipment.tracking, shipment.shipped_at) == ("UPS", "1Z999", seller.world.now())
    assert shipment.items == (("70000000000001", 3), ("70000000000002", 1))
    assert seller.world.journal()[-1].body["channel"] == "api"


def test_a_confirmation_of_some_units_ships_them(seller: Seller, order: Order) -> None:
    some = [{"orderItemId": "70000000000001", "quantity": 1, "transparencyCodes": ["T1"]}]
    assert confirm(seller, order, body(some, carrierCode="Other", carrierName="By bike")).status == 204
    assert seller.read(order)["OrderStatus"] == "PartiallyShipped"
    assert [each["QuantityShipped"] for each in seller.items(order)] == [1, 0]
    assert seller.world.order(order.order_id).shipments[0].carrier == "By bike"


def test_the_service_and_the_codes_of_units_are_kept_and_show_in_the_api_that_has_fields_for_them(
    seller: Seller, order: Order
) -> None:
    """Source: PackageDetail of the v0 model, OrderPackage and PackageItem of 2026-01-01; v0 and MWS show neither."""
    items = [{"orderItemId": "70000000000001", "quantity": 2, "transparencyCodes": ["AZ:1", "AZ:2"]}, ALL[1]]
    assert confirm(seller, order, body(items, shippingMethod="UPS Ground")).status == 204
    path = f"/orders/2026-01-01/orders/{order.order_id}"
    (parcel,) = seller.get(path, includedData="PACKAGES").body["order"]["packages"]
    assert parcel["shippingService"] == "UPS Ground"
    assert parcel["packageItems"] == [
        {"orderItemId": "70000000000001", "quantity": 2, "transparencyCodes": ["AZ:1", "AZ:2"]},
        {"orderItemId": "70000000000002", "quantity": 1},
    ]
    assert "transparency_codes" in seller.world.journal()[-1].body["with"]
    assert not any("AZ:1" in each.raw.decode() for each in (seller.get(f"/orders/v0/orders/{order.order_id}"),))


@pytest.mark.parametrize(
    ("more", "codes", "field"),
    [
        ({"shippingMethod": "x" * 101}, ["T"], "packageDetail.shippingMethod"),
        ({}, [""], "packageDetail.orderItems[0].transparencyCodes[0]"),
        ({}, ["T", "x" * 101], "packageDetail.orderItems[0].transparencyCodes[1]"),
        ({}, ["T"] * 1001, "packageDetail.orderItems[0].transparencyCodes"),
    ],
)
def test_a_service_or_code_that_is_none_is_refused(
    seller: Seller, order: Order, more: dict[str, str], codes: list[str], field: str
) -> None:
    items = [{"orderItemId": "70000000000001", "quantity": 1, "transparencyCodes": codes}]
    answer = confirm(seller, order, body(items, **more))
    assert (answer.status, answer.error["details"]) == (400, field)
    assert seller.read(order)["OrderStatus"] == "Unshipped"


def test_another_confirmation_of_a_shipped_order_finds_no_package(seller: Seller, order: Order) -> None:
    """Source: amzn/selling-partner-api-models#5037, and three programs that match on these words."""
    confirm(seller, order)
    before = seller.standing()
    answer = confirm(seller, order, body(trackingNumber="1Z000"))
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"] == (
        "Failed to create package due to not finding a matching package or order already fulfilled. "
        "ErrorMessage(errorCode=GeneralError, errorDescription=Unable to find package to update for order "
        "(902-0000001-0000001), errorMetric=PackageToUpdateNotFound, packageIndex=null)"
    )
    assert answer.error["details"].startswith("NOTHING_LEFT_TO_CONFIRM: Order 902-0000001-0000001 is Shipped;")
    assert seller.standing() == before


def test_an_order_whose_invoice_is_awaited_has_nothing_left_to_confirm(seller: Seller) -> None:
    order = seller.place_order(items=ITEMS, invoice=True)
    assert confirm(seller, order).status == 204
    assert seller.read(order)["OrderStatus"] == "InvoiceUnconfirmed"
    assert "PackageToUpdateNotFound" in confirm(seller, order).error["message"]


def test_the_rest_of_an_order_is_confirmed_and_then_nothing_is_left(seller: Seller, order: Order) -> None:
    first, second = ALL
    assert [confirm(seller, order, body([each])).status for each in (first, second)] == [204, 204]
    assert "already fulfilled" in confirm(seller, order, body([first])).error["message"]


def test_shipping_wins_over_an_open_request(seller: Seller, order: Order) -> None:
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation")
    assert confirm(seller, order).status == 204
    assert seller.items(order)[0]["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] == "true"


def test_a_confirmation_has_the_notice_delivered() -> None:
    shop = Shop()
    seller = shop.open()
    order = seller.place_order(items=ITEMS)
    seller.world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    confirm(seller, order)
    assert shop.woken == [seller.world.seller_id]


PARCEL = "packageDetail"
FIRST = f"{PARCEL}.orderItems[0]"
NO_CARRIER = (
    "ErrorCode: InvalidCarrier Description: Selected carrier is not supported. There is no carrier {} "
    "One that is not listed is Other, with its name beside."
)
UNKNOWN_ITEM = "OrderItemId is invalid, please obtain the value through the getOrderItems API or Manage Orders page"


@pytest.mark.parametrize(
    ("sent", "message", "details"),
    [
        ({}, "marketplaceId is required. packageDetail is required.", "marketplaceId"),
        (body(packageReferenceId=1), f"{PARCEL}.packageReferenceId must be a string, got 1.",
         f"{PARCEL}.packageReferenceId"),
        *(
            (
                body(packageReferenceId=reference),
                "PackageReferenceId: is invalid, must be a positive numeric value.",
                f"{PARCEL}.packageReferenceId",
            )
            for reference in ("0", "-1", "1.5", "one", "", "\u0661")
        ),
        (body(carrierCode="Other"), f"{PARCEL}.carrierName is required when carrierCode is Other.",
         f"{PARCEL}.carrierName"),
        (body(trackingNumber="1" * 101), f"{PARCEL}.trackingNumber has at most 100 characters.",
         f"{PARCEL}.trackingNumber"),
        (body(carrierCode="Other", carrierName=" "), f"{PARCEL}.carrierName is required when carrierCode is Other.",
         f"{PARCEL}.carrierName"),
        (body(carrierCode="ups"), NO_CARRIER.format("'ups'; did you mean 'UPS'?"), f"{PARCEL}.carrierCode"),
        (body(carrierCode="Royal Mial"), NO_CARRIER.format("'Royal Mial'; did you mean 'Royal Mail'?"),
         f"{PARCEL}.carrierCode"),
        (body(carrierCode=""), NO_CARRIER.format("''."), f"{PARCEL}.carrierCode"),
        (body(carrierCode="U" * 101), f"{PARCEL}.carrierCode has at most 100 characters.", f"{PARCEL}.carrierCode"),
        (body(shipDate="yesterday"),
         f"{PARCEL}.shipDate is ISO 8601, such as 2026-03-02T16:00:00Z; it is 'yesterday'.",
         f"Invalid date-time field(s) [{PARCEL}.shipDate]."),
        (body([]), f"{PARCEL}.orderItems must have at least 1 entry, got 0.", f"{PARCEL}.orderItems"),
        (body([{"orderItemId": "7"}]), f"{FIRST}.quantity is required.", f"{FIRST}.quantity"),
        (body([{"orderItemId": "7", "quantity": 1}]), UNKNOWN_ITEM, f"{FIRST}.orderItemId"),
        (body([{"orderItemId": "MUG-BLUE", "quantity": 1}]), UNKNOWN_ITEM, f"{FIRST}.orderItemId"),
        (body([{"orderItemId": "70000000000001", "quantity": 0}]), f"{FIRST}.quantity must be at least 1, got 0.",
         f"{FIRST}.quantity"),
        (body([{"orderItemId": "70000000000001", "quantity": 1.5}]), f"{FIRST}.quantity must be an integer, got 1.5.",
         f"{FIRST}.quantity"),
        (body(marketplace_id="ATVPDKIKX0DEX"),
         "There is no marketplace 'ATVPDKIKX0DEX'; did you mean 'ATVPDKIKX0DER'?", "marketplaceId"),
        (body(marketplace_id="A1PA6795UKMFR9"),
         f"Order 902-0000001-0000001 was placed in {US}, not in A1PA6795UKMFR9.", "marketplaceId"),
    ],
)  # fmt: skip
def test_a_body_that_makes_no_sense_is_refused(
    seller: Seller, order: Order, sent: Any, message: str, details: str
) -> None:
    before = seller.standing()
    answer = confirm(seller, order, sent)
    assert answer.status == 400
    assert answer.error == {"code": "InvalidInput", "message": message, "details": details}
    assert seller.standing() == before


def test_a_canceled_order_has_no_items(seller: Seller, order: Order) -> None:
    """Source: two programs that know a canceled order by these words, and by no others."""
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    before = seller.standing()
    answer = confirm(seller, order)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"] == (
        "ErrorCode: NonexistentOrderItem Description: Failed to find order item list by order ID: 902-0000001-0000001"
    )
    assert answer.error["details"].startswith("ALREADY_CANCELED: Order 902-0000001-0000001 is Canceled;")
    assert seller.standing() == before


@pytest.mark.parametrize("units", [[4], [2, 2]])
def test_more_units_than_there_are_are_overfulfillment(seller: Seller, order: Order, units: list[int]) -> None:
    """Source: one program that matches on the beginning of the text."""
    before = seller.standing()
    answer = confirm(seller, order, body([{"orderItemId": "70000000000001", "quantity": each} for each in units]))
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"].startswith(
        "Failed to create/update package due to overfulfillment. Order 902-0000001-0000001 is Unshipped;"
    )
    assert answer.error["details"].startswith("INVALID_QUANTITY: ")
    assert seller.standing() == before


def test_more_units_than_are_left_are_overfulfillment(seller: Seller, order: Order) -> None:
    assert confirm(seller, order, body([{"orderItemId": "70000000000001", "quantity": 2}])).status == 204
    answer = confirm(seller, order, body([{"orderItemId": "70000000000001", "quantity": 2}]))
    assert answer.error["message"].startswith("Failed to create/update package due to overfulfillment")


def test_the_form_of_tracking_numbers_is_checked_where_that_is_wanted(seller: Seller, order: Order) -> None:
    """Source: amzn/selling-partner-api-docs#866; the forms are the carriers' own."""
    seller.world.execute(ConfigurePolicy({"tracking_checks": True}))
    before = seller.standing()
    answer = confirm(seller, order, body(trackingNumber="1Z999"))
    assert answer.status == 400
    assert answer.error["details"].startswith("INVALID_TRACKING: packageDetail.trackingNumber ")
    assert "tracking_checks" in answer.error["message"]
    assert answer.error["message"].endswith("tracking is '1Z999', which has no form of UPS's.")
    assert seller.standing() == before
    assert confirm(seller, order, body(trackingNumber="1Z 999 AA1 01 2345 6784")).status == 204


@pytest.mark.parametrize(
    ("form", "sent", "code"),
    [
        ({"hold": True}, body(), "ORDER_PENDING"),
        ({"channel": "AFN"}, body(), "AMAZON_FULFILLED"),
    ],
)
def test_what_the_rules_refuse_is_refused(seller: Seller, form: dict[str, Any], sent: Any, code: str) -> None:
    order = seller.place_order(items=ITEMS, **form)
    before = seller.standing()
    answer = confirm(seller, order, sent)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"].startswith(f"Order {order.order_id} is ")
    assert answer.error["details"].startswith(f"{code}: ")
    assert seller.standing() == before


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        (body([{"orderItemId": "70000000000001", "quantity": 10**30}]), "packageDetail.orderItems[0].quantity"),
        (
            body([{"orderItemId": "70000000000001", "quantity": 1, "transparencyCodes": ["T1", "T\x01"]}]),
            "packageDetail.orderItems[0].transparencyCodes[1]",
        ),
        (body(carrierCode="Other", carrierName="By\x00bike"), "packageDetail.carrierName"),
        (body(trackingNumber="1Z\x7f\ufffe"), "packageDetail.trackingNumber"),
        (body(shippingMethod="Next\x1bDay"), "packageDetail.shippingMethod"),
    ],
)
def test_what_no_parcel_can_hold_is_refused_by_the_name_of_its_field(
    seller: Seller, order: Order, sent: Any, field: str
) -> None:
    before = seller.standing()
    answer = confirm(seller, order, sent)
    assert (answer.status, answer.error["code"], answer.error["details"]) == (400, "InvalidInput", field)
    assert answer.error["message"].startswith(f"{field} ")
    assert seller.standing() == before


@pytest.mark.parametrize("setting", ["error", "empty"])
def test_an_order_that_is_not_there_cannot_be_confirmed(shop: Shop, setting: str) -> None:
    seller = shop.open(settings={"unknown_order": setting})
    path = "/orders/v0/orders/902-0000009-0000009/shipmentConfirmation"
    answer = seller.post(path, body())
    assert (answer.status, answer.error["code"]) == (404, "NotFound")
    assert seller.post(path.replace("902-", "90-"), body()).status == 400
