"""The actions of MWS Reports 2009-01-01 on the reports of a world. Knows the wire's names, no column and no HTTP.

Reports are the same as in Reports 2021-06-30: one that was asked for there stands in these lists too.
"""

import re
from collections.abc import Callable, Container, Iterable
from contextlib import nullcontext, suppress
from datetime import datetime
from pathlib import Path

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.formats.reports.options import read_options
from marketplace_sandbox.api.formats.reports.report_documents import file_of
from marketplace_sandbox.api.mws.contract import quote_value
from marketplace_sandbox.api.mws.dispatch import ActionCall, RawFile
from marketplace_sandbox.api.mws.jobs import MatchJobFault, WriteReport, job_error, token_filter, translate_refusals
from marketplace_sandbox.api.mws.report_lists import (
    FILES,
    REQUESTS,
    GeneratedFile,
    check_types,
    of_feed,
    of_report,
    read_report_filter,
)
from marketplace_sandbox.api.mws.report_words import (
    FEED_SUMMARY,
    NEVER,
    SCHEDULE_WORDS,
    SCHEDULES,
    TYPES,
    file_id_of,
    request_id,
    status_word,
)
from marketplace_sandbox.api.shared.job_lists import JobFilter
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.api.shared.xml import Node, fragment, invalid, leaf, part, second, tree
from marketplace_sandbox.core.commands.feeds import AcknowledgeFeeds
from marketplace_sandbox.core.commands.reports import (
    AcknowledgeReports,
    CancelReport,
    CreateReport,
    ScheduleReport,
    UnscheduleReport,
)
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.jobs import JobStatus
from marketplace_sandbox.core.reports.reports import ReportNotInQueueError
from marketplace_sandbox.core.reports.values import MWS_TYPES, Report, ReportSchedule
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import suggestion
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World

WIRE_NAMES = {
    "report_type": "ReportType",
    "marketplace_ids": "MarketplaceIdList",
    "start": "StartDate",
    "end": "EndDate",
    "next_at": "ScheduleDate",
}

FILED = (JobStatus.DONE, JobStatus.FATAL)
"""The ends of a feed that leave a processing report."""


def openapi_path() -> Path:
    """The OpenAPI document of this section."""
    return openapi_dir() / "mws-reports-2009-01-01.yaml"


class MwsReports:
    """The actions, by the names of the document. `token_key` protects page tokens; `wake` has notices delivered.

    `write` writes processing reports of feeds; `match_job_fault` answers how a report of a type is to end that is begun
    within it.
    """

    def __init__(
        self,
        token_key: bytes,
        write: WriteReport,
        wake: Callable[[World], None] = lambda _world: None,
        match_job_fault: MatchJobFault = lambda *_: nullcontext({}),
    ) -> None:
        self._tokens = PageTokens(token_key)
        self._write = write
        self._wake = wake
        self._match_job_fault = match_job_fault

    # Requests

    def RequestReport(self, world: World, call: ActionCall) -> bytes:
        kind = _type(call)
        body = {
            "report_type": kind,
            "marketplace_ids": list(call.values_of("MarketplaceIdList.Id.N") or world.marketplace_ids),
            "start": _optional_instant(call.at("StartDate")),
            "end": _optional_instant(call.at("EndDate")),
            "options": _read_options(call.text("ReportOptions") or ""),
            "legacy": True,
        }
        with translate_refusals(WIRE_NAMES, MWS_TYPES), self._match_job_fault(world, "report", kind) as fault:
            report_id = world.execute(CreateReport.read({**body, **fault})).report_id
            report = world.state.reports.find(report_id)
        self._wake(world)
        return call.answer([fragment(_request(report), 2)])

    def GetReportRequestList(self, world: World, call: ActionCall) -> bytes:
        job_filter = read_report_filter(world, call, "Requested")
        _check_requests(world, job_filter.ids)
        return self._requests(world, call, job_filter)

    def GetReportRequestListByNextToken(self, world: World, call: ActionCall) -> bytes:
        return self._requests(world, call, token_filter(REQUESTS, self._tokens, world, call))

    def GetReportRequestCount(self, world: World, call: ActionCall) -> bytes:
        return call.answer([_count(REQUESTS.all(world, read_report_filter(world, call, "Requested")))])

    def CancelReportRequests(self, world: World, call: ActionCall) -> bytes:
        # Only what was canceled is counted; that it is otherwise with feeds was recorded of feeds alone.
        job_filter = read_report_filter(world, call, "Requested")
        _check_requests(world, job_filter.ids)
        canceled = []
        for each in REQUESTS.all(world, job_filter):
            if each.status is JobStatus.IN_QUEUE:
                # one may leave the queue meanwhile
                with suppress(ReportNotInQueueError), translate_refusals(WIRE_NAMES, MWS_TYPES):
                    world.execute(CancelReport(report_id=each.report_id))
                    canceled.append(each.report_id)
        self._wake(world)
        now = [world.state.reports.find(each) for each in canceled]
        return call.answer([_count(now), *(fragment(_request(each), 2) for each in now[:100])])

    def _requests(self, world: World, call: ActionCall, job_filter: JobFilter) -> bytes:
        page = REQUESTS.page(self._tokens, world, job_filter)
        infos = [fragment(_request(each), 2) for each in page.entries]
        return call.answer([part("HasNext", page.token is not None), *infos, part("NextToken", page.token)])

    # Reports

    def GetReportList(self, world: World, call: ActionCall) -> bytes:
        job_filter = read_report_filter(world, call, "Available", FEED_SUMMARY)
        _check_requests(world, job_filter.ids, also=world.state.feeds.all)
        return self._files(world, call, job_filter)

    def GetReportListByNextToken(self, world: World, call: ActionCall) -> bytes:
        return self._files(world, call, token_filter(FILES, self._tokens, world, call))

    def GetReportCount(self, world: World, call: ActionCall) -> bytes:
        return call.answer([_count(FILES.all(world, read_report_filter(world, call, "Available", FEED_SUMMARY)))])

    def GetReport(self, world: World, call: ActionCall) -> RawFile:
        found = _find(world, call.text("ReportId") or "")
        if isinstance(found, Feed):
            return self._write(world, found)
        file = file_of(found)
        return RawFile(file.content, file.media_type.replace("; ", ";"))

    def UpdateReportAcknowledgements(self, world: World, call: ActionCall) -> bytes:
        found = [_find(world, each) for each in dict.fromkeys(call.values_of("ReportIdList.Id.N"))]
        reports = [each.report_id for each in found if isinstance(each, Report)]
        feeds = [each.feed_id for each in found if isinstance(each, Feed)]
        acknowledged = call.text("Acknowledged") != "false"
        with translate_refusals(WIRE_NAMES, MWS_TYPES):
            if reports:
                world.execute(AcknowledgeReports(report_ids=tuple(reports), acknowledged=acknowledged))
            if feeds:
                world.execute(AcknowledgeFeeds(feed_ids=tuple(feeds), acknowledged=acknowledged))
        files = (
            *(of_report(world.state.reports.find(each)) for each in reports),
            *(of_feed(world.state.feeds.find(each)) for each in feeds),
        )
        infos = [fragment(_file(each), 2) for each in files if each]
        return call.answer([_count(infos), *infos])

    def _files(self, world: World, call: ActionCall, job_filter: JobFilter) -> bytes:
        page = FILES.page(self._tokens, world, job_filter)
        infos = [fragment(_file(each), 2) for each in page.entries]
        return call.answer([part("HasNext", page.token is not None), part("NextToken", page.token), *infos])

    # Schedules

    def ManageReportSchedule(self, world: World, call: ActionCall) -> bytes:
        kind, word = _type(call), call.text("Schedule") or ""
        if word == NEVER:
            return self._unschedule(world, call, kind)
        if word not in SCHEDULES:
            hint = suggestion(word, [*SCHEDULES, NEVER])
            raise job_error("InvalidScheduleFrequency", f"There is no Schedule {quote_value(word)}{hint}")
        body = {
            "report_type": kind,
            "marketplace_ids": list(world.marketplace_ids),
            "period": SCHEDULES[word],
            "next_at": _optional_instant(call.at("ScheduleDate")),
            "legacy": True,
        }
        with translate_refusals(WIRE_NAMES, MWS_TYPES):
            schedule_id = world.execute(ScheduleReport.read(body)).report_id
            schedule = world.state.reports.find_schedule(schedule_id)
        return call.answer([_count([schedule]), fragment(_schedule(schedule), 2)])

    def _unschedule(self, world: World, call: ActionCall, kind: str) -> bytes:
        ended = [each for each in list(world.state.reports.schedules.values()) if each.kind.name == kind]
        with translate_refusals(WIRE_NAMES, MWS_TYPES):
            for each in ended:
                world.execute(UnscheduleReport(schedule_id=each.schedule_id))
        infos = [fragment(_schedule(each, NEVER), 2) for each in ended]
        return call.answer([_count(ended), *infos])

    def GetReportScheduleList(self, world: World, call: ActionCall) -> bytes:
        infos = [fragment(_schedule(each), 2) for each in _schedules(world, call)]
        return call.answer([part("HasNext", False), *infos])

    def GetReportScheduleCount(self, world: World, call: ActionCall) -> bytes:
        return call.answer([_count(_schedules(world, call))])


def _type(call: ActionCall) -> str:
    word = call.text("ReportType") or ""
    check_types((word,))
    return TYPES[word]


def _read_options(text: str) -> dict[str, str]:
    """`Name=value`, several with a semicolon, a comma or an ampersand between. Raises MwsError."""
    pairs = [each.partition("=") for each in re.split("[;,&]", text) if each.strip()]
    for name, equals, _ in pairs:
        if not equals:
            raise invalid(f"ReportOptions are written like ShowSalesChannel=true; {quote_value(name)} is not.")
    try:
        return read_options({name.strip(): value.strip() for name, _, value in pairs}, "ReportOptions")
    except FieldError as wrong:
        raise invalid(str(wrong)) from None


def _optional_instant(at: datetime | None) -> str | None:
    return format_instant(at) if at else None


def _check_requests(world: World, ids: Iterable[str], also: Container[str] = ()) -> None:
    if any(each not in world.state.reports.all and each not in also for each in ids):
        message = "One or more of the provided ReportRequestIds could not be found."
        raise job_error("InvalidReportRequestId", message)


def _find(world: World, file_id: str) -> Report | Feed:
    """The report or feed of a file's id, while it is kept. Raises MwsError."""
    job_id = request_id(file_id)
    report, feed = world.state.reports.all.get(job_id), world.state.feeds.all.get(job_id)
    if report is not None and file_id_of(report) == file_id:
        if world.now() < report.expires_at(world.policy):
            return report
        raise job_error("ReportNoLongerAvailable", f"Report {file_id} is no longer kept.")
    if feed is not None and feed.status in FILED:
        if world.state.feeds.has_report(feed, world.now()):
            return feed
        raise job_error("ReportNoLongerAvailable", f"Report {file_id} is no longer kept.")
    raise job_error("InvalidReportId", f"There is no report {quote_value(file_id)}.")


def _schedules(world: World, call: ActionCall) -> list[ReportSchedule]:
    words = call.values_of("ReportTypeList.Type.N")
    check_types(words)
    names = [TYPES[each] for each in words]
    return [each for each in list(world.state.reports.schedules.values()) if not names or each.kind.name in names]


# Elements, in the sequence in which the platform wrote them


def _request(report: Report) -> Node:
    return tree(
        "ReportRequestInfo",
        leaf("ReportType", MWS_TYPES[report.kind.name]),
        leaf("ReportProcessingStatus", status_word(report)),
        leaf("EndDate", second(report.end)),
        leaf("Scheduled", bool(report.schedule_id)),
        leaf("ReportRequestId", report.report_id),
        leaf("StartedProcessingDate", second(report.started_at)),
        leaf("SubmittedDate", second(report.created_at)),
        leaf("StartDate", second(report.start)),
        leaf("CompletedDate", second(report.ended_at)),
        leaf("GeneratedReportId", file_id_of(report)),
    )


def _file(file: GeneratedFile) -> Node:
    return tree(
        "ReportInfo",
        leaf("ReportType", file.type_word),
        leaf("Acknowledged", file.acknowledged_at is not None),
        leaf("AcknowledgedDate", second(file.acknowledged_at)),
        leaf("ReportId", file.file_id),
        leaf("ReportRequestId", file.job_id),
        leaf("AvailableDate", second(file.generated_at)),
    )


def _schedule(schedule: ReportSchedule, word: str = "") -> Node:
    return tree(
        "ReportSchedule",
        leaf("ReportType", MWS_TYPES[schedule.kind.name]),
        leaf("Schedule", word or SCHEDULE_WORDS[schedule.period]),
        leaf("ScheduledDate", second(schedule.next_at)),
    )


def _count(found: Iterable[object]) -> bytes:
    return part("Count", len(list(found)))
