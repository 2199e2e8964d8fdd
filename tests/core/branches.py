"""Pictures of worlds that are branched: the whole of one, the ids in it, and whether two differ in their ids alone."""

import json
import re
from typing import Any

from marketplace_sandbox.core.world.world import World
from tests.kept_stores import picture_of

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
IDS = re.compile(
    rf"{UUID}|902-\d{{7}}-\d{{7}}(?:-R\d+(?:-[0-9a-f]{{8}})?)?|\b7\d{{13}}\b|\b[5-9]\d{{10}}\b|\b[0-9a-f]{{14}}(?=@)"
)
"""Those of orders, refunds, items, feeds and reports, relay addresses, and all others."""


def whole(world: World) -> dict[str, Any]:
    """All that can be seen of a world, and what is to come."""
    state = world.state
    following = world.next_timer()
    orders = {each.order_id: repr(each) for each in world.orders.values()}
    return {
        **picture_of(world),
        "seller_id": world.seller_id,
        "now": world.now().isoformat(),
        "rate": world.clock.rate,
        "order values": orders,
        "subscribers": [repr(each) for each in state.subscribers.values()],
        "destinations": [repr(each) for each in state.destinations.values()],
        "documents": [repr(each) for each in state.feeds.documents.values()],
        "report values": [repr(each) for each in state.reports.all.values()],
        "feed values": [repr(each) for each in state.feeds.all.values()],
        "schedules": [repr(each) for each in state.reports.schedules.values()],
        "outgoing": list(state.outgoing),
        "next": [following[0].isoformat(), repr(following[1])] if following else None,
    }


def ids_of(world: World) -> set[str]:
    """Every id that can be seen of a world, but for those of the seller."""
    return set(IDS.findall(re.sub(world.seller_id, "", json.dumps(whole(world)), flags=re.IGNORECASE)))


def same_but_for_ids(one: World, other: World) -> bool:
    """Whether two worlds are the same once their ids are numbered as they appear, and their sellers have one name."""
    sellers = re.compile(f"{one.seller_id}|{other.seller_id}", re.IGNORECASE)
    first, second = (_numbered(sellers.sub("SELLER", json.dumps(whole(each)))) for each in (one, other))
    assert first == second
    return True


def _numbered(text: str) -> str:
    numbers: dict[str, str] = {}
    return IDS.sub(lambda found: numbers.setdefault(found[0], f"#{len(numbers)}"), text)
