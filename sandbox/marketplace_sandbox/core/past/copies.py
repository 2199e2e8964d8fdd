"""Copies of a world's data, kept as it goes on, so that a look back folds no further than from the nearest."""

import threading

from marketplace_sandbox.core.world.state import State, WorldData

EVERY = 512
"""So many entries lie between two copies at first; a world of fewer has none, and pays for none."""

MOST = 8
"""So many copies are kept. One more, and every other one goes: they lie twice as far apart then."""

MOST_ASKED = 4
"""So many states that somebody asked for are kept besides, those asked for last: who reads one reads it again."""


class Copies:
    """What a world was like after some of its entries. Copies share all that has not changed since.

    Nothing ever changes one that is kept, so whoever asks for a state gets a copy of it without the world's lock.
    """

    def __init__(self, kept: dict[int, WorldData] | None = None) -> None:
        self._kept = kept or {}
        self._asked: dict[int, WorldData] = {}
        self._every = EVERY
        self._next = max(self._kept, default=0) + EVERY
        self._lock = threading.Lock()

    def expect(self, entries: int) -> None:
        """So many entries are about to be taken: of copies that would go again on the way, none is made."""
        while entries > MOST * self._every:
            self._every *= 2
        self._next = max(self._kept, default=0) + self._every

    def keep(self, state: State) -> None:
        """Keep a copy of the state if it is time for one again. Whoever calls holds the world's lock."""
        if state.version < self._next:
            return
        with self._lock:
            self._kept[state.version] = state.data.copy()
            while len(self._kept) > MOST:
                self._every *= 2
                self._kept = _apart(self._kept, self._every)
            self._next = state.version + self._every

    def note(self, state: State) -> None:
        """Keep a copy of a state that somebody has asked for, as long as not many others are asked for."""
        with self._lock:
            self._asked.pop(state.version, None)
            self._asked[state.version] = state.data.copy()
            while len(self._asked) > MOST_ASKED:
                del self._asked[next(iter(self._asked))]

    def nearest(self, version: int) -> State | None:
        """A state of its own, after the latest entry up to a version of which there is a copy; None without any."""
        with self._lock:
            found = {each: data for each, data in (*self._kept.items(), *self._asked.items()) if each <= version}
        return State(found[max(found)].copy()) if found else None

    def until(self, version: int) -> "Copies":
        """Those up to a version, for a world whose journal is the same up to there."""
        with self._lock:
            return Copies({each: data for each, data in self._kept.items() if each <= version})


def _apart(kept: dict[int, WorldData], every: int) -> dict[int, WorldData]:
    """Those of some copies that lie so far apart at least, the latest among them."""
    apart: dict[int, WorldData] = {}
    for version in sorted(kept, reverse=True):
        if not apart or min(apart) - version >= every:
            apart[version] = kept[version]
    return apart
