"""What the sections Feeds and Reports, both of 2009-01-01, have in common: refusals, and lists with their pages."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from marketplace_sandbox.api.formats.feeds.feed_documents import processing_report_file
from marketplace_sandbox.api.mws.dispatch import ActionCall, RawFile
from marketplace_sandbox.api.shared.job_lists import PAGE_SIZE, JobFilter, JobList, list_bounds
from marketplace_sandbox.api.shared.pagination import BoundError, PageTokenError, PageTokens, plus_hint
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, MwsError, invalid
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World

MatchJobFault = Callable[[World, str, str], AbstractContextManager[Mapping[str, str]]]
"""How a "feed" or "report" of a type is to end that is begun in the block."""

WriteReport = Callable[[World, Feed], RawFile]
"""From a feed that has ended to its processing report."""


def job_error(code: str, message: str, status: int = 400, detail: str | None = None) -> MwsError:
    """A refusal by a code of these sections alone."""
    return MwsError(status, code, message, namespace=NAMESPACE_2009, detail=detail)


@contextmanager
def translate_refusals(wire_names: Mapping[str, str], type_words: Mapping[str, str]) -> Iterator[None]:
    """Has what the world refuses leave in the words of this dialect; `wire_names` are those of our fields,
    `type_words` MWS's name of each type.
    """
    try:
        yield
    except FieldError as wrong:
        message = str(wrong.with_names(wire_names))
        raise invalid(re.sub("[A-Z0-9_]+", lambda word: type_words.get(word[0], word[0]), message)) from None
    except OvertakenError as gone:
        raise invalid(str(gone)) from None


def read_filter(world: World, call: ActionCall, dated: str, listed: timedelta, **more: Any) -> JobFilter:
    """The filter of a call, `dated` being how its two dates begin, `more` what else it filters by. Raises MwsError.

    Where nothing is said a list goes back as far as `listed`.
    """
    since, until = f"{dated}FromDate", f"{dated}ToDate"
    try:
        begins, ends = list_bounds(world, listed, (since, call.at(since)), (until, call.at(until)))
    except BoundError as bad:
        raise invalid(str(bad)) from None
    return JobFilter(begins, ends, call.number("MaxCount") or PAGE_SIZE, **more)


def token_filter(jobs: JobList[Any], tokens: PageTokens, world: World, call: ActionCall) -> JobFilter:
    """The filter that the NextToken of a call brings. Raises MwsError."""
    token = call.text("NextToken") or ""
    try:
        return jobs.filter_of(tokens, world, token)
    except PageTokenError:
        message = f"We could not decode your NextToken.{plus_hint(token)}"
        raise job_error("NextTokenCorrupted", message) from None


def processing_report(world: World, feed: Feed) -> RawFile:
    """What came of a feed, as MWS hands it out: tables in the older encodings, no space in the content type."""
    file = processing_report_file(feed, world.seller_id, legacy=True)
    return RawFile(file.content, file.media_type.replace("; ", ";"))
