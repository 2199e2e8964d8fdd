"""getOrders: which orders a query brings, by the page, and which queries are refused."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.shop import EVER, US, Seller, Shop

ORDERS = "/orders/v0/orders"
DE = "A1PA6795UKMFR9"


def ids(count: int) -> list[str]:
    return [f"902-0000000-{number:07d}" for number in range(1, count + 1)]


def place(seller: Seller, count: int, **form: Any) -> list[str]:
    return [seller.place_order(id=order_id, **form).order_id for order_id in ids(count)]


# Windows


def test_a_list_goes_by_creation_and_echoes_its_bound(seller: Seller) -> None:
    order = seller.place_order()
    payload = seller.orders(CreatedAfter="2026-03-02T16:00:00Z")
    assert [each["AmazonOrderId"] for each in payload["Orders"]] == [order.order_id]
    assert payload["CreatedBefore"] == "2026-03-02T16:00:00Z"
    assert "LastUpdatedBefore" not in payload
    assert "NextToken" not in payload
    assert seller.listed(CreatedAfter="2026-03-02T15:59:59Z") == [order.order_id]
    seller.pass_time(seconds=1)
    assert seller.listed(CreatedAfter="2026-03-02T16:00:01Z") == []


def test_a_list_is_served_with_a_slash_at_its_end_too(seller: Seller) -> None:
    """As the platform does (selling-partner-api-docs, issue 824)."""
    order = seller.place_order()
    query = {"CreatedAfter": "2026-03-02T15:00:00Z", "MarketplaceIds": US}
    answer = seller.get(f"{ORDERS}/", documented=False, **query)
    assert [each["AmazonOrderId"] for each in answer.body["payload"]["Orders"]] == [order.order_id]
    assert answer.status == 200


def test_only_a_list_by_update_brings_a_request(seller: Seller) -> None:
    order = seller.place_order()
    seller.pass_time(hours=1)
    seller.world.act(order.order_id, "buyer-request-cancellation")
    seller.pass_time(minutes=3)
    payload = seller.orders(LastUpdatedAfter="2026-03-02T16:59:00Z")
    (shown,) = payload["Orders"]
    assert (shown["OrderStatus"], shown["LastUpdateDate"]) == ("Unshipped", "2026-03-02T17:00:00Z")
    assert payload["LastUpdatedBefore"] == "2026-03-02T17:03:00Z"
    assert "CreatedBefore" not in payload
    assert seller.listed(CreatedAfter="2026-03-02T16:59:00Z") == []


@pytest.mark.parametrize("after", ["CreatedAfter", "LastUpdatedAfter"])
def test_the_lower_bound_is_inside(seller: Seller, after: str) -> None:
    order = seller.place_order()
    assert seller.listed(**{after: "2026-03-02T16:00:00Z"}) == [order.order_id]


@pytest.mark.parametrize("kind", ["Created", "LastUpdated"])
def test_an_explicit_upper_bound_lies_two_minutes_back(seller: Seller, kind: str) -> None:
    order = seller.place_order()
    seller.pass_time(minutes=10)
    window: dict[str, Any] = {f"{kind}After": EVER, f"{kind}Before": "2026-03-02T16:08:00Z"}
    payload = seller.orders(**window)
    assert [each["AmazonOrderId"] for each in payload["Orders"]] == [order.order_id]
    assert payload[f"{kind}Before"] == "2026-03-02T16:08:00Z"
    window[f"{kind}Before"] = "2026-03-02T16:08:00.001Z"
    answer = seller.get(ORDERS, MarketplaceIds=US, **window)
    assert (answer.status, answer.error["details"]) == (400, f"{kind}Before")
    assert f"{kind}Before must be at least 2 minutes before now" in answer.error["message"]
    seller.world.execute(ConfigurePolicy({"before_parameter_margin": "PT1M"}))
    assert seller.get(ORDERS, MarketplaceIds=US, **window).status == 200


def test_a_zone_and_a_plain_date_are_understood(seller: Seller) -> None:
    order = seller.place_order()
    for text in ("2026-03-02T17:00:00+01:00", "2026-03-02", "2026-03-02T16:00:00", "2026-03-02T16:00:00.000Z"):
        assert seller.listed(CreatedAfter=text) == [order.order_id]


def test_the_lag_hides_what_is_young(shop: Shop) -> None:
    seller = shop.open(settings={"listing_lag": "PT2M"})
    order = seller.place_order()
    assert seller.orders()["CreatedBefore"] == "2026-03-02T15:58:00Z"
    assert seller.listed() == []
    seller.pass_time(minutes=2)
    assert seller.listed() == [order.order_id]


# Filters


def test_asking_for_one_unshipped_status_brings_both(seller: Seller) -> None:
    whole, part = seller.place_order(items=[{"quantity": 2}]), seller.place_order(items=[{"quantity": 2}])
    seller.world.act(part.order_id, "seller-confirm-shipment", {"items": [{"sku": "SKU-1", "quantity": 1}]})
    canceled = seller.place_order()
    seller.world.act(canceled.order_id, "seller-cancel", {"reason": "no_inventory"})
    both = {whole.order_id, part.order_id}
    for status in ("Unshipped", "PartiallyShipped", ["Unshipped", "PartiallyShipped"]):
        assert set(seller.listed(OrderStatuses=status)) == both
    assert seller.listed(OrderStatuses="Canceled") == [canceled.order_id]
    assert set(seller.listed(OrderStatuses=["Canceled", "Unshipped"])) == both | {canceled.order_id}
    assert seller.listed(OrderStatuses="Shipped") == []


def test_other_payment_hides_what_has_no_payment_yet_or_any_more(seller: Seller) -> None:
    seller.place_order(hold=True)
    canceled, paid = seller.place_order(), seller.place_order()
    seller.world.act(canceled.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert seller.listed(PaymentMethods="Other") == [paid.order_id]
    assert seller.listed(PaymentMethods="COD") == []
    assert len(seller.listed()) == 3


def test_filters_narrow_the_list(shop: Shop) -> None:
    seller = shop.open(marketplace_ids=[US, DE])
    plain = seller.place_order()
    amazons = seller.place_order(channel="AFN")
    german = seller.place_order(marketplace=DE)
    named = seller.place_order(seller_order_id="S-1", buyer={"email": "ada@marketplace.amazon.com"})
    everything = {each.order_id for each in (plain, amazons, german, named)}
    both = [US, DE]
    assert set(seller.listed(MarketplaceIds=both)) == everything
    assert set(seller.listed(MarketplaceIds=US)) == everything - {german.order_id}
    assert seller.listed(MarketplaceIds=DE) == [german.order_id]
    assert seller.listed(MarketplaceIds="A1F83G8C2ARO7P") == []
    assert seller.listed(FulfillmentChannels="AFN") == [amazons.order_id]
    assert seller.listed(BuyerEmail="Ada@marketplace.amazon.com") == [named.order_id]
    assert seller.listed(SellerOrderId="S-1") == [named.order_id]
    assert seller.listed(SellerOrderId=plain.order_id) == []
    fetched = seller.place_order(is_ispu=True)
    assert seller.listed(IsISPU="true", MarketplaceIds=both) == [fetched.order_id]
    assert set(seller.listed(IsISPU="false", MarketplaceIds=both)) == everything


def test_orders_may_be_named_with_or_without_a_window(seller: Seller) -> None:
    one, other, _ = place(seller, 3)
    wanted: dict[str, Any] = {"AmazonOrderIds": [other, one, "902-9999999-9999999"], "MarketplaceIds": US}
    assert seller.listed(**wanted) == [one, other]
    answer = seller.get(ORDERS, **wanted)
    assert [each["AmazonOrderId"] for each in answer.payload["Orders"]] == [one, other]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EasyShipShipmentStatuses", "Delivered"),
        ("ElectronicInvoiceStatuses", "NotRequired"),
        ("ActualFulfillmentSupplySourceId", "s1"),
        ("StoreChainStoreId", "s1"),
    ],
)
def test_filters_for_what_is_not_here_bring_nothing(seller: Seller, name: str, value: str) -> None:
    seller.place_order()
    assert seller.listed(**{name: value}) == []


def test_orders_are_found_by_parcels_invoices_and_the_store_they_are_fetched_in(seller: Seller) -> None:
    easy = seller.place_order(easy_ship_shipment_status="Delivered")
    missing, accepted = seller.place_order(invoice=True), seller.place_order(electronic_invoice_status="Accepted")
    item = {"sku": "A", "quantity": 1, "price": "10.00", "store_chain_store_id": "s1"}
    fetched = seller.place_order(items=[item])
    assert seller.listed(EasyShipShipmentStatuses="Delivered,PickedUp") == [easy.order_id]
    assert seller.listed(ElectronicInvoiceStatuses="NotFound") == [missing.order_id]
    assert set(seller.listed(ElectronicInvoiceStatuses="Accepted,NotFound")) == {missing.order_id, accepted.order_id}
    assert seller.listed(StoreChainStoreId="s1") == [fetched.order_id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"EarliestDeliveryDateAfter": "2026-03-05T08:00:00Z"}, True),
        ({"EarliestDeliveryDateAfter": "2026-03-05T08:00:01Z"}, False),
        ({"EarliestDeliveryDateBefore": "2026-03-05T08:00:00Z"}, True),
        ({"EarliestDeliveryDateBefore": "2026-03-05T07:59:59Z"}, False),
        ({"LatestDeliveryDateAfter": "2026-03-08T07:59:59Z"}, True),
        ({"LatestDeliveryDateAfter": "2026-03-09"}, False),
        ({"LatestDeliveryDateBefore": "2026-03-08T07:59:59Z"}, True),
        ({"LatestDeliveryDateBefore": "2026-03-08"}, False),
        ({"EarliestDeliveryDateAfter": "2026-03-01", "LatestDeliveryDateBefore": "2026-03-09"}, True),
    ],
)
def test_orders_are_found_by_their_delivery_promise(seller: Seller, query: dict[str, str], found: bool) -> None:
    order = seller.place_order()
    seller.place_order(hold=True)  # promises nothing yet
    seller.place_order(channel="AFN")
    assert seller.listed(**query) == ([order.order_id] if found else [])
    assert seller.listed(**query, AmazonOrderIds="902-9999999-9999999") == []


def test_parameters_nobody_knows_are_let_pass(seller: Seller) -> None:
    order = seller.place_order()
    extra = {"marketplaceIds": US, "marketplace_ids": US, "MarketplaceId": US, "seller": "x"}
    assert seller.listed(**extra) == [order.order_id]


# Pages


def test_a_token_may_come_alone_and_carries_filter_and_size(seller: Seller) -> None:
    place(seller, 5)
    amazons = seller.place_order(channel="AFN")
    pages = [seller.orders(MaxResultsPerPage=2, FulfillmentChannels="MFN", LastUpdatedAfter=EVER)]
    while token := pages[-1].get("NextToken"):
        seller.pass_time(minutes=1)
        pages.append(seller.get(ORDERS, NextToken=token).payload)
    shown = [[each["AmazonOrderId"] for each in page["Orders"]] for page in pages]
    assert [len(each) for each in shown] == [2, 2, 1]
    assert [each for page in shown for each in page] == ids(5)
    assert amazons.order_id not in shown[-1]
    assert {page["LastUpdatedBefore"] for page in pages} == {"2026-03-02T16:00:00Z"}


def test_a_token_may_come_with_everything_repeated(seller: Seller) -> None:
    place(seller, 3)
    query: dict[str, Any] = {"CreatedAfter": EVER, "MaxResultsPerPage": 2}
    token = seller.orders(**query)["NextToken"]
    assert seller.listed(**query, NextToken=token) == ids(3)[2:]


def test_what_happens_between_pages_loses_and_doubles_nothing(seller: Seller) -> None:
    place(seller, 4)
    page = seller.orders(MaxResultsPerPage=2, LastUpdatedAfter=EVER)
    seller.pass_time(minutes=31)
    seller.world.act(ids(4)[0], "seller-confirm-shipment")
    seller.world.act(ids(4)[2], "seller-cancel", {"reason": "no_inventory"})
    seller.place_order()
    rest = seller.get(ORDERS, NextToken=page["NextToken"]).payload["Orders"]
    assert [each["AmazonOrderId"] for each in rest] == ids(4)[2:]
    assert rest[0]["OrderStatus"] == "Canceled"


def test_a_list_by_promise_goes_on_to_its_next_page(seller: Seller) -> None:
    place(seller, 3)
    query: dict[str, Any] = {"LatestDeliveryDateAfter": "2026-03-08", "MaxResultsPerPage": 2}
    first = seller.orders(**query)
    assert [each["AmazonOrderId"] for each in first["Orders"]] == ids(2)
    assert seller.listed(NextToken=first["NextToken"]) == ids(3)[2:]


@pytest.mark.parametrize(
    ("token", "details"), [("rubbish", ""), ("a b", "A + in it has to be sent as %2B."), ("€", ""), ("A" * 20_000, "")]
)
def test_a_token_that_cannot_be_read_is_refused(seller: Seller, token: str, details: str) -> None:
    answer = seller.get(ORDERS, NextToken=token)
    assert answer.status == 400
    assert answer.error == {
        "code": "InvalidInput",
        "message": "We could not decode your NextToken. Possible reasons include: a transmission error, "
        "improper quoting or a truncation problem.",
        "details": details,
    }


def test_a_token_is_good_for_its_own_world_only(shop: Shop, seller: Seller) -> None:
    place(seller, 2)
    token = seller.orders(MaxResultsPerPage=1)["NextToken"]
    assert shop.open().get(ORDERS, NextToken=token).status == 400


# What is refused

LONG_AGO = {"MarketplaceIds": US, "CreatedAfter": EVER}
SINCE = {"MarketplaceIds": US, "LastUpdatedAfter": EVER}


@pytest.mark.parametrize(
    ("query", "message", "details"),
    [
        ({}, "CreatedAfter or LastUpdatedAfter must be specified.", "CreatedAfter, LastUpdatedAfter"),
        (
            {"MarketplaceIds": US},
            "CreatedAfter or LastUpdatedAfter must be specified.", "CreatedAfter, LastUpdatedAfter",
        ),
        ({"CreatedAfter": EVER}, "MarketplaceIds is required.", "MarketplaceIds"),
        ({"CreatedAfter": EVER, "MarketplaceIds": ","}, "MarketplaceIds is required.", "MarketplaceIds"),
        (
            LONG_AGO | {"LastUpdatedAfter": EVER},
            "LastUpdatedAfter and CreatedAfter cannot be specified together.", "LastUpdatedAfter, CreatedAfter",
        ),
        (
            SINCE | {"CreatedBefore": EVER},
            "LastUpdatedAfter and CreatedBefore cannot be specified together.", "LastUpdatedAfter, CreatedBefore",
        ),
        (
            LONG_AGO | {"LastUpdatedBefore": EVER},
            "LastUpdatedBefore and CreatedAfter cannot be specified together.", "LastUpdatedBefore, CreatedAfter",
        ),
        (
            {"MarketplaceIds": US, "AmazonOrderIds": "902-0000001-0000001", "CreatedBefore": EVER},
            "CreatedBefore can only be specified together with CreatedAfter.", "CreatedBefore",
        ),
        (
            {"NextToken": "x", "CreatedAfter": EVER},
            "MarketplaceIds is required, unless NextToken comes alone; CreatedAfter came with it.", "MarketplaceIds",
        ),
        *(
            (
                LONG_AGO | {"SellerOrderId": "S-1", name: value},
                f"SellerOrderId and {name} cannot be specified together.", f"SellerOrderId, {name}",
            )
            for name, value in (
                ("FulfillmentChannels", "MFN"), ("OrderStatuses", "Shipped"), ("PaymentMethods", "Other"),
                ("BuyerEmail", "a@b.c"),
            )
        ),
        (
            SINCE | {"SellerOrderId": "S-1"},
            "SellerOrderId and LastUpdatedAfter cannot be specified together.", "SellerOrderId, LastUpdatedAfter",
        ),
        (
            LONG_AGO | {"CreatedAfter": "TEST_CASE_200"},
            "Dates are ISO 8601, such as 2026-03-02T16:00:00Z; CreatedAfter is 'TEST_CASE_200'.",
            "Invalid date-time field(s) [createdAfter].",
        ),
        (
            LONG_AGO | {"CreatedAfter": "2026-03-02T16:00:00 01:00"},
            ("Dates are ISO 8601, such as 2026-03-02T16:00:00Z; CreatedAfter is '2026-03-02T16:00:00 01:00'. "
            "A + has to be sent as %2B."),
            "Invalid date-time field(s) [createdAfter].",
        ),
        (
            SINCE | {"LastUpdatedAfter": "1", "LatestDeliveryDateBefore": "0001-01-01T00:00:00+23:00"},
            ("Dates are ISO 8601, such as 2026-03-02T16:00:00Z; LastUpdatedAfter is '1', "
            "LatestDeliveryDateBefore is '0001-01-01T00:00:00+23:00'."),
            "Invalid date-time field(s) [lastUpdatedAfter, latestDeliveryDateBefore].",
        ),
        (
            LONG_AGO | {"CreatedAfter": "2026-03-02T16:00:01Z"},
            "CreatedAfter lies in the future; the world's now is 2026-03-02T16:00:00Z.", "CreatedAfter",
        ),
        (
            SINCE | {"LastUpdatedBefore": "2027-01-01T00:00:00Z"},
            "LastUpdatedBefore lies in the future; the world's now is 2026-03-02T16:00:00Z.", "LastUpdatedBefore",
        ),
        (
            LONG_AGO | {"CreatedBefore": "1999-12-31"},
            "CreatedBefore must not be earlier than CreatedAfter.", "CreatedBefore",
        ),
        (
            LONG_AGO | {"LatestDeliveryDateAfter": "2026-03-02", "LatestDeliveryDateBefore": "2026-03-01"},
            "LatestDeliveryDateBefore must not be earlier than LatestDeliveryDateAfter (2026-03-02T00:00:00Z).",
            "LatestDeliveryDateBefore",
        ),
        (
            LONG_AGO | {"MarketplaceIds": "ATVPDKIKX0DEX"},
            "There is no marketplace 'ATVPDKIKX0DEX'; did you mean 'ATVPDKIKX0DER'?", "MarketplaceIds",
        ),
        (
            LONG_AGO | {"AmazonOrderIds": "902-1"},
            "OrderId: 902-1 is invalid, should be in 3-7-7 format.", "AmazonOrderIds",
        ),
        (
            LONG_AGO | {"OrderStatuses": "Cancelled"},
            ("OrderStatuses must be one of Pending, Unshipped, PartiallyShipped, Shipped, Canceled, Unfulfillable, "
            'InvoiceUnconfirmed, PendingAvailability; got "Cancelled". The nearest is Canceled.'), "OrderStatuses",
        ),
        (LONG_AGO | {"MaxResultsPerPage": 0}, "MaxResultsPerPage must be at least 1, got 0.", "MaxResultsPerPage"),
        (LONG_AGO | {"MaxResultsPerPage": 101}, "MaxResultsPerPage must be at most 100, got 101.", "MaxResultsPerPage"),
        (LONG_AGO | {"MarketplaceIds": [US] * 51}, "MarketplaceIds must have at most 50 entries, got 51.",
         "MarketplaceIds"),
        (LONG_AGO | {"IsISPU": "perhaps"}, 'IsISPU must be true or false, got "perhaps".', "IsISPU"),
    ],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused(
    seller: Seller, query: dict[str, Any], message: str, details: str
) -> None:
    seller.place_order()
    before = seller.standing()
    answer = seller.get(ORDERS, **query)
    assert answer.status == 400
    assert answer.error == {"code": "InvalidInput", "message": message, "details": details}
    assert seller.standing() == before
