"""A store that fails while it is open: the cause by its name, once in the log, and well again when it is."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.journal.journal import (
    Entry,
    JournalStore,
    StoreChangedError,
    StoreError,
    StoreFullError,
    StoreGoneError,
    StoreLockedError,
    StoreReadOnlyError,
    StoreSyncError,
    StoreUnavailableError,
)
from marketplace_sandbox.store import open_store, sqlite
from marketplace_sandbox.store.sql import SqlStore
from marketplace_sandbox.store.sqlite import _driver
from tests.store.entries import NOON, entry
from tests.store.holders import seize


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "worlds.db"


@pytest.fixture
def store(path: Path) -> Iterator[JournalStore]:
    """A store with one entry, which is as it was afterwards, and after being opened again."""
    store = open_store(f"sqlite:///{path}")
    store.append("A", entry(1))
    yield store
    store.check()
    assert store.failure is None
    assert list(store.read("A")) == [entry(1)]
    store.append("A", entry(2))
    store.close()
    store = open_store(f"sqlite:///{path}")
    assert list(store.read("A")) == [entry(1), entry(2)]
    store.close()


def fails(store: JournalStore, error: type[StoreUnavailableError]) -> str:
    """Every change fails for one cause, and every read goes on."""
    with pytest.raises(error) as said:
        store.append("A", entry(2))
    changes: tuple[Callable[[], object], ...] = (
        lambda: store.replace("A", []),
        lambda: store.secret("key", lambda: "word"),
        store.check,
    )
    for change in changes:
        with pytest.raises(error):
            change()
    assert isinstance(store.failure, error)
    assert list(store.read("A")) == [entry(1)]
    assert store.worlds() == ["A"]
    return str(said.value)


def driver_of(store: JournalStore) -> sqlite3.Connection:
    assert isinstance(store, SqlStore)
    return _driver(store._connection)


def test_gone(store: JournalStore, path: Path) -> None:
    path.rename(path.with_name("away"))
    assert fails(store, StoreGoneError).startswith(
        "The store is gone: there is no worlds.db. Nothing was stored; bring"
    )
    path.touch()
    assert "another file stands in the place of worlds.db" in fails(store, StoreGoneError)
    path.with_name("away").replace(path)


def test_its_log_is_gone(store: JournalStore, path: Path) -> None:
    log = path.with_name("worlds.db-wal")
    log.rename(path.with_name("away"))
    assert "there is no worlds.db-wal of it" in fails(store, StoreGoneError)
    path.with_name("away").rename(log)


def test_read_only(store: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    # asked this way because root may write everything
    with monkeypatch.context() as patch:
        patch.setattr(os, "access", lambda _path, mode: mode & os.W_OK == 0)
        assert "worlds.db may not be written" in fails(store, StoreReadOnlyError)


def test_what_sqlite_finds_read_only(store: JournalStore) -> None:
    driver = driver_of(store)
    driver.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnlyError):
        store.append("A", entry(2))
    driver.execute("PRAGMA query_only = OFF")


class FullCursor(sqlite3.Cursor):
    """Of a disk without room for what an opening writes: the log is no longer needed."""

    code = sqlite3.SQLITE_FULL

    def execute(self, statement: str, *arguments: Any) -> "FullCursor":
        if statement.startswith("DELETE FROM meta"):
            wrong = sqlite3.OperationalError("what SQLite says")
            wrong.sqlite_errorcode = self.code
            raise wrong
        super().execute(statement, *arguments)
        return self


class FullConnection(sqlite3.Connection):
    def cursor(self, factory: Any = FullCursor) -> Any:
        return super().cursor(factory)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE])
def test_a_store_killed_on_a_full_disk_is_not_taken_for_damaged(
    code: int, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = tmp_path / "killed"
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.append("A", entry(1))
        shutil.copytree(tmp_path, killed)
    with monkeypatch.context() as full:
        full.setattr(FullCursor, "code", code)
        full.setattr(sqlite, "_LEAST_ROOM", 1 << 62)
        full.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=FullConnection))
        with pytest.raises(StoreError, match=r"cannot be opened: there is no space left for it\.") as said:
            open_store(f"sqlite:///{killed / path.name}")
    assert "damaged" not in str(said.value)
    with closing(open_store(f"sqlite:///{killed / path.name}")) as store:
        assert list(store.read("A")) == [entry(1)]


def test_full(store: JournalStore) -> None:
    """It is well again when what could not be written before can be: what is small has gone on all the time."""
    driver = driver_of(store)
    pages = driver.execute("PRAGMA page_count").fetchone()[0]
    driver.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(StoreFullError, match=r"there is no space left for it\. Nothing was stored; make room"):
        store.append("B", Entry(1, NOON, "opened", {"filler": "x" * 1_000_000}))
    store.append("B", entry(1))
    store.replace("B", [])
    driver.execute(f"PRAGMA max_page_count = {pages + 100}")
    with pytest.raises(StoreFullError):
        store.check()
    driver.execute(f"PRAGMA max_page_count = {pages + 1000}")


def test_what_cannot_be_synced(store: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is added to it, whatever else fails meanwhile, until all of it is written once more."""

    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    store.sync()
    driver = driver_of(store)
    statements: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "_sync_file", fail)
        store.secret("made", lambda: "before")
        with pytest.raises(StoreSyncError, match=r"The store cannot be synced: Input/output error\. What was taken"):
            store.sync()
        fails(store, StoreSyncError)
    # what was given up once is not asked for again: the system may take it for written
    with pytest.raises(StoreSyncError):
        store.sync()
    driver.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreReadOnlyError):
        store.check()
    driver.execute("PRAGMA query_only = OFF")
    with pytest.raises(StoreSyncError):
        store.append("A", entry(2))
    assert store.synced < store.changes
    driver.set_trace_callback(statements.append)
    store.check()
    driver.set_trace_callback(None)
    assert statements[-1] == "PRAGMA wal_checkpoint(TRUNCATE)"
    assert store.synced == store.changes


def test_locked_and_only_the_first_waits(
    store: JournalStore, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with seize(path):
        monkeypatch.setattr("marketplace_sandbox.store.sqlite._BUSY_SECONDS", 0.01)
        with pytest.raises(StoreLockedError):
            store.check()
        monkeypatch.setattr("marketplace_sandbox.store.sqlite._BUSY_SECONDS", 3600.0)
        for _ in range(3):
            fails(store, StoreLockedError)
    assert [each.levelname for each in caplog.records] == ["ERROR"]
    store.check()
    assert [each.getMessage() for each in caplog.records][1:] == [f"{path} can be written again."]


def test_each_cause_is_told_once(store: JournalStore, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        path.rename(path.with_name("away"))
        fails(store, StoreGoneError)
        fails(store, StoreGoneError)
        path.with_name("away").rename(path)
        store.check()
        store.check()
    told = [each.getMessage() for each in caplog.records]
    assert ["cannot be used (store gone)" in each for each in told] == [True, False, True, False]
    assert told[1] == told[3] == f"{path} can be written again."


def test_while_well_a_check_writes_nothing(store: JournalStore, path: Path) -> None:
    def written() -> list[tuple[int, int]]:
        return [(each.stat().st_size, each.stat().st_mtime_ns) for each in (path, path.with_name("worlds.db-wal"))]

    before = written()
    store.check()
    assert written() == before


def test_what_somebody_else_has_written_is_not_well_before_a_new_start(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO worlds (world_id, branch) VALUES ('C', 9)")
    uses: tuple[Callable[[], object], ...] = (lambda: store.append("C", entry(1)), store.check)
    for use in uses:
        with pytest.raises(StoreChangedError):
            use()
    assert isinstance(store.failure, StoreChangedError)
    store.close()
