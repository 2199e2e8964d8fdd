"""Journals in memory: gone with the process, for tests and throw-away servers."""

import threading
from collections.abc import Callable, Iterator, Sequence

from sandbox.core.journal import Conflict, Entry


class MemoryStore:
    """A JournalStore of lists. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journals: dict[str, list[Entry]] = {}
        self._secrets: dict[str, str] = {}

    def append(self, world_id: str, entry: Entry) -> None:
        with self._lock:
            journal = self._journals.setdefault(world_id, [])
            if entry.version != len(journal) + 1:
                raise Conflict(f"World {world_id} is at version {len(journal)}; {entry.version} is not the next.")
            journal.append(entry)

    def read(self, world_id: str, since: int = 0) -> Iterator[Entry]:
        with self._lock:
            return iter(self._journals.get(world_id, [])[since:])

    def worlds(self) -> list[str]:
        with self._lock:
            return list(self._journals)

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        with self._lock:
            if entries:
                self._journals[world_id] = list(entries)
            else:
                self._journals.pop(world_id, None)

    def secret(self, name: str, make: Callable[[], str]) -> str:
        with self._lock:
            return self._secrets.setdefault(name, make())

    def close(self) -> None:
        """Nothing is held."""
