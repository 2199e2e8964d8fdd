"""What others wrote (a scenario's author, a client, a server) cannot act on the terminal it is shown on."""

import ast
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from marketplace_sandbox.cli import tables
from marketplace_sandbox.core.text.characters import escape_controls
from tests.cli.terminal import Terminal, run
from tests.server_process import SCRIPT
from tests.serving import clean_environment

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt.exe\x7f"
"""Renames a terminal, clears it, colours it, turns letters round."""

TITLE = "Mug \x9b31m\u202etxt.exe\x7f"
"""As much of it as an order takes."""

CLI = Path(tables.__file__).parent


def is_clean(text: str) -> bool:
    return escape_controls(text) == text


@pytest.fixture
def hostile_scenario(tmp_path: Path) -> Path:
    file = tmp_path / "hostile.yaml"
    order = {"id": "902-0000001-0000001", "items": [{"sku": "MUG", "title": TITLE}]}
    expected = {"orders": {order["id"]: {"status": "Canceled"}}}
    scenario = {"about": f"About {HOSTILE}", "source": HOSTILE, "start": "2026-03-02T16:00:00Z", "orders": [order]}
    message = {"at": "+1h", "buyer-message": order["id"], "with": {"text": TITLE}}
    file.write_text(yaml.safe_dump({**scenario, "script": [message], "expect": expected}))
    return file


def test_a_scenario_played_is_clean(hostile_scenario: Path) -> None:
    shown = run("play", str(hostile_scenario))
    assert shown.exit_code == 1
    assert "About \\x1b]0;owned" in shown.stdout
    assert is_clean(shown.stdout)
    assert is_clean(shown.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ("order", "show", "902-0000001-0000001"),
        ("order", "list"),
        ("messages",),
        ("journal",),
        ("export",),
        ("order", "show", f"902{HOSTILE}"),
        ("seller", "show-credentials", HOSTILE),
        ("webhook", "remove", HOSTILE),
        ("settings", "get", HOSTILE),
        (f"or{HOSTILE}der",),
        ("order", f"sh{HOSTILE}ow"),
        ("order", "list", f"--{HOSTILE}"),
    ],
    ids=ascii,
)
def test_what_a_server_answers_and_what_is_refused_is_clean(
    terminal: Terminal, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "is_terminal", lambda: True)
    item = json.dumps({"sku": "MUG", "title": TITLE})
    terminal.run("order", "create", "--id", "902-0000001-0000001", "--no-hold", "--item", item)
    terminal.run("order", "act", "902-0000001-0000001", "buyer-message", "--text", TITLE)
    shown = terminal.try_(*arguments)
    assert is_clean(shown.stdout)
    assert is_clean(shown.stderr)


def test_json_is_clean_and_means_the_same(terminal: Terminal) -> None:
    item = json.dumps({"sku": "MUG", "title": TITLE})
    terminal.run("order", "create", "--item", item)
    printed = terminal.run("order", "list", "--json")
    assert is_clean(printed)
    assert json.loads(printed)[0]["items"][0]["title"] == TITLE


def test_a_file_is_printed_as_it_is_where_nobody_looks(terminal: Terminal) -> None:
    terminal.run("order", "create", "--item", json.dumps({"sku": "MUG", "title": "a\u202eb"}))
    assert "a\u202eb" in terminal.run("export")


@pytest.mark.parametrize("show", [lambda to: to.print(HOSTILE), lambda _: tables.print_table(("a",), [[HOSTILE]], "")])
def test_colours_of_our_own_reach_a_terminal_and_others_do_not(
    show: Callable[[Console], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(screen, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("TERM", "xterm-256color")
    terminal = tables.console()
    terminal.print("ours", style="green")
    ours = screen.getvalue()
    assert "\x1b[32m" in ours
    show(terminal)
    theirs = screen.getvalue().removeprefix(ours)
    assert not any(each in theirs for each in ("\x1b]0", "\x1b[2J", "\x9b", "\u202e", "\x07", "\x7f"))
    assert "]0;owned" in theirs


def test_a_real_terminal_gets_no_sequence_of_a_scenario(hostile_scenario: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [str(SCRIPT), "play", str(hostile_scenario)], stdout=theirs, stderr=theirs, env=clean_environment()
    ) as process:
        os.close(theirs)
        shown = _read_all(ours)
    assert process.returncode == 1
    assert not any(each.encode() in shown for each in ("\x1b]0", "\x1b[2J", "\x9b", "\u202e", "\x07"))


def _read_all(descriptor: int) -> bytes:
    shown = b""
    with os.fdopen(descriptor, "rb", buffering=0) as terminal:
        while True:
            try:
                piece = terminal.read(65_536)
            except OSError:  # Linux says so once the other end is closed
                return shown
            if not piece:
                return shown
            shown += piece


def test_nothing_is_printed_past_the_one_place() -> None:
    """Commands print by `tables`; `serve` and a few others print lines that are all their own."""
    own = {"tables.py", "serve.py", "completion.py", "wiring.py"}
    for file in CLI.rglob("*.py"):
        if file.name in own:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            assert name not in ("click.echo", "click.secho", "print", "Console"), f"{file}:{node.lineno}"  # type: ignore[attr-defined]
