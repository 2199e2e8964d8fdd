"""What shells offer: everything that has a finite list, from the core or from a server, and silence where none is."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete

from marketplace_sandbox.cli import main, offers
from marketplace_sandbox.cli.groups import PROGRAM
from marketplace_sandbox.cli.params import Instant, Moment
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.orders.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS
from tests.cli.terminal import Terminal
from tests.cli.test_help import LEAVES

ORDER = "902-0000001-0000001"
REPORT = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
ACKNOWLEDGEMENT = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"

FREE = {
    # what the user makes up or has from elsewhere: names, texts, addresses, secrets
    *("seller_id", "order_id of create", "seller_order_id", "buyer_name", "buyer_email", "reason_text", "text"),
    *("carrier", "tracking", "shipping_service", "address", "secret", "where", "forward_to", "token", "host"),
    *("public_url", "sqs_endpoint", "seller of play", "seller of demo", "options"),
    *("endpoint", "client_id", "client_secret", "refresh_token", "mws_access_key", "mws_secret_key", "webhook_secret"),
    # a span of time, an entry of a file
    "words of advance",
    "when",
}
"""Parameters that have no finite list, by their names, some of them only of one command."""

NUMBERS = (click.types.IntParamType, click.types.FloatParamType)


def completed(*words: str) -> list[str]:
    """What is offered for the last of some words."""
    *before, begun = words
    return [each.value for each in ShellComplete(main, {}, PROGRAM, "").get_completions(before, begun)]


def has_finite_list(command: click.Command, param: click.Parameter) -> bool:
    """Whether there is one of what a parameter may be. Files are the shell's own; numbers and instants have none."""
    if param._custom_shell_complete is not None:
        return True
    name = str(param.name)
    free = isinstance(param.type, (*NUMBERS, Instant)) and not isinstance(param.type, Moment)
    flag = isinstance(param, click.Option) and (param.is_flag or param.count)
    return not (free or flag or name in FREE or f"{name} of {command.name}" in FREE)


@pytest.fixture(scope="module")
def furnished(server_url: str, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A user whose seller has one of everything."""
    terminal = Terminal(
        server_url, Terminal(server_url).json("seller", "create", "--start", "2026-03-02T16:00:00Z")["seller_id"]
    )
    terminal.run("webhook", "add", "http://127.0.0.1:9/notifications")
    terminal.run("subscription", "add", "ORDER_CHANGE", "--queue", "orders")
    terminal.run("order", "create", "--id", ORDER, "--no-hold", "--item", "MUG-BLUE:2")
    terminal.run("order", "act", ORDER, "seller-confirm-shipment")
    terminal.run("order", "act", ORDER, "seller-refund", "--reason", "customer_return")
    terminal.run("faults", "add", "drop")
    terminal.run("report", "request", REPORT)
    file = tmp_path_factory.mktemp("feeds") / "cancel.txt"
    file.write_text("order-id\n")
    terminal.run("feed", "submit", ACKNOWLEDGEMENT, str(file))
    return terminal


@pytest.fixture
def user(furnished: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The same, whose shell knows the server."""
    monkeypatch.setenv("SANDBOX_URL", furnished.url)
    return furnished


BEFORE: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {
    ("order", "act"): {"action": (ORDER,)},
    ("faults", "add"): {"pairs": ("delay",)},
    ("feed", "submit"): {"file": (ACKNOWLEDGEMENT,)},
}
"""Arguments that stand before another one."""


def asked(words: tuple[str, ...], param: click.Parameter, seller: str) -> tuple[str, ...]:
    """A line that wants a parameter's value next."""
    knows_seller = any(each.name == "seller" for each in LEAVES[words].params)
    line = (*words, *(("--seller", seller) if knows_seller else ()))
    if isinstance(param, click.Option):
        arguments = (ORDER, "seller-refund") if words == ("order", "act") else ()
        return (*line, *arguments, param.opts[-1])
    return (*line, *BEFORE.get(words, {}).get(str(param.name), ()))


def test_everything_that_has_a_finite_list_is_offered(user: Terminal) -> None:
    tried, nothing = 0, []
    for words, command in LEAVES.items():
        for param in command.params:
            if has_finite_list(command, param):
                tried += 1
                line = asked(words, param, user.seller)
                if param.name in {"url", "pid"}:  # servers of this machine, of which there may be none
                    assert param._custom_shell_complete in {offers.addresses, offers.processes}
                elif not completed(*line, ""):
                    nothing.append(" ".join(line))
    assert nothing == []
    assert tried > 200


def test_what_is_called_free_is_there() -> None:
    names = {str(param.name) for command in LEAVES.values() for param in command.params}
    of_commands = {f"{param.name} of {command.name}" for command in LEAVES.values() for param in command.params}
    assert names | of_commands >= FREE


@pytest.mark.parametrize(
    ("action", "known"),
    [("seller-cancel", SELLER_REASONS), ("seller-refund", REFUND_REASONS)]
    + [(each, BUYER_REASONS) for each in ARGUMENTS if each.startswith("buyer-") and "reason" in ARGUMENTS[each]],
)
def test_reasons_are_those_of_who_acts(action: str, known: dict[str, object]) -> None:
    assert completed("order", "act", ORDER, action, "--reason", "") == list(known)


def test_reasons_say_what_they_mean() -> None:
    offered = ShellComplete(main, {}, PROGRAM, "").get_completions(
        ["order", "act", ORDER, "seller-cancel", "--reason"], "no_"
    )
    assert [(each.value, each.help) for each in offered] == [("no_inventory", "No Inventory")]


def test_what_a_world_has_is_asked_of_its_server(user: Terminal) -> None:
    mine = ("--seller", user.seller)
    (report,) = user.json("report", "list")
    (feed,) = user.json("feed", "list")
    (item,) = user.json("order", "show", ORDER)["items"]
    assert completed("order", "show", *mine, "902-") == [ORDER]
    assert completed("report", "download", *mine, "") == [report["reportId"]]
    assert completed("feed", "show", *mine, "") == [feed["feedId"]]
    assert completed("order", "act", *mine, ORDER, "seller-refund", "--item", "") == ["MUG-BLUE", item["order_item_id"]]
    assert completed("order", "act", *mine, ORDER, "seller-refund", "--amount", "MUG-BLUE:s") == ["MUG-BLUE:shipping="]
    assert completed("order", "create", *mine, "--item", "M") == ["MUG-BLUE"]
    assert completed("faults", "remove", *mine, "") == ["fault-1"]
    assert user.seller in completed("seller", "delete", "")
    assert completed("deliveries", "resend", *mine, "") == [each["id"] for each in user.json("deliveries", "list")]
    assert "http://127.0.0.1:9/notifications" in completed("webhook", "remove", *mine, "http")
    assert "ORDER_CHANGE" in completed("subscription", "remove", *mine, "ORD")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("settings", "set", "listing_l"), ["listing_lag="]),
        (("settings", "set", "limits="), ["limits=off", "limits=published", "limits=published_virtual", "limits=null"]),
        (("settings", "set", "buyer_withdrawal=o"), ["buyer_withdrawal=on", "buyer_withdrawal=off"]),
        (("seller", "create", "--setting", "listing_lag="), ["listing_lag=PT0S", "listing_lag=null"]),
        (("order", "list", "--status", "Unshipped,Pend"), ["Unshipped,PendingAvailability", "Unshipped,Pending"]),
        (("order", "list", "--status", "Unshipped,Unshipped"), []),
        (("faults", "add", "delay", "b"), ["by="]),
        (("faults", "add", "status", "operation=getOrders"), ["operation=getOrders"]),
        (("rules", "--rule", "R39"), ["R39"]),
        (("play", "auto-"), ["auto-cancel", "auto-"]),
        (("settings", ""), ["list", "get", "set", "reset"]),
        (("deliveries", "--fol"), ["--follow"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
    ],
    ids=" ".join,
)
def test_words_of_ours_are_offered(words: tuple[str, ...], offered: list[str]) -> None:
    assert completed(*words) == offered


@pytest.fixture
def mute() -> Iterator[str]:
    """The address of something that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_without_a_server_nothing_is_offered_and_nothing_said(
    mute: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(offers, "SECONDS", 0.05)
    for url in ("http://127.0.0.1:1", mute, "no address", "https://127.0.0.1:1"):
        assert completed("order", "show", "--url", url, "") == []
        assert completed("order", "act", "--url", url, ORDER, "seller-refund", "--item", "") == []
    assert capfd.readouterr() == ("", "")


class Odd(BaseHTTPRequestHandler):
    """A server that says it is a sandbox, and answers what nobody expects."""

    answer = b""
    slow: threading.Event | None = None
    """Until it is set, the answer comes on and on, a blank at a time, but not for ever."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("x-amzn-RequestId", "1")
        self.end_headers()
        with suppress(OSError):
            for _ in range(2_000 if self.slow else 0):
                self.wfile.write(b" ")
                if self.slow is None or self.slow.wait(0.01):
                    break
            self.wfile.write(self.answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    """The address of one."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


ENTRIES: tuple[Any, ...] = ({}, 1, None, [])
ODD: tuple[Any, ...] = (
    *([], 1, None, "x", {"items": 7, "refunds": "x", "marketplace_ids": 3, "next": {"at": 1}}),
    *({plural: [each]} for plural in ("orders", "queues", "journal", "jobs") for each in ENTRIES),
)


def test_what_answers_otherwise_than_a_sandbox_offers_nothing(odd: str, capfd: pytest.CaptureFixture[str]) -> None:
    for answer in (*map(json.dumps, ODD), "[" * 100_000):
        Odd.answer = answer.encode()
        for words in (("order", "show"), ("order", "create", "--item"), ("queue", "show"), ("report", "show")):
            assert completed(*words[:2], "--url", odd, *words[2:], "") == []
        assert completed("order", "act", "--url", odd, ORDER, "seller-refund", "--item", "") == []
    assert capfd.readouterr() == ("", "")


def test_words_that_a_shell_would_take_for_others_are_not_offered(odd: str) -> None:
    words = ("902-1", "902-2\nfile,", "902-3\tx", "\x1b]0;x\x07", "902-\u202e4", "--yes", "")
    Odd.answer = json.dumps({"orders": [{"order_id": each, "status": "a\x1b[2J\nb"} for each in words]}).encode()
    (offered,) = ShellComplete(main, {}, PROGRAM, "").get_completions(["order", "show", "--url", odd], "9")
    assert (offered.value, offered.help) == ("902-1", "a\\x1b[2J b")
    assert "--yes" not in completed("order", "show", "--url", odd, "-")


def test_an_answer_that_does_not_end_is_not_waited_for(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "WHOLE_SECONDS", 0.05)
    monkeypatch.setattr(Odd, "answer", b'{"orders": [{"order_id": "902-1", "status": "a"}]}')
    monkeypatch.setattr(Odd, "slow", threading.Event())
    try:
        assert completed("order", "show", "--url", odd, "") == []
    finally:
        assert Odd.slow is not None
        Odd.slow.set()
