"""Faults from the command line: added with what each kind needs, listed with their accounts, taken away."""

from tests.cli.terminal import Terminal


def test_faults_are_added_with_what_they_need(terminal: Terminal) -> None:
    always = terminal.json("faults", "add", "duplicate", "copies=3", "times=null", "order_id=902-0000001-0000001")
    assert (always["kind"], always["copies"], always["times"]) == ("duplicate", 3, None)
    assert always["order_id"] == "902-0000001-0000001"
    assert terminal.run("faults", "add", "delay", "by=10m") == "Added fault-2, delay.\n"


def test_faults_are_listed_with_their_accounts(terminal: Terminal) -> None:
    assert terminal.run("faults", "list") == "Nothing will go wrong.\n"
    terminal.run("faults", "add", "drop", "order_change_type=OrderStatusChange")
    assert "0 of 1 were met" in terminal.run("faults", "list")
    terminal.run("webhook", "add", "http://127.0.0.1:1/nobody")
    order_id = terminal.json("order", "create", "--no-hold")["order_id"]
    terminal.run("order", "act", order_id, "seller-cancel", "--reason", "no_inventory")
    shown = terminal.run("faults", "list")
    for words in ("fault-1", "drop", "order_change_type: OrderStatusChange", "1 of 1 were met"):
        assert words in shown
    assert [each["met"] for each in terminal.json("faults", "list")] == [1]


def test_faults_are_taken_away(terminal: Terminal) -> None:
    terminal.run("faults", "add", "drop")
    terminal.run("faults", "add", "wrong_signature")
    assert terminal.run("faults", "remove", "fault-1") == "Fault fault-1 is gone.\n"
    assert [each["kind"] for each in terminal.json("faults", "list")] == ["wrong_signature"]
    assert "fault-7" in terminal.refused("faults", "remove", "fault-7")
    terminal.run("faults", "clear")
    assert terminal.json("faults", "list") == []


def test_a_wrong_fault_is_told_what_would_do(terminal: Terminal) -> None:
    assert "delay" in terminal.refused("faults", "add", "dely", status=2)
    assert "by is required by a fault delay" in terminal.refused("faults", "add", "delay", status=2)
    assert "'copies'" in terminal.refused("faults", "add", "duplicate", "copis=2", status=2)
    assert "key=value" in terminal.refused("faults", "add", "drop", "twice", status=2)
    assert terminal.json("faults", "list") == []
