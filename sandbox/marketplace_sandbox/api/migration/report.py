"""What is told of a client's calls: what becomes of each, and how far the client has come. Knows no world.

Calls of one operation with the same parameters are one here, and the latest that the world can answer stands for them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from marketplace_sandbox.amazon import orders_v0_end
from marketplace_sandbox.api.migration.comparison import Difference
from marketplace_sandbox.api.migration.limits import Read
from marketplace_sandbox.api.migration.rehearsal import Rehearsal
from marketplace_sandbox.api.migration.requests import added_parameters
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.redaction import redact_body, redact_text

Json = dict[str, Any]

REPLACED, NO_COUNTERPART, STAYS, MOVED, FAILED, NOT_NEEDED = (
    "replaced",
    "no_counterpart",
    "stays",
    "moved",
    "failed",
    "not_needed",
)
"""What becomes of a call."""

WITHOUT_RESTRICTED = (
    "2026-01-01 takes an ordinary access token, and shows personal data to an application with the roles: no "
    "restricted data token is fetched for its reads."
)
OUTLIVES = "It is no read that ends."
ENDED = "The reads of v0 have ended in this world, which refuses it; it is rehearsed as before."


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A call as it was recorded. `number`, `at` and `status` are not known of calls that were recorded elsewhere, which
    may stand for several that are alike. `ended` says that it was refused because the reads of v0 have ended.
    """

    method: str
    path: str
    query: str
    number: int | None = None
    at: datetime | None = None
    request_id: str | None = None
    user_agent: str | None = None
    status: int | None = None
    times: int = 1
    ended: bool = False

    @property
    def failed(self) -> bool:
        """Whether it was refused, or not answered at all."""
        return self.status is not None and not 0 < self.status < 400

    def to_json(self) -> Json:
        """The call without secrets."""
        return {
            "number": self.number,
            "request_id": self.request_id,
            "at": format_instant(self.at) if self.at else None,
            "user_agent": redact_text(self.user_agent) if self.user_agent else None,
            "method": self.method,
            "path": redact_text(self.path),
            "query": redact_body(self.query),
        }


@dataclass(frozen=True, slots=True)
class FoldedCall:
    """Calls that are alike: the one of them that stands for all, and how many there were."""

    operation: str | None
    latest: RecordedCall
    times: int


def fold(
    calls: Iterable[tuple[str | None, RecordedCall]], is_known: Callable[[RecordedCall], bool]
) -> list[FoldedCall]:
    """Calls of one operation with the same parameters as one, in the order in which they were first made.

    The latest stands for all: of an order that the world has, if one `is_known`, and that was answered, if one was.
    """
    folded: dict[tuple[str, ...], FoldedCall] = {}
    for operation, call in calls:
        key = _key(operation, call)
        before = folded.get(key)
        if before is None:
            folded[key] = FoldedCall(operation, call, call.times)
        else:
            stands = max(call, before.latest, key=lambda each: (is_known(each), not each.failed))  # the first of equals
            folded[key] = replace(before, latest=stands, times=before.times + call.times)
    return list(folded.values())


def _key(operation: str | None, call: RecordedCall) -> tuple[str, ...]:
    """What calls have in common that are alike."""
    names = sorted({name for name, _ in parse_qsl(call.query)})
    service = "/".join(call.path.split("/")[:3])  # two APIs have an operation of one name
    return (call.method, service, operation or "", *names)


def reads_in_order(
    calls: Iterable[tuple[str | None, RecordedCall]], folded: Sequence[FoldedCall], told: Sequence[Json]
) -> list[Read]:
    """Every read of v0 in the order of the calls, with the operations that replace those like it; `told` is of each
    folded call what is told of it.
    """
    replaced = {
        _key(each.operation, each.latest): [request["operation"] for request in call["replacements"]]
        for each, call in zip(folded, told, strict=True)
        if call["replacements"]
    }
    return [
        Read(operation, replaced[_key(operation, call)], call.times)
        for operation, call in calls
        if operation and _key(operation, call) in replaced and (call.ended or not call.failed)
    ]


def call_json(folded: FoldedCall, verdict: str, rehearsal: Rehearsal | None = None, why: str = "") -> Json:
    """One call, or several that are alike, with what becomes of it."""
    told = {
        **folded.latest.to_json(),
        "times": folded.times,
        "operation": folded.operation,
        "verdict": verdict,
        "why": why or None,
        "nearest": None,
        "replacements": [],
        "parameters": [],
        "fields": [],
        "disagreements": [],
        "disagreed": 0,
        "statuses": {"v0": folded.latest.status, "latest": []},
        "paging": None,
        "limits": None,
    }
    if rehearsal is not None:
        told |= _rehearsal_json(rehearsal) | {"why": why or rehearsal.why or None}
    return told


def _rehearsal_json(rehearsal: Rehearsal) -> Json:
    """What the rehearsal of a call found. Of its fields, what both say comes first, then what either says alone."""
    personal = any(each in rehearsal.included for each in ("BUYER", "RECIPIENT"))
    added = added_parameters(rehearsal.included, personal=personal)
    alone = ({Difference.MISSING}, {Difference.NEW})
    fields = sorted(rehearsal.comparison.fields.values(), key=lambda each: each.kinds in alone)
    return {
        "nearest": rehearsal.replacement.nearest or None,
        "replacements": [each.to_json() for each in rehearsal.requests],
        "parameters": [each.to_json() for each in (*rehearsal.replacement.parameters, *added)],
        "fields": [each.to_json() for each in fields],
        "disagreements": rehearsal.comparison.disagreements,
        "disagreed": rehearsal.comparison.disagreed,
        "statuses": {"v0": rehearsal.v0.status, "latest": [each.status for each in rehearsal.answers]},
        "paging": rehearsal.paging,
        "limits": {
            "v0": rehearsal.call.extensions.get("x-usage-plan"),
            "latest": rehearsal.plan,
            "calls": {"v0": 1, "latest": len(rehearsal.requests)},
        },
    }


def checklist(calls: Sequence[Json]) -> list[Json]:
    """Each read that ends: how many calls of it are left, and how many there are already of what replaces it."""
    left, moved = Counter[str](), Counter[str]()
    for each in calls:
        if each["path"].startswith(orders_v0_end.V0):
            left[each["operation"]] += each["times"]
        elif each["verdict"] == MOVED:
            moved[each["operation"]] += each["times"]
    return orders_v0_end.checklist(left, moved)


def summary(calls: Sequence[Json], others: int) -> Json:
    """How many calls there are of each verdict, how many of other services, and how much disagreed."""
    verdicts = (REPLACED, NO_COUNTERPART, STAYS, MOVED, FAILED, NOT_NEEDED)
    counts = {verdict: sum(each["times"] for each in calls if each["verdict"] == verdict) for verdict in verdicts}
    return {**counts, "others": others, "disagreed": sum(each["disagreed"] for each in calls)}
