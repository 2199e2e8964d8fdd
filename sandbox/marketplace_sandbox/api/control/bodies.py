"""Reads what the control API's bodies have in common: known fields, instants, spans, texts. Knows no resource.

The document has seen to types and limits before; forms of orders, arguments and settings are read by the core.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.instants import LATEST, CalendarError, format_instant, parse_instant, parse_span
from marketplace_sandbox.core.quoting import nearest
from marketplace_sandbox.core.reading import FieldError


def fields(body: Any, known: Sequence[str]) -> dict[str, Any]:
    """The body's fields; no body has none. Raises FieldError naming an unknown one."""
    given = mapping(body)
    for name in given:
        if name not in known:
            near = nearest(name, known)
            raise FieldError(name, f"There is no field {name!r}; did you mean {near!r}?")
    return dict(given)


def mapping(body: Any) -> Mapping[str, Any]:
    """The body, which the document has made sure is an object; no body is an empty one."""
    return body or {}


def instant(name: str, given: Any) -> datetime:
    """An instant from RFC 3339 text. Raises FieldError."""
    try:
        return parse_instant(given)
    except CalendarError:
        raise FieldError(name, f"{name} leads beyond {format_instant(LATEST)}, the last instant there is.") from None
    except (TypeError, ValueError, AttributeError):
        example = "2026-03-02T16:00:00Z"
        message = f"{name} is an instant such as {example}; {given!r} is not."
        raise FieldError(name, message) from None


def span(name: str, given: Any) -> timedelta:
    """A span from ISO 8601 text. Raises FieldError."""
    try:
        return parse_span(given)
    except (TypeError, ValueError):
        message = f"{name} is a duration such as PT31M or P7D; {given!r} is not."
        raise FieldError(name, message) from None


def text(name: str, given: Any, limit: int) -> str:
    """Text of 1 to `limit` characters. Raises FieldError."""
    if not isinstance(given, str) or not 1 <= len(given) <= limit:
        raise FieldError(name, f"{name} is text of 1 to {limit} characters.")
    return given
