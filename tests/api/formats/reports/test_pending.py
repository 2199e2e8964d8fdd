"""The reports of pending orders, which Japan alone has."""

import pytest

from marketplace_sandbox.core.reports.values import REPORT_TYPES
from tests.api.formats.reports.reading import (
    BASE,
    SHIPPING,
    ask,
    asked,
    fetched,
    header,
    link,
    made,
    report,
    rows,
    table,
)
from tests.api.shop import US, Seller, Shop

JP, AU = "A1VC38T7YXB528", "A39IBJ37TRP1C6"
PENDING, CONVERGED = "GET_FLAT_FILE_PENDING_ORDERS_DATA", "GET_CONVERGED_FLAT_FILE_PENDING_ORDERS_DATA"


@pytest.fixture
def tokyo(shop: Shop) -> Seller:
    return shop.open(marketplace_ids=[JP, AU], settings={"report_gzip": False})


@pytest.mark.parametrize("kind", [PENDING, CONVERGED])
def test_the_columns_are_those_that_are_published(tokyo: Seller, kind: str) -> None:
    """Source: the attributes of the pending order reports, the same for both (V20)."""
    tokyo.place_order(hold=True, marketplace=JP)
    assert header(tokyo, kind, marketplaceIds=[JP]) == [
        "order-id", "order-item-id", "purchase-date", "sku", "product-name", "quantity-purchased", "payment-type",
    ]  # fmt: skip


def test_every_order_that_waits_for_its_payment_is_in_it_whatever_the_range(tokyo: Seller) -> None:
    items = [{"sku": "A", "title": "青いマグ", "quantity": 3, "price": 900}, {"sku": "B"}]
    waiting = tokyo.place_order(hold=True, marketplace=JP, items=items, payment_method="CVS")
    preorder = tokyo.place_order(hold=True, marketplace=JP, release_at="2026-04-01T00:00:00Z")
    tokyo.place_order(marketplace=JP)
    tokyo.place_order(hold=True, marketplace=JP, channel="AFN")
    tokyo.place_order(hold=True, marketplace=AU)
    gone = tokyo.place_order(hold=True, marketplace=JP)
    tokyo.world.act(gone.order_id, "buyer-cancel")
    found = table(tokyo, PENDING, marketplaceIds=[JP, AU], dataStartTime="2026-02-01", dataEndTime="2026-02-02")
    assert {row["order-id"] for row in found} == {waiting.order_id, preorder.order_id}
    of_waiting = [row for row in found if row["order-id"] == waiting.order_id]
    assert [(row["sku"], row["product-name"], row["quantity-purchased"]) for row in of_waiting] == [
        ("A", "青いマグ", "3"),
        ("B", waiting.items[1].title, "1"),
    ]
    assert {row["payment-type"] for row in of_waiting} == {"CVS"}
    assert of_waiting[0]["purchase-date"] == "2026-03-02T16:00:00+00:00"
    assert of_waiting[0]["order-item-id"] == waiting.items[0].order_item_id


def test_it_comes_in_the_encoding_of_japan_to_any_token(tokyo: Seller) -> None:
    tokyo.place_order(hold=True, marketplace=JP, items=[{"title": "青いマグ"}])
    assert not REPORT_TYPES[PENDING].restricted
    answer = fetched(tokyo, link(tokyo, made(tokyo, PENDING, marketplaceIds=[JP]))["url"])
    assert answer.headers["content-type"] == "text/plain; charset=windows-31j"
    (row,) = rows(answer.raw.decode("cp932"))
    assert row["product-name"] == "青いマグ"


def test_an_order_leaves_it_as_it_is_released(tokyo: Seller) -> None:
    tokyo.place_order(hold=True, marketplace=JP)
    assert len(table(tokyo, PENDING, marketplaceIds=[JP])) == 1
    tokyo.pass_time(hours=1)
    assert made(tokyo, PENDING, marketplaceIds=[JP])["processingStatus"] == "CANCELLED"
    assert len(table(tokyo, SHIPPING, marketplaceIds=[JP])) == 1


def test_schedules_make_it(tokyo: Seller) -> None:
    tokyo.place_order(hold=True, marketplace=JP, payment="unverified")
    body = {"reportType": PENDING, "marketplaceIds": [JP], "period": "PT15M"}
    assert tokyo.post(f"{BASE}/schedules", body).status == 201
    tokyo.pass_time(minutes=32)
    listed = tokyo.get(f"{BASE}/reports", reportTypes=PENDING).body["reports"]
    assert [each["processingStatus"] for each in listed] == ["DONE", "DONE"]


@pytest.mark.parametrize("kind", [PENDING, CONVERGED])
def test_elsewhere_there_is_none(seller: Seller, tokyo: Seller, kind: str) -> None:
    """Source: V20. How the platform refuses it is not known; programs of the US store have been refused."""
    said = f"marketplaceIds must have {JP} (Amazon.co.jp) in it; {kind} is made nowhere else."
    before = seller.standing(), tokyo.standing()
    for answer in (
        ask(seller, kind, marketplaceIds=[US]),
        ask(tokyo, kind, marketplaceIds=[AU]),
        seller.post(f"{BASE}/schedules", {"reportType": kind, "marketplaceIds": [US], "period": "P1D"}),
    ):
        assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
        assert answer.error["message"] == said
        assert answer.error["details"] == "marketplaceIds"
    assert (seller.standing(), tokyo.standing()) == before
    report_id = asked(tokyo, kind, marketplaceIds=[AU, JP])
    assert report(tokyo, report_id)["processingStatus"] == "IN_QUEUE"
