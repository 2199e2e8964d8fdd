"""Journals in memory, for tests and short sessions: they end with the process. Knows no files."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from marketplace_sandbox.core.journal import ConflictError, Entry, read_text, require_gapless, write_text

# Bodies are kept as text, so that a world is folded here from the same values as from a file,
# and nobody can change an entry behind the journal's back.
_Row = tuple[int, datetime, int, str, str]


class MemoryStore:
    """A journal store in a dict."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journals: dict[str, list[_Row]] = {}
        self._secrets: dict[str, str] = {}
        self._results: dict[str, tuple[int, str]] = {}

    def append(self, world_id: str, entry: Entry) -> None:
        row = _row(entry)
        with self._lock:
            last = len(self._journals.get(world_id, ()))
            if entry.version != last + 1:
                raise ConflictError(world_id, entry.version, last)
            self._journals.setdefault(world_id, []).append(row)

    def read(self, world_id: str, since: int = 0, until: int | None = None) -> Iterator[Entry]:
        with self._lock:
            rows = self._journals.get(world_id, [])[since:until]
        return (read_text(version, at, kind, text, form) for version, at, form, kind, text in rows)

    def worlds(self) -> list[str]:
        with self._lock:
            return list(self._journals)

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        require_gapless(world_id, entries)
        rows = [_row(entry) for entry in entries]
        with self._lock:
            self._results.pop(world_id, None)
            if rows:
                self._journals[world_id] = rows
            else:
                self._journals.pop(world_id, None)

    def keep_results(self, results: Mapping[str, tuple[int, str]]) -> None:
        with self._lock:
            self._results.update(results)

    def last_result(self, world_id: str) -> tuple[int, str] | None:
        with self._lock:
            return self._results.get(world_id)

    def secret(self, name: str, make: Callable[[], str]) -> str:
        with self._lock:
            if name not in self._secrets:
                self._secrets[name] = make()
            return self._secrets[name]

    @property
    def failure(self) -> None:
        """Memory does not fail."""

    def check(self) -> None:
        """Memory can always be written."""

    def close(self) -> None:
        """Nothing to let go of; the journals end with the object."""

    discard = close


def _row(entry: Entry) -> _Row:
    return entry.version, entry.at, entry.format, entry.kind, write_text(entry)
