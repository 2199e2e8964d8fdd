"""What commands print: JSON, tables that never cut a cell, and a sign of life when an answer takes over a second.

rich is imported when something is shown to a person; `--json` need not wait for it.
"""

import json
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

FILE_COLUMNS = 160
"""How wide text is that goes to a file or a pipe."""

BETWEEN = 3
"""Columns of a terminal between two of a table."""

PATIENCE_SECONDS = 1.0

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def print_json(data: Any) -> None:
    """Data for programs."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def console(*, err: bool = False) -> "Console":
    """Where people read: a terminal as wide as it is, or a file."""
    from rich.console import Console  # noqa: PLC0415  a twentieth of a second

    found = Console(highlight=False, stderr=err)
    return found if found.is_terminal else Console(highlight=False, stderr=err, width=FILE_COLUMNS)


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
        click.echo(nothing)
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

    return value if isinstance(value, Text) else Text(_CONTROL.sub(_escape, write_value(value)))


def _escape(control: re.Match[str]) -> str:
    """A control character as an escape: what somebody else wrote must not move the reader's cursor."""
    return f"\\x{ord(control[0]):02x}"


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
def show_progress(doing: str) -> Iterator[None]:
    """Shows on a terminal that something is under way, from its second second on."""
    if not sys.stderr.isatty():
        yield
        return
    progress = _progress(doing)
    timer = threading.Timer(PATIENCE_SECONDS, progress.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
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
    progress.add_task(doing, total=None)
    return progress
