"""One order in all dialects side by side, with what differs marked. Pure; shows what `facts` lists and no more."""

import re
from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.field_mapping.facts import DIALECTS, FACTS, Fact, Place
from marketplace_sandbox.api.field_mapping.projections import Projection, project
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.world import World

Json = dict[str, Any]

SPELLING, TYPE, ABSENT, DISAGREES = "spelling", "type", "absent", "disagrees"

_STEP = re.compile(r"(?P<name>\w+)(?P<list>\[(?:(?P<key>\w+)=(?P<value>\w+))?])?")
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "list"}


def compare(world: World, order: Order) -> Json:
    """The comparison of an order: its facts, then those of each item."""
    shown = project(world, order)
    rows = [_row(fact, shown, None) for fact in FACTS if not fact.of_item]
    rows += [_row(fact, shown, item.order_item_id) for item in order.items for fact in FACTS if fact.of_item]
    return {
        "order_id": order.order_id,
        "dialects": [{"id": each, "name": name, "present": each in shown} for each, name in DIALECTS.items()],
        "facts": rows,
    }


def _row(fact: Fact, shown: Mapping[str, Projection], item_id: str | None) -> Json:
    cells = {each: _cell(fact.places.get(each), shown.get(each), item_id) for each in DIALECTS}
    return {
        "fact": fact.name,
        "order_item_id": item_id,
        "differs": _differs(fact, cells, len(shown)),
        "note": fact.note,
        "dialects": cells,
    }


def _cell(place: Place | None, projection: Projection | None, item_id: str | None) -> Json | None:
    """Where a dialect says it and what it says; None where it has no place for it."""
    if place is None or projection is None:
        return None
    value = raw(place, projection, item_id)
    if place.read(value) is None:
        value = None  # what stands there says something else, or that there is nothing to say
    path = place.path.strip(".?").replace("+", " (sum)")
    return {"path": path, "value": value, "type": None if value is None else _TYPES[type(value)]}


def raw(place: Place, projection: Projection, item_id: str | None = None) -> Any:
    """What stands at a place, as it stands there; None where nothing does."""
    of_order = item_id is None or place.path.startswith("..")
    return _at(projection.order if of_order else projection.items.get(item_id or "", {}), place.path.lstrip("."))


def meant(place: Place, projection: Projection, item_id: str | None = None) -> Any:
    """What stands at a place, read into the form that all dialects share."""
    return place.read(raw(place, projection, item_id))


def _differs(fact: Fact, cells: Mapping[str, Json | None], dialects: int) -> list[str]:
    """The marks of a row. A dialect that has nothing of the order yet, as before the first notice, is not counted."""
    said = {each: cell for each, cell in cells.items() if cell is not None and cell["value"] is not None}
    marks = []
    if len({cell["type"] for cell in said.values()}) > 1:
        marks.append(TYPE)
    if len({str(cell["value"]) for cell in said.values()}) > 1:
        marks.append(SPELLING)
    if 0 < len(said) < dialects:
        marks.append(ABSENT)
    readings = {repr(fact.places[each].read(cell["value"])) for each, cell in said.items()}
    return [*marks, *([DISAGREES] if len(readings) > 1 else [])]


def _at(value: Any, path: str) -> Any:
    """Follow a path; see `facts` for its signs."""
    if path.endswith("?"):
        return _at(value, path[:-1])
    if path.endswith("+"):
        found = _at(value, path[:-1])
        return sum(found) if found else None
    for step in path.split("."):
        value = _into(value, step)
        if value is None:
            return None
    return value


def _into(value: Any, step: str) -> Any:
    matched = _STEP.fullmatch(step)
    assert matched is not None, f"{step} is no step of a path"  # noqa: S101  (the table is ours)
    if isinstance(value, list):
        found = [_into(each, step) for each in value]
        return [each for each in found if each is not None]
    inside = value.get(matched["name"])
    if matched["key"] and inside is not None:
        return next((each for each in inside if each.get(matched["key"]) == matched["value"]), None)
    return inside
