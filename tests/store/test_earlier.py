"""A store that an earlier sandbox wrote, before entries had a format: refused untouched, and kept beside a new one."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal import FORMAT, DamagedStoreError
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.sqlite import APPLICATION_ID
from tests.store.entries import entry

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
        f"{path} was written by an earlier sandbox (format 1, this one reads 2). It was left as it is. In a clone, "
        "`make fresh` keeps it beside a new one and begins again; elsewhere give the server another file."
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
