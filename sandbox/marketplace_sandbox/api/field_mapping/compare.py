"""One order in all dialects side by side, with what differs marked. Pure; shows what `facts` lists and no more."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from marketplace_sandbox.api.field_mapping.facts import DIALECTS, FACTS, Fact, FieldPath
from marketplace_sandbox.api.field_mapping.projections import Projection, project
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import AnyWorld

Json = dict[str, Any]

SPELLING, TYPE, ABSENT, DISAGREES = "spelling", "type", "absent", "disagrees"

_STEP = re.compile(r"(?P<name>[\w-]+)(?P<list>\[(?:(?P<key>\w*)=(?P<value>\w+))?])?")
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", dict: "object", list: "list"}


def compare(world: AnyWorld, order: Order) -> Json:
    """The comparison of an order: its facts, then those of each item."""
    projections = project(world, order)
    rows = [_row(fact, projections, None) for fact in FACTS if not fact.of_item]
    rows += [_row(fact, projections, item.order_item_id) for item in order.items for fact in FACTS if fact.of_item]
    return {
        "order_id": order.order_id,
        "dialects": [
            {"id": each.value, "name": name, "present": each in projections} for each, name in DIALECTS.items()
        ],
        "facts": rows,
    }


def _row(fact: Fact, projections: Mapping[Dialect, Projection], item_id: str | None) -> Json:
    cells = {each: _cell(fact.field_paths.get(each), projections.get(each), item_id) for each in DIALECTS}
    return {
        "fact": fact.name,
        "order_item_id": item_id,
        "differs": _differs(fact, cells, len(projections)),
        "note": fact.note,
        "dialects": {each.value: cell for each, cell in cells.items()},
    }


def _cell(field_path: FieldPath | None, projection: Projection | None, item_id: str | None) -> Json | None:
    """Where a dialect says it and what it says; None where it has no field for it."""
    if field_path is None or projection is None:
        return None
    value = value_at(field_path, projection, item_id)
    if field_path.normalize(value) is None:
        value = None  # what stands there says something else, or that there is nothing to say
    path = field_path.path.strip("?").replace("+", " (sum)")
    return {"path": path, "value": value, "type": None if value is None else _TYPES[type(value)]}


def _differs(fact: Fact, cells: Mapping[Dialect, Json | None], dialects: int) -> list[str]:
    """The marks of a row. A dialect that has nothing of the order yet, as before the first notice, is not counted."""
    saying = {each: cell for each, cell in cells.items() if cell is not None and cell["value"] is not None}
    marks = []
    if len({cell["type"] for cell in saying.values()}) > 1:
        marks.append(TYPE)
    if len({str(cell["value"]) for cell in saying.values()}) > 1:
        marks.append(SPELLING)
    if 0 < len(saying) < dialects:
        marks.append(ABSENT)
    meanings = {repr(fact.field_paths[each].normalize(cell["value"])) for each, cell in saying.items()}
    return [*marks, *([DISAGREES] if len(meanings) > 1 else [])]


def value_at(field_path: FieldPath, projection: Projection, item_id: str | None = None) -> Any:
    """What stands at a path, as it stands there; None where nothing does."""
    inside = projection.order if item_id is None else projection.items.get(item_id, {})
    return _follow(inside, field_path.path)


def normalized_value(field_path: FieldPath, projection: Projection, item_id: str | None = None) -> Any:
    """What stands at a path, in the form that all dialects share."""
    return field_path.normalize(value_at(field_path, projection, item_id))


def _follow(value: Any, path: str) -> Any:
    """What a path leads to; see `facts` for its signs."""
    if path.endswith("?"):
        return _follow(value, path[:-1])
    if path.endswith("+"):
        numbers = _follow(value, path[:-1])
        return sum(numbers) if numbers else None
    for step in path.split("."):
        value = _step_into(value, step)
        if value is None:
            return None
    return value


def _step_into(value: Any, step: str) -> Any:
    matched = _read_step(step)
    if isinstance(value, list):
        entries = [_step_into(each, step) for each in value]
        return [each for each in entries if each is not None]
    inside = value.get(matched["name"])
    if matched["value"] and inside is not None:
        key = matched["key"]
        return next((each for each in inside if (each.get(key) if key else each) == matched["value"]), None)
    return inside


@cache
def _read_step(step: str) -> re.Match[str]:
    """A step of a path by its parts. There are as many as the table has."""
    matched = _STEP.fullmatch(step)
    assert matched is not None, f"{step} is no step of a path"  # noqa: S101  (the table is ours)
    return matched
