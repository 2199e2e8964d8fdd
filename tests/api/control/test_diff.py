"""`GET /_sandbox/diff`: what has changed between two moments of a world, or between two worlds.

Source: the control API's contract. `from` defaults to the start, `to` to now; with `other`, both are now. `fields` has
names of the order view, never `seller_id`, with the whole value before and after, and is empty for added and removed.
"""

from typing import Any

import pytest

from tests.api.control.driving import Driver

LISTS = ("notifications", "mail", "messages", "deliveries")


def placed(driver: Driver, **form: Any) -> str:
    order_id: str = driver.post("orders", {"purchased_at": "2026-03-02T12:00:00Z", **form}).body["order_id"]
    return order_id


def test_nothing_has_changed_in_a_fresh_world(driver: Driver) -> None:
    rate: dict[str, Any] = {"canceled": 0, "orders": 0, "rate": None, "status": "NONE", "by_cause": {}}
    moment = {"version": 1, "at": "2026-03-02T16:00:00Z"}
    assert driver.get("diff").body == {
        "from": moment,
        "to": moment,
        "orders": [],
        **{each: [] for each in LISTS},
        "cancellation_rate": [rate, rate],
    }


def test_a_changed_order_has_each_field_before_and_after(driver: Driver) -> None:
    order_id = placed(driver)
    before = driver.get(f"orders/{order_id}").body
    version = driver.world.version
    driver.post("clock/advance", {"by": "PT1M"})
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    after = driver.get(f"orders/{order_id}").body
    found = driver.get(f"diff?from={version}").body
    [order] = found["orders"]
    assert (order["order_id"], order["change"]) == (order_id, "changed")
    assert order["fields"]["status"] == ["Unshipped", "Canceled"]
    assert order["fields"]["cancellation"] == [None, after["cancellation"]]
    assert order["fields"] == {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    assert found["from"] == {"version": version, "at": "2026-03-02T16:00:00Z"}
    assert found["to"] == {"version": version + 2, "at": "2026-03-02T16:01:00Z"}
    assert [each["canceled"] for each in found["cancellation_rate"]] == [0, 1]
    assert found["cancellation_rate"][1] == driver.get("metrics").body["cancellation_rate"]


def test_from_is_the_start_and_to_is_now(driver: Driver) -> None:
    first, second = placed(driver), placed(driver)
    found = driver.get("diff").body
    assert found["orders"] == [{"order_id": each, "change": "added", "fields": {}} for each in (first, second)]
    assert (found["from"]["version"], found["to"]["version"]) == (1, 3)
    assert [each["order_id"] for each in driver.get("diff?to=2").body["orders"]] == [first]


def test_backwards_what_was_added_is_removed(driver: Driver) -> None:
    order_id = placed(driver)
    found = driver.get("diff?from=2&to=1").body
    assert found["orders"] == [{"order_id": order_id, "change": "removed", "fields": {}}]


def test_what_is_on_record_since_is_listed_as_its_own_list_shows_it(driver: Driver) -> None:
    driver.post("webhooks", {"url": "http://127.0.0.1:9000/hook"})
    order_id = placed(driver)
    driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {})
    version = driver.world.version
    driver.courier.codes = [503]
    driver.post(f"orders/{order_id}/actions/buyer-message", {"text": "Please do."})
    acted = driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "buyer_canceled"}).body
    found = driver.get(f"diff?from={version}").body
    assert found["notifications"] == acted["notifications"] != []
    assert found["mail"] == [each for each in driver.get("mail").body["mail"] if each in found["mail"]] != []
    assert [each["text"] for each in found["messages"]] == ["Please do."]
    deliveries = driver.get("deliveries").body["deliveries"]
    assert found["deliveries"] == deliveries[1:] != []
    assert driver.get(f"diff?from={version}&to={version}").body["deliveries"] == []


def test_time_alone_changes_what_is_allowed(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post("clock/advance", {"by": "PT40M"})
    instants = "from=2026-03-02T16:10:00Z&to=2026-03-02T16:35:00Z"
    found = driver.get(f"diff?{instants}").body
    assert found["from"]["version"] == found["to"]["version"] == 2
    [order] = found["orders"]
    assert set(order["fields"]) == {"allowed"}
    before, after = order["fields"]["allowed"]
    assert before == driver.get(f"orders/{order_id}?asOf=2026-03-02T16:10:00Z").body["allowed"]
    assert after == driver.get(f"orders/{order_id}?asOf=2026-03-02T16:35:00Z").body["allowed"]


def test_two_sellers_are_compared_as_they_stand(driver: Driver) -> None:
    driver.post("sellers", {"seller_id": "ANOTHER", "rate": 0})
    order_id = "902-0000001-0000001"
    driver.post("orders", {"id": order_id, "purchased_at": "2026-03-02T12:00:00Z"})
    driver.post("orders", {"id": "902-0000002-0000002"})
    items = driver.get(f"orders/{order_id}").body["items"]
    form = {"id": order_id, "purchased_at": "2026-03-02T12:00:00Z", "items": [{"id": items[0]["order_item_id"]}]}
    driver.post("orders", form, seller="ANOTHER")
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"}, seller="ANOTHER")
    driver.post("orders", {"id": "902-0000003-0000003"}, seller="ANOTHER")
    found = driver.get("diff?other=ANOTHER").body
    changes = {each["order_id"]: each["change"] for each in found["orders"]}
    assert changes == {
        order_id: "changed",
        "902-0000002-0000002": "removed",
        "902-0000003-0000003": "added",
    }
    assert found["orders"][0]["fields"]["status"] == ["Unshipped", "Canceled"]
    assert "seller_id" not in found["orders"][0]["fields"]
    assert (found["from"]["version"], found["to"]["version"]) == (3, 4)
    assert [each["canceled"] for each in found["cancellation_rate"]] == [0, 1]
    back = driver.get("diff?other=ASANDBOXSELLER", seller="ANOTHER").body
    assert back["orders"][0]["fields"]["status"] == ["Canceled", "Unshipped"]
    assert driver.get("diff?other=ANOTHER&to=1").body["to"] == {"version": 1, "at": "2026-03-02T16:00:00Z"}


@pytest.mark.parametrize(
    ("query", "status", "details"),
    [
        ("from=99", 400, "from"),
        ("to=99", 400, "to"),
        ("to=2026-03-02T16:00:01Z", 400, "to"),
        ("from=2026-03-02T15:00:00Z", 400, "from"),
        ("from=never", 400, "from"),
        ("form=1", 400, "form"),
        ("other=ANOBODY", 404, ""),
        ("other=ANOTHER&to=2", 400, "to"),
    ],
)
def test_what_there_is_not_is_refused(driver: Driver, query: str, status: int, details: str) -> None:
    driver.post("sellers", {"seller_id": "ANOTHER", "rate": 0})
    placed(driver)
    answer = driver.refused("GET", f"diff?{query}")
    assert (answer.status, answer.error["details"]) == (status, details)


def test_looking_appends_nothing_and_says_the_version_it_was_made_at(driver: Driver) -> None:
    placed(driver)
    before = driver.world.journal()
    assert driver.get("diff?to=1").headers["x-sandbox-version"] == "2"
    assert driver.world.journal() == before
