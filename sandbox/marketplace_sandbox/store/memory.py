"""Journals in memory, for tests and short sessions: they end with the process. Knows no files."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from marketplace_sandbox.core.journal import ConflictError, Entry, read_body, require_gapless, write_body

# Bodies are kept as text, so that a world is folded here from the same values as from a file,
# and nobody can change an entry behind the journal's back.
_Row = tuple[int, datetime, int, str, str]


class MemoryStore:
    """A journal store in a dict."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journals: dict[str, list[_Row]] = {}
        self._secrets: dict[str, str] = {}

    def append(self, world_id: str, entry: Entry) -> None:
        row = _row(entry)
        with self._lock:
            last = len(self._journals.get(world_id, ()))
            if entry.version != last + 1:
                raise ConflictError(world_id, entry.version, last)
            self._journals.setdefault(world_id, []).append(row)

    def read(self, world_id: str, since: int = 0) -> Iterator[Entry]:
        with self._lock:
            rows = self._journals.get(world_id, [])[since:]
        return (Entry(version, at, kind, read_body(body), form) for version, at, form, kind, body in rows)

    def worlds(self) -> list[str]:
        with self._lock:
            return list(self._journals)

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        require_gapless(world_id, entries)
        rows = [_row(entry) for entry in entries]
        with self._lock:
            if rows:
                self._journals[world_id] = rows
            else:
                self._journals.pop(world_id, None)

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
    return entry.version, entry.at, entry.format, entry.kind, write_body(entry.body)
