"""Reports, feeds and subscriptions from the command line, by the calls that a seller's client makes."""

from pathlib import Path

import pytest

from tests.cli.terminal import Terminal, run

UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
ACKNOWLEDGEMENT = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
ORDER = "902-0000001-0000001"


@pytest.fixture
def asked(terminal: Terminal) -> Terminal:
    """A user whose seller has an order of which the buyer wants the cancellation."""
    terminal.run("order", "create", "--id", ORDER, "--no-hold")
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "act", ORDER, "buyer-request-cancellation", "--reason", "late")
    return terminal


@pytest.mark.parametrize("column", ["on", "off"])
def test_a_report_is_asked_for_and_read_with_and_without_the_column(asked: Terminal, column: str) -> None:
    words = ("report", "request", UNSHIPPED, "--column", "is-buyer-requested-cancellation", column)
    said = asked.run(*words)
    (listed,) = asked.json("report", "list")
    report_id = listed["reportId"]
    assert f"Report {report_id} is IN_QUEUE until 2026-03-02T17:00:30Z and ends at 2026-03-02T17:01:30Z" in said
    assert "the clock stands: marketplace-sandbox clock to 2026-03-02T17:01:30Z" in said
    assert "IN_QUEUE until" in asked.refused("report", "download", report_id)
    asked.run("clock", "advance", "45s")
    assert "IN_PROGRESS and ends at" in asked.run("report", "show", report_id)
    asked.run("clock", "to", "2026-03-02T17:01:30Z")
    assert "DONE" in asked.run("report", "show", report_id)
    heads, row = (line.split("\t") for line in asked.run("report", "download", report_id).splitlines())
    told = dict(zip(heads, row, strict=True))
    assert told["order-id"] == ORDER
    assert told.get("is-buyer-requested-cancellation") == ("true" if column == "on" else None)


def test_a_report_is_written_to_a_file_once(asked: Terminal, tmp_path: Path) -> None:
    report_id = asked.json("report", "request", UNSHIPPED)["reportId"]
    asked.run("clock", "advance", "2m")
    file = tmp_path / "orders.txt"
    asked.run("report", "download", report_id, "--output", str(file))
    assert file.read_text().startswith("order-id\t")
    assert "--force" in asked.refused("report", "download", report_id, "--output", str(file))
    asked.run("report", "download", report_id, "--output", str(file), "--force")


def test_what_a_report_cannot_be_is_told(terminal: Terminal) -> None:
    assert f"'{UNSHIPPED}'" in terminal.refused("report", "request", UNSHIPPED.replace("ORDER", "ORDERS"), status=2)
    assert "could not be found" in terminal.refused("report", "show", "5")
    assert "dataStartTime" in terminal.refused("report", "request", UNSHIPPED, "--start", "2027-01-01")
    assert terminal.json("report", "list") == []
    assert run("report", "list", "--url", "http://127.0.0.1:1").exit_code == 1


def test_a_feed_is_submitted_and_what_came_of_it_is_read(asked: Terminal, tmp_path: Path) -> None:
    order = asked.json("order", "show", ORDER)
    file = tmp_path / "cancel.txt"
    item_id = order["items"][0]["order_item_id"]
    file.write_text(
        "TemplateType=OrderCancellation\tVersion=2011.1102\n"
        "order-id\tcancellation-reason-code\tamazon-order-item-code\n"
        f"{ORDER}\tBuyerCanceled\t{item_id}\n"
    )
    said = asked.run("feed", "submit", ACKNOWLEDGEMENT, str(file))
    (listed,) = asked.json("feed", "list")
    feed_id = listed["feedId"]
    assert f"Feed {feed_id} is IN_QUEUE until 2026-03-02T17:00:30Z and ends at 2026-03-02T17:01:30Z" in said
    assert asked.json("feed", "show", feed_id)["processingReport"] is None
    asked.run("clock", "to", "2026-03-02T17:01:30Z")
    shown = asked.run("feed", "show", feed_id)
    assert "DONE" in shown
    assert "Number of records successful\t\t1" in shown
    assert asked.json("order", "show", ORDER)["status"] == "Canceled"


def test_what_a_feed_cannot_be_is_told(terminal: Terminal, tmp_path: Path) -> None:
    assert "No such file" in terminal.refused("feed", "submit", ACKNOWLEDGEMENT, str(tmp_path / "none"), status=2)
    assert f"'{ACKNOWLEDGEMENT}'" in terminal.refused("feed", "submit", ACKNOWLEDGEMENT + "S", "-", status=2)
    assert terminal.refused("feed", "show", "7")


def test_a_subscription_is_made_listed_and_ended(terminal: Terminal) -> None:
    made = terminal.json("subscription", "add", "ORDER_CHANGE", "--queue", "orders", "--change", "BuyerRequestedChange")
    (listed,) = terminal.json("subscription", "list")
    assert listed["id"] == made["subscriptionId"]
    assert listed["order_change_types"] == ["BuyerRequestedChange"]
    assert "yes" in terminal.run("subscription", "list")
    assert "there are: ORDER_CHANGE" in terminal.refused("subscription", "remove", "ORDER")
    assert "has no kinds of change" in terminal.refused(
        "subscription", "add", "REPORT_PROCESSING_FINISHED", "--queue", "orders", "--change", "BuyerRequestedChange",
        status=2,
    )  # fmt: skip
    second = terminal.json("subscription", "add", "REPORT_PROCESSING_FINISHED", "--queue", "orders")
    assert {each["destination_id"] for each in terminal.json("subscription", "list")} == {listed["destination_id"]}
    ids = [made["subscriptionId"], second["subscriptionId"]]
    assert terminal.json("subscription", "remove", "ORDER_CHANGE", ids[1]) == {"deleted": ids}
    assert "There is no subscription." in terminal.run("subscription", "list")
    terminal.run("subscription", "add", "ORDER_CHANGE", "--queue", "orders")


def test_queues_of_another_service_are_listed_and_not_looked_into(terminal: Terminal) -> None:
    assert "subscription add" in terminal.run("queue")
    terminal.run("subscription", "add", "ORDER_CHANGE", "--queue", "orders")
    assert "not known" in terminal.run("queue")
    for command in ("show", "purge"):
        assert "serve --sqs" in terminal.refused("queue", command, "orders")
