"""Which entries a list of MWS Reports has: the filters of a call, and what passes them. No XML and no page tokens.

There are requests, and the files that were made. Among these are the processing reports of feeds, which surprises
programs that take the latest file for their report; the platform lists them, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, dropwhile
from typing import Any

from marketplace_sandbox.api.mws.contract import shown
from marketplace_sandbox.api.mws.dispatch import Call
from marketplace_sandbox.api.mws.report_words import FEED_SUMMARY, TYPES, file_id, generated_id, status_word
from marketplace_sandbox.api.mws.section_2009 import Filters, among, refused, window, within
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.quoting import suggestion
from marketplace_sandbox.core.reports.values import KEPT, MWS_TYPES, Report
from marketplace_sandbox.core.world import World

REQUESTS = "mws GetReportRequestList"
REPORTS = "mws GetReportList"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that can be had: of a report or, for a feed, its processing report. `asked_id` names either."""

    file_id: str
    asked_id: str
    type_word: str
    made_at: datetime
    acknowledged_at: datetime | None


def check_types(words: tuple[str, ...], *others: str) -> None:
    """Refuses types there are none of."""
    known = (*TYPES, *others)
    for each in words:
        if each not in known:
            raise refused("InvalidReportType", f"There is no report type {shown(each)}{suggestion(each, known)}")


def asked(world: World, call: Call, dated: str, *others: str) -> Filters:
    """The filters of a call, `dated` being how its two dates begin, `others` further types. Raises MwsError."""
    check_types(call.listed("ReportTypeList.Type.N"), *others)
    return {
        "ids": call.listed("ReportRequestIdList.Id.N"),
        "types": call.listed("ReportTypeList.Type.N"),
        "statuses": call.listed("ReportProcessingStatusList.Status.N"),
        "acknowledged": call.text("Acknowledged"),
        **window(world, call, dated, KEPT),
    }


def requests(world: World, filters: Mapping[str, Any]) -> list[Report]:
    """Every request that passes, the latest first, from the one after the last that was shown."""
    return [each for each in world.state.reports.latest_first(filters.get("after")) if _is_asked_for(each, filters)]


def _is_asked_for(report: Report, filters: Mapping[str, Any]) -> bool:
    if filters["ids"]:
        return report.report_id in filters["ids"]
    return (
        within(filters, report.created_at)
        and among(filters["types"], MWS_TYPES[report.kind.name])
        and among(filters["statuses"], status_word(report))
    )


def files(world: World, filters: Mapping[str, Any]) -> list[MadeFile]:
    """Every file that passes, the latest first, from the one after the last that was shown."""
    latest_first = sorted(_files(world), key=lambda each: (each.made_at, each.file_id), reverse=True)
    if "after" in filters:
        latest_first = list(dropwhile(lambda each: each.asked_id != filters["after"], latest_first))[1:]
    return [each for each in latest_first if _is_wanted(each, filters)]


def _files(world: World) -> Iterator[MadeFile]:
    now, policy = world.now(), world.policy
    reports = (of_report(each) for each in list(world.state.reports.all.values()) if now < each.expires_at(policy))
    ended = (each for each in list(world.state.feeds.all.values()) if world.state.feeds.has_report(each, now))
    feeds = (of_feed(each) for each in ended)
    return (each for each in chain(reports, feeds) if each is not None)


def of_report(report: Report) -> MadeFile | None:
    """The file that was made of a report, None where there is none."""
    made = generated_id(report)
    if made is None or report.ended_at is None:
        return None
    return MadeFile(made, report.report_id, MWS_TYPES[report.kind.name], report.ended_at, report.acknowledged_at)


def of_feed(feed: Feed) -> MadeFile | None:
    """The processing report of a feed, None where there is none."""
    if not feed.document_id or feed.ended_at is None:
        return None
    return MadeFile(file_id(feed.feed_id), feed.feed_id, FEED_SUMMARY, feed.ended_at, feed.acknowledged_at)


def _is_wanted(file: MadeFile, filters: Mapping[str, Any]) -> bool:
    if filters["ids"]:
        return file.asked_id in filters["ids"]
    noted = {"true": file.acknowledged_at is not None, "false": file.acknowledged_at is None}
    return (
        within(filters, file.made_at)
        and among(filters["types"], file.type_word)
        and noted.get(filters["acknowledged"], True)
    )
