"""What goes wrong next: adding, listing with accounts, taking away. Whoever meets a fault carries it out."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.api.control import bodies, paging
from marketplace_sandbox.api.http.errors import ApiError, nearest
from marketplace_sandbox.core.faults.faults import Faults
from marketplace_sandbox.core.projections import Json
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.world import World

MOST_AT_ONCE = 100


def page(faults: Faults, world: World, query: Mapping[str, Any]) -> Json:
    """The seller's faults in their order, each with how often it was met."""
    return paging.page("faults", faults.all(world.seller_id), lambda each: each, query, world)


def add(faults: Faults, world: World, body: Any) -> Json:
    """One fault, or several as `faults`, all of them or none."""
    given = bodies.mapping(body)
    if "faults" not in given:
        (added,) = faults.add(world.seller_id, [given], world.now())
        return added
    several = bodies.fields(given, ("faults",))["faults"]
    if not isinstance(several, list) or not 1 <= len(several) <= MOST_AT_ONCE:
        raise FieldError("faults", f"faults is a list of 1 to {MOST_AT_ONCE} faults.")
    return {"faults": faults.add(world.seller_id, several, world.now())}


def remove(faults: Faults, world: World, fault_id: str) -> None:
    """Take one away."""
    known = [each["id"] for each in faults.all(world.seller_id)]
    if not faults.remove(world.seller_id, fault_id):
        near = f"; did you mean {nearest(fault_id, known)}?" if known else "."
        raise ApiError(404, "NotFound", f"There is no fault {fault_id[:100]}{near}")
