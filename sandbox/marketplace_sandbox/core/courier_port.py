"""What takes notices out of a world to their subscribers, as the edges see it. Implemented in `delivery`."""

from collections.abc import Generator
from concurrent.futures import Future
from typing import Protocol

from marketplace_sandbox.core.world.world import World


class CourierPort(Protocol):
    """The courier as seen by whoever causes deliveries."""

    def wake(self, world: World) -> None:
        """Have what is outgoing delivered soon; answers at once."""

    def deliver_in_steps(self, world: World, seconds: float) -> Generator[tuple["Future[None]", float], None, None]:
        """Have what is outgoing delivered; yields what is to be waited for until it is, each with the seconds of wall
        time that it may take. There are `seconds` in all.

        Yields nothing when called from inside a receiver of the same world's delivery; the outer delivery takes it.
        """


def catch_up(world: World, courier: CourierPort) -> None:
    """Let happen what a running clock has made due, and have sent what came of it."""
    if world.behind():
        settle(world, courier)


def settle(world: World, courier: CourierPort) -> None:
    """The same for a world that is known to be behind its clock."""
    world.settle()
    if world.has_outgoing:
        courier.wake(world)
