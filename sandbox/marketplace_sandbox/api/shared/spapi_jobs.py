"""What Feeds and Reports, both of 2021-06-30, have in common: the queries of their lists, what they refuse, and how.

Knows neither. The two do not know each other, so it stands here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from marketplace_sandbox.api.admission.access import RATE_LIMIT, invalid, unauthorized
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.shared.job_lists import PAGE_SIZE, JobFilter, JobList, list_bounds
from marketplace_sandbox.api.shared.pagination import BoundError, Page, PageTokenError, PageTokens, plus_hint
from marketplace_sandbox.core.feeds.feeds import DocumentUsedError, FeedNotInQueueError
from marketplace_sandbox.core.jobs import UnknownJobError
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.reports.reports import ReportNotInQueueError
from marketplace_sandbox.core.text.instants import EARLIEST, parse_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, choice
from marketplace_sandbox.core.world.world import World

BESIDE_TOKEN = ("createdUntil", "createdSince", "pageSize", "marketplaceIds", "processingStatuses")
"""Parameters that do not go with nextToken, as the platform lists them; the one that names types is the last."""


NOT_FOUND = "One or more of the provided {ids} could not be found."
UNKNOWN_IDS: Mapping[str, str] = {"feed": "FeedSubmissionIds", "report": "ReportRequestIds"}
"""What the platform, in the words of MWS, calls the ids of feeds and reports it does not find."""


class ListedJob(Protocol):
    """A feed or a report, as far as lists look at it."""

    @property
    def job_id(self) -> str: ...

    @property
    def type_name(self) -> str: ...

    @property
    def marketplace_ids(self) -> tuple[str, ...]: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def status(self) -> str: ...


AnyJob = TypeVar("AnyJob", bound=ListedJob)


@dataclass(frozen=True, slots=True)
class JobQuery(Generic[AnyJob]):
    """The query of one list: `parameter` names types, which are those `known`, each `of` a kind such as "feed type".

    `listed` is how far back the list goes.
    """

    jobs: JobList[AnyJob]
    parameter: str
    known: Collection[str]
    of: str
    listed: timedelta

    def page(self, tokens: PageTokens, world: World, query: Mapping[str, Any]) -> Page[AnyJob]:
        """The page that a query is for. Raises ApiError."""
        if "nextToken" in query:
            return self.jobs.page(tokens, world, self._following(tokens, world, query))
        return self.jobs.page(tokens, world, self._first(world, query))

    def _first(self, world: World, query: Mapping[str, Any]) -> JobFilter:
        types = query.get(self.parameter, [])
        if not types:
            raise invalid(f"Either {self.parameter} or nextToken is required.", self.parameter)
        check_types(types, self.known, self.of, self.parameter)
        check_marketplaces(query.get("marketplaceIds", []), world)
        bounds = [
            (name, read_instant(name, query[name]) if name in query else None)
            for name in ("createdSince", "createdUntil")
        ]
        try:
            since, until = list_bounds(world, self.listed, *bounds)
        except BoundError as bad:
            raise invalid(str(bad), bad.field) from None
        return JobFilter(
            since=max(since, world.now() - self.listed, EARLIEST),
            until=until,
            size=query.get("pageSize", PAGE_SIZE),
            types=tuple(types),
            statuses=tuple(query.get("processingStatuses", ())),
            marketplace_ids=tuple(query.get("marketplaceIds", ())),
        )

    def _following(self, tokens: PageTokens, world: World, query: Mapping[str, Any]) -> JobFilter:
        if beside := [name for name in (*BESIDE_TOKEN, self.parameter) if name in query]:
            named = "".join(f"{name};" for name in beside)
            raise invalid("NextToken cannot be specified with other input parameters", named)
        token = query["nextToken"]
        try:
            return self.jobs.filter_of(tokens, world, token)
        except PageTokenError as bad:
            message = "We could not decode your nextToken; it is that of the page before, unchanged."
            raise invalid(message, f"nextToken: {bad}.{plus_hint(token)}") from None


def job_list(name: str, entries: Callable[[World, str | None], Sequence[AnyJob]]) -> JobList[AnyJob]:
    """A list that is filtered as both are."""

    def admits(job_filter: JobFilter, job: AnyJob) -> bool:
        more = {"status": job.status, "marketplace_ids": job.marketplace_ids}
        return job_filter.admits(job.job_id, job.created_at, job.type_name, **more)

    return JobList(name, entries, admits, lambda job: job.job_id)


@contextmanager
def translate_refusals(wire_names: Mapping[str, str]) -> Iterator[None]:
    """Has what the world refuses leave in the platform's shape; `wire_names` are those of our fields."""
    try:
        yield
    except FieldError as wrong:
        renamed = wrong.with_names(wire_names)
        raise invalid(str(renamed), renamed.field_path) from None
    except FeedNotInQueueError as late:
        raise invalid(str(late), "feedId") from None
    except ReportNotInQueueError as late:
        raise invalid(str(late), "reportId") from None
    except DocumentUsedError as used:
        raise invalid(str(used), "inputFeedDocumentId") from None
    except UnknownJobError as unknown:
        if (ids := UNKNOWN_IDS.get(unknown.noun)) is not None:
            raise ApiError(404, "NotFound", NOT_FOUND.format(ids=ids), None, RATE_LIMIT) from None
        raise ApiError(404, "NotFound", str(unknown), headers=RATE_LIMIT) from None
    except OvertakenError as unknown:
        raise ApiError(404, "NotFound", str(unknown), headers=RATE_LIMIT) from None


def check_types(names: Sequence[str], known: Collection[str], of: str, parameter: str) -> None:
    """Refuses types there are none of. Raises ApiError."""
    for each in names:
        try:
            choice(known, of)(each, parameter)
        except FieldError as wrong:
            raise invalid(str(wrong), parameter) from None


def check_marketplaces(marketplace_ids: Sequence[str], world: World) -> None:
    """Refuses unknown marketplaces, and those of another region than the seller's, as that region's host would."""
    home = MARKETPLACES[world.marketplace_ids[0]].region
    for each in marketplace_ids:
        if each not in MARKETPLACES:
            raise invalid(f"There is no marketplace {quote(each)}{marketplace_suggestion(each)}", "marketplaceIds")
        if MARKETPLACES[each].region != home:
            raise unauthorized(f"Marketplace {each} is in region {MARKETPLACES[each].region}; the seller is in {home}.")


def read_instant(name: str, text: str) -> datetime:
    """An instant of a request. Raises ApiError naming the field."""
    try:
        return parse_instant(text, naive_is_utc=True)
    except ValueError:
        hint = " A + has to be sent as %2B." if " " in text else ""
        message = f"{name} is an ISO 8601 instant such as 2026-03-02T16:00:00Z; {quote(text)} is not.{hint}"
        raise invalid(message, f"Invalid date-time field(s) [{name}].") from None
