"""How much all sellers of a server may have together, and one scenario bring; in the words of each dialect."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox.core.world.bounds import BoundError, Totals
from marketplace_sandbox.server.composition import Options, StartupError, compose
from tests.api.admission.server_seller import ServerSeller

JSON = {"content-type": "application/json", "host": "127.0.0.1"}
MWS = "/Feeds/2009-01-01"


@pytest.fixture
def seller() -> Iterator[ServerSeller]:
    server = compose(Options(totals=Totals(sellers=4, orders=20, scenario_orders=10)))
    yield ServerSeller(server)
    server.close()


def post(seller: ServerSeller, path: str, body: Any) -> Any:
    headers = {**JSON, "x-sandbox-seller": seller.seller_id}
    return seller.client("POST", f"/_sandbox/{path}", body=body, headers=headers, documented=False)


def message(answer: Any) -> str:
    assert answer.status == 400, answer.raw
    return str(answer.error["message"])


def test_a_scenario_places_so_many_orders_all_counts_added_up(seller: ServerSeller) -> None:
    forms = [{"count": 5}, {"count": 5}, {}]
    said = message(post(seller, "scenarios", {"orders": forms}))
    assert "There may be 10 orders by one scenario, and these would be 11; `--max-scenario-orders` says" in said
    assert len(list(seller.server.sellers)) == 2, "there is no seller of a scenario that was not played"
    assert post(seller, "scenarios", {"orders": forms[:2]}).status == 201


def test_a_scenario_places_so_many_items() -> None:
    server = compose(Options(totals=Totals(scenario_items=7)))
    said = message(
        post(ServerSeller(server), "scenarios", {"orders": [{"count": 3, "items": [{}, {"sku": "B"}]}, {}, {}]})
    )
    assert "There may be 7 items by one scenario, and these would be 8; `--max-scenario-items` says" in said
    assert (
        post(ServerSeller(server), "scenarios", {"orders": [{"count": 3, "items": [{}, {"sku": "B"}]}, {}]}).status
        == 201
    )
    server.close()


def test_192_bytes_place_no_hundred_thousand_orders() -> None:
    server = compose(Options())
    body = {"orders": [{"count": 10_000} for _ in range(10)]}
    said = message(post(ServerSeller(server), "scenarios", body))
    assert "There may be 10000 orders by one scenario, and these would be 100000" in said
    server.close()


def test_all_sellers_together_have_so_many_orders(seller: ServerSeller) -> None:
    assert post(seller, "orders", {"count": 15}).status == 201
    said = message(post(seller, "orders", {"count": 6}))
    assert "There may be 20 orders, and these would be 21; `--max-orders` says how many there may be." in said
    assert "`--max-orders`" in message(post(seller, "scenarios", {"orders": [{"count": 6}]}))
    assert post(seller, "orders", {"count": 5}).status == 201


def test_orders_of_many_sellers_are_counted_now_and_then_and_exactly_once_there_is_little_room() -> None:
    server = compose(Options(totals=Totals(orders=1_000)))
    sellers = [server.sellers.open().seller_id for _ in range(300)]
    for place in range(999):
        server.sellers.check_room(1, "count")
        server.sellers.get(sellers[place % 300]).place_orders({})
    server.sellers.check_room(1, "count")
    with pytest.raises(BoundError, match="There may be 1000 orders, and these would be 1001"):
        server.sellers.check_room(2, "count")
    server.sellers.remove(sellers[0])
    server.sellers.check_room(2, "count")
    server.close()


def test_a_scenario_that_its_own_settings_stop_leaves_no_seller(seller: ServerSeller) -> None:
    body = {"settings": {"most_orders": 1}, "orders": [{}, {}]}
    assert "the setting most_orders" in message(post(seller, "scenarios", body))
    assert len(list(seller.server.sellers)) == 2


def test_there_are_so_many_sellers_who_are_gone() -> None:
    server = compose(Options(totals=Totals(former_sellers=2)))
    for _ in range(3):
        server.sellers.remove(server.sellers.open().seller_id)
    for another in (server.sellers.open, lambda: server.sellers.fork("ASANDBOXSELLER")):
        with pytest.raises(
            BoundError, match="There may be 2 former sellers, and these would be 3; `--max-former-sellers`"
        ):
            another()
    server.close()


def test_there_are_so_many_sellers(seller: ServerSeller) -> None:
    assert [post(seller, "sellers", {}).status for _ in range(2)] == [201, 201]
    assert "`--max-sellers`" in message(post(seller, "sellers", {}))
    assert "`--max-sellers`" in message(post(seller, "scenarios", {"orders": [{}]}))


def test_a_scenario_at_the_start_is_bounded_too() -> None:
    with pytest.raises(StartupError, match="--max-scenario-orders"):
        compose(Options(scenarios=("demo",), totals=Totals(scenario_orders=1)))


def test_feed_files_are_refused_in_the_words_of_each_dialect(seller: ServerSeller) -> None:
    full = ServerSeller(seller.server, most_feed_bytes=3)
    token = {"x-amz-access-token": full.token}
    made = full.client(
        "POST", "/feeds/2021-06-30/documents", body={"contentType": "text/xml"}, headers=token, documented=False
    ).body
    path = "/documents/" + made["url"].rpartition("/")[2]
    answer = full.client("PUT", path, body=b"<a/>", headers={"content-type": "text/xml"}, documented=False)
    root = etree.fromstring(answer.raw)
    assert (answer.status, root.findtext("Code")) == (413, "EntityTooLarge")
    assert "There may be 3 bytes in the seller's feed files" in str(root.findtext("Message"))
    query = {"Action": "SubmitFeed", "FeedType": "_POST_ORDER_ACKNOWLEDGEMENT_DATA_"}
    key = full.server.credentials.issue(full.seller_id)["mws"]["access_key"]
    query |= {"AWSAccessKeyId": key, "SellerId": full.seller_id, "ContentMD5Value": "8BnumgOXiv+fm3jQ3fPttw=="}
    answer = full.client("POST", MWS, query, body=b"<a/>", headers={"content-type": "text/xml"}, documented=False)
    assert answer.status == 400, answer.raw
    assert "the setting most_feed_bytes says" in str(etree.fromstring(answer.raw).findtext(".//{*}Message"))


def test_where_the_journal_is_full_every_dialect_says_so(seller: ServerSeller) -> None:
    full = ServerSeller(seller.server)
    order = full.place_order()
    full.world = seller.server.sellers.get(full.seller_id)
    headers = {**JSON, "x-sandbox-seller": full.seller_id}
    path = "/_sandbox/settings"
    settings = {"most_entries": 1, "cancel_order_api": True}
    assert full.client("PUT", path, body=settings, headers=headers, documented=False).status == 200
    item = order.items[0].order_item_id
    parcel = {
        "packageReferenceId": "1", "carrierCode": "UPS", "trackingNumber": "1Z", "shipDate": "2026-03-02T16:00:00Z",
        "orderItems": [{"orderItemId": item, "quantity": 1}],
    }  # fmt: skip
    marketplace_id = order.marketplace_id
    for method, path, body in (
        (
            "POST",
            f"/orders/v0/orders/{order.order_id}/shipmentConfirmation",
            {"marketplaceId": marketplace_id, "packageDetail": parcel},
        ),
        ("PUT", f"/orders/2026-01-01/orders/{order.order_id}/cancellation", {"cancelReasonCode": "NO_INVENTORY"}),
        (
            "POST",
            f"/messaging/v1/orders/{order.order_id}/messages/confirmOrderDetails?marketplaceIds={marketplace_id}",
            {"text": "Is it so?"},
        ),
        (
            "POST",
            "/reports/2021-06-30/reports",
            {"reportType": "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", "marketplaceIds": [marketplace_id]},
        ),
        ("POST", "/feeds/2021-06-30/documents", {"contentType": "text/xml"}),
        ("POST", "/_sandbox/webhooks", {"url": "http://127.0.0.1:9/"}),
        ("POST", f"/_sandbox/orders/{order.order_id}/actions/buyer-message", {"text": "Is it so?"}),
    ):
        sent = {**headers, "x-amz-access-token": full.token}
        answer = full.client(
            method,
            path.partition("?")[0],
            dict(each.split("=") for each in path.partition("?")[2].split("&") if each),
            body=body,
            headers=sent,
            documented=False,
        )
        assert "the setting most_entries says" in message(answer), path
