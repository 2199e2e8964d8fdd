"""Scenarios shown step by step: on a server of the command's own, and on one that is named."""

import re
from pathlib import Path

import pytest
import requests

from tests.cli.terminal import Terminal, run

NAME = "buyer-official-request"
STEP = "  - {at: +1h, buyer-cancel: 902-0000001-0000001}\n"
HEAD = "start: 2026-03-02T16:00:00Z\norders: [{id: 902-0000001-0000001}]\nscript:\n"


def test_each_step_is_told_and_shown() -> None:
    shown = run("play", NAME, "--pace", "0").output
    first, second, third, rest = re.split(r"^── ", shown, flags=re.MULTILINE)[1:]
    assert "The buyer places an order." in first
    for words in (
        "+1h · Mon 2026-03-02 17:00:00 UTC",
        "the buyer can only ask",
        "request_opened",
        "BuyerRequestedChange",
    ):
        assert words in second
    for words in (
        "Orders 2026-01-01",
        '"UNSHIPPED"',
        "buyer asks to cancel (A)",
        "✉ to the seller: The buyer of order",
    ):
        assert words in second
    assert "Canceling with the reason Buyer Canceled" in second
    assert '"CANCELLED"' in third
    assert "Cancellation Rate: 0 of 1, 0.00%: GOOD, target below 2.5%" in third
    assert "The end. Passed: 26 expectations met." in rest


def test_a_seller_is_named_and_kept(server_url: str) -> None:
    user = Terminal(server_url)
    said = user.run("play", NAME, "--url", server_url, "--seller", "ASHOWN")
    assert f"It stands in seller ASHOWN of {server_url}." in said
    again = run("play", NAME, "--url", server_url, "--seller", "ASHOWN")
    assert (again.exit_code, "exists already" in again.stderr) == (2, True)
    shown = user.run("play", NAME, "--pace", "0", "--url", server_url, "--seller", "ASHOWNTOO")
    assert f"It stands in seller ASHOWNTOO of {server_url}." in shown
    orders = [requests.get(f"{server_url}/_sandbox/orders", headers={"X-Sandbox-Seller": each}, timeout=10).json()
              for each in ("ASHOWN", "ASHOWNTOO")]  # fmt: skip
    first, second = ([(each["order_id"], each["status"]) for each in one["orders"]] for one in orders)
    assert first == second


def test_a_step_that_goes_otherwise_ends_with_one(server_url: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(HEAD + STEP)
    answer = run("play", str(file), "--pace", "0", "--url", server_url)
    assert answer.exit_code == 1
    assert "buyer-cancel is refused, CANCEL_WINDOW_CLOSED" in answer.output
    assert "+1h buyer-cancel of 902-0000001-0000001 was refused with CANCEL_WINDOW_CLOSED" in answer.stderr
    file.write_text(HEAD + STEP.replace("+1h", "+1m").replace("}", ", refused: CANCEL_WINDOW_CLOSED}"))
    again = run("play", str(file), "--pace", "0", "--url", server_url)
    assert "was accepted; CANCEL_WINDOW_CLOSED was expected." in again.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--step", "--pace", "1"), "give one"),
        (("--step", "--json"), "give one"),
        (("--pace", "-1"), "--pace"),
    ],
)
def test_options_that_contradict_are_told(options: tuple[str, ...], words: str) -> None:
    answer = run("play", NAME, *options)
    assert answer.exit_code == 2
    assert words in answer.stderr
    assert "one at a time" in run("play", NAME, NAME, "--seller", "A").stderr


def test_enter_goes_on_and_so_does_the_end_of_input(server_url: str) -> None:
    answer = run("play", NAME, "--step", "--url", server_url)  # with nothing to read
    assert answer.exit_code == 0
    assert answer.stderr.count("Enter for the next step") == 4
