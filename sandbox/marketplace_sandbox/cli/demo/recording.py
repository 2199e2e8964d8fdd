"""A recording of a terminal: all that is printed, with its instants, as an asciicast (version 2) that players show.

https://docs.asciinema.org/manual/asciicast/v2/
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import IO, Any

import click

from marketplace_sandbox.cli.tables import console

LINES = 40
"""As high as a terminal is said to be that is none."""


class Recording:
    """An asciicast being written. Its time is the terminal's own, and what is waited for only in it."""

    def __init__(self, file: IO[str], title: str, width: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._began = clock()
        self._waited = 0.0
        head = {"version": 2, "width": width, "height": LINES, "title": title, "env": {"TERM": "xterm-256color"}}
        self._write(head)

    def wait(self, seconds: float) -> None:
        """Time passes in the recording, and nowhere else."""
        self._waited += seconds

    def mark(self, title: str) -> None:
        """Players can go to here by its title."""
        self._add("m", title)

    def add(self, text: str) -> None:
        """Text has come to the terminal."""
        if text:
            self._add("o", text.replace("\n", "\r\n"))

    def _add(self, kind: str, text: str) -> None:
        self._write([round(self._clock() - self._began + self._waited, 3), kind, text])

    def _write(self, line: Any) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")


class _Copy:
    """Standard output whose text goes into a recording as well, with its colours, whatever it is itself."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, to: Any, recording: Recording) -> None:
        self._to = to
        self._keeps_colours = to.isatty()
        self._recording = recording

    def write(self, text: str) -> int:
        """Prints and records it."""
        self._recording.add(text)
        self._to.write(text if self._keeps_colours else click.unstyle(text))
        return len(text)

    def flush(self) -> None:
        """Has what was printed come out."""
        self._to.flush()

    def isatty(self) -> bool:
        """A recording is looked at in a terminal."""
        return True

    def fileno(self) -> int:
        """That of the output."""
        number: int = self._to.fileno()
        return number


@contextmanager
def record(file: Path, title: str) -> Iterator[Recording]:
    """Record what is printed while the block lasts, into a file that is written over. Raises a click error."""
    try:
        with file.open("w", encoding="utf-8") as opened:
            recording = Recording(opened, title, console().width)
            with redirect_stdout(_Copy(sys.stdout, recording)):
                yield recording
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be written: {problem.strerror}.") from problem
