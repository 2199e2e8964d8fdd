"""A lie about any field that both generations have is found by the comparison: one value is changed, then another."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.field_mapping.projections import Projection
from marketplace_sandbox.api.migration.comparison import SHARED, Comparison, compare_order
from marketplace_sandbox.api.migration.fields import ONLY_LATEST, covers
from marketplace_sandbox.api.migration.rehearsal import projection_of_latest, projections_of_v0
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.migration.rehearsing import ORDERS, PARTS, a_rehearsal

Json = dict[str, Any]


def another(value: Any) -> Any:
    """A value of the same kind that says something else."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return "98765.43" if value.replace(".", "").replace("-", "").isdigit() else f"{value}X"
    return "1999-01-01T00:00:00Z"


def lies(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The value with one of all that are in it changed, each with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for place, changed in lies(inner, f"{path}.{name}" if path else name):
                yield place, {**value, name: changed}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for place, changed in lies(inner, f"{path}[]"):
                yield place, [*value[:at], changed, *value[at + 1 :]]
    elif value is not None:
        yield path, another(value)


def answers() -> Iterator[tuple[str, Projection, Json]]:
    """Every order of the scenarios as each read of v0 has it, and as what replaces the read has it."""
    rehearsals = a_rehearsal()
    for name in library.scenario_names(fixtures_dir()):
        world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
        for order_id in world.orders:
            for part in PARTS:
                rehearsal = rehearsals.rehearse(world, f"{ORDERS}/{order_id}{part}", "")
                (old,) = projections_of_v0(rehearsal.call.operation_id, rehearsal.v0.body)
                yield rehearsal.call.operation_id, old, rehearsal.answers[0].body["order"]


def is_found(operation: str, old: Projection, new: Json) -> bool:
    """Whether an order that was changed disagrees, or is no order any more."""
    comparison = Comparison()
    try:
        compare_order(comparison, operation, old, projection_of_latest(new), personal=True)
    except (KeyError, ValueError):
        return True
    return comparison.disagreed > 0


@pytest.mark.slow
def test_a_lie_about_any_field_of_both_is_found() -> None:
    found, told = set[str](), set[str]()
    for operation, old, new in answers():
        assert not is_found(operation, old, new), (operation, old.order)
        for path, changed in lies(new):
            told.add(path)
            if path not in found and is_found(operation, old, changed):
                found.add(path)
    assert len(found) > 80
    # what is new has nothing to be compared with
    assert [path for path in sorted(told - found) if not any(covers(each, path) for each in ONLY_LATEST)] == []


@pytest.mark.slow
def test_a_lie_of_v0_is_found_as_well() -> None:
    told_by = [(fact, fact.field_paths[Dialect.V0].path) for fact in SHARED]
    rows = {(fact.of_item, path): fact.name for fact, path in told_by if not path.endswith("?")}
    found, told = set[str](), set[str]()
    for operation, old, new in answers():
        for in_item, changed in [
            *((False, each) for each in lies(old.order)),
            *((True, each) for each in lies(next(iter(old.items.values()), {}))),
        ]:
            path, value = changed
            names = {name for (of_item, row), name in rows.items() if of_item == in_item and covers(row, path)}
            told |= names
            projection = Projection(value, old.items) if not in_item else Projection(old.order, _first(old, value))
            if names - found and is_found(operation, projection, new):
                found |= names
    assert len(found) > 80
    assert told - found == set()


def _first(old: Projection, item: Json) -> dict[str, Json]:
    """The items with the first of them changed."""
    return {**old.items, next(iter(old.items)): item}
