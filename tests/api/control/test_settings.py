"""Settings, and their schema in the document."""

from typing import Any

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.core.policy import POLICY
from tests.api.control.driving import Driver
from tools.pages.settings_schema import document


def test_settings_merge_and_null_resets_one(driver: Driver) -> None:
    before = driver.get("settings").body
    assert set(before) == set(POLICY)
    driver.put("settings", {"buyer_withdrawal": True})
    after = driver.put("settings", {"buyer_cancel_window": "PT5M"}).body
    assert after == before | {"buyer_withdrawal": True, "buyer_cancel_window": "PT5M"}
    assert driver.put("settings", {"buyer_withdrawal": None}).body == before | {"buyer_cancel_window": "PT5M"}
    assert driver.get("settings").body == before | {"buyer_cancel_window": "PT5M"}


def test_null_resets_to_what_the_seller_began_with(driver: Driver) -> None:
    seller = driver.post("sellers", {"policy": {"handling_days": 5}}).body["seller_id"]
    assert driver.put("settings", {"handling_days": 9}, seller=seller).body["handling_days"] == 9
    assert driver.put("settings", {"handling_days": None}, seller=seller).body["handling_days"] == 5


@pytest.mark.parametrize(
    ("body", "key", "words"),
    [
        ({"buyer_withdrawl": True}, "buyer_withdrawl", "did you mean 'buyer_withdrawal'"),
        ({"buyer_withdrawal": "yes"}, "buyer_withdrawal", "true or false"),
        ({"auto_cancel_mode": "busines"}, "auto_cancel_mode", "did you mean business"),
        ({"listing_lag": 2}, "listing_lag", "a span such as"),
        ({"handling_days": -1}, "handling_days", "whole number"),
        ({"handling_days": 3, "nothing": 1}, "nothing", "There is no setting"),
    ],
)
def test_a_bad_setting_is_named(driver: Driver, body: Any, key: str, words: str) -> None:
    answer = driver.refused("PUT", "settings", body)
    assert (answer.status, answer.error["details"]) == (400, key)
    assert words in answer.error["message"]


def test_the_documented_schema_is_what_the_policy_says() -> None:
    written = (openapi_dir() / "control.yaml").read_text("utf-8")
    assert written == document(), "openapi/control.yaml does not have the settings of core/policy.py: run `make docs`"


def test_the_schema_gives_default_meaning_and_source_of_every_setting() -> None:
    schema = load(openapi_dir() / "control.yaml").tree["components"]["schemas"]["Settings"]
    assert list(schema["properties"]) == list(POLICY)
    for key, described in schema["properties"].items():
        entry = POLICY[key]
        assert described["default"] == entry.show(entry.default)
        assert described["description"].startswith(entry.meaning)
        assert entry.source in described["description"]
