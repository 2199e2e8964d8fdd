"""What every store promises of checkpoints, tried on each: whole or none, and of the journal they were made of."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal.journal import Branch, CheckpointError, CheckpointLabel, JournalStore, PutPage
from marketplace_sandbox.store import checkpoints as tables
from marketplace_sandbox.store import open_store
from tests.store.entries import entries, entry


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalStore]:
    opened = open_store("memory" if request.param == "memory" else f"sqlite:///{tmp_path}/worlds.db")
    yield opened
    opened.close()


def fill(store: JournalStore, world_id: str, count: int) -> None:
    for each in entries(count):
        store.append(world_id, each)


def writing(head: bytes, *pages: bytes) -> Callable[[PutPage], bytes]:
    def write(put: PutPage) -> bytes:
        for page in pages:
            put(page)
        return head

    return write


def keep(store: JournalStore, world_id: str, version: int, head: bytes = b"head", code: str = "ours") -> None:
    store.keep_checkpoint(world_id, CheckpointLabel(version, code, b"known" + head), writing(head, b"one", b"two"))


def kept(store: JournalStore, world_id: str, until: int | None = None) -> tuple[int, bytes, int] | None:
    found = store.checkpoint(world_id, "ours", until)
    return (found.version, found.head, found.branched) if found else None


def test_a_checkpoint_comes_back_with_its_pages_in_their_order(store: JournalStore) -> None:
    fill(store, "A", 5)
    pages = [bytes([number % 256]) * 997 for number in range(3000)]  # more than one transaction
    store.keep_checkpoint("A", CheckpointLabel(4, "ours"), writing(b"head", *pages))
    found = store.checkpoint("A", "ours")
    assert found is not None
    assert (found.version, found.head, list(found.pages)) == (4, b"head", pages)


def test_there_is_none_of_other_code_of_other_worlds_or_of_later_versions(store: JournalStore) -> None:
    fill(store, "A", 5)
    fill(store, "B", 5)
    keep(store, "A", 4)
    assert store.checkpoint("A", "theirs") is None
    assert store.checkpoint("B", "ours") is None
    assert store.checkpoint("nobody", "ours") is None
    assert kept(store, "A", 3) is None
    assert kept(store, "A", 4) == (4, b"head", 0)


def test_a_later_one_takes_the_place_of_the_one_before(store: JournalStore) -> None:
    fill(store, "A", 9)
    keep(store, "A", 4, b"first")
    keep(store, "A", 9, b"second")
    assert kept(store, "A") == (9, b"second", 0)
    assert kept(store, "A", 8) is None


@pytest.mark.parametrize("goes", [lambda store: store.replace("A", entries(5)), lambda store: store.replace("A", [])])
def test_it_goes_with_its_journal(store: JournalStore, goes: Callable[[JournalStore], None]) -> None:
    fill(store, "A", 5)
    keep(store, "A", 5)
    goes(store)
    assert kept(store, "A") is None
    assert store.known("ours") == {}


def test_one_whose_journal_goes_while_it_is_written_is_not_kept(store: JournalStore) -> None:
    fill(store, "A", 5)

    def write(put: PutPage) -> bytes:
        put(b"one")
        store.replace("A", entries(5))
        put(b"two")
        return b"head"

    store.keep_checkpoint("A", CheckpointLabel(5, "ours"), write)
    assert kept(store, "A") is None


@pytest.mark.parametrize(
    "goes",
    [
        lambda store: store.replace("A", entries(5)),
        lambda store: store.branch(Branch("B", "A", 5, "{}", ()), Branch("A", "A", 5, "{}", ())),
    ],
    ids=["replace", "branch"],
)
def test_one_of_a_branch_that_the_world_has_left_is_not_kept(
    store: JournalStore, goes: Callable[[JournalStore], None]
) -> None:
    assert store.branch_of("A") == 0
    fill(store, "A", 5)
    looked_at = store.branch_of("A")
    goes(store)
    assert store.branch_of("A") not in (0, looked_at)
    store.keep_checkpoint("A", CheckpointLabel(5, "ours", branch=looked_at), writing(b"head", b"one"))
    assert kept(store, "A") is None
    store.keep_checkpoint("A", CheckpointLabel(5, "ours", branch=store.branch_of("A")), writing(b"head", b"one"))
    found = kept(store, "A")
    assert found is not None
    assert found[:2] == (5, b"head")


def test_one_that_is_not_written_to_its_end_leaves_the_one_before(store: JournalStore) -> None:
    fill(store, "A", 5)
    keep(store, "A", 3)

    def write(put: PutPage) -> bytes:
        put(b"one" * tables.CHUNK)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.keep_checkpoint("A", CheckpointLabel(5, "ours"), write)
    assert kept(store, "A") == (3, b"head", 0)
    keep(store, "A", 5)
    assert kept(store, "A") == (5, b"head", 0)


def test_others_append_between_two_pages(store: JournalStore) -> None:
    fill(store, "A", 5)

    def write(put: PutPage) -> bytes:
        put(b"x" * tables.CHUNK)
        other = threading.Thread(target=store.append, args=("A", entry(6)))
        other.start()
        other.join(10)
        assert not other.is_alive()
        return b"head"

    store.keep_checkpoint("A", CheckpointLabel(5, "ours"), write)
    assert kept(store, "A") == (5, b"head", 0)
    assert len(list(store.read("A"))) == 6


def test_what_has_left_a_journal_begins_from_its_checkpoint(store: JournalStore) -> None:
    """As far as they are the same: up to the version where it was left."""
    fill(store, "A", 9)
    keep(store, "A", 6)
    for world_id, version in (("AT", 6), ("BEFORE", 5), ("AFTER", 9)):
        store.branch(Branch(world_id, "A", version, "left"))
    assert (kept(store, "AT"), kept(store, "BEFORE"), kept(store, "AFTER")) == ((6, b"head", 0), None, (6, b"head", 0))
    store.branch(Branch("GRANDCHILD", "AFTER", 7, "left again"))
    assert kept(store, "GRANDCHILD") == (6, b"head", 0)
    store.append("AFTER", entry(10))
    keep(store, "AFTER", 10, b"its own")
    assert kept(store, "AFTER") == (10, b"its own", 1)
    assert kept(store, "AFTER", 8) == (6, b"head", 0)
    assert kept(store, "GRANDCHILD") == (6, b"head", 0)
    assert kept(store, "A") == (6, b"head", 0)


def test_it_outlives_the_world_whose_journal_was_left(store: JournalStore) -> None:
    fill(store, "A", 9)
    keep(store, "A", 6)
    store.branch(Branch("B", "A", 7, "left"))
    store.replace("A", [])
    assert kept(store, "B") == (6, b"head", 0)
    store.replace("B", [])
    fill(store, "A", 9)
    assert kept(store, "A") is None


def test_one_after_entries_that_are_let_go_goes_as_well(store: JournalStore) -> None:
    fill(store, "A", 9)
    store.branch(Branch("B", "A", 7, "left"))
    keep(store, "A", 9)
    store.replace("A", [])
    assert kept(store, "B") is None


def test_what_is_known_is_told_while_no_entry_has_come_since(store: JournalStore) -> None:
    for world_id in ("A", "B", "C"):
        fill(store, world_id, 5)
    keep(store, "A", 5)
    keep(store, "B", 4)
    keep(store, "C", 5, code="theirs")
    assert store.known("ours") == {"A": (5, b"knownhead")}
    store.append("A", entry(6))
    assert store.known("ours") == {}


def test_it_can_be_taken_away(store: JournalStore) -> None:
    fill(store, "A", 5)
    store.drop_checkpoints("A")
    keep(store, "A", 5)
    store.drop_checkpoints("A")
    assert kept(store, "A") is None


def test_it_is_there_in_the_next_process_and_pages_of_earlier_ones_are_not(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    store = open_store(f"sqlite:///{path}")
    assert store.is_lasting
    assert not open_store("memory").is_lasting
    fill(store, "A", 5)
    for version in (3, 4, 5):
        keep(store, "A", version)

    def left_off(put: PutPage) -> bytes:
        put(b"x" * tables.CHUNK)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.keep_checkpoint("A", CheckpointLabel(5, "ours"), left_off)
    keep(store, "A", 5)
    store.close()
    again = open_store(f"sqlite:///{path}")
    assert kept(again, "A") == (5, b"head", 0)
    again.close()
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT count(*) FROM pages").fetchone() == (2,)
        assert file.execute("SELECT count(*) FROM checkpoints").fetchone() == (1,)


def test_what_is_given_up_on_the_way_leaves_its_room_to_entries(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    store = open_store(f"sqlite:///{path}")
    fill(store, "A", 5)

    def write(put: PutPage) -> bytes:
        for _ in range(5):
            put(b"x" * tables.CHUNK)
        raise CheckpointError("The disk is full.")

    with pytest.raises(CheckpointError):
        store.keep_checkpoint("A", CheckpointLabel(5, "ours"), write)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as beside:
        assert beside.execute("SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM checkpoints)").fetchall() == [
            (0, 0)
        ]
        (free,) = beside.execute("PRAGMA freelist_count").fetchone()
        (size,) = beside.execute("PRAGMA page_size").fetchone()
    assert free * size > 4 * tables.CHUNK
    store.close()


def test_that_it_cannot_be_kept_is_no_failure_of_the_store(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "worlds.db"
    store = open_store(f"sqlite:///{path}")
    fill(store, "A", 5)
    path.rename(tmp_path / "away.db")
    with pytest.raises(CheckpointError):
        keep(store, "A", 5)
    assert store.failure is None
    assert caplog.messages == []
    (tmp_path / "away.db").rename(path)
    keep(store, "A", 5)
    assert kept(store, "A") == (5, b"head", 0)
    store.close()
