"""The one small thread that wakes for deadlines nobody asks about, on worlds whose clocks run."""

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from marketplace_sandbox.core.courier_port import CourierPort, catch_up
from marketplace_sandbox.core.journal.journal import JournalStore, StoreUnavailableError
from marketplace_sandbox.core.world.world import World

logger = logging.getLogger("marketplace_sandbox.ticker")

LONGEST_WAIT = 0.5
"""Seconds of wall time after which the worlds are looked at again, since a command may have set an earlier deadline."""

CLOSE_SECONDS = 0.5


class Ticker:
    """Settles every world that has fallen behind its clock, and wakes the courier for what that brought about.

    Before each look the store is checked: while it fails, nothing is begun that could not be written down, and once it
    is well again, what has been left is taken up. After each, `keep_results` is called, so that a kill loses no more
    than half a second of them.
    """

    def __init__(
        self,
        worlds: Callable[[], Iterable[World]],
        courier: CourierPort,
        store: JournalStore,
        keep_results: Callable[[], None] = lambda: None,
    ) -> None:
        self._worlds = worlds
        self._keep_results = keep_results
        self._courier = courier
        self._store = store
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
        try:
            self._store.check()
        except StoreUnavailableError:  # logged where it was noticed
            return wait
        for world in self._worlds():
            try:
                wait = min(wait, self._settle(world))
            except Exception:  # one world must not stop the others; it is tried again at the next look
                logger.exception("the world of %s could not be settled", world.seller_id)
        with suppress(StoreUnavailableError):  # the store itself says so
            self._keep_results()
        return wait

    def _settle(self, world: World) -> float:
        with suppress(StoreUnavailableError):
            catch_up(world, self._courier)
        if world.has_outgoing:  # left when an attempt could not be recorded
            self._courier.wake(world)
        due = world.peek_due()
        until = world.clock.real_until(due) if due else None
        return LONGEST_WAIT if until is None else until

    def _run(self) -> None:
        while not self._stop.wait(self.tick()):
            pass
