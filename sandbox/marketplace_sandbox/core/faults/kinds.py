"""The kinds of faults: what each goes wrong with, what it takes and needs, and how a rule is read. Matches nothing."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.policy import LONGEST_SPAN
from marketplace_sandbox.core.text.instants import format_instant, format_span
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import (
    FieldError,
    Fields,
    Reader,
    choice,
    future_instant,
    instant,
    join,
    number,
    optional,
    span,
    switch,
    text,
    whole,
)

Operations = Callable[[str], Mapping[str, Collection[str]]]
"""Answers for a kind of fault what it can go wrong with: the operations of calls, each with the OpenAPI documents that
have it, or the types of feeds or reports, each with its further names.
"""

LONGEST_WAIT = 300
"""Seconds of wall time an answer may be held back."""

MOST_HEADERS = 20
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_FIELD = re.compile(r"[\x20-\x7e]{0,1000}")
_OWN_HEADERS = ("connection", "content-length", "transfer-encoding", "date", "x-amzn-requestid")

_text = text(200, least=1)
_long_text = text(1000, least=1)
_body = text(100_000, least=1)
_bounds = f"a number of seconds of your own clock, more than 0 and at most {LONGEST_WAIT}"
_seconds = number(1e-6, LONGEST_WAIT, _bounds)


def _span(value: Any, path: str) -> str:
    return format_span(span(LONGEST_SPAN, "PT5M")(value, path))


def _instant(value: Any, path: str) -> str:
    return format_instant(instant(value, path))


def _headers(value: Any, path: str) -> dict[str, str]:
    """Headers of an answer; those that say how long it is and how it travels are the server's own."""
    if not isinstance(value, Mapping) or len(value) > MOST_HEADERS:
        raise FieldError(path, f"{path} are at most {MOST_HEADERS} headers by their names; {quote(value)} is not.")
    for header, content in value.items():
        if not _TOKEN.fullmatch(header) or header.lower() in _OWN_HEADERS:
            raise FieldError(join(path, header), f"{quote(header)} is no header that a fault can set.")
        if not isinstance(content, str) or not _FIELD.fullmatch(content):
            raise FieldError(join(path, header), f"The header {header} is printable text; {quote(content)} is not.")
    return dict(value)


DELIVERY, CALL, JOB = "delivery", "call", "job"
"""What may go wrong: a delivery to a subscriber, a call of the seller's client, a feed or report being processed."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """A kind of fault. `takes` are its arguments with how each is read, `needs` those it cannot do without."""

    name: str
    of: str
    about: str
    takes: Mapping[str, Reader[Any]] = field(default_factory=dict)
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
        {"copies": whole(2, 10)},
        defaults={"copies": 2},
    ),
    FaultKind(
        "reorder",
        DELIVERY,
        "The delivery waits until so many later ones have been attempted, or a span has passed.",
        {"behind": whole(1, 100), "within": _span},
        defaults={"behind": 1, "within": "PT5M"},
    ),
    FaultKind("drop", DELIVERY, "The delivery is lost: nothing is sent, now or later. Resending it is possible."),
    FaultKind("wrong_signature", DELIVERY, "The post bears a signature that does not fit. Queues have none."),
)

_PERFORMED: Mapping[str, Reader[Any]] = {"performed": switch}
_CALL_KINDS = (
    FaultKind(
        "status",
        CALL,
        "The call is refused with a status, in its dialect's words or in those given.",
        {
            "status": whole(400, 599),
            "code": _text,
            "message": _long_text,
            "details": _long_text,
            "body": _body,
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
        {"body": _body},
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
        {"keep": whole(1, 99)},
        defaults={"keep": 1},
    ),
)
_JOB_KINDS = (
    FaultKind("feed_stuck", JOB, "A feed stays in the queue.", {"by": _span}, defaults={"by": "PT6H"}),
    FaultKind("feed_fatal", JOB, "A feed is given up as FATAL."),
    FaultKind("feed_canceled", JOB, "The platform cancels a feed by itself."),
    FaultKind("report_fatal", JOB, "A report is given up as FATAL."),
)

KINDS = {kind.name: kind for kind in (*_DELIVERY_KINDS, *_CALL_KINDS, *_JOB_KINDS)}
"""Every kind by its name."""

_SELECTORS: Mapping[str, Mapping[str, Reader[Any]]] = {
    DELIVERY: {
        "subscriber": _text,
        "notification_type": choice(NOTIFICATION_TYPES),
        "order_change_type": choice(ORDER_CHANGE_TYPES),
        "order_id": _text,
    },
    CALL: {"operation": _text, "api": _text, "order_id": _text},
    JOB: {"type": _text},
}


@dataclass(frozen=True, slots=True)
class FaultRule:
    """What is to go wrong: `times` of the matches, all where that is None, after the first `skip` of them."""

    fault_id: str
    kind: str
    times: int | None
    skip: int
    selects: Mapping[str, str]
    arguments: Mapping[str, Any]


def fields_of(kind: FaultKind) -> tuple[str, ...]:
    """What a rule of a kind may say beside the kind."""
    return ("times", "skip", *_SELECTORS[kind.of], *kind.takes)


def read_rule(fault_id: str, body: Any, path: str, now: datetime, operations: Operations) -> FaultRule:
    """A rule from its JSON form, `path` being where it stands in the input. Raises FieldError."""
    if not isinstance(body, Mapping):
        raise FieldError(path or "fault", f'A fault is an object such as {{"kind": "drop"}}; {quote(body)} is not.')
    kind_path = join(path, "kind")
    if "kind" not in body:
        raise FieldError(kind_path, f"{kind_path} is required: one of {', '.join(KINDS)}.")
    kind = KINDS[choice(KINDS)(body["kind"], kind_path)]
    selectors = _SELECTORS[kind.of]
    fields = Fields(body, path, known=("kind", *fields_of(kind)), of=f"a fault {kind.name}")
    arguments = dict(kind.defaults)
    for name, reader in kind.takes.items():
        if name in kind.needs:
            arguments[name] = fields.need(name, reader, f". {kind.about}")
        elif name in fields:
            arguments[name] = fields.get(name, reader, None)
    if "until" in arguments:
        future_instant(now)(arguments["until"], join(path, "until"))
    selects = {name: fields.get(name, reader, "") for name, reader in selectors.items() if name in fields}
    if kind.of == CALL:
        _check_operation(path, kind, selects, operations(kind.name))
    if kind.of == JOB and "type" in selects:
        selects["type"] = _canonical_type(path, kind, selects["type"], operations(kind.name))
    return FaultRule(
        fault_id,
        kind.name,
        times=fields.get("times", optional(whole(1, 1_000_000)), 1),
        skip=fields.get("skip", whole(0, 1_000_000), 0),
        selects=selects,
        arguments=arguments,
    )


def _check_operation(
    path: str, kind: FaultKind, selects: Mapping[str, str], known: Mapping[str, Collection[str]]
) -> None:
    """Raises FieldError for an operation that the kind cannot go wrong with, and for an api that does not have it."""
    operation, api = selects.get("operation"), selects.get("api")
    if operation is not None and operation not in known:
        wrong = f"{kind.name} goes wrong with no operation {quote(operation)}"
        raise FieldError(join(path, "operation"), f"{wrong}{suggestion(operation, known)}")
    apis = known[operation] if operation else sorted({each for having in known.values() for each in having})
    if api is not None and api not in apis:
        of = f" with {operation}" if operation else ""
        raise FieldError(join(path, "api"), f"There is no api {quote(api)}{of}{suggestion(api, apis)}")


def _canonical_type(path: str, kind: FaultKind, name: str, known: Mapping[str, Collection[str]]) -> str:
    """A type of feed or report by the one name that rules match by. Raises FieldError."""
    canonical = {also: each for each, others in known.items() for also in (each, *others)}
    if name not in canonical:
        hint = suggestion(name, canonical if name.startswith("_") else known)
        raise FieldError(join(path, "type"), f"{kind.name} goes wrong with no type {quote(name)}{hint}")
    return canonical[name]
