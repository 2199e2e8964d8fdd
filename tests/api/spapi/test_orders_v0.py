"""Orders v0, one order at a time: what each status and each token shows, and how it is spelt."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from tests.api.shop import Seller, Shop

ORDERS = "/orders/v0/orders"
PARTS = ("", "/buyerInfo", "/address", "/orderItems", "/orderItems/buyerInfo")
COARSE = ["City", "CountryCode", "PostalCode", "StateOrRegion"]
FULL = ["AddressLine1", "AddressLine2", "City", "CountryCode", "Name", "Phone", "PostalCode", "StateOrRegion"]

FORM: dict[str, Any] = {
    "buyer": {"name": "Ada Example", "email": "ada@marketplace.amazon.com"},
    "ship_to": {"line2": "Flat 2"},
    "items": [
        {"id": "70000000000001", "sku": "MUG-BLUE", "asin": "B000000001", "quantity": 3, "price": "20.00",
         "tax": "1.50", "shipping": "2.25"},
        {"id": "70000000000002", "sku": "MUG-RED", "quantity": 1, "price": "5"},
    ],
}  # fmt: skip

SHIPS_FROM = {
    "Name": "Sample Warehouse",
    "AddressLine1": "2 Example Street",
    "City": "Springfield",
    "StateOrRegion": "IL",
    "PostalCode": "62704",
    "CountryCode": "US",
}


def mugs(seller: Seller, **form: Any) -> Order:
    return seller.place_order(**FORM | form)


def request_cancellation(seller: Seller, order: Order, **arguments: Any) -> None:
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation", arguments)


def test_an_order_in_full(seller: Seller) -> None:
    order = mugs(seller, id="902-0000001-0000001", seller_order_id="S-1", programs=["Prime", "Business"])
    token = seller.restricted(f"{ORDERS}/{{orderId}}", "buyerInfo", "shippingAddress")
    assert seller.read(order, token=token) == {
        "AmazonOrderId": "902-0000001-0000001",
        "SellerOrderId": "S-1",
        "PurchaseDate": "2026-03-02T16:00:00Z",
        "LastUpdateDate": "2026-03-02T16:00:00Z",
        "OrderStatus": "Unshipped",
        "FulfillmentChannel": "MFN",
        "SalesChannel": "Amazon.com",
        "ShipServiceLevel": "Std US D2D Dom",
        "OrderTotal": {"CurrencyCode": "USD", "Amount": "76.25"},
        "NumberOfItemsShipped": 0,
        "NumberOfItemsUnshipped": 4,
        "PaymentMethod": "Other",
        "PaymentMethodDetails": ["Standard"],
        "MarketplaceId": "ATVPDKIKX0DER",
        "ShipmentServiceLevelCategory": "Standard",
        "OrderType": "StandardOrder",
        "EarliestShipDate": "2026-03-02T08:00:00Z",
        "LatestShipDate": "2026-03-05T07:59:59Z",
        "EarliestDeliveryDate": "2026-03-05T08:00:00Z",
        "LatestDeliveryDate": "2026-03-08T07:59:59Z",
        "IsBusinessOrder": True,
        "IsPrime": True,
        "IsPremiumOrder": False,
        "IsGlobalExpressEnabled": False,
        "IsReplacementOrder": False,
        "IsSoldByAB": False,
        "IsIBA": False,
        "DefaultShipFromLocationAddress": SHIPS_FROM,
        "IsISPU": False,
        "IsAccessPointOrder": False,
        "HasRegulatedItems": False,
        "AutomatedShippingSettings": {"HasAutomatedShippingSettings": False},
        "ShippingAddress": {
            "Name": "Ada Example",
            "AddressLine1": "1 Example Street",
            "AddressLine2": "Flat 2",
            "City": "Springfield",
            "StateOrRegion": "IL",
            "PostalCode": "62704",
            "CountryCode": "US",
            "Phone": "555-0100",
        },
        "BuyerInfo": {"BuyerEmail": "ada@marketplace.amazon.com", "BuyerName": "Ada Example"},
    }


def test_items_in_full(seller: Seller) -> None:
    order = mugs(seller)
    payload = seller.read(order, "/orderItems")
    assert sorted(payload) == ["AmazonOrderId", "OrderItems"]
    assert payload["AmazonOrderId"] == order.order_id
    mug, other = payload["OrderItems"]
    assert mug == {
        "ASIN": "B000000001",
        "SellerSKU": "MUG-BLUE",
        "OrderItemId": "70000000000001",
        "Title": "Mug Blue",
        "QuantityOrdered": 3,
        "QuantityShipped": 0,
        "ProductInfo": {"NumberOfItems": "1"},
        "ItemPrice": {"CurrencyCode": "USD", "Amount": "60.00"},
        "ShippingPrice": {"CurrencyCode": "USD", "Amount": "6.75"},
        "ItemTax": {"CurrencyCode": "USD", "Amount": "4.50"},
        "ShippingTax": {"CurrencyCode": "USD", "Amount": "0.00"},
        "ShippingDiscount": {"CurrencyCode": "USD", "Amount": "0.00"},
        "ShippingDiscountTax": {"CurrencyCode": "USD", "Amount": "0.00"},
        "PromotionDiscount": {"CurrencyCode": "USD", "Amount": "0.00"},
        "PromotionDiscountTax": {"CurrencyCode": "USD", "Amount": "0.00"},
        "IsGift": "false",
        "ConditionId": "New",
        "ConditionSubtypeId": "New",
        "TaxCollection": {"Model": "MarketplaceFacilitator", "ResponsibleParty": "Amazon Services, Inc."},
        "SerialNumberRequired": False,
        "IsTransparency": False,
        "BuyerInfo": {},
        "BuyerRequestedCancel": {"IsBuyerRequestedCancel": "false", "BuyerCancelReason": ""},
    }
    assert (other["OrderItemId"], other["ItemPrice"]["Amount"]) == ("70000000000002", "5.00")


def test_what_is_taxed_in_the_united_states_says_that_amazon_takes_the_tax(shop: Shop) -> None:
    """Source SEEN-ITEMS: TaxCollection MarketplaceFacilitator, `Amazon Services, Inc.`, of taxed items in the US."""
    amazons = {"Model": "MarketplaceFacilitator", "ResponsibleParty": "Amazon Services, Inc."}
    seller = shop.open()
    taxes: list[dict[str, Any]] = [{"tax": 1}, {}, {"shipping": 1, "shipping_tax": "0.1"}, {"tax": 1}]
    for tax, of in zip(taxes, [amazons, None, amazons, amazons], strict=True):
        order = seller.place_order(items=[tax])
        assert seller.items(order)[0].get("TaxCollection") == of
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert "TaxCollection" not in seller.items(order)[0]
    elsewhere = shop.open(marketplace_ids=["A1PA6795UKMFR9"])
    for taxed, of in ({"tax": 1}, None), ({"tax": 1, "tax_collection": {}}, amazons):
        assert elsewhere.items(elsewhere.place_order(items=[taxed]))[0].get("TaxCollection") == of


def test_of_free_shipping_nothing_is_said_and_beside_a_discount_stands_its_tax(seller: Seller) -> None:
    """Source SEEN-ITEMS: without shipping no price, tax, discount of it; PromotionDiscountTax 0.00 by the discount."""
    nothing = {"CurrencyCode": "USD", "Amount": "0.00"}
    ships = {"ShippingPrice", "ShippingTax", "ShippingDiscount", "ShippingDiscountTax"}
    (free,) = seller.items(seller.place_order(items=[{"tax": 1}]))
    assert ships.isdisjoint(free)
    assert free["PromotionDiscount"] == free["PromotionDiscountTax"] == nothing
    (charged,) = seller.items(seller.place_order(items=[{"shipping": 4, "shipping_discount": 4}]))
    assert [charged[name]["Amount"] for name in sorted(ships)] == ["4.00", "0.00", "4.00", "0.00"]


def test_an_order_says_where_a_seller_ships_it_from(shop: Shop) -> None:
    """Source SEEN-ITEMS: DefaultShipFromLocationAddress of what sellers ship, in every status, none of Amazon's."""
    seller = shop.open(marketplace_ids=["A1PA6795UKMFR9"])
    place = SHIPS_FROM | {"CountryCode": "DE"}
    shipped, held = seller.place_order(), seller.place_order(hold=True)
    assert [seller.read(each)["DefaultShipFromLocationAddress"] for each in (shipped, held)] == [place, place]
    seller.world.act(shipped.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert seller.read(shipped)["DefaultShipFromLocationAddress"] == place
    assert "DefaultShipFromLocationAddress" not in seller.read(seller.place_order(channel="AFN"))
    own = seller.place_order(default_ship_from_location_address={"city": "Ulm"})
    assert seller.read(own)["DefaultShipFromLocationAddress"] == {"City": "Ulm"}


def test_yen_have_no_decimals(shop: Shop) -> None:
    seller = shop.open(marketplace_ids=["A1VC38T7YXB528"])
    order = seller.place_order(items=[{"price": 1200, "quantity": 2, "shipping": 300, "shipping_discount": 300}])
    assert seller.read(order)["OrderTotal"] == {"CurrencyCode": "JPY", "Amount": "2400"}
    assert seller.items(order)[0]["ShippingTax"] == {"CurrencyCode": "JPY", "Amount": "0"}


# What a status shows

SHIPPING = {"ShippingPrice", "ShippingTax", "ShippingDiscount", "ShippingDiscountTax"}
MONEY = {"ItemPrice", "ItemTax", "TaxCollection", *SHIPPING, "PromotionDiscount", "PromotionDiscountTax", "IsGift"}
CONDITION = {"ConditionId", "ConditionSubtypeId", "SerialNumberRequired"}
PROMISE = {"EarliestDeliveryDate", "LatestDeliveryDate"}
PAID = {"PaymentMethod", "PaymentMethodDetails"}


def hidden(seller: Seller, order: Order) -> set[str]:
    """Fields that an unshipped order of the seller shows and this one does not."""
    return set(seller.read(mugs(seller))) - set(seller.read(order))


def hidden_of_items(seller: Seller, order: Order) -> set[str]:
    return set(seller.items(mugs(seller))[0]) - set(seller.items(order)[0])


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, "Pending"), ({"release_at": "2026-04-01T00:00:00Z"}, "PendingAvailability")],
)
def test_before_the_release_money_buyer_and_address_are_hidden(
    seller: Seller, form: dict[str, Any], status: str
) -> None:
    order = mugs(seller, hold=True, **form)
    assert seller.read(order)["OrderStatus"] == status
    assert hidden(seller, order) == {"OrderTotal", "ShippingAddress", "BuyerInfo", *PROMISE, *PAID}
    assert hidden_of_items(seller, order) == MONEY | CONDITION
    assert seller.read(order, "/buyerInfo") == seller.read(order, "/address") == {"AmazonOrderId": order.order_id}


def test_a_canceled_order_has_quantities_of_nought_and_no_money(seller: Seller) -> None:
    """Sources V13: QuantityOrdered 0 and no prices; V14: neither OrderTotal nor PaymentMethodDetails; V19: nothing of
    the condition.
    """
    order = mugs(seller)
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    shown = seller.read(order)
    assert shown["OrderStatus"] == "Canceled"
    assert (shown["NumberOfItemsShipped"], shown["NumberOfItemsUnshipped"]) == (0, 0)
    assert hidden(seller, order) == {"OrderTotal", "ShippingAddress", "BuyerInfo", *PROMISE, *PAID}
    assert hidden_of_items(seller, order) == MONEY - {"IsGift"} | CONDITION
    assert [each["QuantityOrdered"] for each in seller.items(order)] == [0, 0]
    assert [each.quantity for each in seller.world.order(order.order_id).items] == [3, 1]
    assert seller.read(order, "/buyerInfo") == seller.read(order, "/address") == {"AmazonOrderId": order.order_id}


def test_an_order_canceled_while_pending_never_showed_its_money(seller: Seller) -> None:
    order = mugs(seller, hold=True)
    seller.world.act(order.order_id, "buyer-cancel")
    assert hidden(seller, order) == {"OrderTotal", "ShippingAddress", "BuyerInfo", *PROMISE, *PAID}
    assert hidden_of_items(seller, order) == MONEY | CONDITION
    assert [each["QuantityOrdered"] for each in seller.items(order)] == [0, 0]


def test_a_request_stays_visible_after_the_cancellation(seller: Seller) -> None:
    """Source K18: the flag says that the buyer has asked, and an end of the order does not change that."""
    asked, quiet = mugs(seller), mugs(seller)
    seller.pass_time(hours=1)
    seller.world.act(asked.order_id, "buyer-request-cancellation", {"reason": "late", "items": ["MUG-BLUE"]})
    for order in (asked, quiet):
        seller.world.act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"})
    told = [each["BuyerRequestedCancel"] for each in (*seller.items(asked), *seller.items(quiet))]
    nobody = {"IsBuyerRequestedCancel": "false", "BuyerCancelReason": ""}
    assert told[0]["IsBuyerRequestedCancel"] == "true"
    assert told[0]["BuyerCancelReason"]
    assert told[1:] == [nobody, nobody, nobody]


def test_a_canceled_order_that_amazon_ships_says_nothing_of_a_request(seller: Seller) -> None:
    """Source V15: BuyerRequestedCancel is absent on AFN once the order is canceled."""
    order = mugs(seller, channel="AFN")
    assert all("BuyerRequestedCancel" in each for each in seller.items(order))
    seller.world.act(order.order_id, "buyer-cancel")
    assert seller.read(order)["OrderStatus"] == "Canceled"
    assert not any("BuyerRequestedCancel" in each for each in seller.items(order))
    assert [each["QuantityOrdered"] for each in seller.items(order)] == [0, 0]


def test_a_canceled_order_shows_nothing_personal_to_any_token(seller: Seller) -> None:
    order = mugs(seller)
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    token = seller.restricted(f"{ORDERS}/{{orderId}}", "buyerInfo", "shippingAddress")
    assert not {"BuyerInfo", "ShippingAddress"} & set(seller.read(order, token=token))


def test_shipped_units_are_counted(seller: Seller) -> None:
    order = mugs(seller)
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": [{"sku": "MUG-BLUE", "quantity": 2}]})
    shown = seller.read(order)
    assert shown["OrderStatus"] == "PartiallyShipped"
    assert (shown["NumberOfItemsShipped"], shown["NumberOfItemsUnshipped"]) == (2, 2)
    assert [each["QuantityShipped"] for each in seller.items(order)] == [2, 0]


def test_an_order_amazon_ships_has_one_ship_date_and_no_phone(seller: Seller) -> None:
    """Source V16: both ship dates are there and equal, the end of a local day; they stay when it is canceled."""
    order = mugs(seller, channel="AFN")
    token = seller.restricted(f"{ORDERS}/{{orderId}}", "shippingAddress")
    shown = seller.read(order, token=token)
    assert (shown["FulfillmentChannel"], shown["ShipServiceLevel"]) == ("AFN", "Standard")
    assert hidden(seller, order) == PROMISE | {"DefaultShipFromLocationAddress"}
    assert (shown["EarliestShipDate"], shown["LatestShipDate"]) == ("2026-03-05T07:59:59Z",) * 2
    assert sorted(shown["ShippingAddress"]) == [name for name in FULL if name != "Phone"]
    seller.world.act(order.order_id, "buyer-cancel")
    shown = seller.read(order)
    assert (shown["EarliestShipDate"], shown["LatestShipDate"]) == ("2026-03-05T07:59:59Z",) * 2


@pytest.mark.parametrize(
    ("marketplace", "placed", "ships_from", "delivered_from"),
    [
        ("ATVPDKIKX0DER", "2026-03-02T07:59:59Z", "2026-03-01T08:00:00Z", "2026-03-04T08:00:00Z"),
        ("ATVPDKIKX0DER", "2026-03-02T08:00:00Z", "2026-03-02T08:00:00Z", "2026-03-05T08:00:00Z"),
        ("A1VC38T7YXB528", "2026-03-02T15:00:00Z", "2026-03-02T15:00:00Z", "2026-03-05T15:00:00Z"),
        ("A39IBJ37TRP1C6", "2026-03-02T15:00:00Z", "2026-03-02T13:00:00Z", "2026-03-05T13:00:00Z"),
    ],
)
def test_the_earliest_dates_begin_a_local_day(
    shop: Shop, marketplace: str, placed: str, ships_from: str, delivered_from: str
) -> None:
    """Source V16: at local midnight, in the west and in the east of Greenwich."""
    seller = shop.open(marketplace_ids=[marketplace])
    shown = seller.read(seller.place_order(marketplace=marketplace, purchased_at=placed))
    assert (shown["EarliestShipDate"], shown["EarliestDeliveryDate"]) == (ships_from, delivered_from)


def test_delivery_begins_at_midnight_where_clocks_change_too(seller: Seller) -> None:
    """In the US a day of 23 hours, and one of 25."""
    spring = seller.read(mugs(seller, ship_by_at="2026-03-08T20:00:00Z"))
    autumn = seller.read(mugs(seller, ship_by_at="2026-11-01T20:00:00Z"))
    assert spring["EarliestDeliveryDate"] == "2026-03-09T07:00:00Z"
    assert autumn["EarliestDeliveryDate"] == "2026-11-02T08:00:00Z"


def test_programs_and_preorders_show(seller: Seller) -> None:
    replacement = mugs(seller, programs=["Replacement", "Premium", "IBA"])
    shown = seller.read(replacement)
    assert shown["IsReplacementOrder"] is True
    assert (shown["IsPremiumOrder"], shown["IsIBA"]) == (True, True)
    preorder = mugs(seller, hold=True, release_at="2026-04-01T00:00:00Z")
    shown = seller.read(preorder)
    assert (shown["OrderType"], shown["EarliestShipDate"]) == ("Preorder", "2026-03-31T07:00:00Z")


def test_a_list_has_one_boolean_as_text(seller: Seller) -> None:
    """As the platform does (selling-partner-api-models, issue 2647): `"false"` in getOrders, a boolean in getOrder."""
    plain, replacement = mugs(seller), mugs(seller, programs=["Replacement"])
    listed = seller.orders(CreatedAfter="2026-03-02T15:00:00Z")["Orders"]
    told = {each["AmazonOrderId"]: each["IsReplacementOrder"] for each in listed}
    assert told == {plain.order_id: "false", replacement.order_id: "true"}
    assert [seller.read(each)["IsReplacementOrder"] for each in (plain, replacement)] == [False, True]


def test_an_order_has_no_number_of_the_sellers_until_one_is_named(seller: Seller) -> None:
    """Recorded in the US, Australia and the UK: none of what sellers ship, the order id of what Amazon ships."""
    order = mugs(seller)
    assert "SellerOrderId" not in seller.read(order)
    seller.world.act(order.order_id, "seller-acknowledge", {"seller_order_id": "MINE-1"})
    assert seller.read(order)["SellerOrderId"] == "MINE-1"
    amazons = mugs(seller, channel="AFN")
    assert seller.read(amazons)["SellerOrderId"] == amazons.order_id


def test_dates_have_no_milliseconds(seller: Seller) -> None:
    seller.pass_time(milliseconds=987)
    assert seller.read(mugs(seller))["PurchaseDate"] == "2026-03-02T16:00:00Z"


# The buyer's wish to cancel


def test_a_request_shows_on_its_items_and_moves_the_update_but_not_the_status(seller: Seller) -> None:
    """Sources R52 and R54: items that nobody wants canceled say the text `false` and an empty reason."""
    order = mugs(seller)
    request_cancellation(seller, order, items=["MUG-BLUE"], reason_text="Found it cheaper")
    asked, other = seller.items(order)
    assert asked["BuyerRequestedCancel"] == {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": "Found it cheaper"}
    assert other["BuyerRequestedCancel"] == {"IsBuyerRequestedCancel": "false", "BuyerCancelReason": ""}
    shown = seller.read(order)
    assert (shown["OrderStatus"], shown["LastUpdateDate"]) == ("Unshipped", "2026-03-02T16:31:00Z")


def test_the_flag_may_be_left_out_where_nobody_asked(shop: Shop) -> None:
    seller = shop.open(settings={"omit_when_false": True})
    order = mugs(seller)
    request_cancellation(seller, order, items=["MUG-BLUE"])
    assert ["BuyerRequestedCancel" in each for each in seller.items(order)] == [True, False]


def test_a_setting_takes_effect_on_what_was_shown_before(seller: Seller) -> None:
    order = mugs(seller)
    assert "BuyerRequestedCancel" in seller.items(order)[0]
    seller.world.execute(ConfigurePolicy({"omit_when_false": True, "delivery_after": "P1D"}))
    assert "BuyerRequestedCancel" not in seller.items(order)[0]
    assert seller.read(order)["LatestDeliveryDate"] == "2026-03-06T07:59:59Z"


# Personal data


def test_without_a_restricted_token_personal_data_is_missing_and_nothing_is_refused(seller: Seller) -> None:
    order = mugs(seller)
    shown = seller.read(order)
    assert shown["BuyerInfo"] == {"BuyerEmail": "ada@marketplace.amazon.com"}
    assert sorted(shown["ShippingAddress"]) == COARSE
    assert sorted(seller.read(order, "/address")["ShippingAddress"]) == COARSE
    assert sorted(seller.read(order, "/buyerInfo")) == ["AmazonOrderId", "BuyerEmail"]


@pytest.mark.parametrize(
    ("path", "elements", "buyer", "address"),
    [
        (f"{ORDERS}/{{orderId}}", ("buyerInfo", "shippingAddress"), True, True),
        (f"{ORDERS}/{{orderId}}", ("buyerInfo",), True, False),
        (f"{ORDERS}/{{orderId}}", ("shippingAddress",), False, True),
        (f"{ORDERS}/902-0000001-0000001", ("buyerInfo", "shippingAddress"), True, True),
        (f"{ORDERS}/{{orderId}}", ("buyerTaxInformation",), False, False),
    ],
)
def test_a_restricted_token_shows_what_it_names_where_it_says(
    seller: Seller, path: str, elements: tuple[str, ...], buyer: bool, address: bool
) -> None:
    order = mugs(seller, id="902-0000001-0000001")
    shown = seller.read(order, token=seller.restricted(path, *elements))
    assert ("BuyerName" in shown["BuyerInfo"]) is buyer
    assert sorted(shown["ShippingAddress"]) == (FULL if address else COARSE)


@pytest.mark.parametrize(
    "path",
    [f"{ORDERS}/902-0000001-0000002", ORDERS, f"{ORDERS}/{{orderId}}/address", "/mfn/v0/shipments/1"],
)
def test_a_restricted_token_is_refused_where_it_was_not_issued_for(seller: Seller, path: str) -> None:
    order = mugs(seller, id="902-0000001-0000001")
    answer = seller.get(f"{ORDERS}/{order.order_id}", token=seller.restricted(path, "buyerInfo"))
    assert answer.status == 403
    assert answer.error["code"] == "Unauthorized"
    assert answer.error["details"] == (
        f"The restricted data token was not issued for GET {ORDERS}/{order.order_id}, but for GET {path}."
    )


def test_restricted_tokens_of_the_parts_need_no_elements(seller: Seller) -> None:
    order = mugs(seller)
    address = seller.read(order, "/address", seller.restricted(f"{ORDERS}/{{orderId}}/address"))
    assert sorted(address["ShippingAddress"]) == FULL
    buyer = seller.read(order, "/buyerInfo", seller.restricted(f"{ORDERS}/{{orderId}}/buyerInfo"))
    assert buyer["BuyerName"] == "Ada Example"


def test_a_list_shows_personal_data_to_a_token_of_lists(seller: Seller) -> None:
    mugs(seller)
    (plain,) = seller.orders()["Orders"]
    (full,) = seller.orders(seller.restricted(ORDERS, "buyerInfo", "shippingAddress"))["Orders"]
    assert (sorted(plain["ShippingAddress"]), sorted(full["ShippingAddress"])) == (COARSE, FULL)
    assert full["BuyerInfo"]["BuyerName"] == "Ada Example"


def test_what_is_empty_is_left_out(seller: Seller) -> None:
    order = mugs(seller, buyer={"name": "", "email": ""}, ship_to={"phone": "", "line2": "", "name": ""})
    token = seller.restricted(f"{ORDERS}/{{orderId}}", "buyerInfo", "shippingAddress")
    shown = seller.read(order, token=token)
    assert sorted(shown["ShippingAddress"]) == ["AddressLine1", *COARSE]
    assert seller.read(order, "/buyerInfo") == {"AmazonOrderId": order.order_id}


# Items by the page


@pytest.mark.parametrize("part", ["/orderItems", "/orderItems/buyerInfo"])
def test_items_come_by_the_page(seller: Seller, part: str) -> None:
    ids = [f"7{number:013d}" for number in range(60)]
    order = seller.place_order(items=[{"id": each, "sku": each} for each in ids])
    first = seller.read(order, part)
    second = seller.read(order, part, NextToken=first["NextToken"])
    assert [each["OrderItemId"] for each in first["OrderItems"] + second["OrderItems"]] == ids
    assert len(first["OrderItems"]) == 50
    assert "NextToken" not in second
    assert second["AmazonOrderId"] == order.order_id


def test_the_buyers_part_of_items_names_them_only(seller: Seller) -> None:
    order = mugs(seller)
    assert seller.read(order, "/orderItems/buyerInfo") == {
        "OrderItems": [{"OrderItemId": "70000000000001"}, {"OrderItemId": "70000000000002"}],
        "AmazonOrderId": order.order_id,
    }


def test_a_token_of_items_is_good_for_its_order_and_its_list_only(seller: Seller) -> None:
    items = [{"sku": f"S{number}"} for number in range(51)]
    one, other = seller.place_order(items=items), seller.place_order(items=items)
    token = seller.read(one, "/orderItems")["NextToken"]
    paths = (f"{one.order_id}/orderItems/buyerInfo", f"{other.order_id}/orderItems")
    for path in paths:
        answer = seller.get(f"{ORDERS}/{path}", NextToken=token)
        assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
        assert answer.error["message"].startswith("We could not decode your NextToken.")


def test_the_length_of_a_page_of_items_is_a_setting(seller: Seller) -> None:
    order = seller.place_order(items=[{"sku": f"S{number}"} for number in range(5)])
    seller.world.execute(ConfigurePolicy({"items_per_page": 2}))
    for part in ("/orderItems", "/orderItems/buyerInfo"):
        page = seller.read(order, part)
        lengths = [len(page["OrderItems"])]
        while "NextToken" in page:
            page = seller.read(order, part, NextToken=page["NextToken"])
            lengths.append(len(page["OrderItems"]))
        assert lengths == [2, 2, 1]


# Orders that are not there


@pytest.mark.parametrize("part", PARTS)
def test_an_unknown_order_is_not_found(seller: Seller, part: str) -> None:
    answer = seller.get(f"{ORDERS}/902-0000009-0000009{part}")
    assert answer.status == 404
    assert answer.error == {"code": "NotFound", "message": "There is no order 902-0000009-0000009.", "details": ""}
    assert answer.headers["x-amzn-ratelimit-limit"] == "50.0"


@pytest.mark.parametrize("part", PARTS)
def test_an_unknown_order_may_be_answered_by_nothing(shop: Shop, part: str) -> None:
    seller = shop.open(settings={"unknown_order": "empty"})
    # The platform's own model has no such answer either; it was seen all the same.
    answer = seller.get(f"{ORDERS}/902-0000009-0000009{part}", documented=False)
    assert (answer.status, answer.body) == (200, {"payload": {}})


@pytest.mark.parametrize("part", PARTS)
def test_another_sellers_order_is_unknown(shop: Shop, seller: Seller, part: str) -> None:
    order = mugs(shop.open())
    assert seller.get(f"{ORDERS}/{order.order_id}{part}").status == 404


@pytest.mark.parametrize("setting", ["error", "empty"])
@pytest.mark.parametrize("order_id", ["902-1", "TEST_CASE_200", "902-0000001-00000011", "902 0000001 0000001"])
def test_what_cannot_be_an_order_id_is_refused(shop: Shop, setting: str, order_id: str) -> None:
    answer = shop.open(settings={"unknown_order": setting}).get(f"{ORDERS}/{order_id}")
    assert answer.status == 400
    assert answer.error["code"] == "InvalidInput"
    assert answer.error["message"] == f"OrderId: {order_id} is invalid, should be in 3-7-7 format."


def test_an_order_that_did_not_change_is_not_rendered_again(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> None:
    order = mugs(seller)
    before = [seller.read(order, part) for part in PARTS]
    rendered: list[object] = []

    def encode(body: object) -> bytes:
        rendered.append(body)
        return b"{}"

    monkeypatch.setattr("marketplace_sandbox.api.spapi.orders_v0.renderer.encode", encode)
    assert [seller.read(order, part) for part in PARTS] == before
    assert not rendered
    seller.world.act(order.order_id, "seller-confirm-shipment")
    seller.get(f"{ORDERS}/{order.order_id}", documented=False)
    assert len(rendered) == 1
