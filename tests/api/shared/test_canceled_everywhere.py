"""A canceled order in every API, notification and report: quantities of nought and no money, whenever that was."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.api.field_mapping.compare import normalized_value
from marketplace_sandbox.api.field_mapping.facts import FACTS, STATUS_FACTS
from marketplace_sandbox.api.shared.status_table import Dialect, Part
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.core.world.world import World
from tests.api.field_mapping.agreement import TALKATIVE, project_everywhere, project_other_files
from tests.core.worlds import a_world, place

MONEY = (Part.TOTAL, Part.PRICES, Part.PAYMENT, Part.PAYMENT_DETAILS)
WAYS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "while pending": ({}, "buyer-cancel", {}),
    "after the release": ({"hold": False}, "buyer-cancel", {}),
}


def canceled(channel: str, form: dict[str, Any], action: str, arguments: dict[str, Any]) -> tuple[World, Order]:
    """An order that said nearly everything, and was canceled."""
    world = a_world()
    order = place(world, **{**TALKATIVE, **form, "channel": channel})
    world.advance(timedelta(minutes=5))
    world.act(order.order_id, action, arguments)
    assert world.order(order.order_id).status is Status.CANCELED
    return world, world.order(order.order_id)


@pytest.mark.parametrize("channel", ["MFN", "AFN"])
@pytest.mark.parametrize("way", WAYS)
def test_a_canceled_order_has_no_units_and_no_money_in_any_dialect_or_report(channel: str, way: str) -> None:
    """Sources V13 and V11: QuantityOrdered 0 and no prices; V14: neither OrderTotal nor PaymentMethodDetails."""
    world, order = canceled(channel, *WAYS[way])
    (notice,) = [each for each in world.state.notices if each.change == "OrderStatusChange"][-1:]
    places = [*project_everywhere(world, order, notice).items(), *project_other_files(world, order)]
    assert {dialect for dialect, _ in places} >= {*Dialect} - {Dialect.ORDER_REPORTS, Dialect.PENDING_ORDERS}
    for dialect, shown in places:
        for fact in (*FACTS, *STATUS_FACTS):
            path = fact.field_paths.get(dialect)
            for item_id in shown.items if fact.of_item else (None,):
                said = normalized_value(path, shown, item_id) if path else None
                if fact.part in (Part.QUANTITY, Part.UNITS):
                    assert said in (0, None), (dialect, fact.name)
                elif fact.part in MONEY:
                    assert said is None, (dialect, fact.name)


@pytest.mark.parametrize("way", WAYS)
def test_a_canceled_order_of_amazons_keeps_its_ship_dates_and_says_nothing_of_a_request(way: str) -> None:
    """Sources V16: AFN canceled orders keep ship dates; V15: BuyerRequestedCancel is absent on AFN."""
    world, order = canceled("AFN", *WAYS[way])
    shown = project_everywhere(world, order)
    for dialect, dates in {
        Dialect.MWS: shown[Dialect.MWS].order,
        Dialect.V0: shown[Dialect.V0].order,
    }.items():
        assert dates["EarliestShipDate"] == dates["LatestShipDate"] != "", dialect
        assert not any("BuyerRequestedCancel" in item for item in shown[dialect].items.values())
    window = shown[Dialect.LATEST].order["fulfillment"]["shipByWindow"]
    assert window["earliestDateTime"] == window["latestDateTime"]


def test_the_control_api_keeps_what_was_ordered() -> None:
    """Of the sandbox's own view: what the platform hides is what a test wants to see."""
    world, order = canceled("MFN", *WAYS["while pending"])
    view = order_json(order, world.now(), world.policy)
    assert [item["quantity"] for item in view["items"]] == [1, 2]
    assert [item["price"] for item in view["items"]] == ["20.00", "15.00"]
