"""Lists of feeds and of reports, the same for both dialects: what a filter admits, and which entries a page has.

Knows no wire name: a dialect says what types and statuses are called in it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from marketplace_sandbox.api.shared.pagination import Bound, BoundError, Page, PageTokens, first_of
from marketplace_sandbox.core.text.instants import EARLIEST, format_instant, parse_instant
from marketplace_sandbox.core.world.world import World

Entry = TypeVar("Entry")

PAGE_SIZE = 10
"""As many entries has a page where nobody says."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which entries to list. Both bounds are inclusive; what is empty admits every entry.

    Where `ids` are named, nothing else counts. `after` is the last entry that was shown.
    """

    since: datetime
    until: datetime
    size: int = PAGE_SIZE
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    marketplace_ids: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    acknowledged: bool | None = None
    after: str | None = None

    def admits(self, entry_id: str, at: datetime, type_name: str, **more: Any) -> bool:
        """Whether an entry passes: its id, its instant, its type; as `more` what else the list can be filtered by.

        That is `status`, `marketplace_ids` and `acknowledged`.
        """
        if self.ids:
            return entry_id in self.ids
        return (
            self.since <= at <= self.until
            and (not self.types or type_name in self.types)
            and (not self.statuses or more["status"] in self.statuses)
            and (not self.marketplace_ids or not set(self.marketplace_ids).isdisjoint(more["marketplace_ids"]))
            and (self.acknowledged is None or self.acknowledged == more["acknowledged"])
        )

    def to_json(self) -> dict[str, Any]:
        """The filter as a page token carries it."""
        return {**asdict(self), "since": format_instant(self.since), "until": format_instant(self.until)}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> "JobFilter":
        """The filter that was written so."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
        }
        return cls(**{**values, "since": parse_instant(written["since"]), "until": parse_instant(written["until"])})


@dataclass(frozen=True, slots=True)
class JobList(Generic[Entry]):
    """One list. `name` keeps its tokens apart; `entries` answers what comes after an id, the latest first, everything
    without one; `admits` is how the list is filtered; `id_of` is an entry's id.
    """

    name: str
    entries: Callable[[World, str | None], Iterable[Entry]]
    admits: Callable[[JobFilter, Entry], bool]
    id_of: Callable[[Entry], str]

    def all(self, world: World, job_filter: JobFilter) -> list[Entry]:
        """Every entry that passes, the latest first, from the one after the last that was shown."""
        return [each for each in self.entries(world, job_filter.after) if self.admits(job_filter, each)]

    def page(self, tokens: PageTokens, world: World, job_filter: JobFilter) -> Page[Entry]:
        """The first of them. The token brings the filter, so it comes alone."""
        entries, more = first_of(self.all(world, job_filter), job_filter.size)
        if not more:
            return Page(entries, None)
        following = replace(job_filter, after=self.id_of(entries[-1]))
        return Page(entries, tokens.seal(self.name, world, following.to_json()))

    def filter_of(self, tokens: PageTokens, world: World, token: str) -> JobFilter:
        """The filter a token brings. Raises PageTokenError."""
        return JobFilter.from_json(tokens.open(self.name, world, token))


def list_bounds(world: World, listed: timedelta, since: Bound, until: Bound) -> tuple[datetime, datetime]:
    """The bounds of a list that goes back so far where nobody says, and to now. Raises BoundError.

    An upper bound may lie ahead: clients send their own now, which is not quite the world's.
    """
    now = world.now()
    (since_field, sent_since), (until_field, sent_until) = since, until
    begins, ends = sent_since or max(now - listed, EARLIEST), sent_until or now
    if begins > now:
        raise BoundError(since_field, f"{since_field} lies in the future; the world's now is {format_instant(now)}.")
    if ends < begins and sent_since:
        raise BoundError(until_field, f"{until_field} must not be earlier than {since_field}.")
    if ends < begins:
        start = f"{format_instant(begins)}, where the list begins without {since_field}"
        now_is = f"the world's now is {format_instant(now)}"
        raise BoundError(until_field, f"{until_field} lies before {start}; {now_is}.")
    return begins, ends
