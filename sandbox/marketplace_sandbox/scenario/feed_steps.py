"""What feeds have done, told again as steps: a scenario has no files, but the actions their messages came to.

A refund by feed is paid at once, one of a step after its usual wait; that is all that is told differently.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.feeds.values import FeedMessage, read_message
from marketplace_sandbox.core.feeds.work import HELD, FeedMessageError, resolved
from marketplace_sandbox.core.journal import Entry
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.world import World

Json = dict[str, Any]
Step = tuple[datetime, Json]


@dataclass(frozen=True, slots=True)
class Fed:
    """Steps of the instants at which feeds ended, and refunds that had waited for a confirmation and come after it."""

    at_once: list[Step] = field(default_factory=list)
    late: list[Step] = field(default_factory=list)


def fed(world: World, entries: Sequence[Entry]) -> Fed:
    """Each message that was accepted, as a step of the instant at which it was."""
    sent = [entry for entry in entries if entry.kind == "feed-created"]
    pairs = list(zip(world.state.feeds.all.values(), sent, strict=True))
    made_late = _made_late(world, {feed.ended_at for feed, _ in pairs})
    told = Fed()
    for feed, entry in sorted(pairs, key=lambda pair: pair[0].ended_at or world.now()):
        if feed.status == "DONE" and feed.ended_at:
            codes = {each.place: each.code for each in feed.results}
            for place, message in enumerate(map(read_message, entry.body.get("messages") or ())):
                _tell(told, world, message, codes.get(place, ""), feed.ended_at, made_late)
    return told


def _tell(
    told: Fed,
    world: World,
    message: FeedMessage,
    code: str,
    at: datetime,
    made_late: Mapping[str, deque[datetime]],
) -> None:
    order_id = message.order_id or _named(world, message.seller_order_id, at)
    if not code and order_id:
        told.at_once.append((at, _step(world, message, order_id, at)))
    elif code == HELD and made_late[order_id]:
        told.late.append((made_late[order_id].popleft(), _step(world, message, order_id, at)))


def _step(world: World, message: FeedMessage, order_id: str, at: datetime) -> Json:
    said = _resolved(message, _latest_first(world, order_id, at))
    return {message.action: order_id, "with": said} if said else {message.action: order_id}


def _resolved(message: FeedMessage, versions: Iterable[Order]) -> Json:
    """Its arguments by the seller's ids of items as they were then; another may be linked since."""
    for order in versions:
        try:
            return resolved(message.arguments, order)
        except FeedMessageError:
            continue
    return dict(message.arguments)


def _named(world: World, seller_order_id: str, at: datetime) -> str:
    """The order that bore an id of the seller's at an instant."""
    then = (next(_latest_first(world, each, at), None) for each in world.orders)
    return next((each.order_id for each in then if each and each.seller_order_id == seller_order_id), "")


def _latest_first(world: World, order_id: str, at: datetime) -> Iterator[Order]:
    """An order as it was at the end of an instant, and as it was before."""
    return (each.order for each in reversed(world.state.history.get(order_id, [])) if each.at <= at)


def _made_late(world: World, ends: set[datetime | None]) -> Mapping[str, deque[datetime]]:
    """When refunds that had waited for a confirmation were made, by order."""
    made: dict[str, deque[datetime]] = defaultdict(deque)
    for each in world.state.order_events:
        by_feed = (each.action, each.origin) == ("seller-refund", "feed")
        if by_feed and each.at not in ends and OUTCOMES[each.outcome].accepted:
            made[each.order_id].append(each.at)
    return made
