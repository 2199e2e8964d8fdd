"""The fields of our answers: what the scenarios that come with the project show of their orders, whole and at the end.

What is rendered is what the dialects render. A scenario that shows a field more makes a field more to be compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.field_mapping.projections import project, project_notice
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE
from marketplace_sandbox.core.sellers import Sellers
from marketplace_sandbox.core.world import World
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore

V0_ORDER, V0_ITEM = "getOrder 200.payload", "getOrderItems 200.payload.OrderItems[]"
LATEST_ORDER = "getOrder 200.order"
NOTIFICATION = "ORDER_CHANGE.Payload.OrderChangeNotification"


@dataclass(frozen=True, slots=True)
class Answers:
    """The places of the fields that were sent: of calls by document and call, and of ORDER_CHANGE."""

    of_calls: dict[str, dict[str, set[str]]]
    of_notifications: set[str]


@lru_cache
def play_answers() -> Answers:
    """The fields that the project's scenarios show."""
    orders, items, latest, notifications = set[str](), set[str](), set[str](), set[str]()
    for name in library.scenario_names(fixtures_dir()):
        world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
        for order in world.orders.values():
            projections = project(world, order)
            orders |= list_fields(projections[Dialect.V0].order, V0_ORDER)
            items |= list_fields(list(projections[Dialect.V0].items.values()), V0_ITEM.removesuffix("[]"))
            latest |= list_fields(projections[Dialect.LATEST].order, LATEST_ORDER)
        notifications |= _list_notified_fields(world)
    return Answers(
        {"orders-v0": {"getOrder": orders, "getOrderItems": items}, "orders-2026-01-01": {"getOrder": latest}},
        notifications,
    )


def list_fields(value: Any, place: str) -> set[str]:
    """The places of all fields in a JSON value."""
    if isinstance(value, dict):
        inner = [{f"{place}.{name}"} | list_fields(each, f"{place}.{name}") for name, each in value.items()]
        return _join(inner)
    if isinstance(value, list):
        return _join(list_fields(each, f"{place}[]") for each in value)
    return set()


def _join(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)


def _list_notified_fields(world: World) -> set[str]:
    about_orders = [each for each in world.state.notices if each.notification_type == ORDER_CHANGE]
    return _join(list_fields(project_notice(world, each).order, NOTIFICATION) for each in about_orders)
