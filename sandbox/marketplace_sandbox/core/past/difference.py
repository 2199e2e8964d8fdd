"""What differs between a world as it stood and as it stands, or between two worlds, in the words of the control API.

Pure: reads two worlds, as of a moment each, and knows nothing of how they came to be what they are.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.text.instants import format_instant
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

Kept = TypeVar("Kept")


def tell_difference(before: PastWorld, after: PastWorld) -> Json:
    """Every order that was added, removed or changed, with each field of its view before and after; the notices, mail,
    messages and deliveries that only the world after has, by their ids; and the rate of both.

    What is allowed of an order is part of its view, and may change by time alone.
    """
    then, now = before.state, after.state
    return {
        "from": _moment(before),
        "to": _moment(after),
        "orders": list(_order_changes(before, after)),
        "notifications": _new(then.notices, now.notices, lambda each: each.notice_id, notice_json),
        "mail": _new(then.mail, now.mail, lambda each: each.mail_id, mail_json),
        "messages": _new(then.messages, now.messages, lambda each: each.message_id, message_json),
        "deliveries": _new(
            then.deliveries.values(), now.deliveries.values(), lambda each: each.delivery_id, delivery_json
        ),
        "cancellation_rate": [_rate(before), _rate(after)],
    }


def _moment(world: PastWorld) -> Json:
    return {"version": world.version, "at": format_instant(world.now())}


def _rate(world: PastWorld) -> Json:
    return rate_json(cancellation_rate(list(world.orders.values()), world.now(), world.policy))


def _order_changes(before: PastWorld, after: PastWorld) -> Iterator[Json]:
    """Those that were there before in the order of placing, then those that were added."""
    same_policy = before.policy == after.policy
    for order_id, order in counting(before.orders.items(), "orders are compared"):
        later = after.orders.get(order_id)
        if later is None:
            yield {"order_id": order_id, "change": "removed", "fields": {}}
        elif fields := _changed_fields(before, order, after, later, same_policy=same_policy):
            yield {"order_id": order_id, "change": "changed", "fields": fields}
    for order_id in after.orders:
        if order_id not in before.orders:
            yield {"order_id": order_id, "change": "added", "fields": {}}


def _changed_fields(before: PastWorld, order: Order, after: PastWorld, later: Order, *, same_policy: bool) -> Json:
    """Each field of the order's view whose value differs, with its values before and after."""
    if order is later and same_policy:
        # what is allowed changes by time; the rest of the view is the order's and the policy's alone
        if table.allows_alike(order, before.now(), after.now(), before.policy):
            return {}
        then, now = ({"allowed": table.allowed_actions(order, each.now(), each.policy)} for each in (before, after))
    else:
        then, now = order_json(order, before.now(), before.policy), order_json(later, after.now(), after.policy)
    return {name: [then[name], now[name]] for name in now if then[name] != now[name]}


def changed_values(name: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """A changed field value by value, each with the path to it. Of a list of words only those that went and came.

    >>> list(changed_values("request", {"state": "open", "at": 1}, {"state": "withdrawn", "at": 1}))
    [("request.state", "open", "withdrawn")]
    """
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            yield from changed_values(f"{name}.{key}", before.get(key), after.get(key))
    elif _are_words(before) and _are_words(after):
        yield name, [each for each in before if each not in after], [each for each in after if each not in before]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changed_values(f"{name}[{index}]", one, other)
    else:
        yield name, before, after


def _are_words(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _new(
    before: Iterable[Kept], after: Iterable[Kept], id_of: Callable[[Kept], str], to_json: Callable[[Kept], Json]
) -> list[Json]:
    """What is on record after and was not before, in its order."""
    known = {id_of(each) for each in before}
    return [to_json(each) for each in after if id_of(each) not in known]
