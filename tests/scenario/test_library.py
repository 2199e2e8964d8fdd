"""Scenarios by name, and what a server is handed to play them."""

from pathlib import Path

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.scenario.library import Scenarios, find, read_named, scenario_names
from tests.scenario.scenes import ONE, SMALL, a_shop


def test_every_file_has_a_name_and_a_sentence() -> None:
    scenarios = Scenarios(a_shop(), fixtures_dir()).names()
    assert [each["name"] for each in scenarios] == sorted(path.stem for path in fixtures_dir().glob("*.yaml"))
    assert all(each.keys() - {"title"} == {"name", "about", "source", "rules"} for each in scenarios)
    assert all(each["about"] for each in scenarios)
    assert next(each["title"] for each in scenarios if "title" in each) == "A buyer in a hurry"


def test_a_name_is_played_in_a_seller_of_its_own() -> None:
    sellers = a_shop()
    receipt = Scenarios(sellers, fixtures_dir()).play("buyer-official-request")
    assert receipt["passed"]
    assert receipt["failures"] == []
    assert receipt["seller_id"] != DEFAULT_SELLER
    assert str(sellers.get(receipt["seller_id"]).order(ONE).status) == "Canceled"
    assert sellers.get(None).orders == {}


def test_a_document_is_played_and_its_failures_told() -> None:
    document = {"orders": [{"id": ONE}], "until": "+1h", "expect": {"orders": {ONE: {"status": "Pending"}}}}
    receipt = Scenarios(a_shop(), fixtures_dir()).play(document, "MYSELLER")
    assert (receipt["seller_id"], receipt["passed"], receipt["checks"]) == ("MYSELLER", False, 1)
    (failure,) = receipt["failures"]
    assert failure["where"] == f"expect.orders.{ONE}.status"
    assert (failure["expected"], failure["found"], failure["line"]) == ("Pending", "Unshipped", None)


@pytest.mark.parametrize("name", ["buyer-oficial-request", "../fixtures/demo", "demo.yaml", "/etc/passwd", ""])
def test_a_name_is_never_a_path(name: str) -> None:
    with pytest.raises(FieldError, match="There is no scenario") as refused:
        Scenarios(a_shop(), fixtures_dir()).play(name)
    assert refused.value.field_path == "name"


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(FieldError, match="did you mean 'buyer-official-request'"):
        find(fixtures_dir(), "buyer-oficial-request")


def test_a_wrong_document_is_a_bad_field() -> None:
    with pytest.raises(FieldError, match=r"There is no field 'orders\[0\]\.chanel'") as refused:
        Scenarios(a_shop(), fixtures_dir()).play({"orders": [{"chanel": "AFN"}]})
    assert refused.value.field_path == "orders[0].chanel"


def test_a_file_is_found_beside_the_names(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SMALL)
    assert find(fixtures_dir(), str(file)).name == str(file)
    with pytest.raises(FieldError, match=r"other\.yaml cannot be read"):
        find(fixtures_dir(), str(tmp_path / "other.yaml"))
    assert find(fixtures_dir(), "demo").name == "demo.yaml"


def test_a_seller_is_seeded_from_a_file_or_a_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SMALL)
    sellers = a_shop()
    scenarios = Scenarios(sellers, fixtures_dir())
    assert scenarios.seed(str(file), DEFAULT_SELLER) is sellers.get(None)
    assert len(scenarios.seed("demo", "ADEMO").orders) == 11


def test_an_empty_folder_has_no_names(tmp_path: Path) -> None:
    assert scenario_names(tmp_path) == []
    with pytest.raises(FieldError, match=r"There is no scenario 'demo'; there is none at all\."):
        read_named(tmp_path, "demo")
