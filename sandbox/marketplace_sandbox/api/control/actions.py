"""Somebody does something to an order, and what came of it. Which actions there are, and when, is the core's matter."""

from collections.abc import Callable
from typing import Any

from marketplace_sandbox.api.control import bodies, orders
from marketplace_sandbox.core.projections import Json, lints_json, mail_json, notice_json
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.world import World


def take(world: World, order_id: str, action: str, body: Any, wait: Callable[[], None]) -> Json:
    """The receipt of an action, given once what it caused is delivered. The order is as the action left it."""
    receipt = world.act(order_id, action, bodies.mapping(body))
    shown = _receipt(world, receipt)
    wait()
    return shown


def _receipt(world: World, receipt: Receipt) -> Json:
    return {
        "outcome": receipt.outcome.name if receipt.outcome else "",
        "order": orders.view(world, receipt.orders[-1]),
        "notifications": [notice_json(each) for each in receipt.notices],
        "mail": [mail_json(each) for each in receipt.mail],
        "lint": lints_json(receipt.lints),
    }
