"""The list of reports. Shows no report."""

from marketplace_sandbox.api.shared.jobs import WorkList
from marketplace_sandbox.api.spapi.reports.commands import check_types
from marketplace_sandbox.core.reports.values import KEPT, Report

REPORTS: WorkList[Report] = WorkList(
    "reports",
    "reportTypes",
    check_types,
    lambda world, after: world.state.reports.latest_first(after),
    lambda report: report.report_id,
    KEPT,
)
