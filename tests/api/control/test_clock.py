"""The clock's calls: reading, putting, advancing, and what they refuse."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from marketplace_sandbox.api.control.worlds import DeliveryWait
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.world import advance as advances
from marketplace_sandbox.core.world.world import World
from tests.api.control.driving import GONE, Driver

RELEASE = "2026-03-02T16:30:00Z"
DAY = "2026-03-03T16:00:00Z"


def test_the_clock_shows_now_its_rate_and_what_is_next(driver: Driver) -> None:
    assert driver.get("clock").body == {"now": "2026-03-02T16:00:00Z", "rate": 0.0, "next": None}
    order_id = driver.post("orders").body["order_id"]
    following = driver.get("clock").body["next"]
    assert following == {"at": RELEASE, "what": "hold-ends", "order_id": order_id}


@pytest.mark.parametrize("way", [{"by": "PT31M"}, {"to": "2026-03-02T16:31:00Z"}, {"to": "2026-03-02T17:31:00+01:00"}])
def test_an_advance_tells_what_fell_due(driver: Driver, way: dict[str, Any]) -> None:
    order_id = driver.post("orders").body["order_id"]
    answer = driver.post("clock/advance", way)
    assert answer.body == {
        "now": "2026-03-02T16:31:00Z",
        "fired": [{"at": RELEASE, "what": "hold-ends", "order_id": order_id}],
        "deliveries": [],
    }


def test_an_advance_until_next_stops_at_the_next_instant(driver: Driver) -> None:
    driver.post("orders")
    answer = driver.post("clock/advance", {"until": "next"})
    assert (answer.body["now"], len(answer.body["fired"])) == (RELEASE, 1)


def test_putting_the_clock_forward_is_an_advance(driver: Driver) -> None:
    driver.post("orders")
    answer = driver.put("clock", {"now": "2026-03-02T17:00:00Z", "rate": 60})
    assert (answer.body["now"], answer.body["rate"]) == ("2026-03-02T17:00:00Z", 60)
    assert [each["at"] for each in answer.body["fired"]] == [RELEASE]
    assert answer.body["next"]["what"] == "auto-cancel"


def test_a_rate_alone_leaves_the_instant(driver: Driver) -> None:
    assert driver.put("clock", {"rate": 2}).body["now"] == "2026-03-02T16:00:00Z"
    driver.real.seconds += 30
    assert driver.get("clock").body["now"] == "2026-03-02T16:01:00Z"
    assert driver.put("clock", {"rate": 0}).body["now"] == "2026-03-02T16:01:00Z"
    driver.real.seconds += 30
    assert driver.get("clock").body == {"now": "2026-03-02T16:01:00Z", "rate": 0, "next": None}


def test_a_running_clock_settles_what_is_due_before_it_answers(driver: Driver) -> None:
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    order_id = driver.post("orders").body["order_id"]
    driver.put("clock", {"rate": 1})
    driver.real.seconds += 1801
    assert driver.get(f"orders/{order_id}").body["status"] == "Unshipped"
    assert driver.courier.sent == []
    assert driver.courier.woken == [driver.world.seller_id]


def test_a_running_clock_is_advanced_from_the_instant_it_shows_just_then(driver: Driver) -> None:
    driver.put("clock", {"rate": 1})
    ticks = count()
    start = driver.real.seconds
    driver.world.clock._real = lambda: start + 0.002 * next(ticks)
    assert driver.post("clock/advance", {"by": "PT0S"}).status == 200


BEYOND = "leads beyond 9000-01-01T00:00:00Z"
BAD = [
    ("POST", "clock/advance", {}, "by", "exactly one of"),
    ("POST", "clock/advance", {"by": "PT1M", "to": RELEASE}, "by", "exactly one of"),
    ("POST", "clock/advance", {"by": "an hour"}, "by", "PT31M"),
    ("POST", "clock/advance", {"by": "P9999999D"}, "by", BEYOND),
    ("POST", "clock/advance", {"by": "P99999999D"}, "by", BEYOND),
    ("POST", "clock/advance", {"to": "2026-03-02T16:31:00"}, "to", "is an instant"),
    ("POST", "clock/advance", {"to": "9999-12-31T23:59:59Z"}, "to", "to before 9000-01-01T00:00:00Z"),
    ("POST", "clock/advance", {"until": "nexxt"}, "until", "did you mean 'next'"),
    ("POST", "clock/advance", {"unti": "next"}, "unti", "did you mean 'until'"),
    ("PUT", "clock", {"rat": 1}, "rat", "did you mean 'rate'"),
    ("PUT", "clock", {"now": "tomorrow"}, "now", "is an instant"),
    ("PUT", "clock", {"rate": -1}, "rate", "rate must be at least 0"),
    ("PUT", "clock", {"rate": "fast"}, "rate", "rate must be a number"),
]


@pytest.mark.parametrize(("method", "path", "body", "field", "words"), BAD)
def test_bad_input_names_the_field(driver: Driver, method: str, path: str, body: Any, field: str, words: str) -> None:
    answer = driver.refused(method, path, body)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["details"] == field
    assert words in answer.error["message"]


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "clock/advance", {"to": "2026-03-02T15:59:59.999Z"}, "TIME_GOES_FORWARD"),
        ("POST", "clock/advance", {"until": "next"}, "NOTHING_DUE"),
        ("PUT", "clock", {"now": "2026-03-01T16:00:00Z"}, "TIME_GOES_FORWARD"),
    ],
)
def test_what_the_clock_cannot_do_is_a_conflict(driver: Driver, method: str, path: str, body: Any, code: str) -> None:
    answer = driver.refused(method, path, body)
    assert (answer.status, answer.error["code"]) == (409, code)


def test_during_an_advance_the_world_answers_and_its_clock_is_taken(driver: Driver) -> None:
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    order_id = driver.post("orders").body["order_id"]
    seen: list[tuple[int, Any]] = []

    def call_back(world: World) -> None:
        driver.courier.arrived = lambda _: None
        asked = [
            control(driver, "clock/advance", {"by": "PT1M"}),
            control(driver, "clock/advance", {"by": "PT0S"}),
        ]
        seen.extend(asked)
        seen.append((200, world.order(order_id).status))

    driver.courier.arrived = call_back
    driver.post("clock/advance", {"by": "PT31M"})
    assert seen == [(409, "CLOCK_ADVANCING")] * 2 + [(200, "Unshipped")]


def control(driver: Driver, path: str, body: Any) -> tuple[int, Any]:
    """A call from inside a receiver, which has a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(driver.post, path, body).result()
    return answer.status, answer.error["code"]


STOPS = {
    "asked": (lambda driver: driver.delete("clock/advance", seller=driver.seller_id), RELEASE),
    "reset": (lambda driver: driver.post("reset", seller=driver.seller_id), "2026-03-02T16:00:00Z"),
    "reset of all": (lambda driver: driver.post("reset", {"all": True}), "2026-03-02T16:00:00Z"),
    "deleted": (lambda driver: driver.delete(f"sellers/{driver.seller_id}"), None),
}


@pytest.mark.parametrize("way", STOPS)
def test_an_advance_that_is_stopped_tells_how_far_it_came(driver: Driver, way: str) -> None:
    """The receiver of the first notice stops the advance that waits for it."""
    seller = driver.seller_id = driver.post("sellers", {"start": "2026-03-02T16:00:00Z"}).body["seller_id"]
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"}, seller=seller)
    order_id = driver.post("orders", seller=seller).body["order_id"]
    stopped: list[Any] = []
    stop, now = STOPS[way]

    def call_back(_: World) -> None:
        driver.courier.arrived = lambda _: None
        with ThreadPoolExecutor(1) as pool:
            stopped.append(pool.submit(stop, driver).result())

    driver.courier.arrived = call_back
    answer = driver.post("clock/advance", {"by": "P1000000D"}, seller=seller)
    assert (answer.status, answer.body["stopped"], answer.body["now"]) == (200, "asked", RELEASE)
    assert answer.body["fired"] == [{"at": RELEASE, "what": "hold-ends", "order_id": order_id}]
    assert [each["status"] for each in answer.body["deliveries"]] == ["delivered"]
    assert stopped[0].status in (200, 204)
    if way == "asked":
        assert stopped[0].body == answer.body
    assert driver.get("clock", seller=seller).status == (200 if now else 404)
    assert not now or driver.get("clock", seller=seller).body["now"] == now


def test_there_may_be_no_advance_to_stop(driver: Driver) -> None:
    answer = driver.refused("DELETE", "clock/advance")
    assert answer.status == 404
    assert "the world's now is 2026-03-02T16:00:00Z" in answer.error["message"]


@pytest.mark.parametrize("way", [("POST", "clock/advance", {"by": "P1D"}), ("PUT", "clock", {"now": DAY, "rate": 60})])
def test_an_advance_stops_after_so_many_timers(driver: Driver, way: tuple[str, str, Any]) -> None:
    driver.put("settings", {"advance_timers": 2})
    for _ in range(3):
        driver.post("orders")
        driver.post("clock/advance", {"by": "PT1M"})
    answer = driver.ask(*way)
    assert (answer.status, answer.body["stopped"], len(answer.body["fired"])) == (200, "timers", 2)
    assert answer.body["now"] == "2026-03-02T16:31:00Z" == driver.get("clock").body["now"]
    assert driver.get("clock").body["rate"] == 0


def test_a_receipt_counts_what_it_does_not_list(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advances, "FIRED_LISTED", 2)
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    driver.post("orders", {"count": 5})
    body = driver.post("clock/advance", {"by": "PT1H"}).body
    assert (len(body["fired"]), body["fired_count"]) == (2, 5)
    assert (len(body["deliveries"]), body["deliveries_count"]) == (2, 5)


def test_a_client_that_leaves_ends_its_advance(driver: Driver) -> None:
    """It is not waited for, and the world stands at the last instant that was written."""
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    driver.post("orders")
    driver.courier.arrived = lambda _: driver.hang_up()
    assert driver.post("clock/advance", {"by": "P30D"}) == GONE
    assert driver.get("clock").body["now"] == RELEASE == format_instant(driver.world.journal()[-1].at)
    assert driver.post("clock/advance", {"by": "P1D"}).status == 200


def test_an_advance_delivers_at_the_instants_on_its_way(driver: Driver) -> None:
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    driver.post("orders")
    driver.courier.codes = [500, 500]
    answer = driver.post("clock/advance", {"by": "PT40M"})
    (delivery,) = answer.body["deliveries"]
    assert delivery["status"] == "delivered"
    assert [each["what"] for each in answer.body["fired"]] == [
        "hold-ends", "delivery-retry", "delivery-retry"
    ]  # fmt: skip
    assert driver.courier.sent == [
        (at, delivery["id"]) for at in (RELEASE, "2026-03-02T16:30:05Z", "2026-03-02T16:35:05Z")
    ]


def test_no_advance_at_all_waits_for_what_is_under_way(driver: Driver) -> None:
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.courier.asleep = True
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    (pending,) = driver.post("clock/advance", {"by": "PT0S"}).body["deliveries"]
    assert pending["status"] == "pending"
    driver.courier.asleep = False
    (through,) = driver.post("clock/advance", {"by": "PT0S"}).body["deliveries"]
    assert through == {
        "id": pending["id"],
        "notification_type": "ORDER_CHANGE",
        "order_id": order_id,
        "status": "delivered",
    }
    assert driver.post("clock/advance", {"by": "PT0S"}).body["deliveries"] == []


def test_a_call_waits_for_thirty_seconds_in_all(driver: Driver) -> None:
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.world.act(order_id, "seller-cancel", {"reason": "no_inventory"})
    driver.courier.asleep = True
    elapsed = [100.0, 112.0, 130.0, 131.0]
    wait = DeliveryWait(driver.courier, driver.world, elapsed=lambda: elapsed.pop(0))
    for _ in range(3):
        list(wait())
    assert driver.courier.waits == [18.0]
    assert driver.courier.woken == [driver.world.seller_id] * 2


def test_sellers_have_clocks_of_their_own(driver: Driver) -> None:
    other = driver.post("sellers", {"start": "2020-01-01T00:00:00Z"}).body["seller_id"]
    driver.post("clock/advance", {"by": "P1D"}, seller=other)
    assert driver.get("clock", seller=other).body["now"] == "2020-01-02T00:00:00Z"
    assert driver.get("clock").body["now"] == "2026-03-02T16:00:00Z"


def test_an_unknown_seller_is_named_with_the_nearest(driver: Driver) -> None:
    answer = driver.refused("GET", "clock", seller="ASANDBOXSELER")
    assert answer.status == 404
    assert "'ASANDBOXSELLER'" in answer.error["message"]
