"""A checkpoint is a cache: with it, without it, with a deleted, damaged or strange one, the same world is opened."""

import gc
import json
import random
import sqlite3
import weakref
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.checkpoints import checkpoint as module
from marketplace_sandbox.core.checkpoints.checkpoint import (
    Snapshot,
    find_snapshot,
    keep_snapshot,
    read_checkpoint,
    read_known,
    write_checkpoint,
    write_known,
)
from marketplace_sandbox.core.checkpoints.fingerprint import fingerprint
from marketplace_sandbox.core.checkpoints.pages import DIGEST, digest_of
from marketplace_sandbox.core.checkpoints.values import DamagedPageError, decode, encode
from marketplace_sandbox.core.commands.notifications import RecordAttempt, Subscribe
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.data.timers import Timers
from marketplace_sandbox.core.journal.journal import CheckpointLabel, Entry, JournalStore, PutPage, StoreError
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.policy import SettingError
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.checkpoints.comparison import same
from tests.core.everybody import LEAPS, any_command
from tests.core.worlds import MARKETPLACE_IDS, START, place
from tests.depth import depth

SELLER = "ATESTSELLER"
SETTINGS = {"buyer_withdrawal": True, "early_adjustment": "hold", "partial_cancellation": True}


def a_world(store: JournalStore, seconds: list[float] | None = None, rate: float = 0.0) -> World:
    sellers = Sellers(store, Defaults(START, rate, 7), (lambda: seconds[0]) if seconds else lambda: 0.0)
    return sellers.open(SELLER, START, rate, 7, MARKETPLACE_IDS, SETTINGS)


def live(world: World, chance: random.Random, steps: int) -> None:
    """Some steps of anybody's, time among them; what is refused changes nothing."""
    for _ in range(steps):
        if chance.random() < 0.3:
            world.advance(timedelta(seconds=chance.choice(LEAPS)))
        elif command := any_command(world.state, chance, world.now()):
            try:
                world.execute(command)
            except (RefusalError, FieldError, SettingError):
                continue


def keep(world: World, store: JournalStore) -> Snapshot:
    snapshot = world.snapshot()
    assert snapshot is not None
    assert keep_snapshot(store, snapshot)
    world.note_checkpoint(snapshot)
    return snapshot


def is_away(world: World) -> bool:
    """Whether its state has left memory."""
    return world.absence is not None


def contents(state: State) -> dict[str, Any]:
    """All data of a state. Timers that are not armed any more do nothing: how many are left is no part of a world."""
    found: dict[str, Any] = {}
    for name, value in state.data.named():
        if isinstance(value, Table):
            found[name] = list(value.items())
        elif isinstance(value, Log):
            found[name] = list(value)
        elif isinstance(value, Timers):
            armed = {each for timers in state.data.schedule.armed.values() for each in timers}
            found[name] = [(due, timer) for due, _, timer in sorted(value, key=lambda each: each[:2]) if timer in armed]
        else:
            found[name] = value
    return found


def assert_same(one: World, other: World) -> None:
    assert (one.version, one.now(), one.clock.anchor) == (other.version, other.now(), other.clock.anchor)
    assert same(one._know(one.state), other._know(other.state))
    left, right = contents(one.state), contents(other.state)
    for name, value in left.items():
        assert same(value, right[name]), name


def opened(store: JournalStore) -> World:
    return Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0).get(SELLER)


def folded(store: JournalStore) -> World:
    """The same without any checkpoint."""
    without = MemoryStore()
    without.replace(SELLER, list(store.read(SELLER)))
    return opened(without)


@pytest.mark.parametrize("seed", range(12))
def test_a_world_opens_from_a_checkpoint_as_it_does_from_its_journal(seed: int) -> None:
    check_history(seed)


@pytest.mark.slow
def test_a_thousand_histories_open_from_checkpoints_as_they_do_from_their_journals() -> None:
    for seed in range(100, 100 + depth(test=10, soak=1000)):
        check_history(seed)


def check_history(seed: int) -> None:
    """Checkpoints on the way, entries after the last one, and more entries once it is open."""
    chance, store = random.Random(seed), MemoryStore()
    world = a_world(store)
    for _ in range(chance.choice((1, 2, 3))):
        live(world, chance, chance.choice((5, 30, 60)))
        keep(world, store)
    live(world, chance, chance.choice((0, 0, 1, 20)))
    snapshot = find_snapshot(store, SELLER)
    assert snapshot is not None
    again, plain = opened(store), folded(store)
    assert_same(again, plain)
    assert_same(again, world)
    for each in (again, plain):
        live(each, random.Random(seed + 1), 25)
    assert_same(again, plain)


def test_pages_are_the_same_bytes_for_the_same_world() -> None:
    store = MemoryStore()
    world = a_world(store)
    live(world, random.Random(3), 60)
    written: list[list[bytes]] = [[], []]
    heads = []
    for pages in written:
        snapshot = world.snapshot()
        assert snapshot is not None
        heads.append(write_checkpoint(snapshot, pages.append))
    assert written[0] == written[1]
    assert heads[0] == heads[1]


# One that is not good


@pytest.fixture
def written(tmp_path: Path) -> tuple[JournalStore, bytes, list[bytes]]:
    """A store with a world of a few hundred orders, and its checkpoint."""
    store = open_store(f"sqlite:///{tmp_path}/worlds.db")
    world = a_world(store)
    live(world, random.Random(11), 80)
    for _ in range(3):
        world.place_orders({"count": 40})
    keep(world, store)
    place(world)
    found = store.checkpoint(SELLER, fingerprint())
    assert found is not None
    return store, found.head, list(found.pages)


def put(store: JournalStore, head: bytes, pages: list[bytes]) -> None:
    """Have a store have other bytes for a checkpoint, with its label."""
    label = CheckpointLabel(opened_version(store), fingerprint())

    def write(put_page: PutPage) -> bytes:
        for page in pages:
            put_page(page)
        return head

    store.keep_checkpoint(SELLER, label, write)


def opened_version(store: JournalStore) -> int:
    return len(list(store.read(SELLER))) - 1


Written = tuple[JournalStore, bytes, list[bytes]]


def test_every_page_that_is_damaged_is_noticed_and_passed_over(
    written: Written, caplog: pytest.LogCaptureFixture
) -> None:
    store, head, pages = written
    plain = folded(store)
    for number, page in enumerate(pages):
        for damaged in (page[:-1], page[:9] + bytes([page[9] ^ 1]) + page[10:]):
            caplog.clear()
            put(store, head, [*pages[:number], damaged, *pages[number + 1 :]])
            assert find_snapshot(store, SELLER) is None
            told = [each for each in caplog.messages if f"page {number + 1} of {len(pages)}" in each]
            assert len(told) == 1
            assert SELLER in told[0]
            assert store.checkpoint(SELLER, fingerprint()) is None
    assert_same(opened(store), plain)


@pytest.mark.parametrize(
    "damage",
    [
        lambda head, pages: (head[:-1], pages),
        lambda _, pages: (b"", pages),
        lambda head, pages: (bytes([head[0] ^ 1]) + head[1:], pages),
        lambda head, pages: (head, pages[:-1]),
        lambda head, pages: (head, [*pages, pages[0]]),
        lambda head, _: (head, []),
        lambda head, pages: (head, pages[::-1]),
        lambda _, pages: (sealed({"code": fingerprint()}), pages),
        lambda _, pages: (sealed([1, 2]), pages),
        lambda head, pages: (changed(head, code="other"), pages),
        lambda head, pages: (changed(head, known=encode({})), pages),
        lambda head, pages: (changed(head, places={}), pages),
        lambda head, pages: (changed(head, digests=b""), pages),
    ],
)
def test_a_head_that_is_damaged_or_strange_is_noticed_and_passed_over(
    written: Written, damage: Callable[[bytes, list[bytes]], tuple[bytes, list[bytes]]], caplog: Any
) -> None:
    store, head, pages = written
    plain = folded(store)
    put(store, *damage(head, pages))
    assert_same(opened(store), plain)
    assert len([each for each in caplog.messages if "passed over" in each]) == 1


def sealed(said: Any) -> bytes:
    body = encode(said)
    return digest_of(body) + body


def changed(head: bytes, **other: Any) -> bytes:
    return sealed({**decode(head[DIGEST:]), **other})


def test_forged_pages_under_good_digests_are_passed_over_when_they_are_met(written: Written, caplog: Any) -> None:
    """Whoever has written the file can compute digests, too. What the pages say is looked at when they are read."""
    store, head, pages = written
    plain = folded(store)
    forged = [b"nothing of ours"] * len(pages)
    put(store, changed(head, digests=b"".join(map(digest_of, forged))), forged)
    assert_same(opened(store), plain)
    assert len([each for each in caplog.messages if "passed over" in each]) == 1


def test_one_of_another_journal_is_passed_over(written: Written, caplog: Any) -> None:
    """The entry after it says what had come of the one before."""
    store, head, pages = written
    plain = folded(store)
    known = read_known(decode(head[DIGEST:])["known"])
    other = replace(known, result=(known.version, "0123456789abcdef"))
    put(store, changed(head, known=write_known(other)), pages)
    assert_same(opened(store), plain)
    assert "not of this journal" in caplog.text


@pytest.mark.parametrize(
    "damage",
    [
        "SET version = version + 1",
        "SET version = version - 1",
        "SET version = 10",
        "SET version = 'x'",
        "SET branch = (SELECT sum(branch) FROM checkpoints) - branch",
        "SET branch = (SELECT max(branch) FROM branches) WHERE number = 1",
        "SET head = 'text'",
        "SET head = 5",
        "SET known = 'text'",
        "SET known = x''",
        "SET known = (SELECT known FROM checkpoints WHERE number = 2)",
    ],
)
@pytest.mark.parametrize("later", [0, 1])
def test_rows_that_are_damaged_or_strange_are_passed_over(tmp_path: Path, damage: str, later: int) -> None:
    """What a row says beside its pages has no digest: it is held against what the head says."""
    path = tmp_path / "worlds.db"
    store = open_store(f"sqlite:///{path}")
    sellers = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    for seller_id, count in ((SELLER, 30), ("AOTHER", 20)):
        world = sellers.open(seller_id, START, 0.0, 7, MARKETPLACE_IDS)
        for _ in range(count):
            place(world)
        sellers.keep_results()
        keep(world, store)
    sellers.fork(SELLER, 25, "AFORK")
    for _ in range(later):
        place(sellers.get(SELLER))
    sellers.keep_results()
    before = {each.seller_id: (each.version, contents(each.state)) for each in sellers}
    store.close()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(f"UPDATE checkpoints {damage}")
    store = open_store(f"sqlite:///{path}")
    again = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    for seller_id, (version, data) in before.items():
        world = again.get(seller_id)
        assert world.version == version
        assert same(contents(world.state), data)
        place(world)
    store.close()


def test_one_that_other_code_has_written_is_passed_over_in_silence(
    written: Written, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    store, _, _ = written
    plain = folded(store)
    for name in ("checkpoint.fingerprint", "fingerprint.fingerprint"):
        monkeypatch.setattr(f"marketplace_sandbox.core.checkpoints.{name}", lambda: "another release's")
    monkeypatch.setattr("marketplace_sandbox.core.world.sellers.fingerprint", lambda: "another release's")
    assert_same(opened(store), plain)
    assert caplog.messages == []


def test_without_sources_nothing_is_written_or_read(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    store, _, _ = written
    monkeypatch.setattr(module, "fingerprint", lambda: "")
    assert find_snapshot(store, SELLER) is None
    snapshot = folded(store).snapshot()
    assert snapshot is not None
    assert not keep_snapshot(store, snapshot)


def test_a_damaged_head_raises(written: Written) -> None:
    _, head, pages = written
    with pytest.raises(DamagedPageError):
        read_checkpoint(head[:-1], pages)


# Out of memory, and back


def at_rest(store: JournalStore) -> World:
    """A world that has left memory."""
    world = a_world(store)
    live(world, random.Random(5), 60)
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 200))
    keep(world, store)
    world.note_kept(world.version)
    assert world.leave()
    return world


def test_a_world_that_left_answers_what_is_known_and_comes_back_the_same() -> None:
    store = MemoryStore()
    world = at_rest(store)
    plain = folded(store)
    assert is_away(world)
    assert (world.version, world.now(), world.order_count) == (plain.version, plain.now(), plain.order_count)
    assert (world.peek_due(), world.has_outgoing) == (plain.peek_due(), False)
    assert (world.behind(), world.queues) == (False, plain.queues)
    assert world.leave()
    assert is_away(world), "nothing of this needs the state"
    assert_same(world, plain)
    assert not is_away(world)
    live(world, random.Random(9), 20)
    live(plain, random.Random(9), 20)
    assert_same(world, plain)


LOOKS_BACK: dict[str, Callable[[World, int], World | PastWorld]] = {
    "asOf": lambda world, version: world.as_of(world.find_moment(version)),
    "fork": lambda world, version: world.fork("AFORK", 1, world.find_branch_state(version)),
    "rewind": lambda world, version: world.rewind(version, world.find_branch_state(version), "AKEPT", 1) and world,
}


@pytest.mark.parametrize("look", LOOKS_BACK)
def test_a_world_that_leaves_while_somebody_looks_back_is_looked_back_on(
    look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads the past holds no lock, and an idle world may leave memory just then."""
    world, left = at_rest(MemoryStore()), list[bool]()
    version, journal = world.version // 2, world.journal
    expected = {each.order_id: each.status for each in world.as_of(world.find_moment(version)).orders.values()}

    def leave_and_read(since: int = 0, until: int | None = None) -> list[Entry]:
        left.append(world.leave())
        return journal(since, until)

    monkeypatch.setattr(world, "journal", leave_and_read)
    found = LOOKS_BACK[look](world, version)
    monkeypatch.undo()
    assert any(left)
    assert found.version == version
    assert {each.order_id: each.status for each in found.orders.values()} == expected


def test_a_world_with_something_under_way_or_not_written_down_stays() -> None:
    store = MemoryStore()
    world = a_world(store)
    world.execute(Subscribe("http://127.0.0.1:9/", "whsec_x"))
    assert not world.leave(), "there is no checkpoint"
    keep(world, store)
    assert not world.leave(), "what came of its last entry is not kept yet"
    world.note_kept(world.version)
    order = place(world, hold=False)
    assert not world.leave(), "there is an entry since"
    world.act(order.order_id, "buyer-cancel")
    keep(world, store)
    world.note_kept(world.version)
    assert not world.leave(), "a delivery is outgoing"
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 200))
    keep(world, store)
    world.note_kept(world.version)
    with world.advance_in_steps(timedelta(days=1)):
        assert not world.leave(), "an advance runs"
    keep(world, store)
    world.note_kept(world.version)
    assert world.leave()
    assert a_world_aside(store).leave() is False


def a_world_aside(store: JournalStore) -> World:
    return Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0).open("ASIDE", START, aside=True)


def test_what_a_world_had_in_memory_is_free_at_once() -> None:
    """Not only with the next collection of cycles, which is late in coming where the heap is large."""
    store = MemoryStore()
    world = a_world(store)
    live(world, random.Random(5), 60)
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 200))
    keep(world, store)
    world.note_kept(world.version)
    gone = weakref.ref(world.state)
    order = weakref.ref(next(iter(world.orders.values())))
    gc.collect()
    gc.disable()
    try:
        assert world.leave()
        assert gone() is None
        assert order() is None
    finally:
        gc.enable()


def test_who_had_its_state_reads_on_and_cannot_write_to_it() -> None:
    store = MemoryStore()
    world = a_world(store)
    order = place(world)
    state = world.state
    keep(world, store)
    world.note_kept(world.version)
    before = contents(state)
    assert world.leave()
    world.act(order.order_id, "buyer-cancel")
    assert same(contents(state), before)
    assert world.state is not state
    with pytest.raises(KeyError):
        state.plan(Subscribe("http://127.0.0.1:9/", "whsec_x"), START)
    with pytest.raises(RefusalError):
        world.execute(Subscribe("http://127.0.0.1:9/", "whsec_x"), of=state)


def test_what_falls_due_of_a_running_clock_happens_while_the_world_is_away() -> None:
    store, seconds = MemoryStore(), [0.0]
    world = a_world(store, seconds, rate=1.0)
    order = place(world)
    keep(world, store)
    world.note_kept(world.version)
    assert world.leave()
    seconds[0] = 60.0
    assert not world.behind()
    assert world.now() == START + timedelta(minutes=1)
    due = world.peek_due()
    assert due is not None
    seconds[0] = (due - START).total_seconds()
    assert world.behind()
    assert is_away(world)
    fired = world.settle().fired
    assert [each.order_id for each in fired] == [order.order_id]
    assert world.order(order.order_id).status != order.status


def test_a_checkpoint_that_is_damaged_while_the_world_is_away_costs_time_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/worlds.db")
    world = at_rest(store)
    plain = folded(store)
    found = store.checkpoint(SELLER, fingerprint())
    assert found is not None
    pages = [*found.pages[:-1], b"damaged"]
    store.keep_checkpoint(
        SELLER, CheckpointLabel(world.version, fingerprint()), lambda put: put_all(put, found.head, pages)
    )
    assert_same(world, plain)
    assert "passed over" in caplog.text
    store.close()


def put_all(put_page: PutPage, head: bytes, pages: list[bytes]) -> bytes:
    for page in pages:
        put_page(page)
    return head


# At the start


def test_a_world_that_was_written_down_to_its_end_is_opened_when_it_is_asked_for(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/worlds.db")
    world = a_world(store)
    live(world, random.Random(5), 40)
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 200))
    keep(world, store)
    plain = folded(store)
    again = opened(store)
    assert is_away(again)
    assert again.opening == plain.opening
    assert_same(again, plain)
    place(again)
    place(plain)
    assert not is_away(opened(store)), "an entry has come since"
    assert_same(opened(store), plain)
    store.close()


def test_one_with_something_to_be_sent_is_opened_at_once() -> None:
    store = MemoryStore()
    world = a_world(store)
    world.execute(Subscribe("http://127.0.0.1:9/", "whsec_x"))
    world.act(place(world, hold=False).order_id, "buyer-cancel")
    assert world.has_outgoing
    keep(world, store)
    again = opened(store)
    assert not is_away(again)
    assert again.has_outgoing


def test_a_start_reads_no_entry_below_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(f"sqlite:///{tmp_path}/worlds.db")
    world = a_world(store)
    for _ in range(20):
        place(world)
    keep(world, store)
    place(world)
    store.close()
    read: list[int] = []
    plain = json.loads

    def loads(text: str, **more: Any) -> Any:
        said = plain(text, **more)
        if isinstance(said, list) and len(said) == 3 and "items" in said[0]:
            read.append(1)
        return said

    monkeypatch.setattr("marketplace_sandbox.core.journal.journal.json.loads", loads)
    again = open_store(f"sqlite:///{tmp_path}/worlds.db")
    assert opened(again).version == 22
    assert len(read) == 2, "the store looks at what is after it once, and it is folded once"
    again.close()


def test_entries_after_it_that_cannot_be_followed_are_their_sellers_trouble(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/worlds.db")
    world = a_world(store)
    place(world)
    keep(world, store)
    place(world)
    entry = list(store.read(SELLER))[-1]
    body = {**entry.body, "items": "none"}
    store.append(SELLER, replace(entry, version=entry.version + 1, body=body))
    sellers = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    (unopened,) = sellers.unopened()
    assert f"entry {entry.version + 1}, placed" in unopened.why
    assert unopened.opening == world.opening
    store.close()


# Branches


def test_what_leaves_a_world_opens_from_its_checkpoint_and_has_one_of_its_own() -> None:
    store = MemoryStore()
    world = a_world(store)
    live(world, random.Random(5), 40)
    keep(world, store)
    live(world, random.Random(6), 20)
    sellers = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    for when in (None, world.checkpoint_version, world.checkpoint_version + 2, 5):
        forked = sellers.fork(SELLER, when)
        live(forked, random.Random(7), 10)
        again = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0).get(forked.seller_id)
        assert_same(again, forked)
        keep(forked, store)
        place(forked)
        again = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0).get(forked.seller_id)
        assert again.origin == forked.origin
        assert_same(again, forked)


def test_a_rewound_world_does_not_come_back_as_it_was_before() -> None:
    store = MemoryStore()
    sellers = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    world = sellers.open(SELLER, START, 0.0, 7, MARKETPLACE_IDS)
    for _ in range(5):
        place(world)
    keep(world, store)
    _, kept = sellers.rewind(SELLER, 3)
    place(world)
    assert_same(opened(store), world)
    kept_again = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0).get(kept.seller_id)
    assert_same(kept_again, kept)
    assert kept_again.order_count == 5


@pytest.mark.parametrize(
    "goes", [lambda sellers: sellers.reset(SELLER), lambda sellers: sellers.rewind(SELLER, 3)], ids=["reset", "rewind"]
)
def test_a_world_that_was_looked_at_before_it_began_again_or_elsewhere_is_not_written_down(
    goes: Callable[[Sellers], object],
) -> None:
    """Between the look and the first page anything may happen, up to the very version that was looked at."""
    store = MemoryStore()
    sellers = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    world = sellers.open(SELLER, START, 0.0, 7, MARKETPLACE_IDS)
    for _ in range(5):
        place(world)
    snapshot = world.snapshot()
    assert snapshot is not None
    goes(sellers)
    while world.version < snapshot.version:
        place(world)
    keep_snapshot(store, snapshot)
    world.note_checkpoint(snapshot)
    assert store.checkpoint(SELLER, fingerprint()) is None
    assert world.checkpoint_version == 0
    assert_same(opened(store), world)


def test_a_reset_or_deleted_world_has_no_checkpoint_left() -> None:
    store = MemoryStore()
    sellers = Sellers(store, Defaults(START, 0.0, 7), lambda: 0.0)
    for goes in (sellers.reset, sellers.remove):
        world = sellers.find(SELLER) or sellers.open(SELLER, START, 0.0, 7, MARKETPLACE_IDS)
        place(world)
        keep(world, store)
        goes(SELLER)
        assert store.checkpoint(SELLER, fingerprint()) is None
        assert store.known(fingerprint()) == {}


def test_a_world_may_be_reset_while_it_is_away() -> None:
    store = MemoryStore()
    world = at_rest(store)
    world.reset()
    assert (world.absence, world.version, world.order_count) == (None, 1, 0)
    with pytest.raises((StoreError, RefusalError, KeyError)):
        world.act("902-0000000-0000000", "buyer-cancel")
