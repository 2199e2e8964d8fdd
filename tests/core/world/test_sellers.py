"""Many sellers on one store: each a world of its own, kept and told apart."""

import pytest

from marketplace_sandbox.core.commands.orders import PlaceOrders
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.policy import SettingError
from marketplace_sandbox.core.refusals import OvertakenError, UnknownOrderError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.sellers import (
    DEFAULT_SELLER,
    Defaults,
    DuplicateSellerError,
    Sellers,
    UnknownSellerError,
)
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.worlds import START


def test_the_default_seller_is_always_there() -> None:
    sellers = Sellers(MemoryStore())
    assert sellers.get(None).seller_id == DEFAULT_SELLER
    assert [world.seller_id for world in sellers] == [DEFAULT_SELLER]


def test_a_start_alone_freezes() -> None:
    sellers = Sellers(MemoryStore())
    assert sellers.open(start=START).clock.rate == 0
    assert sellers.open(start=START, rate=60).clock.rate == 60
    assert sellers.open().clock.rate == 1


def test_sellers_share_nothing() -> None:
    sellers = Sellers(MemoryStore(), Defaults(start=START, rate=0))
    one, other = sellers.open(), sellers.open()
    [order] = one.place_orders({})
    with pytest.raises(UnknownOrderError):
        other.order(order.order_id)
    assert one.seller_id != other.seller_id
    assert other.place_orders({})[0].order_id != order.order_id


def test_a_restart_knows_everybody_and_who_is_gone() -> None:
    store = MemoryStore()
    sellers = Sellers(store, Defaults(start=START, rate=0))
    kept, gone = sellers.open("KEPT"), sellers.open("GONE")
    [order] = kept.place_orders({})
    sellers.remove(gone.seller_id)
    again = Sellers(store, Defaults(start=START, rate=0))
    assert again.get("KEPT").order(order.order_id).status == "Pending"
    assert again.is_gone("GONE")
    with pytest.raises(UnknownSellerError, match="KEPT"):
        again.get("KEPTT")
    again.open("GONE")
    assert not again.is_gone("GONE")


def test_an_id_made_up_is_never_one_that_was_used() -> None:
    store = MemoryStore()
    sellers = Sellers(store)
    sellers.remove(DEFAULT_SELLER)
    sellers.open(DEFAULT_SELLER)
    made = sellers.open().seller_id
    again = Sellers(store)
    assert again.open().seller_id != made


def test_a_reset_begins_again_with_the_same_ids() -> None:
    sellers = Sellers(MemoryStore(), Defaults(start=START, rate=0))
    world = sellers.open(policy={"hold_period": "PT1M"})
    first = [order.order_id for order in world.place_orders({"count": 3})]
    world.execute(ConfigurePolicy({"buyer_withdrawal": True}))
    world.reset()
    assert world.version == 1
    assert not world.orders
    assert world.policy.in_force()["hold_period"] == "PT1M"
    assert not world.policy.is_on("buyer_withdrawal")
    assert [order.order_id for order in world.place_orders({"count": 3})] == first


@pytest.mark.parametrize("seller_id", ["", "has space", "ä", "../etc", "A" * 41])
def test_an_odd_id_is_refused(seller_id: str) -> None:
    with pytest.raises(FieldError, match="letters and digits"):
        Sellers(MemoryStore()).open(seller_id)


def test_what_cannot_be_opened_leaves_no_trace() -> None:
    store = MemoryStore()
    sellers = Sellers(store)
    with pytest.raises(DuplicateSellerError):
        sellers.open(DEFAULT_SELLER)
    with pytest.raises(FieldError, match="ATVPDKIKX0DER"):
        sellers.open("ONE", marketplace_ids=["ATVPDKIKX0DEX"])
    with pytest.raises(SettingError, match="hold_period"):
        sellers.open("ONE", policy={"hold_perid": "PT1M"})
    with pytest.raises(FieldError, match="rate"):
        sellers.open("ONE", rate=-1)
    assert store.worlds() == [DEFAULT_SELLER]


def test_a_world_that_is_gone_or_reset_takes_no_late_command() -> None:
    store = MemoryStore()
    sellers = Sellers(store, Defaults(start=START, rate=0))
    world = sellers.open("GONE")
    before = world.state
    world.reset()
    with pytest.raises(OvertakenError):
        world.execute(PlaceOrders({}), of=before)
    assert not world.orders
    sellers.remove("GONE")
    for late in (lambda: world.place_orders({}), lambda: world.advance(START), world.reset):
        with pytest.raises(OvertakenError):
            late()
    assert [entry.kind for entry in store.read("GONE")] == ["closed"]
