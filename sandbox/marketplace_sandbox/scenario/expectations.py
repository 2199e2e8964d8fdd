"""Judges what a scenario expects against the world it left behind: what is not met, and what there is instead.

A mapping is a subset; a list is contained, each of its entries in an entry of its own; an empty list means none.
Changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.messaging.buyer_seller import late_replies
from marketplace_sandbox.core.metrics import cancellation_rate
from marketplace_sandbox.core.projections import mail_json, message_json, notice_json, order_json, rate_json
from marketplace_sandbox.core.receipt import Lint
from marketplace_sandbox.core.world import World
from marketplace_sandbox.scenario.document import Document
from marketplace_sandbox.scenario.shapes import dotted
from marketplace_sandbox.scenario.tree import Path
from marketplace_sandbox.scenario.when import When

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not come as the scenario says; `path` is where it says so, `said` a sentence for people."""

    path: Path
    expected: Any
    found: Any
    said: str


def failures(document: Document, world: World, start: datetime, refused: Sequence[Lint]) -> list[Failure]:
    """Every expectation that is not met. `refused` are findings that refusals earned, which the world does not keep."""
    found = _found(world, refused)
    expected = _plain(document.expect, start)
    missed: list[Failure] = []
    for order_id, view in expected.pop("orders", {}).items():
        missed += _order(("expect", "orders", order_id), view, world)
    for name, each in expected.items():
        missed += _compare(("expect", name), each, found[name])
    return missed


def count(document: Document) -> int:
    """How many single things the scenario expects, refusals of steps among them."""
    return sum(_leaves(each) for each in document.expect.values()) + sum(1 for step in document.script if step.refused)


def _leaves(expected: Any) -> int:
    if isinstance(expected, Mapping):
        return sum(_leaves(each) for each in expected.values())
    return len(expected) or 1 if isinstance(expected, list) else 1


def _found(world: World, refused: Sequence[Lint]) -> Json:
    state, now = world.state, world.now()
    notices = [_renamed(notice_json(each)) for each in state.notices]
    mail = [_renamed(mail_json(each)) for each in state.mail]
    messages = [_renamed(message_json(each)) for each in state.messages]
    lint = [_finding(each) for each in sorted((*state.lints, *refused), key=lambda each: each.at)]
    return {
        "notifications": notices,
        "notifications_exactly": len(notices),
        "mail": mail,
        "mail_exactly": len(mail),
        "messages": messages,
        "messages_exactly": len(messages),
        "late_replies": late_replies(state.messages, now),
        "lint": lint,
        "lint_exactly": len(lint),
        "cancellation_rate": rate_json(cancellation_rate(world.orders.values(), now, world.policy)),
    }


def _renamed(view: Json) -> Json:
    """Lists of a scenario say `order`, and leave out ids, which depend on the seller."""
    kept = {name: each for name, each in view.items() if name not in ("id", "order_id", "thread_id")}
    return {**kept, "order": view["order_id"]}


def _finding(lint: Lint) -> Json:
    return {"code": lint.code, "at": format_instant(lint.at), "order": lint.order_id}


def _plain(expected: Any, start: datetime) -> Any:
    """The expectation with its instants as the views write them."""
    if isinstance(expected, When):
        return format_instant(expected.on(start))
    if isinstance(expected, Mapping):
        return {name: _plain(each, start) for name, each in expected.items()}
    return [_plain(each, start) for each in expected] if isinstance(expected, list) else expected


# Comparing


def _order(path: Path, expected: Json, world: World) -> list[Failure]:
    order = world.orders.get(str(path[-1]))
    if order is None:
        return [Failure(path, expected, None, f"{dotted(path[1:])}: the order has not been placed.")]
    return _compare(path, expected, order_json(order, world.now(), world.policy))


def _compare(path: Path, expected: Any, found: Any) -> list[Failure]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return [miss for key in expected for miss in _compare((*path, key), expected[key], _at_key(found, key))]
    if isinstance(expected, list) and isinstance(found, list):
        return _contained(path, expected, found)
    if _same(expected, found):
        return []
    said = f"{dotted(path[1:])}: expected {_shown(expected)}, found {_shown(found)}."
    return [Failure(path, expected, found, said)]


def _at_key(found: Mapping[str, Any], key: str) -> Any:
    """The field, or with a dotted key the field of a field; None where it is missing on the way."""
    if key in found or "." not in key:
        return found.get(key)
    outer, _, inner = key.partition(".")
    nested = found.get(outer)
    return _at_key(nested, inner) if isinstance(nested, Mapping) else None


def _same(expected: Any, found: Any) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(found, str) and expected != found:
        return _amount(expected) is not None and _amount(expected) == _amount(found)
    return bool(expected == found)


def _amount(value: Any) -> Decimal | None:
    """Amounts are decimal text in the views and may be numbers in a scenario: 20.0 is 20.00."""
    try:
        return Decimal(str(value)) if value is not None else None
    except InvalidOperation:
        return None


def _contained(path: Path, expected: list[Any], found: list[Any]) -> list[Failure]:
    if not expected and found:
        said = f"{dotted(path[1:])}: expected none, found {_listed(found)}."
        return [Failure(path, expected, found, said)]
    fits = [[i for i, each in enumerate(found) if _fits(wanted, each)] for wanted in expected]
    return [_missing((*path, index), expected[index], found, twice=bool(fits[index])) for index in _unmatched(fits)]


def _fits(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, str) and isinstance(found, Mapping):
        return bool(found.get("code") == wanted)
    return not _compare((), wanted, found)


def _unmatched(fits: list[list[int]]) -> list[int]:
    """Who goes without when everybody wants one of his own: augmenting paths over who could take what."""
    holder: dict[int, int] = {}

    def place(who: int, tried: set[int]) -> bool:
        for what in sorted((each for each in fits[who] if each not in tried), key=holder.__contains__):
            tried.add(what)
            if what not in holder or place(holder[what], tried):
                holder[what] = who
                return True
        return False

    return [who for who in range(len(fits)) if not place(who, set())]


def _missing(path: Path, wanted: Any, found: list[Any], *, twice: bool) -> Failure:
    none = "there are not as many as expected of" if twice else "there is no"
    near = max(found, key=lambda each: _likeness(wanted, each), default=None)
    nearest = "There are none at all." if near is None else f"The nearest is {_shown(_part(wanted, near))}."
    return Failure(path, wanted, near, f"{dotted(path[1:])}: {none} {_shown(wanted)}. {nearest}")


def _likeness(wanted: Any, found: Any) -> int:
    if not isinstance(wanted, Mapping) or not isinstance(found, Mapping):
        return int(bool(_fits(wanted, found)))
    return sum(not _compare((), each, _at_key(found, key)) for key, each in wanted.items())


def _part(wanted: Any, found: Any) -> Any:
    """Of what was found, the fields that were asked about."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return {key: _at_key(found, key) for key in wanted}
    return found


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return _listed(value)
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else str(value)


def _listed(values: Iterable[Any]) -> str:
    return "[" + ", ".join(_shown(each) for each in values) + "]"
