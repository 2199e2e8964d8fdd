"""Reads of Orders v0 beside what replaces them: in no history, and by no parameter, do they disagree."""

import random
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlencode

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.admission.access import Caller
from marketplace_sandbox.api.migration.rehearsal import Effort, Rehearsal
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.migration.rehearsing import EVER, ORDERS, TURNS, a_rehearsal, rehearsed
from tests.core.simulation import simulate
from tests.depth import depth

HISTORIES, CHUNKS = depth(test=48, soak=400), 4


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
    assert min(asked.values()) > 4 * each
    assert len(asked) == 6
    assert compared > 500 * each


def test_a_search_that_is_cut_short_compares_what_it_has() -> None:
    """A page of v0 may be spread over many of searchOrders, where a client filters: what was not read is no mistake."""
    rehearsals, cut = a_rehearsal(), 0
    for seed in range(8):
        world = simulate(seed, TURNS)[0]
        buyer = list(world.orders.values())[-1].buyer.email
        query = urlencode(
            {"MarketplaceIds": ",".join(world.marketplace_ids), "CreatedAfter": EVER, "BuyerEmail": buyer}
        )
        call = rehearsals.v0.read_call("GET", ORDERS, f"{query}&MaxResultsPerPage=1")
        found = rehearsals.compare(call, Caller(world), None, Effort(2))
        assert found.comparison.disagreements == []
        assert len(found.answers) <= 2
        cut += found.is_cut
    assert cut > 3


@pytest.mark.parametrize("name", library.scenario_names(fixtures_dir()))
def test_no_read_disagrees_in_the_scenarios(name: str) -> None:
    """Gifts, promotions, business buyers, points: what random histories have none of."""
    world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
    assert disagreements(rehearsed(world, random.Random(name), a_rehearsal(), lists=30)) == []
