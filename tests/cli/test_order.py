"""Orders from the command line: every field of the form, every argument of every action."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from marketplace_sandbox.cli.control_client import ControlClient
from tests.cli.terminal import Terminal

ID = "902-0000001-0000001"


def place(terminal: Terminal, *more: str) -> str:
    order_id: str = terminal.json("order", "create", "--no-hold", "--item", "MUG:2", "--item", "LAMP", *more)[
        "order_id"
    ]
    return order_id


def act(terminal: Terminal, *arguments: str) -> Any:
    return terminal.json("order", "act", *arguments)


def test_every_field_of_the_form_has_an_option(terminal: Terminal) -> None:
    item = {"sku": "LAMP", "price": 79.5, "tax": 6.32, "title": "Oak lamp"}
    made = terminal.json(
        "order", "create", "--id", ID, "--item", "MUG:2", "--item", json.dumps(item), "--item", "RUG",
        "--marketplace", "ATVPDKIKX0DER", "--channel", "MFN", "--purchased-at", "2026-03-02T15:00:00Z",
        "--payment", "unverified", "--handling-days", "3", "--ship-by-at", "2026-03-09T00:00:00Z", "--invoice",
        "--seller-order-id", "MINE-1", "--buyer-name", "Ada Young", "--buyer-email", "ada@example.com",
        "--ship-to", "city=Berlin", "--ship-to", "country=DE", "--program", "Prime", "--program", "Business", "--hold",
    )  # fmt: skip
    assert made["order_id"] == ID
    assert [(each["sku"], each["quantity"], each["price"]) for each in made["items"]] == [
        ("MUG", 2, "20.00"),
        ("LAMP", 1, "79.50"),
        ("RUG", 1, "20.00"),
    ]
    (placed,) = [each["body"] for each in terminal.json("journal", "--kind", "placed")]
    assert placed == {
        "id": ID,
        "items": [{"sku": "MUG", "quantity": 2}, item, {"sku": "RUG"}],
        "marketplace": "ATVPDKIKX0DER",
        "channel": "MFN",
        "purchased_at": "2026-03-02T15:00:00Z",
        "payment": "unverified",
        "handling_days": 3,
        "ship_by_at": "2026-03-09T00:00:00Z",
        "invoice": True,
        "seller_order_id": "MINE-1",
        "buyer": {"name": "Ada Young", "email": "ada@example.com"},
        "ship_to": {"city": "Berlin", "country": "DE"},
        "programs": ["Prime", "Business"],
        "hold": True,
    }
    afn = terminal.json("order", "create", "--channel", "AFN", "--multi-channel")
    assert afn["status"] == "Unfulfillable"
    pre_order = terminal.json("order", "create", "--release-at", "2026-03-05T00:00:00Z")
    assert pre_order["status"] == "PendingAvailability"


def test_several_are_placed_and_listed(terminal: Terminal) -> None:
    made = terminal.json("order", "create", "--count", "3", "--no-hold")["orders"]
    terminal.run("order", "create")
    assert made[2]["order_id"] in terminal.run("order", "list", "--status", "Unshipped,Shipped")
    assert [each["order_id"] for each in terminal.json("order", "list", "--limit", "2")] == [
        each["order_id"] for each in made[:2]
    ]
    assert len(terminal.json("order", "list", "--status", "Pending", "--channel", "MFN")) == 1
    assert terminal.run("order", "list", "--request", "open") == "There is no order.\n"
    assert terminal.run("order", "create", "--count", "2").count("Pending") == 2


def test_of_very_many_the_first_are_printed_and_how_many_more_there_are(terminal: Terminal) -> None:
    printed = terminal.run("order", "create", "--count", "1200")
    assert printed.count("Pending") == 100
    assert "1,100 more are placed; `marketplace-sandbox order list` lists them all." in printed
    assert terminal.json("order", "create", "--count", "1200")["count"] == 1200


def test_while_many_are_placed_it_is_told_how_many_there_are(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said as often as it is asked, here before and after the server has answered."""
    terminal.run("order", "create")
    told: list[str] = []
    post = ControlClient.post

    def post_and_ask(control: ControlClient, call: str, body: Any, *, follow: Callable[[], str], **more: Any) -> Any:
        told.append(follow())
        answer = post(control, call, body, **more)
        told.append(follow())
        return answer

    monkeypatch.setattr(ControlClient, "post", post_and_ask)
    terminal.run("order", "create", "--count", "1200")
    assert told == ["0 of 1,200 orders are placed", "1,200 of 1,200 orders are placed"]


@pytest.mark.parametrize(
    ("placed", "words"),
    [
        (0, "Interrupted, and the server goes on: 0 of 1,200 orders are placed by now."),
        (1200, "Interrupted; all 1,200 orders are placed."),
    ],
)
def test_an_interrupt_says_what_has_become_of_them(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, placed: int, words: str
) -> None:
    post = ControlClient.post

    def interrupt(control: ControlClient, call: str, body: Any, **_more: Any) -> None:
        if placed:
            post(control, call, {**body, "count": placed})
        raise KeyboardInterrupt

    monkeypatch.setattr(ControlClient, "post", interrupt)
    ended = terminal.try_("order", "create", "--count", "1200")
    assert ended.exit_code == 130
    assert words in ended.stdout
    ended = terminal.try_("order", "create", "--count", "1200", "--json")
    assert json.loads(ended.stdout) == {"placed": placed, "count": 1200}


def test_long_lists_are_read_to_their_end(terminal: Terminal) -> None:
    terminal.run("order", "create", "--count", "1500", "--json")
    assert len(terminal.json("order", "list")) == 1500
    assert len(terminal.json("order", "list", "--limit", "1200")) == 1200


def test_an_order_is_shown(terminal: Terminal) -> None:
    order_id = place(terminal)
    act(terminal, order_id, "seller-confirm-shipment", "--item", "MUG:1")
    act(
        terminal,
        order_id,
        "seller-refund",
        "--amount",
        "MUG=5",
        "--amount",
        "MUG:price=1.5",
        "--reason",
        "not_as_described",
    )
    shown = terminal.run("order", "show", order_id)
    for words in (order_id, "PartiallyShipped", "1 of 2", "20.00 USD", "-R1", "6.5 price", "Allowed now: "):
        assert words in shown
    assert terminal.json("order", "show", order_id)["status"] == "PartiallyShipped"
    assert "902-9999999-9999999" in terminal.refused("order", "show", "902-9999999-9999999")


def test_what_came_of_an_action_is_shown(terminal: Terminal) -> None:
    order_id = place(terminal)
    shown = terminal.run("clock", "advance", "1h") and terminal.run(
        "order", "act", order_id, "buyer-request-cancellation", "--reason", "mistake", "--item", "MUG"
    )
    for words in (
        "request_opened",
        "Unshipped",
        "open, mistake",
        "ORDER_CHANGE BuyerRequestedChange",
        "cancellation_requested to seller",
    ):
        assert words in shown
    canceled = terminal.run("order", "act", order_id, "seller-cancel", "--reason", "no_inventory")
    for words in ("Canceled", "by MERCHANT, no_inventory", "counts in the rate", "lint", "buyer"):
        assert words in canceled


def test_lists_say_what_counts_and_the_stage_is_shown(terminal: Terminal) -> None:
    asked, alone = place(terminal), place(terminal)
    terminal.run("clock", "advance", "1h")
    act(terminal, asked, "buyer-request-cancellation", "--reason", "mistake")
    assert "requested: Unshipped, request open on all items" in terminal.run("order", "show", asked)
    for each in (asked, alone):
        act(terminal, each, "seller-cancel", "--reason", "buyer_canceled")
    rows = {line.split()[0]: line for line in terminal.run("order", "list").splitlines() if line.strip()}
    assert "by MERCHANT: buyer_canceled (does not count)" in rows[asked]
    assert "by MERCHANT: buyer_canceled (counts)" in rows[alone]


def test_every_argument_of_every_action_arrives(terminal: Terminal) -> None:
    terminal.run("settings", "set", "buyer_withdrawal=on")
    order_id = place(terminal)
    terminal.run("clock", "advance", "1h")
    act(terminal, order_id, "buyer-message", "--text", "Hello: I'd like to cancel")
    act(terminal, order_id, "seller-message", "--kind", "instructions")
    act(
        terminal,
        order_id,
        "buyer-request-cancellation",
        "--reason",
        "other",
        "--reason-text",
        "My own words",
        "--item",
        "MUG:1",
    )
    act(terminal, order_id, "buyer-withdraw-request")
    act(terminal, order_id, "seller-acknowledge", "--seller-order-id", "MINE-7")
    act(terminal, order_id, "parcel-leaves", "--item", "LAMP")
    act(terminal, order_id, "seller-confirm-shipment", "--item", "LAMP", "--carrier", "UPS", "--tracking", "1Z999")
    refund = act(
        terminal,
        order_id,
        "seller-refund",
        "--amount",
        '{"sku": "LAMP", "amount": "2.50"}',
        "--reason",
        "not_as_described",
    )
    act(terminal, order_id, "seller-cancel-refund", "--refund-id", refund["order"]["refunds"][0]["refund_id"])
    said = {each["body"]["action"]: each["body"]["with"] for each in terminal.json("journal", "--kind", "acted")}
    assert said == {
        "buyer-message": {"text": "Hello: I'd like to cancel"},
        "seller-message": {"kind": "instructions"},
        "buyer-request-cancellation": {
            "reason": "other",
            "reason_text": "My own words",
            "items": [{"sku": "MUG", "quantity": 1}],
        },
        "buyer-withdraw-request": {},
        "seller-acknowledge": {"seller_order_id": "MINE-7"},
        "parcel-leaves": {"items": ["LAMP"]},
        "seller-confirm-shipment": {"items": ["LAMP"], "carrier": "UPS", "tracking": "1Z999"},
        "seller-refund": {"amounts": [{"sku": "LAMP", "amount": "2.50"}], "reason": "not_as_described"},
        "seller-cancel-refund": {"refund_id": f"{order_id}-R1"},
    }


def test_what_a_seller_says_of_ship_dates_and_invoices_has_its_options(terminal: Terminal) -> None:
    order_id = terminal.json("order", "create", "--no-hold", "--invoice")["order_id"]
    estimate = ("order", "act", order_id, "seller-estimate-ship-date")
    assert "Sourcing on Demand" in terminal.refused(*estimate, "--ship-date", "2026-03-09T08:00:00Z")
    assert "ship_date is required by seller-estimate-ship-date" in terminal.refused(*estimate, status=2)
    act(terminal, order_id, "seller-confirm-shipment")
    told = act(terminal, order_id, "seller-confirm-invoice", "--item", "SKU-1:1")
    assert (told["outcome"], told["order"]["status"]) == ("invoice_confirmed", "Shipped")
    assert told["order"]["items"][0]["quantity_invoiced"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("seller-cancel", "--reason", "no_inventry"), "no_inventory"),
        (("seller-cancel", "--text", "no"), "there are 'reason' and 'items'."),
        (("seller-cancel", "--item", "MUK"), "Its items are"),
        (("buyer-message",), "text is required by buyer-message"),
        (("seller-cancel-refund", "--refund-id", "R9"), "no such refund"),
        (("warehouse-ships",), "Allowed now: "),
    ],
)
def test_a_refused_action_is_told_in_a_sentence(terminal: Terminal, arguments: tuple[str, ...], words: str) -> None:
    order_id = place(terminal)
    before = terminal.json("journal")
    refused_by_rules = words in {"no such refund", "Allowed now: "}  # the others are words that no order would take
    assert words in terminal.refused("order", "act", order_id, *arguments, status=1 if refused_by_rules else 2)
    assert terminal.json("journal") == before


def test_a_refused_order_names_its_field(terminal: Terminal) -> None:
    assert "purchased_at" in terminal.refused("order", "create", "--purchased-at", "2027-01-01T00:00:00Z", status=2)
    assert "'sku'" in terminal.refused("order", "create", "--item", '{"sko": "MUG"}', status=2)
    assert "902-0000001-0000001" in terminal.refused("order", "create", "--id", "7", status=2)
    assert terminal.json("order", "list") == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--item", "MUG:" + "9" * 5_000), "items[0].sku has at most 100 characters"),
        (("--item", '{"sku": ' + "[" * 100_000), "is not a JSON object"),
        (("--item", '{"sku": "A", "price": "1e1000000000"}'), "items[0].price is an amount such as 20.00"),
        (("--count", "9" * 5_000), "--count"),
    ],
)
def test_numbers_without_end_are_refused(terminal: Terminal, arguments: tuple[str, ...], words: str) -> None:
    answer = terminal.try_("order", "create", *arguments)
    assert answer.exit_code in (1, 2), answer.output
    assert words in answer.stderr
    assert "Traceback" not in answer.output


def test_items_of_one_sku_are_placed_shown_and_named_by_their_ids(terminal: Terminal) -> None:
    order = terminal.json("order", "create", "--no-hold", "--item", "MUG:2", "--item", "MUG")
    first, second = (each["order_item_id"] for each in order["items"])
    assert [(each["sku"], each["quantity"]) for each in order["items"]] == [("MUG", 2), ("MUG", 1)]
    order_id = order["order_id"]
    for named in (("--item", "MUG"), ("--item", "MUG:3"), ("--item", f"{first}:1", "--item", "MUG:1")):
        refused = terminal.refused("order", "act", order_id, "seller-confirm-shipment", *named, status=2)
        assert (
            f"'MUG' is the SKU of 2 items, '{first}' and '{second}'; name each of them by its order item id." in refused
        )
    receipt = act(terminal, order_id, "seller-confirm-shipment", "--item", f"{first}:1", "--item", second)
    assert [each["quantity_confirmed"] for each in receipt["order"]["items"]] == [1, 1]
    refund = act(terminal, order_id, "seller-refund", "--amount", f"{second}=1.5", "--reason", "other")
    assert [each["order_item_id"] for each in refund["order"]["refunds"][0]["amounts"]] == [second]
    shown = terminal.run("order", "show", order_id)
    assert first in shown
    assert second in shown
    assert "2 x MUG" in terminal.run("order", "list")


@pytest.mark.parametrize("item", ["MUG-BLUE:two", "MUG-BLUE:-1", "MUG-BLUE:", ":2", "MUG-BLUE:2.0"])
def test_a_mistaken_count_is_no_sku(terminal: Terminal, item: str) -> None:
    refused = terminal.refused("order", "create", "--item", item, status=2)
    assert f'{{"sku": "{item}"}}' in " ".join(refused.split())
    made = terminal.json("order", "create", "--item", '{"sku": "MUG:BLUE"}', "--item", "MUG:RED:2")
    assert [(each["sku"], each["quantity"]) for each in made["items"]] == [("MUG:BLUE", 1), ("MUG:RED", 2)]


def test_statuses_are_taken_whatever_their_case(terminal: Terminal) -> None:
    terminal.run("order", "create", "--no-hold")
    assert len(terminal.json("order", "list", "--status", "canceled,unshipped")) == 1


@pytest.mark.parametrize("command", ["mail", "messages"])
def test_correspondence_of_an_order_that_there_is_not_is_refused(terminal: Terminal, command: str) -> None:
    assert "902-9999999-9999999" in terminal.refused(command, "--order", "902-9999999-9999999")
