"""Looking back from the command line: `--as-of` on what is read, and `diff`."""

from typing import Any

import pytest

from tests.cli.terminal import Terminal

ORDER = "902-0000001-0000001"


@pytest.fixture
def seller(terminal: Terminal) -> Terminal:
    """An order that was asked to be canceled, answered and canceled, an hour apart each. The clock stands."""
    terminal.run("order", "create", "--id", ORDER, "--no-hold", "--item", "MUG-BLUE")
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "act", ORDER, "buyer-request-cancellation", "--reason", "cheaper")
    terminal.run("order", "act", ORDER, "buyer-message", "--text", "Please do.")
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "act", ORDER, "seller-cancel", "--reason", "no_inventory")
    return terminal


def versions(terminal: Terminal) -> dict[str, int]:
    """The version of the latest entry of each kind, or of each action."""
    return {each["body"].get("action", each["kind"]): each["version"] for each in terminal.json("journal")}


def test_each_command_that_reads_shows_what_stood_then(seller: Terminal) -> None:
    at = versions(seller)
    before, asked = str(at["placed"]), str(at["buyer-request-cancellation"])
    start = seller.json("journal")[0]["at"]
    assert seller.json("order", "show", ORDER)["status"] == "Canceled"
    assert seller.json("order", "show", ORDER, "--as-of", before)["request"] is None
    assert "Allowed now: buyer-cancel" in seller.run("order", "show", ORDER, "--as-of", start)
    assert [each["request"]["state"] for each in seller.json("order", "list", "--as-of", asked)] == ["open"]
    assert seller.run("order", "list", "--as-of", "1") == "There is no order.\n"
    assert seller.json("mail", "--as-of", before) == []
    assert len(seller.json("mail")) > len(seller.json("mail", "--as-of", asked)) > 0
    assert seller.json("messages", "--as-of", asked) == []
    assert seller.json("messages", "--as-of", str(at["buyer-message"]))[0]["text"] == "Please do."
    assert seller.json("metrics", "--as-of", asked)["cancellation_rate"]["canceled"] == 0
    assert seller.run("deliveries", "list", "--as-of", asked) == "There is no delivery.\n"
    explained = seller.json("rules", "--order", ORDER, "--as-of", asked)
    assert [each["action"] for each in explained["history"]][-1] == "buyer-request-cancellation"
    compared = seller.json("compare", ORDER, "--as-of", before)["facts"]
    status = next(each for each in compared if each["fact"] == "status")
    assert status["dialects"]["orders-v0"]["value"] == "Unshipped"
    assert seller.json("export", "--as-of", before)["until"] == start


def test_a_day_is_its_first_instant_and_a_zone_may_be_left_out(seller: Terminal) -> None:
    start = seller.json("journal")[0]["at"]
    again = start.removesuffix("Z").replace("T", " ")
    assert seller.json("order", "list", "--as-of", again) == seller.json("order", "list", "--as-of", start)
    assert "before the world's start" in seller.refused("mail", "--as-of", start[:10], status=2)


NEITHER = "--as-of is an instant such as 2026-03-02T16:00:00Z or a version such as 12"


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("mail", "--as-of", "yesterday"), 2, NEITHER),
        (("mail", "--as-of", "1", "--follow"), 2, "leave out --follow"),
        (("rules", "--as-of", "1"), 2, "--as-of goes with --order"),
        (("order", "list", "--as-of", "99"), 2, "asOf is a version from 1 to"),
        (("order", "show", ORDER, "--as-of", "1"), 1, "There is no order"),
        (("diff", "--from", "99"), 2, "from is a version from 1 to"),
        (("diff", "--other", "ANOBODY"), 1, "There is no seller 'ANOBODY'"),
    ],
)
def test_what_is_no_moment_is_told(seller: Terminal, arguments: tuple[str, ...], status: int, says: str) -> None:
    assert says in seller.refused(*arguments, status=status)


def test_diff_tells_each_order_with_what_changed_of_it(seller: Terminal) -> None:
    at = versions(seller)
    shown = seller.run("diff", "--from", str(at["buyer-request-cancellation"]))
    for words in (
        f"From version {at['buyer-request-cancellation']} at ",
        "Unshipped",
        "Canceled",
        "by: MERCHANT",
        "canceled_by_seller to buyer",
        "OrderStatusChange",
        "to seller: Please do.",
        "Cancellation rate: 0.00%, GOOD → 100.00%, BAD.",
    ):
        assert words in shown, shown
    [order] = seller.json("diff", "--from", str(at["placed"]))["orders"]
    assert order["fields"]["status"] == ["Unshipped", "Canceled"]


def test_diff_without_a_change_says_so(seller: Terminal) -> None:
    last = str(seller.json("journal")[-1]["version"])
    assert "No order has changed." in seller.run("diff", "--from", last)
    assert "Cancellation rate: 100.00%, BAD.\n" in seller.run("diff", "--from", last)


def test_diff_of_two_sellers(seller: Terminal) -> None:
    other: dict[str, Any] = seller.json("seller", "create")
    shown = seller.run("diff", "--other", other["seller_id"])
    assert f"of {other['seller_id']}:" in shown
    assert "removed" in shown
