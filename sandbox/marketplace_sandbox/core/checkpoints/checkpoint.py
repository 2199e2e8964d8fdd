"""A world in pages, as it is after one entry, and what tells a good checkpoint from one that is passed over.

The last thing that is written is the head: which code wrote it, what the world knows beside its data, where in the
pages each table, log and queue is, and the digests of all pages. So a checkpoint without a head is none, and one with a
head is whole, or is found damaged before anything of it is used.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter
from typing import Any

from marketplace_sandbox.core.checkpoints.fingerprint import fingerprint
from marketplace_sandbox.core.checkpoints.pages import (
    DIGEST,
    LogLayer,
    LogPlace,
    Pages,
    PageWriter,
    Put,
    TableLayer,
    TablePlace,
    digest_of,
)
from marketplace_sandbox.core.checkpoints.values import DamagedPageError, decode, encode
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.data.timers import Timers
from marketplace_sandbox.core.journal.fold import first_state
from marketplace_sandbox.core.journal.journal import CheckpointError, CheckpointLabel, JournalStore, PutPage
from marketplace_sandbox.core.past.copies import Copies
from marketplace_sandbox.core.policy import Defaults, todays_defaults
from marketplace_sandbox.core.world.absence import Absence
from marketplace_sandbox.core.world.state import State

TOGETHER = (("orders", "latest"),)
"""Tables that have the same keys, so that they are columns of the same pages."""


@dataclass(frozen=True, slots=True)
class CheckpointVersion:
    """Until where a checkpoint has a world: a version, how much there was, how many times it was `branched` by then."""

    version: int = 0
    size: int = 0
    branched: int = 0

    def until(self, version: int, branched: int) -> "CheckpointVersion":
        """The same for a journal that leaves this one after a version and keeps so many of its branches.

        So a fork is not written down as a whole because there is much in what it has left. A checkpoint of that very
        version may be of a branch that is skipped, and then it is none.
        """
        is_good = self.version < version or (self.version == version and self.branched <= branched)
        return self if is_good else CheckpointVersion()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All of a world at a version: its state, which is nobody else's, and what the world knows beside that.

    So many times its journal had been `branched` by then; a world that stands writes to the `branch` of that number.
    One that no checkpoint has is of a world in memory, whose `copies` of earlier go with it, and what was `kept` of it.
    """

    known: Absence
    state: State
    branched: int = 0
    branch: int = 0
    copies: Copies | None = None
    kept: CheckpointVersion = CheckpointVersion()

    @property
    def version(self) -> int:
        """The version of the last entry that it has in it."""
        return self.known.version


def write_known(known: Absence) -> bytes:
    """What is known of a world without its state, as bytes. Defaults that are today's are not written again."""
    if known.opening.defaults == _todays_defaults():
        known = replace(known, opening=replace(known.opening, defaults={}))
    return encode(known)


def read_known(written: bytes) -> Absence:
    """What is known of a world without its state. Raises DamagedPageError."""
    known = decode(written)
    if not isinstance(known, Absence):
        raise DamagedPageError("it does not say what is known of a world")
    if not known.opening.defaults:
        known = replace(known, opening=replace(known.opening, defaults=_todays_defaults()))
    return known


@cache
def _todays_defaults() -> Defaults:
    """One for all worlds. A checkpoint is read by the code that wrote it, of which they are a part."""
    return todays_defaults()


def write_checkpoint(snapshot: Snapshot, put: Put) -> bytes:
    """The head of a checkpoint, whose pages are given away one by one before."""
    writer = PageWriter(put)
    named = dict(snapshot.state.data.named())
    places: dict[str, tuple[Any, ...]] = {}
    for names in TOGETHER:
        tables = [named[each] for each in names]
        if len({tuple(each) for each in tables}) == 1:
            place = writer.write_tables(*tables).write()
            places |= {name: ("table", place, column) for column, name in enumerate(names)}
    for name, value in named.items():
        if name not in places:
            places[name] = _write(writer, value)
    head = {
        "code": fingerprint(),
        "known": write_known(snapshot.known),
        "places": places,
        "digests": writer.digests,
    }
    body = encode(head)
    return digest_of(body) + body


def _write(writer: PageWriter, value: Any) -> tuple[Any, ...]:
    """Where in the pages a value is, or the value itself."""
    if isinstance(value, Table):
        return "table", writer.write_tables(value).write(), 0
    if isinstance(value, Log):
        return "log", writer.write_log(value).write()
    if isinstance(value, Timers):
        # sorted, it is a heap as well, whose earliest lie on the first pages
        return "timers", writer.write_log(sorted(value, key=itemgetter(0, 1))).write(), value.numbered
    return "value", value


def read_checkpoint(head: bytes, pages: Sequence[bytes]) -> Snapshot:
    """The world of a checkpoint. Raises DamagedPageError for one that is not whole, or was written by other code."""
    body = head[DIGEST:]
    if digest_of(body) != head[:DIGEST]:
        raise DamagedPageError("its head is not as it was written")
    said = decode(body)
    try:
        if said["code"] != fingerprint():
            raise DamagedPageError("it was written by other code")
        read = Pages(pages, said["digests"])
        known = read_known(said["known"])
        data = first_state(known.opening).data
        data.fill({name: _read(read, place) for name, place in said["places"].items()})
        return Snapshot(known, State(data))
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise DamagedPageError(f"its head does not say what a checkpoint's says ({wrong!r})") from wrong


def find_snapshot(store: JournalStore, world_id: str, until: int | None = None) -> Snapshot | None:
    """The latest checkpoint that is good for a world, up to a version; a damaged one is told of and taken away."""
    code = fingerprint()
    if not code:
        return None
    try:
        found = store.checkpoint(world_id, code, until)
        if found is None:
            return None
        snapshot = replace(read_checkpoint(found.head, found.pages), branched=found.branched)
        if snapshot.version != found.version:
            raise DamagedPageError(f"it is after entry {snapshot.version}, and should be after {found.version}")
        return snapshot
    except (CheckpointError, DamagedPageError) as wrong:
        pass_over(store, world_id, str(wrong))
        return None


def pass_over(store: JournalStore, world_id: str, why: str) -> None:
    """Have no checkpoint of a world used any more, and have that told."""
    with suppress(CheckpointError):
        store.drop_checkpoints(world_id, why)


def keep_snapshot(store: JournalStore, snapshot: Snapshot, pause: Callable[[], None] = lambda: None) -> bool:
    """Keep a checkpoint of a world; whether that can be done at all. `pause` is called between two pages.

    Raises CheckpointError.
    """
    code = fingerprint()
    if not code:
        return False

    def write(put: PutPage) -> bytes:
        def put_and_pause(page: bytes) -> None:
            put(page)
            pause()

        return write_checkpoint(snapshot, put_and_pause)

    known = b"" if snapshot.known.outgoing else write_known(snapshot.known)
    label = CheckpointLabel(snapshot.version, code, known, snapshot.branch)
    store.keep_checkpoint(snapshot.known.opening.seller_id, label, write)
    return True


def _read(pages: Pages, place: tuple[Any, ...]) -> Any:
    kind, where, *more = place
    if kind == "table":
        return Table(TableLayer(pages, TablePlace(*where), more[0]))
    if kind == "log":
        return Log((LogLayer(pages, LogPlace(*where)),))
    if kind == "timers":
        return Timers(LogLayer(pages, LogPlace(*where)), more[0])
    return where
