"""How often a login has failed of late, by where it came from: whoever fails too often waits."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_FAILURES = 5
"""So many failures of one address are taken within the window; of all addresses together, ten times as many."""
WINDOW_SECONDS = 60.0
MOST_ADDRESSES = 1_024
EVERYWHERE = ""


class Failures:
    """The latest failures of each address, and of all."""

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._lock = threading.Lock()
        self._latest: OrderedDict[str, deque[float]] = OrderedDict()

    def seconds_to_wait(self, address: str) -> float:
        """How long an address has to wait before it may try again; 0 where it need not."""
        with self._lock:
            return max(self._wait(address, MOST_FAILURES), self._wait(EVERYWHERE, 10 * MOST_FAILURES))

    def note(self, address: str) -> None:
        """One more failure."""
        with self._lock:
            for each in (address, EVERYWHERE):
                self._latest.setdefault(each, deque(maxlen=10 * MOST_FAILURES)).append(self._elapsed())
                self._latest.move_to_end(each)
            while len(self._latest) > MOST_ADDRESSES:
                self._latest.popitem(last=False)

    def forget(self, address: str) -> None:
        """A login has gone well."""
        with self._lock:
            self._latest.pop(address, None)

    def _wait(self, address: str, most: int) -> float:
        began = self._elapsed() - WINDOW_SECONDS
        latest = [at for at in self._latest.get(address, ()) if at > began]
        return latest[-most] - began if len(latest) >= most else 0.0
