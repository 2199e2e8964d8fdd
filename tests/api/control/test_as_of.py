"""`asOf`: the reads of orders, mail, messages, metrics and deliveries as of an instant or a version.

Source: the control API's contract. An instant is inclusive; the world stands there, with what is allowed, the rate,
filters and cursors; an order placed later is 404, what is no moment of the world 400; a read appends nothing.
"""

from typing import Any
from urllib.parse import quote

import pytest

from tests.api.control.driving import Driver

READS = ("orders", "mail", "messages", "metrics", "deliveries")
HOOK = "http://127.0.0.1:9000/hook"


@pytest.fixture
def told(driver: Driver) -> dict[int, dict[str, Any]]:
    """A history that leaves something on record everywhere, and what each read said after each of its steps."""
    shown: dict[int, dict[str, Any]] = {}

    def note(answer: Any) -> Any:
        assert answer.status < 300, answer
        version = driver.world.version
        shown[version] = {each: driver.get(each).body for each in READS}
        shown[version]["now"] = driver.get("clock").body["now"]
        return answer.body

    note(driver.post("webhooks", {"url": HOOK}))
    first = note(driver.post("orders", {"hold": False, "purchased_at": "2026-03-02T12:00:00Z"}))["order_id"]
    driver.courier.codes = [503, 200, 200, 503]
    note(driver.post(f"orders/{first}/actions/buyer-request-cancellation", {"reason": "cheaper"}))
    note(driver.post("clock/advance", {"by": "PT10M"}))
    second = note(driver.post("orders", {"count": 3}))["orders"][0]["order_id"]
    note(driver.post(f"orders/{first}/actions/buyer-message", {"text": "Please do."}))
    note(driver.post("clock/advance", {"by": "PT5M"}))
    note(driver.post(f"orders/{first}/actions/seller-cancel", {"reason": "no_inventory"}))
    note(driver.post(f"orders/{second}/actions/buyer-cancel", {}))
    note(driver.post("clock/advance", {"by": "PT45M"}))
    return shown


def test_every_version_is_shown_as_it_was_shown_then(driver: Driver, told: dict[int, dict[str, Any]]) -> None:
    for version, then in told.items():
        for read in READS:
            answer = driver.get(f"{read}?asOf={version}")
            assert (answer.status, answer.body) == (200, then[read]), (version, read)
            assert answer.headers["x-sandbox-version"] == str(version)


def test_an_instant_has_all_that_bears_it_and_stands_there(driver: Driver, told: dict[int, dict[str, Any]]) -> None:
    latest_of_instant = {then["now"]: then for then in told.values()}
    assert len(latest_of_instant) == 4
    for instant, then in latest_of_instant.items():
        for read in READS:
            assert driver.get(f"{read}?asOf={instant}").body == then[read], (instant, read)
            with_offset = quote(instant.replace("Z", "+00:00"))
            assert driver.get(f"{read}?asOf={with_offset}").body == then[read]


def test_looking_back_appends_nothing(driver: Driver, told: dict[int, dict[str, Any]]) -> None:
    before = driver.world.journal()
    order_id = next(iter(driver.world.orders))
    for read in (*READS, f"orders/{order_id}", f"orders/{order_id}/explain", f"orders/{order_id}/compare"):
        assert driver.get(f"{read}?asOf=9").status == 200, read
    assert driver.world.journal() == before
    assert driver.get("orders").headers["x-sandbox-version"] == str(len(before))


def test_what_is_allowed_between_two_entries_is_as_of_then(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT1H"})
    assert "buyer-cancel" not in driver.get(f"orders/{order_id}").body["allowed"]
    before = driver.get(f"orders/{order_id}?asOf=2026-03-02T16:29:59.999Z")
    assert "buyer-cancel" in before.body["allowed"]
    assert before.body["status"] == "Pending"
    at = driver.get(f"orders/{order_id}?asOf=2026-03-02T16:30:00Z").body
    assert (at["status"], "buyer-cancel" in at["allowed"]) == ("Unshipped", False)


def test_an_order_that_was_placed_later_is_not_found(driver: Driver) -> None:
    first = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT1M"})
    second = driver.post("orders", {}).body["order_id"]
    assert driver.get(f"orders/{first}?asOf=2").status == 200
    for when in ("1", "2", "3", "2026-03-02T16:00:59.999Z"):
        for read in ("", "/explain", "/compare"):
            answer = driver.refused("GET", f"orders/{second}{read}?asOf={when}")
            assert (answer.status, answer.error["code"]) == (404, "NotFound")
    assert driver.get(f"orders/{second}?asOf=2026-03-02T16:01:00Z").status == 200


@pytest.mark.parametrize("read", [*READS, "export"])
@pytest.mark.parametrize(
    ("when", "says"),
    [
        ("2026-03-02T16:10:00.001Z", "the world's now is 2026-03-02T16:10:00Z"),
        ("2026-03-02T15:59:59.999Z", "before the world's start, which is 2026-03-02T16:00:00Z"),
        ("3", "from 1 to 2"),
        ("0", "from 1 to 2"),
        ("-1", "an instant such as 2026-03-02T16:00:00Z or a version such as 12; '-1' is neither."),
        ("yesterday", "'yesterday' is neither"),
        ("2026-03-02", "'2026-03-02' is neither"),
        ("2026-03-02T16:00:00", "is an instant such as"),
    ],
)
def test_what_is_no_moment_of_the_world_is_refused(driver: Driver, read: str, when: str, says: str) -> None:
    driver.post("clock/advance", {"by": "PT10M"})
    answer = driver.refused("GET", f"{read}?asOf={when}")
    assert (answer.status, answer.error["code"], answer.error["details"]) == (400, "InvalidInput", "asOf")
    assert says in answer.error["message"]


@pytest.mark.parametrize("read", [*READS, "export", "orders/902-0000001-0000001"])
def test_another_spelling_is_refused_with_the_right_one(driver: Driver, read: str) -> None:
    """Source: the contract names this case: `asof` names `asOf`."""
    for sent in ("asof", "as_of", "AsOf"):
        assert driver.refused("GET", f"orders?{sent}=").status == 400
        answer = driver.refused("GET", f"{read}?{sent}=1")
        assert (answer.status, answer.error["details"]) == (400, sent)
        assert "asOf" in answer.error["message"]


def test_filters_are_as_of_then(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT31M"})
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})

    def found(query: str) -> int:
        return len(driver.get(f"orders?{query}").body["orders"])

    assert (found("status=Canceled"), found("status=Canceled&asOf=2"), found("status=Pending&asOf=2")) == (1, 0, 1)


def test_the_pages_of_a_list_go_on_as_it_stood(driver: Driver) -> None:
    ids = [each["order_id"] for each in driver.post("orders", {"count": 5}).body["orders"]]
    now = driver.get("clock").body["now"]
    for when in ("2", now):
        first = driver.get(f"orders?asOf={when}&limit=2").body
        driver.post("orders", {"count": 2})  # at the same instant, but later
        for again in (f"&asOf={when}", ""):  # the cursor says it, too
            second = driver.get(f"orders?limit=2&cursor={first['next']}{again}").body
            third = driver.get(f"orders?limit=2&cursor={second['next']}{again}").body
            pages = [each["order_id"] for page in (first, second, third) for each in page["orders"]]
            assert pages[:5] == ids
            assert third["next"] is None
            assert len(pages) == (5 if when == "2" else 6), "the first of two later ones had come before, by instant"
        if when == "2":
            driver.post("reset")
            ids = [each["order_id"] for each in driver.post("orders", {"count": 5}).body["orders"]]
            driver.post("orders", {})


def test_a_cursor_of_one_moment_is_refused_at_another(driver: Driver) -> None:
    driver.post("orders", {"count": 3})
    driver.post("clock/advance", {"by": "PT1M"})
    of_then = driver.get("orders?asOf=2&limit=1").body["next"]
    of_now = driver.get("orders?limit=1").body["next"]
    for cursor, when in ((of_then, "3"), (of_then, "2026-03-02T16:01:00Z"), (of_now, "2")):
        answer = driver.refused("GET", f"orders?asOf={when}&cursor={cursor}")
        assert (answer.status, answer.error["details"]) == (400, "cursor")
    assert driver.refused("GET", f"mail?cursor={of_then}").error["details"] == "cursor"
    driver.real.seconds += 1
    driver.post("reset")
    assert driver.refused("GET", f"orders?cursor={of_then}").error["details"] == "cursor"


def test_no_cursor_outlives_a_rewind(driver: Driver) -> None:
    """It would go on in the middle of another past: whoever follows a list reads its new beginning."""
    driver.post("orders", {"count": 3})
    driver.post("clock/advance", {"by": "PT40M"})
    of_then = driver.get("orders?asOf=2&limit=1").body["next"]
    of_now = driver.get("orders?limit=1").body["next"]
    followed = driver.get("mail?follow=true").body["next"]
    driver.post("rewind", {"version": 2})
    for call in (f"orders?cursor={of_then}", f"orders?cursor={of_now}", f"mail?follow=true&cursor={followed}"):
        answer = driver.refused("GET", call)
        assert (answer.status, answer.error["details"]) == (400, "cursor")
    again = driver.get("orders?asOf=2&limit=1").body["next"]
    assert len(driver.get(f"orders?cursor={again}").body["orders"]) == 2
    assert len(driver.get("orders?limit=1").body["orders"]) == 1


def test_following_goes_on_from_now_only(driver: Driver) -> None:
    answer = driver.refused("GET", "mail?asOf=1&follow=true")
    assert (answer.status, answer.error["details"]) == (400, "follow")


def test_the_rate_is_that_of_the_window_before_then(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    driver.post("clock/advance", {"by": "P40D"})
    assert driver.get("metrics").body["cancellation_rate"]["status"] == "NONE"
    then = driver.get("metrics?asOf=2026-03-05T00:00:00Z").body["cancellation_rate"]
    assert (then["canceled"], then["orders"]) == (1, 1)
    assert driver.get("metrics?asOf=2").body["cancellation_rate"]["canceled"] == 0


def test_settings_of_then_decide(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT31M"})
    driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {})
    before = driver.world.version
    driver.put("settings", {"buyer_withdrawal": True})
    assert "buyer-withdraw-request" in driver.get(f"orders/{order_id}").body["allowed"]
    assert "buyer-withdraw-request" not in driver.get(f"orders/{order_id}?asOf={before}").body["allowed"]


def test_explaining_and_comparing_know_nothing_of_what_came_later(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT1H"})
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    explained = driver.get(f"orders/{order_id}/explain?asOf=2026-03-02T16:45:00Z&action=seller-cancel").body
    assert [each["action"] for each in explained["history"]] == ["order-placed", "hold-ends"]
    assert (explained["now"], explained["status"]) == ("2026-03-02T16:45:00Z", "Unshipped")
    assert explained["action"]["verdict"] == "accepted"
    compared = driver.get(f"orders/{order_id}/compare?asOf=2").body
    status = next(row for row in compared["facts"] if row["fact"] == "status")
    assert status["dialects"]["orders-v0"]["value"] == "Pending"


def test_a_seller_of_ones_own_has_a_past_of_its_own(driver: Driver) -> None:
    driver.post("sellers", {"seller_id": "ANOTHER", "start": "2026-01-01T00:00:00Z", "rate": 0})
    driver.post("orders", {}, seller="ANOTHER")
    assert len(driver.get("orders?asOf=2", seller="ANOTHER").body["orders"]) == 1
    assert driver.refused("GET", "orders?asOf=2").status == 400


def test_a_running_clock_is_looked_back_on(driver: Driver) -> None:
    running = Driver(rate=60.0)
    order_id = running.post("orders", {}).body["order_id"]
    running.real.seconds += 3600  # two and a half days of the world's
    before = running.world.version
    answer = running.get(f"orders/{order_id}?asOf=2026-03-02T16:10:00Z")
    assert answer.body["status"] == "Pending"
    now = running.get("clock").body["now"]
    assert running.get(f"orders/{order_id}?asOf={now}").body["status"] == "Unshipped"
    assert running.world.version > before, "what was due has been written, as at every call"
    running.app.close()
