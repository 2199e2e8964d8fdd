"""Judges what a scenario expects against the world it left behind: what is not met, and what there is instead.

A mapping is a subset; a list is contained, each of its entries in an entry of its own; an empty list means none.
Changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import partial, reduce
from typing import Any

from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.messaging.buyer_seller import late_replies
from marketplace_sandbox.core.receipt import Lint
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import join
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.views.projections import mail_json, message_json, notice_json, order_json, rate_json
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.scenario.scenario import Scenario
from marketplace_sandbox.scenario.when import When

Json = dict[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not come as the scenario says; `path` is where it says so, `message` a sentence for people."""

    path: Path
    expected: Any
    found: Any
    message: str

    @property
    def field_path(self) -> str:
        """The path as people write it: `script[2].refused`."""
        return _write_path(self.path)


def find_failures(scenario: Scenario, world: World, start: datetime, refused: Sequence[Lint]) -> list[Failure]:
    """Every expectation that is not met. `refused` are lints that refusals earned, which the world does not keep."""
    state, now = world.state, world.now()
    notices = [_without_ids(notice_json(each)) for each in state.notices]
    mail = [_without_ids(mail_json(each)) for each in state.mail]
    messages = [_without_ids(message_json(each)) for each in state.messages]
    lints = [
        {"code": each.code, "at": format_instant(each.at), "order": each.order_id}
        for each in sorted((*state.lints, *refused), key=lambda each: each.at)
    ]
    found = {
        "notifications": notices,
        "notifications_exactly": len(notices),
        "mail": mail,
        "mail_exactly": len(mail),
        "messages": messages,
        "messages_exactly": len(messages),
        "late_replies": late_replies(state.messages, now),
        "lint": lints,
        "lint_exactly": len(lints),
        "cancellation_rate": rate_json(cancellation_rate(world.orders.values(), now, world.policy)),
    }
    expected = _resolve_instants(scenario.expect, start)
    failures: list[Failure] = []
    for order_id, fields in counting(expected.pop("orders", {}).items(), "orders are judged"):
        path: Path = ("expect", "orders", order_id)
        order = world.orders.get(order_id)
        if order is None:
            message = f"{_write_path(path[1:])}: the order has not been placed."
            failures.append(Failure(path, fields, None, message))
        else:
            failures += _compare(path, fields, order_json(order, now, world.policy))
    for name, each in expected.items():
        failures += _compare(("expect", name), each, found[name])
    return failures


def count_expectations(scenario: Scenario) -> int:
    """How many single things the scenario expects, refusals of steps among them."""

    def leaves(expected: Any) -> int:
        if isinstance(expected, Mapping):
            return sum(leaves(each) for each in expected.values())
        return len(expected) or 1 if isinstance(expected, list) else 1

    return sum(leaves(each) for each in scenario.expect.values()) + sum(1 for each in scenario.script if each.refused)


def _without_ids(projection: Json) -> Json:
    """Lists of a scenario say `order`, and leave out ids, which depend on the seller."""
    rest = {name: each for name, each in projection.items() if name not in ("id", "order_id", "thread_id")}
    return {**rest, "order": projection["order_id"]}


def _resolve_instants(expected: Any, start: datetime) -> Any:
    """The expectation with its instants as projections write them."""
    if isinstance(expected, When):
        return format_instant(expected.on(start))
    if isinstance(expected, Mapping):
        return {name: _resolve_instants(each, start) for name, each in expected.items()}
    return [_resolve_instants(each, start) for each in expected] if isinstance(expected, list) else expected


# Comparing


def _compare(path: Path, expected: Any, found: Any) -> list[Failure]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return [failure for key in expected for failure in _compare((*path, key), expected[key], _field_of(found, key))]
    if isinstance(expected, list) and isinstance(found, list):
        return _compare_lists(path, expected, found)
    if _is_same(expected, found):
        return []
    message = f"{_write_path(path[1:])}: expected {_write(expected)}, found {_write(found)}."
    return [Failure(path, expected, found, message)]


def _field_of(found: Mapping[str, Any], key: str) -> Any:
    """The field, or with a dotted key the field of a field; None where it is missing on the way."""
    if key in found or "." not in key:
        return found.get(key)
    outer, _, inner = key.partition(".")
    nested = found.get(outer)
    return _field_of(nested, inner) if isinstance(nested, Mapping) else None


def _is_same(expected: Any, found: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if expected == found or not isinstance(found, str) or expected is None:
        return bool(expected == found)
    # Amounts are decimal text in projections and may be numbers in a scenario: 20.0 is 20.00.
    try:
        return Decimal(str(expected)) == Decimal(found)
    except InvalidOperation:
        return False


def _compare_lists(path: Path, expected: list[Any], found: list[Any]) -> list[Failure]:
    """Each entry that is expected is met by an entry of its own; an empty list is met by none."""
    if not expected and found:
        return [Failure(path, expected, found, f"{_write_path(path[1:])}: expected none, found {_write(found)}.")]
    meeting = [[index for index, each in enumerate(found) if _meets(each, entry)] for entry in expected]
    failures = []
    for index in _find_unmatched(meeting):
        entry, entry_path = expected[index], (*path, index)
        closest = max(found, key=partial(_likeness, entry), default=None)
        none = "there are not as many as expected of" if meeting[index] else "there is no"
        nearest = "There are none at all." if closest is None else f"The nearest is {_write(_part(entry, closest))}."
        message = f"{_write_path(entry_path[1:])}: {none} {_write(entry)}. {nearest}"
        failures.append(Failure(entry_path, entry, closest, message))
    return failures


def _meets(found: Any, entry: Any) -> bool:
    if isinstance(entry, str) and isinstance(found, Mapping):
        return bool(found.get("code") == entry)
    return not _compare((), entry, found)


def _find_unmatched(meeting: list[list[int]]) -> list[int]:
    """Who goes without when everybody wants one of his own: augmenting paths over who could take what."""
    holder: dict[int, int] = {}

    def assign(who: int, tried: set[int]) -> bool:
        for what in sorted((each for each in meeting[who] if each not in tried), key=holder.__contains__):
            tried.add(what)
            if what not in holder or assign(holder[what], tried):
                holder[what] = who
                return True
        return False

    return [who for who in range(len(meeting)) if not assign(who, set())]


def _likeness(entry: Any, found: Any) -> int:
    if not isinstance(entry, Mapping) or not isinstance(found, Mapping):
        return int(_meets(found, entry))
    return sum(not _compare((), each, _field_of(found, key)) for key, each in entry.items())


def _part(entry: Any, found: Any) -> Any:
    """Of what was found, the fields that the entry names."""
    if isinstance(entry, Mapping) and isinstance(found, Mapping):
        return {key: _field_of(found, key) for key in entry}
    return found


def _write_path(path: Path) -> str:
    return reduce(join, path, "")


def _write(value: Any) -> str:
    """A value on one line, as scenarios have it."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_write(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_write(each) for each in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)
