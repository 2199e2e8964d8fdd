"""Immutable values with some fields exchanged, at a small part of what `dataclasses.replace` costs.

What time does to an order makes a new value of it, of more than thirty fields: by the constructor, each would be read
by its name, handed over by its name and set by its name. Knows no value.
"""

import gc
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def with_changes(value: T, **changes: Any) -> T:
    """A copy of a frozen dataclass with slots in which some fields are others. Raises TypeError for no field of it."""
    kind: Any = type(value)
    copy: Callable[..., T] = _copier(kind, tuple(changes))
    return copy(value, **changes)


def maker(kind: Callable[P, T]) -> Callable[P, T]:
    """What makes values of a frozen dataclass with slots as its constructor does, in half the time.

    For those that are made for each timer and each order; none of its defaults may be made anew for each.
    """
    made: Any = kind
    names = [each.name for each in fields(made)]
    make = _write(made, ", ".join(names), {name: name for name in names})
    make.__defaults__ = made.__init__.__defaults__
    new: Callable[P, T] = make
    return new


@lru_cache(maxsize=1_024)
def _copier(kind: Any, changed: tuple[str, ...]) -> Any:
    """A function that copies a value of a class and exchanges some fields, written for these."""
    names = [each.name for each in fields(kind)]
    if unknown := [each for each in changed if each not in names]:
        raise TypeError(f"{kind.__name__} has no field {unknown[0]!r}")
    values = {name: name if name in changed else f"value.{name}" for name in names}
    return _write(kind, ", ".join(("value", *changed)), values)


def _write(kind: Any, parameters: str, values: Mapping[str, str]) -> Any:
    """A function of these parameters that makes a value of a class, each field being what is written for it."""
    lines = [f"def make({parameters}):", "    new = blank(twin)"]
    lines += [f"    new.{name} = {value}" for name, value in values.items()]
    known = {"blank": object.__new__, "twin": _twin(kind), "kind": kind}
    lines += ["    new.__class__ = kind", "    return new"]
    exec("\n".join(lines), known)  # noqa: S102  as dataclasses write a constructor: of names alone
    return known["make"]


@cache
def _twin(kind: Any) -> Any:
    """A class of the same fields, which may be set. As long as a value is of it, nobody has the value."""
    return type(kind.__name__, kind.__bases__, {"__slots__": kind.__slots__})


_collection = threading.Lock()
_without = [0, False]
"""How many do without the search for cycles, and whether it was on before the first of them."""


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for cycles while very many values are made: these have none, and a search goes through all there are.

    It stops every thread for as long; a hundred thousand orders would be gone through a dozen times while they are
    placed. What others leave behind meanwhile is found afterwards.
    """
    with _collection:
        if not _without[0]:
            _without[1] = gc.isenabled()
            gc.disable()
        _without[0] += 1
    try:
        yield
    finally:
        with _collection:
            _without[0] -= 1
            if not _without[0] and _without[1]:
                gc.enable()
