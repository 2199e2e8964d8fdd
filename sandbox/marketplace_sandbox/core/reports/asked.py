"""What is asked of reports, read from the bodies of commands. Makes no report.

Messages of FieldError begin with the field's name, so that a dialect can put its own in its place.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.quoting import nearest, quote, suggestion
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.reports.values import PERIODS, REPORT_TYPES, ReportType, Selection

RANGED = (Selection.RELEASED, Selection.UPDATED, Selection.PLACED)
"""Selections that look at the range."""


def read_kind(body: Mapping[str, Any]) -> ReportType:
    """The type of report. Raises FieldError."""
    name = str(body["report_type"])
    if name not in REPORT_TYPES:
        raise FieldError("report_type", f"report_type {quote(name)} is not known{suggestion(name, REPORT_TYPES)}")
    return REPORT_TYPES[name]


def read_requestable(body: Mapping[str, Any]) -> ReportType:
    """The type of a report that is made on request. Raises FieldError."""
    kind = read_kind(body)
    if not kind.requestable:
        near = nearest(kind.name, [name for name, each in REPORT_TYPES.items() if each.requestable])
        raise FieldError(
            "report_type", f"report_type {kind.name} is made by schedules only; {near} is made on request."
        )
    return kind


def read_places(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The marketplaces, one at least. Raises FieldError."""
    places = tuple(dict.fromkeys(body["marketplace_ids"]))
    for each in places:
        if each not in MARKETPLACES:
            hint = suggestion(str(each), MARKETPLACES)
            raise FieldError("marketplace_ids", f"marketplace_ids has {quote(each)}, which is none{hint}")
    if not places:
        raise FieldError("marketplace_ids", "marketplace_ids names one marketplace at least.")
    return places


def read_past(body: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """An instant that is not to come, None where there is none. Raises FieldError."""
    if not body.get(name):
        return None
    at = parse_instant(body[name])
    if at > now:
        raise FieldError(name, f"{name} lies in the future; the world's now is {format_instant(now)}.")
    return at


def check_range(kind: ReportType, start: datetime, end: datetime, days: int) -> None:
    """Refuses a range that ends before it begins and, of a type that looks at it, one of more than so many days."""
    if end < start:
        raise FieldError("end", f"end must not be earlier than {format_instant(start)}, where the range begins.")
    if kind.selection in RANGED and end - start > timedelta(days=days):
        asked = (end - start).total_seconds() / 86_400
        raise FieldError("start", f"start lies {asked:.1f} days before the end; a report covers {days} days at most.")


def read_period(body: Mapping[str, Any], kind: ReportType) -> str:
    """How often a schedule is to make such a report. Raises FieldError."""
    period = str(body["period"])
    if not kind.schedulable:
        raise FieldError("report_type", f"report_type {kind.name} is made on request only, not by schedules.")
    if period not in PERIODS:
        near = nearest(period, PERIODS)
        raise FieldError("period", f"period is one of {', '.join(PERIODS)}; {quote(period)} is not, is {near} meant?")
    return period
