"""Journals in memory, for tests and short sessions: they end with the process. Knows no files."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from marketplace_sandbox.core.journal.journal import (
    Branch,
    Checkpoint,
    CheckpointLabel,
    ConflictError,
    Entry,
    PutPage,
    read_text,
    require_gapless,
    require_version,
    write_text,
)
from marketplace_sandbox.store.branches import Branches, StoredBranch

# Bodies are kept as text, so that a world is folded here from the same values as from a file,
# and nobody can change an entry behind the journal's back.
_Row = tuple[int, datetime, int, str, str]


@dataclass
class _Kept:
    """What a branch has of its own: its entries, what was said when it was begun, and a checkpoint, if there is one."""

    rows: list[_Row] = field(default_factory=list)
    origin: str = ""
    checkpoint: tuple[CheckpointLabel, bytes, list[bytes]] | None = None


class MemoryStore:
    """A journal store in a dict."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._branches = Branches()
        self._numbers = count(1)
        self._kept: dict[int, _Kept] = {}
        self._secrets: dict[str, str] = {}
        self._results: dict[str, tuple[int, str]] = {}

    def append(self, world_id: str, entry: Entry) -> None:
        row = _row(entry)
        with self._lock:
            last = self._last(world_id)
            if entry.version != last + 1:
                raise ConflictError(world_id, entry.version, last)
            if world_id not in self._branches.heads:
                self._begin(world_id, StoredBranch(next(self._numbers)), _Kept())
            self._kept[self._branches.heads[world_id].number].rows.append(row)

    def read(self, world_id: str, since: int = 0, until: int | None = None) -> Iterator[Entry]:
        rows: list[_Row] = []
        with self._lock:
            head = self._branches.heads.get(world_id)
            for branch, after, last in head.stretches(since, until) if head else ():
                kept = self._kept[branch.number].rows
                rows += kept[after - branch.base : None if last is None else last - branch.base]
        return (read_text(version, at, kind, text, form) for version, at, form, kind, text in rows)

    def worlds(self) -> list[str]:
        with self._lock:
            return list(self._branches.heads)

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        require_gapless(world_id, entries)
        rows = [_row(entry) for entry in entries]
        with self._lock:
            self._results.pop(world_id, None)
            if rows:
                self._begin(world_id, StoredBranch(next(self._numbers)), _Kept(rows))
            else:
                self._let_go(self._branches.end(world_id))

    def branch(self, *branches: Branch) -> None:
        kept = [_Kept([_row(entry) for entry in each.entries], each.origin) for each in branches]
        with self._lock:
            lasts: dict[str, int] = {}
            for each in branches:
                require_version(each, lasts.get(each.of) or self._last(each.of))
                require_gapless(each.world_id, each.entries, each.version)
                lasts[each.world_id] = each.version + len(each.entries)
            for each, its in zip(branches, kept, strict=True):
                parent = self._branches.heads[each.of].holder(each.version, each.skips)
                self._results.pop(each.world_id, None)
                self._begin(each.world_id, StoredBranch(next(self._numbers), parent, each.version), its)

    def origins(self, world_id: str) -> list[tuple[int, str]]:
        with self._lock:
            head = self._branches.heads.get(world_id)
            left = [each for each in head.ancestry() if each.parent is not None] if head else []
            return [(each.base, self._kept[each.number].origin) for each in reversed(left)]

    def left_at(self, world_id: str, of: str) -> int | None:
        with self._lock:
            return self._branches.left_at(world_id, of)

    def _begin(self, world_id: str, branch: StoredBranch, kept: _Kept) -> None:
        self._kept[branch.number] = kept
        self._let_go(self._branches.begin(world_id, branch))

    def _let_go(self, gone: Sequence[tuple[StoredBranch, int | None]]) -> None:
        for branch, after in gone:
            if after is None:
                del self._kept[branch.number]
            else:
                kept = self._kept[branch.number]
                del kept.rows[after - branch.base :]
                if kept.checkpoint and kept.checkpoint[0].version > after:
                    kept.checkpoint = None

    def _last(self, world_id: str) -> int:
        head = self._branches.heads.get(world_id)
        return head.base + len(self._kept[head.number].rows) if head else 0

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

    changes = synced = 0
    """Nothing that could outlive anything."""

    def sync(self) -> None:
        """Memory has nowhere to put it."""

    @property
    def is_lasting(self) -> bool:
        return False

    def branch_of(self, world_id: str) -> int:
        with self._lock:
            head = self._branches.heads.get(world_id)
            return head.number if head else 0

    def keep_checkpoint(self, world_id: str, label: CheckpointLabel, write: Callable[[PutPage], bytes]) -> None:
        with self._lock:
            head = self._branches.heads.get(world_id)
        if head is None or label.branch not in (None, head.number):
            return
        pages: list[bytes] = []
        written = write(pages.append)
        with self._lock:
            if self._branches.heads.get(world_id) is head:
                self._kept[head.number].checkpoint = label, written, pages

    def checkpoint(self, world_id: str, code: str, until: int | None = None) -> Checkpoint | None:
        with self._lock:
            head = self._branches.heads.get(world_id)
            found = head.latest(self._versions(code), until) if head else None
            kept = self._kept[found[0].number].checkpoint if found else None
        return Checkpoint(kept[0].version, kept[1], kept[2], found[1]) if found and kept else None

    def _versions(self, code: str) -> dict[int, int]:
        """After which entries there are checkpoints by some code, by their branches."""
        kept = ((number, each.checkpoint) for number, each in self._kept.items())
        return {number: each[0].version for number, each in kept if each and each[0].code == code}

    def known(self, code: str) -> dict[str, tuple[int, bytes]]:
        with self._lock:
            kept = {world_id: self._kept[head.number].checkpoint for world_id, head in self._branches.heads.items()}
            return {
                world_id: (each[0].version, each[0].known)
                for world_id, each in kept.items()
                if each and each[0].code == code and each[0].version == self._last(world_id)
            }

    def drop_checkpoints(self, world_id: str, why: str = "") -> None:  # noqa: ARG002  memory is not damaged
        with self._lock:
            head = self._branches.heads.get(world_id)
            for branch in head.ancestry() if head else ():
                self._kept[branch.number].checkpoint = None

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
