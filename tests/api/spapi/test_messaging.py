"""Messaging v1 over HTTP: links to what may be written, messages in the thread, and what is refused."""

from typing import Any

import jsonschema_rs
import pytest

from tests.api.contract import Answer
from tests.api.shop import US, Seller

SENT = {
    "unexpectedProblem": 201,
    "confirmOrderDetails": 201,
    "confirmDeliveryDetails": 201,
    "confirmServiceDetails": 403,
    "confirmCustomizationDetails": 403,
    "legalDisclosure": 201,
    "warranty": 403,
    "digitalAccessKey": 403,
    "invoice": 403,
}
FILE = {"attachments": [{"uploadDestinationId": "x", "fileName": "a.pdf"}]}


def path(order_id: str, rest: str = "") -> str:
    return f"/messaging/v1/orders/{order_id}{rest}"


def send(seller: Seller, order_id: str, template: str, body: Any, place: str = US) -> Answer:
    headers = {"x-amz-access-token": seller.token}
    query = {"marketplaceIds": place}
    return seller.shop.client("POST", path(order_id, f"/messages/{template}"), query, body, headers)


def test_an_order_has_links_to_what_may_be_written(seller: Seller) -> None:
    order_id = seller.place_order().order_id
    answer = seller.get(path(order_id), marketplaceIds=US)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/hal+json")
    links = answer.body["_links"]
    assert links["self"]["href"] == f"{path(order_id)}?marketplaceIds={US}"
    assert links["actions"][0] == {
        "href": f"{path(order_id)}/messages/unexpectedProblem?marketplaceIds={US}",
        "name": "unexpectedProblem",
    }
    embedded = answer.body["_embedded"]["actions"]
    names = [each["payload"]["name"] for each in embedded]
    assert names == [each["name"] for each in links["actions"]]
    assert names == ["unexpectedProblem", "confirmOrderDetails", "confirmDeliveryDetails", "legalDisclosure"]
    files = jsonschema_rs.validator_for(embedded.pop()["_embedded"]["schema"]["payload"])
    assert files.is_valid(FILE)
    assert not files.is_valid({})
    assert not files.is_valid({"attachments": [{"fileName": "a.pdf"}]})
    for each in embedded:
        assert each["_links"]["self"]["name"] == each["payload"]["name"]
        check = jsonschema_rs.validator_for(each["_embedded"]["schema"]["payload"])
        assert check.is_valid({"text": "x"})
        assert not check.is_valid({"text": ""})
        assert not check.is_valid({"text": "x" * 2001})


def test_an_order_of_amazon_has_none(seller: Seller) -> None:
    order_id = seller.place_order(channel="AFN").order_id
    answer = seller.get(path(order_id), marketplaceIds=US)
    assert answer.body["_links"]["actions"] == answer.body["_embedded"]["actions"] == []


@pytest.mark.parametrize(
    ("marketplace", "locale"), [(US, "en-US"), ("A1VC38T7YXB528", "ja-JP"), ("A1AM78C64UM0Y8", "es-MX")]
)
def test_the_buyers_language_is_that_of_the_store(seller: Seller, marketplace: str, locale: str) -> None:
    other = seller.shop.open(marketplace_ids=[marketplace])
    order_id = other.place_order(marketplace=marketplace).order_id
    answer = other.get(path(order_id, "/attributes"), marketplaceIds=marketplace)
    assert (answer.status, answer.body) == (200, {"buyer": {"locale": locale}})


@pytest.mark.parametrize(("template", "status"), SENT.items())
def test_a_template_is_sent_or_is_not_for_the_order(seller: Seller, template: str, status: int) -> None:
    order_id = seller.place_order().order_id
    body = FILE if template in ("legalDisclosure", "warranty", "invoice") else {"text": "Hello 🙂"}
    answer = send(seller, order_id, template, body)
    assert answer.status == status
    if status == 201:
        assert (answer.body, answer.headers["content-type"]) == ({}, "application/hal+json")
        said = "Attached: a.pdf" if body is FILE else "Hello 🙂"
        assert [(each.kind, each.text) for each in seller.world.state.messages] == [(template, said)]
        return
    assert answer.error["code"] == "Unauthorized"
    assert answer.error["message"] == "Invalid amazonOrderId and template combination."
    assert "Allowed now: unexpectedProblem" in answer.error["details"]
    assert not seller.world.state.messages


@pytest.mark.parametrize("template", SENT)
def test_a_setting_has_every_template_sent(seller: Seller, template: str) -> None:
    other = seller.shop.open({"message_templates": "all"})
    order_id = other.place_order().order_id
    assert send(other, order_id, template, FILE | {"text": "Hello 🙂"}).status == 201
    assert [each.kind for each in other.world.state.messages] == [template]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "attachments are 1 to 5 files, got 0."),
        (["a.pdf"] * 6, "attachments are 1 to 5 files, got 6."),
        (["a\x00.pdf"], "without control characters"),
        ([""], "names of 1 to 255"),
    ],
)
def test_files_that_cannot_be_sent_are_refused(seller: Seller, names: list[str], said: str) -> None:
    order_id = seller.place_order().order_id
    body = {"attachments": [{"uploadDestinationId": "x", "fileName": each} for each in names]}
    answer = send(seller, order_id, "legalDisclosure", body)
    assert (answer.status, answer.error["details"]) == (400, "attachments")
    assert said in answer.error["message"]
    assert not seller.world.state.messages


@pytest.mark.parametrize(
    "attachments", [None, "word", True, [None], ["a.pdf"], [{"fileName": None}], {"fileName": "a"}]
)
def test_files_of_another_kind_are_refused_and_left_alone_where_words_are_all(seller: Seller, attachments: Any) -> None:
    order_id = seller.place_order().order_id
    answer = send(seller, order_id, "legalDisclosure", {"attachments": attachments})
    assert answer.status == 400
    assert answer.error["details"].startswith("attachments")
    assert not seller.world.state.messages
    assert send(seller, order_id, "unexpectedProblem", {"text": "Hello", "attachments": attachments}).status == 201


@pytest.mark.parametrize("text", [None, 5, ["Hello"], {"text": "Hello"}])
def test_words_that_are_no_text_are_refused(seller: Seller, text: Any) -> None:
    order_id = seller.place_order().order_id
    answer = send(seller, order_id, "unexpectedProblem", {"text": text})
    assert (answer.status, answer.error["details"]) == (400, "text")
    assert not seller.world.state.messages


def test_a_shipped_order_takes_no_question_about_its_details(seller: Seller) -> None:
    order_id = seller.place_order().order_id
    seller.world.act(order_id, "seller-confirm-shipment")
    assert send(seller, order_id, "confirmOrderDetails", {"text": "x"}).status == 403
    assert send(seller, order_id, "unexpectedProblem", {"text": "x"}).status == 201


def test_a_canceling_buyer_gets_his_answer_in_the_same_thread(seller: Seller) -> None:
    order_id = seller.place_order().order_id
    seller.pass_time(hours=1)
    seller.world.act(order_id, "buyer-message", {"text": "Please cancel"})
    assert send(seller, order_id, "unexpectedProblem", {"text": "Please use Your Orders."}).status == 201
    asked, answered = seller.world.state.messages
    assert asked.thread_id == answered.thread_id
    assert (answered.kind, answered.text) == ("request_instructions", "Please use Your Orders.")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "text"),
        ("   ", "text is required; an empty one cannot be sent."),
        (None, "text is required; an empty one cannot be sent."),
        ("now\x00then", "text must not contain control characters"),
        ("x" * 2001, "text"),
        ("<b>now</b>", "text must not contain HTML."),
        ("write to me@example.com", "text must not contain an address of mail."),
        (5, "text"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused(seller: Seller, text: Any, said: str) -> None:
    order_id = seller.place_order().order_id
    before = seller.standing()
    answer = send(seller, order_id, "unexpectedProblem", {} if text is None else {"text": text})
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert said in answer.error["message"]
    assert seller.standing() == before


def test_what_looks_like_html_or_mail_and_is_not_goes_through(seller: Seller) -> None:
    order_id = seller.place_order().order_id
    assert send(seller, order_id, "unexpectedProblem", {"text": "1 < 2 > 0, meet @ noon & 5<6"}).status == 201


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (None, "marketplaceIds: Missing or invalid request parameter: marketplaceId"),
        ("", "marketplaceIds: Missing or invalid request parameter: marketplaceId"),
        (",", "marketplaceIds: Missing or invalid request parameter: marketplaceId"),
        (f"{US},A2EUQ1WTGCTBG2", "marketplaceIds"),
        ("A2EUQ1WTGCTBG2", f"is of marketplace {US}, not of A2EUQ1WTGCTBG2."),
    ],
)
def test_exactly_the_orders_marketplace_is_named(seller: Seller, places: str | None, said: str) -> None:
    order_id = seller.place_order().order_id
    query: dict[str, Any] = {} if places is None else {"marketplaceIds": places}
    answer = seller.get(path(order_id), **query)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert said in answer.error["message"]


@pytest.mark.parametrize("rest", ["", "/attributes"])
def test_an_unknown_order_is_not_found(seller: Seller, rest: str) -> None:
    assert seller.get(path("902-0000009-0000009", rest), marketplaceIds=US).status == 404
    assert send(seller, "902-0000009-0000009", "unexpectedProblem", {"text": "x"}).status == 404
