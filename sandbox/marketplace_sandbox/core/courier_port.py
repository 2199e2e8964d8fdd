"""What takes notices out of a world to their subscribers, as the edges see it. Implemented in `delivery`."""

from typing import Protocol

from marketplace_sandbox.core.world import World


class CourierPort(Protocol):
    """The courier as seen by whoever causes deliveries."""

    def wake(self, world: World) -> None:
        """Have what is outgoing delivered soon; answers at once."""

    def deliver(self, world: World, seconds: float) -> None:
        """Have what is outgoing delivered and wait for it, `seconds` of wall time at most.

        Answers at once when called from inside a receiver of the same world's delivery; the outer delivery takes it.
        """


def catch_up(world: World, dispatch: CourierPort) -> None:
    """Let happen what a running clock has made due, and have sent what came of it."""
    if world.behind():
        world.settle()
        if world.state.outgoing:
            dispatch.wake(world)
