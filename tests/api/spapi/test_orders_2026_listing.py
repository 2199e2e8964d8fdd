"""searchOrders: which orders a query brings, by the page, and which queries are refused."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.shop import EVER, US, Seller, Shop

ORDERS = "/orders/2026-01-01/orders"
CA, DE = "A2EUQ1WTGCTBG2", "A1PA6795UKMFR9"
SINCE: dict[str, Any] = {"createdAfter": EVER}


def search(seller: Seller, **query: Any) -> Any:
    """The body of a list; without bounds of its own the query is wide open."""
    bounded = any(name in query for name in ("createdAfter", "lastUpdatedAfter"))
    answer = seller.get(ORDERS, **({} if bounded else SINCE) | query)
    assert answer.status == 200, answer.raw
    return answer.body


def ids(page: Any) -> list[str]:
    return [each["orderId"] for each in page["orders"]]


def listed(seller: Seller, **query: Any) -> list[str]:
    return ids(search(seller, **query))


def numbered(count: int) -> list[str]:
    return [f"902-0000000-{number:07d}" for number in range(1, count + 1)]


def place(seller: Seller, count: int, **form: Any) -> list[str]:
    return [seller.place_order(id=order_id, **form).order_id for order_id in numbered(count)]


# Windows


def test_a_list_goes_by_creation_and_echoes_its_bound(seller: Seller) -> None:
    order = seller.place_order()
    page = search(seller, createdAfter="2026-03-02T16:00:00Z")
    assert ids(page) == [order.order_id]
    assert set(page) == {"orders", "createdBefore"}
    assert page["createdBefore"] == "2026-03-02T16:00:00Z"
    seller.pass_time(seconds=1)
    assert listed(seller, createdAfter="2026-03-02T16:00:01Z") == []


def test_a_list_without_orders_is_a_list(seller: Seller) -> None:
    assert search(seller) == {"orders": [], "createdBefore": "2026-03-02T16:00:00Z"}


def test_only_a_list_by_update_brings_a_request(seller: Seller) -> None:
    order = seller.place_order()
    seller.pass_time(hours=1)
    seller.world.act(order.order_id, "buyer-request-cancellation")
    seller.pass_time(minutes=3)
    page = search(seller, lastUpdatedAfter="2026-03-02T16:59:00Z", includedData=["FULFILLMENT", "CANCELLATION"])
    (shown,) = page["orders"]
    assert shown["lastUpdatedTime"] == "2026-03-02T17:00:00Z"
    assert shown["fulfillment"]["fulfillmentStatus"] == "UNSHIPPED"
    assert shown["orderItems"][0]["cancellation"]["cancellationRequest"]["requester"] == "BUYER"
    assert page["lastUpdatedBefore"] == "2026-03-02T17:03:00Z"
    assert "createdBefore" not in page
    assert listed(seller, createdAfter="2026-03-02T16:59:00Z") == []


@pytest.mark.parametrize("kind", ["created", "lastUpdated"])
def test_an_explicit_upper_bound_lies_two_minutes_back(seller: Seller, kind: str) -> None:
    order = seller.place_order()
    seller.pass_time(minutes=10)
    window: dict[str, Any] = {f"{kind}After": EVER, f"{kind}Before": "2026-03-02T16:08:00Z"}
    page = search(seller, **window)
    assert ids(page) == [order.order_id]
    assert page[f"{kind}Before"] == "2026-03-02T16:08:00Z"
    window[f"{kind}Before"] = "2026-03-02T16:08:00.001Z"
    answer = seller.get(ORDERS, **window)
    assert (answer.status, answer.error["details"]) == (400, f"{kind}Before")
    assert f"{kind}Before must be at least 2 minutes before now" in answer.error["message"]
    seller.world.execute(ConfigurePolicy({"before_parameter_margin": "PT1M"}))
    assert seller.get(ORDERS, **window).status == 200


@pytest.mark.parametrize("kind", ["created", "lastUpdated"])
def test_both_bounds_are_inside(seller: Seller, kind: str) -> None:
    order = seller.place_order()
    seller.pass_time(minutes=10)
    at = "2026-03-02T16:00:00Z"
    assert listed(seller, **{f"{kind}After": at, f"{kind}Before": at}) == [order.order_id]


def test_a_zone_and_a_plain_date_are_understood(seller: Seller) -> None:
    order = seller.place_order()
    for text in ("2026-03-02T17:00:00+01:00", "2026-03-02", "2026-03-02T16:00:00.000Z"):
        assert listed(seller, createdAfter=text) == [order.order_id]


def test_the_lag_hides_what_is_young(shop: Shop) -> None:
    seller = shop.open(settings={"listing_lag": "PT2M"})
    order = seller.place_order()
    assert search(seller) == {"orders": [], "createdBefore": "2026-03-02T15:58:00Z"}
    seller.pass_time(minutes=2)
    assert listed(seller) == [order.order_id]


# Filters


def test_each_status_brings_its_own(seller: Seller) -> None:
    two = [{"quantity": 2}]
    held = seller.place_order(hold=True)
    coming = seller.place_order(hold=True, release_at="2026-04-01T00:00:00Z")
    whole, part, gone = seller.place_order(items=two), seller.place_order(items=two), seller.place_order()
    uninvoiced, canceled = seller.place_order(invoice=True), seller.place_order()
    elsewhere = seller.place_order(channel="AFN", multi_channel=True)
    seller.world.act(part.order_id, "seller-confirm-shipment", {"items": [{"sku": "SKU-1", "quantity": 1}]})
    seller.world.act(gone.order_id, "seller-confirm-shipment")
    seller.world.act(uninvoiced.order_id, "seller-confirm-shipment")
    seller.world.act(canceled.order_id, "seller-cancel", {"reason": "no_inventory"})
    by_status = {
        "PENDING": {held}, "PENDING_AVAILABILITY": {coming}, "UNSHIPPED": {whole}, "PARTIALLY_SHIPPED": {part},
        "SHIPPED": {gone, uninvoiced}, "CANCELLED": {canceled}, "UNFULFILLABLE": {elsewhere},
    }  # fmt: skip
    for status, orders in by_status.items():
        page = search(seller, fulfillmentStatuses=status, includedData="FULFILLMENT")
        assert set(ids(page)) == {each.order_id for each in orders}
        assert {each["fulfillment"]["fulfillmentStatus"] for each in page["orders"]} == {status}
    assert set(listed(seller, fulfillmentStatuses=["CANCELLED", "PENDING"])) == {canceled.order_id, held.order_id}
    assert len(listed(seller)) == 8


def test_filters_narrow_the_list(shop: Shop) -> None:
    seller = shop.open(marketplace_ids=[US, CA])
    plain, amazons = seller.place_order(), seller.place_order(channel="AFN")
    canadian = seller.place_order(marketplace=CA)
    everything = {each.order_id for each in (plain, amazons, canadian)}
    assert set(listed(seller)) == everything
    assert set(listed(seller, marketplaceIds=[US, CA])) == everything
    assert set(listed(seller, marketplaceIds=US)) == everything - {canadian.order_id}
    assert listed(seller, marketplaceIds=CA) == [canadian.order_id]
    assert listed(seller, marketplaceIds="A1AM78C64UM0Y8") == []
    assert listed(seller, fulfilledBy="AMAZON") == [amazons.order_id]
    assert set(listed(seller, fulfilledBy=["MERCHANT", "AMAZON"])) == everything
    assert set(listed(seller, marketplaceIds=",", fulfillmentStatuses="")) == everything


def test_parameters_nobody_knows_are_let_pass(seller: Seller) -> None:
    order = seller.place_order()
    extra = {"MarketplaceIds": "nowhere", "marketplace_ids": "x", "MarketplaceId": "x", "AmazonOrderIds": "902-1"}
    assert listed(seller, **extra) == [order.order_id]


# Pages


def test_pages_follow_each_other_to_a_last_one_without_a_token(seller: Seller) -> None:
    place(seller, 5)
    query: dict[str, Any] = {"lastUpdatedAfter": EVER, "fulfilledBy": "MERCHANT", "maxResultsPerPage": 2}
    amazons = seller.place_order(channel="AFN")
    pages = [search(seller, **query)]
    while "pagination" in pages[-1]:
        seller.pass_time(minutes=1)
        pages.append(search(seller, **query, paginationToken=pages[-1]["pagination"]["nextToken"]))
    shown = [ids(page) for page in pages]
    assert [len(each) for each in shown] == [2, 2, 1]
    assert [each for page in shown for each in page] == numbered(5)
    assert amazons.order_id not in shown[-1]
    assert {page["lastUpdatedBefore"] for page in pages} == {"2026-03-02T16:00:00Z"}


def test_a_full_last_page_has_no_token_either(seller: Seller) -> None:
    place(seller, 2)
    assert "pagination" not in search(seller, maxResultsPerPage=2)


def test_size_and_data_sets_may_change_from_page_to_page(seller: Seller) -> None:
    place(seller, 6)
    token = search(seller, maxResultsPerPage=1)["pagination"]["nextToken"]
    page = search(seller, paginationToken=token, maxResultsPerPage=3, includedData="FULFILLMENT")
    assert ids(page) == numbered(4)[1:]
    assert all("fulfillment" in each for each in page["orders"])
    rest = search(seller, paginationToken=page["pagination"]["nextToken"])
    assert ids(rest) == numbered(6)[4:]
    assert not any("fulfillment" in each for each in rest["orders"])


def test_what_happens_between_pages_loses_and_doubles_nothing(seller: Seller) -> None:
    place(seller, 4)
    query: dict[str, Any] = {"lastUpdatedAfter": EVER, "fulfillmentStatuses": "UNSHIPPED", "maxResultsPerPage": 2}
    page = search(seller, **query)
    seller.pass_time(minutes=31)
    seller.world.act(numbered(4)[0], "seller-confirm-shipment")
    seller.world.act(numbered(4)[2], "seller-cancel", {"reason": "no_inventory"})
    seller.place_order()
    token = page["pagination"]["nextToken"]
    rest = search(seller, **query, paginationToken=token, includedData="FULFILLMENT")["orders"]
    assert [each["orderId"] for each in rest] == numbered(4)[2:]
    assert rest[0]["fulfillment"]["fulfillmentStatus"] == "CANCELLED"


ASKED: dict[str, Any] = {
    "createdAfter": "2026-03-01",
    "createdBefore": "2026-03-02T16:01:00Z",
    "marketplaceIds": [US, CA],
    "fulfilledBy": ["MERCHANT", "AMAZON"],
    "fulfillmentStatuses": ["SHIPPED", "UNSHIPPED"],
    "maxResultsPerPage": 1,
}


def first_token(seller: Seller) -> str:
    """The token after the first page of ASKED."""
    place(seller, 2)
    seller.pass_time(minutes=5)
    token: str = search(seller, **ASKED)["pagination"]["nextToken"]
    return token


def test_the_same_may_be_written_otherwise(seller: Seller) -> None:
    token = first_token(seller)
    same = {"createdAfter": "2026-03-01T01:00:00+01:00", "marketplaceIds": [CA, US, US]}
    same |= {"fulfillmentStatuses": ["UNSHIPPED", "SHIPPED"], "fulfilledBy": "AMAZON,MERCHANT"}
    assert ids(search(seller, **ASKED | same, paginationToken=token)) == numbered(2)[1:]


@pytest.mark.parametrize(
    ("change", "name", "what"),
    [
        ({"createdAfter": "2026-02-28"}, "createdAfter", "is another"),
        ({"createdBefore": "2026-03-02T16:02:00Z"}, "createdBefore", "is another"),
        ({"createdBefore": None}, "createdBefore", "is missing"),
        ({"marketplaceIds": US}, "marketplaceIds", "is another"),
        ({"marketplaceIds": None}, "marketplaceIds", "is missing"),
        ({"fulfilledBy": "AMAZON"}, "fulfilledBy", "is another"),
        ({"fulfilledBy": None}, "fulfilledBy", "is missing"),
        ({"fulfillmentStatuses": "SHIPPED"}, "fulfillmentStatuses", "is another"),
        ({"fulfillmentStatuses": None}, "fulfillmentStatuses", "is missing"),
    ],
)
def test_a_page_that_asks_for_something_else_is_refused(
    seller: Seller, change: dict[str, Any], name: str, what: str
) -> None:
    token = first_token(seller)
    before = seller.standing()
    query = {key: value for key, value in (ASKED | change).items() if value is not None}
    answer = seller.get(ORDERS, **query, paginationToken=token)
    assert answer.status == 400
    message = f"With paginationToken every other parameter has to be as on the first page; {name} {what}."
    assert answer.error == {"code": "InvalidInput", "message": message, "details": name}
    assert seller.standing() == before


@pytest.mark.parametrize(
    ("change", "name"),
    [({"lastUpdatedAfter": EVER}, "createdAfter"), ({"createdAfter": EVER, "fulfilledBy": "AMAZON"}, "fulfilledBy")],
)
def test_what_was_not_asked_for_at_first_cannot_be_later(seller: Seller, change: dict[str, Any], name: str) -> None:
    place(seller, 2)
    token = search(seller, maxResultsPerPage=1)["pagination"]["nextToken"]
    answer = seller.get(ORDERS, **change, paginationToken=token)
    assert (answer.status, answer.error["details"]) == (400, name)


def test_a_token_comes_with_the_other_parameters(seller: Seller) -> None:
    token = first_token(seller)
    answer = seller.get(ORDERS, paginationToken=token)
    assert (answer.status, answer.error["details"]) == (400, "createdAfter, lastUpdatedAfter")


def test_a_token_is_good_for_24_hours_of_the_worlds_time(seller: Seller) -> None:
    place(seller, 2)
    token = search(seller, maxResultsPerPage=1)["pagination"]["nextToken"]
    seller.pass_time(hours=24)
    assert listed(seller, paginationToken=token) == numbered(2)[1:]
    seller.pass_time(milliseconds=1)
    answer = seller.get(ORDERS, **SINCE, paginationToken=token)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["details"] == "paginationToken: expired."


@pytest.mark.parametrize(
    ("token", "details"),
    [
        ("rubbish", "paginationToken: not base64."),
        ("a b", "paginationToken: not base64. A + in it has to be sent as %2B."),
        ("€", "paginationToken: not base64."),
        ("A" * 20_000, "paginationToken: too long."),
        ("QUJD", "paginationToken: not issued for this list."),
    ],
)
def test_a_token_that_cannot_be_read_is_refused(seller: Seller, token: str, details: str) -> None:
    answer = seller.get(ORDERS, **SINCE, paginationToken=token)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"].startswith("The paginationToken is the pagination.nextToken of the page before")
    assert answer.error["details"] == details


def test_a_token_is_good_for_its_own_world_and_dialect_only(shop: Shop, seller: Seller) -> None:
    place(seller, 2)
    token = search(seller, maxResultsPerPage=1)["pagination"]["nextToken"]
    assert shop.open().get(ORDERS, **SINCE, paginationToken=token).status == 400
    assert seller.get("/orders/v0/orders", NextToken=token).status == 400
    other = seller.orders(MaxResultsPerPage=1)["NextToken"]
    assert seller.get(ORDERS, **SINCE, paginationToken=other).status == 400


# What is refused

UPDATED: dict[str, Any] = {"lastUpdatedAfter": EVER}
ONE = "Exactly one of createdAfter and lastUpdatedAfter must be specified."
BOTH = "createdAfter, lastUpdatedAfter"


@pytest.mark.parametrize(
    ("query", "message", "details"),
    [
        ({}, ONE, BOTH),
        ({"createdBefore": EVER}, ONE, BOTH),
        ({"lastUpdatedBefore": EVER, "marketplaceIds": US}, ONE, BOTH),
        (SINCE | UPDATED, "lastUpdatedAfter and createdAfter cannot be specified together.",
         "lastUpdatedAfter, createdAfter"),
        (UPDATED | {"createdBefore": EVER}, "lastUpdatedAfter and createdBefore cannot be specified together.",
         "lastUpdatedAfter, createdBefore"),
        (SINCE | {"lastUpdatedBefore": EVER}, "lastUpdatedBefore and createdAfter cannot be specified together.",
         "lastUpdatedBefore, createdAfter"),
        ({"createdAfter": "TEST_CASE_400"},
         "Dates are ISO 8601, such as 2026-03-02T16:00:00Z; createdAfter is 'TEST_CASE_400'.",
         "Invalid date-time field(s) [createdAfter]."),
        ({"lastUpdatedAfter": "2026-03-02T16:00:00 01:00", "lastUpdatedBefore": "0001-01-01T00:00:00+23:00"},
         ("Dates are ISO 8601, such as 2026-03-02T16:00:00Z; lastUpdatedAfter is '2026-03-02T16:00:00 01:00', "
          "lastUpdatedBefore is '0001-01-01T00:00:00+23:00'. A + has to be sent as %2B."),
         "Invalid date-time field(s) [lastUpdatedAfter, lastUpdatedBefore]."),
        ({"createdAfter": "2026-03-02T16:00:01Z"},
         "createdAfter lies in the future; the world's now is 2026-03-02T16:00:00Z.", "createdAfter"),
        (UPDATED | {"lastUpdatedBefore": "2027-01-01T00:00:00Z"},
         "lastUpdatedBefore lies in the future; the world's now is 2026-03-02T16:00:00Z.", "lastUpdatedBefore"),
        (SINCE | {"createdBefore": "1999-12-31"}, "createdBefore must not be earlier than createdAfter.",
         "createdBefore"),
        (SINCE | {"marketplaceIds": "ATVPDKIKX0DEX"},
         "There is no marketplace 'ATVPDKIKX0DEX'; did you mean 'ATVPDKIKX0DER'?", "marketplaceIds"),
        (SINCE | {"marketplaceIds": [US] * 51}, "marketplaceIds must have at most 50 entries, got 51.",
         "marketplaceIds"),
        (SINCE | {"fulfillmentStatuses": "Canceled"},
         ("fulfillmentStatuses must be one of PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED, "
          'CANCELLED, UNFULFILLABLE; got "Canceled". The nearest is CANCELLED.'), "fulfillmentStatuses"),
        (SINCE | {"fulfilledBy": "MFN"},
         'fulfilledBy must be one of MERCHANT, AMAZON; got "MFN".', "fulfilledBy"),
        (SINCE | {"maxResultsPerPage": 0}, "maxResultsPerPage must be at least 1, got 0.", "maxResultsPerPage"),
        (SINCE | {"maxResultsPerPage": 101}, "maxResultsPerPage must be at most 100, got 101.", "maxResultsPerPage"),
        (SINCE | {"maxResultsPerPage": "ten"}, 'maxResultsPerPage must be an integer, got "ten".', "maxResultsPerPage"),
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
    assert answer.headers["content-type"] == "application/json"
    assert seller.standing() == before


@pytest.mark.parametrize(
    ("home", "asked", "told"),
    [
        (US, DE, f"The marketplaces you provided are not valid for region NA: {DE} is in EU."),
        (US, [US, DE], f"The marketplaces you provided are not valid for region NA: {DE} is in EU."),
        (DE, US, f"The marketplaces you provided are not valid for region EU: {US} is in NA."),
        ("A1VC38T7YXB528", CA, f"The marketplaces you provided are not valid for region FE: {CA} is in NA."),
    ],
)
def test_a_marketplace_of_another_region_is_denied(shop: Shop, home: str, asked: Any, told: str) -> None:
    seller = shop.open(marketplace_ids=[home])
    seller.place_order()
    before = seller.standing()
    answer = seller.get(ORDERS, **SINCE, marketplaceIds=asked)
    assert answer.status == 403
    assert answer.error == {
        "code": "Unauthorized",
        "message": "Access to requested resource is denied.",
        "details": told,
    }
    assert seller.standing() == before
