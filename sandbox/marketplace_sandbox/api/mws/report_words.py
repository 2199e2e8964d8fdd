"""How MWS calls what reports are: types, statuses, schedules and ids, each way round. Knows no call.

A type that MWS had under another name has that name, any other stands between underscores. The id of a request is the
report's own; the id of what was made of it is longer and follows from it.
"""

from collections.abc import Mapping

from marketplace_sandbox.core.jobs import JobStatus
from marketplace_sandbox.core.reports.values import MWS_TYPES, Report

FEED_SUMMARY = "FeedSummaryReport"
"""The type under which processing reports of feeds are listed. Nobody can ask for one."""

TYPES: Mapping[str, str] = {word: name for name, word in MWS_TYPES.items()}
"""Our name of each type."""

SCHEDULES: Mapping[str, str] = {
    "_15_MINUTES_": "PT15M",
    "_30_MINUTES_": "PT30M",
    "_1_HOUR_": "PT1H",
    "_2_HOURS_": "PT2H",
    "_4_HOURS_": "PT4H",
    "_8_HOURS_": "PT8H",
    "_12_HOURS_": "PT12H",
    "_1_DAY_": "P1D",
    "_2_DAYS_": "P2D",
    "_72_HOURS_": "P3D",
    "_1_WEEK_": "P7D",
    "_14_DAYS_": "P14D",
    "_15_DAYS_": "P15D",
    "_30_DAYS_": "P30D",
}
"""The period of each schedule that can be asked for."""

NEVER = "_NEVER_"
"""The schedule that ends one."""

SCHEDULE_WORDS: Mapping[str, str] = {period: word for word, period in SCHEDULES.items()} | {
    "PT5M": "_5_MINUTES_",
    "PT84H": "_84_HOURS_",
    "P18D": "_18_DAYS_",
    "P1M": "_1_MONTH_",
}
"""How each period is shown; those at the end only the Reports API can ask for."""

_STATUS = {
    JobStatus.IN_QUEUE: "_SUBMITTED_",
    JobStatus.IN_PROGRESS: "_IN_PROGRESS_",
    JobStatus.DONE: "_DONE_",
    JobStatus.CANCELLED: "_CANCELLED_",
    JobStatus.FATAL: "_CANCELLED_",
}
_ACCOUNT_DIGITS = 6
_FIRST = 10_000_000_000


def status_word(report: Report) -> str:
    """How far a report has come; one that found nothing has a word of its own, one that failed has none."""
    return "_DONE_NO_DATA_" if report.no_data else _STATUS[report.status]


def file_id_of(report: Report) -> str | None:
    """The id of the file of a report that is done, seventeen digits; None while there is none."""
    return file_id(report.report_id) if report.status is JobStatus.DONE else None


def file_id(job_id: str) -> str:
    """The id of the file that was made of a request, or of a feed."""
    number, account = job_id[:-_ACCOUNT_DIGITS], job_id[-_ACCOUNT_DIGITS:]
    return f"{_FIRST + int(number)}{account}"


def request_id(generated: str) -> str:
    """The id of the request or feed that a file's id belongs to; something nobody has where it is none."""
    if len(generated) != 11 + _ACCOUNT_DIGITS or not (generated.isascii() and generated.isdigit()):
        return ""
    return f"{int(generated[:-_ACCOUNT_DIGITS]) - _FIRST}{generated[-_ACCOUNT_DIGITS:]}"
