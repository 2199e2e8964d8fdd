"""What commands print: JSON, sentences, tables that never cut a cell, and a sign of life when an answer takes long.

What is printed may come from a file, an API or a server, so its control characters are written out: here, once,
whichever way it is printed. rich is imported when something is shown to a person; `--json` need not wait for it.
"""

import itertools
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox.cli.columns import divide, draw_row, draw_rule, longest_word, wrap
from marketplace_sandbox.core.text.characters import escape_controls, escape_in_json

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult

FILE_COLUMNS = 160
"""How wide text is that goes to a file or a pipe, where COLUMNS says nothing."""

NARROWEST = 20
"""Columns that text has at least, whatever COLUMNS says."""

PATIENCE_SECONDS = 1.0

LEAVE_SECONDS = 2.0
"""So long an end waits for the line that tells how far it has come: what it is told by may have gone."""


def print_json(data: Any, *, err: bool = False, ascii_only: bool = False) -> None:
    """Data for programs. Of a long list the first entry is there at once."""
    if isinstance(data, list) and data and not err:
        pieces = (json.dumps(each, indent=2, ensure_ascii=ascii_only).replace("\n", "\n  ") for each in data)
        ends = itertools.chain(itertools.repeat(",", len(data) - 1), [""])
        click.echo("[")
        lines = ([f"  {escape_in_json(piece)}{end}"] for piece, end in zip(pieces, ends, strict=True))
        _print_lines(lines, len(data))
        click.echo("]")
        return
    click.echo(escape_in_json(json.dumps(data, indent=2, ensure_ascii=ascii_only)), err=err)


def print_json_line(data: Any) -> None:
    """The same in one line, for what goes on."""
    click.echo(escape_in_json(json.dumps(data, ensure_ascii=False)))


def say(text: str, *, err: bool = False) -> None:
    """A sentence for people."""
    click.echo(escape_controls(text), err=err)


@contextmanager
def show_line(text: str) -> Iterator[None]:
    """A line on standard error that stands there as long as the block lasts."""
    click.echo(escape_controls(text), err=True, nl=False)
    try:
        yield
    finally:
        click.echo("\r\x1b[2K", err=True, nl=False)


def print_file(text: str) -> None:
    """The text of a file: as it is, unless a person looks at it."""
    click.echo(escape_controls(text) if is_terminal() else text, nl=False)


def is_terminal() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()


def console(*, err: bool = False) -> "Console":
    """Where people read: a terminal as wide as it is, or a file."""
    from rich.console import Console  # noqa: PLC0415  a twentieth of a second

    found = Console(highlight=False, stderr=err)
    if not found.is_terminal:
        found = Console(highlight=False, stderr=err, width=_file_columns())
    found.push_render_hook(_EscapeControls())  # type: ignore[arg-type]  # rich asks for its own base class, which takes long
    return found


def columns_to_fill() -> int:
    """How wide what is printed may be: as the terminal is, or as COLUMNS says."""
    return max(NARROWEST, shutil.get_terminal_size().columns) if is_terminal() else _file_columns()


def _file_columns() -> int:
    said = os.environ.get("COLUMNS", "")
    return max(NARROWEST, int(said)) if said.isascii() and said.isdigit() else FILE_COLUMNS


class _EscapeControls:
    """Has what a console prints pass `_WithoutControls`; its own sequences for colours and positions are no text."""

    def process_renderables(self, renderables: list["ConsoleRenderable"]) -> list["ConsoleRenderable"]:
        """The same, to be escaped when they are rendered."""
        return [_WithoutControls(each) for each in renderables]


class _WithoutControls:
    """Something to print, with the control characters in its text written out."""

    def __init__(self, printed: "ConsoleRenderable") -> None:
        self._printed = printed

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        """Segments of text, escaped, and of control as they are."""
        from rich.segment import Segment  # noqa: PLC0415  the same

        for segment in console.render(self._printed, options):
            yield segment if segment.control else Segment(escape_controls(segment.text), segment.style)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], nothing: str, title: str = "") -> None:
    """Prints a table, or row after row where it has no room, or the sentence that there is nothing to show."""
    cells = [[_text(each) for each in row] for row in rows]
    if not cells:
        say(nothing)
        return
    width = columns_to_fill()
    widths = divide([list(each) for each in zip(columns, *cells, strict=True)], width)
    if title:
        say(f"\n{title}")
    if widths is None:
        _print_lines((_draw_fields(zip(columns, row, strict=True), width) for row in cells), len(cells))
        return
    click.echo()
    click.echo(click.style("\n".join(draw_row(columns, widths)), bold=True))
    click.echo(draw_rule(widths))
    _print_lines((draw_row(row, widths) for row in cells), len(cells))
    click.echo()


def _print_lines(rows: Iterable[Iterable[str]], count: int) -> None:
    """Prints the lines of each row at once; into a file it is shown how many there are by now."""
    printed = 0
    # On a terminal the rows themselves show how far it has come.
    with nullcontext() if is_terminal() else show_progress("Writing", lambda: f"{printed:,} of {count:,} are written"):
        for lines in rows:
            click.echo("\n".join(lines))
            printed += 1


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Prints names and values, one a line; what is None or empty is left out."""
    said = [(escape_controls(name), _text(value)) for name, value in fields if value not in (None, "", [], {})]
    if said:
        click.echo("\n".join(_draw_fields(said, columns_to_fill(), end=False)))


def _draw_fields(fields: Iterable[tuple[str, str]], width: int, *, end: bool = True) -> Iterator[str]:
    """The lines of names and values, the values under one another; with an empty one at the end."""
    said = [(name, text) for name, text in fields if text]
    first = max((len(name) for name, _ in said), default=0)
    for name, text in said:
        room = max(1, width - first - 2)
        if room < longest_word(text) <= width - 2:
            yield name  # a value stands beneath its name where some word of it is too long to stand beside
            yield from (f"  {line}" for line in wrap(text, width - 2))
            continue
        for number, line in enumerate(wrap(text, room)):
            yield f"{'' if number else name:<{first}}  {line}".rstrip()
    if end:
        yield ""


def _text(value: Any) -> str:
    return escape_controls(write_value(value)).expandtabs()


def write_value(value: Any) -> str:
    """A JSON value as people read it: yes and no, lists with commas, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(write_value(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {write_value(each)}" for name, each in value.items())
    return str(value)


@contextmanager
def show_progress(doing: str, follow: Callable[[], str] | None = None) -> Iterator[None]:
    """Shows on a terminal that something is under way, from its second second on.

    `follow` says each second how far it has come. It is called in a thread of its own, and raises nothing.
    """
    if not sys.stderr.isatty():
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_show, args=(doing, follow, ended), name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(LEAVE_SECONDS)


def _show(doing: str, follow: Callable[[], str] | None, ended: threading.Event) -> None:
    """Shows a line until the end, and takes it away again."""
    if ended.wait(PATIENCE_SECONDS):
        return
    progress = _progress(doing)
    progress.start()
    try:
        while not ended.is_set():
            if follow and (told := follow()):
                progress.update(progress.task_ids[0], description=escape_controls(told))
            ended.wait(PATIENCE_SECONDS)
    finally:
        progress.stop()


def _progress(doing: str) -> Any:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  the same

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=console(err=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.add_task(escape_controls(doing), total=None)
    return progress
