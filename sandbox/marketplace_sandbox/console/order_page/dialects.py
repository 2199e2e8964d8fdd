"""What every dialect says of an order, line by line, with the lines marked that its last change has made."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from lxml import etree

from marketplace_sandbox.api.field_mapping.facts import DIALECTS
from marketplace_sandbox.api.field_mapping.projections import EVERY_DATA_SET, EVERY_RIGHT
from marketplace_sandbox.api.mws.order_xml import item_element, order_element
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.api.shared.xml import Node
from marketplace_sandbox.api.spapi.notifications import order_change
from marketplace_sandbox.api.spapi.orders_2026 import renderer as latest
from marketplace_sandbox.api.spapi.orders_v0 import renderer as v0
from marketplace_sandbox.console.order_page.records import Records
from marketplace_sandbox.core.notifications.outbox import Delivery, Notice
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.world.world import World


@dataclass(frozen=True)
class Line:
    """A line of an answer, and whether the last change of the order has made it."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Told:
    """What one dialect says. `calls` are those that answer it; without lines it says nothing of the order yet."""

    key: str
    name: str
    calls: str
    lines: tuple[Line, ...]

    @property
    def changed(self) -> int:
        """How many lines the last change has made."""
        return sum(each.changed for each in self.lines)


CALLS = {
    Dialect.MWS: "GetOrder and ListOrderItems",
    Dialect.V0: "getOrder and getOrderItems",
    Dialect.LATEST: "getOrder with every includedData",
    Dialect.ORDER_CHANGE: "the latest notification",
}


def told_of(world: World, order: Order, records: Records) -> list[Told]:
    """What each dialect says of an order, with every right to data of persons."""
    writers: dict[Dialect, Callable[[Order, Policy], str]] = {
        Dialect.MWS: _write_mws,
        Dialect.V0: _write_v0,
        Dialect.LATEST: _write_latest,
    }
    found = {}
    for dialect, write in writers.items():
        before = write(records.before, world.policy) if records.before else None
        found[dialect] = _mark(write(order, world.policy), before)
    notices = [_write_notice(world, each) for each in records.notices[-2:]]
    found[Dialect.ORDER_CHANGE] = _mark(notices[-1], notices[0] if len(notices) > 1 else None) if notices else ()
    return [Told(each.value, DIALECTS[each], CALLS[each], found[each]) for each in DIALECTS]


def _mark(text: str, before: str | None) -> tuple[Line, ...]:
    """The lines of a text, those marked that were otherwise before; none where there was no before."""
    lines = text.splitlines()
    if before is None:
        return tuple(Line(each, changed=False) for each in lines)
    # a comma that is there because something follows is no change
    new, old = ([each.rstrip(",") for each in side] for side in (lines, before.splitlines()))
    kept = [False] * len(lines)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        kept[block.b : block.b + block.size] = [True] * block.size
    return tuple(Line(each, changed=not same) for each, same in zip(lines, kept, strict=True))


def _write_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _write_v0(order: Order, policy: Policy) -> str:
    whole = v0.ORDER.dump(v0.order_in_v0(order, policy, EVERY_RIGHT))
    return _write_json({**whole, "OrderItems": v0.ITEMS.dump(v0.items_in_v0(order, policy, personal=True))})


def _write_latest(order: Order, policy: Policy) -> str:
    return _write_json(latest.ORDER.dump(latest.order_in_2026(order, policy, EVERY_DATA_SET)))


def _write_mws(order: Order, policy: Policy) -> str:
    promise = policy.span("delivery_after", order.marketplace_id)
    elements = [order_element(order, promise), *(item_element(order, each, policy) for each in order.items)]
    return "\n".join(_write_xml(each) for each in elements)


def _write_xml(node: Node) -> str:
    etree.indent(node)
    return str(etree.tostring(node, encoding="unicode")).rstrip()


def _write_notice(world: World, notice: Notice) -> str:
    return _write_json(json.loads(order_change.render(world, Delivery(notice.notice_id, notice, ""))))
