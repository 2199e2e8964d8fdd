"""Tables and logs in pages: found again one by one, read when they are asked for, and held to their digests."""

import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.core.checkpoints import pages as module
from marketplace_sandbox.core.checkpoints.pages import ROWS, LogLayer, Pages, PageWriter, TableLayer
from marketplace_sandbox.core.checkpoints.values import DamagedPageError
from tests.core.worlds import a_world, place

TEXT = st.text(st.characters(), max_size=4)
KEYS = TEXT | st.tuples(TEXT, TEXT) | st.tuples(TEXT, st.integers())


def written(*tables: dict[Any, Any], log: list[Any] | None = None) -> tuple[Pages, list[TableLayer], LogLayer]:
    pages: list[bytes] = []
    writer = PageWriter(pages.append)
    placed = writer.write_tables(*tables)
    placed_log = writer.write_log(log or [])
    read = Pages(pages, writer.digests)
    return read, [TableLayer(read, placed, each) for each in range(len(tables))], LogLayer(read, placed_log)


@given(st.dictionaries(KEYS, st.integers(), max_size=300), st.lists(st.integers(), max_size=400))
def test_a_table_and_a_log_are_what_they_were(table: dict[Any, int], log: list[int]) -> None:
    _, (stored,), stored_log = written(table, log=log)
    assert list(stored.items()) == list(table.items())
    assert len(stored) == len(table)
    assert all(stored.get(key) == value for key, value in table.items())
    assert stored.get("no key of it", "none") == "none"
    assert stored.get(("no", "key", "of", "it")) is None
    assert list(stored_log) == log
    assert [stored_log[each] for each in range(-len(log), len(log))] == log + log
    assert stored_log[3:90:2] == log[3:90:2]
    for out in (len(log), -len(log) - 1):
        with pytest.raises(IndexError):
            stored_log[out]


def test_only_what_is_asked_for_is_read() -> None:
    table = {f"key {number}": number for number in range(100_000)}
    pages, (stored,), log = written(table, log=list(range(10_000)))
    assert stored.get("key 71234") == 71234
    assert log[-1] == 9999
    assert len(pages._read) == 3


def test_columns_share_what_their_values_share() -> None:
    world = a_world()
    for _ in range(3):
        place(world)
    orders = dict(world.orders)
    _, (now, history), _ = written(orders, {key: list(world.state.versions_of(key)) for key in orders})
    for key in orders:
        assert history.get(key)[0].order is now.get(key)


def test_two_who_read_a_page_at_once_have_the_same_values() -> None:
    world = a_world()
    order_id = place(world).order_id
    _, (stored,), _ = written(dict(world.orders))
    together, found = threading.Barrier(8), []

    def read() -> None:
        together.wait()
        found.append(stored.get(order_id))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len({id(each) for each in found}) == 1


def test_a_page_that_is_another_is_found_before_any_is_read() -> None:
    pages: list[bytes] = []
    writer = PageWriter(pages.append)
    writer.write_tables({str(each): each for each in range(5 * ROWS)})
    for number in range(len(pages)):
        for damaged in (pages[number][:-1], b"", pages[number][:-1] + b"\x00", pages[number - 1]):
            with pytest.raises(DamagedPageError, match=f"page {number + 1} of {len(pages)}"):
                Pages([*pages[:number], damaged, *pages[number + 1 :]], writer.digests)
    with pytest.raises(DamagedPageError, match=f"has {len(pages) - 1} pages"):
        Pages(pages[:-1], writer.digests)


def test_keys_lie_where_every_process_finds_them() -> None:
    """The hash of Python's own strings is another in each process; this one may not be."""
    assert [module._bucket(each, 97) for each in ("902-1", "", ("order", "902-1"))] == [33, 0, 54]
