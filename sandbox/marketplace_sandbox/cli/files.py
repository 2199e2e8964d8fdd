"""Files that commands write: whole, or not at all."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from marketplace_sandbox.cli.tables import say

Piece = bytes | str


def write_whole(file: Path, pieces: Iterable[Piece], *, force: bool) -> None:
    """Writes a new file, or with `force` over one that is there. Raises ClickException.

    It is there once its last piece is: until then, and where an interrupt or an error ends it, nothing has changed.
    """
    with _naming_problems(file):
        if not force and file.exists():
            raise FileExistsError
        # a device or a pipe takes what comes; a link stays one
        target = file.resolve()
        beside = target if target.exists() and not target.is_file() else _beside(target)
        try:
            if beside is target:
                with target.open("wb") as opened:
                    _write(opened, pieces)
            else:
                _write_beside(beside, target, pieces)
        except KeyboardInterrupt:
            say(f"Interrupted; {file} {'is as it was' if file.exists() else 'was not written'}.", err=True)
            raise
        finally:
            if beside is not target:
                beside.unlink(missing_ok=True)


def _write_beside(beside: Path, target: Path, pieces: Iterable[Piece]) -> None:
    """Writes what takes the place of a file: nobody reads it who may not read that one, and no link is followed."""
    beside.unlink(missing_ok=True)  # of one that was killed, or not of ours
    with beside.open("xb") as opened:
        if target.exists():
            shutil.copymode(target, beside)
        _write(opened, pieces)
    beside.replace(target)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:50]}.{os.getpid()}")


def _write(opened: IO[bytes], pieces: Iterable[Piece]) -> None:
    for each in pieces:
        opened.write(each.encode() if isinstance(each, str) else each)


@contextmanager
def _naming_problems(file: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise click.ClickException(f"{file} is there already. Give --force to write over it.") from None
    except OSError as problem:
        raise click.ClickException(f"{file} cannot be written: {problem.strerror}.") from problem
