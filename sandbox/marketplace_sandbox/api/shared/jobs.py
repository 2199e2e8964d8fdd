"""What feeds and reports have in common as the SP-API shows them: lists with their pages, marketplaces and dates.

Knows neither: what is listed, and how it is named, is handed in.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from marketplace_sandbox.api.admission.access import denied, invalid
from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens
from marketplace_sandbox.core.instants import EARLIEST, format_instant, parse_instant
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.quoting import quote
from marketplace_sandbox.core.world import World

PAGE = 10
BESIDE = ("processingStatuses", "marketplaceIds", "pageSize", "createdSince", "createdUntil")


class Kind(Protocol):
    """A type of work by its name."""

    @property
    def name(self) -> str: ...


class Job(Protocol):
    """A feed or a report."""

    @property
    def kind(self) -> Kind: ...

    @property
    def marketplace_ids(self) -> tuple[str, ...]: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def status(self) -> str: ...


Listed = TypeVar("Listed", bound=Job)


@dataclass(frozen=True, slots=True)
class Page(Generic[Listed]):
    """Some of the list, and the token of the next page if there is one."""

    listed: list[Listed]
    token: str | None


@dataclass(frozen=True, slots=True)
class JobList(Generic[Listed]):
    """One kind of list. `name` keeps its tokens apart, `types` is the parameter that names types.

    `check_types` refuses types there are none of; `latest_first` answers what comes after an id, `id_of` that id;
    `kept` is how far back a list goes.
    """

    name: str
    types: str
    check_types: Callable[[Sequence[str]], None]
    latest_first: Callable[[World, str | None], Iterable[Listed]]
    id_of: Callable[[Listed], str]
    kept: timedelta

    def page(self, tokens: PageTokens, world: World, query: Mapping[str, Any]) -> Page[Listed]:
        """The page a query asks for; a token brings the filter and comes alone. Raises ApiError."""
        asked = self._first(world, query) if "nextToken" not in query else self._next(tokens, world, query)
        found = [each for each in self.latest_first(world, asked.get("after")) if _matches(each, asked)]
        shown = found[: asked["size"]]
        token = None
        if len(found) > len(shown):
            token = tokens.seal(self.name, world, {**asked, "after": self.id_of(shown[-1])})
        return Page(shown, token)

    def _first(self, world: World, query: Mapping[str, Any]) -> dict[str, Any]:
        types = query.get(self.types, [])
        if not types:
            raise invalid(f"Either {self.types} or nextToken is required.", self.types)
        self.check_types(types)
        check_marketplaces(query.get("marketplaceIds", []), world)
        oldest = max(world.now() - self.kept, EARLIEST)
        since, until = _bound(query, "createdSince", oldest), _bound(query, "createdUntil", world.now())
        given = [name for name in ("createdSince", "createdUntil") if name in query]
        if wrong := wrong_window(("createdSince", since), ("createdUntil", until), given, world.now()):
            raise invalid(*wrong)
        return {
            "types": types,
            "statuses": query.get("processingStatuses", []),
            "places": query.get("marketplaceIds", []),
            "size": query.get("pageSize", PAGE),
            "since": format_instant(max(since, oldest)),
            "until": format_instant(until),
        }

    def _next(self, tokens: PageTokens, world: World, query: Mapping[str, Any]) -> dict[str, Any]:
        beside = [name for name in (self.types, *BESIDE) if name in query]
        if beside:
            raise invalid(f"nextToken must be the only parameter; {', '.join(beside)} came with it.", "nextToken")
        try:
            return tokens.open(self.name, world, query["nextToken"])
        except PageTokenError as bad:
            hint = " A + in it has to be sent as %2B." if " " in query["nextToken"] else ""
            message = "We could not decode your nextToken; it is that of the page before, unchanged."
            raise invalid(message, f"nextToken: {bad}.{hint}") from None


def wrong_window(
    first: tuple[str, datetime], last: tuple[str, datetime], given: Sequence[str], now: datetime
) -> tuple[str, str] | None:
    """What is wrong with a list's two bounds, and the name of the one that is; `given` are those that were sent.

    An upper bound may lie ahead: clients send their own now, which is not quite the world's.
    """
    (since, begins), (until, ends) = first, last
    if begins > now:
        return f"{since} lies in the future; the world's now is {format_instant(now)}.", since
    if ends >= begins:
        return None
    if since in given:
        return f"{until} must not be earlier than {since}.", until
    start = f"{format_instant(begins)}, where the list begins without {since}"
    return f"{until} lies before {start}; the world's now is {format_instant(now)}.", until


def _bound(query: Mapping[str, Any], name: str, default: datetime) -> datetime:
    return read_instant(name, query[name]) if name in query else default


def _matches(work: Job, asked: Mapping[str, Any]) -> bool:
    inside = parse_instant(asked["since"]) <= work.created_at <= parse_instant(asked["until"])
    return (
        inside
        and work.kind.name in asked["types"]
        and (not asked["places"] or bool(set(asked["places"]) & set(work.marketplace_ids)))
        and (not asked["statuses"] or work.status in asked["statuses"])
    )


def check_marketplaces(marketplace_ids: Sequence[str], world: World) -> None:
    """Refuses unknown marketplaces, and those of another region than the seller's, as that region's host would."""
    home = MARKETPLACES[world.marketplace_ids[0]].region
    for each in marketplace_ids:
        if each not in MARKETPLACES:
            raise invalid(f"There is no marketplace {quote(each)}{marketplace_suggestion(each)}", "marketplaceIds")
        if MARKETPLACES[each].region != home:
            raise denied(f"Marketplace {each} is in region {MARKETPLACES[each].region}; the seller is in {home}.")


def read_instant(name: str, text: str) -> datetime:
    """An instant of a request. Raises ApiError naming the field."""
    try:
        return parse_instant(text, naive_is_utc=True)
    except ValueError:
        hint = " A + has to be sent as %2B." if " " in text else ""
        message = f"{name} is an ISO 8601 instant such as 2026-03-02T16:00:00Z; {quote(text)} is not.{hint}"
        raise invalid(message, f"Invalid date-time field(s) [{name}].") from None
