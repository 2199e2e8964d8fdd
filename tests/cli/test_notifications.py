"""Webhooks, deliveries, and the receiver that `listen` is."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import requests
from standardwebhooks.webhooks import Webhook

from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE_TYPES
from tests.cli.terminal import Terminal
from tests.e2e.sandbox import receiving
from tests.server_process import SCRIPT
from tests.serving import clean_environment

SECRET = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
NOBODY = "http://127.0.0.1:1/nobody"


def test_webhooks_are_added_listed_and_removed(terminal: Terminal) -> None:
    assert terminal.run("webhook", "list") == "There is no webhook.\n"
    made = terminal.json("webhook", "add", NOBODY, "--change", "BuyerRequestedChange", "--type", "ORDER_CHANGE")
    assert made["secret"].startswith("whsec_")
    assert made["order_change_types"] == ["BuyerRequestedChange"]
    other = terminal.run("webhook", "add", "http://127.0.0.1:1/other", "--secret", SECRET)
    assert "secret" not in other
    assert NOBODY in terminal.run("webhook", "list")
    assert [each["url"] for each in terminal.json("webhook", "list")] == [NOBODY, "http://127.0.0.1:1/other"]
    assert f"did you mean '{NOBODY}'" in terminal.refused("webhook", "remove", f"{NOBODY}s")
    assert made["id"] in terminal.run("webhook", "remove", NOBODY)
    terminal.run("webhook", "remove", terminal.json("webhook", "list")[0]["id"])
    assert terminal.json("webhook", "list") == []
    assert "example.com" in terminal.refused("webhook", "add", "http://example.com/", status=2)


@pytest.mark.parametrize("change", ORDER_CHANGE_TYPES)
def test_every_change_that_is_offered_is_taken(terminal: Terminal, change: str) -> None:
    made = terminal.json("webhook", "add", NOBODY, "--change", change)
    assert made["order_change_types"] == [change]


def test_deliveries_are_listed_and_sent_again(terminal: Terminal) -> None:
    assert "webhook add" in terminal.refused("deliveries", "resend", "--latest")
    terminal.run("webhook", "add", NOBODY)
    order_id = canceled(terminal)
    (failed,) = terminal.json("deliveries", "list", "--status", "failed", "--order", order_id)
    assert "refused" in terminal.run("deliveries", "list")
    assert terminal.json("deliveries", "list", "--status", "delivered") == []
    (again,) = terminal.json("deliveries", "resend", failed["id"])
    assert len(again["attempts"]) == 2
    assert "failed" in terminal.run("deliveries", "resend", "--latest")
    assert "nothing" in terminal.refused("deliveries", "resend", "nothing")


def canceled(terminal: Terminal) -> str:
    order_id: str = terminal.json("order", "create", "--no-hold")["order_id"]
    terminal.run("order", "act", order_id, "seller-cancel", "--reason", "no_inventory")
    return order_id


@contextmanager
def listening(terminal: Terminal, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`listen` in a process of its own, ready; its last line so far was the address."""
    command = [str(SCRIPT), "listen", "--url", terminal.url, "--seller", terminal.seller, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def start_line(process: subprocess.Popen[str]) -> str:
    """What it says once it listens."""
    assert process.stderr
    line = process.stderr.readline()
    assert line.startswith("Listening on http://127.0.0.1:"), line + process.stderr.read()
    return line.strip()


def address(process: subprocess.Popen[str]) -> str:
    """Where it listens, once it does."""
    return start_line(process).split()[2].rstrip(".")


def ended(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ends it as Ctrl-C does; what else it printed."""
    os.kill(process.pid, signal.SIGINT)
    return process.communicate(timeout=30)


def test_a_delivery_is_printed_with_the_verdict_on_its_signature(terminal: Terminal) -> None:
    with listening(terminal) as process:
        url = address(process)
        assert [each["url"] for each in terminal.json("webhook", "list")] == [url]
        order_id = canceled(terminal)
        output, _ = ended(process)
    assert process.returncode == 0
    for words in (f"ORDER_CHANGE OrderStatusChange {order_id} Canceled", "signature: right", "answered 200"):
        assert words in output
    assert terminal.json("webhook", "list") == []
    (delivery,) = terminal.json("deliveries", "list")
    assert delivery["status"] == "delivered"


def test_ctrl_c_ends_it_and_takes_the_webhook_away(terminal: Terminal) -> None:
    with listening(terminal, "--change", "BuyerRequestedChange", "--path", "here") as process:
        assert address(process).endswith("/here")
        assert len(terminal.json("webhook", "list")) == 1
        output, errors = ended(process)
    assert (process.returncode, output, errors) == (0, "", "")
    assert terminal.json("webhook", "list") == []


def test_a_request_to_end_does_the_same(terminal: Terminal) -> None:
    with listening(terminal) as process:
        address(process)
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert terminal.json("webhook", "list") == []


def test_it_refuses_the_first_so_many(terminal: Terminal) -> None:
    with listening(terminal, "--fail", "2", "--status", "503", "--json") as process:
        address(process)
        canceled(terminal)
        terminal.run("clock", "advance", "1h")
        output, _ = ended(process)
    came = [json.loads(line) for line in output.splitlines()]
    assert [each["answered"] for each in came] == [503, 503, 200]
    assert len({each["id"] for each in came}) == 1
    assert all(each["verified"] for each in came)
    (delivery,) = terminal.json("deliveries", "list")
    assert [each["http_code"] for each in delivery["attempts"]] == [503, 503, 200]


def test_it_answers_every_delivery_with_one_status(terminal: Terminal) -> None:
    with listening(terminal, "--status", "418", "--body", "--deliveries", "2") as process:
        address(process)
        canceled(terminal)
        terminal.run("clock", "next")
        output, _ = process.communicate(timeout=30)
    assert output.count("answered 418") == 2
    assert '"OrderChangeNotification"' in output


def test_it_can_be_too_slow(terminal: Terminal) -> None:
    terminal.run("settings", "set", "webhook_timeout=PT0.1S")
    with listening(terminal, "--slow", "60") as process:
        address(process)
        canceled(terminal)
        output, _ = ended(process)
    assert "signature: right" in output
    (delivery,) = terminal.json("deliveries", "list")
    assert delivery["attempts"][0]["error"]


def test_it_verifies_with_a_secret_it_is_given(terminal: Terminal) -> None:
    with listening(terminal, "--no-register", "--secret", SECRET, "--json", "--deliveries", "2") as process:
        url = address(process)
        assert terminal.json("webhook", "list") == []
        terminal.run("webhook", "add", url, "--secret", SECRET)
        canceled(terminal)
        requests.post(url, data=b"{}", headers={"webhook-id": "x"}, timeout=10)
        output, _ = process.communicate(timeout=30)
    first, second = (json.loads(line) for line in output.splitlines())
    assert (first["verified"], second["verified"]) == (True, False)
    assert second["signature"].startswith("missing")


def test_no_port_and_no_server_are_told(terminal: Terminal) -> None:
    with listening(terminal) as process:
        port = address(process).rsplit(":", 1)[1].split("/")[0]
        assert f"Port {port} cannot be listened on" in terminal.refused("listen", "--port", port)
        ended(process)
    nobody = Terminal("http://127.0.0.1:1")
    assert "No sandbox answers" in nobody.refused("listen")


def test_verified_posts_are_passed_on_as_they_came_and_the_answer_comes_back(terminal: Terminal) -> None:
    answers = iter([503, 200])
    with (
        receiving(lambda _body: next(answers)) as consumer,
        listening(terminal, "--forward-to", consumer.url, "--json", "--deliveries", "3") as process,
    ):
        line = start_line(process)
        url, secret = line.split()[2].rstrip("."), line.rpartition(" ")[2]
        assert secret.startswith("whsec_")
        canceled(terminal)
        terminal.run("clock", "advance", "10s")
        assert requests.post(url, data=b"{}", headers={"webhook-id": "x"}, timeout=10).status_code == 401
        output, _ = process.communicate(timeout=30)
    came = [json.loads(line) for line in output.splitlines()]
    assert [(each["verified"], each["answered"]) for each in came] == [(True, 503), (True, 200), (False, 401)]
    assert [each["forwarded"]["url"] for each in came[:2]] == [consumer.url] * 2
    (delivery,) = terminal.json("deliveries", "list")
    assert [each["http_code"] for each in delivery["attempts"]] == [503, 200]
    assert len(consumer.raw) == 2
    for headers, raw in zip(consumer.headers, consumer.raw, strict=True):
        assert Webhook(secret).verify(raw, headers)
        assert headers["content-type"] == "application/json"
        assert headers["host"] == urlsplit(consumer.url).netloc


def test_a_consumer_that_is_not_there_is_told_and_answered_by_502(terminal: Terminal) -> None:
    with listening(terminal, "--forward-to", NOBODY, "--deliveries", "1") as process:
        start_line(process)
        canceled(terminal)
        output, _ = process.communicate(timeout=30)
    assert "answered 502" in output
    assert f"passed on to {NOBODY}: The connection was refused." in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--forward-to", "http://192.0.2.7/"), "elsewhere"),
        (("--forward-to", "http://[::1]evil/"), "names a host"),
        (("--forward-to", "http://me:hunter2@127.0.0.1/"), "no user and no password"),
        (("--forward-to", NOBODY, "--status", "500"), "leave --fail and --status out"),
    ],
)
def test_where_posts_may_not_be_passed_on_to(terminal: Terminal, arguments: tuple[str, ...], words: str) -> None:
    said = terminal.refused("listen", *arguments, status=2)
    assert words in said
    assert "hunter2" not in said
    assert terminal.json("webhook", "list") == []


@pytest.mark.parametrize(
    "words",
    [
        ("webhook", "remove", "http://127.0.0.1:9/nowhere"),
        ("subscription", "remove", "ORDER_CHANGE"),
        ("deliveries", "resend", "--latest"),
        ("journal", "--kind", "place"),
        ("order", "show", "902-0000009-0000009"),
    ],
    ids=" ".join,
)
def test_a_name_that_there_is_not_is_refused_as_data_where_that_is_wanted(
    terminal: Terminal, words: tuple[str, ...]
) -> None:
    said = terminal.refused(*words).removeprefix("Error: ").strip()
    (error,) = json.loads(terminal.try_(*words, "--json").stderr)["errors"]
    assert error["code"] == "NotFound"
    assert error["message"] in said
