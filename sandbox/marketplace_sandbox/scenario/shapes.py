"""What values in a scenario look like: small readers that check a value, and say where it is wrong and what would do.

A shape takes a value and its path and answers the value read, or raises `ShapeError`. Knows nothing of the marketplace.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.actions import decimal
from marketplace_sandbox.core.instants import parse_instant
from marketplace_sandbox.core.quoting import suggestion
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.scenario.tree import Path
from marketplace_sandbox.scenario.when import When, read_when

Shape = Callable[[Any, Path], Any]


class ShapeError(ValueError):
    """A value that will not do, at a path of the document."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


def dotted(path: Iterable[str | int]) -> str:
    """The path as people write it: `script[2].with.reason`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def text(value: Any, path: Path) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ShapeError(path, f"{_last(path)} is text; {shown(value)} is not.")
    return value


def words(value: Any, path: Path) -> str:
    """Any text, empty text too."""
    if not isinstance(value, str):
        raise ShapeError(path, f"{_last(path)} is text; {shown(value)} is not.")
    return value


def switch(value: Any, path: Path) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ShapeError(path, f"{_last(path)} is true or false; {shown(value)} is neither.")
    return value


def whole(value: Any, path: Path) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise ShapeError(path, f"{_last(path)} is a whole number from 0; {shown(value)} is not.")
    return value


def number(value: Any, path: Path) -> int | float:
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ShapeError(path, f"{_last(path)} is a number; {shown(value)} is not.")
    return value


def amount(value: Any, path: Path) -> Any:
    """An amount of money: a number, or decimal text."""
    try:
        decimal(_last(path), value)
    except FieldError as wrong:
        raise ShapeError(path, str(wrong)) from None
    return value


def when(value: Any, path: Path) -> When:
    """A span from the start, or an instant."""
    try:
        read = read_when(value)
    except ValueError as wrong:
        raise ShapeError(path, f"{_last(path)}: {wrong}") from None
    return read


def instant(value: Any, path: Path) -> datetime:
    """An instant."""
    try:
        read = parse_instant(value)
    except (ValueError, TypeError, AttributeError):
        raise ShapeError(
            path, f"{_last(path)} is an instant such as 2026-03-02T16:00:00Z; {shown(value)} is not."
        ) from None
    return read


def one_of(words: Iterable[str]) -> Shape:
    """One of these words."""
    known = tuple(str(word) for word in words)

    def read(value: Any, path: Path) -> str:
        if not isinstance(value, str):
            raise ShapeError(path, f"{_last(path)} is a word such as {known[0]!r}; {shown(value)} is not.")
        if value not in known:
            raise ShapeError(path, f"There is no {_last(path)} {value!r}{suggestion(value, known)}")
        return value

    return read


def many(shape: Shape, most: int | None = None) -> Shape:
    """A list of such values, `most` at most."""

    def read(value: Any, path: Path) -> list[Any]:
        if not isinstance(value, list):
            raise ShapeError(path, f"{_last(path)} is a list; {shown(value)} is not.")
        if most is not None and len(value) > most:
            raise ShapeError(path, f"{_last(path)} has at most {most} entries; this one has {len(value)}.")
        return [shape(each, (*path, index)) for index, each in enumerate(value)]

    return read


def maybe(shape: Shape) -> Shape:
    """Such a value, or null."""
    return lambda value, path: None if value is None else shape(value, path)


def fields(shapes: Mapping[str, Shape]) -> Shape:
    """A mapping with some of these fields. A dotted key, `request.state`, is a field of a field."""

    def read(value: Any, path: Path) -> dict[str, Any]:
        return {key: _field(shapes, key)(each, (*path, key)) for key, each in mapping(value, path).items()}

    def _field(known: Mapping[str, Shape], key: str) -> Shape:
        if key in known:
            return known[key]
        outer, _, inner = key.partition(".")
        if inner and outer in known:
            return lambda value, path: known[outer]({inner: value}, path)[inner]
        return lambda _value, path: unknown(path, known)

    return read


def mapping(value: Any, path: Path) -> dict[str, Any]:
    """A mapping of words to anything."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ShapeError(path, f"{_last(path)} is a mapping; {shown(value)} is not.")
    return value


def unknown(path: Path, known: Iterable[str]) -> Any:
    """Raises ShapeError for a key that does not exist, naming the one it is most like."""
    raise ShapeError(path, f"There is no {path[-1]!r} here{suggestion(str(path[-1]), known)}")


def _last(path: Path) -> str:
    """What the value is called: the last word of its path."""
    words = [each for each in path if isinstance(each, str)]
    return words[-1] if words else "A scenario"


def shown(value: Any) -> str:
    """A value as a complaint names it, in YAML's words."""
    kinds = {dict: "a mapping", list: "a list", type(None): "nothing", bool: str(value).lower()}
    return kinds.get(type(value), repr(value))
