"""Copies of immutable values are what `dataclasses.replace` makes of them."""

import gc
import weakref
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace_sandbox.core.data.values import maker, maker_of, with_changes, without_collection
from marketplace_sandbox.core.orders.form import Form
from marketplace_sandbox.core.orders.order import Buyer, Item, Order, Status
from marketplace_sandbox.core.world.state import IN_A_ROW, MANY
from tests.core.worlds import a_world


def placed() -> Order:
    (order,) = a_world().place_orders({"items": [{"sku": "A"}, {"sku": "B"}], "ship_to": {"city": "Ulm"}})
    return order


def test_a_copy_has_every_field_of_the_value_and_what_was_changed() -> None:
    order = placed()
    changed = with_changes(order, status=Status.SHIPPED, warnings_sent=2)
    expected = replace(order, status=Status.SHIPPED, warnings_sent=2)
    assert type(changed) is Order
    assert {each.name: getattr(changed, each.name) for each in fields(Order)} == {
        each.name: getattr(expected, each.name) for each in fields(Order)
    }
    assert order.status is Status.PENDING, "the value that was copied is as it was"


def test_a_copy_is_frozen_hashed_and_compared_as_any_other() -> None:
    item = placed().items[0]
    copy = with_changes(item, quantity=3)
    assert copy == replace(item, quantity=3)
    assert hash(copy) == hash(replace(item, quantity=3))
    with pytest.raises(FrozenInstanceError):
        copy.quantity = 4  # type: ignore[misc]  # that is what must not go


def test_what_is_no_field_is_refused_by_its_name() -> None:
    with pytest.raises(TypeError, match="Buyer has no field 'nmae'"):
        with_changes(Buyer("a", "b"), nmae="c")


def test_values_of_several_classes_do_not_share_a_copier() -> None:
    @dataclass(frozen=True, slots=True)
    class Other:
        order_item_id: str = "x"

    item: Item = placed().items[0]
    assert with_changes(Other(), order_item_id="y") == Other("y")
    assert with_changes(item, order_item_id="y").sku == "A"


def test_a_maker_makes_what_the_constructor_makes() -> None:
    make = maker(Item)
    given = ("7", "A", "B0", "a", 2, Decimal(1), Decimal(0), Decimal(0))
    assert make(*given) == Item(*given)
    assert make(*given, quantity_departed=1) == Item(*given, quantity_departed=1)
    assert hash(make(*given)) == hash(Item(*given))
    with pytest.raises(TypeError, match="title"):
        make("7", "A", "B0")  # type: ignore[call-arg]  # that is what must not go
    with pytest.raises(FrozenInstanceError):
        make(*given).quantity = 4  # type: ignore[misc]  # that is what must not go


def test_a_class_whose_fields_stand_in_another_order_in_its_constructor_has_no_maker() -> None:
    @dataclass(frozen=True, slots=True)
    class Named:
        first: int
        named: int = field(default=1, kw_only=True)
        last: int = 2

    @dataclass(frozen=True, slots=True)
    class Anew:
        made: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class More(Anew):
        more: int = 1

    for kind, name in ((Named, "named"), (Anew, "made"), (More, "made")):
        with pytest.raises(TypeError, match=f"{kind.__name__} has fields that a constructor alone sets: {name}"):
            maker(kind)


def test_a_copy_goes_when_nobody_has_it_any_more() -> None:
    copy = with_changes(placed(), restocked=True)
    seen = weakref.ref(copy)
    del copy
    assert seen() is None


def test_fields_may_have_any_name() -> None:
    @dataclass(frozen=True, slots=True)
    class Odd:
        kind: str
        value: str
        new: str
        make: str = "m"

    assert maker(Odd)("k", "v", "n") == Odd("k", "v", "n")
    assert with_changes(Odd("k", "v", "n"), kind="l", new="o") == Odd("l", "v", "o")
    assert with_changes(Odd("k", "v", "n"), value="w", make="x") == Odd("k", "w", "n", "x")
    assert maker_of(Odd, "make", "kind")("m", "k").kind == "k"


def test_cycles_are_looked_for_again_once_the_last_has_made_its_values() -> None:
    assert gc.isenabled()
    with without_collection():
        with without_collection():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    try:
        with without_collection():
            assert not gc.isenabled()
        assert not gc.isenabled(), "whoever has turned it off before, as a start does, turns it on again"
    finally:
        gc.enable()


def test_many_orders_are_placed_without_looking_for_cycles(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []
    read = Form.read

    def read_and_look(form: Form, number: int, made_id: str) -> Order:
        looked.append(gc.isenabled())
        return read(form, number, made_id)

    monkeypatch.setattr(Form, "read", read_and_look)
    a_world().place_orders({"count": MANY + 1})
    assert set(looked[1:]) == {False}
    assert gc.isenabled()


def test_others_have_a_turn_while_many_orders_are_placed_and_many_timers_fire(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    monkeypatch.setattr("marketplace_sandbox.core.world.state.time.sleep", turns.append)
    world = a_world()
    world.place_orders({"count": 3 * IN_A_ROW})
    assert turns == [0, 0, 0]
    world.advance(timedelta(minutes=31))
    assert turns == [0] * 6
