"""Worlds that go on from another, or from their own past: forked and rewound."""

import random
import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.commands.notifications import PostponeDelivery, RecordAttempt, Resend, Subscribe
from marketplace_sandbox.core.commands.reports import CreateReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.journal.journal import Entry, JournalStore
from marketplace_sandbox.core.journal.results import Results
from marketplace_sandbox.core.refusals import ClockBusyError, OvertakenError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.bounds import BoundError, Totals
from marketplace_sandbox.core.world.sellers import (
    DEFAULT_SELLER,
    Defaults,
    DuplicateSellerError,
    Sellers,
    UnknownSellerError,
)
from marketplace_sandbox.core.world.world import BranchState, World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.actors import ACTS, FORMS, INVOICE_ACTS, Turn, take_turn
from tests.core.branches import ids_of, same_but_for_ids, whole
from tests.core.simulation import LEAPS
from tests.core.worlds import MARKETPLACE_IDS, START, later
from tests.depth import depth

HOUR = timedelta(hours=1)


class Real:
    """A real clock that goes on when it is told."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


def shop(store: JournalStore | None = None, real: Real | None = None, rate: float = 0.0, **totals: int) -> Sellers:
    """Sellers on a clock that stands, unless it is to run."""
    defaults = Defaults(START, rate, seed=7)
    return Sellers(store or MemoryStore(), defaults, real or Real(), Totals(**totals) if totals else None)


def busy(sellers: Sellers, seller_id: str = "APARENT") -> World:
    """A world with orders, a receiver that fails, a feed and a report in the queue; it is 17:00."""
    policy = {"buyer_withdrawal": True}
    world = sellers.open(seller_id, START, sellers.defaults.rate, marketplace_ids=MARKETPLACE_IDS, policy=policy)
    world.execute(Subscribe("http://127.0.0.1:9/hook", "whsec_x"))
    orders = world.place_orders({"count": 3, "items": [{"sku": "A", "quantity": 2, "price": 20}]})
    later(world, hours=1)
    for delivery_id in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id, 503, 12, "busy"))
    world.act(orders[0].order_id, "buyer-request-cancellation", {"reason": "late"})
    document_id = world.execute(CreateFeedDocument("text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, b"<AmazonEnvelope/>"))
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", world.marketplace_ids, document_id, digest="ab"))
    world.execute(CreateReport("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", world.marketplace_ids))
    return world


# Where a fork stands


def test_a_fork_is_as_its_parent_was_and_goes_on_by_itself() -> None:
    sellers = shop()
    parent = busy(sellers)
    before = whole(parent)
    fork = sellers.fork("APARENT", deliver=True)
    assert whole(fork) == {**before, "seller_id": fork.seller_id}
    assert fork.version == parent.version
    assert fork.journal() == parent.journal()
    fork.place_orders({})
    later(fork, days=20)
    assert whole(parent) == before
    kept = whole(fork)
    later(parent, days=40)
    parent.execute(ConfigurePolicy({"hold_period": "PT1M"}))
    assert whole(fork) == kept


def test_what_is_made_after_a_fork_has_other_ids_and_what_was_made_before_has_the_same() -> None:
    sellers = shop()
    parent = busy(sellers)
    shared = ids_of(parent)
    worlds = [parent, sellers.fork("APARENT"), sellers.fork("APARENT"), sellers.fork("APARENT", parent.version)]
    worlds.append(sellers.fork(worlds[1].seller_id))
    made = []
    for world in worlds:
        document_id = world.execute(CreateFeedDocument("text/xml")).feed_document_id
        world.execute(UploadFeedDocument(document_id, b"<AmazonEnvelope/>"))
        world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", world.marketplace_ids, document_id, digest="ab"))
        world.execute(Subscribe("http://127.0.0.1:9/other", "whsec_x"))
        world.execute(CreateReport("GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING", world.marketplace_ids))
        shipped = list(world.orders)[1]
        world.act(shipped, "parcel-leaves")
        world.act(shipped, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z"})
        world.act(shipped, "seller-refund", {"reason": "customer_return"})
        world.place_orders({"count": 2})
        later(world, hours=3)
        assert shared <= ids_of(world)
        made.append(ids_of(world) - shared)
    assert [len(each) for each in made] == [len(made[0])] * 5
    assert len(made[0]) > 20
    assert len(set.union(*made)) == sum(map(len, made))


def test_orders_keep_their_buyers_and_a_fork_has_credentials_of_its_own() -> None:
    sellers = shop()
    parent = busy(sellers)
    fork = sellers.fork("APARENT", seller_id="AFORK")
    assert [each.buyer.email for each in fork.orders.values()] == [each.buyer.email for each in parent.orders.values()]
    assert list(fork.state.subscribers.values()) == list(parent.state.subscribers.values())
    assert fork.opening.holder == "AFORK"
    assert sellers.find_holder("AFORK") is fork
    assert sellers.find_holder("APARENT") is parent


@pytest.mark.parametrize("version", range(1, 14))
def test_a_fork_stands_at_any_version(version: int) -> None:
    sellers = shop()
    parent = busy(sellers)
    fork = sellers.fork("APARENT", version)
    entry = parent.journal()[version - 1]
    assert fork.version == version
    assert fork.now() == entry.at
    assert fork.journal() == parent.journal()[:version]
    assert fork.origin
    assert fork.origin.forked_from
    assert fork.origin.forked_from.write() == {
        "seller_id": "APARENT", "version": version, "at": entry.at.isoformat().replace("+00:00", "Z"),
    }  # fmt: skip
    assert whole(restarted(sellers).get(fork.seller_id)) == whole(fork)


def test_a_fork_stands_at_any_instant_and_says_so_in_its_journal() -> None:
    sellers = shop()
    busy(sellers)
    between = START + timedelta(minutes=10)
    fork = sellers.fork("APARENT", between)
    assert fork.now() == between
    assert [each.kind for each in fork.journal()] == ["opened", "subscribed", "placed", "reached"]
    assert fork.journal()[-1].at == between
    assert fork.origin
    assert fork.origin.forked_from
    assert fork.origin.forked_from.version == 3
    at_an_entry = sellers.fork("APARENT", START)
    assert [each.kind for each in at_an_entry.journal()] == ["opened", "subscribed", "placed"]
    assert at_an_entry.now() == START
    assert {str(each.status) for each in fork.orders.values()} == {"Pending"}
    later(fork, minutes=20)
    assert {str(each.status) for each in fork.orders.values()} == {"Unshipped"}


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (0, "version is a version from 1 to 13"),
        (14, "version is a version from 1 to 13"),
        (START - HOUR, "before the world's start"),
        (START + 2 * HOUR, "the world's now is 2026-03-02T17:00:00Z"),
    ],
)
def test_a_moment_that_there_is_not_is_refused(when: int | datetime, said: str) -> None:
    sellers = shop()
    parent = busy(sellers)
    before = whole(parent)
    with pytest.raises(FieldError, match=said):
        sellers.fork("APARENT", when)
    with pytest.raises(FieldError, match=said):
        sellers.rewind("APARENT", when)
    assert [world.seller_id for world in sellers] == [DEFAULT_SELLER, "APARENT"]
    assert whole(parent) == before


def test_a_taken_id_an_odd_one_and_an_unknown_parent_are_refused() -> None:
    sellers = shop()
    busy(sellers)
    with pytest.raises(DuplicateSellerError):
        sellers.fork("APARENT", seller_id=DEFAULT_SELLER)
    with pytest.raises(FieldError, match="letters and digits"):
        sellers.fork("APARENT", seller_id="../etc")
    with pytest.raises(UnknownSellerError, match="APARENT"):
        sellers.fork("APARENTT")
    assert len(list(sellers)) == 2


def test_there_has_to_be_room() -> None:
    sellers = shop(sellers=2, orders=5)
    busy(sellers)
    for refused in (lambda: sellers.fork("APARENT"), lambda: sellers.rewind("APARENT", 2)):
        with pytest.raises(BoundError, match="sellers"):
            refused()
    sellers = shop(sellers=9, orders=5)
    busy(sellers)
    for refused in (lambda: sellers.fork("APARENT"), lambda: sellers.rewind("APARENT", 2)):
        with pytest.raises(BoundError, match="orders"):
            refused()
    assert sellers.store.worlds() == [DEFAULT_SELLER, "APARENT"]


def test_sellers_come_while_a_fork_or_a_rewind_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may take long for an old moment; only what is written then keeps others waiting."""
    sellers = shop()
    busy(sellers)
    folds, go_on = threading.Event(), threading.Event()
    stand = World.find_branch_state

    def fold_for_long(world: World, when: int | datetime | None = None) -> BranchState:
        folds.set()
        assert go_on.wait(timeout=60)
        return stand(world, when)

    monkeypatch.setattr(World, "find_branch_state", fold_for_long)
    for number, branch in enumerate((lambda: sellers.fork("APARENT", 4), lambda: sellers.rewind("APARENT", 4))):
        folds.clear()
        go_on.clear()
        branching = threading.Thread(target=branch)
        branching.start()
        assert folds.wait(timeout=60)
        before = len(list(sellers))
        sellers.open(f"AOTHER{number}")
        sellers.remove(f"AOTHER{number}")
        go_on.set()
        branching.join(timeout=60)
        assert len(list(sellers)) == before + 1


@pytest.mark.parametrize("goes", ["gone", "made again", "reset", "rewound"])
def test_nothing_goes_on_from_a_world_that_goes_while_it_is_folded(goes: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sellers = shop()
    journal = busy(sellers).journal()
    stand = World.find_branch_state

    def overtake(world: World, when: int | datetime | None = None) -> BranchState:
        found = stand(world, when)
        monkeypatch.setattr(World, "find_branch_state", stand)
        if goes == "reset":
            sellers.reset("APARENT")
        elif goes == "rewound":
            sellers.rewind("APARENT", 2)
        elif goes == "made again":
            sellers.adopt(journal)
        else:
            sellers.remove("APARENT")
        return found

    monkeypatch.setattr(World, "find_branch_state", overtake)
    with pytest.raises(OvertakenError):
        sellers.fork("APARENT", 4, "AFORK")
    assert sellers.find("AFORK") is None


# Deliveries


def test_deliveries_under_way_are_held_and_sent_when_somebody_asks() -> None:
    sellers = shop()
    parent = busy(sellers)
    parent.execute(Subscribe("http://127.0.0.1:9/late", "whsec_x"))
    late = list(parent.state.subscribers)[-1]
    parent.place_orders({"hold": False})
    parent.act(list(parent.orders)[1], "buyer-request-cancellation")
    [behind] = [each.delivery_id for each in parent.state.deliveries.values() if each.subscriber_id == late]
    parent.execute(PostponeDelivery(behind, behind=1))
    fork = sellers.fork("APARENT")
    for before, held in zip(parent.state.deliveries.values(), fork.state.deliveries.values(), strict=True):
        assert (held.delivery_id, held.notice, held.attempts) == (before.delivery_id, before.notice, before.attempts)
        assert (held.status, held.held, held.next_at) == (before.status, True, None)
    assert not fork.state.outgoing
    later(fork, days=10)
    assert not [each for each in fork.state.deliveries.values() if each.held and each.next_at]
    assert {each.notice.at > START + HOUR for each in map(fork.state.deliveries.__getitem__, fork.state.outgoing)} == {
        True
    }
    first = next(iter(fork.state.deliveries))
    outgoing = len(fork.state.outgoing)
    fork.execute(Resend(first))
    assert list(fork.state.outgoing)[outgoing:] == [first]
    assert not fork.state.deliveries[first].held
    fork.execute(RecordAttempt(first, 503, 1, "busy"))
    again = fork.state.deliveries[first]
    assert (again.status, len(again.attempts)) == ("failed", 2)
    assert again.next_at == fork.now() + timedelta(minutes=5)
    assert whole(restarted(sellers).get(fork.seller_id)) == whole(fork)


def test_what_was_delivered_is_not_held() -> None:
    sellers = shop()
    parent = busy(sellers)
    first = next(iter(parent.state.deliveries))
    parent.execute(Resend(first))
    parent.execute(RecordAttempt(first, 200, 1))
    fork = sellers.fork("APARENT")
    assert [each.held for each in fork.state.deliveries.values()] == [False, *[True] * 3]
    assert fork.state.deliveries[first].status == "delivered"


def test_a_removed_subscriber_ends_what_was_held_for_it() -> None:
    sellers = shop()
    busy(sellers)
    fork = sellers.fork("APARENT")
    fork.state.subscriptions.deliveries.end_all_to(next(iter(fork.state.subscribers)))
    assert {(str(each.status), each.held) for each in fork.state.deliveries.values()} == {("given_up", False)}


# Clocks


@pytest.mark.parametrize("rate", [1.0, 60.0])
def test_a_fork_of_a_running_clock_runs_on_with_its_parent(rate: float) -> None:
    real = Real()
    sellers = shop(real=real, rate=rate)
    parent = busy(sellers)
    real.seconds += 1.2345
    fork = sellers.fork("APARENT")
    assert fork.clock.rate == rate
    for _ in range(3):
        assert fork.now() == parent.now()
        real.seconds += 7.7777
    again = restarted(sellers, real)
    assert again.get(fork.seller_id).now() == again.get("APARENT").now()


def test_a_fork_of_a_past_instant_runs_on_from_there_as_the_clock_ran_then() -> None:
    real = Real()
    sellers = shop(real=real)
    world = sellers.open("ARUNS", START, 60.0)
    real.seconds += 60
    world.place_orders({})
    world.advance(timedelta(0), rate=0.0)
    frozen_at, version = world.now(), world.version
    real.seconds += 1000
    then = sellers.fork("ARUNS", START + timedelta(minutes=30))
    assert then.now() == START + timedelta(minutes=30)
    real.seconds += 1
    assert then.now() == START + timedelta(minutes=31)
    frozen = sellers.fork("ARUNS", version)
    real.seconds += 60
    assert frozen.now() == frozen_at
    again = restarted(sellers, real)
    for fork in (then, frozen):
        assert again.get(fork.seller_id).now() == fork.now()


def test_a_fork_is_made_while_its_parent_advances() -> None:
    sellers = shop()
    parent = busy(sellers)
    forks: list[World] = []
    parent.advance(timedelta(days=20), lambda: forks.append(sellers.fork("APARENT")) if len(forks) < 3 else None)
    for fork in forks:
        assert not fork.advancing
        later(fork, days=1)
    assert [fork.now() for fork in forks] == sorted(fork.now() for fork in forks)
    assert parent.now() == START + HOUR + timedelta(days=20)


def test_forks_share_what_they_have_of_their_parent_after_a_restart_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """No entry that the parent's journal has is taken again for its forks, whatever has come of them since."""
    sellers = shop()
    busy(sellers)
    forks = [sellers.fork("APARENT", when) for when in (None, 4, 6, START + timedelta(minutes=10)) for _ in range(5)]
    forks.append(sellers.fork(forks[0].seller_id))
    forks[1].place_orders({})
    later(forks[2], days=2)
    later(sellers.get("APARENT"), days=3)
    forks[3].reset()
    sellers.rewind(forks[4].seller_id, 2)
    before = {each.seller_id: whole(each) for each in sellers}
    taken: list[int] = []
    fold = World._fold

    def count_and_fold(world: World, entry: Entry, results: Results) -> None:
        taken.append(entry.version)
        fold(world, entry, results)

    monkeypatch.setattr(World, "_fold", count_and_fold)
    again = restarted(sellers)
    assert {each.seller_id: whole(each) for each in again} == before
    # the parent's journal, the one that was rewound and the one it has left, and what has come of the others since
    alone = len(again.get("APARENT").journal()) + 2 * len(forks[0].journal())
    assert len(taken) <= alone + len(forks) + 10
    fork, other = again.get(forks[5].seller_id), again.get(forks[6].seller_id)
    fork.place_orders({})
    assert whole(other) == before[other.seller_id]
    assert whole(again.get("APARENT")) == before["APARENT"]


# Rewinding


def test_a_rewound_world_is_as_it_was_and_the_one_it_left_stands_aside() -> None:
    sellers = shop()
    world = busy(sellers)
    then = whole(sellers.fork("APARENT", 6, deliver=True))
    left, journal, opening = whole(world), world.journal(), world.opening
    moment, kept = sellers.rewind("APARENT", 6)
    assert (moment.version, world.version) == (6, 6)
    assert whole(world) == {**then, "seller_id": "APARENT"}
    assert world.now() == moment.at == journal[5].at
    assert world.journal() == journal[:6]
    assert world.opening == replace(opening, lineage="0.1")
    assert kept.journal() == journal
    held = whole(kept)
    assert {**held, "deliveries": [], "outgoing": [], "next": None} == {
        **left, "seller_id": kept.seller_id, "deliveries": [], "outgoing": [], "next": None,
    }  # fmt: skip
    assert [each.held for each in kept.state.deliveries.values()] == [True] * len(kept.state.deliveries)
    assert sellers.get(kept.seller_id) is kept
    assert kept.origin
    assert kept.origin.forked_from
    assert kept.origin.forked_from.version == len(journal)
    again = restarted(sellers)
    assert [whole(again.get(each.seller_id)) for each in (world, kept)] == [whole(world), held]


def test_a_fork_rewound_to_before_the_instant_it_was_forked_at_stands_there_after_a_restart() -> None:
    """Both branches are at one version: the fork stood at an instant after its entry, the rewind stands at the entry's.

    The clock goes back with it, and so does what is next.
    """
    sellers = shop()
    busy(sellers)
    fork = sellers.fork("APARENT", START + timedelta(minutes=10), "AFORK")
    assert (fork.version, fork.now()) == (4, START + timedelta(minutes=10))
    sellers.rewind("AFORK", 3)
    assert fork.now() == START
    again = restarted(sellers)
    assert whole(again.get("AFORK")) == whole(fork)
    again.get("AFORK").place_orders({})
    assert again.get("AFORK").journal()[-1].at == START


def test_a_rewind_to_an_instant_between_two_entries_appends_that_it_was_reached() -> None:
    sellers = shop()
    world = busy(sellers)
    moment, _ = sellers.rewind("APARENT", START + timedelta(minutes=10))
    assert (moment.version, world.version) == (3, 4)
    assert world.now() == START + timedelta(minutes=10)
    assert world.journal()[-1].kind == "reached"
    assert world.journal()[-1].at == world.now()
    moment, _ = sellers.rewind("APARENT", START)
    assert (moment.version, world.version, world.now()) == (3, 3, START)


def test_no_lineage_repeats() -> None:
    """Rewound again, to before an earlier rewind, forked, deleted and made again under the same id."""
    sellers = shop()
    busy(sellers)
    made: list[str] = []

    def note(seller_id: str) -> None:
        made.extend(each.order_id for each in sellers.get(seller_id).place_orders({"count": 2}))

    note("APARENT")
    for when in (3, 3, 3, 4, 2, 1, 1, START):
        sellers.rewind("APARENT", when)
        note("APARENT")
    for _ in range(3):
        sellers.fork("APARENT", 1, "AFORK")
        note("AFORK")
        for when in (2, 1):
            sellers.rewind("AFORK", when)
            note("AFORK")
        sellers = restarted(sellers)
        fork_of_fork = sellers.fork("AFORK", seller_id="AFORKFORK")
        note("AFORKFORK")
        assert fork_of_fork.opening.holder.startswith("AFORKFORK")
        sellers.remove("AFORK")
        sellers.remove("AFORKFORK")
    sellers.open("AFORK")
    note("AFORK")
    assert len(set(made)) == len(made) == 2 + 16 + 3 * 8 + 2


def test_a_world_that_is_rewound_again_and_again_is_branched_once() -> None:
    """The last rewind to a version says all that those before it there did: none hangs behind another."""
    sellers = shop()
    world = busy(sellers)
    then = whole(sellers.fork("APARENT", 6, deliver=True))
    for _ in range(5):
        world.place_orders({})
        _, kept = sellers.rewind("APARENT", 6)
        sellers.rewind("APARENT", 6)
        assert [after for after, _ in world.origins] == [6]
        assert len(kept.origins) <= 2
        assert len(sellers.store.origins("APARENT")) == 1
        assert whole(world) == {**then, "seller_id": "APARENT"}
    assert world.opening.lineage == "0.10"
    before = {each.seller_id: whole(each) for each in sellers}
    again = restarted(sellers)
    assert {each.seller_id: whole(each) for each in again} == before
    assert again.get("APARENT").origins == world.origins


def test_a_fork_of_a_fork_is_branched_once_where_nothing_has_happened_between() -> None:
    """What one holds the next holds, too; where the next does not hold it, that it is held is not forgotten."""
    sellers = shop()
    fork = busy(sellers)
    for _ in range(4):
        fork = sellers.fork(fork.seller_id)
        assert len(fork.origins) == 1
    sends = sellers.fork(fork.seller_id, deliver=True)
    for _ in range(3):
        sellers.rewind(sends.seller_id, sends.version)
        assert [origin.held for _, origin in sends.origins] == [True, False]
    assert not sends.state.outgoing
    before = {each.seller_id: whole(each) for each in sellers}
    again = restarted(sellers)
    assert {each.seller_id: whole(each) for each in again} == before


def test_what_was_accepted_of_entries_is_known_where_a_branch_is_skipped() -> None:
    sellers = shop()
    world = busy(sellers)
    world._accepted = {4: "accepted in the past"}
    sellers.rewind("APARENT", 6)
    world._accepted = {}  # as after a restart, where the journal does not say it
    sellers.rewind("APARENT", 6)
    [(_, origin)] = world.origins
    assert origin.results[4] == "accepted in the past"


def test_a_fork_of_an_id_that_others_had_has_credentials_of_its_own() -> None:
    sellers = shop()
    busy(sellers)
    sellers.fork("APARENT", seller_id="AFORK")
    sellers.remove("AFORK")
    again = sellers.fork("APARENT", seller_id="AFORK")
    assert again.opening.holder == "AFORK.1"
    assert sellers.find_holder("AFORK") is None
    assert restarted(sellers).get("AFORK").opening.holder == "AFORK.1"


def test_a_rewind_stops_an_advance_and_late_reports_are_of_the_world_that_was_left() -> None:
    sellers = shop()
    world = busy(sellers)
    before, delivery_id = world.state, next(iter(world.state.outgoing))
    started, go_on = threading.Event(), threading.Event()

    def between() -> None:
        started.set()
        go_on.wait(timeout=60)

    advancing = threading.Thread(target=lambda: world.advance(timedelta(days=20), between))
    advancing.start()
    started.wait(timeout=60)
    with pytest.raises(ClockBusyError):
        world.advance(timedelta(0))
    sellers.rewind("APARENT", 3)
    go_on.set()
    advancing.join(timeout=60)
    assert (world.version, world.now()) == (3, START)
    with pytest.raises(OvertakenError):
        world.execute(RecordAttempt(delivery_id, 200, 1), of=before)
    later(world, hours=1)


def test_a_rewound_clock_runs_on_from_the_past() -> None:
    real = Real()
    sellers = shop(real=real)
    world = sellers.open("ARUNS", START, 60.0)
    real.seconds += 60
    world.place_orders({})
    sellers.rewind("ARUNS", START + timedelta(minutes=30))
    assert world.now() == START + timedelta(minutes=30)
    real.seconds += 10
    assert world.now() == START + timedelta(minutes=40)
    assert restarted(sellers, real).get("ARUNS").now() == world.now()


# Whatever comes of the others


@pytest.mark.parametrize("goes", ["reset", "removed", "rewound"])
def test_a_fork_survives_what_comes_of_its_parent(goes: str) -> None:
    sellers = shop()
    parent = busy(sellers)
    forks = [sellers.fork("APARENT"), sellers.fork("APARENT", 4)]
    forks.append(sellers.fork(forks[0].seller_id, 7))
    pictures = [whole(each) for each in forks]
    if goes == "reset":
        sellers.reset("APARENT")
        assert parent.version == 1
    elif goes == "removed":
        sellers.remove("APARENT")
    else:
        sellers.rewind("APARENT", 1)
    sellers.remove(forks[0].seller_id)
    again = restarted(sellers)
    for fork, before in list(zip(forks, pictures, strict=True))[1:]:
        assert whole(fork) == before
        assert whole(again.get(fork.seller_id)) == before
        later(fork, days=3)


def test_a_reset_of_a_fork_is_a_fresh_seller_with_the_beginning_of_its_parent() -> None:
    sellers = shop()
    parent = busy(sellers)
    fork = sellers.fork("APARENT", seller_id="AFORK")
    order_ids = [each.order_id for each in fork.place_orders({"count": 2})]
    sellers.reset("AFORK")
    assert (fork.version, fork.now(), fork.clock.rate, fork.origin) == (1, START, 0.0, None)
    assert fork.policy.in_force() == shop().open("AFORK", START, policy=parent.opening.policy).policy.in_force()
    fresh = [each.order_id for each in fork.place_orders({"count": 2})]
    assert not set(fresh) & set(order_ids)
    assert fresh == [each.order_id for each in shop().open("AFORK", START).place_orders({"count": 2})]
    assert whole(restarted(sellers).get("AFORK")) == whole(fork)
    assert restarted(sellers).find_holder("AFORK")


def restarted(sellers: Sellers, real: Real | None = None) -> Sellers:
    """The same sellers after a restart."""
    again = Sellers(sellers.store, sellers.defaults, real or Real())
    assert not again.unopened()
    return again


# The laws, over random histories: the same for the same seed


def some_turns(chance: random.Random, most: int = 8) -> list[Turn]:
    """What somebody does, with time between."""
    acts = (None, *ACTS, *INVOICE_ACTS)
    return [
        Turn(chance.choice(LEAPS), (), chance.randrange(6), chance.choice(FORMS), chance.choice(acts))
        for _ in range(chance.randrange(1, most))
    ]


def answer(world: World) -> None:
    """A receiver that takes every third delivery, and fails otherwise."""
    places = {delivery_id: place for place, delivery_id in enumerate(world.state.deliveries)}
    for delivery_id in list(world.state.outgoing):
        tries = len(world.state.deliveries[delivery_id].attempts)
        world.execute(RecordAttempt(delivery_id, 200 if (places[delivery_id] + tries) % 3 == 0 else 503, 1))


def live(world: World, turns: list[Turn]) -> None:
    for turn in turns:
        world.advance(timedelta(seconds=turn.seconds), lambda: answer(world))
        take_turn(world, turn)


HELD: dict[str, object] = {"seller_id": "", "deliveries": [], "outgoing": [], "next": None}
"""In what a world whose deliveries are held differs from how it was."""


@pytest.mark.parametrize("seed", range(depth(25, 2500)))
def test_a_fork_lives_on_like_its_parent_would_have(seed: int) -> None:
    chance, sellers = random.Random(seed), shop()
    parent = busy(sellers)
    live(parent, some_turns(chance))
    fork_id = sellers.fork("APARENT", deliver=True).seller_id
    left, after = whole(parent), some_turns(chance)
    if chance.random() < 0.5:
        sellers = restarted(sellers)
    live(sellers.get(fork_id), after)
    assert whole(sellers.get("APARENT")) == left
    live(sellers.get("APARENT"), after)
    assert same_but_for_ids(sellers.get(fork_id), sellers.get("APARENT"))
    assert whole(restarted(sellers).get(fork_id)) == whole(sellers.get(fork_id))


@pytest.mark.parametrize("seed", range(depth(25, 2500)))
def test_a_rewound_world_lives_on_like_it_would_have(seed: int) -> None:
    chance, sellers = random.Random(seed), shop()
    world = busy(sellers)
    live(world, some_turns(chance))
    version = chance.randint(1, world.version)
    other = sellers.fork("APARENT", version, deliver=True)
    live(world, some_turns(chance))
    picture, journal = whole(world), world.journal()
    _, kept = sellers.rewind("APARENT", version)
    assert kept.journal() == journal
    after = some_turns(chance)
    live(world, after)
    live(other, after)
    assert same_but_for_ids(world, other)
    assert {**whole(kept), **HELD} == {**picture, **HELD}
    again = restarted(sellers)
    for each in (world, kept, other):
        assert whole(again.get(each.seller_id)) == whole(each)


@pytest.mark.parametrize("seed", range(depth(20, 1000)))
def test_changing_one_never_shows_in_the_other(seed: int) -> None:
    chance, sellers = random.Random(seed), shop()
    parent = busy(sellers)
    worlds = [parent, sellers.fork("APARENT", deliver=True), sellers.fork("APARENT", chance.randint(1, parent.version))]
    pictures = [whole(each) for each in worlds]
    for _ in range(10):
        changed = chance.randrange(3)
        live(worlds[changed], some_turns(chance, 2))
        pictures[changed] = whole(worlds[changed])
        assert [whole(each) for each in worlds] == pictures


class Inbox:
    """A receiver that remembers NotificationIds, and takes what it has not seen; half of the time it is away."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}
        self.calls = 0

    def take(self, world: World) -> None:
        for delivery_id in list(world.state.outgoing):
            self.calls += 1
            if self.calls % 2:
                world.execute(RecordAttempt(delivery_id, None, 1, "away"))
                continue
            notice = repr(world.state.deliveries[delivery_id].notice)
            assert self.seen.setdefault(delivery_id, notice) == notice, "an id means one thing"
            world.execute(RecordAttempt(delivery_id, 200, 1))


@pytest.mark.parametrize("seed", range(depth(20, 1000)))
def test_a_receiver_that_remembers_ids_loses_nothing_of_a_rewound_world(seed: int) -> None:
    chance, sellers = random.Random(seed), shop()
    world, inbox = busy(sellers), Inbox()
    for _ in range(chance.randrange(2, 5)):
        for turn in some_turns(chance):
            world.advance(timedelta(seconds=turn.seconds), lambda: inbox.take(world))
            take_turn(world, turn)
        sellers.rewind("APARENT", chance.randint(1, world.version))
    world.place_orders({"hold": False})
    world.act(list(world.orders)[-1], "buyer-request-cancellation")
    world.advance(timedelta(days=10), lambda: inbox.take(world))
    untold = [each for each in world.state.deliveries.values() if inbox.seen.get(each.delivery_id) != repr(each.notice)]
    assert not untold
