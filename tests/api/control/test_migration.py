"""The move from Orders v0 to 2026-01-01, as the control API tells of it: a client's calls, and calls that are sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from marketplace_sandbox.server.composition import Options, compose
from tests.api.admission.server_seller import DOCUMENTS, EVER, US, ServerSeller
from tests.api.contract import Answer, Client

PATH = "/_sandbox/migration"


class Mover(ServerSeller):
    """A seller whose client is to move."""

    def control(self, method: str, path: str, body: Any = None, **query: Any) -> Answer:
        client = Client(self.server.app, (*DOCUMENTS, "control.yaml"))
        return client(method, path, query, body, {"x-sandbox-seller": self.seller_id, "host": "127.0.0.1:8585"})

    def migration(self, **query: Any) -> Any:
        answer = self.control("GET", PATH, **query)
        assert answer.status == 200, answer.raw
        return answer.body

    def sent(self, *calls: dict[str, Any]) -> Any:
        answer = self.control("POST", PATH, {"from": "v0", "calls": list(calls)})
        assert answer.status == 200, answer.raw
        return answer.body


@pytest.fixture
def mover() -> Iterator[Mover]:
    server = compose(Options())
    yield Mover(server)
    server.close()


def field(call: Any, fact: str) -> Any:
    return next(each for each in call["fields"] if each["fact"] == fact)


def test_a_read_is_made_again_beside_what_replaces_it(mover: Mover) -> None:
    order = mover.place_order()
    mover.get(f"/orders/v0/orders/{order.order_id}/orderItems")
    told = mover.migration()
    (call,) = told["calls"]
    assert (call["operation"], call["verdict"], call["times"]) == ("getOrderItems", "replaced", 1)
    (replacement,) = call["replacements"]
    assert replacement.pop("query").startswith("includedData=PROCEEDS,CANCELLATION,FULFILLMENT")
    path = f"/orders/2026-01-01/orders/{order.order_id}"
    assert replacement == {"method": "GET", "path": path, "operation": "getOrder"}
    assert call["statuses"] == {"v0": 200, "latest": [200]}
    assert call["disagreements"] == []
    sku = field(call, "sku")
    assert (sku["v0"], sku["latest"]) == ("SellerSKU", "orderItems[].product.sellerSku")
    assert sku["values"][0]["v0"] == sku["values"][0]["latest"] == order.items[0].sku
    assert field(call, "condition")["kinds"] == ["renamed", "recased"]
    assert "missing" in field(call, "ProductInfo")["kinds"]
    assert told["checklist"] == [{"operation": "getOrderItems", "replaced_by": "getOrder", "calls": 1, "moved": 0}]


def test_a_list_is_replaced_parameter_by_parameter(mover: Mover) -> None:
    mover.place_order()
    mover.get("/orders/v0/orders", MarketplaceIds=US, CreatedAfter=EVER, OrderStatuses="Unshipped", BuyerEmail="a@b.c")
    (call,) = mover.migration()["calls"]
    named = {each["name"]: (each["kind"], each["to"], each["to_value"]) for each in call["parameters"]}
    assert named["CreatedAfter"] == ("renamed", "createdAfter", EVER)
    assert named["OrderStatuses"] == ("recased", "fulfillmentStatuses", "UNSHIPPED,PARTIALLY_SHIPPED")
    assert named["BuyerEmail"] == ("filter of the client", "buyer.buyerEmail", None)
    assert call["replacements"][0]["query"].startswith(f"marketplaceIds={US}&createdAfter={EVER}&fulfillmentStatuses=")
    assert call["paging"]["v0_orders"] == call["paging"]["latest_orders"] == 0
    assert call["limits"]["latest"] == {"rate": 0.0056, "burst": 20}
    assert named["x-amz-access-token"] == ("another token", "x-amz-access-token", None)


def test_a_search_by_order_ids_has_no_counterpart_and_its_nearest_way_is_rehearsed(mover: Mover) -> None:
    one, other = mover.place_order(), mover.place_order()
    mover.get("/orders/v0/orders", MarketplaceIds=US, AmazonOrderIds=f"{one.order_id},{other.order_id}")
    (call,) = mover.migration()["calls"]
    assert call["verdict"] == "no_counterpart"
    assert call["why"] == "There is no search by order ids."
    assert call["nearest"].startswith("getOrder for each id")
    assert [each["operation"] for each in call["replacements"]] == ["getOrder", "getOrder"]
    assert call["statuses"]["latest"] == [200, 200]
    assert call["disagreements"] == []
    assert field(call, "order id")["compared"] == 2


def test_calls_that_are_alike_are_one_and_each_kind_has_its_verdict(mover: Mover) -> None:
    order = mover.place_order()
    for _ in range(3):
        mover.get(f"/orders/v0/orders/{order.order_id}")
    mover.get(f"/orders/2026-01-01/orders/{order.order_id}")
    mover.get("/orders/v0/orders/902-9999999-9999999/address")
    mover.get(f"/orders/v0/orders/{order.order_id}/regulatedInfo")
    mover.get("/sellers/v1/marketplaceParticipations")
    resource = {"method": "GET", "path": f"/orders/v0/orders/{order.order_id}/address"}
    headers = {"x-amz-access-token": mover.token}
    path = "/tokens/2021-03-01/restrictedDataToken"
    mover.client("POST", path, body={"restrictedResources": [resource]}, headers=headers)
    told = mover.migration()
    found = {(each["operation"], each["verdict"]): each["times"] for each in told["calls"]}
    assert found == {
        ("getOrder", "replaced"): 3,
        ("getOrder", "moved"): 1,
        ("getOrderAddress", "failed"): 1,
        ("getOrderRegulatedInfo", "stays"): 1,
        ("createRestrictedDataToken", "not_needed"): 1,
    }
    counts = {"replaced": 3, "no_counterpart": 0, "stays": 1, "moved": 1, "failed": 1, "not_needed": 1}
    assert told["summary"] == {**counts, "others": 1, "disagreed": 0}
    assert {"operation": "getOrder", "replaced_by": "getOrder", "calls": 3, "moved": 1} in told["checklist"]


def test_what_comes_later_is_told_from_where_it_was_left_off(mover: Mover) -> None:
    order = mover.place_order()
    mover.get(f"/orders/v0/orders/{order.order_id}")
    first = mover.migration()
    assert first["next"] == 1
    assert mover.migration(since=first["next"])["calls"] == []
    mover.get(f"/orders/v0/orders/{order.order_id}/address")
    later = mover.migration(since=first["next"])
    assert [each["operation"] for each in later["calls"]] == ["getOrderAddress"]
    assert later["next"] == 2


def test_a_rehearsal_changes_nothing_and_is_in_no_log(mover: Mover) -> None:
    mover.place_order()
    mover.orders()
    before = mover.world.version, len(mover.world.journal())
    assert mover.migration() == mover.migration()
    assert (mover.world.version, len(mover.world.journal())) == before
    logged = mover.control("GET", "/_sandbox/requests").body["requests"]
    assert [each["operation"] for each in logged] == ["getOrders"]


def test_neither_limits_nor_faults_meet_a_rehearsal() -> None:
    server = compose(Options())
    mover = Mover(server, limits="published")
    order = mover.place_order()
    mover.get(f"/orders/v0/orders/{order.order_id}")
    mover.fault("status", status=500)
    for _ in range(40):
        (call,) = mover.migration()["calls"]
    assert call["statuses"] == {"v0": 200, "latest": [200]}
    assert mover.control("GET", "/_sandbox/faults").body["faults"][0]["met"] == 0
    server.close()


def test_each_page_of_a_list_is_rehearsed_where_it_was_left_off(mover: Mover) -> None:
    orders = [mover.place_order() for _ in range(5)]
    page = mover.get("/orders/v0/orders", MarketplaceIds=US, CreatedAfter=EVER, MaxResultsPerPage=2).payload
    mover.get("/orders/v0/orders", NextToken=page["NextToken"])
    (call,) = [each for each in mover.migration()["calls"] if each["query"].startswith("NextToken=")]
    assert call["verdict"] == "replaced"
    assert "paginationToken=" in call["replacements"][0]["query"]
    assert f"createdAfter={EVER}" in call["replacements"][0]["query"]
    shown = [each["v0"] for each in field(call, "order id")["values"]]
    assert shown == sorted(each.order_id for each in orders)[2:4]
    assert call["disagreements"] == []


def test_calls_that_were_recorded_elsewhere_are_told_of_too(mover: Mover) -> None:
    order = mover.place_order()
    told = mover.sent(
        {"method": "GET", "path": f"/orders/v0/orders/{order.order_id}/address"},
        {"method": "GET", "path": "/orders/v0/orders/902-1111111-1111111/address"},
        {"method": "GET", "path": "/orders/v0/orders/902-1111111-1111111/buyerInfo"},
        {"method": "GET", "path": "/orders/v0/orders", "query": "NextToken=elsewhere"},
        {"method": "GET", "path": "/orders/v0/orders", "query": f"MarketplaceIds={US}&CreatedAfter=yesterday"},
        {"method": "POST", "path": "/feeds/2021-06-30/feeds"},
    )
    assert told["next"] is None
    verdicts = [(each["operation"], each["verdict"], each["times"]) for each in told["calls"]]
    assert verdicts == [
        ("getOrderAddress", "replaced", 2),
        ("getOrderBuyerInfo", "replaced", 1),
        ("getOrders", "replaced", 1),
        ("getOrders", "replaced", 1),
    ]
    address, buyer, page, bad = told["calls"]
    assert address["path"].endswith(f"/{order.order_id}/address"), (
        "of calls that are alike the one that can be answered"
    )
    assert (address["statuses"]["v0"], address["why"]) == (200, None)
    assert buyer["statuses"]["v0"] == 404
    assert buyer["why"].startswith("v0 refuses it in this world")
    assert buyer["limits"]["latest"] == {"rate": 0.5, "burst": 30}
    assert page["why"].startswith("Its NextToken was not issued in this world")
    assert page["limits"]["latest"] == bad["limits"]["latest"] == {"rate": 0.0056, "burst": 20}, (
        "though it was not made"
    )
    assert page["paging"] is None
    assert "yesterday" in bad["why"]
    assert told["summary"]["others"] == 1


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "calls"),
        ({"from": "v1", "calls": []}, "from"),
        ({"calls": [{"method": "GET"}]}, "path"),
        ({"calls": [{"method": "GET", "path": "/", "headers": {}}]}, "headers"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(mover: Mover, body: Any, named: str) -> None:
    answer = mover.control("POST", PATH, body)
    assert answer.status == 400
    assert named in answer.error["message"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "MarketplaceIds=ELSEWHERE&CreatedAfter=2026-01-01",
        f"MarketplaceIds={US}&CreatedAfter=2999-01-01",
        f"MarketplaceIds={US}&CreatedAfter=2026-01-01&LastUpdatedAfter=2026-01-01",
        f"MarketplaceIds={US}&CreatedAfter=2026-01-01&OrderStatuses=Lost",
        f"MarketplaceIds={US}&CreatedAfter=2026-01-01&MaxResultsPerPage=0",
        f"MarketplaceIds={US}&AmazonOrderIds=1,2,3",
        f"MarketplaceIds={US}&NextToken=%00%ff",
        "NextToken=" + "A" * 16_000,
        "&&&===%%%&MarketplaceIds",
        f"MarketplaceIds={US}&CreatedAfter=2026-01-01&CreatedBefore=2025-01-01",
    ],
)
def test_what_v0_refuses_is_told_in_its_words(mover: Mover, query: str) -> None:
    mover.place_order()
    (call,) = mover.sent({"method": "GET", "path": "/orders/v0/orders", "query": query})["calls"]
    assert call["disagreements"] == []
    assert call["why"]
    assert call["statuses"]["v0"] in (None, 400)


@pytest.mark.parametrize("path", ["", "/", "//", "/orders/v0/orders/%2e%2e%2f", "/orders/v0/orders/%00", "é" * 500])
def test_any_path_is_told_of(mover: Mover, path: str) -> None:
    told = mover.sent({"method": "GET", "path": path}, {"method": "get", "path": path})
    assert len(told["calls"]) + told["summary"]["others"] == 2


def test_orders_of_another_region_are_listed_by_neither(mover: Mover) -> None:
    """v0 lists nothing of a marketplace that the host does not know; 2026-01-01 refuses it, unless another is named."""
    order = mover.place_order()
    japan = "A1VC38T7YXB528"
    query = f"CreatedAfter={EVER}&MarketplaceIds="
    alone, beside = (
        mover.sent({"method": "GET", "path": "/orders/v0/orders", "query": query + each})["calls"][0]
        for each in (japan, f"{japan},{US}")
    )
    assert (alone["statuses"]["latest"], alone["disagreements"]) == ([403], [])
    assert alone["why"].startswith("v0 lists nothing, 2026-01-01 refuses it")
    assert (beside["statuses"]["latest"], beside["disagreements"]) == ([200], [])
    assert field(beside, "order id")["values"][0]["v0"] == order.order_id
    assert f"marketplaceIds={US}&" in beside["replacements"][0]["query"]


def test_secrets_of_a_query_are_not_told(mover: Mover) -> None:
    order = mover.place_order()
    mover.get(f"/orders/v0/orders/{order.order_id}", x_amz_access_token="Atza|sandbox-secret")
    (call,) = mover.migration()["calls"]
    assert "secret" not in str(call)


def test_secrets_of_calls_that_were_recorded_elsewhere_are_told_nowhere(mover: Mover) -> None:
    """Neither in the path, nor as the value of a parameter, in what replaces the call, or in a sentence."""
    told = mover.sent(
        {"method": "GET", "path": "/orders/v0/orders/Atza%7CHIDDEN/orderItems", "query": "access_token=HIDDEN"},
        {"method": "GET", "path": "/orders/v0/orders", "query": f"MarketplaceIds=Atza%7CHIDDEN&CreatedAfter={EVER}"},
    )
    assert "HIDDEN" not in str(told)
    assert "/orders/v0/orders/REDACTED/orderItems" in [each["path"] for each in told["calls"]]


def test_the_same_poll_is_timed_by_the_plans_of_either_generation(mover: Mover) -> None:
    """Two lists and the items of forty orders; sp-api.md 1.1 and 2 have the plans.

    v0: the fortieth read of an order is let through after ten waits of two seconds. In 2026-01-01 the same calls take
    as long; where the lists bring the items nothing waits, and the poll may come again after twice 178.6 seconds.
    """
    order = mover.place_order()
    for _ in range(2):
        mover.orders()
        for _ in range(20):
            mover.get(f"/orders/v0/orders/{order.order_id}/orderItems")
    limits = mover.migration()["limits"]
    assert limits["v0"] == {
        "calls": 42,
        "operations": [
            {"operation": "getOrders", "calls": 2, "rate": 0.0167, "burst": 20},
            {"operation": "getOrderItems", "calls": 40, "rate": 0.5, "burst": 30},
        ],
        "takes": "PT20S",
        "every": "PT1M59.761S",
        "bound_by": "getOrders",
    }
    assert [(each["operation"], each["calls"]) for each in limits["latest"]["operations"]] == [
        ("searchOrders", 2),
        ("getOrder", 40),
    ]
    assert (limits["latest"]["takes"], limits["latest"]["every"]) == ("PT20S", "PT5M57.143S")
    assert limits["latest_by_lists"]["calls"] == 2
    assert (limits["latest_by_lists"]["takes"], limits["latest_by_lists"]["bound_by"]) == ("PT0S", "searchOrders")


def test_only_reads_that_were_answered_are_timed(mover: Mover) -> None:
    assert mover.migration()["limits"] is None
    order = mover.place_order()
    mover.search()
    mover.get("/orders/v0/orders/902-9999999-9999999")
    assert mover.migration()["limits"] is None, "what has moved, and what was refused"
    mover.read(order)
    limits = mover.migration()["limits"]
    assert (limits["v0"]["calls"], limits["latest"]["calls"], limits["latest_by_lists"]) == (1, 1, None)


def test_reads_that_are_refused_since_they_ended_are_rehearsed_all_the_same(mover: Mover) -> None:
    """A client that has missed the day is told what to call."""
    order = mover.place_order()
    mover.control("PUT", "/_sandbox/settings", {"orders_v0_reads_end": "2026-03-02"})
    assert mover.read(order).status == 403
    told = mover.migration()
    (call,) = told["calls"]
    assert (call["verdict"], call["disagreements"], call["statuses"]) == ("replaced", [], {"v0": 200, "latest": [200]})
    assert call["why"] == "The reads of v0 have ended in this world, which refuses it; it is rehearsed as before."
    assert told["checklist"] == [{"operation": "getOrder", "replaced_by": "getOrder", "calls": 1, "moved": 0}]
    assert told["limits"]["v0"]["calls"] == 1


def test_calls_that_are_said_to_be_many_are_timed_as_many(mover: Mover) -> None:
    query = f"MarketplaceIds={US}&CreatedAfter={EVER}"
    path = f"/orders/v0/orders/{mover.place_order().order_id}"
    told = mover.sent(
        {"method": "GET", "path": "/orders/v0/orders", "query": query, "times": 21},
        {"method": "GET", "path": path, "times": 10**9},
    )
    v0, latest = told["limits"]["v0"], told["limits"]["latest_by_lists"]
    assert (v0["calls"], v0["bound_by"]) == (10**9 + 21, "getOrder")
    assert (latest["calls"], latest["takes"]) == (21, "PT2M58.572S")
