"""The list of reports. Shows no report."""

from marketplace_sandbox.api.shared.jobs import JobList
from marketplace_sandbox.api.spapi.reports.commands import check_types
from marketplace_sandbox.core.reports.values import KEPT, Report

REPORTS: JobList[Report] = JobList(
    "reports",
    "reportTypes",
    check_types,
    lambda world, after: world.state.reports.latest_first(after),
    lambda report: report.report_id,
    KEPT,
)
