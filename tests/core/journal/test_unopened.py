"""A world whose journal cannot be followed: its seller is told why, and everybody else is served."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.journal.journal import FORMAT, Entry
from marketplace_sandbox.core.world.sellers import (
    DEFAULT_SELLER,
    Defaults,
    DuplicateSellerError,
    Sellers,
    UnknownSellerError,
    UnopenedWorldError,
)
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.worlds import START
from tests.depth import depth

Bodies = dict[str, Any]


def open_again(store: MemoryStore) -> Sellers:
    return Sellers(store, Defaults(START, 0.0), lambda: 5e8)


@pytest.fixture
def store() -> MemoryStore:
    """Three sellers besides the default one, each with an order."""
    store = MemoryStore()
    sellers = open_again(store)
    for seller_id in ("AONE", "ATWO", "ATHREE"):
        sellers.open(seller_id, policy={"hold_period": "PT1M"}).place_orders({})
    return store


def damage(store: MemoryStore, seller_id: str, version: int, **changes: Any) -> None:
    """Has an entry say something else."""
    entries = list(store.read(seller_id))
    at = version - 1
    entries[at] = Entry(
        version,
        changes.get("at", entries[at].at),
        changes.get("kind", entries[at].kind),
        changes.get("body", entries[at].body),
        changes.get("format", FORMAT),
    )
    store.replace(seller_id, entries)


@pytest.mark.parametrize(
    ("version", "changes", "said"),
    [
        (1, {"body": {}}, "entry 1"),
        (1, {"body": {"seller_id": "AONE", "start": "9999-01-01T00:00:00Z"}}, "entry 1"),
        (2, {"kind": "plced"}, "did you mean 'placed'?"),
        (2, {"body": {"itms": []}}, "did you mean 'items'?"),
        (2, {"body": {"items": 7}}, "entry 2, placed: items"),
        (2, {"kind": "acted", "body": {}}, "entry 2, acted: it is not as this sandbox writes one"),
        (2, {"kind": "acted", "body": {"order_id": [], "action": {}}}, "entry 2, acted"),
    ],
)
def test_everybody_else_is_served(store: MemoryStore, version: int, changes: Bodies, said: str) -> None:
    damage(store, "AONE", version, **changes)
    sellers = open_again(store)
    assert [world.seller_id for world in sellers] == [DEFAULT_SELLER, "ATWO", "ATHREE"]
    [unopened] = sellers.unopened()
    assert unopened.seller_id == "AONE"
    assert said in unopened.why
    for ask in (sellers.get, sellers.find, sellers.find_holder):
        with pytest.raises(UnopenedWorldError, match="AONE"):
            ask("AONE")
    with pytest.raises(DuplicateSellerError):
        sellers.open("AONE")
    assert len(list(store.read("AONE"))) == 2, "it is left as it was"


def test_a_reset_begins_it_anew_as_it_began(store: MemoryStore) -> None:
    damage(store, "AONE", 2, kind="plced")
    world = open_again(store).reset("AONE")
    assert world.policy.in_force()["hold_period"] == "PT1M"
    assert not world.orders
    assert open_again(store).get("AONE").place_orders({})


def test_it_can_be_deleted_and_its_id_given_again(store: MemoryStore) -> None:
    damage(store, "AONE", 2, kind="plced")
    sellers = open_again(store)
    sellers.remove("AONE")
    again = open_again(store)
    assert again.unopened() == []
    assert again.is_gone("AONE")
    with pytest.raises(UnknownSellerError):
        again.get("AONE")
    assert again.open("AONE").opening.holder == "AONE.1"


def test_where_its_beginning_is_gone_too_its_credentials_are_new(store: MemoryStore) -> None:
    damage(store, "AONE", 1, body={})
    assert open_again(store).reset("AONE").opening.holder == "AONE.500000000"
    damage(store, "ATWO", 1, body={})
    sellers = open_again(store)
    sellers.remove("ATWO")
    assert sellers.open("ATWO").opening.holder == "ATWO.500000001"


def test_the_default_seller_may_be_the_one(store: MemoryStore) -> None:
    damage(store, DEFAULT_SELLER, 1, body={})
    sellers = open_again(store)
    with pytest.raises(UnopenedWorldError):
        sellers.get(None)
    assert sellers.reset(DEFAULT_SELLER).opening.holder == DEFAULT_SELLER
    assert open_again(store).get(None).version == 1


def test_a_journal_of_somebody_else_is_not_followed(store: MemoryStore) -> None:
    store.replace("AONE", list(store.read("ATWO")))
    sellers = open_again(store)
    assert "of seller ATWO" in sellers.unopened()[0].why
    assert sellers.get("ATWO").orders


@pytest.mark.parametrize("kept", ["AONE", "AONE.1", "AONE.2"])
def test_each_who_had_an_id_has_holders_of_its_own(kept: str) -> None:
    store = MemoryStore()
    sellers = open_again(store)
    for holder in ("AONE", "AONE.1", "AONE.2"):
        assert sellers.open("AONE").opening.holder == holder
        sellers = open_again(store)
        if holder == kept:
            break
        sellers.remove("AONE")
        sellers = open_again(store)
    sellers.get("AONE").reset()
    assert sellers.find_holder(kept) is sellers.get("AONE")
    others = {"AONE", "AONE.1", "AONE.2", "AONE.3"} - {kept}
    assert [sellers.find_holder(each) for each in others] == [None] * 3
    assert kept in sellers.holders()


@pytest.mark.parametrize("seed", range(depth(test=60, soak=6000)))
def test_whatever_an_entry_says_the_others_are_served(seed: int) -> None:
    """Anything that JSON can say, at any place of a journal: it opens as before, or is told; nobody else is touched."""
    chance = random.Random(seed)
    store = MemoryStore()
    sellers = open_again(store)
    for seller_id in ("AONE", "ATWO"):
        world = sellers.open(seller_id)
        orders = world.place_orders({"count": 2, "hold": False})
        world.act(orders[0].order_id, "seller-cancel", {"reason": "no_inventory"})
        world.act(orders[1].order_id, "seller-confirm-shipment", {"carrier": "UPS"})
        world.advance(timedelta(days=20))
    entries = list(store.read("AONE"))
    body = json.loads(json.dumps(entries[at := chance.randrange(len(entries))].body))
    spoil(body, chance)
    entries[at] = replace(entries[at], body=body)
    store.replace("AONE", entries)
    whole = list(store.read("ATWO"))
    again = open_again(store)
    assert list(again.get("ATWO").orders) == list(sellers.get("ATWO").orders)
    assert list(store.read("ATWO")) == whole
    assert list(store.read("AONE")) == entries
    assert [each.seller_id for each in again.unopened()] in ([], ["AONE"])
    again.reset("AONE").place_orders({})


def spoil(value: Any, chance: random.Random) -> None:
    """Puts something else in one place of an object, takes a key away, or adds one."""
    keys = list(value)
    key = chance.choice(keys) if keys else "more"
    inner = value.get(key)
    if isinstance(inner, dict) and inner and chance.random() < 0.7:
        spoil(inner, chance)
    elif chance.random() < 0.2:
        value.pop(key, None)
    else:
        value[chance.choice((key, key, "other"))] = chance.choice(ODD)


ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e300,
    2**70,
    "",
    "x",
    "9999-99-99",
    "9999-12-31T00:00:00Z",
    [],
    [[]],
    {},
    {"a": {}},
)
