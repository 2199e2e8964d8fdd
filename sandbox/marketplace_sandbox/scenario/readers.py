"""Readers of what only scenarios have: instants as spans from the start, and expectations with dotted fields.

They work as those of `core.reading` do, which has all others.
"""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.core.text import reading
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, Reader, join, unknown_field
from marketplace_sandbox.scenario.when import When, read_when


def text(value: Any, path: str) -> str:
    """Text that is not blank."""
    reading.text(least=1)(value.strip() if isinstance(value, str) else value, path)
    return str(value)


def mapping(value: Any, path: str) -> dict[str, Any]:
    """An object with any keys."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise FieldError(path, f"{path or 'A scenario'} is an object; {quote(value)} is not.")
    return value


def amount(value: Any, path: str) -> Any:
    """An amount of money, as it is written."""
    reading.amount(value, path)
    return value


def when(value: Any, path: str) -> When:
    """A span from the start, or an instant."""
    try:
        return read_when(value)
    except ValueError:
        example = "a span such as +1h10m or +7d nor an instant such as 2026-03-02T16:00:00Z"
        raise FieldError(path, f"{path}: {quote(value)} is neither {example}.") from None


def subset_of(readers: Mapping[str, Reader[Any]]) -> Reader[dict[str, Any]]:
    """An object with some of these fields. A dotted key, `request.state`, is a field of a field."""

    def read(value: Any, path: str) -> dict[str, Any]:
        return {key: read_field(key, each, path) for key, each in mapping(value, path).items()}

    def read_field(key: str, value: Any, path: str) -> Any:
        if key in readers:
            return readers[key](value, join(path, key))
        outer, _, inner = key.partition(".")
        if inner and outer in readers:
            return readers[outer]({inner: value}, join(path, outer))[inner]
        raise unknown_field(join(path, key), readers)

    return read
