"""One server per file, by SQLite's own lock on the file itself.

A connection that uses a write-ahead log holds a shared lock on the file for as long as it is open, and an exclusive one
is given only while nobody else has any. So whoever opens a store asks for the exclusive lock first (`open_alone`), and
keeps the shared one (`keep`) as long as it serves. The operating system takes locks from a process however that ends;
they are the file's, whatever path or hard link leads to it, and nothing lies beside it that could be removed or left
behind. Being shared, the lock can be held by several workers of one server together: the first of them asks whether
there is somebody else, the others only open.

On POSIX a process loses its locks on a file with the first descriptor of that file which it closes. So nobody but
SQLite opens a file that this process holds, and `FileLock` keeps a second opener in the same process from trying.
"""

import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from marketplace_sandbox.core.journal.journal import StoreInUseError

Connect = Callable[[], sqlite3.Connection]

_TRIES = 3
_LONGEST_PAUSE = 0.05

_held: set[tuple[int, int]] = set()
_held_lock = threading.Lock()


class FileLock:
    """A file that this process has for a store, from the beginning. Raises StoreInUseError if it has it already."""

    def __init__(self, path: Path) -> None:
        found = path.stat()
        self._file = (found.st_dev, found.st_ino)
        with _held_lock:
            if self._file in _held:
                raise _in_use(path)
            _held.add(self._file)

    def release(self) -> None:
        """Let go."""
        with _held_lock:
            _held.discard(self._file)


@contextmanager
def open_alone(path: Path, connect: Connect) -> Iterator[sqlite3.Connection]:
    """A connection while nobody else has one. If the block raises, the file stays as it is, and its log too.

    Raises StoreInUseError, and sqlite3.Error for what is no file of SQLite's.
    """
    with closing(_seize(path, connect)) as connection:
        try:
            yield connection
        except BaseException:
            # Closing the last connection writes the log into the file, unless it is interrupted before the first page.
            connection.interrupt()
            raise


def keep(path: Path, connection: sqlite3.Connection) -> None:
    """Hold the shared lock with this connection from now on. Raises StoreInUseError if somebody else has it, too."""
    try:
        connection.execute("PRAGMA schema_version")  # the first read takes the shared lock
        _take_exclusive_lock(connection)
    except sqlite3.Error as wrong:
        if is_locked(wrong):
            raise _in_use(path) from wrong
        raise
    connection.execute("PRAGMA locking_mode = NORMAL")
    connection.execute("PRAGMA schema_version")  # and the next one gives up what is more


def _seize(path: Path, connect: Connect) -> sqlite3.Connection:
    """Two that try at the same instant keep each other out: each lets go and tries again, at an instant of its own."""
    for left in reversed(range(_TRIES)):
        connection = connect()
        try:
            _take_exclusive_lock(connection)
        except sqlite3.Error as wrong:
            connection.close()
            if not is_locked(wrong):
                raise
            if left:
                time.sleep(random.uniform(0, _LONGEST_PAUSE))
        else:
            return connection
    raise _in_use(path)


def _take_exclusive_lock(connection: sqlite3.Connection) -> None:
    """In this mode the lock stays when the transaction ends."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("ROLLBACK")


def is_locked(wrong: BaseException) -> bool:
    """Whether SQLite has failed because somebody else holds a lock."""
    return getattr(wrong, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _in_use(path: Path) -> StoreInUseError:
    return StoreInUseError(
        f"{path} is in use by another server, or open in another program. "
        "Stop that one, or give this one a file of its own."
    )
