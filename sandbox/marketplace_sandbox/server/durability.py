"""What an answer waits for: that all it tells of outlives a power cut. Knows no store but by its protocol."""

import asyncio
import threading
from collections.abc import Awaitable
from contextlib import suppress

from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.threads import Threads
from marketplace_sandbox.core.journal.journal import JournalStore, StoreSyncError, StoreUnavailableError

READS = frozenset({"GET", "HEAD", "OPTIONS"})

_Waiter = tuple[int, "asyncio.Future[None]"]


class Durability:
    """Holds answers back until the store has synced whatever was changed before they were made.

    One sync runs at a time, in a thread, and all who wait when it begins go on when it ends: the busier the server, the
    more of them share one. Reads wait as well, since what they show has perhaps just been changed; where nothing was,
    an answer passes at once.
    """

    def __init__(self, store: JournalStore) -> None:
        self._store = store
        self._threads: Threads | None = None
        self._lock = threading.Lock()
        self._waiters: list[_Waiter] = []
        self._syncs = False

    def hold_answer(self, exchange: Exchange) -> Awaitable[None] | None:
        """Has an answer wait until what it tells of outlives a power cut. Raises StoreUnavailableError for a command
        of which that is not sure; reads and refusals are answered.
        """
        changes = self._store.changes
        return None if self._store.synced == changes else self._wait(exchange, changes)

    async def _wait(self, exchange: Exchange, changes: int) -> None:
        synced: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            self._waiters.append((changes, synced))
            if not self._syncs:
                self._threads = self._threads or Threads(1, "sync")
                self._threads.submit(self._sync)
                self._syncs = True
        try:
            await synced
        except StoreUnavailableError as failure:
            if exchange.problem is None and exchange.method not in READS and not _began_later(exchange, failure):
                raise

    def _sync(self) -> None:
        """Syncs as long as anybody waits; runs in its thread."""
        while True:
            failure = None
            try:
                self._store.sync()
            except StoreUnavailableError as wrong:
                failure = wrong
            with self._lock:
                synced, waiters = self._store.synced, self._waiters
                self._waiters = [] if failure else [each for each in waiters if each[0] > synced]
                self._syncs = bool(self._waiters)
                goes_on = self._syncs
            _tell([future for changes, future in waiters if failure or changes <= synced], failure)
            if not goes_on:
                return

    def close(self) -> None:
        """Lets the thread go."""
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None


def _tell(futures: list["asyncio.Future[None]"], failure: StoreUnavailableError | None) -> None:
    """Has those who wait go on: all of an event loop in one go, which a call for each would wake as often."""
    for loop in {each.get_loop() for each in futures}:
        of_loop = [each for each in futures if each.get_loop() is loop]
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(_finish, of_loop, failure)


def _finish(futures: list["asyncio.Future[None]"], failure: StoreUnavailableError | None) -> None:
    for future in futures:
        if future.done():  # nobody waits any more
            continue
        if failure is None:
            future.set_result(None)
        else:
            future.set_exception(failure)


def _began_later(exchange: Exchange, failure: StoreUnavailableError) -> bool:
    """Whether a request came when nothing could be changed any more."""
    return isinstance(failure, StoreSyncError) and exchange.began > failure.noticed
