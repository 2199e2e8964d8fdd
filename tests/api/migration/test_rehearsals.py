"""Reads of Orders v0 beside what replaces them: in no history, and by no parameter, do they disagree."""

import random
from collections import Counter
from collections.abc import Iterable

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.migration.rehearsal import Rehearsal
from marketplace_sandbox.core.sellers import Sellers
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.migration.rehearsing import TURNS, a_rehearsal, rehearsed
from tests.core.simulation import simulate

HISTORIES, CHUNKS = 100, 4


def disagreements(found: Iterable[Rehearsal]) -> list[object]:
    """What disagreed, with the call that it was found by."""
    return [
        (each.call.url_path, dict(each.call.query), line) for each in found for line in each.comparison.disagreements
    ]


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_read_disagrees_with_what_replaces_it_in_random_histories(chunk: int) -> None:
    each = HISTORIES // CHUNKS
    rehearsals, asked, compared = a_rehearsal(), Counter[str](), 0
    for seed in range(chunk * each, (chunk + 1) * each):
        world = simulate(seed, TURNS, partial=bool(seed % 2))[0]
        found = list(rehearsed(world, random.Random(seed), rehearsals))
        assert disagreements(found) == []
        asked.update(one.call.operation_id for one in found)
        compared += sum(field.compared for one in found for field in one.comparison.fields.values())
    assert min(asked.values()) > 5 * each
    assert len(asked) == 6
    assert compared > 500 * each


@pytest.mark.parametrize("name", library.scenario_names(fixtures_dir()))
def test_no_read_disagrees_in_the_scenarios(name: str) -> None:
    """Gifts, promotions, business buyers, points: what random histories have none of."""
    world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
    assert disagreements(rehearsed(world, random.Random(name), a_rehearsal(), lists=30)) == []
