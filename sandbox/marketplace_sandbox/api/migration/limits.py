"""How long the same poll takes under the published usage plans of either generation. Makes no call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from marketplace_sandbox.api.admission.poll_time import show_poll
from marketplace_sandbox.api.admission.usage_plans import OperationIndex, PlatformOperation

V0_BASE, LATEST_BASE = "/orders/v0", "/orders/2026-01-01"
LIST, SEARCH = "getOrders", "searchOrders"


@dataclass(frozen=True, slots=True)
class Read:
    """An operation of v0 that was called, and how often, and those of 2026-01-01 that are called in its place."""

    operation: str
    replacements: Sequence[str]
    times: int = 1


def compare_limits(plans: OperationIndex, reads: Sequence[Read]) -> dict[str, Any] | None:
    """A poll of these reads in their order, and the same one call by call in 2026-01-01; None of no reads at all.

    `latest_by_lists` is that poll where the lists bring what single orders were asked for: they have items, buyer and
    address with them, so a client that asks for all of it there needs no other call. None where that saves nothing.
    """
    if not reads:
        return None
    in_place = [(operation, each.times) for each in reads for operation in each.replacements]
    lists = [(operation, each.times) for each in reads if each.operation == LIST for operation in each.replacements]
    saves = len(lists) < len(in_place) and any(operation == SEARCH for operation, _ in lists)
    return {
        "v0": show_poll(_runs(plans, V0_BASE, ((each.operation, each.times) for each in reads))),
        "latest": show_poll(_runs(plans, LATEST_BASE, in_place)),
        "latest_by_lists": show_poll(_runs(plans, LATEST_BASE, lists)) if saves else None,
    }


def _runs(
    plans: OperationIndex, base_path: str, called: Iterable[tuple[str, int]]
) -> list[tuple[PlatformOperation, int]]:
    """The operations in their order, each with how many calls of it follow one another."""
    runs = (
        (plans.find(name, base_path), sum(times for _, times in calls))
        for name, calls in groupby(called, key=itemgetter(0))
    )
    return [(operation, count) for operation, count in runs if operation is not None]
