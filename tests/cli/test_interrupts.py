"""Ctrl-C, pipes that close and full devices: commands end with a word of what has become of it, or with none."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.cli import files
from marketplace_sandbox.cli.control_client import ControlClient
from marketplace_sandbox.scenario import writing
from tests.cli.terminal import Terminal, run
from tests.serving import clean_environment


def interrupt(*_: Any, **__: Any) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "arguments",
    [
        ("order", "list"),
        ("mail", "--json"),
        ("messages",),
        ("journal",),
        ("journal", "--whole"),
        ("requests",),
        ("deliveries",),
        ("diff", "--from", "1"),
        ("export",),
    ],
    ids=" ".join,
)
def test_what_only_reads_ends_without_a_word(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ControlClient, "send", interrupt)
    ended = run(*arguments)
    assert (ended.exit_code, ended.output) == (130, "")


@pytest.mark.parametrize("arguments", [("fork",), ("rewind", "--version", "1"), ("settings", "reset", "limits")])
def test_what_the_server_has_begun_it_ends(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.Session.request", interrupt)
    ended = run(*arguments)
    assert ended.exit_code == 130
    assert ended.stdout == ""
    assert "the server ends what it has begun" in ended.stderr


def test_an_interrupted_list_has_printed_whole_rows(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("order", "create", "--count", "3")
    draw: list[list[str]] = []

    def draw_two(row: list[str], *_: Any) -> Iterator[str]:
        if len(draw) == 3:
            raise KeyboardInterrupt
        draw.append(row)
        yield row[0]

    monkeypatch.setattr("marketplace_sandbox.cli.tables.draw_row", draw_two)
    ended = terminal.try_("order", "list")
    assert ended.exit_code == 130
    assert ended.stderr == ""
    assert [line for line in ended.stdout.splitlines() if "902-" in line] == [each[0] for each in draw[1:]]


@pytest.mark.parametrize(("before", "words"), [(None, "was not written"), ("of before", "is as it was")])
def test_an_interrupted_export_leaves_no_half_file(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, before: str | None, words: str
) -> None:
    file = tmp_path / "world.yaml"
    if before:
        file.write_text(before)

    def write_half(_: Any) -> Iterator[str]:
        yield "about: half\n"
        assert len(list(tmp_path.iterdir())) == (2 if before else 1)
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "to_yaml", write_half)
    ended = terminal.try_("export", "--output", str(file), "--force")
    assert ended.exit_code == 130
    assert ended.stderr == f"Interrupted; {file} {words}.\n"
    assert [each.read_text() for each in tmp_path.iterdir()] == ([before] if before else [])


def test_what_is_written_is_nobody_elses_meanwhile_and_goes_through_no_link(tmp_path: Path) -> None:
    """In a folder of many, /tmp for one, somebody may have made what will be written beside the file."""
    file, mine = tmp_path / ("ü" * 120), tmp_path / "mine"
    file.write_text("before")
    file.chmod(0o600)
    mine.write_text("mine")
    beside = files._beside(file)
    beside.symlink_to(mine)

    def pieces() -> Iterator[str]:
        assert (beside.is_symlink(), beside.stat().st_mode & 0o777) == (False, 0o600)
        yield "after"

    files.write_whole(file, pieces(), force=True)
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("after", 0o600)
    assert mine.read_text() == "mine"
    assert set(tmp_path.iterdir()) == {file, mine}


def test_an_export_goes_where_a_link_leads_and_into_a_pipe(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("order", "create")
    link = tmp_path / "link.yaml"
    (tmp_path / "world.yaml").write_text("")
    link.symlink_to(tmp_path / "world.yaml")
    assert "is there already" in terminal.refused("export", "--output", str(link))
    terminal.run("export", "--output", str(link), "--force")
    assert link.is_symlink()
    assert "orders:\n" in (tmp_path / "world.yaml").read_text()
    terminal.run("export", "--output", os.devnull, "--force")
    assert "No such file or directory" in terminal.refused("export", "--output", str(tmp_path / "none" / "x"))


IMPORTING = """
import os, signal, sys
from marketplace_sandbox.__main__ import main

class Interrupting:
    def find_spec(self, name, *_):
        if name == "marketplace_sandbox.cli.groups":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
main()
"""


def test_an_interrupt_while_it_is_imported_ends_the_program_without_a_word() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTING], capture_output=True, text=True, env=clean_environment(), check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")
