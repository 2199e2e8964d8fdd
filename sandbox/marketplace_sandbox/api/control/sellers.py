"""Sellers: opening, listing, ending and resetting worlds. Credentials come from whoever issues them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from marketplace_sandbox.api.control import bodies, paging
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.projections import Json
from marketplace_sandbox.core.refusals import ClockBusyError
from marketplace_sandbox.core.sellers import DEFAULT_SELLER, Sellers, queues_of
from marketplace_sandbox.core.world import World

FIELDS = ("seller_id", "start", "rate", "seed", "marketplace_ids", "policy")

Credentials = Callable[[str], Mapping[str, Any]]
Forget = Callable[[str], None]
EmptyQueues = Callable[..., None]
"""Has everything forgotten that lies in queues, given by their ARNs."""


def add(sellers: Sellers, body: Any, credentials: Credentials) -> Json:
    """A new seller with credentials."""
    given = bodies.fields(body, FIELDS)
    if "start" in given:
        given["start"] = bodies.instant("start", given["start"])
    return _shown(sellers.open(**given), credentials)


def show(sellers: Sellers, seller_id: str, credentials: Credentials) -> Json:
    """A seller with credentials."""
    return _shown(sellers.get(seller_id), credentials)


def _shown(world: World, credentials: Credentials) -> Json:
    return {
        "seller_id": world.seller_id,
        "marketplace_ids": list(world.marketplace_ids),
        **credentials(world.seller_id),
    }


def page(sellers: Sellers, query: Mapping[str, Any]) -> Json:
    """Every seller, in the order of their opening."""
    return paging.page("sellers", list(sellers), _view, query)


def _view(world: World) -> Json:
    return {
        "seller_id": world.seller_id,
        "marketplace_ids": list(world.marketplace_ids),
        "now": format_instant(world.now()),
        "rate": world.clock.rate,
        "orders": len(world.orders),
    }


def remove(sellers: Sellers, seller_id: str, forget: Iterable[Forget]) -> None:
    """End a seller's world. The default seller stays."""
    if seller_id == DEFAULT_SELLER:
        message = f"The default seller {seller_id} cannot be deleted; reset it instead."
        raise ApiError(409, "DEFAULT_SELLER", message)
    sellers.remove(seller_id)
    _forget([seller_id], forget)


def reset(
    sellers: Sellers, seller_id: str | None, body: Any, forget: Iterable[Forget], empty_queues: EmptyQueues
) -> Json:
    """Begin this seller's world again, or every seller's; none while one of them is being advanced.

    Ids repeat, so what lies in the queues of those worlds is forgotten, too, unless others send there.
    """
    given = bodies.fields(body, ("all",))
    worlds = list(sellers) if given.get("all") else [sellers.get(seller_id)]
    if any(world.advancing for world in worlds):
        raise ClockBusyError("a reset")
    theirs = queues_of(worlds)
    for world in worlds:
        world.reset()
    empty_queues(*(each for each in theirs if each not in queues_of(sellers)))
    _forget([world.seller_id for world in worlds], forget)
    return {"reset": [world.seller_id for world in worlds]}


def _forget(seller_ids: Iterable[str], forget: Iterable[Forget]) -> None:
    for seller_id in seller_ids:
        for each in forget:
            each(seller_id)
