"""The one small thread that wakes for deadlines nobody asks about, on worlds whose clocks run."""

import logging
import threading
from collections.abc import Callable, Iterable

from marketplace_sandbox.core.courier_port import CourierPort, catch_up
from marketplace_sandbox.core.world import World

logger = logging.getLogger("marketplace_sandbox.ticker")

LONGEST_WAIT = 0.5
"""Seconds of wall time after which the worlds are looked at again, since a command may have set an earlier deadline."""

CLOSE_SECONDS = 0.5


class Ticker:
    """Settles every world that has fallen behind its clock, and wakes the courier for what that brought about."""

    def __init__(self, worlds: Callable[[], Iterable[World]], courier: CourierPort) -> None:
        self._worlds = worlds
        self._courier = courier
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching. What is just being settled is waited for a moment, and goes on at the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    def tick(self) -> float:
        """Settle what has fallen behind; answers how many seconds may pass before the next look."""
        wait = LONGEST_WAIT
        for world in self._worlds():
            try:
                wait = min(wait, self._settle(world))
            except Exception:  # one world must not stop the others; it is tried again at the next look
                logger.exception("the world of %s could not be settled", world.seller_id)
        return wait

    def _settle(self, world: World) -> float:
        catch_up(world, self._courier)
        due = world.state.schedule.peek_due()
        until = world.clock.real_until(due) if due else None
        return LONGEST_WAIT if until is None else until

    def _run(self) -> None:
        while not self._stop.wait(self.tick()):
            pass
