"""Mail, messages, the rate, the journal and the log of calls."""

from typing import Any
from urllib.parse import urlencode

import pytest

from marketplace_sandbox.api.admission.request_log import Excerpt
from marketplace_sandbox.api.http.bounds import UNREADABLE, refuse_unreadable
from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import Exchange
from tests.api.control.driving import Driver
from tests.kept_stores import send_feed

CALL = "/sellers/v1/marketplaceParticipations"


def ended(driver: Driver, **fields: Any) -> str:
    """An order that the seller canceled for a reason of his own."""
    order_id: str = driver.post("orders", {"hold": False} | fields).body["order_id"]
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    return order_id


def test_mail_is_listed_by_recipient_and_order(driver: Driver) -> None:
    first, second = ended(driver), ended(driver)
    everything = driver.get("mail").body["mail"]
    assert [each["order_id"] for each in everything] == [first, first, second, second]
    to_buyer = driver.get(f"mail?to=buyer&order_id={second}").body["mail"]
    assert [(each["kind"], each["order_id"]) for each in to_buyer] == [("canceled_by_seller", second)]
    assert driver.refused("GET", "mail?to=byer").status == 400


def test_messages_are_listed_by_recipient(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post(f"orders/{order_id}/actions/buyer-message", {"text": "Please cancel."})
    driver.post(f"orders/{order_id}/actions/seller-message", {"kind": "instructions"})
    assert len(driver.get("messages").body["messages"]) == 2
    (message,) = driver.get("messages?to=seller").body["messages"]
    assert (message["text"], message["reply_by"]) == ("Please cancel.", "2026-03-03T16:00:00Z")


def test_the_rate_is_null_without_orders_and_a_fraction_with_some(driver: Driver) -> None:
    nothing = driver.get("metrics").body["cancellation_rate"]
    assert nothing == {"canceled": 0, "orders": 0, "rate": None, "status": "NONE", "by_cause": {}}
    ended(driver)
    driver.post("orders", {"hold": False, "count": 3})
    rate = driver.get("metrics?marketplace_id=ATVPDKIKX0DER").body["cancellation_rate"]
    assert (rate["canceled"], rate["orders"], rate["rate"], rate["status"]) == (1, 4, 0.25, "BAD")
    assert rate["by_cause"] == {"no_inventory": 1}
    assert driver.get("metrics?marketplace_id=A1PA6795UKMFR9").body["cancellation_rate"]["orders"] == 0


def test_a_rate_says_what_it_is_made_from(driver: Driver) -> None:
    """Every order is in the rate, or it is said why not."""
    order_id = ended(driver)
    young, *_ = (driver.post("orders", {"hold": False}).body["order_id"] for _ in range(2))
    driver.post(f"orders/{young}/actions/buyer-cancel", {})
    driver.post("orders", {})
    driver.post("orders", {"channel": "AFN"})
    driver.post("orders", {"hold": False, "purchased_at": "2025-03-02T16:00:00Z"})
    answer = driver.get("metrics").body
    now = driver.get("clock").body["now"]
    assert answer["window"]["until"] == now
    assert answer["target"] == 0.025
    assert [(each["order_id"], each["reason"]) for each in answer["counted"]] == [(order_id, "no_inventory")]
    assert answer["left_out"] == {
        "canceled_by_others": 1,
        "fulfilled_by_amazon": 1,
        "outside_window": 1,
        "still_pending": 1,
    }
    orders = driver.get("orders").body["orders"]
    assert answer["cancellation_rate"]["orders"] + sum(answer["left_out"].values()) == len(orders)
    elsewhere = driver.get("metrics?marketplace_id=A1PA6795UKMFR9").body
    assert elsewhere["left_out"]["other_marketplace"] == 4


def test_an_unknown_marketplace_is_named(driver: Driver) -> None:
    answer = driver.refused("GET", "metrics?marketplace_id=ATVPDKIKX0DET")
    assert (answer.status, answer.error["details"]) == (400, "marketplace_id")
    assert "did you mean 'ATVPDKIKX0DER'" in answer.error["message"]


def test_the_journal_has_every_command_and_no_secret(driver: Driver) -> None:
    secret = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
    driver.post("webhooks", {"url": "http://127.0.0.1:9/?token=t0ken", "secret": secret})
    order_id = ended(driver)
    driver.post("clock/advance", {"by": "PT1M"})
    entries = driver.get("journal").body["journal"]
    assert [each["version"] for each in entries] == list(range(1, len(entries) + 1))
    kinds = ["opened", "subscribed", "placed", "acted", "attempted", "reached"]
    assert [each["kind"] for each in entries] == kinds
    assert entries[1]["body"]["secret"] == "REDACTED"
    assert entries[1]["body"]["url"] == "http://127.0.0.1:9/?token=REDACTED"
    assert entries[3]["body"] == {
        "order_id": order_id,
        "action": "seller-cancel",
        "with": {"reason": "no_inventory"},
        "channel": "control",
    }
    page = driver.get("journal?limit=4").body
    rest = driver.get(f"journal?cursor={page['next']}").body
    assert page["journal"] + rest["journal"] == entries


def test_the_log_has_the_clients_calls_and_no_control_calls(driver: Driver) -> None:
    driver.post("clock/advance", {"by": "PT1M"})
    driver.real.seconds += 5
    headers = {"user-agent": "their client/1", "x-request-id": "r"}
    driver.get(f"{CALL}?Signature=abc&AWSAccessKeyId=k&NextToken=n", headers=headers)
    (call,) = driver.get("requests").body["requests"]
    assert call.pop("request_id")
    assert call == {
        "number": 0,
        "at": "2026-03-02T16:01:00Z",
        "wall_at": "2026-03-02T16:00:05Z",
        "method": "GET",
        "path": CALL,
        "query": "Signature=REDACTED&AWSAccessKeyId=k&NextToken=n",
        "operation": "getMarketplaceParticipations",
        "status": 200,
        "user_agent": "their client/1",
        "notes": ["the token was not issued here"],
        "listed": None,
        "shadow": None,
    }


def test_jobs_say_what_they_wait_for_and_what_was_wrong(driver: Driver) -> None:
    order_id = ended(driver)  # so that the feed's cancellation is refused
    send_feed(driver.world, order_id)
    (job,) = driver.get("jobs").body["jobs"]
    seen = job["kind"], job["type"], job["status"], job["next_at"], job["problems"]
    assert seen == ("feed", "POST_ORDER_ACKNOWLEDGEMENT_DATA", "IN_QUEUE", "2026-03-02T16:00:30Z", [])
    driver.post("clock/advance", {"by": "PT30S"})
    (job,) = driver.get("jobs").body["jobs"]
    assert (job["status"], job["next_at"], job["ended_at"]) == ("IN_PROGRESS", "2026-03-02T16:01:30Z", None)
    driver.post("clock/advance", {"by": "PT1M"})
    (job,) = driver.get("jobs").body["jobs"]
    assert (job["status"], job["next_at"], job["ended_at"]) == ("DONE", None, "2026-03-02T16:01:30Z")
    assert job["problems"][0].startswith(f"{order_id} ")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/no/such/path", 404), ("POST", CALL, 405), ("GET", "/sales/v1/orderMetrics", 501)],
)
def test_refused_calls_are_in_the_log_once(driver: Driver, method: str, path: str, status: int) -> None:
    assert driver.ask(method, path).status == status
    calls = driver.get("requests").body["requests"]
    assert [(each["method"], each["path"], each["status"]) for each in calls] == [(method, path, status)]


@pytest.mark.parametrize(
    ("path", "logged"), [("//health", []), ("//_sandbox/orders", []), ("//no/such", ["/no/such"]), ("/a%5Cb", [])]
)
def test_a_path_is_logged_as_it_is_meant(driver: Driver, path: str, logged: list[str]) -> None:
    driver.ask("GET", path)
    assert [each["path"] for each in driver.get("requests").body["requests"]] == logged


def test_the_log_is_bounded_per_seller_and_its_cursors_outlive_that(driver: Driver) -> None:
    other = driver.post("sellers").body["seller_id"]
    for _ in range(3):
        driver.get(CALL)
    driver.get(CALL, headers={"x-amz-access-token": other})
    page = driver.get("requests?limit=2").body
    assert [each["number"] for each in page["requests"]] == [0, 1]
    driver.get(CALL)
    driver.get(CALL)
    assert [each["number"] for each in driver.get("requests").body["requests"]] == [2, 3, 4]
    rest = driver.get(f"requests?cursor={page['next']}").body["requests"]
    assert [each["number"] for each in rest] == [2, 3, 4]
    assert len(driver.get("requests", seller=other).body["requests"]) == 1


@pytest.mark.parametrize("size", [1, 2, 100])
def test_the_cursor_at_the_end_goes_on_with_what_comes_later(driver: Driver, size: int) -> None:
    def read(plural: str, cursor: str | None) -> tuple[list[int], str]:
        asked = {"limit": str(size), "follow": "true"} | ({"cursor": cursor} if cursor else {})
        page = driver.get(f"{plural}?{urlencode(asked)}").body
        return [each["number" if plural == "requests" else "version"] for each in page[plural]], page["next"]

    for plural, first, add in (
        ("requests", 0, lambda: driver.get(CALL)),
        ("journal", 2, lambda: driver.post("orders", {})),
    ):
        _, cursor = read(plural, None)
        while (page := read(plural, cursor))[0]:
            cursor = page[1]
        add()
        assert read(plural, cursor)[0] == [first]
        assert read(plural, read(plural, cursor)[1])[0] == []
        driver.real.seconds += 1
        driver.post("reset")
        refused = driver.get(f"{plural}?follow=true&cursor={cursor}")
        assert (refused.status, refused.error["details"]) == (400, "cursor")


def test_bodies_come_when_they_are_asked_for(driver: Driver) -> None:
    driver.get(CALL)
    assert "body" not in driver.get("requests").body["requests"][0]
    (call,) = driver.get("requests?bodies=true").body["requests"]
    assert (call["body"], call["answer"]) == (None, '{"payload":[]}')


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (None, None),
        (b"", None),
        (b'{"client_secret":"hunter2"}', '{"client_secret":"REDACTED"}'),
        ("ä".encode() * 1500, "ä" * 1000 + "… (3000 bytes)"),
        (b"a" + "ä".encode() * 1500, "a" + "ä" * 999 + "… (3001 bytes)"),
        (b"\x1f\x8b\x08\x00", "(4 bytes)"),
        (b"\x00" * 3000, "(3000 bytes)"),
    ],
)
def test_an_excerpt_of_a_body(body: bytes | None, shown: str | None) -> None:
    assert Excerpt.of(body).to_text() == shown


def test_calls_for_sellers_that_are_gone_are_nobodys(driver: Driver) -> None:
    driver.get(CALL, headers={"x-amz-access-token": "ANOBODY"})
    assert driver.get("requests").body["requests"] == []


def test_what_cannot_be_read_pushes_nothing_out_of_the_log(driver: Driver) -> None:
    scope = {"type": "http", "path": "/", UNREADABLE: by_status(414)}
    exchange = Exchange(scope, never, never, "1", "GET", "/", "", {})
    with pytest.raises(ApiError):
        refuse_unreadable(exchange)
    driver.log.record(exchange)
    assert driver.get("requests").body["requests"] == []


async def never(*_: object) -> Any:
    raise AssertionError("nobody asks")


@pytest.mark.parametrize("stranger", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_what_pages_elsewhere_send_pushes_nothing_out_of_the_log(driver: Driver, stranger: dict[str, str]) -> None:
    driver.get(CALL)
    for _ in range(3):
        assert driver.get(CALL, headers=stranger).status == 403
    assert [each["status"] for each in driver.get("requests").body["requests"]] == [200]


def test_health_needs_no_credentials(driver: Driver) -> None:
    answer = driver.get("/health", headers={"host": "10.0.0.7:8585"})
    assert (answer.status, answer.body) == (200, {"status": "ok", "version": "1.2.3"})
    assert driver.get("requests").body["requests"] == []
