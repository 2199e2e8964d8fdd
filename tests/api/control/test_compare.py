"""One order in all dialects side by side."""

from typing import Any

from tests.api.control.driving import Driver


def fact(answer: dict[str, Any], name: str) -> dict[str, Any]:
    return next(row for row in answer["facts"] if row["fact"] == name)


def values(row: dict[str, Any]) -> dict[str, Any]:
    return {dialect: cell and cell["value"] for dialect, cell in row["dialects"].items()}


def test_what_differs_is_marked(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post("clock/advance", {"by": "PT1H"})
    driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {"reason": "late"})
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "buyer_canceled"})
    answer = driver.get(f"orders/{order_id}/compare").body
    assert [each["present"] for each in answer["dialects"]] == [True] * 4
    status = fact(answer, "status")
    assert values(status) == {
        "mws": "Canceled",
        "orders-v0": "Canceled",
        "orders-2026-01-01": "CANCELLED",
        "ORDER_CHANGE": "Canceled",
    }
    assert status["differs"] == ["spelling"]
    asks = fact(answer, "buyer asks to cancel")
    assert [cell["type"] for cell in asks["dialects"].values()] == ["string", "string", "object", "boolean"]
    assert asks["differs"] == ["type", "spelling"]
    who = fact(answer, "who canceled")
    assert values(who) == {
        "mws": None,
        "orders-v0": None,
        "orders-2026-01-01": "MERCHANT",
        "ORDER_CHANGE": None,
    }
    assert "absent" in who["differs"]
    assert fact(answer, "sku")["differs"] == []
    assert not any("disagrees" in row["differs"] for row in answer["facts"])


def test_without_a_notification_its_column_is_empty(driver: Driver) -> None:
    order_id = driver.post("orders", {"items": [{"sku": "A"}, {"sku": "B"}]}).body["order_id"]
    answer = driver.get(f"orders/{order_id}/compare").body
    assert [each["present"] for each in answer["dialects"]] == [True, True, True, False]
    assert len([row for row in answer["facts"] if row["fact"] == "sku"]) == 2
    assert fact(answer, "total")["differs"] == ["absent"] or values(fact(answer, "total"))["mws"] is None


def test_a_notification_older_than_the_order_disagrees(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post("clock/advance", {"by": "PT1H"})
    driver.put("settings", {"request_process": "legacy"})
    before = fact(driver.get(f"orders/{order_id}/compare").body, "last updated at")
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    after = fact(driver.get(f"orders/{order_id}/compare").body, "last updated at")
    assert values(before) != values(after)
    assert "disagrees" not in before["differs"] + after["differs"]


def test_an_unknown_order_is_not_found(driver: Driver) -> None:
    assert driver.get("orders/902-0000000-0000009/compare").status == 404
