"""Which reports a list of MWS Reports has, and its pages: filters as sent, and tokens that bring them. No XML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.api.listing import BadToken, Tokens
from sandbox.api.mws.contract import shown
from sandbox.api.mws.dispatch import Call
from sandbox.api.mws.report_words import TYPES, generated_id, status_word
from sandbox.api.mws.xml import NAMESPACE_2009, MwsError, invalid
from sandbox.core.instants import EARLIEST, format_instant, parse_instant
from sandbox.core.policy import nearest
from sandbox.core.report_types import KEPT, Report
from sandbox.core.world import World

PAGE = 10
REQUESTS = "mws GetReportRequestList"
REPORTS = "mws GetReportList"


@dataclass(frozen=True, slots=True)
class Page:
    """Some reports, the latest first, and the token of the next page if there is one."""

    reports: list[Report]
    token: str | None


def refused(code: str, message: str) -> MwsError:
    """A refusal of the layer behind the front one, which spells the request's id in its own way."""
    return MwsError(400, code, message, namespace=NAMESPACE_2009, id_element="RequestId")


def check_types(names: tuple[str, ...]) -> None:
    """Refuses types there are none of."""
    for each in names:
        if each not in TYPES:
            near = nearest(each[:100], TYPES)
            raise refused("InvalidReportType", f"There is no report type {shown(each)}; did you mean '{near}'?")


def asked(world: World, call: Call, dated: str) -> dict[str, Any]:
    """The filters of a call, `dated` being how its two dates begin. Raises MwsError."""
    check_types(call.listed("ReportTypeList.Type.N"))
    since = call.at(f"{dated}FromDate") or max(world.now() - KEPT, EARLIEST)
    until = call.at(f"{dated}ToDate") or world.now()
    if until < since:
        raise invalid(f"{dated}ToDate must not be earlier than {dated}FromDate.")
    return {
        "ids": call.listed("ReportRequestIdList.Id.N"),
        "types": [TYPES[each] for each in call.listed("ReportTypeList.Type.N")],
        "statuses": call.listed("ReportProcessingStatusList.Status.N"),
        "acknowledged": call.text("Acknowledged"),
        "since": format_instant(since),
        "until": format_instant(until),
        "size": call.number("MaxCount") or PAGE,
    }


def page(world: World, tokens: Tokens, kind: str, filters: Mapping[str, Any]) -> Page:
    """The page that begins after what `filters` say was shown last."""
    found = matching(world, kind, filters)
    showing = found[: filters["size"]]
    token = None
    if len(found) > len(showing):
        token = tokens.seal(kind, world, {**filters, "after": showing[-1].report_id})
    return Page(showing, token)


def opened(world: World, tokens: Tokens, kind: str, token: str) -> dict[str, Any]:
    """The filters that a token brings. Raises MwsError."""
    try:
        return tokens.open(kind, world, token)
    except BadToken:
        hint = " A + in it has to be sent as %2B." if " " in token else ""
        raise refused("NextTokenCorrupted", f"We could not decode your NextToken.{hint}") from None


def matching(world: World, kind: str, filters: Mapping[str, Any]) -> list[Report]:
    """Every report that passes, the latest first, from the one after the last that was shown."""
    latest_first = world.state.reports.latest_first(filters.get("after"))
    if kind == REQUESTS:
        return [each for each in latest_first if _is_asked_for(each, filters)]
    now, policy = world.now(), world.policy
    return [each for each in latest_first if _is_made(each, filters) and now < each.expires_at(policy)]


def _is_asked_for(report: Report, filters: Mapping[str, Any]) -> bool:
    if filters["ids"]:
        return report.report_id in filters["ids"]
    return (
        _within(filters, report.created_at)
        and _among(filters["types"], report.kind.name)
        and _among(filters["statuses"], status_word(report))
    )


def _is_made(report: Report, filters: Mapping[str, Any]) -> bool:
    noted = {"true": report.acknowledged_at is not None, "false": report.acknowledged_at is None}
    return (
        generated_id(report) is not None
        and report.ended_at is not None
        and _within(filters, report.ended_at)
        and _among(filters["types"], report.kind.name)
        and _among(filters["ids"], report.report_id)
        and noted.get(filters["acknowledged"], True)
    )


def _within(filters: Mapping[str, Any], at: datetime) -> bool:
    return parse_instant(filters["since"]) <= at <= parse_instant(filters["until"])


def _among(wanted: Sequence[str], value: str) -> bool:
    return not wanted or value in wanted
