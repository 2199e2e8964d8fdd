"""Placing, listing and reading orders, and every action on them."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.core.orders import form
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.orders.order import Address, Buyer, Channel, RequestState, Status
from marketplace_sandbox.core.orders.order_details import ItemDetails, OrderDetails
from marketplace_sandbox.core.text.records import hints, something_of
from tests.api.control.driving import HOST, Driver

SCHEMAS = load(openapi_dir() / "control.yaml").tree["components"]["schemas"]


def placed(driver: Driver, **fields: Any) -> str:
    order_id: str = driver.post("orders", {"hold": False} | fields).body["order_id"]
    return order_id


@pytest.mark.parametrize("body", [None, {}])
def test_an_order_needs_nothing_said(driver: Driver, body: Any) -> None:
    answer = driver.post("orders", body)
    assert answer.status == 201
    assert answer.body["seller_id"] == driver.world.seller_id
    assert (answer.body["status"], answer.body["channel"]) == ("Pending", "MFN")
    assert driver.get(f"orders/{answer.body['order_id']}").body == answer.body


def test_of_many_the_first_are_answered_and_where_the_others_follow(driver: Driver) -> None:
    driver.post("orders")
    answer = driver.post("orders", {"count": 1_250}).body
    assert set(answer) == {"orders", "count", "next"}
    placed = list(driver.world.orders)[1:]
    assert (answer["count"], ids(answer["orders"])) == (1_250, placed[:100])
    rest = driver.get(f"orders?limit=1000&cursor={answer['next']}").body
    last = driver.get(f"orders?limit=1000&cursor={rest['next']}").body
    assert ids(rest["orders"]) + ids(last["orders"]) == placed[100:]
    assert last["next"] is None


def test_of_a_thousand_all_are_answered(driver: Driver) -> None:
    answer = driver.post("orders", {"count": 1_000}).body
    assert set(answer) == {"orders"}
    assert ids(answer["orders"]) == list(driver.world.orders)


def test_a_count_places_as_many(driver: Driver) -> None:
    assert len(driver.post("orders", {"count": 3}).body["orders"]) == 3
    assert len(driver.post("orders", {"count": 1}).body["orders"]) == 1
    assert len(driver.world.orders) == 4


def test_what_is_overdue_at_the_placing_has_happened(driver: Driver) -> None:
    order = driver.post("orders", {"purchased_at": "2026-03-01T16:00:00Z"}).body
    assert (order["status"], order["last_updated_at"]) == ("Unshipped", "2026-03-01T16:30:00Z")
    assert driver.get("mail").body["mail"] == []


def test_items_of_one_sku_are_placed_and_named_by_their_ids(driver: Driver) -> None:
    """Source: ITEMS-OF-ONE-SKU (an order may have several items of one SKU)."""
    body = {"hold": False, "items": [{"sku": "MUG", "quantity": 2}, {"sku": "MUG", "price": "18.00"}]}
    order = driver.post("orders", body).body
    told = [(each["sku"], each["quantity"], each["price"]) for each in order["items"]]
    assert told == [("MUG", 2, "20.00"), ("MUG", 1, "18.00")]
    first, second = (each["order_item_id"] for each in order["items"])
    actions = f"orders/{order['order_id']}/actions"
    for name in ("MUG", {"sku": "MUG", "quantity": 3}):
        refused = driver.post(f"{actions}/seller-confirm-shipment", {"items": [name]})
        assert (refused.status, refused.error["code"]) == (400, "INVALID_ITEM")
        assert f"2 items, '{first}' and '{second}'; name each of them" in refused.error["message"]
    too_many = driver.post(f"{actions}/seller-confirm-shipment", {"items": [{"id": second, "quantity": 2}]})
    assert (too_many.status, too_many.error["code"]) == (400, "INVALID_QUANTITY")
    assert driver.get(f"orders/{order['order_id']}").body == order
    sent = driver.post(f"{actions}/seller-confirm-shipment", {"items": [second]}).body["order"]
    assert [each["quantity_confirmed"] for each in sent["items"]] == [0, 1]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"itmes": []}, "itmes", "did you mean 'items'"),
        ({"items": [{"skuu": "A"}]}, "items[0].skuu", "did you mean 'items[0].sku'"),
        ({"purchased_at": "2026-03-02T16:00:00.001Z"}, "purchased_at", "now is 2026-03-02T16:00:00Z"),
        ({"channel": "MFM"}, "channel", "The nearest is MFN"),
        ({"items": [{"sku": "A"}, {"sku": "A", "asin": "B0X"}]}, "items[1].asin", "'B0X', where an item before it"),
        ({"items": [{"id": "1"}, {"id": "1"}]}, "items", "Two items have the id '1'"),
        ({"items": [{"quantity": 0}]}, "items[0].quantity", "items[0].quantity must be at least 1"),
        ({"items": [{"price": "20.001"}]}, "items[0].price", "2 decimals in USD"),
        ({"marketplace": "A1PA6795UKMFR9"}, "marketplace", "does not sell in"),
        ({"count": 2, "id": "902-0000001-0000001"}, "count", "leave out id or count"),
        ([], "", "must be an object"),
    ],
)  # fmt: skip
def test_a_bad_form_names_its_field(driver: Driver, body: Any, field: str, words: str) -> None:
    answer = driver.refused("POST", "orders", body)
    assert (answer.status, answer.error["code"], answer.error["details"]) == (
        400, "InvalidInput", field
    )  # fmt: skip
    expected = words.replace("items[0].sku'", "sku'")
    assert expected in answer.error["message"]


def test_a_date_off_the_calendar_is_refused(driver: Driver) -> None:
    answer = driver.refused("POST", "orders", {"purchased_at": "0001-01-01T00:00:00Z"})
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")


def test_an_id_is_taken_once(driver: Driver) -> None:
    body = {"id": "902-0000001-0000001"}
    assert driver.post("orders", body).status == 201
    answer = driver.refused("POST", "orders", body)
    assert (answer.status, answer.error["code"]) == (409, "ALREADY_EXISTS")


def test_an_unknown_order_is_not_found(driver: Driver) -> None:
    for method, path in (("GET", "orders/902-1"), ("POST", "orders/902-1/actions/buyer-cancel")):
        answer = driver.refused(method, path)
        assert (answer.status, answer.error["code"]) == (404, "NotFound")
        assert "902-1" in answer.error["message"]


def test_a_list_has_what_meets_all_filters(driver: Driver) -> None:
    pending = driver.post("orders").body["order_id"]
    waiting = placed(driver)
    asked = placed(driver, purchased_at="2026-03-02T15:00:00Z")
    amazon = placed(driver, channel="AFN")
    driver.post(f"orders/{asked}/actions/buyer-request-cancellation", {"reason": "late"})
    expected = {
        "": [pending, waiting, asked, amazon],
        "?status=Pending": [pending],
        "?status=Pending,Unshipped": [pending, waiting, asked, amazon],
        "?status=Pending&status=Shipped": [pending],
        "?channel=AFN": [amazon],
        "?request=open": [asked],
        "?request=open&channel=AFN": [],
    }
    found = {query: ids(driver.get(f"orders{query}").body["orders"]) for query in expected}
    assert found == expected


def ids(orders: list[dict[str, Any]]) -> list[str]:
    return [each["order_id"] for each in orders]


@pytest.mark.parametrize(
    "query", ["status=Unshiped", "channel=FBA", "request=opened", "limit=0", "limit=1001", "limit=x"]
)
def test_a_bad_filter_is_named(driver: Driver, query: str) -> None:
    answer = driver.refused("GET", f"orders?{query}")
    assert answer.status == 400
    assert query.partition("=")[0] in answer.error["message"]


@pytest.mark.parametrize(
    ("call", "hint"),
    [("orders?statuss=Pending", "The nearest is status."), ("clock?rat=1", "This call takes none.")],
)
def test_an_unknown_filter_is_refused_with_the_nearest(driver: Driver, call: str, hint: str) -> None:
    answer = driver.refused("GET", call)
    assert (answer.status, answer.error["details"]) == (400, call[call.index("?") + 1 : call.index("=")])
    assert answer.error["message"].endswith(hint)


@pytest.mark.parametrize("query", ["asOf=1&asOf=2", "asOf=1&asOf=1", "asOf=&asOf=1", "limit=1&asOf=1&limit=2"])
def test_a_parameter_that_is_sent_twice_is_refused_by_its_name(driver: Driver, query: str) -> None:
    """Which of the two was meant nobody can know; a filter that is a list may come in several parts."""
    answer = driver.refused("GET", f"orders?{query}")
    name = query.partition("=")[0]
    assert (answer.status, answer.error["details"]) == (400, name)
    assert answer.error["message"] == f'The query has the parameter "{name}" 2 times; once is enough.'
    assert driver.get("orders?status=Pending&status=Shipped").status == 200


def test_the_filters_know_all_there_is() -> None:
    assert SCHEMAS["Status"]["enum"] == [str(each) for each in Status]
    assert SCHEMAS["Channel"]["enum"] == [str(each) for each in Channel]
    assert SCHEMAS["RequestState"]["enum"] == [str(each) for each in RequestState]


def test_pages_follow_one_another(driver: Driver) -> None:
    driver.post("orders", {"count": 5})
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = driver.get(f"orders?limit=2&cursor={cursor}").body
        driver.post("orders", {"hold": False})
        seen += ids(page["orders"])
        cursor = page["next"]
        assert len(page["orders"]) == 2
    assert seen == list(driver.world.orders)[:8]


def test_a_page_with_filters_goes_on_where_it_ended(driver: Driver) -> None:
    wanted = []
    for _ in range(3):
        driver.post("orders")
        wanted.append(placed(driver))
    first = driver.get("orders?status=Unshipped&limit=2").body
    second = driver.get(f"orders?status=Unshipped&limit=2&cursor={first['next']}").body
    assert ids(first["orders"]) + ids(second["orders"]) == wanted
    assert second["next"] is None


@pytest.mark.parametrize("cursor", ["x", "AAAA", "AAAAAAAAAAAAAAAAAAA", "%C3%A4"])
def test_a_cursor_of_no_list_is_refused(driver: Driver, cursor: str) -> None:
    answer = driver.refused("GET", f"orders?cursor={cursor}")
    assert (answer.status, answer.error["details"]) == (400, "cursor")


def test_a_cursor_is_good_for_its_own_list_and_seller_until_a_reset(driver: Driver) -> None:
    driver.post("orders", {"count": 2})
    other = driver.post("sellers").body["seller_id"]
    driver.post("orders", {"count": 2}, seller=other)
    cursor = driver.get("orders?limit=1").body["next"]
    assert len(driver.get(f"orders?cursor={cursor}").body["orders"]) == 1
    assert driver.refused("GET", f"journal?cursor={cursor}").status == 400
    assert driver.refused("GET", f"orders?cursor={cursor}", seller=other).status == 400
    driver.real.seconds += 1
    driver.post("reset")
    driver.post("orders", {"count": 2})
    assert driver.refused("GET", f"orders?cursor={cursor}").status == 400


ARGUMENTS_THAT_DO = {
    "buyer-message": {"text": "Where is it?"},
    "seller-cancel": {"reason": "no_inventory"},
    "seller-refund": {"reason": "other"},
    "seller-cancel-refund": {"refund_id": "none"},
    "seller-message": {"kind": "instructions"},
    "seller-acknowledge": {"seller_order_id": "S-1"},
    "seller-estimate-ship-date": {"ship_date": "2026-03-09T08:00:00Z"},
}


@pytest.mark.parametrize("action", ARGUMENTS)
def test_every_action_is_accepted_or_refused_in_shape(driver: Driver, action: str) -> None:
    order_id = placed(driver)
    path = f"orders/{order_id}/actions/{action}"
    body = ARGUMENTS_THAT_DO.get(action)
    before = driver.world.version
    answer = driver.post(path, body)
    if answer.status == 200:
        assert driver.world.version == before + 1
        assert answer.body["order"]["order_id"] == order_id
    else:
        refused = driver.refused("POST", path, body)
        assert refused.error == answer.error
        assert "Allowed now: " in refused.error["details"]


def test_the_document_has_every_action_and_argument() -> None:
    assert SCHEMAS["Action"]["enum"] == list(ARGUMENTS)
    named = {name for arguments in ARGUMENTS.values() for name in arguments}
    assert set(SCHEMAS["Arguments"]["properties"]) == named


def test_the_document_has_every_field_of_the_form() -> None:
    described = SCHEMAS["OrderForm"]["properties"]
    assert set(described) == set(form.FIELDS)
    assert set(described["items"]["items"]["properties"]) == set(form.ITEM_FIELDS)
    assert tuple(described["programs"]["items"]["enum"]) == form.PROGRAMS


@pytest.mark.parametrize(
    ("kind", "own", "path"),
    [
        (OrderDetails, form.OWN_FIELDS, ()),
        (ItemDetails, form.OWN_ITEM_FIELDS, ("items", "items", "properties")),
        (Buyer, (), ("buyer", "properties")),
        (Address, (), ("ship_to", "properties")),
    ],
)
def test_the_document_has_what_details_of_an_order_may_be(
    kind: Any, own: tuple[str, ...], path: tuple[str, ...]
) -> None:
    described = SCHEMAS["OrderForm"]["properties"]
    for each in path:
        described = described[each]
    assert without_texts({name: each for name, each in described.items() if name not in own}) == {
        name: schema_of(hint) for name, hint in hints(kind).items()
    }


def schema_of(hint: Any) -> Any:
    """How the document describes a type."""
    hint = something_of(hint)
    if get_origin(hint) is tuple:
        return {"type": "array", "items": schema_of(get_args(hint)[0])}
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(get_args(hint))}
    if hint is Decimal:
        return {"$ref": "#/components/schemas/Amount"}
    single = {str: "string", datetime: "string", bool: "boolean", int: "integer", float: "number"}
    if hint in single:
        return {"type": single[hint]}
    return {"type": "object", "properties": {name: schema_of(each) for name, each in hints(hint).items()}}


def without_texts(node: Any) -> Any:
    """A schema without its descriptions."""
    if not isinstance(node, dict):
        return node
    (inner,) = node.get("allOf", [{}])
    return {
        name: without_texts(each)
        for name, each in {**node, **inner}.items()
        if name != "allOf" and not (name == "description" and isinstance(each, str))
    }


def test_a_receipt_has_all_that_came_of_an_action(driver: Driver) -> None:
    order_id = placed(driver, purchased_at="2026-03-02T15:00:00Z")
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {"reason": "late"})
    receipt = driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"}).body
    assert receipt["outcome"] == "canceled_for_other_reason"
    assert receipt["order"]["cancellation"]["counts_in_rate"] is True
    assert [each["change"] for each in receipt["notifications"]] == ["OrderStatusChange"]
    assert [each["kind"] for each in receipt["mail"]] == ["canceled_by_seller", "cancellation_receipt"]
    assert [each["code"] for each in receipt["lint"]] == ["REASON_MISMATCH"]
    assert len(driver.courier.sent) == 2
    assert driver.courier.waits[0] > 29


def test_the_order_of_a_receipt_is_as_the_action_left_it(driver: Driver) -> None:
    order_id = placed(driver, purchased_at="2026-03-02T15:00:00Z")
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})

    def react(world: Any) -> None:
        driver.courier.arrived = lambda _: None
        world.act(order_id, "seller-cancel", {"reason": "buyer_canceled"})

    driver.courier.arrived = react
    receipt = driver.post(f"orders/{order_id}/actions/buyer-request-cancellation").body
    assert receipt["order"]["status"] == "Unshipped"
    assert driver.get(f"orders/{order_id}").body["status"] == "Canceled"


def test_a_refusal_has_the_rules_status_code_and_advice(driver: Driver) -> None:
    order_id = driver.post("orders").body["order_id"]
    path = f"orders/{order_id}/actions/seller-cancel"
    answer = driver.refused("POST", path, {"reason": "no_inventory"})
    assert (answer.status, answer.error["code"]) == (400, "ORDER_PENDING")
    assert order_id in answer.error["message"]
    assert "Pending" in answer.error["message"]
    assert "Next: hold-ends at 2026-03-02T16:30:00Z." in answer.error["details"]


def test_a_finding_of_a_refusal_stands_in_its_details(driver: Driver) -> None:
    order_id = placed(driver)
    path = f"orders/{order_id}/actions/seller-message"
    answer = driver.refused("POST", path, {"kind": "ask_to_cancel"})
    assert (answer.status, answer.error["code"]) == (400, "SELLER_MUST_CANCEL_SELF")
    assert answer.error["details"].startswith("ASKED_BUYER_TO_CANCEL: ")


@pytest.mark.parametrize(
    ("action", "body", "field", "words"),
    [
        ("seler-cancel", {"reason": "no_inventory"}, "action", "The nearest is seller-cancel"),
        ("seller-cancel", {"reson": "x"}, "reson", "did you mean 'reason'"),
        ("buyer-withdraw-request", {"reason": "x"}, "reason", "There is no field 'reason' of buyer-withdraw-request"),
        ("buyer-message", {}, "text", "text is required by buyer-message"),
        ("seller-cancel", {"items": [{"id": "1", "quantty": 1}]}, "items[0].quantty", "'quantity'"),
        ("buyer-cancel", {"reason_text": "x" * 501}, "reason_text", "reason_text must have at most 500"),
    ],
)
def test_bad_arguments_are_named(driver: Driver, action: str, body: Any, field: str, words: str) -> None:
    order_id = placed(driver)
    answer = driver.refused("POST", f"orders/{order_id}/actions/{action}", body)
    assert (answer.status, answer.error["details"]) == (400, field)
    assert words in answer.error["message"]


def test_an_unknown_reason_names_the_nearest(driver: Driver) -> None:
    path = f"orders/{placed(driver)}/actions/seller-cancel"
    answer = driver.refused("POST", path, {"reason": "no_invent"})
    assert (answer.status, answer.error["code"]) == (400, "INVALID_REASON")
    assert "did you mean 'no_inventory'" in answer.error["message"]


@pytest.mark.parametrize(
    "headers", [{}, {"content-length": "0"}, {"content-type": "application/json", "content-length": "0"}]
)
def test_a_command_without_a_body_needs_no_kind(driver: Driver, headers: dict[str, str]) -> None:
    assert driver.post("orders", headers=headers).status == 201
    assert driver.post("reset", headers=headers).status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_commands_come_as_json(driver: Driver, kind: str) -> None:
    headers = {"content-type": kind, "host": HOST}
    answer = driver.refused("POST", "orders", raw=b'{"count": 2}', headers=headers)
    assert (answer.status, answer.error["code"]) == (415, "UnsupportedMediaType")


def test_what_is_no_json_is_refused(driver: Driver) -> None:
    headers = {"content-type": "application/json"}
    answer = driver.refused("POST", "orders", raw=b'{"count": ', headers=headers)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
