"""Mail, messages, the rate, the journal, the client's calls, settings, faults, and the world as a file."""

import json
from pathlib import Path

import pytest
import requests

from marketplace_sandbox.core.policy import POLICY
from tests.cli.terminal import Terminal, run


@pytest.fixture
def busy_seller(terminal: Terminal) -> Terminal:
    """A seller who canceled one of two orders for a reason of his own."""
    terminal.run("order", "create", "--id", "902-0000001-0000001", "--no-hold")
    terminal.run("order", "create", "--id", "902-0000002-0000002", "--no-hold")
    terminal.run("order", "act", "902-0000001-0000001", "seller-cancel", "--reason", "no_inventory")
    terminal.run("order", "act", "902-0000002-0000002", "buyer-message", "--text", "Where [red]is[/red] it?")
    return terminal


def test_mail_and_messages_are_listed(busy_seller: Terminal) -> None:
    assert "canceled_by_seller" in busy_seller.run("mail", "--to", "buyer")
    assert [each["order_id"] for each in busy_seller.json("mail", "--order", "902-0000001-0000001", "--limit", "1")]
    assert "There is no order" in busy_seller.refused("mail", "--order", "902-0000009-0000009")
    assert "Where [red]is[/red] it?" in busy_seller.run("messages")
    (message,) = busy_seller.json("messages", "--to", "seller")
    assert message["order_id"] == "902-0000002-0000002"
    assert busy_seller.run("messages", "--to", "amazon") == "There is no message.\n"


def test_the_rate_is_printed(busy_seller: Terminal, server_url: str) -> None:
    shown = busy_seller.run("metrics")
    for words in ("1 of 2, 50.00%: BAD, target below 2.5%", "no_inventory: 1", "after 20", "counts in the rate"):
        assert words in shown
    (counted,) = busy_seller.json("metrics")["counted"]
    assert counted["order_id"] in shown
    assert busy_seller.json("metrics", "--marketplace", "ATVPDKIKX0DER")["cancellation_rate"]["rate"] == 0.5
    assert "none" in busy_seller.run("metrics", "--window", "report")
    assert "did you mean 'ATVPDKIKX0DER'" in busy_seller.refused("metrics", "--marketplace", "ATVPDKIKX0DET", status=2)


def test_the_journal_is_printed(busy_seller: Terminal) -> None:
    assert "seller-cancel" in busy_seller.run("journal", "--kind", "acted")
    assert [each["version"] for each in busy_seller.json("journal")][-2:] == [
        each["version"] for each in busy_seller.json("journal", "--limit", "2")
    ]
    assert len(busy_seller.json("journal", "--kind", "placed", "--limit", "1")) == 1
    assert "did you mean 'placed'" in busy_seller.refused("journal", "--kind", "place")


def test_the_clients_calls_are_printed(terminal: Terminal) -> None:
    assert terminal.run("requests") == "No call of the client has arrived.\n"
    lwa = terminal.json("seller", "show-credentials")["lwa"]
    form = {"grant_type": "refresh_token", **lwa}
    token = requests.post(f"{terminal.url}/auth/o2/token", data=form, timeout=10).json()["access_token"]
    headers = {"x-amz-access-token": token}
    requests.get(f"{terminal.url}/orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER", headers=headers, timeout=10)
    shown = terminal.run("requests", "--operation", "getOrders")
    assert "GET /orders/v0/orders?MarketplaceIds=ATVPDKIKX0DER" in shown
    assert [each["operation"] for each in terminal.json("requests")] == ["createAccessToken", "getOrders"]
    assert [each["status"] for each in terminal.json("requests", "--refused")] == [400]
    assert len(terminal.json("requests", "--limit", "1")) == 1


def test_settings_are_listed_changed_and_reset(terminal: Terminal) -> None:
    assert terminal.run("settings", "list", "--changed") == "Every setting is as by default.\n"
    assert "How long a change stays invisible" in terminal.run("settings", "list")
    said = terminal.run("settings", "set", "listing_lag=2m", "buyer_withdrawal=on", "rate_window_days=14", "limits=off")
    assert said == "listing_lag is PT2M.\nbuyer_withdrawal is yes.\nrate_window_days is 14.\nlimits is off.\n"
    assert list(terminal.json("settings", "list", "--changed")) == [
        "listing_lag",
        "rate_window_days",
        "buyer_withdrawal",
    ]
    assert terminal.run("settings", "get", "listing_lag") == "PT2M\n"
    assert terminal.json("settings", "get", "buyer_withdrawal") is True
    assert terminal.json("settings", "reset", "listing_lag") == {"listing_lag": "PT0S"}
    terminal.run("settings", "reset", "--all")
    assert terminal.json("settings", "list", "--changed") == {}


def test_null_takes_a_setting_back_as_it_does_for_the_control_api(terminal: Terminal) -> None:
    changed = (
        "orders_v0_reads_end=2027-03-27",
        "listing_lag=2m",
        "buyer_withdrawal=on",
        "handling_days=3",
        "limits=published",
    )
    terminal.run("settings", "set", *changed)
    assert len(terminal.json("settings", "list", "--changed")) == len(changed)
    nulls = [pair.partition("=")[0] + "=null" for pair in changed]
    said = terminal.run("settings", "set", *nulls)
    assert said.splitlines()[:3] == [
        "orders_v0_reads_end is not set.",
        "listing_lag is PT0S.",
        "buyer_withdrawal is no.",
    ]
    assert terminal.json("settings", "list", "--changed") == {}
    assert terminal.json("settings", "get", "orders_v0_reads_end") is None


def test_no_choice_of_a_setting_is_called_null() -> None:
    assert [key for key, entry in POLICY.items() if "null" in entry.choices] == []


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("listing_lag=Null", "a span such as"),
        ("listing_lag=soon", "a span such as"),
        ("buyer_withdrawal=maybe", "true or false"),
        ("limits=publshed", "did you mean published"),
        ("rate_window_days=many", "whole number"),
        ("listing_lga=2m", "did you mean 'listing_lag'"),
    ],
)
def test_a_wrong_setting_changes_nothing(terminal: Terminal, pair: str, words: str) -> None:
    assert words in terminal.refused("settings", "set", "omit_when_false=on", pair, status=2)
    assert terminal.json("settings", "list", "--changed") == {}
    assert "did you mean 'listing_lag'" in terminal.refused("settings", "get", "listing_lga", status=2)


def test_the_world_is_exported_and_plays(busy_seller: Terminal, tmp_path: Path) -> None:
    busy_seller.run("clock", "advance", "3d")
    file = tmp_path / "world.yaml"
    answer = busy_seller.try_("export", "--output", str(file))
    assert f"marketplace-sandbox play {file}" in answer.stderr
    played = run("play", str(file), "--json")
    assert played.exit_code == 0, played.output
    (receipt,) = json.loads(played.stdout)
    here = {each["order_id"]: each["status"] for each in busy_seller.json("order", "list")}
    assert {each["order_id"]: each["status"] for each in receipt["orders"]} == here
    assert busy_seller.run("export") == file.read_text()
    assert busy_seller.json("export")["until"] == "2026-03-05T16:00:00Z"
    assert "--force" in busy_seller.refused("export", "--output", str(file))
    busy_seller.run("export", "--output", str(file), "--force")
    assert "cannot be written" in busy_seller.refused("export", "--output", str(tmp_path / "no" / "world.yaml"))


def test_the_export_is_played_on_a_server(busy_seller: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "world.yaml"
    busy_seller.run("export", "--output", str(file))
    (receipt,) = json.loads(run("play", str(file), "--url", busy_seller.url, "--json").stdout)
    assert receipt["passed"]


def test_scenarios_are_listed_and_shown() -> None:
    listed = json.loads(run("scenario", "list", "--json").stdout)
    assert "auto-cancel" in {each["name"] for each in listed}
    assert "auto-cancel" in run("scenario", "list").stdout
    assert run("scenario", "show", "demo").stdout.startswith("about: A seller's day")
    assert json.loads(run("scenario", "show", "demo", "--json").stdout)["orders"]
    too_long = run("scenario", "show", "x" * 300)
    assert (too_long.exit_code, "There is no scenario" in too_long.stderr) == (1, True)
    unknown = run("scenario", "show", "auto-cancle")
    assert (unknown.exit_code, "did you mean 'auto-cancel'" in unknown.stderr) == (1, True)


def test_a_new_scenario_plays(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    assert str(file) in run("scenario", "new", str(file)).stdout
    assert run("play", str(file)).exit_code == 0
    assert run("scenario", "show", str(file)).stdout == file.read_text()
    again = run("scenario", "new", str(file))
    assert (again.exit_code, "--force" in again.stderr) == (1, True)
    assert run("scenario", "new", str(file), "--force").exit_code == 0
