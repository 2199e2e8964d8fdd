"""Which reports a list of MWS Reports has, and its pages: filters as sent, and tokens that bring them. No XML."""

from collections.abc import Mapping
from typing import Any

from sandbox.api.mws.contract import shown
from sandbox.api.mws.dispatch import Call
from sandbox.api.mws.report_words import TYPES, generated_id, status_word
from sandbox.api.mws.section_2009 import Filters, among, refused, window, within
from sandbox.core.policy import nearest
from sandbox.core.report_types import KEPT, Report
from sandbox.core.world import World

REQUESTS = "mws GetReportRequestList"
REPORTS = "mws GetReportList"


def check_types(names: tuple[str, ...]) -> None:
    """Refuses types there are none of."""
    for each in names:
        if each not in TYPES:
            near = nearest(each[:100], TYPES)
            raise refused("InvalidReportType", f"There is no report type {shown(each)}; did you mean '{near}'?")


def asked(world: World, call: Call, dated: str) -> Filters:
    """The filters of a call, `dated` being how its two dates begin. Raises MwsError."""
    check_types(call.listed("ReportTypeList.Type.N"))
    return {
        "ids": call.listed("ReportRequestIdList.Id.N"),
        "types": [TYPES[each] for each in call.listed("ReportTypeList.Type.N")],
        "statuses": call.listed("ReportProcessingStatusList.Status.N"),
        "acknowledged": call.text("Acknowledged"),
        **window(world, call, dated, KEPT),
    }


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
        within(filters, report.created_at)
        and among(filters["types"], report.kind.name)
        and among(filters["statuses"], status_word(report))
    )


def _is_made(report: Report, filters: Mapping[str, Any]) -> bool:
    noted = {"true": report.acknowledged_at is not None, "false": report.acknowledged_at is None}
    return (
        generated_id(report) is not None
        and report.ended_at is not None
        and within(filters, report.ended_at)
        and among(filters["types"], report.kind.name)
        and among(filters["ids"], report.report_id)
        and noted.get(filters["acknowledged"], True)
    )
