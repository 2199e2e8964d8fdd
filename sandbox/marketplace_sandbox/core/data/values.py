"""Immutable values with some fields exchanged, at a quarter of what `dataclasses.replace` costs.

What time does to an order makes a new value of it, of more than thirty fields: by the constructor, each would be read
by its name, handed over by its name and set by its name. Knows no value.
"""

import gc
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def with_changes(value: T, **changes: Any) -> T:
    """A copy of a frozen dataclass with slots in which some fields are others. Raises TypeError for no field of it."""
    kind: Any = type(value)
    copy, setters = _copier(kind)
    new: T = copy(value)
    try:
        for name, each in changes.items():
            setters[name](new, each)
    except KeyError as unknown:
        raise TypeError(f"{kind.__name__} has no field {unknown}") from None
    return new


@cache
def _copier(kind: Any) -> tuple[Callable[[Any], Any], dict[str, Callable[[Any, Any], None]]]:
    """A function that copies a value of a class, written for its fields, and what sets each of them in a new one."""
    names = [each.name for each in fields(kind)]
    setters = {name: getattr(kind, name).__set__ for name in names}
    lines = ["def copy(value):", "    new = make(kind)", *(f"    set_{name}(new, value.{name})" for name in names)]
    known = {"make": object.__new__, "kind": kind} | {f"set_{name}": each for name, each in setters.items()}
    exec("\n".join([*lines, "    return new"]), known)  # noqa: S102  as dataclasses write a constructor: of names alone
    copy: Callable[[Any], Any] = known["copy"]
    return copy, setters


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
