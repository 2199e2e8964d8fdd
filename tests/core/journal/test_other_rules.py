"""A world that other rules made: told what would be decided otherwise, left as it is, and taken over when told to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import POLICY, Policy
from marketplace_sandbox.core.rules import guards as g
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.rows import Row
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.text.span_words import from_words
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.worlds import START

Rules = Callable[[pytest.MonkeyPatch], None]


def start(store: MemoryStore, *, accept: bool = False) -> Sellers:
    """A start of a server on the store, as after a kill."""
    return Sellers(store, Defaults(START, 0.0), lambda: 0.0, accept_new_rules=accept)


def stop(sellers: Sellers) -> None:
    sellers.keep_results()


def why(sellers: Sellers) -> str:
    [unopened] = sellers.unopened()
    return unopened.why


@pytest.fixture
def store() -> MemoryStore:
    """A seller with two orders that their buyers have canceled, and one whose seller did so."""
    store = MemoryStore()
    sellers = start(store)
    world = sellers.open("AOLD")
    first, second, third = (each.order_id for each in world.place_orders({"count": 3}))
    world.act(first, "buyer-cancel")
    world.advance(timedelta(minutes=10))
    world.act(second, "buyer-cancel")
    world.advance(timedelta(minutes=50))
    world.act(third, "seller-cancel", {"reason": "no_inventory"})
    stop(sellers)
    return store


def no_buyer_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    """A buyer never cancels alone."""
    rows = table.TABLE["buyer-cancel"]
    monkeypatch.setitem(table.TABLE, "buyer-cancel", (Row(table.CANCEL_WINDOW_CLOSED, g.always, "R3"), *rows))


def no_cancellation_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a seller cancels does not count in the rate: only the order's end shows it, and it is the last entry."""
    rows = table.TABLE["seller-cancel"]
    others = [
        replace(row, then=replace(row.then, counts=not row.then.counts)) if row.then.becomes else row for row in rows
    ]
    monkeypatch.setitem(table.TABLE, "seller-cancel", tuple(others))


def orders_are_held_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """What time does, it does otherwise, though the policy of the world says when."""
    timers = table.timers

    def later(order: Order, policy: Policy) -> list[tuple[datetime, Action]]:
        return [(at + timedelta(minutes=10), action) if action.name == "hold-ends" else (at, action)
                for at, action in timers(order, policy)]  # fmt: skip

    monkeypatch.setattr(table, "timers", later)


ALL_RULES: tuple[Rules, ...] = (no_buyer_cancels, no_cancellation_counts, orders_are_held_for_an_hour)


@pytest.mark.parametrize("rules", ALL_RULES, ids=lambda rules: rules.__name__)
def test_the_first_entries_that_would_be_decided_otherwise_are_named_and_nothing_is_changed(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch, rules: Rules
) -> None:
    before = list(store.read("AOLD"))
    rules(monkeypatch)
    sellers = start(store)
    assert "AOLD" not in [world.seller_id for world in sellers]
    assert "--accept-new-rules" in why(sellers)
    assert list(store.read("AOLD")) == before
    monkeypatch.undo()
    assert start(store).get("AOLD").journal() == before, "the rules that made it open it as ever"


def test_the_sentence_names_the_entry_its_order_what_it_was_and_what_it_would_be(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    acted = [entry for entry in store.read("AOLD") if entry.kind == "acted"]
    no_buyer_cancels(monkeypatch)
    order_id = acted[0].body["order_id"]
    told = why(start(store))
    assert (
        f"entry {acted[0].version} (acted on order {order_id}) came to {order_id} buyer-cancel: canceled_by_buyer "
        "and would come to a refusal (CANCEL_WINDOW_CLOSED)" in told
    )
    assert "of seller AOLD" in told
    assert f"version {RULES} of the rules" in told


@pytest.mark.parametrize("rules", ALL_RULES, ids=lambda rules: rules.__name__)
def test_what_is_accepted_is_in_the_journal_and_the_same_at_every_later_start(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch, rules: Rules
) -> None:
    before = list(store.read("AOLD"))
    rules(monkeypatch)
    accepting = start(store, accept=True)
    assert accepting.accepted == ["AOLD"]
    world = accepting.get("AOLD")
    *kept, told = world.journal()
    assert kept == before
    assert told.kind == "rules-accepted"
    assert told.body["results"]
    world.place_orders({})
    world.advance(timedelta(days=20))
    pictures = [statuses(world)]
    stop(accepting)
    for accept in (False, True, False):
        again = start(store, accept=accept)
        assert (again.accepted, again.unopened()) == ([], [])
        pictures.append(statuses(again.get("AOLD")))
    assert pictures == pictures[:1] * 4
    monkeypatch.undo()
    assert "--accept-new-rules" in why(start(store)), "the rules of before would change it once more"
    assert start(store, accept=True).get("AOLD").version == world.version + 1


def statuses(world: World) -> list[Any]:
    return [
        world.version,
        world.now(),
        [(each.order_id, each.status, each.last_updated_at, each.cancellation) for each in world.orders.values()],
        [(each.event_id, each.at, each.outcome) for each in world.state.order_events],
    ]


def test_what_the_rules_refuse_is_passed_over_and_time_goes_on_as_if_it_had_been(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_buyer_cancels(monkeypatch)
    world = start(store, accept=True).get("AOLD")
    assert [each.status for each in world.orders.values()] == ["Unshipped", "Unshipped", "Canceled"]
    released = [each for each in world.state.order_events if each.action == "hold-ends"]
    assert {each.at for each in released} == {START + timedelta(minutes=30)}
    assert [each.at for each in world.state.order_events] == sorted(each.at for each in world.state.order_events)


def test_other_defaults_change_nothing_of_a_world_that_was_made_before(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy is whole in the journal, defaults and the marketplaces' own included."""
    entry = POLICY["hold_period"]
    for key, other in (
        ("hold_period", replace(entry, default=from_words("two hours"), marketplaces={})),
        ("buyer_cancel_window", replace(POLICY["buyer_cancel_window"], default=from_words("one minute"))),
        ("buyer_withdrawal", replace(POLICY["buyer_withdrawal"], default=True)),
    ):
        monkeypatch.setitem(POLICY, key, other)
    sellers = start(store)
    old, new = sellers.get("AOLD"), sellers.open("ANEW")
    assert old.policy.in_force()["hold_period"] == "PT30M"
    assert old.policy.span("hold_period", "A1VC38T7YXB528") == timedelta(minutes=5)
    assert not old.policy.is_on("buyer_withdrawal")
    assert new.policy.in_force()["hold_period"] == "PT2H"
    old.execute(ConfigurePolicy({"hold_period": "PT1M"}))
    old.execute(ConfigurePolicy({"hold_period": None}))
    old.reset()
    [order] = old.place_orders({})
    old.advance(timedelta(minutes=30))
    assert old.order(order.order_id).status == "Unshipped"
    assert start(store).get("AOLD").policy.in_force()["hold_period"] == "PT30M"


def test_a_new_setting_has_its_default_in_old_worlds_and_one_that_is_gone_does_not_matter(store: MemoryStore) -> None:
    opened, *others = store.read("AOLD")
    defaults = {key: value for key, value in opened.body["defaults"].items() if key != "refund_hold"} | {"of_old": 7}
    store.replace("AOLD", [replace(opened, body={**opened.body, "defaults": defaults}), *others])
    world = start(store).get("AOLD")
    assert world.policy.in_force()["refund_hold"] == "PT2H"
    assert "of_old" not in world.policy.in_force()


def other_version(store: MemoryStore) -> None:
    """Has the journal say that it was made by rules of another version."""
    entries = [replace(each, rules=0) for each in store.read("AOLD")]
    store.replace("AOLD", entries)


def test_a_world_of_another_version_of_which_nothing_would_be_decided_otherwise_just_opens(store: MemoryStore) -> None:
    kept = store.last_result("AOLD")
    assert kept
    other_version(store)
    store.keep_results({"AOLD": kept})
    world = start(store).get("AOLD")
    assert world.version == kept[0]


def test_of_a_killed_server_the_last_result_is_not_known_and_no_other_version_takes_it_for_granted(
    store: MemoryStore,
) -> None:
    other_version(store)
    told = why(start(store))
    assert "what it came to is not on record" in told
    assert "1 of its entries" in told
    sellers = start(store, accept=True)
    assert [entry.kind for entry in sellers.get("AOLD").journal()][-1] == "rules-accepted"


def test_a_body_that_another_version_would_not_take_is_a_difference_too(store: MemoryStore) -> None:
    entries = list(store.read("AOLD"))
    entries[1] = replace(entries[1], body={**entries[1].body, "gift": True}, rules=0)
    store.replace("AOLD", entries)
    assert "would come to a refusal (INVALID)" in why(start(store))
    entries[1] = replace(entries[1], rules=RULES)
    store.replace("AOLD", entries)
    assert "entry 2, placed: There is no field 'gift'" in why(start(store))


def test_a_result_is_kept_once_and_gone_with_its_journal(store: MemoryStore) -> None:
    sellers = start(store)
    kept = store.last_result("AOLD")
    assert kept
    assert kept[0] == sellers.get("AOLD").version
    sellers.get("AOLD").reset()
    assert store.last_result("AOLD") is None
    stop(sellers)
    assert store.last_result("AOLD") is None, "nothing comes of an opening"


def test_each_entry_says_what_came_of_the_one_before(store: MemoryStore) -> None:
    entries: list[Entry] = list(store.read("AOLD"))
    acted = next(entry for entry in entries if entry.kind == "acted")
    following = entries[acted.version]
    assert following.result_before.endswith(f"; {acted.body['order_id']} buyer-cancel: canceled_by_buyer")
    assert len({entry.result_before for entry in entries}) == len(entries)
