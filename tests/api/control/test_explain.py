"""Why an order is as it is: history, gates, and what a second changes."""

import pytest

from tests.api.control.driving import Driver


def test_the_history_names_who_which_rule_and_what_followed(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT1H"})
    driver.post(f"orders/{order_id}/actions/buyer-request-cancellation", {"reason": "late"})
    answer = driver.get(f"orders/{order_id}/explain").body
    assert [(line["action"], line["outcome"], line["rule"]) for line in answer["history"]] == [
        ("order-placed", "placed", "LIFE"),
        ("hold-ends", "released", "LIFE"),
        ("buyer-request-cancellation", "request_opened", "R12"),
    ]
    assert answer["history"][2]["effects"]["notification"] == "BuyerRequestedChange"
    assert answer["stage"] == "requested"
    assert "seller-cancel" in answer["allowed"]
    assert [each["what"] for each in answer["changes"]] == ["auto-cancel"]


def test_an_action_meets_gates_until_one_decides(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    driver.post("clock/advance", {"by": "PT29M59S"})
    tried = driver.get(f"orders/{order_id}/explain?action=seller-cancel").body["action"]
    assert (tried["error"], tried["rule"]) == ("ORDER_PENDING", "K10")
    assert [gate["decides"] for gate in tried["gates"]] == [False, False, True]
    assert tried["a_second_later"] == "canceled_without_request"
    tried = driver.get(f"orders/{order_id}/explain?action=buyer-cancel").body["action"]
    assert (tried["outcome"], tried["a_second_later"]) == ("canceled_by_buyer", "cancel_window_closed")
    driver.post("clock/advance", {"by": "PT1S"})
    tried = driver.get(f"orders/{order_id}/explain?action=buyer-cancel").body["action"]
    assert (tried["outcome"], tried["a_second_earlier"]) == ("cancel_window_closed", "canceled_by_buyer")


@pytest.mark.parametrize(("query", "words"), [("action=seller-cancle", "seller-cancel"), ("action=refund", "refund")])
def test_an_unknown_action_names_the_nearest(driver: Driver, query: str, words: str) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    assert words in driver.refused("GET", f"orders/{order_id}/explain?{query}").error["message"]


def test_late_replies_are_counted(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post(f"orders/{order_id}/actions/buyer-message", {"text": "Please cancel."})
    driver.post("clock/advance", {"by": "PT23H59M59S"})
    assert driver.get("metrics").body["late_replies"] == 0
    driver.post("clock/advance", {"by": "PT1S"})
    assert driver.get("metrics").body["late_replies"] == 1


def test_the_reports_window_ends_yesterday(driver: Driver) -> None:
    order_id = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    assert driver.get("metrics?window=report").body["cancellation_rate"]["canceled"] == 0
    driver.post("clock/advance", {"by": "P1D"})
    assert driver.get("metrics?window=report").body["cancellation_rate"]["canceled"] == 1
