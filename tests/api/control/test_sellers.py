"""Sellers, resets, scenarios, and what is not built yet."""

from typing import Any

import pytest

from tests.api.control.driving import Driver

DEFAULT = "ASANDBOXSELLER"


def test_a_new_seller_has_a_world_and_credentials(driver: Driver) -> None:
    answer = driver.post(
        "sellers",
        {
            "seller_id": "AONE",
            "start": "2020-01-01T00:00:00Z",
            "rate": 0,
            "seed": 7,
            "marketplace_ids": ["A1PA6795UKMFR9"],
            "policy": {"handling_days": 1},
        },
    )
    assert answer.status == 201
    assert set(answer.body) == {"seller_id", "marketplace_ids", "lwa", "mws"}
    assert answer.body["mws"]["seller_id"] == "AONE"
    assert driver.get("clock", seller="AONE").body["now"] == "2020-01-01T00:00:00Z"
    assert driver.post("orders", seller="AONE").body["marketplace_id"] == "A1PA6795UKMFR9"
    assert driver.get("orders").body["orders"] == []


def test_sellers_are_listed_in_the_order_of_their_opening(driver: Driver) -> None:
    made = [driver.post("sellers").body["seller_id"] for _ in range(2)]
    page = driver.get("sellers?limit=2").body
    rest = driver.get(f"sellers?cursor={page['next']}").body
    listed = page["sellers"] + rest["sellers"]
    assert [each["seller_id"] for each in listed] == [DEFAULT, *made]
    assert listed[0]["now"] == "2026-03-02T16:00:00Z"


@pytest.mark.parametrize(
    ("body", "status", "field", "words"),
    [
        ({"seller": "A"}, 400, "seller", "did you mean 'seller_id'"),
        ({"seller_id": "a b"}, 400, "seller_id", "letters and digits"),
        ({"seller_id": ""}, 400, "seller_id", "1 to 40 letters"),
        ({"seller_id": DEFAULT}, 409, "", "exists already"),
        ({"start": "2020-01-01"}, 400, "start", "is an instant"),
        ({"start": "9999-01-01T00:00:00Z"}, 400, "start", "to before 9000-01-01T00:00:00Z"),
        ({"rate": 1e7}, 400, "rate", "rate must be at most 1000000"),
        ({"seed": 2**70}, 400, "seed", "seed must be at most"),
        ({"marketplace_ids": ["ATVPDKIKX0DE"]}, 400, "marketplace_ids", "'ATVPDKIKX0DER'"),
        ({"marketplace_ids": []}, 400, "marketplace_ids", "marketplace_ids must have at least 1"),
        ({"policy": {"handling_dys": 1}}, 400, "policy.handling_dys", "'handling_days'"),
    ],
)
def test_a_bad_seller_names_its_field(driver: Driver, body: Any, status: int, field: str, words: str) -> None:
    answer = driver.refused("POST", "sellers", body)
    assert (answer.status, answer.error["details"]) == (status, field)
    assert words in answer.error["message"]


def test_a_deleted_seller_is_gone(driver: Driver) -> None:
    seller = driver.post("sellers", {"seller_id": "AONE"}).body["seller_id"]
    assert driver.delete(f"sellers/{seller}").status == 204
    assert driver.forgotten == [seller]
    assert driver.refused("GET", "clock", seller=seller).status == 404
    assert driver.refused("DELETE", f"sellers/{seller}").status == 404


def test_the_default_seller_stays(driver: Driver) -> None:
    answer = driver.refused("DELETE", f"sellers/{DEFAULT}")
    assert (answer.status, answer.error["code"]) == (409, "DEFAULT_SELLER")
    assert driver.forgotten == []


def test_a_reset_begins_again_and_ids_repeat(driver: Driver) -> None:
    first = driver.post("orders", {"hold": False}).body
    driver.post("webhooks", {"url": "http://127.0.0.1:9/"})
    driver.put("settings", {"handling_days": 9})
    driver.post("clock/advance", {"by": "P1D"})
    driver.get("/sellers/v1/marketplaceParticipations")
    answer = driver.post("reset")
    assert answer.body == {"reset": [DEFAULT]}
    for plural in ("orders", "webhooks", "requests", "mail", "deliveries"):
        assert driver.get(plural).body[plural] == []
    assert len(driver.get("journal").body["journal"]) == 1
    assert driver.get("settings").body["handling_days"] == 2
    assert driver.forgotten == [DEFAULT]
    assert driver.post("orders", {"hold": False}).body == first


def test_a_reset_concerns_its_own_seller_unless_it_is_for_all(driver: Driver) -> None:
    other = driver.post("sellers").body["seller_id"]
    for seller in ("", other):
        driver.post("orders", seller=seller)
    driver.post("reset", {"all": False}, seller=other)
    assert len(driver.get("orders").body["orders"]) == 1
    assert driver.get("orders", seller=other).body["orders"] == []
    driver.post("orders", seller=other)
    assert driver.post("reset", {"all": True}).body == {"reset": [DEFAULT, other]}
    assert [len(world.orders) for world in driver.sellers] == [0, 0]


@pytest.mark.parametrize(("body", "field"), [({"al": True}, "al"), ({"all": "yes"}, "all")])
def test_a_bad_reset_resets_nothing(driver: Driver, body: Any, field: str) -> None:
    driver.post("orders")
    answer = driver.refused("POST", "reset", body)
    assert (answer.status, answer.error["details"]) == (400, field)
    assert "all" in answer.error["message"]


def test_a_reset_of_an_unknown_seller_resets_nothing(driver: Driver) -> None:
    assert driver.refused("POST", "reset", seller="ANOBODY").status == 404


def test_scenarios_are_listed_and_played(driver: Driver) -> None:
    listed = driver.get("scenarios").body
    assert listed == {"scenarios": [{"name": "demo", "about": "A demonstration."}], "next": None}
    document = {"orders": [{"id": "902-0000001-0000001"}], "script": []}
    for body, played in (({"name": "demo"}, "demo"), (document, document)):
        answer = driver.post("scenarios", body)
        assert (answer.status, answer.body) == (201, {"seller_id": "APLAYED"})
        assert driver.player.played[-1] == played


@pytest.mark.parametrize(
    ("body", "field"),
    [({"name": "dmeo"}, "name"), ({"name": 1}, "name"), ({"name": "demo", "about": ""}, "about"), (None, "")],
)
def test_a_bad_scenario_is_not_played(driver: Driver, body: Any, field: str) -> None:
    answer = driver.refused("POST", "scenarios", body)
    assert (answer.status, answer.error["details"]) == (400, field)
    assert driver.player.played == []


def test_an_unknown_path_names_the_nearest(driver: Driver) -> None:
    answer = driver.refused("GET", "ordrs")
    assert (answer.status, answer.error["code"]) == (404, "NotFound")
    assert "/_sandbox/orders" in answer.error["message"]


def test_a_sellers_credentials_can_be_read_again(driver: Driver) -> None:
    made = driver.post("sellers", {"seller_id": "ASHOP"}).body
    assert driver.get("sellers/ASHOP").body == made
    listed = driver.get("sellers?seller_id=ASHOP").body["sellers"]
    assert [(each["seller_id"], each["orders"]) for each in listed] == [("ASHOP", 0)]
    assert driver.get("sellers?seller_id=ASHIP").body == {"sellers": [], "next": None}
    answer = driver.refused("GET", "sellers/ASHIP")
    assert (answer.status, "did you mean 'ASHOP'" in answer.error["message"]) == (404, True)


def test_a_world_is_exported_unless_it_is_too_large(driver: Driver) -> None:
    driver.post("sellers", {"seller_id": "ASHOP", "start": "2026-03-02T16:00:00Z"})
    assert driver.get("export", seller="ASHOP").body["about"] == "ASHOP"
    driver.post("orders", {}, seller="ASHOP")
    answer = driver.refused("GET", "export", seller="ASHOP")
    assert (answer.status, answer.error["message"]) == (409, "There is too much.")


def test_a_seller_begins_again_with_a_scenario(driver: Driver) -> None:
    order_id = driver.post("orders", {}).body["order_id"]
    for body, words in (
        ({"scenario": "dmeo"}, "did you mean 'demo'"),
        ({"scenario": "demo", "all": True}, "leave all"),
    ):
        refused = driver.post("reset", body)
        assert (refused.status, refused.body["errors"][0]["details"]) == (400, "scenario")
        assert words in refused.body["errors"][0]["message"]
    assert [each["order_id"] for each in driver.get("orders").body["orders"]] == [order_id]
    assert driver.post("reset", {"scenario": "demo"}).body == {"reset": ["ASANDBOXSELLER"]}
    assert driver.player.played == [("demo", "ASANDBOXSELLER")]
    assert driver.get("orders").body["orders"] == []
