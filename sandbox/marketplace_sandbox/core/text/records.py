"""Reading immutable values from input: the fields of a dataclass are the keys, their types say what each may hold.

A field without a default is required. Texts, numbers, instants and literals are read as everywhere (`reading`); money
by the reader that is given, since a currency says how many decimals there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Literal, TypeVar, cast, get_args, get_origin, get_type_hints

from marketplace_sandbox.core.text.reading import (
    Fields,
    Reader,
    choice,
    instant,
    list_of,
    number,
    optional,
    printable_text,
    switch,
    whole,
)

T = TypeVar("T")

LONGEST_TEXT = 500
LARGEST_NUMBER = 1_000_000
MOST_ENTRIES = 100


def record(kind: type[T], money: Reader[Decimal], longest: Mapping[str, int] | None = None) -> Reader[T]:
    """An object with the fields of a dataclass; `longest` has the bounds of texts that have one of their own."""
    of: Any = kind  # for caches, which take no class of which nothing is known

    def read(value: Any, path: str) -> T:
        given = Fields(value, path, known=record_fields(of))
        if not given.values and not _required(of):
            return cast("T", _empty(of))
        readers = {
            name: printable_text(longest[name]) if longest and name in longest else _reader(hints(of)[name], money)
            for name in dict.fromkeys((*_required(of), *given.values))
        }
        return kind(**{name: given.need(name, reader) for name, reader in readers.items()})

    return read


@cache
def _empty(kind: Any) -> Any:
    """The value that says nothing: one for all who say nothing, of whom there are many."""
    return kind()


@cache
def record_fields(kind: Any) -> tuple[str, ...]:
    """The keys that such an object may have."""
    return tuple(each.name for each in fields(kind))


@cache
def hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields."""
    return get_type_hints(kind)


@cache
def _required(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind) if each.default is MISSING)


def _reader(hint: Any, money: Reader[Decimal]) -> Reader[Any]:
    """The reader of a type. `X | None` takes null, too."""
    something = something_of(hint)
    if something is not hint:
        return optional(_reader(something, money))
    if get_origin(hint) is tuple:
        entries = list_of(_reader(get_args(hint)[0], money), most=MOST_ENTRIES)
        return lambda value, path: tuple(entries(value, path))
    if get_origin(hint) is Literal:
        return choice(cast("Iterable[str]", get_args(hint)))
    if hint is Decimal:
        return money
    return _SINGLE[hint] if hint in _SINGLE else record(hint, money)


def something_of(hint: Any) -> Any:
    """What a type is where it is not None."""
    kinds = get_args(hint)
    return next(each for each in kinds if each is not NoneType) if NoneType in kinds else hint


_SINGLE: dict[Any, Reader[Any]] = {
    str: printable_text(LONGEST_TEXT),
    bool: switch,
    int: whole(0, LARGEST_NUMBER),
    float: number(-LARGEST_NUMBER, LARGEST_NUMBER),
    datetime: instant,
}
