"""Sellers and their clocks from the command line."""

import socket
from datetime import UTC, datetime, timedelta

import pytest
import requests

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.cli import control_client
from marketplace_sandbox.scenario.library import read_named
from tests.cli.conftest import START
from tests.cli.terminal import Terminal, run


def test_a_seller_is_opened_listed_shown_and_ended(server_url: str) -> None:
    user = Terminal(server_url)
    made = user.json(
        "seller", "create", "--id", "ASHOP", "--start", "2026-03-02T16:00:00Z", "--rate", "60", "--seed", "7",
        "--marketplace", "A1PA6795UKMFR9", "--setting", "buyer_withdrawal=on", "--setting", "rate_window_days=14",
    )  # fmt: skip
    assert made["marketplace_ids"] == ["A1PA6795UKMFR9"]
    listed = {each["seller_id"]: each for each in user.json("seller", "list")}
    assert listed["ASHOP"]["rate"] == 60
    assert "ASHOP" in user.run("seller", "list")
    assert user.json("seller", "show-credentials", "ASHOP") == made
    assert made["lwa"]["refresh_token"] in user.run("seller", "show-credentials", "ASHOP")
    assert user.json("seller", "show-credentials", "--seller", "ASHOP") == made
    assert "Atzr|sandbox" in user.run("seller", "show-credentials")
    settings = Terminal(server_url, "ASHOP").json("settings", "list")
    assert (settings["buyer_withdrawal"], settings["rate_window_days"]) == (True, 14)
    assert "already" in user.refused("seller", "create", "--id", "ASHOP")
    assert user.run("seller", "delete", "ASHOP") == "Seller ASHOP is gone.\n"
    assert "ASHOP" not in {each["seller_id"] for each in user.json("seller", "list")}
    assert "default seller" in user.refused("seller", "delete", "ASANDBOXSELLER")
    assert "did you mean 'ASANDBOXSELLER'" in user.refused("clock", "show", "--seller", "ASANDBOXSELER")


def test_an_advance_says_why_it_has_stopped(terminal: Terminal) -> None:
    terminal.run("settings", "set", "advance_timers=1")
    terminal.run("order", "create")
    terminal.run("clock", "advance", "1m")
    terminal.run("order", "create")
    told = terminal.run("clock", "advance", "1h")
    assert "as many timers have fired as the setting advance_timers says. It is 2026-03-02T16:30:00Z." in told
    assert "No advance runs" in terminal.refused("clock", "stop")


def test_a_seller_begins_again(terminal: Terminal) -> None:
    terminal.run("order", "create")
    terminal.run("clock", "advance", "1h")
    assert terminal.run("seller", "reset") == (
        f"Began again: {terminal.seller}.\nBy the clock of {terminal.seller} it is 2026-03-02T16:00:00Z; it stands.\n"
    )
    assert terminal.json("order", "list") == []
    assert terminal.json("clock", "show")["now"] == "2026-03-02T16:00:00Z"
    assert terminal.seller in terminal.json("seller", "reset", "--all")["reset"]


def test_the_clock_is_shown_and_moved(terminal: Terminal) -> None:
    assert terminal.run("clock", "show").startswith("It is 2026-03-02T16:00:00Z; the clock stands.\nNothing")
    order_id = terminal.json("order", "create")["order_id"]
    assert f"Next: hold-ends of {order_id} at 2026-03-02T16:30:00Z." in terminal.run("clock", "show")
    advanced = terminal.json("clock", "advance", "PT29M")
    assert (advanced["now"], advanced["fired"]) == ("2026-03-02T16:29:00Z", [])
    assert "Nothing fell due." in terminal.run("clock", "advance", "30s")
    assert [each["what"] for each in terminal.json("clock", "next")["fired"]] == ["hold-ends"]
    shown = terminal.run("clock", "to", "2026-03-12T16:00:00+01:00")
    assert "It is 2026-03-12T15:00:00Z." in shown
    assert "auto-cancel" in shown
    for wrong in ("2 hous", "two hours", "31"):
        said = terminal.refused("clock", "advance", *wrong.split(), status=2)
        assert f"SPAN is a span such as 31m, 1.5h, 1w, 31 minutes or PT31M; '{wrong}' is not." in said
    said = terminal.refused("clock", "to", "tomorow", status=2)
    assert "INSTANT is an instant such as 2026-03-02T16:00:00Z; 'tomorow' is not." in said
    assert "2026-03-12T15:00:00Z" in terminal.refused("clock", "to", "2026-03-01T00:00:00Z")
    assert "due" in terminal.refused("clock", "next")


@pytest.mark.parametrize(
    ("words", "now"),
    [
        ("advance 31 minutes", "2026-03-02T16:31:00Z"),
        ("advance 1.5h", "2026-03-02T17:30:00Z"),
        ("advance 1w", "2026-03-09T16:00:00Z"),
        ("advance 1 day and 2 hours", "2026-03-03T18:00:00Z"),
        ("to 2026-12-26", "2026-12-26T00:00:00Z"),
        ("to 2026-03-02 23:59", "2026-03-02T23:59:00Z"),
        ("to tomorrow", "2026-03-03T00:00:00Z"),
        ("to Tomorrow 09:30", "2026-03-03T09:30:00Z"),
        ("to today 23:00", "2026-03-02T23:00:00Z"),
    ],
)
def test_time_passes_as_people_say_it(terminal: Terminal, words: str, now: str) -> None:
    """Without quotes, as it is typed, and in one argument."""
    assert f"It is {now}." in terminal.run("clock", *words.split())
    verb, _, text = words.partition(" ")
    again = Terminal(terminal.url, terminal.json("seller", "create", "--start", START)["seller_id"])
    assert again.json("clock", verb, text)["now"] == now


def test_the_clock_runs_at_a_rate(terminal: Terminal) -> None:
    assert terminal.json("clock", "rate", "60")["rate"] == 60
    assert "the clock runs at rate 60" in terminal.run("clock", "show")
    assert "the clock stands" in terminal.run("clock", "rate", "0")


def test_deliveries_of_an_advance_are_shown(terminal: Terminal) -> None:
    terminal.run("webhook", "add", "http://127.0.0.1:1/nobody")
    order_id = terminal.json("order", "create")["order_id"]
    shown = terminal.run("clock", "advance", "31m")
    assert "hold-ends" in shown
    assert f"{order_id} failed" in " ".join(shown.split())


def test_no_server_and_no_sandbox_are_told_apart(server_url: str) -> None:
    assert (
        "No sandbox answers at http://127.0.0.1:1. Is it running"
        in run("clock", "show", "--url", "http://127.0.0.1:1").stderr
    )
    assert "https" in run("clock", "show", "--url", server_url.replace("http:", "https:")).stderr
    assert requests.get(f"{server_url}/health", timeout=10).status_code == 200


def test_the_token_is_sent(server_url: str) -> None:
    assert run("clock", "show", "--url", server_url, "--token", "t").exit_code == 0


def test_a_server_that_gives_no_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_client, "SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert f"{url} has not answered within 0.01 seconds." in run("clock", "show", "--url", url).stderr


def test_a_seller_begins_again_with_a_scenario(terminal: Terminal) -> None:
    """As a server that was started with it has it, whatever has happened meanwhile, again and again."""
    demo = read_named(fixtures_dir(), "demo")
    terminal.run("order", "create")
    for _ in range(2):
        assert "Began again with demo" in terminal.run("seller", "reset", "--scenario", "demo")
        listed = terminal.json("order", "list")
        assert [each["order_id"] for each in listed] == [each["id"] for each in demo.orders]
        assert {"Pending", "Unshipped", "Shipped"} <= {each["status"] for each in listed}
        terminal.run("clock", "advance", "1d")
    assert "did you mean 'demo'" in terminal.refused("seller", "reset", "--scenario", "dmeo", status=2)
    assert "leave --all out" in terminal.refused("seller", "reset", "--scenario", "demo", "--all", status=2)


def test_a_clock_in_real_time_goes_on_to_now_when_a_seller_begins_again(server_url: str) -> None:
    """Its start is what it was; clients that ask with the dates of today are not refused for that."""
    url = Terminal(server_url)
    made = url.json("seller", "create", "--start", "2026-03-02T16:00:00Z", "--rate", "1")
    own = Terminal(server_url, made["seller_id"])
    assert "it is 2026-03-02T16:00:0" in own.run("seller", "reset", "--keep-start")
    assert "it is 2026-03-02" not in own.run("seller", "reset")
    apart = datetime.now(UTC) - datetime.fromisoformat(own.json("clock", "show")["now"])
    assert abs(apart) < timedelta(minutes=2)
    own.run("clock", "rate", "0")
