"""What feeds have done, as steps: a scenario has no files, but the actions that their messages came to.

A refund by feed is paid at once, one of a step after its usual wait; in nothing else do they differ.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.commands.feeds import CreateFeed
from marketplace_sandbox.core.feeds.worker import HOLD, FeedMessageError, resolve_items
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.orders.actions import Action, write_action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.world.world import AnyWorld

Json = dict[str, Any]
Step = tuple[datetime, Json]


@dataclass(frozen=True, slots=True)
class FeedSteps:
    """Steps of the instants at which feeds ended, and refunds that had waited for a confirmation and come after it."""

    at_end: list[Step] = field(default_factory=list)
    late: list[Step] = field(default_factory=list)


def find_feed_steps(world: AnyWorld, entries: Sequence[Entry]) -> FeedSteps:
    """Each message of a feed that was accepted, as a step of the instant at which it was."""
    created = [entry for entry in entries if entry.kind == "feed-created"]
    feeds = list(zip(world.state.feeds.all.values(), created, strict=True))
    late_refunds = _find_late_refunds(world, {feed.ended_at for feed, _ in feeds})
    steps = FeedSteps()
    for feed, entry in sorted(feeds, key=lambda pair: pair[0].ended_at or world.now()):
        if feed.status != "DONE" or not feed.ended_at:
            continue
        codes = {each.index: each.code for each in feed.results}
        for index, message in enumerate(CreateFeed.read(entry.body).messages):
            code = codes.get(index, "")
            order_id = message.order_id or _find_order_id(world, message.seller_order_id, feed.ended_at)
            if message.action is None:
                continue
            if not code and order_id:
                steps.at_end.append((feed.ended_at, _build_step(world, order_id, message.action, feed.ended_at)))
            elif code == HOLD and late_refunds[order_id]:
                at = late_refunds[order_id].popleft()
                steps.late.append((at, _build_step(world, order_id, message.action, feed.ended_at)))
    return steps


def _find_late_refunds(world: AnyWorld, ends: set[datetime | None]) -> dict[str, deque[datetime]]:
    """When refunds were made that had waited for a confirmation, by order; `ends` are those of the feeds."""
    instants: dict[str, deque[datetime]] = defaultdict(deque)
    for each in world.state.order_events:
        by_feed = (each.action, each.origin) == ("seller-refund", "feed")
        if by_feed and each.at not in ends and OUTCOMES[each.outcome].accepted:
            instants[each.order_id].append(each.at)
    return instants


def _build_step(world: AnyWorld, order_id: str, action: Action, at: datetime) -> Json:
    """The action of a message, its items named as they were then: other ids of the seller's may be linked since."""
    for order in _versions(world, order_id, at):
        with suppress(FeedMessageError):
            action = resolve_items(action, order)
            break
    arguments = write_action(action)
    return {action.name: order_id, "with": arguments} if arguments else {action.name: order_id}


def _find_order_id(world: AnyWorld, seller_order_id: str, at: datetime) -> str:
    """The order that bore an id of the seller's at an instant."""
    orders = (next(_versions(world, order_id, at), None) for order_id in world.orders)
    return next((each.order_id for each in orders if each and each.seller_order_id == seller_order_id), "")


def _versions(world: AnyWorld, order_id: str, at: datetime) -> Iterator[Order]:
    """An order as it was at the end of an instant, and as it was before."""
    return (each.order for each in world.state.versions_of(order_id) if each.at <= at)
