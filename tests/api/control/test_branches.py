"""Forks and rewinds over HTTP: who stands where, what is answered and what is refused."""

from typing import Any

import pytest

from tests.api.control.driving import Driver

DEFAULT = "ASANDBOXSELLER"
URL = "http://127.0.0.1:9/hook"


@pytest.fixture
def order_id(driver: Driver) -> str:
    """An order that is an hour old, of which a request was told to a receiver that failed. It is entry 2."""
    order_id: str = driver.post("orders").body["order_id"]
    driver.post("clock/advance", {"by": "PT1H"})
    driver.post("webhooks", {"url": URL})
    driver.courier.codes = [503] * 9
    driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {"reason": "late"})
    return order_id


def test_a_fork_is_a_seller_with_credentials_of_its_own_and_says_where_it_comes_from(
    driver: Driver, order_id: str
) -> None:
    answer = driver.post(f"sellers/{DEFAULT}/fork", {"seller_id": "AFORK"})
    version = driver.world.version
    forked_from = {"seller_id": DEFAULT, "version": version, "at": "2026-03-02T17:00:00Z"}
    assert answer.status == 201
    assert answer.headers["x-sandbox-version"] == str(version)
    assert answer.body["forked_from"] == forked_from
    assert answer.body == driver.get("sellers/AFORK").body
    made = driver.post("sellers", {"seller_id": "AOTHER"}).body
    assert answer.body.keys() - made.keys() == {"forked_from"}
    assert answer.body["lwa"] != driver.get(f"sellers/{DEFAULT}").body["lwa"]
    listed = {each["seller_id"]: each["forked_from"] for each in driver.get("sellers").body["sellers"]}
    assert listed == {DEFAULT: None, "AFORK": forked_from, "AOTHER": None}
    assert driver.get("orders", seller="AFORK").body["orders"] == [
        {**driver.get(f"orders/{order_id}").body, "seller_id": "AFORK"}
    ]
    assert driver.get("webhooks", seller="AFORK").body == driver.get("webhooks").body
    assert driver.get("clock", seller="AFORK").body["now"] == "2026-03-02T17:00:00Z"


def test_a_fork_stands_at_an_instant_or_a_version(driver: Driver, order_id: str) -> None:
    then = driver.post(f"sellers/{DEFAULT}/fork", {"at": "2026-03-02T16:10:00Z"})
    assert then.body["forked_from"] == {"seller_id": DEFAULT, "version": 2, "at": "2026-03-02T16:10:00Z"}
    assert then.headers["x-sandbox-version"] == "3"
    seller_id = then.body["seller_id"]
    assert driver.get(f"orders/{order_id}", seller=seller_id).body["status"] == "Pending"
    assert driver.get("journal", seller=seller_id).body["journal"][-1]["kind"] == "reached"
    versioned = driver.post(f"sellers/{DEFAULT}/fork", {"version": 1})
    assert versioned.body["forked_from"] == {"seller_id": DEFAULT, "version": 1, "at": "2026-03-02T16:00:00Z"}
    assert driver.get("orders", seller=versioned.body["seller_id"]).body["orders"] == []


@pytest.mark.parametrize(
    ("body", "status", "field", "words"),
    [
        ({"at": "2026-03-02T16:10:00Z", "version": 2}, 400, "version", "leave out at or version"),
        ({"verson": 2}, 400, "verson", "did you mean 'version'"),
        ({"version": 0}, 400, "version", "from 1 to"),
        ({"version": 99}, 400, "version", "there is no 99"),
        ({"version": "2"}, 400, "version", "version"),
        ({"version": True}, 400, "version", "version"),
        ({"at": "noon"}, 400, "at", "2026-03-02T16:00:00Z"),
        ({"at": "2026-03-02T17:00:01Z"}, 400, "at", "now is 2026-03-02T17:00:00Z"),
        ({"at": "2026-03-02T15:59:59Z"}, 400, "at", "start"),
        ({"seller_id": "no id"}, 400, "seller_id", "letters and digits"),
        ({"seller_id": DEFAULT}, 409, "", "exists already"),
        ({"deliver": "yes"}, 400, "deliver", "deliver"),
    ],
)
def test_what_cannot_be_forked_is_refused(
    driver: Driver, order_id: str, body: Any, status: int, field: str, words: str
) -> None:
    assert order_id
    answer = driver.refused("POST", f"sellers/{DEFAULT}/fork", body)
    assert (answer.status, answer.error["details"]) == (status, field)
    assert words in answer.error["message"]


def test_an_unknown_seller_has_no_fork(driver: Driver) -> None:
    assert driver.refused("POST", "sellers/ANOBODY/fork", {}).status == 404


def test_what_was_under_way_is_held_listed_and_sent_on_demand(driver: Driver, order_id: str) -> None:
    (before,) = driver.get("deliveries").body["deliveries"]
    driver.post(f"sellers/{DEFAULT}/fork", {"seller_id": "AFORK"})
    (held,) = driver.get("deliveries", seller="AFORK").body["deliveries"]
    assert held == {**before, "next_at": None, "held": True}
    assert (held["status"], len(held["attempts"]), held["order_id"]) == ("failed", 1, order_id)
    driver.courier.codes = []
    sent = len(driver.courier.sent)
    driver.post("clock/advance", {"by": "P10D"}, seller="AFORK")
    told = [delivery_id for _, delivery_id in driver.courier.sent[sent:]]
    assert held["id"] not in told
    assert driver.get("deliveries", seller="AFORK").body["deliveries"][0]["held"]
    again = driver.post(f"deliveries/{held['id']}/resend", seller="AFORK").body
    assert (again["status"], again["held"], len(again["attempts"])) == ("delivered", False, 2)
    (parents,) = driver.get("deliveries").body["deliveries"]
    assert parents == before


def test_what_is_under_way_goes_on_in_a_fork_that_delivers(driver: Driver, order_id: str) -> None:
    driver.courier.asleep = True
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "buyer_canceled"})
    driver.courier.woken.clear()
    driver.post(f"sellers/{DEFAULT}/fork", {"seller_id": "AFORK", "deliver": True})
    assert driver.courier.woken == ["AFORK"]
    driver.courier.asleep, driver.courier.codes = False, []
    driver.post("clock/advance", {"by": "PT5M"}, seller="AFORK")
    assert {each["status"] for each in driver.get("deliveries", seller="AFORK").body["deliveries"]} == {"delivered"}


def test_a_rewound_world_stands_where_it_was_and_the_one_left_under_another_id(driver: Driver, order_id: str) -> None:
    token_of = driver.get(f"sellers/{DEFAULT}").body
    left, version = driver.get("journal").body["journal"], driver.world.version
    answer = driver.post("rewind", {"version": 2})
    kept = answer.body["kept"]
    assert answer.body == {"now": "2026-03-02T16:00:00Z", "version": 2, "kept": kept}
    assert answer.headers["x-sandbox-version"] == "2"
    assert driver.get(f"orders/{order_id}").body["status"] == "Pending"
    assert driver.get("deliveries").body["deliveries"] == []
    assert driver.get("journal", seller=kept).body["journal"] == left
    assert driver.get(f"orders/{order_id}", seller=kept).body["request"]["state"] == "open"
    assert [each["held"] for each in driver.get("deliveries", seller=kept).body["deliveries"]] == [True]
    assert driver.get(f"sellers/{DEFAULT}").body == token_of
    assert driver.get(f"sellers/{kept}").body["forked_from"] == {
        "seller_id": DEFAULT, "version": version, "at": "2026-03-02T17:00:00Z",
    }  # fmt: skip
    assert DEFAULT not in driver.forgotten
    between = driver.post("rewind", {"at": "2026-03-02T16:00:00Z"}).body
    assert between["version"] == 2


def test_a_rewind_to_an_instant_between_two_entries_says_the_version_after_it(driver: Driver, order_id: str) -> None:
    answer = driver.post("rewind", {"at": "2026-03-02T16:10:00Z"})
    assert (answer.body["now"], answer.body["version"]) == ("2026-03-02T16:10:00Z", 3)
    entry = driver.get("journal").body["journal"][-1]
    assert (entry["version"], entry["at"], entry["kind"]) == (3, "2026-03-02T16:10:00Z", "reached")
    assert driver.get(f"orders/{order_id}").body["status"] == "Pending"


def test_what_was_under_way_then_is_sent_again_by_the_id_of_then(driver: Driver, order_id: str) -> None:
    (failed,) = driver.get("deliveries").body["deliveries"]
    version = driver.world.version
    driver.courier.codes = []
    driver.post("clock/advance", {"by": "PT5S"})
    (delivered,) = driver.get("deliveries").body["deliveries"]
    assert delivered["status"] == "delivered"
    driver.post("rewind", {"version": version})
    assert driver.get("deliveries").body["deliveries"] == [failed]
    driver.post("clock/advance", {"by": "PT5S"})
    assert [delivery_id for _, delivery_id in driver.courier.sent] == [failed["id"]] * 3
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "buyer_canceled"})
    other = driver.post(f"sellers/{DEFAULT}/fork", {"version": version, "deliver": True}).body["seller_id"]
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "buyer_canceled"}, seller=other)
    ids = [
        {each["id"] for each in driver.get("deliveries", seller=each).body["deliveries"]} for each in (DEFAULT, other)
    ]
    assert ids[0] & ids[1] == {failed["id"]}


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "at", "exactly one of at and version"),
        ({"at": "2026-03-02T16:10:00Z", "version": 2}, "at", "exactly one of at and version"),
        ({"versoin": 2}, "versoin", "did you mean 'version'"),
        ({"version": 0}, "version", "from 1 to"),
        ({"version": 99}, "version", "there is no 99"),
        ({"at": "2026-03-02T17:00:01Z"}, "at", "now is 2026-03-02T17:00:00Z"),
        ({"at": "2026-03-02T15:59:59Z"}, "at", "start"),
    ],
)
def test_what_cannot_be_rewound_is_refused(driver: Driver, order_id: str, body: Any, field: str, words: str) -> None:
    assert order_id
    answer = driver.refused("POST", "rewind", body)
    assert (answer.status, answer.error["details"]) == (400, field)
    assert words in answer.error["message"]


def test_cursors_and_looks_back_of_the_world_that_was_left_show_no_other_orders(driver: Driver) -> None:
    """Either the answer is of the world that stands, or it is refused."""
    for _ in range(3):
        driver.post("orders")
    cursor = driver.get("orders?limit=1").body["next"]
    before = [each["order_id"] for each in driver.get("orders").body["orders"]]
    driver.post("rewind", {"version": 2})
    driver.post("orders")
    driver.post("orders")
    now = [each["order_id"] for each in driver.get("orders").body["orders"]]
    assert now[:1] == before[:1]
    assert not set(now[1:]) & set(before)
    answer = driver.refused("GET", f"orders?limit=9&cursor={cursor}")
    assert (answer.status, answer.error["details"]) == (400, "cursor")
    assert [each["order_id"] for each in driver.get("orders?asOf=3").body["orders"]] == now[:2]
    assert [each["order_id"] for each in driver.get("orders?asOf=2").body["orders"]] == now[:1]
