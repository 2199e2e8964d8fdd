"""A server that has served for long: whatever it holds more of than before has a bound, which docs/bounds.md names."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from enum import Enum
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.admission.server_seller import ServerSeller
from tools.pages.bounds import KEPT_BESIDE

OURS = "marketplace_sandbox."
ROUNDS = 6


def held(start: Any) -> Counter[str]:
    """How much the things of a server hold, by class and attribute; what is in worlds is looked at elsewhere."""
    gc.collect()  # what is kept for a world goes with it
    found: Counter[str] = Counter()
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        for name, value in _attributes(thing):
            if hasattr(value, "__len__") and not isinstance(value, str | bytes | tuple):
                found[f"{type(thing).__name__}.{name}"] += len(value)
            waiting += [each for each in _inside(value) if _is_ours(each)]
    return found


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    for name in {*getattr(thing, "__dict__", ()), *slots}:
        try:
            yield name, getattr(thing, name)
        except AttributeError:  # a slot that is empty
            continue


def _inside(value: Any) -> Iterator[Any]:
    """What a value leads to: through containers, methods, partial calls and what functions have closed over."""
    if isinstance(value, partial):
        value = (value.func, *value.args)
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        for each in list(value.values() if isinstance(value, Mapping) else value):
            yield from _inside(each)
    elif isinstance(value, MethodType):
        yield value.__self__
    elif isinstance(value, FunctionType):
        for cell in value.__closure__ or ():
            with suppress(ValueError):  # a cell that is empty
                yield from [cell.cell_contents] if _is_ours(cell.cell_contents) else _methods(cell.cell_contents)
    else:
        yield value


def _methods(value: Any) -> Iterator[Any]:
    if isinstance(value, MethodType):
        yield value.__self__


def _is_ours(value: Any) -> bool:
    return type(value).__module__.startswith(OURS) and not isinstance(value, World | Order | Enum | type)


def a_sellers_life(server: Server) -> None:
    """A seller comes, does something of everything, and goes."""
    seller = ServerSeller(server, limits="published")
    order = seller.place_order()
    seller.log_in()
    calls: tuple[Callable[[], Any], ...] = (
        seller.orders, seller.search, seller.list_orders, lambda: seller.read(order),
        lambda: seller.control("POST", "webhooks", {"url": "http://127.0.0.1:9/"}),
        lambda: seller.control("POST", "faults", {"kind": "expired_token"}),
        seller.orders,
        lambda: seller.control("POST", f"orders/{order.order_id}/actions/seller-cancel", {"reason": "no_inventory"}),
        lambda: seller.control("GET", "orders/unknown"),
        lambda: seller.control("GET", "orders?asOf=1"),
        lambda: seller.control("GET", "diff?from=1"),
        lambda: branched(seller, f"sellers/{seller.seller_id}/fork", {"version": 2}, "seller_id"),
        lambda: branched(seller, "rewind", {"version": 2}, "kept"),
        lambda: seller.control("DELETE", f"sellers/{seller.seller_id}"),
    )  # fmt: skip
    for call in calls:
        call()


def branched(seller: ServerSeller, path: str, body: Any, named: str) -> None:
    """Another world is made of the seller's, read, and ended."""
    made = seller.control("POST", path, body).body[named]
    seller.control("GET", f"diff?other={made}")
    assert seller.control("DELETE", f"sellers/{made}").status == 204


@pytest.fixture
def server() -> Iterator[Server]:
    server = compose(Options(start=None))
    yield server
    server.close()


def test_all_that_a_server_holds_more_and_more_of_has_a_bound(server: Server) -> None:
    for _ in range(2):
        a_sellers_life(server)
    before = held(server)
    assert before["Sellers._worlds"], "the server was looked into"
    for _ in range(ROUNDS):
        a_sellers_life(server)
    after = held(server)
    grown = {name for name, count in after.items() if count > before[name]}
    assert grown <= set(KEPT_BESIDE), "say in tools/pages/bounds.py what bounds it, or let go of it"
    entries, gone = (after[name] - before[name] for name in ("_Kept.rows", "Sellers._former_ids"))
    assert entries == gone == 3 * ROUNDS, "of a journal that is over only stays that it was"


def test_what_stands_in_the_list_is_in_the_code(server: Server) -> None:
    listed = {name for name in KEPT_BESIDE if not name.startswith("QueueClient.")}  # made for the first queue
    assert listed <= held(server).keys()
