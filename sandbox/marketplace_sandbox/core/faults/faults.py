"""What goes wrong next, as a test has arranged it: per seller an ordered list, with an account of what was met.

Edge state: in memory, bounded, not journalled, forgotten by a reset. Only what a fault brings about goes through the
world's door. A kind says what it goes wrong with and what it needs; whoever meets a fault carries it out.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.faults.kinds import CALL, DELIVERY, KINDS, WORK, FaultRule, Operations, read_fault
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.reading import FieldError

__all__ = ["KINDS", "FaultRule", "Faults"]

MOST_FAULTS = 1000
"""Faults one seller may have at a time."""

MOST_DELIVERIES = 10_000
"""Deliveries that one fault knows it has met."""

MOST_ENDED = 1000
"""Tokens of one seller that are remembered as ended."""

Json = dict[str, Any]
Applies = Callable[["_Standing"], bool]


class _Standing:
    """A fault with its account: what it has let pass, and what it was met by."""

    def __init__(self, fault: FaultRule) -> None:
        self.fault = fault
        self.passed = 0
        self.met = 0
        self._deliveries: dict[str, None] = {}

    @property
    def of(self) -> str:
        return KINDS[self.fault.kind].of

    @property
    def used_up(self) -> bool:
        return self.fault.times is not None and self.met >= self.fault.times

    def is_new(self, delivery_id: str) -> bool:
        """Whether the fault has not seen this delivery before; of very many only the latest are known."""
        if delivery_id in self._deliveries:
            return False
        self._deliveries[delivery_id] = None
        if len(self._deliveries) > MOST_DELIVERIES:
            del self._deliveries[next(iter(self._deliveries))]
        return True

    def meet(self) -> bool:
        """Counts an occasion; whether it is one that goes wrong."""
        if self.passed < self.fault.skip:
            self.passed += 1
            return False
        self.met += 1
        return True


class Faults:
    """The faults of all sellers of a process. Safe to use from every thread.

    `operations` answers what there is to go wrong in calls; without it, nothing.
    """

    def __init__(self, operations: Operations = lambda _: {}) -> None:
        self._operations = operations
        self._lock = threading.Lock()
        self._of: dict[str, list[_Standing]] = {}
        self._made: dict[str, int] = {}
        self._ended: dict[str, dict[str, str]] = {}

    def add(self, seller_id: str, wanted: list[Any], now: datetime) -> list[Json]:
        """Add faults at the end of the seller's list, all or none; answers them as shown. Raises FieldError."""
        with self._lock:
            standing = self._of.get(seller_id, [])
            if len(standing) + len(wanted) > MOST_FAULTS:
                raise FieldError("faults", f"A seller has {MOST_FAULTS} faults at most; clear those that are done.")
            first = self._made.get(seller_id, 0) + 1
            added = [
                _Standing(read_fault(f"fault-{first + number}", each, _where(wanted, number), now, self._operations))
                for number, each in enumerate(wanted)
            ]
            self._of[seller_id] = [*standing, *added]
            self._made[seller_id] = first + len(added) - 1
            return [_shown(each) for each in added]

    def all(self, seller_id: str) -> list[Json]:
        """The seller's faults with their accounts, in their order."""
        with self._lock:
            return [_shown(each) for each in self._of.get(seller_id, [])]

    def remove(self, seller_id: str, fault_id: str) -> bool:
        """Take one fault away; whether there was such a one."""
        with self._lock:
            standing = self._of.get(seller_id, [])
            left = [each for each in standing if each.fault.fault_id != fault_id]
            self._of[seller_id] = left
            return len(left) < len(standing)

    def clear(self, seller_id: str) -> None:
        """Take all of a seller's faults away."""
        with self._lock:
            self._of.pop(seller_id, None)
            self._ended.pop(seller_id, None)

    def forget(self, seller_id: str) -> None:
        """The seller begins again: numbers, too."""
        with self._lock:
            self._of.pop(seller_id, None)
            self._made.pop(seller_id, None)
            self._ended.pop(seller_id, None)

    def end_token(self, seller_id: str, token: str, kind: str) -> None:
        """Remember that a fault of this kind has ended an access token."""
        with self._lock:
            ended = self._ended.setdefault(seller_id, {})
            ended[token] = kind
            while len(ended) > MOST_ENDED:
                del ended[next(iter(ended))]

    def renew_token(self, seller_id: str, token: str) -> None:
        """The token is given out anew: within a second there is only one, and it may have been ended before."""
        with self._lock:
            self._ended.get(seller_id, {}).pop(token, None)

    def ended_by(self, seller_id: str, token: str) -> str | None:
        """The kind of fault that has ended an access token, None for a good one."""
        ended = self._ended.get(seller_id)
        return ended.get(token) if ended else None

    def stands(self, seller_id: str) -> bool:
        """Whether there is a fault that calls may meet yet."""
        if seller_id not in self._of:
            return False
        return any(each.of == CALL and not each.used_up for each in self._of.get(seller_id, []))

    def meet_delivery(self, seller_id: str, delivery: Delivery, *, signed: bool = True) -> FaultRule | None:
        """The first fault of deliveries that applies to this one; the same fault meets one delivery only once.

        What bears no signature cannot bear a wrong one.
        """

        def applies(standing: _Standing) -> bool:
            if standing.fault.kind == "wrong_signature" and not signed:
                return False
            return _selects(standing.fault, delivery) and standing.is_new(delivery.delivery_id)

        return self._meet(seller_id, DELIVERY, applies)

    def meet_call(
        self, seller_id: str, operation: str, api: str, order_id: str = "", *, named: bool = False
    ) -> FaultRule | None:
        """The first fault of calls that applies to a call of this operation, which may be about an order.

        A stale read names the order that is out of date, not the calls that show it. With `named`, faults that name no
        operation do not apply.
        """

        def applies(standing: _Standing) -> bool:
            fault = standing.fault
            if api not in self._operations(fault.kind).get(operation, ()):
                return False
            if named and "operation" not in fault.selects:
                return False
            wanted = {**fault.selects}
            if fault.kind == "stale_read":
                wanted.pop("order_id", None)
            has = {"operation": operation, "api": api, "order_id": order_id}
            return all(has[name] == value for name, value in wanted.items())

        return self._meet(seller_id, CALL, applies)

    @contextmanager
    def meet_work(self, seller_id: str, work: str, work_type: str) -> Iterator[dict[str, str]]:
        """How a feed or report (`work`) of this type is to end that is begun in the block, for its command: nothing,
        `fate` or `stuck`.

        If the block fails, nothing was begun, and no fault was met.
        """
        fault = self._take(seller_id, f"{work}_", work_type)
        try:
            yield _fate(fault)
        except BaseException:
            if fault is not None:
                self._give_back(seller_id, fault)
            raise

    def _give_back(self, seller_id: str, fault: FaultRule) -> None:
        with self._lock:
            for each in self._of.get(seller_id, []):
                if each.fault is fault:
                    each.met -= 1

    def _take(self, seller_id: str, prefix: str, work_type: str) -> FaultRule | None:
        def applies(standing: _Standing) -> bool:
            fault = standing.fault
            return fault.kind.startswith(prefix) and fault.selects.get("type") in (None, work_type)

        return self._meet(seller_id, WORK, applies)

    def _meet(self, seller_id: str, of: str, applies: Applies) -> FaultRule | None:
        if not self._of.get(seller_id):
            return None
        with self._lock:
            for standing in self._open(seller_id):
                if standing.of == of and applies(standing) and standing.meet():
                    return standing.fault
        return None

    def _open(self, seller_id: str) -> Iterator[_Standing]:
        return (each for each in self._of.get(seller_id, []) if not each.used_up)


def _where(wanted: list[Any], number: int) -> str:
    return "" if len(wanted) == 1 else f"faults[{number}]."


def _selects(fault: FaultRule, delivery: Delivery) -> bool:
    notice = delivery.notice
    has = {
        "subscriber": delivery.subscriber_id,
        "notification_type": notice.notification_type,
        "order_change_type": notice.change,
        "order_id": notice.order_id,
    }
    return all(has[name] == value for name, value in fault.selects.items())


def _shown(standing: _Standing) -> Json:
    fault, met = standing.fault, standing.met
    left = None if fault.times is None else fault.times - met
    met_of = f"{met} were met" if fault.times is None else f"{met} of {fault.times} were met"
    return {
        "id": fault.fault_id,
        "kind": fault.kind,
        **fault.selects,
        **fault.arguments,
        "times": fault.times,
        "skip": fault.skip,
        "met": met,
        "left": left,
        "account": met_of,
    }


def _fate(fault: FaultRule | None) -> dict[str, str]:
    if fault is None:
        return {}
    return {"stuck": fault.arguments["by"]} if fault.kind == "feed_stuck" else {"fate": "fatal"}
