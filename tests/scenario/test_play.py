"""`play` prints a timeline or JSON, and ends with 1 for a missed expectation and 2 for a wrong file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace_sandbox.cli.play import play
from tests.conftest import Serve
from tests.scenario.scenes import ONE, SMALL


def run(*arguments: str) -> Result:
    return CliRunner().invoke(play, arguments, catch_exceptions=False)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A scenario file of a user's own, with one expectation that is not met."""
    file = tmp_path / "mine.yaml"
    file.write_text(f"{SMALL}  mail_exactly: 4\n  orders: {{{ONE}: {{status: Canceled}}}}\n")
    return file


def test_a_named_scenario_is_told_as_a_timeline() -> None:
    done = run("seller-out-of-stock")
    assert done.exit_code == 0
    assert done.stderr == ""
    words = " ".join(done.stdout.split())
    assert "The seller cancels for the seller's own reasons" in words
    assert "Mon 2026-03-02 16:00:00 5 orders The buyer places the order. Pending" in words
    assert "17:00:00 902-0000005-0000005 seller-cancel is refused, INVALID_REASON." in words
    assert "mail canceled_by_seller to buyer" in words
    assert "counts in the Cancellation Rate" in words
    assert words.endswith("expectations met. The clock stands at 2026-03-02T18:00:00Z, 2h after the start.")
    assert "Passed:" in words


def test_lint_is_explained() -> None:
    words = " ".join(run("withdrawn-request").stdout.split())
    assert "The settings change: buyer_withdrawal is on." in words
    assert "BUYER_CANCELED_WITHOUT_REQUEST: The reason Buyer Canceled without an official request counts" in words


def test_a_missed_expectation_ends_with_one_and_names_its_line(mine: Path) -> None:
    done = run(str(mine))
    assert done.exit_code == 1
    assert done.stderr == f"{mine}:14: orders.{ONE}.status: expected Canceled, found Shipped.\n"
    assert "Failed: 1 expectation not met." in done.stdout


def test_a_wrong_file_ends_with_two_before_anything_is_played(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("abuot: x\n")
    done = run("buyer-official-request", str(file))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == f"Error: {file}:1: There is no field 'abuot' of a scenario; did you mean 'about'?\n"


def test_an_unknown_name_ends_with_two() -> None:
    done = run("buyer-oficial-request")
    assert done.exit_code == 2
    assert "did you mean 'buyer-official-request'?" in done.stderr


def test_json_is_all_there_is_on_standard_output(mine: Path) -> None:
    done = run("--json", str(mine), "demo")
    assert done.exit_code == 1
    first, second = json.loads(done.stdout)
    assert (first["passed"], second["passed"]) == (False, True)
    assert first["failures"][0]["line"] == 14
    asked = first["timeline"][3]
    assert (asked["after"], asked["action"], asked["outcome"]) == (
        "+1h10m",
        "buyer-request-cancellation",
        "request_opened",
    )
    assert [each["change"] for each in asked["notifications"]] == ["BuyerRequestedChange"]
    assert second["name"] == "demo.yaml"


def test_the_same_is_printed_every_time() -> None:
    assert run("--json", "refunds").stdout == run("--json", "refunds").stdout


def test_a_server_that_is_not_there_ends_with_two() -> None:
    done = run("--url", "http://127.0.0.1:9", "demo")
    assert done.exit_code == 2
    assert "No sandbox answers at http://127.0.0.1:9." in done.stderr


def test_a_server_plays_the_same(server: Serve, mine: Path) -> None:
    url = server()
    there, here = run("--json", "--url", url, str(mine)), run("--json", str(mine))
    assert there.exit_code == 1
    assert there.stderr == here.stderr
    outcomes = [[each["outcome"] for each in json.loads(done.stdout)[0]["timeline"]] for done in (there, here)]
    assert outcomes[0] == outcomes[1]
    assert "Passed:" in run("--url", url, "refunds").stdout
