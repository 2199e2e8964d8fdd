"""The table of rules as data: every action at every stage, as the matrix has it."""

from marketplace_sandbox.core.rules.stages import STAGES, TRIALS, matrix
from marketplace_sandbox.core.rules.table import OUTCOMES
from tests.api.control.driving import Driver


def test_the_rules_are_data_of_format_1(driver: Driver) -> None:
    rules = driver.get("rules.json").body
    assert list(rules) == ["format", "stages", "actions", "outcomes", "rows"]
    assert rules["format"] == 1
    assert rules["stages"][1] == {"name": "held", "about": "Pending, within the hold"}
    assert [each["name"] for each in rules["stages"]] == list(STAGES)
    assert rules["actions"] == list(TRIALS)
    assert {each["name"]: (each["verdict"], each["meaning"]) for each in rules["outcomes"]} == {
        name: (str(each.verdict), each.meaning) for name, each in OUTCOMES.items()
    }


def test_a_row_says_what_comes_of_an_action_at_a_stage_and_why(driver: Driver) -> None:
    rows = driver.get("rules.json").body["rows"]
    assert {
        "stage": "requested",
        "action": "page-cancel-for-buyer",
        "outcome": "canceled_on_request",
        "source": "R39",
    } in rows
    assert {"stage": "held", "action": "feed-cancel", "outcome": "order_pending", "source": "K10"} in rows
    assert [(each["stage"], each["action"], each["outcome"]) for each in rows] == [
        (cell.stage.name, cell.trial.name, cell.step.outcome.name) for cell in matrix()
    ]


def test_the_rules_are_the_same_whatever_a_seller_has_set(driver: Driver) -> None:
    before = driver.get("rules.json").body
    driver.put("settings", {"buyer_cancel_window": "PT1M"})
    assert driver.get("rules.json").body == before
