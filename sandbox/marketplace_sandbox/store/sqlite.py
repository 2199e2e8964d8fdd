"""The SQLite file of a store: checked before it is touched, made if there is none, and held by one
server. Knows nothing of journals.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from marketplace_sandbox.core.journal import DamagedStoreError, StoreError
from marketplace_sandbox.store import sql
from marketplace_sandbox.store.lock import FileLock

APPLICATION_ID = 0x4D_4B_53_42
"""Marks our files in the header of the SQLite file format: `MKSB`."""

_BUSY_SECONDS = 5.0
_HEADER = 100
_AGAIN = "It was left as it is. Bring back a copy of it, or give the server another file."


def open_sqlite(path: Path) -> sql.SqlStore:
    """The store in a file, made if there is none. Raises StoreError: damaged, in use, or read-only.

    An empty file is taken for none, so `mktemp` and a server killed while it made its file are no trouble.
    """
    path = path.expanduser().resolve()
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is not a file. Give the server the path of one, which it may make.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _lock_file(path, FileLock(path))
    except OSError as wrong:
        raise StoreError(f"{path} cannot be used: {wrong.strerror}. Give the server a folder it may write.") from wrong


def _lock_file(path: Path, lock: FileLock) -> sql.SqlStore:
    try:
        if not _is_new(path):
            _check(path)
        return sql.SqlStore(_open(path), lock.release)
    except BaseException:
        lock.release(as_found=True)
        raise


def _beside(path: Path) -> list[Path]:
    """What SQLite keeps beside the file while it writes, and a killed process leaves there."""
    named = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    return [each for each in named if each.is_file() and each.stat().st_size]


def _is_new(path: Path) -> bool:
    if path.exists() and path.stat().st_size:
        return False
    # our tables are in the file itself before there is a write-ahead log
    for log in _beside(path):
        if log.name.endswith("-wal"):
            raise DamagedStoreError(f"{path} is empty, but {log.name} beside it is not: the file was cut off. {_AGAIN}")
    return True


def _check(path: Path) -> None:
    _check_header(path)
    try:
        with _open_for_checking(path) as connection:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            connection.rollback()
            if found != "ok":
                raise DamagedStoreError(str(found))
            sql.SqlStore(connection).verify()
    except (StoreError, sqlite3.Error, SQLAlchemyError) as wrong:
        raise DamagedStoreError(f"{path} is damaged: {sql.reason(wrong)}. {_AGAIN}") from wrong


def _check_header(path: Path) -> None:
    """Whose file it is, from its first bytes: https://www.sqlite.org/fileformat2.html."""
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreError(f"{path} may not be written. Give the server a file it may read and write.")
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"SQLite format 3\0"):
        raise DamagedStoreError(f"{path} is not a SQLite file, so not a store of the sandbox. {_AGAIN}")
    if int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise DamagedStoreError(f"{path} is a SQLite file of something else, not a store of the sandbox. {_AGAIN}")
    found = int.from_bytes(header[60:64])
    if found > sql.FORMAT:
        raise DamagedStoreError(
            f"{path} was written by a newer sandbox (format {found}, this one reads {sql.FORMAT}). "
            "It was left as it is. Use that version, or give the server another file."
        )
    if found == 1:
        raise DamagedStoreError(
            f"{path} was written by an earlier sandbox (format {found}, this one reads {sql.FORMAT}). "
            "It was left as it is. In a clone, `make fresh` keeps it beside a new one and begins again; "
            "elsewhere give the server another file."
        )
    if found != sql.FORMAT:
        raise DamagedStoreError(f"{path} is damaged: its format is {found}, and there never was one. {_AGAIN}")


@contextmanager
def _open_for_checking(path: Path) -> Iterator[Connection]:
    """A connection for looking, which leaves the file, and what lies beside it, as they are.

    Even a reader would write into a log that is left over, so that is looked at in a copy.
    """
    with ExitStack() as closing:
        if left_over := _beside(path):
            folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
            for each in (path, *left_over):
                shutil.copyfile(each, folder / each.name)
            engine = _engine(str(folder / path.name))
        else:
            engine = _engine(f"{path.as_uri()}?immutable=1")
        closing.callback(engine.dispose)
        yield closing.enter_context(engine.connect())


def _open(path: Path) -> Connection:
    """The one connection for reading and writing."""
    if not path.exists():
        # it will hold the key that signs tokens
        path.touch(mode=0o600)
    engine = _engine(str(path))
    try:
        connection = engine.connect()
        if path.stat().st_size == 0:
            _create(connection)
        _make_fast(connection)
    except (sqlite3.Error, SQLAlchemyError) as wrong:
        engine.dispose()
        raise StoreError(
            f"{path} cannot be used: {sql.reason(wrong)}. "
            "Close whatever else has it open, or give the server another file."
        ) from wrong
    return connection


def _create(connection: Connection) -> None:
    """Tables and marks in one transaction of the file itself: a kill leaves an empty file or a whole one."""
    with connection.begin():
        sql.create(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {sql.FORMAT}")


def _make_fast(connection: Connection) -> None:
    driver = _driver(connection)
    driver.execute("PRAGMA journal_mode = WAL")
    # With NORMAL, a commit hands its pages to the operating system and does not wait for the disk.
    # They outlive the process however it ends; a power cut may take the last commits, never the
    # file's consistency. FULL would make each append wait milliseconds for the disk.
    # https://www.sqlite.org/pragma.html#pragma_synchronous
    driver.execute("PRAGMA synchronous = NORMAL")


def _engine(database: str) -> Engine:
    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            database,
            uri=database.startswith("file:"),
            timeout=_BUSY_SECONDS,
            check_same_thread=False,
            # the driver would begin on its own, and not before statements that make tables
            isolation_level=None,
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    _driver(connection).execute("BEGIN")


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return driver
