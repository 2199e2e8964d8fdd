"""Files that are not ours or not whole: refused, and left byte for byte as they were, with nothing new beside them."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal.journal import (
    FORMAT,
    DamagedStoreError,
    Entry,
    StoreError,
    UnreadableJournalError,
)
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.sql import FORMAT as TABLES
from tests.store.entries import NOON, entries, entry

Files = dict[str, bytes]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A whole store with two worlds, some hundred entries and a secret."""
    path = tmp_path / "worlds.db"
    store = open_store(f"sqlite:///{path}")
    store.replace("A", entries(300))
    store.replace("B", [Entry(1, NOON, "opened", {"filler": "x" * 9000})])
    store.secret("key", lambda: "word")
    store.close()
    return path


def files(folder: Path) -> Files:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def refused(path: Path, error: type[Exception] = DamagedStoreError) -> str:
    """What is said of the file; it and its folder must not change."""
    before = files(path.parent)
    with pytest.raises(error) as said:
        open_store(f"sqlite:///{path}")
    assert files(path.parent) == before
    assert str(path) in str(said.value)
    return str(said.value)


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def tail_left_in_log(path: Path, *statements: str) -> None:
    """Changes the file as a killed process leaves it: the change is in the log beside it only."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        kept = files(path.parent)
    for name, content in kept.items():
        path.with_name(name).write_bytes(content)


@pytest.mark.parametrize(
    "content",
    [b"x", b"a diary\n", b"a diary\n" * 1000, bytes(4096), b"SQLite format 3\0", b"\x89PNG" * 200],
    ids=["letter", "line", "text", "zeros", "magic", "picture"],
)
def test_a_file_of_another_kind(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    path.write_bytes(content)
    assert "is not a SQLite file" in refused(path)


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_sqlite_file_of_another_program(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    change(path, f"PRAGMA journal_mode = {mode}", "CREATE TABLE journal (world_id, version, at, kind, body)")
    assert "something else" in refused(path)


def test_a_sqlite_file_of_another_program_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    change(path, "PRAGMA journal_mode = wal", "CREATE TABLE notes (text)")
    tail_left_in_log(path, "INSERT INTO notes VALUES ('mine')")
    assert "worlds.db-wal" in files(tmp_path)
    assert "something else" in refused(path)


def test_a_newer_format(path: Path) -> None:
    change(path, f"PRAGMA user_version = {TABLES + 1}")
    said = refused(path)
    assert "newer" in said
    assert f"format {TABLES + 1}" in said


def test_a_format_that_never_was(path: Path) -> None:
    change(path, "PRAGMA user_version = 0")
    assert "format is 0" in refused(path)


@pytest.mark.parametrize("kept", [1, 15, 99, 100, 512, 4096, 4097, 8192, 0.5, 0.9, -4096, -1])
def test_a_file_that_was_cut_off(kept: float, path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])
    refused(path)


def test_an_emptied_file_beside_its_log(path: Path) -> None:
    tail_left_in_log(path, "INSERT INTO secrets VALUES ('more', 'word')")
    path.write_bytes(b"")
    assert "cut off" in refused(path)


def page_starts(path: Path) -> range:
    return range(0, path.stat().st_size, 4096)


def test_any_page_of_noise(path: Path) -> None:
    whole = path.read_bytes()
    for start in page_starts(path):
        path.write_bytes(whole[:start] + b"\xa5" * 4096 + whole[start + 4096 :])
        refused(path)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM journal WHERE branch = 2", "without entries"),
        ("DELETE FROM branches WHERE branch = 2", "without entries"),
        ("DELETE FROM worlds WHERE world_id = 'B'", "without a world"),
        ("DELETE FROM meta", "meta"),
        ("UPDATE meta SET value = '99' WHERE name = 'format'", "meta"),
        ("DROP TABLE journal", "no such table: journal"),
        ("DROP TABLE meta", "no such table: meta"),
    ],
)
@pytest.mark.parametrize("damage", [change, tail_left_in_log])
def test_a_store_with_something_missing(damage: Callable[..., None], statement: str, said: str, path: Path) -> None:
    damage(path, statement)
    whole = refused(path)
    assert said in whole
    assert "is damaged" in whole
    assert "left as it is" in whole


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM journal WHERE branch = 1 AND version = 7", "entry 7 is missing"),
        ("DELETE FROM journal WHERE branch = 1 AND version = 1", "entry 1 is missing"),
        ("UPDATE journal SET body = '{\"n\": 1' WHERE version = 9", "entry 9 cannot be read"),
        ("UPDATE journal SET body = '[]' WHERE version = 9", "entry 9 cannot be read"),
        ("UPDATE journal SET body = 7 WHERE version = 9", "entry 9 cannot be read"),
        (
            "UPDATE journal SET body = replace(hex(zeroblob(5000)), '0', '[') WHERE version = 9",
            "entry 9 cannot be read: it is nested too deeply",
        ),
        ("UPDATE journal SET body = CAST(x'ff' AS TEXT) WHERE version = 9", "UTF-8"),
        ("UPDATE journal SET at = 'noon' WHERE version = 9", "entry 9 cannot be read"),
        ("UPDATE journal SET version = 'nine' WHERE version = 9", "entry 9 is missing"),
        (
            "UPDATE journal SET format = 0 WHERE version = 9",
            f"entry 9 has the format 0, and this sandbox reads 1 to {FORMAT}",
        ),
        (
            "UPDATE journal SET format = 99 WHERE version = 9",
            f"entry 9 has the format 99, and this sandbox reads 1 to {FORMAT}. Open it with the newer sandbox",
        ),
    ],
)
@pytest.mark.parametrize("damage", [change, tail_left_in_log])
def test_a_journal_that_cannot_be_read_keeps_no_other_from_being_so(
    damage: Callable[..., None], statement: str, said: str, path: Path
) -> None:
    damage(path, statement)
    with closing(open_store(f"sqlite:///{path}")) as store:
        with pytest.raises(UnreadableJournalError, match="of seller A cannot be followed") as wrong:
            list(store.read("A"))
        assert said in str(wrong.value)
        assert [each.kind for each in store.read("B")] == ["opened"]


def test_a_whole_store_whose_last_entries_are_in_the_log_is_taken(path: Path) -> None:
    tail_left_in_log(path, "INSERT INTO journal VALUES (1, 301, '2026-03-02T12:00:00Z', 1, 'acted', '{}')")
    assert "worlds.db-wal" in files(path.parent)
    store = open_store(f"sqlite:///{path}")
    assert len(list(store.read("A"))) == 301
    store.close()
    assert list(files(path.parent)) == ["worlds.db"]


def test_an_empty_file_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    path.touch()
    store = open_store(f"sqlite:///{path}")
    assert store.worlds() == []
    store.close()


def test_a_store_stays_as_it_is_when_nothing_is_written(path: Path) -> None:
    before = files(path.parent)
    open_store(f"sqlite:///{path}").close()
    assert files(path.parent) == before


def test_a_file_that_goes_bad_while_open_is_told_without_python_words(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    change(path, "DROP TABLE secrets")
    with pytest.raises(StoreError, match=r"^The store failed: no such table: secrets\. Nothing was stored\.$"):
        store.secret("key", lambda: "word")
    store.close()


def test_a_file_that_somebody_else_writes_while_open_is_told(path: Path) -> None:
    store = open_store(f"sqlite:///{path}")
    change(path, "INSERT INTO worlds (world_id, branch) VALUES ('C', 9)")
    with pytest.raises(StoreError, match=r"^The store was changed by somebody else: .*\. Start the server again\.$"):
        store.append("C", entry(1))
    assert list(store.read("C")) == []
    store.close()


LOST_LOG = """
import os, sys
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.sql import FORMAT as TABLES
from tests.store.entries import entry
store = open_store(sys.argv[1])
store.append("A", entry(301))
os.kill(os.getpid(), 9)
"""


def test_a_log_that_was_deleted_does_not_pass_for_an_older_world(path: Path) -> None:
    log = path.with_name("worlds.db-wal")
    subprocess.run([sys.executable, "-c", LOST_LOG, f"sqlite:///{path}"], cwd=ROOT, check=False)
    path.with_name("worlds.db-shm").unlink()
    kept = log.read_bytes()
    log.unlink()
    said = refused(path)
    assert "what was written last is in worlds.db-wal beside it, which is gone" in said
    log.write_bytes(b"")
    with pytest.raises(DamagedStoreError, match="which is gone"):
        open_store(f"sqlite:///{path}")
    log.write_bytes(kept)
    store = open_store(f"sqlite:///{path}")
    assert len(list(store.read("A"))) == 301
    store.close()
    open_store(f"sqlite:///{path}").close()


def test_a_store_killed_before_it_has_written_anything_needs_no_log(path: Path) -> None:
    program = LOST_LOG.replace('store.append("A", entry(301))', "")
    subprocess.run([sys.executable, "-c", program, f"sqlite:///{path}"], cwd=ROOT, check=False)
    for each in ("-wal", "-shm"):
        path.with_name(path.name + each).unlink(missing_ok=True)
    open_store(f"sqlite:///{path}").close()


def test_a_store_cut_to_nothing_does_not_pass_for_a_new_one(path: Path) -> None:
    path.write_bytes(b"")
    assert "is empty, and it was a store of the sandbox" in refused(path)


def test_where_a_file_cannot_be_marked_an_empty_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("getxattr", "setxattr", "removexattr"):
        monkeypatch.delattr(os, name)
    path = tmp_path / "worlds.db"
    path.touch()
    open_store(f"sqlite:///{path}").close()
    assert [each.message for each in caplog.records] == [f"{path} was there and empty: a new store is begun in it."]
    open_store(f"sqlite:///{path}").close()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("found", [False, True])
def test_what_an_opening_has_made_can_be_taken_back(found: bool, tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    if found:
        path.touch()
    for _ in range(2):
        store = open_store(f"sqlite:///{path}")
        store.append("A", entry(1))
        store.discard()
        assert files(tmp_path) == ({"worlds.db": b""} if found else {})


def test_what_was_there_before_is_not_taken_back(path: Path) -> None:
    before = files(path.parent)
    open_store(f"sqlite:///{path}").discard()
    assert files(path.parent) == before
