"""Waits for deliveries on behalf of those who caused them, no longer than a call may take. Delivers nothing itself."""

import time
from collections.abc import Callable

from marketplace_sandbox.core.courier_port import CourierPort
from marketplace_sandbox.core.world import World

WAIT_SECONDS = 30.0
"""Wall time that one call waits for deliveries in all."""


class Wait:
    """One call's waiting. Calling it delivers what is outgoing, until the time of the call is used up."""

    def __init__(
        self,
        dispatch: CourierPort,
        world: World,
        seconds: float = WAIT_SECONDS,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dispatch = dispatch
        self._world = world
        self._elapsed = elapsed
        self._ends = elapsed() + seconds

    def __call__(self) -> None:
        """Deliver and wait; once the time is used up, only have it done soon."""
        if not self._world.state.outgoing:
            return
        left = self._ends - self._elapsed()
        if left > 0:
            self._dispatch.deliver(self._world, left)
        else:
            self._dispatch.wake(self._world)
