"""The actions of MWS Feeds 2009-01-01 on the feeds of a world. Knows the wire's names, no file format and no HTTP.

Feeds are the same as in Feeds 2021-06-30: one that was submitted there stands in these lists too. What a file says is
read by whoever reads it there, and what a processing report says is written by whoever writes it there.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.mws.contract import quote_value
from marketplace_sandbox.api.mws.dispatch import ActionCall, RawFile, checksum
from marketplace_sandbox.api.mws.jobs import (
    MatchJobFault,
    WriteReport,
    job_error,
    read_filter,
    token_filter,
    translate_refusals,
)
from marketplace_sandbox.api.shared.job_lists import JobFilter, JobList
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.api.shared.xml import Node, fragment, leaf, part, second, tree
from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed
from marketplace_sandbox.core.feeds.feeds import FeedNotInQueueError
from marketplace_sandbox.core.feeds.values import FEED_TYPES, RETENTION, Feed, FeedFile, FeedType
from marketplace_sandbox.core.jobs import JobStatus
from marketplace_sandbox.core.text.quoting import suggestion
from marketplace_sandbox.core.world.world import World

MOST_CANCELED = 100
"""As many feeds stand in the answer of a cancellation."""

TYPE_WORDS = {name: f"_{name}_" for name in FEED_TYPES}
"""MWS's name of each type."""

TYPES = {word: name for name, word in TYPE_WORDS.items()}
"""The name of each type in MWS, with that of Feeds 2021-06-30."""

STATUSES: Mapping[JobStatus, str] = {
    JobStatus.IN_QUEUE: "_SUBMITTED_",
    JobStatus.IN_PROGRESS: "_IN_PROGRESS_",
    JobStatus.DONE: "_DONE_",
    JobStatus.FATAL: "_DONE_",
    JobStatus.CANCELLED: "_CANCELLED_",
}
"""MWS has no word for a file that could not be read: it is done, and the processing report says so."""

WIRE_NAMES = {"feed_type": "FeedType", "marketplace_ids": "MarketplaceIdList", "document_id": "FeedSubmissionId"}
UNLISTED = WIRE_NAMES | {"marketplace_ids": "the seller's own list of marketplaces"}
"""The same where a call has no MarketplaceIdList."""

SUBMISSIONS: JobList[Feed] = JobList(
    "mws GetFeedSubmissionList",
    lambda world, after: world.state.feeds.latest_first(after),
    lambda job_filter, feed: job_filter.admits(
        feed.feed_id, feed.created_at, feed.kind.name, status=STATUSES[feed.status]
    ),
    lambda feed: feed.feed_id,
)

ReadFile = Callable[[FeedType, bytes, str], FeedFile]
"""Reads a file of a media type."""


def openapi_path() -> Path:
    """The OpenAPI document of this section."""
    return openapi_dir() / "mws-feeds-2009-01-01.yaml"


class MwsFeeds:
    """The actions, by the names of the document. `token_key` protects page tokens; `wake` has notices delivered.

    `read` reads files and `write` writes processing reports; `match_job_fault` answers how a feed of a type is to end
    that is begun in its block.
    """

    def __init__(
        self,
        token_key: bytes,
        read: ReadFile,
        write: WriteReport,
        wake: Callable[[World], None] = lambda _world: None,
        match_job_fault: MatchJobFault = lambda *_: nullcontext({}),
    ) -> None:
        self._tokens = PageTokens(token_key)
        self._read = read
        self._write = write
        self._wake = wake
        self._match_job_fault = match_job_fault

    def SubmitFeed(self, world: World, call: ActionCall) -> bytes:
        kind = FEED_TYPES[_type(call.text("FeedType") or "")]
        _check_checksum(call)
        media_type = call.headers.get("content-type", "")
        file = self._read(kind, call.body, media_type)
        listed = call.values_of("MarketplaceIdList.Id.N")
        marketplace_ids = list(listed or world.marketplace_ids)
        named = {"feed_type": kind.name, "marketplace_ids": marketplace_ids, "media_type": media_type}
        wire_names = WIRE_NAMES if listed else UNLISTED
        with translate_refusals(wire_names, TYPE_WORDS), self._match_job_fault(world, "feed", kind.name) as fault:
            command = replace(CreateFeed.read({**named, **fault}).with_file(file), content=call.body)
            feed_id = world.execute(command).feed_id
            feed = world.state.feeds.find(feed_id)
        self._wake(world)
        return call.answer([fragment(_submission(feed), 2)])

    def GetFeedSubmissionList(self, world: World, call: ActionCall) -> bytes:
        job_filter = _read_filter(world, call)
        _check_ids(world, job_filter.ids)
        return self._page(world, call, job_filter)

    def GetFeedSubmissionListByNextToken(self, world: World, call: ActionCall) -> bytes:
        return self._page(world, call, token_filter(SUBMISSIONS, self._tokens, world, call))

    def GetFeedSubmissionCount(self, world: World, call: ActionCall) -> bytes:
        return call.answer([part("Count", len(SUBMISSIONS.all(world, _read_filter(world, call))))])

    def CancelFeedSubmissions(self, world: World, call: ActionCall) -> bytes:
        # Recorded: a count of 100 with feeds in it that were done long before, listed as they were.
        job_filter = _read_filter(world, call)
        _check_ids(world, job_filter.ids)
        feeds = SUBMISSIONS.all(world, job_filter)[:MOST_CANCELED]
        for each in feeds:
            # what has been begun stays as it is
            with suppress(FeedNotInQueueError), translate_refusals(WIRE_NAMES, TYPE_WORDS):
                world.execute(CancelFeed(feed_id=each.feed_id))
        self._wake(world)
        now = [world.state.feeds.find(each.feed_id) for each in feeds]
        return call.answer([part("Count", len(now)), *(fragment(_info(each), 2) for each in now)])

    def GetFeedSubmissionResult(self, world: World, call: ActionCall) -> RawFile:
        feed_id = call.text("FeedSubmissionId") or ""
        _check_ids(world, [feed_id])
        feed = world.state.feeds.find(feed_id)
        if feed.status is JobStatus.CANCELLED:
            raise job_error("FeedCanceled", f"Feed Submission {feed_id} was canceled; it has no result.")
        if feed.ended_at is None:
            message = f"Feed Submission Result is not ready for Feed Submission Id: {feed_id}"
            raise job_error("FeedProcessingResultNotReady", message, 404, detail="")
        if not world.state.feeds.has_report(feed, world.now()):
            message = f"The result of Feed Submission {feed_id} is no longer kept."
            raise job_error("FeedProcessingResultNoLongerAvailable", message)
        return self._write(world, feed)

    def _page(self, world: World, call: ActionCall, job_filter: JobFilter) -> bytes:
        page = SUBMISSIONS.page(self._tokens, world, job_filter)
        infos = [fragment(_info(each), 2) for each in page.entries]
        return call.answer([part("HasNext", page.token is not None), *infos, part("NextToken", page.token)])


def _type(word: str) -> str:
    """The name of a type in Feeds 2021-06-30. Raises MwsError naming the nearest."""
    if word not in TYPES:
        raise job_error("InvalidFeedType", f"There is no feed type {quote_value(word)}{suggestion(word, TYPES)}")
    return TYPES[word]


def _check_checksum(call: ActionCall) -> None:
    """Refuses a body that is not the one the client has summed up, and in strict mode one that nobody has.

    Every library that was read sends the one or the other; a call made by hand is let off in open mode.
    """
    sent = call.text("ContentMD5Value") or call.headers.get("content-md5", "")
    ours = checksum(call.body)
    if not sent and call.strict:
        message = "The Content-MD5 HTTP header is missing, and so is the parameter ContentMD5Value"
        raise job_error("ContentMD5Missing", f"{message}; for this feed it is {ours}")
    if sent and sent != ours:
        message = f"The Content-MD5 HTTP header you passed for your feed ({sent[:100]}) did not match the Content-MD5 "
        raise job_error("ContentMD5DoesNotMatch", f"{message}we calculated for your feed ({ours})")


def _check_ids(world: World, ids: Iterable[str]) -> None:
    if any(each not in world.state.feeds.all for each in ids):
        message = "One or more of the provided FeedSubmissionIds could not be found."
        raise job_error("InvalidFeedSubmissionId", message)


def _read_filter(world: World, call: ActionCall) -> JobFilter:
    """The filter of a call. Raises MwsError."""
    return read_filter(
        world,
        call,
        "Submitted",
        RETENTION,
        ids=call.values_of("FeedSubmissionIdList.Id.N"),
        types=tuple(_type(each) for each in call.values_of("FeedTypeList.Type.N")),
        statuses=call.values_of("FeedProcessingStatusList.Status.N"),
    )


# Elements, in the sequence in which the platform wrote them


def _submission(feed: Feed) -> Node:
    return tree(
        "FeedSubmissionInfo",
        leaf("FeedSubmissionId", feed.feed_id),
        leaf("FeedType", f"_{feed.kind.name}_"),
        leaf("SubmittedDate", second(feed.created_at)),
        leaf("FeedProcessingStatus", STATUSES[feed.status]),
    )


def _info(feed: Feed) -> Node:
    return tree(
        "FeedSubmissionInfo",
        leaf("FeedProcessingStatus", STATUSES[feed.status]),
        leaf("FeedType", f"_{feed.kind.name}_"),
        leaf("FeedSubmissionId", feed.feed_id),
        leaf("StartedProcessingDate", second(feed.started_at)),
        leaf("SubmittedDate", second(feed.created_at)),
        leaf("CompletedProcessingDate", second(feed.ended_at)),
    )
