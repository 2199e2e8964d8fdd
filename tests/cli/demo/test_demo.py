"""Demos in a terminal: listed, told on a server, back and on, recorded, and tidied up whatever ends them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace_sandbox.cli.demo.keys import Wish, ask_by_key
from marketplace_sandbox.cli.demo.screenshots import take_screenshots
from marketplace_sandbox.cli.demo.show import open_show
from marketplace_sandbox.cli.play import find_scenario
from marketplace_sandbox.core.world.bounds import Totals
from tests.cli.terminal import Terminal, run

NAME = "buyer-in-a-hurry"


def heads(text: str) -> list[str]:
    """Which steps were shown, in their order."""
    return re.findall(r"^── (.+?) (?:·|─)", text, re.MULTILINE)


def sellers(url: str) -> set[str]:
    return {each["seller_id"] for each in Terminal(url).json("seller", "list")}


def test_without_a_name_they_are_listed() -> None:
    listed = run("demo").stdout
    assert "buyer-in-a-hurry" in listed
    assert "To be told one: marketplace-sandbox demo NAME" in listed
    assert [each["title"] for each in json.loads(run("demo", "--json").stdout)][:1] == ["A buyer in a hurry"]


def test_one_is_told_with_its_pages_and_its_consumer(server_url: str) -> None:
    told = run("demo", "weekend-without-consumer", "--pace", "0", "--url", server_url, "--seller", "AWEEKEND")
    assert told.exit_code == 0, told.output
    assert heads(told.stdout) == [f"{number} of 10" for number in range(1, 11)]
    for words in (
        "Somebody deploys on a Friday evening",
        "failed after 8 attempts; the next at 2026-03-09T13:35:05Z",
        'AmazonOrderId "902-0000001-0000001", LastUpdateDate "2026-03-07T10:00:00Z"',
        "at 2026-03-09T13:35:05Z, attempt 9",
        f"Page: {server_url}/notifications?seller=AWEEKEND",
        f"Page: {server_url}/seller/orders?tab=unshipped&buyer_requested_cancel=1&seller=AWEEKEND",
        "The end. Passed:",
        f"It stands in seller AWEEKEND of {server_url}.",
    ):
        assert words in " ".join(told.stdout.split())
    assert "delivery-retry" not in told.stdout


def test_many_alike_are_a_line(server_url: str) -> None:
    told = run("demo", "rate-turns-bad", "--pace", "0", "--url", server_url).stdout
    for words in ("hold-ends of 40 orders", "and 37 more.", "✉ 50 to the seller, such as: Sold", "1 of 40, 2.50%: BAD"):
        assert words in told


def test_one_goes_back_and_on_and_leaves_its_own_seller_alone(server_url: str) -> None:
    before = sellers(server_url)
    typed = "\n\nb\nb\nb\n\n\n" + "\n" * 6
    told = run("demo", NAME, "--url", server_url, "--seller", "ABACK", text=typed)
    assert told.exit_code == 0, told.output
    assert heads(told.stdout)[:6] == ["1 of 7", "2 of 7", "back at 1 of 7", "back at the beginning", "1 of 7", "2 of 7"]
    assert "This is the beginning." in told.stdout
    assert "Passed: " in told.stdout
    assert sellers(server_url) == before | {"ABACK"}


def test_one_is_left_in_the_middle(server_url: str) -> None:
    told = run("demo", NAME, "--url", server_url, text="\nq\n")
    assert told.exit_code == 0
    assert heads(told.stdout) == ["1 of 7"]
    assert "Left.\nIt stands in seller" in told.stdout


def test_what_going_back_has_left_is_deleted_after_ctrl_c(server_url: str) -> None:
    before = sellers(server_url)
    wishes: Iterator[Wish] = iter([Wish.NEXT, Wish.NEXT, Wish.BACK])

    def ask(_next_thing: str) -> Wish:
        for wish in wishes:
            return wish
        assert len(sellers(server_url)) == len(before) + 2
        raise KeyboardInterrupt

    def show_it() -> None:
        with open_show(find_scenario(NAME, Totals()), server_url, "ALEFT", "") as show:
            show.ask = ask
            show.show()

    with pytest.raises(KeyboardInterrupt):
        show_it()
    assert sellers(server_url) == before | {"ALEFT"}


def test_what_the_apis_say_is_shown_once_and_on_a_narrow_terminal_in_lines(server_url: str) -> None:
    """No line is longer than the terminal but for what is one word."""
    told = run("demo", "shipped-too-early", "--pace", "0", "--url", server_url, env={"COLUMNS": "72"}).stdout
    assert told.count("Every API says of 902-0000001-0000001 what it said before.") > 1
    assert 'status: MWS Orders 2013-09-01 "Unshipped"' in told
    assert [line for line in told.splitlines() if len(line) > 72 and " " in line.strip().removeprefix("Page: ")][
        1:
    ] == []
    assert '"Unshipped"' in run("demo", "shipped-too-early", "--pace", "0", "--url", server_url).stdout


BROWSER = """#!/bin/sh
for each; do case $each in --screenshot=*) printf '%s' "$each $0" > "${each#--screenshot=}";; esac; done
"""


def test_pages_are_pictured_where_there_is_a_browser(
    server_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = tmp_path / "bin" / "chromium"
    browser.parent.mkdir()
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", f"{browser.parent}:/usr/bin:/bin")
    take = take_screenshots(tmp_path / "told.cast")
    take(1, f"{server_url}/")
    take(2, "")
    assert sorted(file.name for file in tmp_path.glob("*.png")) == ["told-01.png"]


@pytest.mark.parametrize(
    ("path", "page", "words"),
    [
        ("/nowhere", "/", "There is no browser on this machine"),
        (None, "/seller/nothing", "There is no page at"),
        ("here", "/", "has taken no picture"),
    ],
)
def test_a_picture_that_cannot_be_taken_is_told_once(
    server_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    path: str | None,
    page: str,
    words: str,
) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\nexit 1\n")
    browser.chmod(0o755)
    monkeypatch.setenv("PATH", "/nowhere" if path == "/nowhere" else f"{tmp_path}:/usr/bin:/bin")
    take = take_screenshots(tmp_path / "told.cast")
    for number in (1, 2):
        take(number, f"{server_url}{page}")
    assert capsys.readouterr().err.count(words) == 1


def test_a_recording_has_all_that_was_printed_and_takes_no_time(server_url: str, tmp_path: Path) -> None:
    file = tmp_path / "told.cast"
    told = run("demo", NAME, "--record", str(file), "--no-screenshots", "--pace", "5", "--url", server_url)
    assert told.exit_code == 0, told.output
    head, *events = map(json.loads, file.read_text().splitlines())
    assert (head["version"], head["title"]) == (2, "A buyer in a hurry")
    assert head["width"] > 20
    printed = "".join(text for _, kind, text in events if kind == "o")
    assert "── 7 of 7 · +3h" in printed
    assert "\x1b[1mAda changes her mind after ten minutes" in printed
    assert "\n" not in printed.replace("\r\n", "")
    assert "\x1b" not in told.stdout
    marks = [(at, text) for at, kind, text in events if kind == "m"]
    assert [text for _, text in marks][1] == "2. Ada changes her mind after ten minutes"
    assert [int(at) // 5 for at, _ in marks] == sorted({int(at) // 5 for at, _ in marks})
    assert events[-1][0] > 35
    assert [at for at, _, _ in events] == sorted(at for at, _, _ in events)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("demo", "buyer-in-a-hury"), 2, "did you mean 'buyer-in-a-hurry'?"),
        (("demo", NAME, "--pace", "-1"), 2, "--pace"),
        (("demo", NAME, "--json"), 2, "--json lists the demos"),
        (("demo", NAME, "--url", "http://127.0.0.1:1"), 1, "No sandbox answers at http://127.0.0.1:1"),
    ],
)
def test_what_is_wrong_is_told(arguments: tuple[str, ...], status: int, words: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == status
    assert words in answer.stderr
    assert "Traceback" not in answer.output


def test_a_recording_that_cannot_be_written_is_told(server_url: str, tmp_path: Path) -> None:
    answer = run("demo", NAME, "--record", str(tmp_path / "none" / "x.cast"), "--url", server_url)
    assert (answer.exit_code, "cannot be written" in answer.stderr) == (1, True)


@pytest.mark.parametrize(
    ("pressed", "wish"),
    [(" ", Wish.NEXT), ("x\x1b[C", Wish.NEXT), ("b", Wish.BACK), ("\x7f", Wish.BACK), ("q", Wish.QUIT)],
)
def test_a_key_is_enough(monkeypatch: pytest.MonkeyPatch, pressed: str, wish: Wish) -> None:
    """An arrow comes in one piece, and keys that mean nothing are passed over."""
    keys = iter(re.findall(r"\x1b\[.|.", pressed, re.DOTALL))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.getchar", lambda: next(keys))
    assert ask_by_key("the next step") is wish


def test_a_servers_command_that_is_gone_takes_it_along() -> None:
    """Whatever has ended the command, a closed terminal or a kill: the pipe to its server ends."""
    program = [sys.executable, "-P", "-m", "marketplace_sandbox.cli.demo.watched_server"]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        assert server.stdout
        assert server.stdin
        assert server.stdout.readline().startswith(b"Listening on ")
        server.stdin.close()
        assert server.wait(timeout=60) == 0
