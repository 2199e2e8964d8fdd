"""What a world has on record of one order, found without a look at all others."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE, Notice
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.receipt import OrderEvent
from marketplace_sandbox.core.world.state import State


@dataclass(frozen=True)
class Records:
    """An order's events, mail and ORDER_CHANGE notices, oldest first; `before` is the order before its last change."""

    events: list[OrderEvent]
    mail: list[Mail]
    notices: list[Notice]
    before: Order | None


class _ByOrder:
    """The places in a log, by order; it takes in what came since it was asked last."""

    def __init__(self) -> None:
        self._places: dict[str, list[int]] = {}
        self._seen = 0

    def find(self, log: Log[Any], order_id: str) -> list[Any]:
        count = len(log)
        for place, each in enumerate(log[self._seen : count], self._seen):
            self._places.setdefault(each.order_id, []).append(place)
        self._seen = count
        return [log[place] for place in self._places.get(order_id, ())]


class _Places:
    """The places of one state's logs."""

    def __init__(self) -> None:
        self.events, self.mail, self.notices = _ByOrder(), _ByOrder(), _ByOrder()
        self.lock = threading.Lock()


_of_states: WeakKeyDictionary[State, _Places] = WeakKeyDictionary()
_lock = threading.Lock()


def records_of(state: State, order_id: str) -> Records:
    """What is on record of an order. Raises KeyError for one there is not."""
    with _lock:
        places = _of_states.setdefault(state, _Places())
    with places.lock:
        events = places.events.find(state.order_events, order_id)
        mail = places.mail.find(state.mail, order_id)
        notices = places.notices.find(state.notices, order_id)
    latest = state.versions[state.data.latest[order_id]]
    before = state.versions[latest.before].order if latest.before >= 0 else None
    return Records(events, mail, _of_orders(notices), before)


def _of_orders(notices: Iterable[Notice]) -> list[Notice]:
    return [each for each in notices if each.notification_type == ORDER_CHANGE]
