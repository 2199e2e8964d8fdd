"""What goes wrong next, as the control API takes and shows it."""

from typing import Any

import pytest

from tests.api.control.driving import Driver


def test_a_fault_is_added_shown_and_taken_away(driver: Driver) -> None:
    added = driver.post("faults", {"kind": "duplicate", "times": 3, "subscriber": "me"})
    assert added.status == 201
    assert added.body == {
        "id": "fault-1",
        "kind": "duplicate",
        "subscriber": "me",
        "copies": 2,
        "times": 3,
        "skip": 0,
        "met": 0,
        "left": 3,
        "account": "0 of 3 were met",
    }
    assert driver.get("faults").body == {"faults": [added.body], "next": None}
    assert driver.delete("faults/fault-1").status == 204
    assert driver.get("faults").body["faults"] == []


def test_several_are_added_together_and_cleared(driver: Driver) -> None:
    wanted = [{"kind": "delay", "by": "PT600S"}, {"kind": "drop", "times": None}]
    added = driver.post("faults", {"faults": wanted}).body["faults"]
    assert [(each["kind"], each["times"]) for each in added] == [("delay", 1), ("drop", None)]
    assert driver.get("faults?limit=1").body["next"]
    assert driver.delete("faults").status == 204
    assert driver.get("faults").body["faults"] == []


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"kind": "duplicated"}, "kind", "duplicate"),
        ({"kind": "delay"}, "by", "required by a fault delay"),
        ({"kind": "delay", "by": "soon"}, "by", "PT5M"),
        ({"kind": "drop", "tims": 2}, "tims", "times"),
        (
            {"faults": [{"kind": "drop"}, {"kind": "late", "until": "2020-01-01T00:00:00Z"}]},
            "until",
            "in the past; the world's now",
        ),
        ({"faults": [{"kind": "drop", "times": 0}]}, "faults[0].times", "faults[0].times is a whole number from 1"),
        ({"faults": []}, "faults", "at least 1"),
        ({"faults": [{"kind": "drop"}], "kind": "drop"}, "kind", "There is no field"),
        ({}, "kind", "kind"),
    ],
)
def test_a_bad_fault_is_refused_and_nothing_is_added(driver: Driver, body: Any, field: str, words: str) -> None:
    answer = driver.post("faults", body)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert words in answer.error["message"]
    assert field in answer.error["details"] + answer.error["message"]
    assert driver.get("faults").body["faults"] == []


def test_an_unknown_fault_names_the_nearest(driver: Driver) -> None:
    driver.post("faults", {"kind": "drop"})
    answer = driver.delete("faults/fault-2")
    assert answer.status == 404
    assert "fault-1" in answer.error["message"]


def test_a_reset_forgets_faults_and_their_numbers(driver: Driver) -> None:
    driver.post("faults", {"kind": "drop"})
    driver.post("reset", {})
    assert driver.get("faults").body["faults"] == []
    assert driver.post("faults", {"kind": "drop"}).body["id"] == "fault-1"
