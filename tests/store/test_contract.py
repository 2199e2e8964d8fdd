"""What every journal store promises, tried on each of them."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marketplace_sandbox.core.journal.journal import FORMAT, ConflictError, Entry, JournalStore
from marketplace_sandbox.store import open_store
from tests.store.entries import NOON, entries, entry


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalStore]:
    opened = open_store("memory" if request.param == "memory" else f"sqlite:///{tmp_path}/worlds.db")
    yield opened
    opened.close()


def fill(store: JournalStore, world_id: str, count: int) -> None:
    for each in entries(count):
        store.append(world_id, each)


def test_entries_come_back_as_they_went_in(store: JournalStore) -> None:
    body = {"text": 'Grüße "\0" \ud800', "list": [1, 2.5, None, True, {"deep": []}], "big": 2**70}
    first = Entry(1, NOON, "opened", body)
    second = Entry(2, datetime(2026, 3, 2, 16, tzinfo=UTC), "reached", {})
    store.append("A", first)
    store.append("A", second)
    assert list(store.read("A")) == [first, second]


def test_entries_are_read_in_order_after_a_version(store: JournalStore) -> None:
    fill(store, "A", 12)
    assert [each.version for each in store.read("A", since=9)] == [10, 11, 12]
    assert [each.version for each in store.read("A", since=9, until=11)] == [10, 11]
    assert [each.version for each in store.read("A", until=40)] == list(range(1, 13))
    assert list(store.read("A", since=12)) == list(store.read("A", since=40)) == []


def test_a_reader_sees_the_journal_as_it_stood_at_the_call(store: JournalStore) -> None:
    fill(store, "A", 2)
    reader = store.read("A")
    store.append("A", entry(3))
    assert len(list(reader)) == 2


def test_what_was_changed_is_synced_when_a_sync_has_ended(store: JournalStore) -> None:
    store.sync()
    assert store.synced == store.changes
    fill(store, "A", 3)
    store.secret("key", lambda: "word")
    store.sync()
    assert store.synced == store.changes
    store.replace("A", [])
    store.sync()
    assert store.synced == store.changes


def test_an_unknown_world_has_no_entries(store: JournalStore) -> None:
    assert list(store.read("nobody")) == []
    assert store.worlds() == []


@pytest.mark.parametrize("version", [-1, 0, 1, 2, 3, 5, 400])
def test_only_the_next_version_is_appended(store: JournalStore, version: int) -> None:
    fill(store, "A", 3)
    with pytest.raises(ConflictError, match=rf"Entry {version} of A does not follow the last one, 3\b"):
        store.append("A", entry(version))
    assert list(store.read("A")) == entries(3)
    store.append("A", entry(4))
    assert list(store.read("A")) == entries(4)


@pytest.mark.parametrize("version", [-1, 0, 2])
def test_a_world_begins_with_version_one(store: JournalStore, version: int) -> None:
    with pytest.raises(ConflictError):
        store.append("A", entry(version))
    assert store.worlds() == []


def test_worlds_have_versions_of_their_own_and_stand_in_order_of_appearance(store: JournalStore) -> None:
    for world_id in ("B", "a", "A"):
        fill(store, world_id, 2)
    store.append("B", entry(3))
    assert store.worlds() == ["B", "a", "A"]
    assert [len(list(store.read(world_id))) for world_id in store.worlds()] == [3, 2, 2]


def test_what_is_stored_does_not_change_with_the_body_that_was_handed_over(store: JournalStore) -> None:
    body = {"items": ["MUG"]}
    store.append("A", Entry(1, NOON, "placed", body))
    body["items"].append("CUP")
    (kept,) = store.read("A")
    kept.body["items"].append("JUG")
    (again,) = store.read("A")
    assert again.body == {"items": ["MUG"]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, NOON, b"bytes"], ids=repr)
def test_a_body_that_json_cannot_hold_is_refused(store: JournalStore, value: object) -> None:
    wrong = Entry(1, NOON, "acted", {"value": value})
    with pytest.raises(ValueError, match=r"JSON"):
        store.append("A", wrong)
    with pytest.raises(ValueError, match=r"JSON"):
        store.replace("A", [wrong])
    assert store.worlds() == []


def test_a_replaced_journal_is_just_the_new_entries_and_keeps_its_place(store: JournalStore) -> None:
    fill(store, "A", 5)
    fill(store, "B", 3)
    opened = [entry(1, "opened"), entry(2, "placed")]
    store.replace("A", opened)
    assert list(store.read("A")) == opened
    assert list(store.read("B")) == entries(3)
    assert store.worlds() == ["A", "B"]
    store.append("A", entry(3))
    with pytest.raises(ConflictError):
        store.append("A", entry(6))


def test_a_world_without_entries_is_forgotten_and_may_begin_again_at_the_end(store: JournalStore) -> None:
    fill(store, "A", 2)
    fill(store, "B", 1)
    store.replace("A", [])
    store.replace("nobody", [])
    assert store.worlds() == ["B"]
    assert list(store.read("A")) == []
    fill(store, "A", 1)
    assert store.worlds() == ["B", "A"]


def test_a_world_may_begin_by_replacing(store: JournalStore) -> None:
    fill(store, "A", 1)
    store.replace("B", entries(3))
    assert store.worlds() == ["A", "B"]
    assert list(store.read("B")) == entries(3)


@pytest.mark.parametrize("versions", [[2], [1, 3], [1, 1], [2, 1]], ids=repr)
def test_a_journal_with_gaps_replaces_nothing(store: JournalStore, versions: list[int]) -> None:
    fill(store, "A", 2)
    with pytest.raises(ConflictError):
        store.replace("A", [entry(version, "placed") for version in versions])
    assert list(store.read("A")) == entries(2)


def test_what_came_of_the_last_entry_is_kept_beside_the_journal_and_gone_with_it(store: JournalStore) -> None:
    fill(store, "A", 3)
    fill(store, "B", 1)
    assert store.last_result("A") is None
    store.keep_results({"A": (3, "one"), "B": (1, "other")})
    store.keep_results({"A": (4, "two")})
    assert store.last_result("A") == (4, "two")
    assert store.last_result("B") == (1, "other")
    assert len(list(store.read("A"))) == 3
    store.replace("A", entries(2))
    assert store.last_result("A") is None
    assert store.last_result("B") == (1, "other")


@pytest.mark.parametrize("form", range(1, FORMAT + 1))
def test_an_entry_is_kept_in_the_format_that_it_has(store: JournalStore, form: int) -> None:
    # the first format says no version of the rules, which was 1 then
    first = Entry(1, NOON, "opened", {"n": 1}, form, rules=1 if form == 1 else 7)
    told = {"rules": 1} if form == 1 else {"result_before": "ab; what came", "rules": 7}
    second = Entry(2, NOON, "acted", {"n": 2}, form, **told)
    store.replace("A", [first, second])
    assert list(store.read("A")) == [first, second]


def test_a_secret_is_made_once(store: JournalStore) -> None:
    made: list[str] = []

    def make() -> str:
        made.append(f"secret {len(made)}")
        return made[-1]

    assert [store.secret("key", make), store.secret("key", make), store.secret("seed", make)] == [
        "secret 0",
        "secret 0",
        "secret 1",
    ]
    assert len(made) == 2


def test_a_store_may_be_closed_twice(store: JournalStore) -> None:
    store.close()
    store.close()


def test_of_two_threads_that_append_the_same_version_exactly_one_wins(store: JournalStore) -> None:
    rounds, abreast = 100, threading.Barrier(2)
    won: list[tuple[int, str]] = []
    lost: list[tuple[int, str]] = []

    def race(name: str) -> None:
        for version in range(1, rounds + 1):
            abreast.wait(timeout=60)
            try:
                store.append("A", entry(version, name))
            except ConflictError:
                lost.append((version, name))
            else:
                won.append((version, name))

    run_together([threading.Thread(target=race, args=(name,)) for name in ("left", "right")])
    assert len(won) == len(lost) == rounds
    assert [(each.version, each.kind) for each in store.read("A")] == sorted(won)


def test_threads_with_worlds_of_their_own_do_not_disturb_each_other(store: JournalStore) -> None:
    names = ["A", "B", "C", "D"]
    seen: list[list[Entry]] = []

    def live(name: str) -> None:
        fill(store, name, 100)
        seen.append(list(store.read(name)))

    run_together([threading.Thread(target=live, args=(name,)) for name in names])
    assert sorted(store.worlds()) == names
    assert seen == [entries(100)] * len(names)


def run_together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
