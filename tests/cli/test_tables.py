"""What is printed: nothing is cut on a narrow terminal, markup in data stays text, long waits show a sign of life."""

import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from marketplace_sandbox.cli import tables
from marketplace_sandbox.cli.columns import wrap
from marketplace_sandbox.scenario import report
from tests.cli.terminal import run

LONG = "a sentence that is much too long for the column that it stands in and goes on in the next line"


def test_a_long_cell_goes_on_in_the_next_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    tables.print_table(("one", "two"), [("z" * 60, LONG)], "")
    shown = capsys.readouterr().out
    assert "…" not in shown
    assert shown.count("z") == 60
    assert all(word in shown for word in LONG.split())


@pytest.mark.parametrize("columns", range(30, 120, 7))
def test_no_word_is_broken_where_there_is_room(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [["902-0000001-0000001", LONG, "a few words"], ["x", "short", LONG.replace(" ", "-", 3)]]
    tables.print_table(("one", "two", "three"), rows, "")
    shown = capsys.readouterr().out
    room = columns >= 19 + 8 + len("a-sentence-that-is") + 10
    assert ("─" in shown) == room
    if room:
        assert all(word in shown.split() for row in rows for cell in row for word in cell.split())
        assert max(map(len, shown.splitlines())) <= columns


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one\n\n  two", 9, ["one", "", "  two"]),
        ("abcdefgh ij", 3, ["abc", "def", "gh", "ij"]),
        ("五五 五", 4, ["五五", "五"]),
    ],
)
def test_a_text_is_wrapped_by_what_it_takes_on_a_terminal(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_a_table_stands_in_columns(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "26")
    tables.print_table(("order", "title"), [["1", "五 mugs, blue"], ["22", None]], "")
    assert capsys.readouterr().out.splitlines() == [
        "",
        "  order   title",
        " " + "─" * 23,
        "  1       五 mugs, blue",
        "  22",
        "",
    ]


def test_a_list_in_json_is_what_json_writes(capsys: pytest.CaptureFixture[str]) -> None:
    entries = [{"text": 'a\n"b"', "items": [1, {"deep": []}]}, "word\x9b", 3]
    tables.print_json(entries)
    assert capsys.readouterr().out == json.dumps(entries, indent=2).replace("\x9b", "\\u009b") + "\n"


def test_drawing_into_a_file_is_told_with_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    @contextmanager
    def follow(_doing: str, ask: Callable[[], str]) -> Iterator[None]:
        told.append(ask())
        yield
        told.append(ask())

    monkeypatch.setattr(tables, "show_progress", follow)
    tables.print_table(("one",), [["x"]] * 1200, "")
    assert told == ["0 of 1,200 are written", "1,200 of 1,200 are written"]


def test_without_room_row_follows_row(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    tables.print_table(("order", "status"), [["902-0000001-0000001", "PartiallyShipped"]], "Nothing.")
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["order", "902-0000001-0000001"],
        ["status", "PartiallyShipped"],
        [],
    ]


def test_markup_in_data_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    tables.print_table(("one", "two"), [("[red]x[/red]", "")], "")
    assert "[red]x[/red]" in capsys.readouterr().out


def test_a_value_stands_beneath_its_name_where_it_has_no_room_beside_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    tables.print_fields([("a name of letters", "902-0000001-0000001"), ("b", "short")])
    assert capsys.readouterr().out.splitlines() == [
        "a name of letters",
        "  902-0000001-0000001",
        "b                  short",
    ]


def test_values_are_words() -> None:
    assert [tables.write_value(each) for each in (None, True, False, 3, ["a", 1], {"a": True})] == [
        "", "yes", "no", "3", "a, 1", "a: yes",
    ]  # fmt: skip


@pytest.mark.parametrize("arguments", [("rules", "--stage", "requested"), ("rules",)])
def test_rules_are_whole_at_eighty_columns(arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in run(*arguments).output


@pytest.mark.parametrize(("columns", "width"), [("90", 90), ("7", 20), ("wide", 160), ("", 160)])
def test_columns_says_how_wide_a_pipe_is(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert tables.console().width == width


def test_a_timeline_is_whole_at_eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = run("play", "shown-the-official-way").output
    assert "…" not in shown
    assert report.__name__ in sys.modules


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_long_wait_shows_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, begun = Terminal(), threading.Event()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(tables, "PATIENCE_SECONDS", 0.0)
    progress = tables._progress
    monkeypatch.setattr(tables, "_progress", lambda doing: Seen(progress(doing), begun))
    with tables.show_progress("Waiting for [it]"):
        assert begun.wait(60)
    assert "Waiting for [it]" in screen.getvalue()


class Seen:
    """A progress that says when it has begun."""

    def __init__(self, progress: object, begun: threading.Event) -> None:
        self.progress, self.begun = progress, begun

    def start(self) -> None:
        self.progress.start()  # type: ignore[attr-defined]
        self.begun.set()

    def stop(self) -> None:
        self.progress.stop()  # type: ignore[attr-defined]


def test_a_short_wait_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    with tables.show_progress("Waiting"):
        pass
    assert "Waiting" not in screen.getvalue()


def test_a_file_gets_no_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(tables, "PATIENCE_SECONDS", 0.0)
    with tables.show_progress("Waiting"):
        pass
    assert screen.getvalue() == ""
