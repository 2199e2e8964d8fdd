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
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore

V0_ORDER, V0_ITEMS, LATEST_ORDER = "getOrder 200.payload", "getOrderItems 200.payload", "getOrder 200.order"
NOTIFICATION = "ORDER_CHANGE.Payload.OrderChangeNotification"


@dataclass(frozen=True, slots=True)
class Answers:
    """The places of the fields that were sent: of calls by document and call, and of ORDER_CHANGE."""

    of_calls: dict[str, dict[str, set[str]]]
    of_notifications: set[str]


@lru_cache
def play_answers() -> Answers:
    """The fields that the project's scenarios show."""
    played = answers_by_scenario().values()
    calls = next(iter(played)).of_calls
    return Answers(
        {
            document: {name: _join(each.of_calls[document][name] for each in played) for name in names}
            for document, names in calls.items()
        },
        _join(each.of_notifications for each in played),
    )


@lru_cache
def answers_by_scenario() -> dict[str, Answers]:
    """The fields that each of the project's scenarios shows, by its name."""
    names = library.scenario_names(fixtures_dir())
    return {
        name: _answers(play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world) for name in names
    }


def _answers(world: World) -> Answers:
    orders, items, latest = set[str](), set[str](), set[str]()
    for order in world.orders.values():
        projections = project(world, order)
        orders |= {V0_ORDER} | list_fields(projections[Dialect.V0].order, V0_ORDER)
        page = {"OrderItems": list(projections[Dialect.V0].items.values()), "AmazonOrderId": order.order_id}
        items |= {V0_ITEMS} | list_fields(page, V0_ITEMS)
        latest |= {LATEST_ORDER} | list_fields(projections[Dialect.LATEST].order, LATEST_ORDER)
    return Answers(
        {"orders-v0": {"getOrder": orders, "getOrderItems": items}, "orders-2026-01-01": {"getOrder": latest}},
        _list_notified_fields(world),
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
