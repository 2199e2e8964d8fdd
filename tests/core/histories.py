"""Random histories to look back on: a seller's busy days, and what the world showed on the way.

What is shown is taken down from the world itself as it lived, so it knows nothing of how the past is found again.
"""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.orders import PlaceOrders, WriteToBuyer
from marketplace_sandbox.core.commands.reports import CreateReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.views.projections import (
    Json,
    delivery_json,
    mail_json,
    message_json,
    notice_json,
    order_json,
    rate_json,
)
from marketplace_sandbox.core.world.world import World
from tests.core.actors import ACTS, FORMS, ITEMS_OF_ONE_SKU, PARTIAL_ACTS, answer
from tests.core.simulation import LEAPS, act_at_random
from tests.core.worlds import STANDARD, a_world

SETTINGS: tuple[dict[str, Any], ...] = (
    {"hold_period": "PT5M"},
    {"hold_period": None},
    {"buyer_withdrawal": False},
    {"auto_cancel_after": "P3D"},
    {"rate_window_days": 2},
)


@dataclass(frozen=True)
class Seen:
    """What a world showed at a version, standing at an instant: every list whole."""

    version: int
    at: datetime
    lists: dict[str, Any]


def see(world: World | PastWorld) -> Seen:
    """All that a world shows now."""
    now, policy, state = world.now(), world.policy, world.state
    lists = {
        "orders": {each.order_id: order_json(each, now, policy) for each in world.orders.values()},
        "notifications": [notice_json(each) for each in state.notices],
        "mail": [mail_json(each) for each in state.mail],
        "messages": [message_json(each) for each in state.messages],
        "deliveries": [delivery_json(each) for each in state.deliveries.values()],
        "cancellation_rate": rate_json(cancellation_rate(list(world.orders.values()), now, policy)),
    }
    return Seen(world.version, now, deepcopy(lists))


def live(seed: int, turns: int) -> Iterator[World]:
    """The same world after each turn of a random history."""
    chance = random.Random(seed)
    world = a_world(buyer_withdrawal=True, partial_cancellation=bool(seed % 3), auto_cancel_warnings=bool(seed % 2))
    yield world
    for _ in range(turns):
        take_turn(world, chance)
        yield world


def take_turn(world: World, chance: random.Random) -> None:
    """Time passes, or somebody does something; what is refused is passed over."""
    pick = chance.random()
    try:
        if pick < 0.3:
            world.advance(timedelta(seconds=chance.choice(LEAPS)), lambda: answer(world))
        elif pick < 0.5 or not world.orders:
            form = chance.choice((*FORMS, ITEMS_OF_ONE_SKU, {"count": 3}))
            world.execute(PlaceOrders({**STANDARD, **form}))
        elif pick < 0.55:
            world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
        elif pick < 0.6:
            world.execute(ConfigurePolicy(chance.choice(SETTINGS)))
        elif pick < 0.65:
            report = {"report_type": "GET_FLAT_FILE_PENDING_ORDERS_DATA", "marketplace_ids": ["A1VC38T7YXB528"]}
            world.execute(CreateReport.read(report))
        elif pick < 0.7:
            order_id = chance.choice(list(world.orders))
            world.execute(WriteToBuyer(order_id=order_id, template="confirmOrderDetails", text="Is it the blue one?"))
        else:
            act_at_random(world, chance, (*ACTS, *PARTIAL_ACTS))
    except RefusalError:
        return


def compare(before: Seen, after: Seen) -> Json:
    """What the difference of two has to say, by comparing all that they showed, list by list."""

    def moment(seen: Seen) -> Json:
        return {"version": seen.version, "at": seen.at.isoformat(timespec="seconds").replace("+00:00", "Z")}

    then, now = before.lists["orders"], after.lists["orders"]
    changes: list[Json] = []
    for order_id in [*then, *(each for each in now if each not in then)]:
        if order_id not in now:
            changes.append({"order_id": order_id, "change": "removed", "fields": {}})
        elif order_id not in then:
            changes.append({"order_id": order_id, "change": "added", "fields": {}})
        else:
            names = [name for name in then[order_id] if then[order_id][name] != now[order_id][name]]
            fields = {name: [then[order_id][name], now[order_id][name]] for name in names}
            if fields:
                changes.append({"order_id": order_id, "change": "changed", "fields": fields})

    def added(name: str) -> list[Json]:
        ids = {each["id"] for each in before.lists[name]}
        return [each for each in after.lists[name] if each["id"] not in ids]

    return {
        "from": moment(before),
        "to": moment(after),
        "orders": changes,
        **{name: added(name) for name in ("notifications", "mail", "messages", "deliveries")},
        "cancellation_rate": [before.lists["cancellation_rate"], after.lists["cancellation_rate"]],
    }
