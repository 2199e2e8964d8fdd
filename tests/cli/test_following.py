"""`--follow`: everything once and in order, whatever happens between two looks; and how it ends."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from typing import Any

import pytest
import requests

from marketplace_sandbox.cli import following
from marketplace_sandbox.cli.control_client import ControlClient
from marketplace_sandbox.cli.following import follow_deliveries, follow_list
from tests.cli.terminal import Terminal
from tests.e2e.sandbox import receiving
from tests.server_process import SCRIPT
from tests.serving import clean_environment, serving

US = "ATVPDKIKX0DER"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAUSE_SECONDS", 0.01)


@pytest.fixture
def control(terminal: Terminal) -> ControlClient:
    return ControlClient(terminal.url, terminal.seller, "")


def call_api(terminal: Terminal, times: int = 1) -> None:
    for _ in range(times):
        requests.get(
            f"{terminal.url}/orders/v0/orders", headers=token(terminal), params={"MarketplaceIds": US}, timeout=10
        )


def token(terminal: Terminal) -> dict[str, str]:
    lwa = terminal.json("seller", "show-credentials")["lwa"]
    form = {"grant_type": "refresh_token", **lwa}
    answer = requests.post(f"{terminal.url}/auth/o2/token", data=form, timeout=10)
    return {"x-amz-access-token": answer.json()["access_token"]}


def take(entries: Iterator[dict[str, Any]], number: int, name: str) -> list[Any]:
    return [each[name] for each in islice(entries, number)]


@pytest.mark.parametrize("page", [1, 2, 3, 1000])
def test_pages_lose_and_repeat_nothing(
    terminal: Terminal, control: ControlClient, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "LONGEST_PAGE", page)
    entries = follow_list(control, "journal")
    terminal.run("order", "create", "--count", "3", "--no-hold")
    length = len(terminal.json("journal"))
    assert take(entries, length, "version") == list(range(1, length + 1))
    terminal.run("clock", "advance", "1h")
    terminal.run("order", "create")
    longer = len(terminal.json("journal"))
    assert take(entries, longer - length, "version") == list(range(length + 1, longer + 1))


def test_what_is_written_meanwhile_comes_once(terminal: Terminal, control: ControlClient) -> None:
    def write() -> None:
        for _ in range(60):
            control.post("orders", {})

    entries = follow_list(control, "journal")
    writers = [threading.Thread(target=write) for _ in range(2)]
    for each in writers:
        each.start()
    assert take(entries, 121, "version") == list(range(1, 122))
    for each in writers:
        each.join()


@pytest.mark.parametrize("page", [1, 1000])
def test_after_a_reset_the_new_beginning_is_read(
    terminal: Terminal, control: ControlClient, page: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids, versions and numbers of the new world are those of the old one, so they say nothing."""
    monkeypatch.setattr(following, "LONGEST_PAGE", page)
    journal, calls = follow_list(control, "journal"), follow_list(control, "requests")
    terminal.run("order", "create")
    call_api(terminal)
    first = [take(journal, 2, "kind"), take(calls, 2, "operation")]
    terminal.run("seller", "reset")
    terminal.run("order", "create")
    call_api(terminal)
    assert [take(journal, 2, "kind"), take(calls, 2, "operation")] == first


def test_calls_of_the_next_server_are_not_taken_for_those_of_the_last(tmp_path: Any) -> None:
    """The log of calls is in memory and counts anew, while the world and its cursors go on."""
    store = ("--store", f"sqlite:///{tmp_path}/worlds.db")
    with serving(*store, store=False) as first:
        port = first.url.rpartition(":")[2]
        calls = follow_list(ControlClient(first.url, "", ""), "requests")
        call_api(Terminal(first.url), 3)
        assert take(calls, 6, "number") == [0, 1, 2, 3, 4, 5]
    with serving(*store, "--port", port, store=False) as second:
        call_api(Terminal(second.url))
        assert take(calls, 2, "number") == [0, 1]


def test_a_delivery_is_told_at_each_of_its_changes(terminal: Terminal, control: ControlClient) -> None:
    with receiving(lambda _body: 500) as receiver:
        terminal.run("webhook", "add", receiver.url)
        deliveries = follow_deliveries(control, {})
        order_id = terminal.json("order", "create", "--no-hold")["order_id"]
        terminal.run("order", "act", order_id, "seller-cancel", "--reason", "no_inventory")
        failed = next(deliveries)
        assert (failed["status"], len(failed["attempts"])) == ("failed", 1)
        receiver.answer = lambda _body: 200
        terminal.run("clock", "advance", "10s")
        delivered = next(deliveries)
        assert (delivered["id"], delivered["status"], len(delivered["attempts"])) == (failed["id"], "delivered", 2)
        terminal.run("deliveries", "resend", "--latest")
        assert len(next(deliveries)["attempts"]) == 3
        terminal.run("seller", "reset")
        terminal.run("webhook", "add", receiver.url)
        again = terminal.json("order", "create", "--no-hold")["order_id"]
        terminal.run("order", "act", again, "seller-cancel", "--reason", "no_inventory")
        assert next(deliveries)["order_id"] == again


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("journal", "--follow", "--limit", "3"), "placed"),
        (("journal", "--follow", "--kind", "placed", "--limit", "1"), "placed"),
        (("mail", "--follow", "--to", "buyer", "--limit", "1"), "canceled_by_seller"),
        (("messages", "--follow", "--limit", "1"), "Where is it?"),
        (("deliveries", "--follow", "--limit", "1"), "refused"),
        (("deliveries", "list", "--follow", "--status", "failed", "--limit", "1"), "failed"),
        (
            ("requests", "--follow", "--operation", "getOrders", "--limit", "1"),
            f"GET /orders/v0/orders?MarketplaceIds={US}",
        ),
    ],
)
def test_a_line_for_each_entry_as_text_and_as_json(terminal: Terminal, arguments: tuple[str, ...], words: str) -> None:
    terminal.run("webhook", "add", "http://127.0.0.1:1/nobody")
    order_id = terminal.json("order", "create", "--no-hold")["order_id"]
    terminal.run("order", "act", order_id, "buyer-message", "--text", "Where is it?")
    terminal.run("order", "act", order_id, "seller-cancel", "--reason", "no_inventory")
    call_api(terminal)
    text = terminal.run(*arguments)
    assert words in text
    lines = [json.loads(line) for line in terminal.run(*arguments, "--json").splitlines()]
    assert len(lines) == len(text.splitlines()) == int(arguments[-1])


def test_bodies_are_shown_without_secrets(terminal: Terminal) -> None:
    call_api(terminal)
    followed = terminal.run("requests", "--follow", "--bodies", "--limit", "2")
    listed = terminal.run("requests", "--bodies")
    for shown in (followed, listed):
        assert "grant_type=refresh_token" in shown
        assert "client_secret=REDACTED" in shown
        assert "Atza|" not in shown
        assert '"access_token":"REDACTED"' in "".join(shown.split())
    assert "  > grant_type" in followed
    assert "\n  < {" in followed
    assert "body" not in terminal.json("requests")[0]


def test_ctrl_c_ends_it_quietly_and_a_server_that_goes_is_told() -> None:
    with ExitStack() as running:
        server = running.enter_context(serving())
        env = clean_environment({"SANDBOX_URL": server.url})
        command = [str(SCRIPT), "journal", "--follow", "--json"]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as one,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as other,
        ):
            for each in (one, other):
                assert each.stdout
                assert json.loads(each.stdout.readline())["kind"] == "opened"
            os.kill(one.pid, signal.SIGINT)
            assert (*one.communicate(timeout=30), one.returncode) == ("", "", 0)
            running.close()
            output, errors = other.communicate(timeout=30)
    assert (output, other.returncode) == ("", 1)
    assert errors == f"Error: The server at {server.url} has gone.\n"
