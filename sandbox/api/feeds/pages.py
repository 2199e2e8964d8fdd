"""The list of feeds, latest first, and its pages. A token brings the filter and comes alone. Shows no feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.api.access import invalid
from sandbox.api.feeds.asked import check_marketplaces, check_types
from sandbox.api.listing import BadToken, Tokens
from sandbox.api.reports.asked import read_instant
from sandbox.core.feed_types import KEPT, Feed
from sandbox.core.instants import EARLIEST, format_instant, parse_instant
from sandbox.core.world import World

PAGE = 10
KIND = "feeds"
FILTERS = ("feedTypes", "processingStatuses", "marketplaceIds", "pageSize", "createdSince", "createdUntil")


@dataclass(frozen=True, slots=True)
class Page:
    """Some feeds, and the token of the next page if there is one."""

    feeds: list[Feed]
    token: str | None


def page(tokens: Tokens, world: World, query: Mapping[str, Any]) -> Page:
    """The page a query asks for. Raises ApiError."""
    asked = _first(world, query) if "nextToken" not in query else _next(tokens, world, query)
    found = [each for each in world.state.feeds.latest_first(asked.get("after")) if _matches(each, asked)]
    shown = found[: asked["size"]]
    token = None
    if len(found) > len(shown):
        token = tokens.seal(KIND, world, {**asked, "after": shown[-1].feed_id})
    return Page(shown, token)


def _first(world: World, query: Mapping[str, Any]) -> dict[str, Any]:
    types = query.get("feedTypes", [])
    if not types:
        raise invalid("Either feedTypes or nextToken is required.", "feedTypes")
    check_types(types)
    check_marketplaces(query.get("marketplaceIds", []), world)
    oldest = max(world.now() - KEPT, EARLIEST)
    since, until = _bound(query, "createdSince", oldest), _bound(query, "createdUntil", world.now())
    if until < since:
        raise invalid("createdUntil must not be earlier than createdSince.", "createdUntil")
    return {
        "types": types,
        "statuses": query.get("processingStatuses", []),
        "places": query.get("marketplaceIds", []),
        "size": query.get("pageSize", PAGE),
        "since": format_instant(max(since, oldest)),
        "until": format_instant(until),
    }


def _bound(query: Mapping[str, Any], name: str, default: datetime) -> datetime:
    return read_instant(name, query[name]) if name in query else default


def _next(tokens: Tokens, world: World, query: Mapping[str, Any]) -> dict[str, Any]:
    beside = [name for name in FILTERS if name in query]
    if beside:
        raise invalid(f"nextToken must be the only parameter; {', '.join(beside)} came with it.", "nextToken")
    try:
        return tokens.open(KIND, world, query["nextToken"])
    except BadToken as bad:
        hint = " A + in it has to be sent as %2B." if " " in query["nextToken"] else ""
        message = "We could not decode your nextToken; it is that of the page before, unchanged."
        raise invalid(message, f"nextToken: {bad}.{hint}") from None


def _matches(feed: Feed, asked: Mapping[str, Any]) -> bool:
    inside = parse_instant(asked["since"]) <= feed.created_at <= parse_instant(asked["until"])
    return (
        inside
        and feed.kind.name in asked["types"]
        and (not asked["places"] or bool(set(asked["places"]) & set(feed.marketplace_ids)))
        and (not asked["statuses"] or feed.status in asked["statuses"])
    )
