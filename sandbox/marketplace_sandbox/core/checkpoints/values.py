"""Values of the core as bytes, and back, for what lies in a store that may come from anybody.

Written by pickle, which keeps what values share. Read only after every operation of it was looked at: there are names
of our own value classes, constants and kinds, calls of those, and plain data. A name of anything else is refused, and
so is every operation that could change what is there already, such as setting the state of an object that came by name.
"""

import io
import pickle
import pickletools
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from operator import attrgetter, methodcaller
from types import ModuleType
from typing import Any

LONGEST = 1 << 28
"""So many bytes a page may have once it is unpacked: what says that it has more is refused."""

_PROTOCOL = 4

_PLAIN = (datetime, date, timedelta, timezone, Decimal, Fraction)
"""Classes of the standard library whose values come by a call, and cannot be changed."""

Name = tuple[str, str]
"""A module, and what it has under which name."""


class DamagedPageError(Exception):
    """Bytes that were not written here, or not as they are now."""


# What may come by name


def _modules() -> Iterable[ModuleType]:
    """Those with the classes of values that a world consists of."""
    # some of them lead back here
    from marketplace_sandbox.core import clock, ids, jobs, policy, receipt  # noqa: PLC0415
    from marketplace_sandbox.core.feeds import values as feed_values  # noqa: PLC0415
    from marketplace_sandbox.core.journal import opening  # noqa: PLC0415
    from marketplace_sandbox.core.messaging import buyer_seller, mail  # noqa: PLC0415
    from marketplace_sandbox.core.notifications import destinations, outbox  # noqa: PLC0415
    from marketplace_sandbox.core.orders import actions, order, order_details, regulated  # noqa: PLC0415
    from marketplace_sandbox.core.past import origin  # noqa: PLC0415
    from marketplace_sandbox.core.reports import values as report_values  # noqa: PLC0415
    from marketplace_sandbox.core.views import metrics  # noqa: PLC0415
    from marketplace_sandbox.core.world import absence, schedule  # noqa: PLC0415

    return (
        absence, actions, clock, ids, jobs, metrics, opening, order, order_details, origin, policy, receipt,
        regulated, schedule, feed_values, buyer_seller, mail, destinations, outbox, report_values,
    )  # fmt: skip


@cache
def _classes() -> Mapping[Name, type]:
    """Our own classes of values, by name: enums, and dataclasses that cannot be changed."""
    found = {}
    for module in _modules():
        for name, each in vars(module).items():
            if isinstance(each, type) and each.__module__ == module.__name__ and _is_value(each):
                found[module.__name__, name] = each
    return found


def _is_value(cls: type) -> bool:
    frozen = is_dataclass(cls) and cls.__dataclass_params__.frozen  # type: ignore[attr-defined]  # not in its stub
    return frozen or issubclass(cls, Enum)


@cache
def _constants() -> Mapping[Name, Any]:
    """Values that there is one of in every world: they are told by name, and not written."""
    from marketplace_sandbox.core.orders import order_details  # noqa: PLC0415

    names = ("NO_ITEM_DETAILS", "NO_ORDER_DETAILS")
    return {(order_details.__name__, name): getattr(order_details, name) for name in names}


def feed_type(name: str) -> Any:
    """The type of a feed, of which there is one of that name. Raises KeyError."""
    from marketplace_sandbox.core.feeds.values import FEED_TYPES  # noqa: PLC0415

    return FEED_TYPES[name]


def report_type(name: str) -> Any:
    """The type of a report, of which there is one of that name. Raises KeyError."""
    from marketplace_sandbox.core.reports.values import REPORT_TYPES  # noqa: PLC0415

    return REPORT_TYPES[name]


@cache
def _readers() -> Mapping[Name, Any]:
    """What each name stands for where it is read: something that makes a value, or a value."""
    readers: dict[Name, Any] = {(each.__module__, each.__name__): each for each in _PLAIN}
    for name, cls in _classes().items():
        readers[name] = _members(cls) if issubclass(cls, Enum) else _maker(cls)
    readers |= {(each.__module__, each.__name__): each for each in (feed_type, report_type)}
    readers |= _constants()
    return readers


def _members(cls: type[Enum]) -> Callable[[Any], Enum]:
    return {each.value: each for each in cls}.__getitem__


def _maker(cls: type) -> Callable[..., Any]:
    """Makes a value of its fields, in their order."""
    names = [each.name for each in fields(cls)]
    if not any(each.kw_only for each in fields(cls)):
        return cls
    return lambda *values: cls(**dict(zip(names, values, strict=True)))


# Writing

Reduced = str | tuple[Callable[..., Any], tuple[Any, ...]]


class _Reducers(dict[type, Callable[[Any], Reduced]]):
    """How a value of each class is written; asked by the pickler. Raises TypeError for a class that is not read."""

    def __missing__(self, cls: type) -> Callable[[Any], Reduced]:
        reduce = self[cls] = self._find(cls)
        return reduce

    def _find(self, cls: type) -> Callable[[Any], Reduced]:
        if issubclass(cls, type):  # a class that has one of its own, as enums have: told by its name
            return lambda each: str(each.__qualname__)
        if cls in _PLAIN:
            return methodcaller("__reduce_ex__", _PROTOCOL)
        if _classes().get((cls.__module__, cls.__name__)) is not cls:
            raise TypeError(f"values of {cls.__module__}.{cls.__qualname__} are not read back, so they are not written")
        if issubclass(cls, Enum):
            return lambda each: (cls, (each.value,))
        known = {"FeedType": feed_type, "ReportType": report_type}.get(cls.__name__)
        if known:
            return lambda each: (known, (each.name,))
        return _with_constants(cls, _field_values(cls))


def _field_values(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    names = [each.name for each in fields(cls)]
    if len(names) > 1:
        return attrgetter(*names)
    return lambda each: tuple(getattr(each, name) for name in names)


def _with_constants(cls: type, values: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], Reduced]:
    known = {id(each): name for (_, name), each in _constants().items() if type(each) is cls}
    if known:
        return lambda each: known.get(id(each)) or (cls, values(each))
    return lambda each: (cls, values(each))


_reducers = _Reducers()


def encode(value: Any) -> bytes:
    """A value as bytes. Raises TypeError for one that has something in it that is not read back."""
    written = io.BytesIO()
    pickler = pickle.Pickler(written, _PROTOCOL)
    pickler.dispatch_table = _reducers
    pickler.dump(value)
    return zlib.compress(written.getbuffer(), 1)


# Reading

_WORDS = frozenset(
    (
        "PROTO", "FRAME", "MEMOIZE", "BINGET", "LONG_BINGET", "MARK", "STOP", "NONE", "NEWTRUE", "NEWFALSE", "BININT",
        "BININT1", "BININT2", "LONG1", "BINFLOAT", "SHORT_BINUNICODE", "BINUNICODE", "SHORT_BINBYTES", "BINBYTES",
        "EMPTY_LIST", "APPEND", "APPENDS", "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_DICT",
        "SETITEM", "SETITEMS", "EMPTY_SET", "ADDITEMS", "FROZENSET", "STACK_GLOBAL", "REDUCE",
    )
)  # fmt: skip
"""The operations of pickle that `encode` writes. Of those that it does not, BUILD sets the state of what there is."""


_LONG = {b"X": 4, b"B": 4}
"""What is told by its length in so many bytes: long text and bytes."""


@cache
def _run() -> re.Pattern[bytes]:
    """As many operations in a row as can be told without counting, all of them of those that `encode` writes."""
    by_length: dict[int, bytes] = {}
    for each in pickletools.opcodes:
        length = each.arg.n if each.arg else 0
        if each.name in _WORDS and length >= 0:
            by_length[length] = by_length.get(length, b"") + re.escape(each.code.encode("latin-1"))
    fixed = [b"[%b].{%d}" % (codes, length) for length, codes in sorted(by_length.items())]
    # short text, short bytes and large numbers: a byte that says how many follow
    counted = b"|".join(re.escape(bytes([length])) + b".{%d}" % length for length in range(256))
    return re.compile(b"(?s:%b|[\x8cC\x8a](?:%b))*+" % (b"|".join(fixed), counted))


def _check(pickled: bytes) -> None:
    """Raises DamagedPageError where there is another operation than `encode` writes."""
    at, run = 0, _run()
    while (at := run.match(pickled, at).end()) < len(pickled):  # type: ignore[union-attr]  # it matches nothing, too
        size = _LONG.get(pickled[at : at + 1])
        if size is None:
            raise DamagedPageError(f"it has the operation {pickled[at]:#04x}, which is not written here")
        begins = at + 1 + size
        at = begins + int.from_bytes(pickled[at + 1 : begins], "little")


class _Reader(pickle.Unpickler):
    """Reads what `encode` has written, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """What a name stands for. Raises DamagedPageError for one that is not ours."""
        try:
            return _readers()[module, name]
        except KeyError:
            raise DamagedPageError(f"it names {module}.{name}, which is no value of a world") from None


def decode(written: bytes) -> Any:
    """The value that was written. Raises DamagedPageError for anything that `encode` would not write."""
    try:
        unpacker = zlib.decompressobj()
        pickled = unpacker.decompress(written, LONGEST)
        if not unpacker.eof:
            raise DamagedPageError("it is cut off, or too long")
        _check(pickled)
        return _Reader(io.BytesIO(pickled)).load()
    except DamagedPageError:
        raise
    except Exception as wrong:  # bytes that are not of our making may bring about whatever there is
        raise DamagedPageError(f"it cannot be read ({type(wrong).__name__}: {wrong})") from wrong
