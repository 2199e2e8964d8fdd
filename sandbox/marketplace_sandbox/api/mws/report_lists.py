"""The lists of MWS Reports: the filters of a call, and what they admit. Knows no XML.

There are requests, and the files that were generated. Among these are the processing reports of feeds, which surprises
programs that take the latest file for their report; the platform lists them, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile

from marketplace_sandbox.api.mws.contract import quote_value
from marketplace_sandbox.api.mws.dispatch import ActionCall
from marketplace_sandbox.api.mws.jobs import job_error, read_filter
from marketplace_sandbox.api.mws.report_words import FEED_SUMMARY, TYPES, file_id, file_id_of, status_word
from marketplace_sandbox.api.shared.job_lists import JobFilter, JobList
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.reports.values import MWS_TYPES, RETENTION, Report
from marketplace_sandbox.core.text.quoting import suggestion
from marketplace_sandbox.core.world.world import World


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file that can be had: of a report or, for a feed, its processing report. `job_id` names either."""

    file_id: str
    job_id: str
    type_word: str
    generated_at: datetime
    acknowledged_at: datetime | None


def check_types(words: tuple[str, ...], *others: str) -> None:
    """Refuses types there are none of."""
    known = (*TYPES, *others)
    for each in words:
        if each not in known:
            raise job_error(
                "InvalidReportType", f"There is no report type {quote_value(each)}{suggestion(each, known)}"
            )


def read_report_filter(world: World, call: ActionCall, dated: str, *others: str) -> JobFilter:
    """The filter of a call, `dated` being how its two dates begin, `others` further types. Raises MwsError."""
    types, acknowledged = call.values_of("ReportTypeList.Type.N"), call.text("Acknowledged")
    check_types(types, *others)
    return read_filter(
        world,
        call,
        dated,
        RETENTION,
        ids=call.values_of("ReportRequestIdList.Id.N"),
        types=types,
        statuses=call.values_of("ReportProcessingStatusList.Status.N"),
        acknowledged={"true": True, "false": False}.get(acknowledged or ""),
    )


def of_report(report: Report) -> GeneratedFile | None:
    """The file that was generated of a report, None where there is none."""
    generated = file_id_of(report)
    if generated is None or report.ended_at is None:
        return None
    type_word = MWS_TYPES[report.kind.name]
    return GeneratedFile(generated, report.report_id, type_word, report.ended_at, report.acknowledged_at)


def of_feed(feed: Feed) -> GeneratedFile | None:
    """The processing report of a feed, None where there is none."""
    if not feed.document_id or feed.ended_at is None:
        return None
    return GeneratedFile(file_id(feed.feed_id), feed.feed_id, FEED_SUMMARY, feed.ended_at, feed.acknowledged_at)


def _latest_files_first(world: World, after: str | None) -> Sequence[GeneratedFile]:
    """The files that are still kept, those of one instant by their ids."""
    now, policy, feeds = world.now(), world.policy, world.state.feeds
    found = [
        *(of_report(each) for each in list(world.state.reports.all.values()) if now < each.expires_at(policy)),
        *(of_feed(each) for each in list(feeds.all.values()) if feeds.has_report(each, now)),
    ]
    there = (each for each in found if each is not None)
    latest_first = sorted(there, key=lambda each: (each.generated_at, each.file_id), reverse=True)
    if after is None:
        return latest_first
    return list(dropwhile(lambda each: each.job_id != after, latest_first))[1:]


REQUESTS: JobList[Report] = JobList(
    "mws GetReportRequestList",
    lambda world, after: world.state.reports.latest_first(after),
    lambda job_filter, report: job_filter.admits(
        report.report_id, report.created_at, MWS_TYPES[report.kind.name], status=status_word(report)
    ),
    lambda report: report.report_id,
)
"""Everything that was requested, by request or by schedule."""

FILES: JobList[GeneratedFile] = JobList(
    "mws GetReportList",
    _latest_files_first,
    lambda job_filter, file: job_filter.admits(
        file.job_id, file.generated_at, file.type_word, acknowledged=file.acknowledged_at is not None
    ),
    lambda file: file.job_id,
)
"""Everything that can be had."""
