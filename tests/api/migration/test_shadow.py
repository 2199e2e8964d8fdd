"""The shadow of a read: a client's answer is what it was, and the request log tells in what 2026-01-01 differs."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from marketplace_sandbox.api.admission.request_log import LoggedCall
from marketplace_sandbox.api.migration import shadow
from marketplace_sandbox.api.migration.comparison import Difference
from marketplace_sandbox.api.migration.rehearsal import Rehearsals
from marketplace_sandbox.api.spapi.orders_2026.renderer import OrderRenderer
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.server.composition import Options, compose
from tests.api.admission.server_seller import DOCUMENTS, EVER, US, ServerSeller
from tests.api.contract import Client

Open = Callable[..., "Shadowed"]


class Shadowed(ServerSeller):
    """A seller whose reads have a shadow."""

    def logged(self) -> Any:
        """The calls of the client, once all comparisons are over."""
        client = Client(self.server.app, (*DOCUMENTS, "control.yaml"))
        headers = {"x-sandbox-seller": self.seller_id, "host": "127.0.0.1:8585"}
        answer = client("GET", "/_sandbox/requests", headers=headers)
        assert answer.status == 200, answer.raw
        return answer.body["requests"]

    def shadow(self) -> Any:
        """That of the latest call."""
        return self.logged()[-1]["shadow"]


@pytest.fixture
def opened() -> Iterator[Open]:
    server = compose(Options())
    yield lambda **settings: Shadowed(server, **{"orders_v0_shadow": True} | settings)
    server.app.close()
    server.close()


def test_a_read_is_answered_as_without_and_compared_beside(opened: Open) -> None:
    seller = opened()
    order = seller.place_order()
    seller.get(f"/orders/v0/orders/{order.order_id}/orderItems")
    (call,) = seller.logged()
    told = call["shadow"]
    assert [each["path"] for each in told["replacements"]] == [f"/orders/2026-01-01/orders/{order.order_id}"]
    assert (told["calls"], told["statuses"], told["disagreed"], told["why"]) == (1, [200], 0, None)
    assert told["differences"]["renamed"] > 10
    assert list(told["differences"]) == [str(each) for each in Difference if each in told["differences"]]
    assert "ProductInfo" in told["missing"]
    assert {kind: len(told[kind]) for kind in ("missing", "new")} == {
        kind: told["differences"][kind] for kind in ("missing", "new")
    }, "as many are named as are counted"
    assert call["notes"][-1].startswith("shadow: 1 call of 2026-01-01, ")
    assert call["notes"][-1].endswith(", 0 disagreements")


@pytest.mark.parametrize("part", ["", "/orderItems", "/buyerInfo", "/address", "/orderItems/buyerInfo"])
def test_the_answer_is_the_same_to_the_byte(opened: Open, part: str) -> None:
    seller = opened(orders_v0_shadow=False)
    path = f"/orders/v0/orders/{seller.place_order().order_id}{part}"
    without = seller.get(path)
    assert seller.shadow() is None
    seller.world.execute(ConfigurePolicy({"orders_v0_shadow": True}))
    with_one = seller.get(path)
    assert (with_one.status, with_one.raw) == (without.status, without.raw)
    assert with_one.headers.keys() == without.headers.keys()
    assert seller.shadow()["disagreed"] == 0


def test_lists_and_their_pages_have_one_too(opened: Open) -> None:
    seller = opened()
    for _ in range(5):
        seller.place_order()
    page = seller.get("/orders/v0/orders", MarketplaceIds=US, CreatedAfter=EVER, MaxResultsPerPage=2).payload
    while "NextToken" in page:
        page = seller.get("/orders/v0/orders", NextToken=page["NextToken"]).payload
    shadows = [each["shadow"] for each in seller.logged()]
    assert [each["disagreed"] for each in shadows] == [0, 0, 0]
    assert ["paginationToken" in each["replacements"][0]["query"] for each in shadows] == [False, True, True]


def test_personal_data_come_by_roles_without_a_restricted_token(opened: Open) -> None:
    seller = opened()
    order = seller.place_order()
    seller.get(f"/orders/v0/orders/{order.order_id}/address")
    assert seller.shadow()["disagreed"] == 0
    without = seller.shadow()["differences"]["new"]
    resource = {"method": "GET", "path": f"/orders/v0/orders/{order.order_id}/address"}
    headers = {"x-amz-access-token": seller.token}
    answer = seller.client(
        "POST", "/tokens/2021-03-01/restrictedDataToken", body={"restrictedResources": [resource]}, headers=headers
    )
    seller.get(f"/orders/v0/orders/{order.order_id}/address", answer.body["restrictedDataToken"])
    assert seller.shadow()["disagreed"] == 0
    assert seller.shadow()["differences"].get("new", 0) < without


def test_a_search_by_order_ids_is_shadowed_by_its_nearest_way(opened: Open) -> None:
    seller = opened()
    order = seller.place_order()
    seller.get("/orders/v0/orders", MarketplaceIds=US, AmazonOrderIds=order.order_id)
    assert seller.shadow()["why"] == "There is no search by order ids."
    assert seller.shadow()["disagreed"] == 0


def test_what_is_no_read_of_v0_and_what_is_refused_has_none(opened: Open) -> None:
    seller = opened()
    order = seller.place_order()
    seller.get(f"/orders/2026-01-01/orders/{order.order_id}")
    seller.get("/sellers/v1/marketplaceParticipations")
    seller.get(f"/orders/v0/orders/{order.order_id}/regulatedInfo")
    seller.get("/orders/v0/orders/902-9999999-9999999")
    assert [each["shadow"] for each in seller.logged()] == [None, None, None, {"why": shadow.REFUSED}]


def test_a_shadow_is_not_counted_and_meets_no_fault(opened: Open) -> None:
    seller = opened(limits="published")
    order = seller.place_order()
    seller.fault("status", operation="getOrder", api="orders-2026-01-01", status=500, times=None)
    statuses = [seller.get(f"/orders/v0/orders/{order.order_id}").status for _ in range(30)]
    assert statuses == [200] * 30
    assert {each["shadow"]["disagreed"] for each in seller.logged()} == {0}
    seller.server.faults.clear(seller.seller_id)
    assert [seller.get(f"/orders/2026-01-01/orders/{order.order_id}").status for _ in range(30)] == [200] * 30


def test_a_read_that_met_a_fault_is_not_compared(opened: Open) -> None:
    seller = opened()
    seller.place_order()
    seller.pass_time(hours=1)
    seller.place_order()
    seller.fault("stale_read", by="PT30M", operation="getOrders")
    assert len(seller.orders().payload["Orders"]) == 1
    assert seller.shadow() == {"why": shadow.FAULTY}


def test_a_planted_lie_is_found(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """2026-01-01 says another status than the world: the shadow finds it, and the client of v0 is answered."""
    seller = opened()
    order = seller.place_order()
    honest = OrderRenderer.order

    def lie(self: OrderRenderer, *given: Any) -> bytes:
        return honest(self, *given).replace(b'"UNSHIPPED"', b'"SHIPPED"')

    monkeypatch.setattr(OrderRenderer, "order", lie)
    answer = seller.get(f"/orders/v0/orders/{order.order_id}")
    assert answer.payload["OrderStatus"] == "Unshipped"
    told = seller.shadow()
    assert told["disagreed"] == 1
    (line,) = told["disagreements"]
    assert (line["fact"], line["v0"], line["latest"]) == ("status", "Unshipped", "SHIPPED")


def test_a_shadow_that_fails_is_told_of_and_alters_nothing(
    opened: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seller = opened()
    order = seller.place_order()
    monkeypatch.setattr(Rehearsals, "compare", lambda *_: 1 / 0)
    with caplog.at_level(logging.CRITICAL, shadow.logger.name):
        assert seller.get(f"/orders/v0/orders/{order.order_id}").status == 200
        assert seller.shadow() == {"why": shadow.FAILED}


def test_both_are_read_again_where_the_world_changes_meanwhile(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = opened()
    order = seller.place_order()
    honest = Rehearsals.compare
    changes: list[Callable[[], object]] = [
        lambda: seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    ]

    def change(self: Rehearsals, *given: Any) -> Any:
        if changes:
            changes.pop()()
        return honest(self, *given)

    monkeypatch.setattr(Rehearsals, "compare", change)
    path = f"/orders/v0/orders/{order.order_id}"
    assert seller.get(path).payload["OrderStatus"] == "Unshipped"
    assert (seller.shadow()["disagreed"], seller.shadow()["why"]) == (0, None)
    changes += [seller.place_order] * shadow.TRIES
    seller.get(path)
    assert seller.shadow() == {"why": shadow.CHANGED}


def test_both_are_read_again_where_the_world_is_rewound_and_comes_to_the_same_version(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller = opened()
    order = seller.place_order()
    before = seller.world.version
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    version, honest, compared = seller.world.version, Rehearsals.compare, list[int]()

    def rewind(self: Rehearsals, *given: Any) -> Any:
        if not compared:
            seller.server.sellers.rewind(seller.seller_id, before)
            seller.world.act(order.order_id, "buyer-request-cancellation", {"reason": "late"})
        compared.append(seller.world.version)
        return honest(self, *given)

    monkeypatch.setattr(Rehearsals, "compare", rewind)
    assert seller.get(f"/orders/v0/orders/{order.order_id}").payload["OrderStatus"] == "Canceled"
    assert (seller.shadow()["disagreed"], seller.shadow()["why"]) == (0, None)
    assert compared == [version, version]


def test_too_many_waiting_reads_are_let_pass(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    seller = opened()
    order = seller.place_order()
    monkeypatch.setattr(shadow, "MOST_WAITING", 0)
    seller.get(f"/orders/v0/orders/{order.order_id}")
    assert seller.shadow() == {"why": shadow.TOO_MANY}


def test_what_a_shadow_takes_in_memory_is_counted(opened: Open) -> None:
    seller = opened()
    order = seller.place_order()
    seller.get(f"/orders/v0/orders/{order.order_id}")
    kept = str(seller.shadow())
    assert len(kept) < 6_000
    assert "shadow" in LoggedCall._fields
