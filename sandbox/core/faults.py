"""What goes wrong next, as a test has arranged it: per seller an ordered list, with an account of what was met.

Edge state: in memory, bounded, not journalled, forgotten by a reset. Only what a fault brings about goes through the
world's door. A kind says what it goes wrong with and what it needs; whoever meets a fault carries it out.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.core.commands import BadField
from sandbox.core.instants import format_instant, format_span, parse_instant, parse_span
from sandbox.core.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES, Delivery
from sandbox.core.policy import nearest
from sandbox.core.quoting import quoted

MOST_FAULTS = 1000
"""Faults one seller may have at a time."""

Json = dict[str, Any]
Read = Callable[[str, Any], Any]


def _number(least: int, most: int) -> Read:
    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise BadField(name, f"{name} is a whole number from {least} to {most}; {quoted(value)} is not.")
        return value

    return read


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        raise BadField(name, f"{name} is text of 1 to 200 characters; {quoted(value)} is not.")
    return value


def _among(known: Collection[str]) -> Read:
    def read(name: str, value: Any) -> str:
        if value not in known:
            raise BadField(name, f"There is no {name} {quoted(value)}; did you mean '{nearest(str(value), known)}'?")
        return str(value)

    return read


def _span(name: str, value: Any) -> str:
    try:
        return format_span(parse_span(value))
    except (TypeError, ValueError):
        raise BadField(name, f"{name} is a duration such as PT5M; {quoted(value)} is not.") from None


def _instant(name: str, value: Any) -> str:
    try:
        return format_instant(parse_instant(value))
    except (TypeError, ValueError, AttributeError):
        raise BadField(name, f"{name} is an instant such as 2026-03-02T16:00:00Z; {quoted(value)} is not.") from None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault. `takes` are its arguments with how each is read, `needs` those it cannot do without."""

    name: str
    about: str
    takes: Mapping[str, Read] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=dict)


_DELIVERY_KINDS = (
    Kind("delay", "The delivery waits for a span of the world's time.", {"by": _span}, ("by",)),
    Kind(
        "late",
        "The delivery waits for an instant, as in an outage: all that was held comes then.",
        {"until": _instant},
        ("until",),
    ),
    Kind(
        "duplicate",
        "The delivery comes several times, under one id.",
        {"copies": _number(2, 10)},
        defaults={"copies": 2},
    ),
    Kind(
        "reorder",
        "The delivery waits until so many later ones have been attempted, or a span has passed.",
        {"behind": _number(1, 100), "within": _span},
        defaults={"behind": 1, "within": "PT5M"},
    ),
    Kind("drop", "The delivery is lost: nothing is sent, now or later. Resending it is possible."),
    Kind("wrong_signature", "The post bears a signature that does not fit. Queues have none."),
)

KINDS = {kind.name: kind for kind in _DELIVERY_KINDS}
"""Every kind by its name."""

_DELIVERY_SELECTORS: Mapping[str, Read] = {
    "subscriber": _text,
    "notification_type": _among(NOTIFICATION_TYPES),
    "order_change_type": _among(ORDER_CHANGE_TYPES),
    "order_id": _text,
}
_ACCOUNT: Mapping[str, Read] = {"times": _number(1, 1_000_000), "skip": _number(0, 1_000_000)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault as it was asked for. It is met `times` times, always where that is None, after `skip` occasions."""

    fault_id: str
    kind: str
    times: int | None
    skip: int
    selects: Mapping[str, str]
    arguments: Mapping[str, Any]


class _Standing:
    """A fault with its account: what it has let pass, and what it was met by."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.passed = 0
        self.met = 0
        self.deliveries: set[str] = set()

    @property
    def used_up(self) -> bool:
        return self.fault.times is not None and self.met >= self.fault.times

    def meet(self) -> bool:
        """Counts an occasion; whether it is one that goes wrong."""
        if self.passed < self.fault.skip:
            self.passed += 1
            return False
        self.met += 1
        return True


class Faults:
    """The faults of all sellers of a process. Safe to use from every thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: dict[str, list[_Standing]] = {}
        self._made: dict[str, int] = {}

    def add(self, seller_id: str, wanted: list[Any], now: datetime) -> list[Json]:
        """Add faults at the end of the seller's list, all or none; answers them as shown. Raises BadField."""
        with self._lock:
            standing = self._of.get(seller_id, [])
            if len(standing) + len(wanted) > MOST_FAULTS:
                raise BadField("faults", f"A seller has {MOST_FAULTS} faults at most; clear those that are done.")
            first = self._made.get(seller_id, 0) + 1
            added = [
                _Standing(_read(f"fault-{first + number}", each, _where(wanted, number), now))
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

    def forget(self, seller_id: str) -> None:
        """The seller begins again: numbers, too."""
        with self._lock:
            self._of.pop(seller_id, None)
            self._made.pop(seller_id, None)

    def meet_delivery(self, seller_id: str, delivery: Delivery) -> Fault | None:
        """The first fault of deliveries that applies to this one; the same fault meets one delivery only once."""
        if not self._of.get(seller_id):
            return None
        with self._lock:
            for standing in self._open(seller_id):
                if delivery.delivery_id in standing.deliveries or not _selects(standing.fault, delivery):
                    continue
                standing.deliveries.add(delivery.delivery_id)
                if standing.meet():
                    return standing.fault
        return None

    def _open(self, seller_id: str) -> Iterator[_Standing]:
        return (each for each in self._of.get(seller_id, []) if not each.used_up)


def _where(wanted: list[Any], number: int) -> str:
    return "" if len(wanted) == 1 else f"faults[{number}]."


def _read(fault_id: str, given: Any, where: str, now: datetime) -> Fault:
    if not isinstance(given, Mapping):
        raise BadField(
            where.rstrip(".") or "fault", f'A fault is an object such as {{"kind": "drop"}}; {quoted(given)} is not.'
        )
    kind = KINDS[_named(where, "kind", _among(KINDS), given.get("kind"))]
    known = {"kind": _text, **_ACCOUNT, **_DELIVERY_SELECTORS, **kind.takes}
    for name in given:
        if name not in known:
            near = nearest(str(name), known)
            raise BadField(f"{where}{name}", f"A fault {kind.name} has no {quoted(name)}; did you mean '{near}'?")
    for name in kind.needs:
        if name not in given:
            raise BadField(f"{where}{name}", f"A fault {kind.name} needs {name}. {kind.about}")
    values = {name: _named(where, name, read, given[name]) for name, read in known.items() if _given(given, name)}
    _check_future(where, values, now)
    return Fault(
        fault_id,
        kind.name,
        values.get("times", 1) if given.get("times", 1) is not None else None,
        values.get("skip", 0),
        {name: values[name] for name in _DELIVERY_SELECTORS if name in values},
        {**kind.defaults, **{name: values[name] for name in kind.takes if name in values}},
    )


def _given(given: Mapping[str, Any], name: str) -> bool:
    """Whether there is a value to read; null is one for `times` alone, and means always."""
    return name in given and not (name == "times" and given[name] is None)


def _named(where: str, name: str, read: Read, value: Any) -> Any:
    try:
        return read(name, value)
    except BadField as wrong:
        raise BadField(f"{where}{name}", str(wrong)) from None


def _check_future(where: str, values: Mapping[str, Any], now: datetime) -> None:
    if "until" in values and parse_instant(values["until"]) <= now:
        raise BadField(f"{where}until", f"until lies in the world's future; its now is {format_instant(now)}.")


def _selects(fault: Fault, delivery: Delivery) -> bool:
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
