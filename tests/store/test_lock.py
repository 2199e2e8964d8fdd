"""One server per file: the second is refused, and whoever is killed holds nothing any more."""

import fcntl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal import DamagedStoreError, JournalStore, StoreError, StoreInUseError
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.lock import FileLock
from tests.store.entries import entry

HOLD = """
import sys
from marketplace_sandbox.store import open_store
store = open_store(sys.argv[1])
print("open", flush=True)
input()
"""


# another program, such as a browser of databases, in the middle of a change
SEIZE = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print("open", flush=True)
input()
"""


def hold(program: str, argument: str) -> "subprocess.Popen[str]":
    """A process that has the store open, until it is killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", program, argument], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "open\n"
    return holder


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/worlds.db"


def test_a_second_opener_in_the_same_process_is_refused_and_does_no_harm(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.append("A", entry(1))
    listed = sorted(tmp_path.iterdir())
    with pytest.raises(StoreInUseError, match=r"worlds\.db is in use by another server"):
        open_store(url)
    assert sorted(tmp_path.iterdir()) == listed
    store.append("A", entry(2))
    store.close()
    open_store(url).close()


def test_another_path_to_the_same_file_is_refused(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    (tmp_path / "link.db").symlink_to(tmp_path / "worlds.db")
    with pytest.raises(StoreInUseError):
        open_store(f"sqlite:///{tmp_path}/link.db")
    store.close()


def test_a_second_process_is_refused_until_the_first_is_killed(url: str, tmp_path: Path) -> None:
    with hold(HOLD, url) as holder:
        with pytest.raises(StoreInUseError, match="Stop that one"):
            open_store(url)
        holder.kill()
    store = open_store(url)
    store.append("A", entry(1))
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == ["worlds.db"]


def test_many_openers_at_once_get_one_store(url: str) -> None:
    abreast = threading.Barrier(8)
    opened: list[JournalStore] = []
    refused: list[StoreInUseError] = []

    def try_it() -> None:
        abreast.wait(timeout=60)
        try:
            opened.append(open_store(url))
        except StoreInUseError as held:
            refused.append(held)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(opened), len(refused)) == (1, 7)
    opened[0].close()


def test_a_file_that_another_program_has_seized_is_not_waited_for_long(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(url).close()
    monkeypatch.setattr("marketplace_sandbox.store.sqlite._BUSY_SECONDS", 0.0)
    with hold(SEIZE, str(tmp_path / "worlds.db")) as holder:
        with pytest.raises(StoreError, match=r"worlds\.db cannot be used: database is locked\. Close whatever else"):
            open_store(url)
        holder.kill()
    store = open_store(url)
    store.append("A", entry(1))
    store.close()


def test_a_lock_on_a_file_that_was_removed_meanwhile_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "worlds.db-lock"
    flock = fcntl.flock
    tries: list[int] = []

    def flock_too_late(descriptor: int, operation: int) -> None:
        tries.append(descriptor)
        if len(tries) == 1:
            beside.unlink()
        if len(tries) == 2:
            beside.unlink()
            beside.touch()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock_too_late)
    lock = FileLock(tmp_path / "worlds.db")
    assert len(tries) == 3
    with pytest.raises(StoreInUseError):
        FileLock(tmp_path / "worlds.db")
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_leaves_the_lock_file_of_a_killed_server_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "worlds.db").write_text("a diary")
    (tmp_path / "worlds.db-lock").touch()
    with pytest.raises(DamagedStoreError):
        open_store(f"sqlite:///{tmp_path}/worlds.db")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["worlds.db", "worlds.db-lock"]
