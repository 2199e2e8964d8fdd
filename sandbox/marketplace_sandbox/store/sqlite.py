"""The SQLite file of a store: checked before it is changed, made if there is none, and held by one server. Knows
nothing of journals.

What was written last is in the log beside the file (`-wal`) until the server ends or the log has grown long. So that a
log which was deleted does not pass for an older world, the file itself says whether its log is needed: the first write
after an opening puts that down, before anything else, and the end takes it back. An empty file says nothing; whether it
was a store is kept as an extended attribute, where the system has any.
"""

import contextlib
import errno
import logging
import os
import shutil
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine, delete, event, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from marketplace_sandbox.core.journal.journal import (
    DamagedStoreError,
    StoreError,
    StoreFullError,
    StoreGoneError,
    StoreLockedError,
    StoreReadOnlyError,
    StoreUnavailableError,
)
from marketplace_sandbox.store import sql
from marketplace_sandbox.store.lock import FileLock, keep, open_alone

APPLICATION_ID = 0x4D_4B_53_42
"""Marks our files in the header of the SQLite file format: `MKSB`."""

_BUSY_SECONDS = 2.0
_LEAST_ROOM = 65_536
"""With fewer free bytes, a failure that names no cause is taken for a full disk."""

_HEADER = 100
_LOG_NEEDED = {"name": "log", "value": "needed"}
_MARK = "user.marketplace-sandbox.store"
_AGAIN = "It was left as it is. Bring back a copy of it, or give the server another file."

logger = logging.getLogger("marketplace_sandbox.store")


def open_sqlite(path: Path) -> sql.SqlStore:
    """The store in a file, made if there is none. Raises StoreError: damaged, in use, or read-only.

    An empty file is taken for none, so `mktemp` and a server killed while it made its file are no trouble.
    """
    path = path.expanduser().resolve()
    if path.exists() and not path.is_file():
        raise StoreError(f"{path} is not a file. Give the server the path of one, which it may make.")
    found = path.exists()
    try:
        _check_emptied(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it will hold the key that signs tokens
        lock = FileLock(path)
    except OSError as wrong:
        raise StoreError(f"{path} cannot be used: {wrong.strerror}. Give the server a folder it may write.") from wrong
    try:
        file = SqliteFile(path, lock, found=found)
        return sql.SqlStore(file.open(), file)
    except BaseException:
        lock.release()
        raise


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _check_emptied(path: Path) -> None:
    """Refuses an empty file that was a store. Our tables are in the file itself before there is anything in its log."""
    if _has_content(path):
        return
    if _has_content(log := _log_of(path)):
        raise DamagedStoreError(f"{path} is empty, but {log.name} beside it is not: the file was cut off. {_AGAIN}")
    if not path.exists():
        return
    if not hasattr(os, "getxattr"):
        logger.warning("%s was there and empty: a new store is begun in it.", path)
    elif _is_marked(path):
        raise DamagedStoreError(f"{path} is empty, and it was a store of the sandbox: the file was cut off. {_AGAIN}")


def _is_marked(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return bool(os.getxattr(path, _MARK))
    return False


class SqliteFile(sql.Database):
    """One file, from its opening to its end. `found` says that it was there before, if only empty."""

    def __init__(self, path: Path, lock: FileLock, *, found: bool) -> None:
        self.name = str(path)
        self._path = path
        self._lock = lock
        self._found = found
        self._made = False
        self._log_path = _log_of(path)
        self._names = str(path), str(self._log_path)  # each change looks for them, and a path takes its time
        self._file = _identity(self._names[0])
        self._log: tuple[int, int] | None = None
        self._waits: float = 0
        self._log_file: int | None = None

    def open(self) -> Connection:
        """The one connection for reading and writing. Raises StoreError."""
        try:
            self._check_alone()
            driver = self._connect()
            try:
                keep(self._path, driver)
            except BaseException:
                driver.close()
                raise
        except (sqlite3.Error, SQLAlchemyError) as wrong:
            if _code(wrong) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise _damaged(self._path, wrong) from wrong
            if self._lacks_space(wrong):
                raise StoreError(
                    f"{self._path} cannot be opened: there is no space left for it. It was left as it is. "
                    "Make room, or give the server another file."
                ) from wrong
            raise StoreError(
                f"{self._path} cannot be used: {sql.reason(wrong)}. "
                "Close whatever else has it open, or give the server another file."
            ) from wrong
        # With NORMAL, a commit hands its pages to the operating system and does not wait for the disk.
        # They outlive the process however it ends; a power cut may take the last commits, never the
        # file's consistency. FULL would make each append wait for the disk, one after the other, under
        # its world's lock; `sync` makes the same wait for all that were committed meanwhile, and SQLite
        # itself syncs the log before it takes anything from it into the file.
        # https://www.sqlite.org/pragma.html#pragma_synchronous, https://www.sqlite.org/wal.html
        driver.execute("PRAGMA synchronous = NORMAL")
        with contextlib.suppress(OSError, AttributeError):  # not every system has such attributes
            os.setxattr(self._path, _MARK, b"1")
        return _engine(driver).connect()

    def _connect(self) -> sqlite3.Connection:
        # the driver would begin on its own, and not before statements that make tables
        return sqlite3.connect(self._path, timeout=0, check_same_thread=False, isolation_level=None)

    def _check_alone(self) -> None:
        """Find the store whole, or make it, while nobody else has it open."""
        if not os.access(self._path, os.R_OK | os.W_OK):
            raise StoreError(f"{self._path} may not be written. Give the server a file it may read and write.")
        self._made = not _has_content(self._path)
        if not self._made:
            _check_header(self._path)
        has_log = _has_content(_log_of(self._path))
        with open_alone(self._path, self._connect) as driver, _engine(driver).connect() as connection:
            if self._made:
                _create(connection)
            else:
                self._verify(connection, has_log=has_log)
            # the way of writing is kept in the file; only with a log is it locked as long as it is open
            driver.execute("PRAGMA journal_mode = WAL")

    def _verify(self, connection: Connection, *, has_log: bool) -> None:
        try:
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            connection.rollback()
            if found != "ok":
                raise DamagedStoreError(str(found))
            with connection.begin():  # what is found damaged stays as it was
                _migrate(connection)
                sql.verify(connection)
                needed = connection.scalar(select(sql.meta.c.value).where(sql.meta.c.name == _LOG_NEEDED["name"]))
                if needed and not has_log:
                    raise DamagedStoreError(
                        f"what was written last is in {_log_of(self._path).name} beside it, which is gone"
                    )
                if needed:  # closing writes the log into the file
                    connection.execute(delete(sql.meta).where(sql.meta.c.name == _LOG_NEEDED["name"]))
        except (StoreError, sqlite3.Error, SQLAlchemyError) as wrong:
            if self._lacks_space(wrong):  # whole, but for the log to be taken back there is no room
                raise
            raise _damaged(self._path, wrong) from wrong

    # What a store asks of its database

    def require_writable(self, connection: Connection, *, patient: bool) -> None:
        """SQLite writes on into a file that has no name any more, and does not look at permissions again."""
        name, log_name = self._names
        if _identity(name) != self._file:
            there = self._path.exists()
            raise StoreGoneError(
                f"The store is gone: {'another file stands in the place of' if there else 'there is no'} "
                f"{self._path.name}"
            )
        if not os.access(name, os.W_OK):
            raise StoreReadOnlyError(f"The store is read-only: {self._path.name} may not be written")
        if self._log and _identity(log_name) != self._log:
            raise StoreGoneError(f"The store is gone: there is no {self._log_path.name} of it")
        waits = _BUSY_SECONDS if patient else 0
        if waits != self._waits:
            _driver(connection).execute(f"PRAGMA busy_timeout = {round(waits * 1000)}")
            self._waits = waits

    def begin_changes(self, connection: Connection) -> None:
        """The first one puts down that the log is needed, in the file itself."""
        if self._log is None:
            with connection.begin():
                connection.execute(insert(sql.meta).prefix_with("OR REPLACE"), _LOG_NEEDED)
            with contextlib.suppress(sqlite3.Error):  # it is tried again whenever the log has grown
                _driver(connection).execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._log = _identity(self._names[1])

    def sync(self) -> None:
        """A commit is in the log, or in the file already: SQLite has synced that before it began its log anew.

        Of the log, unlike of the file, a descriptor of our own may be opened and closed: no lock is on it.
        """
        if self._log_file is None:
            file = os.open(self._log_path, os.O_RDWR | getattr(os, "O_BINARY", 0))
            if _file_of(os.fstat(file)) != self._log:
                os.close(file)
                raise FileNotFoundError(errno.ENOENT, f"another file stands in the place of {self._log_path.name}")
            self._log_file = file
        _sync_file(self._log_file)

    def heal(self, connection: Connection) -> None:
        """A system that could not write pages may take them for written: all are copied from the log into the file."""
        statement = "PRAGMA wal_checkpoint(TRUNCATE)"
        try:
            busy, *_ = _driver(connection).execute(statement).fetchone()
        except sqlite3.Error as wrong:
            raise DBAPIError(statement, {}, wrong) from wrong
        if busy:
            raise StoreLockedError("The store is locked by something else that reads it")

    def explain(self, wrong: SQLAlchemyError) -> StoreUnavailableError:
        code = _code(wrong)
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return StoreLockedError("The store is locked by something else that writes to it")
        if self._lacks_space(wrong):
            return StoreFullError("The store is full: there is no space left for it")
        if code == sqlite3.SQLITE_READONLY:
            return StoreReadOnlyError("The store is read-only")
        return super().explain(wrong)

    def _lacks_space(self, wrong: BaseException) -> bool:
        code = _code(wrong)
        return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and self._is_full())

    def _is_full(self) -> bool:
        """What SQLite says of some writes is that they failed, not why."""
        try:
            return shutil.disk_usage(self._path.parent).free < _LEAST_ROOM
        except OSError:
            return False

    def close(self, connection: Connection) -> None:
        if self._log_file is not None:
            os.close(self._log_file)
            self._log_file = None
        if self._log is not None:
            # Where this fails, the log stays as well, and is what the next opening goes by.
            with contextlib.suppress(SQLAlchemyError), connection.begin():
                connection.execute(delete(sql.meta).where(sql.meta.c.name == _LOG_NEEDED["name"]))
        super().close(connection)
        self._lock.release()

    def discard(self, connection: Connection) -> None:
        """Between letting go and taking back, nobody else can have found more than a begun store."""
        self.close(connection)
        if not self._made:
            return
        if not self._found:
            self._path.unlink(missing_ok=True)
            return
        os.truncate(self._path, 0)
        with contextlib.suppress(OSError, AttributeError):
            os.removexattr(self._path, _MARK)


_sync_file = getattr(os, "fdatasync", os.fsync)
"""What makes the content of a file outlive a power cut; not every system has the one that leaves its times alone."""


def _identity(name: str) -> tuple[int, int] | None:
    """Which file stands at a path, None if none does."""
    try:
        found = os.stat(name)  # noqa: PTH116  twice as fast as a Path's
    except OSError:
        return None
    return _file_of(found)


def _file_of(found: os.stat_result) -> tuple[int, int]:
    return found.st_dev, found.st_ino


def _code(wrong: BaseException) -> int:
    """SQLite's own number of what went wrong, 0 where it was not SQLite."""
    return getattr(getattr(wrong, "orig", wrong), "sqlite_errorcode", 0) & 0xFF


def _damaged(path: Path, wrong: BaseException) -> DamagedStoreError:
    return DamagedStoreError(f"{path} is damaged: {sql.reason(wrong)}. {_AGAIN}")


def _check_header(path: Path) -> None:
    """Whose file it is, from its first bytes: https://www.sqlite.org/fileformat2.html."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(b"SQLite format 3\0"):
        raise DamagedStoreError(f"{path} is not a SQLite file, so not a store of the sandbox. {_AGAIN}")
    if int.from_bytes(header[68:72]) != APPLICATION_ID:
        raise DamagedStoreError(f"{path} is a SQLite file of something else, not a store of the sandbox. {_AGAIN}")
    if (
        not _has_content(_log_of(path)) and path.stat().st_size % 512
    ):  # the least size of a page, of which all others are multiples
        raise DamagedStoreError(f"{path} is damaged: it was cut off in the middle of a page. {_AGAIN}")
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
    if found not in {sql.MIGRATED, sql.FORMAT}:
        raise DamagedStoreError(f"{path} is damaged: its format is {found}, and there never was one. {_AGAIN}")


def _create(connection: Connection) -> None:
    """Tables and marks in one transaction of the file itself: a kill leaves an empty file or a whole one."""
    with connection.begin():
        sql.create(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version = {sql.FORMAT}")


def _migrate(connection: Connection) -> None:
    """Have a file of an earlier format become one of this, in the connection's transaction; a file of this stays."""
    if connection.exec_driver_sql("PRAGMA user_version").scalar() == sql.MIGRATED:
        sql.migrate(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {sql.FORMAT}")


def _engine(driver: sqlite3.Connection) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: driver, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    """A change takes its lock at once: one that has read before may not wait for it."""
    statement = "BEGIN IMMEDIATE" if connection.info.get(sql.CHANGES) else "BEGIN"
    try:
        _driver(connection).execute(statement)  # through SQLAlchemy it would cost as much as what follows
    except sqlite3.Error as wrong:
        raise DBAPIError(statement, {}, wrong) from wrong


def _driver(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
    return driver
