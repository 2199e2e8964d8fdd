"""What commands print: JSON, sentences, tables that never cut a cell, and a sign of life when an answer takes long.

What is printed may come from a file, an API or a server, so its control characters are written out: here, once,
whichever way it is printed. rich is imported when something is shown to a person; `--json` need not wait for it.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox.core.text.characters import escape_controls, escape_in_json

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderResult
    from rich.table import Table
    from rich.text import Text

FILE_COLUMNS = 160
"""How wide text is that goes to a file or a pipe, where COLUMNS says nothing."""

NARROWEST = 20
"""Columns that text has at least, whatever COLUMNS says."""

BETWEEN = 3
"""Columns of a terminal between two of a table."""

PATIENCE_SECONDS = 1.0


def print_json(data: Any, *, err: bool = False, ascii_only: bool = False) -> None:
    """Data for programs."""
    click.echo(escape_in_json(json.dumps(data, indent=2, ensure_ascii=ascii_only)), err=err)


def print_json_line(data: Any) -> None:
    """The same in one line, for what goes on."""
    click.echo(escape_in_json(json.dumps(data, ensure_ascii=False)))


def say(text: str, *, err: bool = False) -> None:
    """A sentence for people."""
    click.echo(escape_controls(text), err=err)


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
        said = os.environ.get("COLUMNS", "")
        width = max(NARROWEST, int(said)) if said.isascii() and said.isdigit() else FILE_COLUMNS
        found = Console(highlight=False, stderr=err, width=width)
    found.push_render_hook(_EscapeControls())  # type: ignore[arg-type]  # rich asks for its own base class, which takes long
    return found


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


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], title: str | None = None) -> "Table":
    """A table whose long cells go on in the next line. Cells are taken as they are, not as markup."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415  the same
    from rich.table import Table  # noqa: PLC0415  the same

    built = Table(box=SIMPLE_HEAD, title=title, title_justify="left")
    for column in columns:
        built.add_column(column, overflow="fold")
    for row in rows:
        built.add_row(*(_cell(each) for each in row))
    return built


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], nothing: str) -> None:
    """Prints a table, or row after row where it has no room, or the sentence that there is nothing to show."""
    cells = [list(row) for row in rows]
    terminal = console()
    if not cells:
        say(nothing)
        return
    built = table(columns, cells)
    if fit_columns(built, columns, cells, terminal.width):
        terminal.print(built)
        return
    for row in cells:
        print_fields(zip(columns, row, strict=True))
        click.echo()


def fit_columns(table: "Table", columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int) -> bool:
    """Divides the width among the columns so that no word is broken. False where there is too little of it."""
    texts = list(zip(columns, *([_cell(each).plain for each in row] for row in rows), strict=True))
    least = [_longest(each.split() for each in column) for column in texts]
    missing_widths = [
        _longest(each.split("\n") for each in column) - word for column, word in zip(texts, least, strict=True)
    ]
    spare = width - sum(least) - BETWEEN * len(columns) - 1
    if 0 <= spare < sum(missing_widths):
        for column, word, more in zip(table.columns, least, _share(spare, missing_widths), strict=True):
            column.width = word + more
    return spare >= 0


def _share(spare: int, wishes: Sequence[int]) -> list[int]:
    """So much for each: who wants little gets it, the others share the rest alike."""
    shares = [0] * len(wishes)
    for number, index in enumerate(sorted(range(len(wishes)), key=wishes.__getitem__)):
        shares[index] = min(wishes[index], spare // (len(wishes) - number))
        spare -= shares[index]
    return shares


def _longest(pieces: Iterable[Sequence[str]]) -> int:
    """How many columns the longest piece takes."""
    from rich.cells import cell_len  # noqa: PLC0415  the same

    return max((cell_len(piece) for each in pieces for piece in each), default=0)


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Prints names and values, one a line; what is None or empty is left out."""
    from rich.table import Table  # noqa: PLC0415  the same

    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in fields:
        if value not in (None, "", [], {}):
            grid.add_row(name, _cell(value))
    console().print(grid)


def _cell(value: Any) -> "Text":
    from rich.text import Text  # noqa: PLC0415  the same

    return value if isinstance(value, Text) else Text(escape_controls(write_value(value)))


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
    progress, ended = _progress(doing), threading.Event()

    def show() -> None:
        if ended.wait(PATIENCE_SECONDS):
            return
        progress.start()
        while follow and not ended.wait(PATIENCE_SECONDS):
            progress.update(progress.task_ids[0], description=escape_controls(follow()))

    thread = threading.Thread(target=show, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        progress.stop()


def _progress(doing: str) -> Any:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415  the same

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=console(err=True),
        transient=True,
    )
    progress.add_task(escape_controls(doing), total=None)
    return progress
