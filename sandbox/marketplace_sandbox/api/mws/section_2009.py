"""What the sections Feeds and Reports, both of 2009-01-01, have in common: refusals, and lists with their pages."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from marketplace_sandbox.api.formats.feeds.documents import report_of
from marketplace_sandbox.api.mws.dispatch import Call, RawFile
from marketplace_sandbox.api.shared.jobs import wrong_window
from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, MwsError, invalid
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.instants import EARLIEST, format_instant, parse_instant
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.world import World

PAGE = 10
"""As many entries has a page where MaxCount is not sent."""

Filters = dict[str, Any]
"""The filters of a list as sent. In a page token they stand with `after`, the last entry that was shown."""

GoingWrong = Callable[[World, str, str], AbstractContextManager[Mapping[str, str]]]
"""How a "feed" or "report" of a type is to end that is begun in the block."""

Write = Callable[[World, Feed], RawFile]
"""From a feed that has ended to its processing report."""

Listed = TypeVar("Listed")


def refused(code: str, message: str, status: int = 400, detail: str | None = None) -> MwsError:
    """A refusal by a code of these sections alone."""
    return MwsError(status, code, message, namespace=NAMESPACE_2009, detail=detail)


@contextmanager
def refusals(wire: Mapping[str, str], types: Mapping[str, str]) -> Iterator[None]:
    """Has what the world refuses leave in the words of this dialect; `wire` names the fields as they are sent, `types`
    has MWS's name of each type.
    """
    try:
        yield
    except FieldError as bad:
        told = str(bad.renamed(wire))
        raise invalid(re.sub("[A-Z0-9_]+", lambda word: types.get(word[0], word[0]), told)) from None
    except OvertakenError as gone:
        raise invalid(str(gone)) from None


def window(world: World, call: Call, dated: str, kept: timedelta) -> Filters:
    """The bounds and the size that a call asks for, `dated` being how its two dates begin. Raises MwsError.

    Where nothing is said a list goes back as far as entries are `kept`.
    """
    first, last = f"{dated}FromDate", f"{dated}ToDate"
    since = call.at(first) or max(world.now() - kept, EARLIEST)
    until = call.at(last) or world.now()
    if wrong := wrong_window((first, since), (last, until), list(call.parameters), world.now()):
        raise invalid(wrong[0])
    return {"since": format_instant(since), "until": format_instant(until), "size": call.number("MaxCount") or PAGE}


def within(filters: Mapping[str, Any], at: datetime) -> bool:
    """Whether an instant is within the bounds, both included."""
    return parse_instant(filters["since"]) <= at <= parse_instant(filters["until"])


def among(wanted: Sequence[str], value: str) -> bool:
    """Whether a value is wanted; where nothing is named everything is."""
    return not wanted or value in wanted


def page(
    world: World,
    tokens: PageTokens,
    kind: str,
    filters: Filters,
    found: Sequence[Listed],
    name: Callable[[Listed], str],
) -> tuple[Sequence[Listed], str | None]:
    """The first of what was found, and the token of the next page if there is one; `name` is an entry's id."""
    showing = found[: filters["size"]]
    if len(found) == len(showing):
        return showing, None
    return showing, tokens.seal(kind, world, {**filters, "after": name(showing[-1])})


def opened(world: World, call: Call, tokens: PageTokens, kind: str) -> Filters:
    """The filters that the NextToken of a call brings. Raises MwsError."""
    token = call.text("NextToken") or ""
    try:
        return tokens.open(kind, world, token)
    except PageTokenError:
        hint = " A + in it has to be sent as %2B." if " " in token else ""
        raise refused("NextTokenCorrupted", f"We could not decode your NextToken.{hint}") from None


def processing_report(world: World, feed: Feed) -> RawFile:
    """What came of a feed, as MWS hands it out: tables in the older encodings, no space in the content type."""
    file = report_of(feed, world.seller_id, legacy=True)
    return RawFile(file.content, file.media_type.replace("; ", ";"))
