"""The thread that writes worlds down as they are, so that they open at once, and has idle ones leave memory.

It works from copies, which cost nothing, and between two pages it lets others have the interpreter and the store. A
world is written down when so much has come since the last time that it pays: about as much again as there was, or a
part of it once nobody wants anything of the world. So what it costs stays in proportion to what was done, however long
a journal is.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable

from marketplace_sandbox.core.checkpoints.checkpoint import keep_snapshot
from marketplace_sandbox.core.journal.journal import CheckpointError, JournalStore, StoreError
from marketplace_sandbox.core.world.world import World

logger = logging.getLogger("marketplace_sandbox.checkpoints")

LOOK_SECONDS = 2.0
"""How often the worlds are looked at."""

QUIET_SECONDS = 20.0
"""A world of which nobody has wanted anything for so long is quiet."""

LEAST = 2_000
"""With less than this to be folded, a world is open sooner than anybody notices, and is not written down for it."""

END_SECONDS = 20.0
"""How long worlds are written down at the end of a server; one that is killed meanwhile is as it was before."""

TRY_AGAIN_SECONDS = 60.0
"""How long nothing is written after that has failed."""


class _StoppedError(Exception):
    """A checkpoint that is not written to its end, since the server ends."""


class Checkpoints:
    """Writes the worlds of a server down. `idle_seconds` is when an idle one leaves memory, None for never."""

    def __init__(
        self,
        worlds: Callable[[], Iterable[World]],
        store: JournalStore,
        idle_seconds: float | None,
        real: Callable[[], float] = time.monotonic,
    ) -> None:
        self._worlds = worlds
        self._store = store
        self._idle_seconds = idle_seconds
        self._real = real
        self._tries_again_at = 0.0
        self._failed = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking, and write down what it pays to have at the next start, as far as there is time for it."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(END_SECONDS)
        if self._store.is_lasting:
            self._write_all(self._real() + END_SECONDS)

    def look(self) -> None:
        """Write down what has grown, and have leave what is idle."""
        for world in self._worlds():
            if self._stop.is_set():
                return
            if world.absence is not None:
                continue
            idle = self._real() - world.used_at
            if self._store.is_lasting and _pays(world, 16 if idle >= QUIET_SECONDS else 1):
                self._write(world, self._give_way)
            if self._idle_seconds is not None and idle >= self._idle_seconds:
                self._let_leave(world)

    def _let_leave(self, world: World) -> None:
        if not world.leave() and not world.advancing and not world.has_outgoing:
            self._write(world, self._give_way)
            world.leave()

    def _write(self, world: World, pause: Callable[[], None]) -> bool:
        if self._real() < self._tries_again_at:
            return False
        snapshot = world.snapshot()
        if snapshot is None or snapshot.version == world.checkpoint_version:
            return False
        try:
            kept = keep_snapshot(self._store, snapshot, pause)
        except CheckpointError as wrong:
            self._tell(str(wrong))
            return False
        except TypeError as wrong:  # something that a world has in it is not among the values that are written
            self._tell(f"the world of {world.seller_id} cannot be written down: {wrong}")
            return False
        if kept:
            world.note_checkpoint(snapshot)
            self._failed = ""
        return kept

    def _tell(self, why: str) -> None:
        """Once for each cause. What is not written costs time at the next start, and nothing else."""
        if why != self._failed:
            logger.warning("No checkpoint is written for now, so the next start takes longer: %s", why)
        self._failed, self._tries_again_at = why, self._real() + TRY_AGAIN_SECONDS

    def _give_way(self) -> None:
        if self._stop.wait(0.002):
            raise _StoppedError

    def _write_all(self, until: float) -> None:
        def hurry() -> None:
            if self._real() > until:
                raise _StoppedError

        try:
            grown = sorted((each for each in self._worlds() if _pays(each, 32)), key=lambda each: -each.growth[0])
            for world in grown:
                self._write(world, hurry)
        except _StoppedError:
            pass

    def _run(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self.look()
            except _StoppedError:
                return
            except StoreError:  # told where it was noticed
                continue
            except Exception:  # nothing of this is needed by anybody who is served
                logger.exception("the worlds cannot be written down")
                self._stop.wait(TRY_AGAIN_SECONDS)


def _pays(world: World, part: int) -> bool:
    """Whether so much has come since the last checkpoint that writing another one pays: a part of what was there."""
    grown, size = world.growth
    return grown >= LEAST and grown * part >= size - grown
