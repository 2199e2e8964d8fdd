"""The servers that run on this machine: each has a file that says where it is, under a lock that ends with its process.

A process id alone says little: whoever had it may be gone, and another have it now. So a file counts only while its
lock is held. The lock is SQLite's, on a file beside it, which every platform takes from a process however that ends.
"""

import contextlib
import json
import os
import signal
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

FOLDER_VARIABLE = "SANDBOX_RUN_DIR"
"""Where the files are; empty for a server that is not to be found."""

ALIASES = ("0.0.0.0", "::", "localhost")  # noqa: S104  (compared with, not bound to)
"""Hosts under which a server may be meant that has another address."""

SLICE_SECONDS = 0.5
"""How long is waited for a lock at a time, so that Ctrl-C is heard."""


class FolderError(Exception):
    """No folder for the files; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that runs on this machine. `url` is where it listens; `file` says so as long as it runs."""

    url: str
    pid: int
    file: Path

    def answers_at(self, url: str) -> bool:
        """Whether a URL that clients use leads to it."""
        mine, asked = urlsplit(self.url), urlsplit(url)
        if mine.port != asked.port:
            return False
        return mine.hostname == asked.hostname or not {*ALIASES}.isdisjoint((mine.hostname, asked.hostname))

    def stop(self) -> None:
        """Asks it to end. Windows ends it at once, which loses nothing either: what was accepted is in the store."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait_for_end(self, seconds: float) -> bool:
        """Whether it has ended within so many seconds of wall time."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if _has_ended(self.file, min(SLICE_SECONDS, left)):
                _forget(self.file)
                return True
        return False


def folder() -> Path:
    """Where the files are: ours alone, since they say which process is ended. Made if need be. Raises FolderError."""
    named = os.environ.get(FOLDER_VARIABLE)
    base = os.environ.get("XDG_RUNTIME_DIR")
    user = str(os.getuid()) if hasattr(os, "getuid") else ""
    path = Path(named or (Path(base) / "marketplace-sandbox" if base else _beside_other_users(user)))
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.stat()
    except OSError as wrong:
        raise FolderError(
            f"{path} cannot be used: {wrong.strerror}. {FOLDER_VARIABLE} can name another folder."
        ) from None
    if user and (str(found.st_uid) != user or found.st_mode & 0o022):
        raise FolderError(f"{path} is open to other users. {FOLDER_VARIABLE} can name a folder of your own.")
    return path


def _beside_other_users(user: str) -> Path:
    return Path(tempfile.gettempdir()) / f"marketplace-sandbox-{user}".rstrip("-")


@contextlib.contextmanager
def list_while_running(url: str) -> Iterator[None]:
    """Has this process be found as the server at a URL while the block lasts, as far as there is a folder for that."""
    if os.environ.get(FOLDER_VARIABLE) == "":
        yield
        return
    try:
        where = folder()
        file = where / f"{uuid4().hex}.json"
        lock = sqlite3.connect(_lock_of(file), isolation_level=None)
        lock.execute("PRAGMA journal_mode = OFF")  # nothing is written, so that nothing need lie beside it
        lock.execute("BEGIN EXCLUSIVE")
        _write(file, RunningServer(url, os.getpid(), file))
        _forget_killed(where)
    except (FolderError, OSError, sqlite3.Error):
        yield  # it serves all the same
        return
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        lock.close()
        _forget(file)


def find_servers() -> list[RunningServer]:
    """Every server that runs, by the order of their URLs. Raises FolderError."""
    found = [each for file in folder().glob("*.json") if (each := _read(file)) and not _has_ended(file)]
    return sorted(found, key=lambda each: each.url)


def _write(file: Path, server: RunningServer) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(asdict(server) | {"file": file.name}), "utf-8")
    beside.replace(file)


def _read(file: Path) -> RunningServer | None:
    try:
        said = json.loads(file.read_text("utf-8"))
        return RunningServer(str(said["url"]), int(said["pid"]), file)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _forget_killed(where: Path) -> None:
    """Removes what killed servers have left."""
    for file in where.glob("*.json"):
        if _has_ended(file):
            _forget(file)


def _forget(file: Path) -> None:
    with contextlib.suppress(OSError):  # on Windows somebody may just be looking at it
        file.unlink(missing_ok=True)
        _lock_of(file).unlink(missing_ok=True)


def _has_ended(file: Path, seconds: float = 0) -> bool:
    """Whether nobody holds the lock of a file any more; for so many seconds it is tried."""
    with contextlib.ExitStack() as closing:
        try:
            lock = sqlite3.connect(f"{_lock_of(file).as_uri()}?mode=rw", seconds, isolation_level=None, uri=True)
            closing.callback(lock.close)
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as wrong:
            return getattr(wrong, "sqlite_errorcode", sqlite3.SQLITE_BUSY) != sqlite3.SQLITE_BUSY
    return True


def _lock_of(file: Path) -> Path:
    return file.with_suffix(".lock")
