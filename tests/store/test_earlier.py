"""Stores that earlier sandboxes wrote: one from before entries had a format is refused untouched, and kept beside a new
one; one from before worlds could branch is taken over.
"""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal.journal import FORMAT, DamagedStoreError, Entry
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.sql import FORMAT as TABLES
from marketplace_sandbox.store.sqlite import APPLICATION_ID
from tests.kept_stores import STORES
from tests.store.entries import entry
from tests.store.killed import status_when_killed

ROOT = Path(__file__).parents[2]
EARLIER = """
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE secrets (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE worlds (place INTEGER NOT NULL PRIMARY KEY, world_id TEXT NOT NULL UNIQUE);
CREATE TABLE journal (
    world_id TEXT NOT NULL, version INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (world_id, version)
) WITHOUT ROWID;
INSERT INTO meta VALUES ('store', 'marketplace-sandbox journals'), ('format', '1');
INSERT INTO worlds VALUES (1, 'A');
INSERT INTO journal VALUES ('A', 1, '2026-03-02T16:00:00Z', 'opened', '{}');
PRAGMA user_version = 1;
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Such a store, where `make run` keeps its own."""
    path = tmp_path / ".data" / "sandbox.db"
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(EARLIER)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    return path


def test_it_is_refused_untouched_with_a_way_out(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DamagedStoreError) as refused:
        open_store(f"sqlite:///{path}")
    assert str(refused.value) == (
        f"{path} was written by an earlier sandbox (format 1, this one reads {TABLES}). It was left as it is. "
        "In a clone, `make fresh` keeps it beside a new one and begins again; elsewhere give the server another file."
    )
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_make_fresh_keeps_it_beside_a_new_one(path: Path) -> None:
    before = path.read_bytes()
    path.with_name("sandbox.db-wal").write_bytes(b"what was left over")
    # the first half of `make fresh`; the second is `make run`
    command = ["make", "--silent", "-f", str(ROOT / "Makefile"), "aside"]
    done = subprocess.run(command, cwd=path.parents[1], capture_output=True, text=True, check=True)
    kept = next(each for each in path.parent.iterdir() if not each.name.endswith("-wal"))
    assert done.stdout == f"The worlds of before are kept in .data/{kept.name}.\n"
    assert kept.name.startswith("sandbox.db.20")
    assert kept.read_bytes() == before
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"what was left over"
    store = open_store(f"sqlite:///{path}")
    store.append("B", entry(1))
    assert [each.format for each in store.read("B")] == [FORMAT]
    store.close()


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")
def test_make_fresh_sets_aside_and_serves() -> None:
    printed = subprocess.run(["make", "-n", "fresh"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.index("The worlds of before are kept") < printed.index("marketplace-sandbox serve")


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A store of format 2, in which each world had its entries to itself."""
    return Path(shutil.copy(STORES / "tables-2-entries-2-rules-3.db", tmp_path / "second.db"))


def content(path: Path) -> dict[str, list[Entry]]:
    with closing(open_store(f"sqlite:///{path}")) as store:
        return {each: list(store.read(each)) for each in store.worlds()}


def journals_of_2(path: Path) -> dict[str, list[tuple[int, str, str]]]:
    """What lies in such a store, read without the sandbox."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT world_id, version, kind, at FROM worlds NATURAL JOIN journal ORDER BY 1, 2")
        found: dict[str, list[tuple[int, str, str]]] = {}
        for world_id, *rest in rows:
            found.setdefault(world_id, []).append(tuple(rest))
        return found


def test_one_of_the_second_format_has_all_its_entries_when_it_is_opened(second: Path) -> None:
    before = journals_of_2(second)
    found = content(second)
    assert {
        name: [(each.version, each.kind, format_instant(each.at)) for each in its] for name, its in found.items()
    } == before
    assert sum(map(len, before.values())) > 50
    with closing(sqlite3.connect(second)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (TABLES,)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert not {each for each in names if each.endswith("_2")}
    kept = second.read_bytes()
    assert content(second) == found
    assert second.read_bytes() == kept


def test_one_of_the_second_format_that_is_damaged_stays_as_it_is(second: Path) -> None:
    for statement, said in (
        ("DELETE FROM journal WHERE world_id = 'AKEPT'", "without entries"),
        ("DELETE FROM worlds WHERE world_id = 'AKEPT'", "without a world"),
        ("UPDATE meta SET value = '99' WHERE name = 'format'", "does not say what it is"),
        ("DROP TABLE journal", "no such table"),
    ):
        path = second.with_name("damaged.db")
        shutil.copy(second, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
        before = path.read_bytes()
        with pytest.raises(DamagedStoreError, match=said):
            open_store(f"sqlite:///{path}")
        assert path.read_bytes() == before


@pytest.mark.slow
def test_one_of_the_second_format_is_whole_when_its_opening_is_killed_at_any_statement(second: Path) -> None:
    whole = content(Path(shutil.copy(second, second.with_name("whole.db"))))
    for statements in range(1, 200):
        path = second.with_name(f"{statements}.db")
        shutil.copy(second, path)
        status = status_when_killed("open", f"sqlite:///{path}", statements)
        assert content(path) == whole
        if status == 0:
            assert statements > 20
            return
    pytest.fail("it was never opened")
