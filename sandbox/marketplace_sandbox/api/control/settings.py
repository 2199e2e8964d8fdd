"""Settings: the seller's overrides of the policy. Which there are is the policy's matter."""

from typing import Any

from marketplace_sandbox.api.control import bodies
from marketplace_sandbox.core.projections import Json
from marketplace_sandbox.core.world import World


def show(world: World) -> Json:
    """Every setting with the value in force."""
    return world.policy.shown()


def change(world: World, body: Any) -> Json:
    """Merge settings; null resets one. All settings as they are then."""
    world.happen("configured", bodies.mapping(body))
    return show(world)
