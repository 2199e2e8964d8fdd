"""The kinds of faults: what each goes wrong with, what it takes and needs, and how one is read. Meets nobody."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.instants import format_instant, format_span, parse_instant, parse_span
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.policy import LONGEST_SPAN
from marketplace_sandbox.core.quoting import quote, suggestion
from marketplace_sandbox.core.reading import FieldError

Read = Callable[[str, Any], Any]
Operations = Callable[[str], Mapping[str, Collection[str]]]
"""Answers for a kind of fault what it can go wrong with: the operations of calls, each with the documents that have it,
or the types of feeds or reports, each with its further names.
"""

LONGEST_WAIT = 300
"""Seconds of wall time an answer may be held back."""

MOST_HEADERS = 20
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_FIELD = re.compile(r"[\x20-\x7e]{0,1000}")
_OWN_HEADERS = ("connection", "content-length", "transfer-encoding", "date", "x-amzn-requestid")


def _number(least: int, most: int) -> Read:
    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise FieldError(name, f"{name} is a whole number from {least} to {most}; {quote(value)} is not.")
        return value

    return read


def _text_of(most: int) -> Read:
    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= most:
            raise FieldError(name, f"{name} is text of 1 to {most} characters; {quote(value)} is not.")
        return value

    return read


_text = _text_of(200)


def _seconds(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= LONGEST_WAIT:
        bounds = f"a number of seconds of your own clock, more than 0 and at most {LONGEST_WAIT}"
        raise FieldError(name, f"{name} is {bounds}; {quote(value)} is not.")
    return float(value)


def _switch(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise FieldError(name, f"{name} is true or false; {quote(value)} is neither.")
    return value


def _headers(name: str, value: Any) -> dict[str, str]:
    """Headers of an answer; those that say how long it is and how it travels are the server's own."""
    if not isinstance(value, Mapping) or len(value) > MOST_HEADERS:
        raise FieldError(name, f"{name} are at most {MOST_HEADERS} headers by their names; {quote(value)} is not.")
    for header, text in value.items():
        if not _TOKEN.fullmatch(header) or header.lower() in _OWN_HEADERS:
            raise FieldError(f"{name}.{header}"[:200], f"{quote(header)} is no header that a fault can set.")
        if not isinstance(text, str) or not _FIELD.fullmatch(text):
            raise FieldError(f"{name}.{header}", f"The header {header} is printable text; {quote(text)} is not.")
    return dict(value)


def _among(known: Collection[str]) -> Read:
    def read(name: str, value: Any) -> str:
        if value not in known:
            raise FieldError(name, f"There is no {name} {quote(value)}{suggestion(str(value), known)}")
        return str(value)

    return read


def _span(name: str, value: Any) -> str:
    try:
        span = parse_span(value)
    except (TypeError, ValueError):
        raise FieldError(name, f"{name} is a duration such as PT5M; {quote(value)} is not.") from None
    if not timedelta(0) <= span <= LONGEST_SPAN:
        raise FieldError(name, f"{name} is at most {format_span(LONGEST_SPAN)}; {quote(value)} is more.")
    return format_span(span)


def _instant(name: str, value: Any) -> str:
    try:
        return format_instant(parse_instant(value))
    except (TypeError, ValueError, AttributeError):
        raise FieldError(name, f"{name} is an instant such as 2026-03-02T16:00:00Z; {quote(value)} is not.") from None


DELIVERY, CALL, WORK = "delivery", "call", "work"
"""What may go wrong: a delivery to a subscriber, a call of the seller's client, a feed or report being worked off."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault. `takes` are its arguments with how each is read, `needs` those it cannot do without."""

    name: str
    of: str
    about: str
    takes: Mapping[str, Read] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)


_DELIVERY_KINDS = (
    FaultKind("delay", DELIVERY, "The delivery waits for a span of the world's time.", {"by": _span}, ("by",)),
    FaultKind(
        "late",
        DELIVERY,
        "The delivery waits for an instant, as in an outage: all that was held comes then.",
        {"until": _instant},
        ("until",),
    ),
    FaultKind(
        "duplicate",
        DELIVERY,
        "The delivery comes several times, under one id.",
        {"copies": _number(2, 10)},
        defaults={"copies": 2},
    ),
    FaultKind(
        "reorder",
        DELIVERY,
        "The delivery waits until so many later ones have been attempted, or a span has passed.",
        {"behind": _number(1, 100), "within": _span},
        defaults={"behind": 1, "within": "PT5M"},
    ),
    FaultKind("drop", DELIVERY, "The delivery is lost: nothing is sent, now or later. Resending it is possible."),
    FaultKind("wrong_signature", DELIVERY, "The post bears a signature that does not fit. Queues have none."),
)

_PERFORMED: Mapping[str, Read] = {"performed": _switch}
_CALL_KINDS = (
    FaultKind(
        "status",
        CALL,
        "The call is refused with a status, in its dialect's words or in those given.",
        {
            "status": _number(400, 599),
            "code": _text,
            "message": _text_of(1000),
            "details": _text_of(1000),
            "body": _text_of(100_000),
            "headers": _headers,
        },
        ("status",),
    ),
    FaultKind(
        "latency", CALL, "The answer comes some seconds later, by your own clock.", {"seconds": _seconds}, ("seconds",)
    ),
    FaultKind(
        "timeout",
        CALL,
        "No answer comes; after some seconds, a minute by default, the connection is reset.",
        {"seconds": _seconds, **_PERFORMED},
        defaults={"seconds": 60.0, "performed": False},
    ),
    FaultKind("reset", CALL, "The connection is reset at once.", _PERFORMED, defaults={"performed": False}),
    FaultKind("truncated", CALL, "Half of the answer comes, then the connection ends."),
    FaultKind(
        "malformed",
        CALL,
        "The answer comes whole, but it cannot be read: half of the right one, or the body given.",
        {"body": _text_of(100_000)},
    ),
    FaultKind("expired_token", CALL, "The access token has expired: it is refused until a new one is fetched."),
    FaultKind("revoked_token", CALL, "The access token is refused as revoked until a new one is fetched."),
    FaultKind("throttled", CALL, "The call is refused as one too many.", {"headers": _headers}),
    FaultKind(
        "stale_read",
        CALL,
        "A read shows orders as they stood a span ago; what came later is not there yet.",
        {"by": _span},
        ("by",),
    ),
    FaultKind(
        "partial_page",
        CALL,
        "A page of a list of orders has fewer orders than were asked for, and a token for the rest.",
        {"keep": _number(1, 99)},
        defaults={"keep": 1},
    ),
)
_WORK_KINDS = (
    FaultKind("feed_stuck", WORK, "A feed stays in the queue.", {"by": _span}, defaults={"by": "PT6H"}),
    FaultKind("feed_fatal", WORK, "A feed is given up as FATAL."),
    FaultKind("report_fatal", WORK, "A report is given up as FATAL."),
)

KINDS = {kind.name: kind for kind in (*_DELIVERY_KINDS, *_CALL_KINDS, *_WORK_KINDS)}
"""Every kind by its name."""

_SELECTORS: Mapping[str, Mapping[str, Read]] = {
    DELIVERY: {
        "subscriber": _text,
        "notification_type": _among(NOTIFICATION_TYPES),
        "order_change_type": _among(ORDER_CHANGE_TYPES),
        "order_id": _text,
    },
    CALL: {"operation": _text, "api": _text, "order_id": _text},
    WORK: {"type": _text},
}
_ACCOUNT: Mapping[str, Read] = {"times": _number(1, 1_000_000), "skip": _number(0, 1_000_000)}


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One fault as it was asked for. It is met `times` times, always where that is None, after `skip` occasions."""

    fault_id: str
    kind: str
    times: int | None
    skip: int
    selects: Mapping[str, str]
    arguments: Mapping[str, Any]


def read_fault(fault_id: str, given: Any, where: str, now: datetime, operations: Operations) -> FaultRule:
    """A fault from its JSON form, `where` being what its fields are named after. Raises FieldError."""
    if not isinstance(given, Mapping):
        raise FieldError(
            where.rstrip(".") or "fault", f'A fault is an object such as {{"kind": "drop"}}; {quote(given)} is not.'
        )
    if "kind" not in given:
        raise FieldError(f"{where}kind", f"kind is required: one of {', '.join(KINDS)}.")
    kind = KINDS[_named(where, "kind", _among(KINDS), given["kind"])]
    selectors = _SELECTORS[kind.of]
    known = {"kind": _text, **_ACCOUNT, **selectors, **kind.takes}
    for name in given:
        if name not in known:
            hint = suggestion(str(name), known)
            raise FieldError(f"{where}{name}", f"A fault {kind.name} has no {quote(name)}{hint}")
    for name in kind.needs:
        if name not in given:
            raise FieldError(f"{where}{name}", f"A fault {kind.name} needs {name}. {kind.about}")
    values = {name: _named(where, name, read, given[name]) for name, read in known.items() if _given(given, name)}
    _check_future(where, values, now)
    if kind.of == CALL:
        _check_operation(where, kind, values, operations(kind.name))
    if kind.of == WORK and "type" in values:
        values["type"] = _type(where, kind, values["type"], operations(kind.name))
    return FaultRule(
        fault_id,
        kind.name,
        values.get("times", 1) if given.get("times", 1) is not None else None,
        values.get("skip", 0),
        {name: values[name] for name in selectors if name in values},
        {**kind.defaults, **{name: values[name] for name in kind.takes if name in values}},
    )


def _given(given: Mapping[str, Any], name: str) -> bool:
    """Whether there is a value to read; null is one for `times` alone, and means always."""
    return name in given and not (name == "times" and given[name] is None)


def _named(where: str, name: str, read: Read, value: Any) -> Any:
    try:
        return read(name, value)
    except FieldError as wrong:
        raise FieldError(f"{where}{wrong.field_path}", str(wrong)) from None


def _check_future(where: str, values: Mapping[str, Any], now: datetime) -> None:
    if "until" in values and parse_instant(values["until"]) <= now:
        raise FieldError(f"{where}until", f"until lies in the world's future; its now is {format_instant(now)}.")


def _check_operation(
    where: str, kind: FaultKind, values: Mapping[str, Any], known: Mapping[str, Collection[str]]
) -> None:
    operation, api = values.get("operation"), values.get("api")
    apis = {each for having in known.values() for each in having}
    if operation is not None and operation not in known:
        wrong = f"{kind.name} goes wrong with no operation {quote(operation)}"
        raise FieldError(f"{where}operation", f"{wrong}{suggestion(operation, known)}")
    if api is not None and api not in (known[operation] if operation else apis):
        of = f" with {operation}" if operation else ""
        hint = suggestion(api, known[operation] if operation else sorted(apis))
        raise FieldError(f"{where}api", f"There is no api {quote(api)}{of}{hint}")


def _type(where: str, kind: FaultKind, given: str, known: Mapping[str, Collection[str]]) -> str:
    """A type of feed or report by the one name that faults are met by."""
    names = {also: name for name, others in known.items() for also in (name, *others)}
    if given not in names:
        hint = suggestion(given, names if given.startswith("_") else known)
        raise FieldError(f"{where}type", f"{kind.name} goes wrong with no type {quote(given)}{hint}")
    return names[given]
