"""Values as bytes: they come back as they were, and what somebody else has made of the bytes does nothing."""

import io
import os
import pickle
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from marketplace_sandbox.core.checkpoints import values
from marketplace_sandbox.core.checkpoints.values import DamagedPageError, decode, encode
from marketplace_sandbox.core.feeds.values import FEED_TYPES, Feed
from marketplace_sandbox.core.orders.order import Status
from marketplace_sandbox.core.orders.order_details import NO_ITEM_DETAILS, NO_ORDER_DETAILS
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.reports.values import REPORT_TYPES, ReportSchedule
from tests.core.checkpoints.comparison import same
from tests.core.simulation import simulate
from tests.core.worlds import START, a_world, place
from tests.depth import depth


@pytest.mark.parametrize("seed", range(depth(test=3, soak=100)))
def test_what_a_seller_lives_through_comes_back_to_its_last_field(seed: int) -> None:
    world, _ = simulate(seed, 150, partial=True)
    state = world.state
    lived = [
        list(state.versions), list(state.order_events), list(state.notices), list(state.mail),
        list(state.messages), list(state.lints), list(state.deliveries.items()), list(state.subscribers.values()),
        state.policy, world.opening,
    ]  # fmt: skip
    assert same(decode(encode(lived)), lived)


def test_what_values_share_stays_shared() -> None:
    world = a_world()
    order = place(world)
    one, other = decode(encode((order, [order])))
    assert one is other[0]


def test_constants_enums_and_kinds_are_the_ones_there_are() -> None:
    order = replace(place(a_world()), details=NO_ORDER_DETAILS)
    order = order.with_items(replace(each, details=NO_ITEM_DETAILS) for each in order.items)
    feed_kind, report_kind = FEED_TYPES["POST_ORDER_FULFILLMENT_DATA"], next(iter(REPORT_TYPES.values()))
    feed = Feed("7", feed_kind, ("A1",), START, "doc", fate="fatal")
    schedule = ReportSchedule("1", report_kind, ("A1",), "P1D", START, START, {}, False, 0)
    again, feed_again, schedule_again = decode(encode((order, feed, schedule)))
    assert again.details is NO_ORDER_DETAILS
    assert again.items[0].details is NO_ITEM_DETAILS
    assert again.status is order.status
    assert feed_again == feed
    assert feed_again.kind is feed_kind
    assert schedule_again.kind is report_kind


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -1, 2**31, 10**40, 1.5, "", "é" * 200, "x" * 70_000, b"\x00b" * 150, b"." * 70_000,
        Decimal("19.99"), Fraction(2, 3),
        START, timedelta(days=-3, milliseconds=5), {"a": (1, [2])}, {1, 2}, frozenset("a"),
        [{}] * 3, tuple(range(500)), Policy({"most_orders": 5}), datetime(2026, 1, 1, 12, tzinfo=UTC),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_plain_values_come_back(value: Any) -> None:
    assert decode(encode(value)) == value


class Stranger:
    """No value of a world."""


@pytest.mark.parametrize(
    "value", [Stranger(), Stranger, print, a_world], ids=["object", "class", "built in", "function"]
)
def test_what_would_not_be_read_back_is_not_written(value: Any) -> None:
    with pytest.raises((TypeError, DamagedPageError)):
        decode(encode([value]))


# Forged bytes

called: list[object] = []


def note(*arguments: object) -> None:
    """What must never be called."""
    called.append(arguments)


class Calls:
    """Pickles as a call of whatever it is given."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


def forged(pickled: bytes) -> bytes:
    return zlib.compress(pickled)


def of_order(name: str) -> bytes:
    """An operation that asks for a name of a module of ours."""
    module = b"marketplace_sandbox.core.orders.order"
    text = name.encode()
    return b"\x80\x04\x8c" + bytes([len(module)]) + module + b"\x8c" + bytes([len(text)]) + text + b"\x93"


FORGED = {
    "a call of the system's": pickle.dumps(Calls(os.system, "true"), 4),
    "a call of a function of a test": pickle.dumps(Calls(note, 1), 4),
    "a call of a function that Python has": pickle.dumps(Calls(eval, "1"), 4),
    "a name alone": pickle.dumps(os.getcwd, 4),
    "an attribute of what is ours": of_order("Order.with_items") + b".",
    "what a module of ours has imported": of_order("replace") + b".",
    "a module that a module of ours has": of_order("__builtins__") + b".",
    "a function beside the classes": b"\x80\x04\x8c\x2bmarketplace_sandbox.core.checkpoints.values\x8c\x06decode\x93.",
    "an import by the older operation": b"\x80\x04cos\ngetcwd\n)R.",
    "an instance by the oldest operation": b"(S'true'\nios\nsystem\n.",
    "the state of an enum's member": (
        of_order("Status") + b"\x8c\x07PendingR}\x8c\x07_value_\x8c\x07Shippedsb.".replace(b"R}", b"\x85R}")
    ),
    "the state of a class": of_order("Order") + b"N}\x8c\x05total\x8c\x01xs\x86b.",
    "the state of a constant": (
        b"\x80\x04\x8c\x26marketplace_sandbox.core.orders.order_details\x8c\x10NO_ORDER_DETAILS\x93](K\x01eb."
    ),
    "an object without its making": of_order("Order") + b")\x81.",
    "an extension": b"\x80\x04\x82\x01.",
    "a persistent id": b"\x80\x04K\x01Q.",
    "nothing": b"",
    "no end": b"\x80\x04K\x01",
    "a length that is not there": b"\x80\x04X\xff\xff\xff\x00abc.",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_page_imports_calls_and_changes_nothing(name: str) -> None:
    order = place(a_world())
    with pytest.raises(DamagedPageError):
        decode(forged(FORGED[name]))
    assert called == []
    assert Status.PENDING.value == "Pending"
    assert order.total >= 0
    assert not hasattr(NO_ORDER_DETAILS, "x")


def test_the_forged_ones_would_do_something_where_pickle_is_read_as_it_is() -> None:
    """So the test above can fail: read by pickle itself, the call of the test's own function happens."""
    try:
        pickle.loads(FORGED["a call of a function of a test"])  # noqa: S301  (the test's own bytes)
        assert called == [(1,)]
    finally:
        called.clear()


def test_what_unpacks_to_more_than_a_page_may_have_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "LONGEST", 1000)
    with pytest.raises(DamagedPageError, match="too long"):
        decode(encode("x" * 2000))


@pytest.mark.parametrize("position", range(0, 400, 7))
def test_any_byte_that_is_another_is_refused_or_read_and_never_runs(position: int) -> None:
    written = bytearray(zlib.decompress(encode(place(a_world()))))
    if position >= len(written):
        pytest.skip("there are not so many bytes")
    for value in (0, 0x62, 0x63, 0x93, 0xFF):
        written[position] = value
        with suppress(DamagedPageError):
            decode(forged(bytes(written)))
        assert Status.PENDING.value == "Pending"


def test_the_operations_that_are_let_in_are_those_that_are_written() -> None:
    """Whatever a newer Python writes is found here, and not when a checkpoint is passed over."""
    world, _ = simulate(5, 60)
    pickled = zlib.decompress(encode([*world.state.orders.values(), "x" * 300, b"y" * 300, -5, 1.5, {1}, 10**30]))
    values._check(pickled)
    assert isinstance(pickle.Unpickler(io.BytesIO(pickled)).load(), list)  # noqa: S301  (the test's own bytes)


def test_a_value_changed_afterwards_is_another() -> None:
    order = place(a_world())
    again = decode(encode(order))
    assert same(again, order)
    assert not same(replace(again, status=Status.SHIPPED), order)
