"""One order in every dialect, as people and programs read it."""

from tests.cli.terminal import Terminal


def requested(terminal: Terminal) -> str:
    order_id: str = terminal.json("order", "create", "--no-hold")["order_id"]
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "act", order_id, "buyer-request-cancellation", "--reason", "late")
    return order_id


def test_people_see_what_differs_and_why(terminal: Terminal) -> None:
    printed = terminal.run("compare", requested(terminal))
    lines = printed.splitlines()
    asks = next(index for index, line in enumerate(lines) if "buyer asks to cancel" in line)
    row = " ".join(lines[asks : asks + 2]).split()
    assert row.count('"true"') == 2
    assert {"requester:", "BUYER,", "type,", "spelling"} <= set(row)
    assert "One L in Canceled" in printed
    assert "cancellation.cancellationRequest" not in printed
    assert "cancellation.cancellationRequest" in terminal.run("compare", requested(terminal), "--paths")


def test_programs_get_all_of_it(terminal: Terminal) -> None:
    answer = terminal.json("compare", requested(terminal))
    status = next(row for row in answer["facts"] if row["fact"] == "status")
    assert status["dialects"]["orders-2026-01-01"]["value"] == "UNSHIPPED"


def test_an_order_without_notices_has_a_column_less(terminal: Terminal) -> None:
    order_id = terminal.json("order", "create")["order_id"]
    assert "ORDER_CHANGE" not in terminal.run("compare", order_id)


def test_an_unknown_order_is_named(terminal: Terminal) -> None:
    assert "902-0000000-0000000" in terminal.refused("compare", "902-0000000-0000000")
