"""A whole world as plain JSON: what it shows, and all of its data, so that two can be compared byte by byte.

Nothing of it depends on the machine, the Python or the order of a set; secrets are left out.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.text.instants import format_instant, format_span
from marketplace_sandbox.core.text.redaction import is_secret_name
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
from marketplace_sandbox.core.world.world import AnyWorld

QUEUE = "schedule.timers"
"""What is armed says what falls due; the queue may hold more, and hold the same in another order."""

HISTORY = "versions"
"""Every value that an order ever had: of that only a digest is told."""


def world_json(world: AnyWorld) -> Json:
    """All that a world shows, and under `data` all that it remembers, by the names of its fields."""
    now, policy, state = world.now(), world.policy, world.state
    orders = list(world.orders.values())
    shown = [{"seller_id": world.seller_id, **order_json(each, now, policy)} for each in orders]
    return {
        "seller_id": world.seller_id,
        "version": world.version,
        "now": format_instant(now),
        "rate": world.rate,
        "orders": shown,
        "notifications": [notice_json(each) for each in state.notices],
        "mail": [mail_json(each) for each in state.mail],
        "messages": [message_json(each) for each in state.messages],
        "deliveries": [delivery_json(each) for each in state.deliveries.values()],
        "cancellation_rate": rate_json(cancellation_rate(orders, now, policy)),
        "settings": policy.in_force(),
        "data": {name: _digest(value) if name == HISTORY else plain(value)
                 for name, value in state.data.named() if name != QUEUE},
    }  # fmt: skip


def _digest(values: Sequence[Any]) -> Json:
    digest = hashlib.sha256()
    for each in values:
        digest.update(json.dumps(plain(each)).encode())
    return {"count": len(values), "sha256": digest.hexdigest()}


def plain(value: Any) -> Any:
    """Any value of the core as JSON. Raises TypeError for what is none."""
    if value is None or isinstance(value, bool | int | float) or type(value) is str:
        return value
    if isinstance(value, Policy):
        return plain(value.overrides)
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value) if not is_secret_name(each.name)}
    if isinstance(value, Mapping):
        return {_key(key): plain(each) for key, each in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(map(plain, value), key=json.dumps)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return _leaf(value)


def _key(key: Any) -> str:
    return "/".join(key) if isinstance(key, tuple) else str(key)


def _leaf(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return format_span(value)
    if isinstance(value, bytes):
        return {"bytes": len(value), "sha256": hashlib.sha256(value).hexdigest()}
    if isinstance(value, str | date | Decimal | Fraction):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of the core")
