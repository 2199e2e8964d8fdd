"""Immutable values with some fields exchanged, at a small part of what `dataclasses.replace` costs.

What time does to an order makes a new value of it, of more than thirty fields: by the constructor, each would be read
by its name, handed over by its name and set by its name. Knows no value.
"""

import gc
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def with_changes(value: T, /, **changes: Any) -> T:
    """A copy of a frozen dataclass with slots in which some fields are others. Raises TypeError for no field of it."""
    kind: Any = type(value)
    known = (kind, *changes)
    copy = _copiers.get(known)
    if copy is None:
        copy = _copiers[known] = _write_copier(kind, *changes)
    new: T = copy(value, *changes.values())
    return new


_copiers: dict[tuple[Any, ...], Any] = {}
"""What copies values of a class and exchanges some fields, by the class and their names; as many as places do that."""


def maker_of(kind: type[T], *names: str) -> Callable[..., T]:
    """What makes values of such a class of which only some fields are set; whoever reads another has to know."""
    make: Callable[..., T] = _write(kind, ", ".join(names), {name: name for name in names})
    return make


def maker(kind: Callable[P, T]) -> Callable[P, T]:
    """What makes values of a frozen dataclass with slots as its constructor does, in half the time.

    For those that are made for each timer and each order. Raises TypeError for a class some of whose fields its
    constructor takes otherwise than by their places, or whose defaults are made anew for each.
    """
    made: Any = kind
    odd = [e.name for e in fields(made) if e.kw_only or not e.init or e.default_factory is not MISSING]
    names = [each.name for each in fields(made)]
    if odd or set(names) != set(made.__slots__):
        raise TypeError(
            f"{made.__name__} has fields that a constructor alone sets: {', '.join(odd) or 'inherited ones'}"
        )
    make = _write(made, ", ".join(names), {name: name for name in names})
    make.__defaults__ = made.__init__.__defaults__
    new: Callable[P, T] = make
    return new


def _write_copier(kind: Any, *changed: str) -> Any:
    """A function that copies a value of a class and exchanges some fields, written for these."""
    names = [each.name for each in fields(kind)]
    if unknown := [each for each in changed if each not in names]:
        raise TypeError(f"{kind.__name__} has no field {unknown[0]!r}")
    values = {name: name if name in changed else f"_value.{name}" for name in names}
    return _write(kind, ", ".join(("_value", *changed)), values)


def _write(kind: Any, parameters: str, values: Mapping[str, str]) -> Any:
    """A function of these parameters that makes a value of a class, each field being what is written for it."""
    lines = [f"def _make({parameters}):", "    _new = _blank(_twin)"]  # underscored, since fields are not
    lines += [f"    _new.{name} = {value}" for name, value in values.items()]
    known = {"_blank": object.__new__, "_twin": _twin(kind), "_kind": kind}
    lines += ["    _new.__class__ = _kind", "    return _new"]
    exec("\n".join(lines), known)  # noqa: S102  as dataclasses write a constructor: of names alone
    return known["_make"]


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
