"""A table does what a dictionary does, and its copies never show in each other."""

import threading
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.core.data.layers import TIMES_AS_LARGE, Table

KEYS = st.integers(0, 9)
TABLES = st.integers(0, 4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), TABLES, KEYS, st.integers()),
        st.tuples(st.just("delete"), TABLES, KEYS, st.just(0)),
        st.tuples(st.just("copy"), TABLES, st.just(0), st.just(0)),
    ),
    max_size=60,
)
Step = tuple[str, int, int, int]


class Lowest:
    """A lowest layer that counts how often all of it is read."""

    def __init__(self, values: dict[int, int]) -> None:
        self.values = values
        self.read_whole = 0

    def get(self, key: int, default: Any, /) -> Any:
        return self.values.get(key, default)

    def items(self) -> Iterable[tuple[int, int]]:
        self.read_whole += 1
        return iter(self.values.items())

    def __len__(self) -> int:
        return len(self.values)


def play(steps: list[Step], tables: list[Table[int, int]], models: list[dict[int, int]]) -> None:
    """Take steps in tables and in the dictionaries that they are to equal, holding both together after each."""
    for what, number, key, value in steps:
        at = number % len(tables)
        if what == "copy":
            tables.append(tables[at].copy())
            models.append(models[at].copy())
        elif what == "set":
            tables[at][key] = value
            models[at][key] = value
        else:
            assert tables[at].pop(key, None) == models[at].pop(key, None)
        for table, model in zip(tables, models, strict=True):
            assert_same(table, model)


def assert_same(table: Table[int, int], model: dict[int, int]) -> None:
    assert list(table.items()) == list(model.items())
    assert list(table) == list(table.keys()) == list(model)
    assert list(table.values()) == list(model.values())
    assert list(reversed(table)) == list(reversed(model))
    assert len(table) == len(table.items()) == len(table.values()) == len(model)
    assert [table.get(key, -1) for key in range(10)] == [model.get(key, -1) for key in range(10)]
    assert [key in table for key in range(10)] == [key in model for key in range(10)]
    assert table == model
    assert bool(table) == bool(model)


@given(STEPS)
def test_tables_and_their_copies_are_as_dictionaries(steps: list[Step]) -> None:
    play(steps, [Table()], [{}])


@given(st.dictionaries(KEYS, st.integers()), STEPS)
def test_a_table_may_begin_with_what_is_read_late(values: dict[int, int], steps: list[Step]) -> None:
    play(steps, [Table(Lowest(values))], [dict(values)])


def test_what_is_read_late_is_read_whole_by_nobody_who_asks_for_one() -> None:
    lowest = Lowest({key: key for key in range(1000)})
    table = Table(lowest)
    for key in range(100):
        table[key] += 1
        table.copy()
    del table[500]
    assert (table[0], table.get(500), table[999], len(table), 500 in table) == (1, None, 999, 999, False)
    assert lowest.read_whole == 0


@pytest.mark.parametrize("change", [lambda table: table[1], lambda table: table.__delitem__(1)], ids=["read", "delete"])
def test_a_key_that_is_not_there_is_named(change: Callable[[Table[int, int]], object]) -> None:
    table: Table[int, int] = Table()
    for _ in range(3):
        with pytest.raises(KeyError, match="1"):
            change(table)
        table[1] = table[2] = 0
        table = table.copy()
        del table[1]


def test_a_key_that_comes_again_comes_last() -> None:
    table: Table[str, int] = Table({"a": 1, "b": 2})
    copied = table.copy()
    copied["b"] = 3
    del copied["a"]
    copied["a"] = 4
    assert list(copied.items()) == [("b", 3), ("a", 4)]
    assert list(copied.copy().items()) == [("b", 3), ("a", 4)]
    assert list(table.items()) == [("a", 1), ("b", 2)]


def test_a_long_life_of_copies_leaves_few_layers() -> None:
    """Each frozen layer is four times as large as the one above it, so 20,000 keys lie in eight at most."""
    table: Table[int, int] = Table()
    for number in range(20_000):
        table[number] = number
        table.copy()
    sizes = [len(layer) for layer in table._layers[1:]]
    assert all(lower > TIMES_AS_LARGE * upper for upper, lower in pairwise(sizes))
    assert len(sizes) <= 8
    assert list(table) == list(range(20_000))


def test_what_comes_and_goes_leaves_nothing() -> None:
    """As what is to be sent does: no mark stays where nothing lies beneath."""
    table: Table[int, None] = Table({-1: None})
    for number in range(1000):
        table[number] = None
        del table[number]
    assert len(table._own) == 0


def test_readers_take_no_lock() -> None:
    """While keys come in their order, are taken from the front, and copies are made, whoever reads finds a piece."""
    table: Table[int, int] = Table()
    over = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not over.is_set():
            found = list(table)
            if found != list(range(found[0], found[-1] + 1)) if found else False:
                wrong.append(found)
            wrong.extend(pair for pair in table.items() if pair[0] != pair[1])

    readers = [threading.Thread(target=read) for _ in range(2)]
    for each in readers:
        each.start()
    try:
        for number in range(5_000):
            table[number] = number
            if number >= 50:
                del table[number - 50]
            if number % 7 == 0:
                table.copy()
    finally:
        over.set()
        for each in readers:
            each.join()
    assert wrong == []
