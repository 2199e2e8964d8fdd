"""The list of reports. Shows no report."""

from sandbox.api.reports.asked import check_types
from sandbox.api.work import WorkList
from sandbox.core.reports.values import KEPT, Report

REPORTS: WorkList[Report] = WorkList(
    "reports",
    "reportTypes",
    check_types,
    lambda world, after: world.state.reports.latest_first(after),
    lambda report: report.report_id,
    KEPT,
)
