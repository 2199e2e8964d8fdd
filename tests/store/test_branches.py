"""Journals that leave others: nothing is copied, and entries are there as long as a world reaches them."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.core.journal.journal import Branch, ConflictError, Entry, JournalStore, UnreadableJournalError
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.memory import MemoryStore
from tests.store.entries import NOON, entries, entry
from tests.store.killed import status_when_killed


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalStore]:
    """Where A has five entries and B three."""
    opened = open_store("memory" if request.param == "memory" else f"sqlite:///{tmp_path}/worlds.db")
    opened.replace("A", entries(5))
    opened.replace("B", entries(3))
    yield opened
    opened.close()


def kinds(store: JournalStore, world_id: str) -> str:
    """The journal of a world by the first letters of its entries, which have no gap."""
    found = list(store.read(world_id))
    assert [each.version for each in found] == list(range(1, len(found) + 1))
    return "".join(each.kind[0] for each in found)


def test_a_branch_has_the_entries_before_it_and_goes_on_by_itself(store: JournalStore) -> None:
    store.branch(Branch("C", "A", 3, "whence"))
    assert list(store.read("C")) == entries(3)
    store.append("C", entry(4, "forked"))
    store.append("A", entry(6, "parent"))
    assert kinds(store, "C") == "aaaf"
    assert kinds(store, "A") == "aaaaap"
    assert store.worlds() == ["A", "B", "C"]
    assert [store.origins(each) for each in store.worlds()] == [[], [], [(3, "whence")]]


def test_a_part_of_a_branched_journal_is_read(store: JournalStore) -> None:
    store.branch(Branch("C", "A", 3, "", (entry(4), entry(5))))
    store.branch(Branch("D", "C", 4, "", (entry(5), entry(6))))
    everything = list(store.read("D"))
    assert [each.version for each in everything] == [1, 2, 3, 4, 5, 6]
    for since in range(8):
        for until in (None, *range(8)):
            assert list(store.read("D", since, until)) == everything[since:until]


@pytest.mark.parametrize("version", [-1, 0, 6])
def test_a_world_is_left_at_a_version_that_it_has(store: JournalStore, version: int) -> None:
    with pytest.raises(ConflictError):
        store.branch(Branch("C", "A", version, ""))
    with pytest.raises(ConflictError):
        store.branch(Branch("C", "nobody", 1, ""))
    assert store.worlds() == ["A", "B"]


def test_several_are_begun_together_or_none(store: JournalStore) -> None:
    store.keep_results({"A": (5, "then")})
    with pytest.raises(ConflictError):
        store.branch(Branch("K", "A", 5, "kept"), Branch("A", "A", 2, "back", (entry(4),)))
    with pytest.raises(ValueError, match="JSON"):
        store.branch(Branch("K", "A", 5, "kept"), Branch("A", "A", 2, "", (Entry(3, NOON, "acted", {"no": NOON}),)))
    assert store.worlds() == ["A", "B"]
    assert list(store.read("A")) == entries(5)
    assert store.last_result("A") == (5, "then")
    store.append("A", entry(6))
    store.branch(Branch("K", "A", 6, "kept"), Branch("A", "A", 2, "back", (entry(3, "reached"),)))
    assert store.worlds() == ["A", "B", "K"]
    assert kinds(store, "A") == "aar"
    assert kinds(store, "K") == "aaaaaa"
    assert store.origins("A") == [(2, "back")]
    assert store.last_result("A") is None


def test_a_later_one_of_a_call_may_leave_an_earlier_one(store: JournalStore) -> None:
    store.branch(Branch("C", "A", 3, "c", (entry(4, "c"),)), Branch("D", "C", 4, "d", (entry(5, "d"),)))
    assert kinds(store, "D") == "aaacd"
    with pytest.raises(ConflictError):
        store.branch(Branch("E", "A", 3, "c"), Branch("D", "E", 4, "d"))
    assert store.worlds() == ["A", "B", "C", "D"]


def test_what_is_said_of_branches_goes_to_those_that_leave_them_later_only(store: JournalStore) -> None:
    store.branch(Branch("A", "A", 4, "one"))
    store.append("A", entry(5))
    store.branch(Branch("A", "A", 5, "two"))
    assert store.origins("A") == [(4, "one"), (5, "two")]
    store.branch(Branch("C", "A", 3, "c"), Branch("D", "A", 4, "d"), Branch("E", "A", 5, "e"))
    assert store.origins("C") == [(3, "c")]
    assert store.origins("D") == [(4, "one"), (4, "d")]
    assert store.origins("E") == [(4, "one"), (5, "two"), (5, "e")]
    assert store.origins("nobody") == store.origins("B") == []


def test_a_branch_skips_what_was_said_last_at_its_very_version(store: JournalStore) -> None:
    store.branch(Branch("A", "A", 3, "one"), Branch("A", "A", 3, "two"))
    store.append("A", entry(4, "more"))
    store.branch(Branch("C", "A", 3, "c", skips=1), Branch("D", "A", 4, "d", (entry(5, "d"),), skips=1))
    store.branch(Branch("A", "A", 3, "three", (entry(4, "reached"),), skips=2))
    assert store.origins("C") == [(3, "one"), (3, "c")]
    assert store.origins("D") == [(3, "one"), (3, "two"), (4, "d")], "none begins at the version of D"
    assert store.origins("A") == [(3, "three")]
    assert [kinds(store, each) for each in "ACD"] == ["aaar", "aaa", "aaamd"]


def test_where_a_world_has_left_another_is_found_though_it_skips_what_was_said_there(store: JournalStore) -> None:
    store.branch(Branch("A", "A", 3, "one"))
    store.branch(Branch("C", "A", 3, "c", skips=1), Branch("D", "A", 3, "d"))
    assert [store.left_at(each, "A") for each in "CD"] == [3, 3]
    store.branch(Branch("A", "A", 3, "two", skips=1))
    assert [store.left_at(each, "A") for each in "CD"] == [3, None], "what D shares with A is no longer A's"
    store.branch(Branch("A", "A", 2, "three"))
    assert [store.left_at(each, "A") for each in "CD"] == [None, None]


@pytest.mark.parametrize("goes", ["reset", "gone", "taken"])
def test_a_branch_outlives_the_world_that_it_has_left(store: JournalStore, goes: str) -> None:
    store.branch(Branch("C", "A", 3, "c"))
    store.branch(Branch("D", "C", 2, "d"))
    if goes == "taken":
        store.branch(Branch("A", "B", 1, "a"))
        store.branch(Branch("C", "B", 1, "a"))
    else:
        for name in ("A", "C"):
            store.replace(name, [entry(1, "opened")] if goes == "reset" else [])
    assert list(store.read("D")) == entries(2)
    assert store.origins("D") == [(2, "d")]
    store.append("D", entry(3, "more"))
    assert kinds(store, "D") == "aam"


def left(path: Path) -> list[tuple[int, int]]:
    """Which entries lie in a file: the branch and the version of each."""
    with closing(sqlite3.connect(path)) as connection:
        orphans = connection.execute("SELECT * FROM branches WHERE branch NOT IN (SELECT branch FROM worlds)")
        assert all(row[0] in {each[1] for each in connection.execute("SELECT * FROM branches")} for row in orphans)
        return list(connection.execute("SELECT branch, version FROM journal ORDER BY branch, version"))


def test_entries_go_when_no_world_reaches_them(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.replace("A", entries(9))
        store.branch(Branch("C", "A", 7, ""), Branch("D", "A", 4, ""))
        store.append("C", entry(8))
        store.branch(Branch("E", "C", 7, ""))
        store.append("A", entry(10))
        assert len(left(path)) == 11
        store.replace("A", [entry(1)])
        assert len(left(path)) == 7 + 1 + 1
        store.replace("C", [])
        assert len(left(path)) == 7 + 1
        assert list(store.read("E")) == entries(7)
        store.replace("E", [])
        assert len(left(path)) == 4 + 1
        store.branch(Branch("D", "A", 1, ""))
        assert [version for _, version in left(path)] == [1]
        assert list(store.read("D")) == [entry(1)]


def test_memory_lets_go_as_well() -> None:
    store = MemoryStore()
    store.replace("A", entries(9))
    store.branch(Branch("C", "A", 7, ""), Branch("D", "A", 4, ""))
    for world_id, rows in (("A", 7), ("C", 4), ("D", 0)):
        store.replace(world_id, [])
        assert sum(len(each.rows) for each in store._kept.values()) == rows
    assert store._kept == {}


def test_a_long_journal_is_left_at_the_price_of_a_short_one(tmp_path: Path) -> None:
    """What is written for a branch does not grow with what it leaves."""
    written = []
    for count in (2, 20_000):
        path = tmp_path / f"{count}.db"
        with closing(open_store(f"sqlite:///{path}")) as store:
            store.replace("A", entries(count))
        with closing(open_store(f"sqlite:///{path}")) as store:
            store.branch(Branch("C", "A", count, "whence"))
            written.append((path.with_name(path.name + "-wal").stat().st_size, len(list(store.read("C", count - 2)))))
    assert written[0] == written[1]


def test_branches_outlive_a_restart(tmp_path: Path) -> None:
    for _ in range(2):
        with closing(open_store(f"sqlite:///{tmp_path}/worlds.db")) as store:
            if not store.worlds():
                store.replace("A", entries(5))
                store.branch(Branch("K", "A", 5, "kept"), Branch("A", "A", 2, "back", (entry(3, "reached"),)))
                store.branch(Branch("C", "A", 3, "c"))
                store.replace("K", [entry(1, "opened")])
            assert store.worlds() == ["A", "K", "C"]
            assert [kinds(store, each) for each in store.worlds()] == ["aar", "o", "aar"]
            assert store.origins("C") == [(2, "back"), (3, "c")]
            store.append("C", entry(4))
            store.branch(Branch("C", "C", 3, "c"))
            assert store.origins("C")[:2] == [(2, "back"), (3, "c")]
            store.branch(Branch("C", "A", 3, "c"))


def test_what_is_missing_in_a_branch_is_told_of_those_who_reach_it(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    with closing(open_store(f"sqlite:///{path}")) as store:
        store.replace("A", entries(5))
        store.branch(Branch("C", "A", 4, ""), Branch("D", "A", 2, ""))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM journal WHERE version > 3")
        connection.execute("UPDATE branches SET origin = CAST(x'ff' AS TEXT) WHERE branch = 3")
    with closing(open_store(f"sqlite:///{path}")) as store:
        assert len(list(store.read("D"))) == 2
        assert len(list(store.read("C", 0, 3))) == 3
        with pytest.raises(UnreadableJournalError, match="entry 4 is missing"):
            list(store.read("C"))
        with pytest.raises(UnreadableJournalError, match="UTF-8"):
            store.origins("D")


ROOT = Path(__file__).parents[2]
Step = tuple[str, str, str, float, int]
worlds = st.sampled_from("ABCD")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), worlds, worlds, st.just(0.0), st.just(0)),
        st.tuples(st.just("replace"), worlds, worlds, st.floats(0, 1), st.just(0)),
        st.tuples(st.just("branch"), worlds, worlds, st.floats(0, 1), st.integers(0, 2)),
    ),
    max_size=40,
)


class Model:
    """What a store is to do, with a copy of everything."""

    def __init__(self) -> None:
        self.journals: dict[str, list[Entry]] = {}
        self.origins: dict[str, list[tuple[int, str]]] = {}

    def take(self, number: int, step: Step, store: JournalStore) -> None:
        what, world, other, part, skips = step
        journal = self.journals.get(world, [])
        if what == "append":
            new = Entry(len(journal) + 1, NOON, "acted", {"number": number})
            store.append(world, new)
            self.journals[world] = [*journal, new]
            self.origins.setdefault(world, [])
        elif what == "replace":
            new_ones = [Entry(version, NOON, "opened", {"number": number}) for version in range(1, 1 + int(part * 4))]
            store.replace(world, new_ones)
            self.journals[world], self.origins[world] = new_ones, []
        elif left := self.journals.get(other, []):
            version, origin = 1 + int(part * (len(left) - 1)), f"origin {number}"
            store.branch(Branch(world, other, version, origin, skips=skips))
            before = [each for each in self.origins[other] if each[0] <= version]
            for _ in range(skips):
                if before and before[-1][0] == version:
                    before.pop()
            self.journals[world], self.origins[world] = left[:version], [*before, (version, origin)]


@given(steps, st.sampled_from(["memory", "sqlite"]))
@settings(deadline=None)
def test_any_history_is_that_of_copied_journals(
    tmp_path_factory: pytest.TempPathFactory, taken: list[Step], kind: str
) -> None:
    url = "memory" if kind == "memory" else f"sqlite:///{tmp_path_factory.mktemp('stores')}/worlds.db"
    store, model = open_store(url), Model()
    for number, step in enumerate(taken):
        model.take(number, step, store)
    for again in range(1 if kind == "memory" else 2):
        if again:
            store.close()
            store = open_store(url)
        assert sorted(store.worlds()) == sorted(name for name, journal in model.journals.items() if journal)
        for name, journal in model.journals.items():
            assert list(store.read(name)) == journal
            assert store.origins(name) == (model.origins[name] if journal else [])
    store.close()


@pytest.mark.slow
def test_killed_at_any_statement_it_is_as_before_or_as_after(tmp_path: Path) -> None:
    seen = set()
    for statements in range(1, 40):
        url = f"sqlite:///{tmp_path}/{statements}.db"
        with closing(open_store(url)) as store:
            store.replace("A", entries(5))
        status = status_when_killed("branch", url, statements)
        with closing(open_store(url)) as store:
            seen.add(tuple((each, kinds(store, each), *store.origins(each)) for each in store.worlds()))
        if status == 0:
            break
    else:
        pytest.fail("it was never done")
    assert seen == {
        (("A", "aaaaa"),),
        (("A", "aar", (2, "back")), ("K", "aaaaa", (5, "kept"))),
    }
