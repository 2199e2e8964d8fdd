"""Journal: the accepted commands of each world, in order. Says what a store of journals promises,
and stores nothing itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from marketplace_sandbox.core.rules.version import FIRST_RULES, RULES

FORMAT = 2
"""The form that entries are written in. A reader of a later form knows an earlier one by its number.

1 is the body alone. 2 is a list of the body, what had come of the entry before, and the version of the rules.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted command of one world.

    `version` counts 1, 2, 3 … within the world, `at` is the world's instant (aware UTC, whole
    milliseconds), `kind` a word such as `opened` or `acted`, `body` whatever JSON can hold, in the form of that
    number. `result_before` is what had come of the entry before, in the words of `results`, empty where nobody knows,
    and `rules` the version of the rules that it was taken by.
    """

    version: int
    at: datetime
    kind: str
    body: Mapping[str, Any]
    format: int = FORMAT
    result_before: str = ""
    rules: int = RULES


@dataclass(frozen=True, slots=True)
class Branch:
    """Where the journal of `world_id` leaves that of a world, perhaps its own.

    It has the first `version` entries `of` that world, and then `entries`. `origin` is what is said of that, in words
    that a store knows nothing of; what the other has of such words by that version, it has as well, but for the last
    so many that it `skips`, which were said at that very version.
    """

    world_id: str
    of: str
    version: int
    origin: str
    entries: tuple[Entry, ...] = ()
    skips: int = 0


@dataclass(frozen=True, slots=True)
class CheckpointLabel:
    """What is told of a checkpoint without a look into it: after which entry it is, and which code has written it.

    `known` is what of its world is to be known without it, and `branch` where the world wrote when it was looked at.
    """

    version: int
    code: str
    known: bytes = b""
    branch: int | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A world after the entry of a version, as it was written: a head, and pages.

    So many times the journal had been `branched` by then, of the times that `origins` tells of.
    """

    version: int
    head: bytes
    pages: Sequence[bytes]
    branched: int = 0


PutPage = Callable[[bytes], None]
"""Takes the next page of a checkpoint that is being written."""


class ConflictError(Exception):
    """An entry does not follow the last one of its world. Nothing was stored."""

    def __init__(self, world_id: str, version: int, last: int) -> None:
        super().__init__(f"Entry {version} of {world_id} does not follow the last one, {last}. Nothing was stored.")


class StoreError(Exception):
    """A store that cannot be opened or used. The message says what is wrong and what to do."""


class DamagedStoreError(StoreError):
    """A store that is not ours, or cannot be read whole. It was left as it is."""


class UnreadableJournalError(DamagedStoreError):
    """The journal of one world that cannot be read or followed to its end. The others of its store are as they were."""

    def __init__(self, world_id: str, why: str) -> None:
        super().__init__(f"The journal of seller {world_id} cannot be followed: {why}")
        self.why = why


class StoreInUseError(StoreError):
    """A store that another server has open."""


class StoreUnavailableError(StoreError):
    """An open store that cannot be used for now, whatever it was asked; nothing was stored.

    `cause` is its name in a word or two. Each cause has a class of its own, this one stands for those without a name.
    """

    cause = "store failed"
    advice = "Nothing was stored."

    def __init__(self, says: str) -> None:
        super().__init__(f"{says}. {self.advice}")


class StoreFullError(StoreUnavailableError):
    """There is no room for more."""

    cause = "store full"
    advice = "Nothing was stored; make room, and it goes on by itself."


class StoreReadOnlyError(StoreUnavailableError):
    """It may be read, and no longer written."""

    cause = "store read-only"
    advice = "Nothing was stored; let it be written again, and it goes on by itself."


class StoreGoneError(StoreUnavailableError):
    """It was deleted, moved or replaced while it was open."""

    cause = "store gone"
    advice = "Nothing was stored; bring it back, and it goes on by itself, or start the server anew."


class StoreLockedError(StoreUnavailableError):
    """Somebody else holds it."""

    cause = "store locked"
    advice = "Nothing was stored; have whatever else writes to it finish, and it goes on by itself."


class StoreSyncError(StoreUnavailableError):
    """What was written last could not be put where a power cut leaves it.

    `noticed` is when, by `time.perf_counter`: whatever began later has changed nothing.
    """

    cause = "store not synced"
    advice = (
        "What was taken just before is done, and may be lost in a power cut; "
        "nothing more is taken until it is well again, which it finds out by itself."
    )

    def __init__(self, says: str, noticed: float) -> None:
        super().__init__(says)
        self.noticed = noticed


class StoreChangedError(StoreUnavailableError):
    """Somebody else has written to it, so what the server knows of it is no longer so."""

    cause = "store changed"
    advice = "Nothing was stored. Start the server again."


class CheckpointError(StoreError):
    """A checkpoint cannot be kept or read. The journals and all else are as they were."""


class UnreadableWorldError(StoreUnavailableError):
    """A world that has left memory and cannot be read any more. The others are served."""

    cause = "world unreadable"
    advice = "It was left as it is; start the server again, and it says what can be done."


class JournalStore(Protocol):
    """Where journals live. Every method may be called from any thread, and raises StoreUnavailableError if the store
    fails, having changed nothing.
    """

    @property
    def failure(self) -> StoreUnavailableError | None:
        """Why it cannot be used, as far as that has been noticed; answers at once."""
        ...

    def check(self) -> None:
        """Find out whether it can be written, which costs no write unless it has failed before.

        Raises StoreUnavailableError.
        """
        ...

    @property
    def changes(self) -> int:
        """How many changes were made; answers at once."""
        ...

    @property
    def synced(self) -> int:
        """How many of them outlive a power cut, the first first; answers at once."""
        ...

    def sync(self) -> None:
        """Have everything that was changed before outlive a power cut.

        Many who call at a time share what it costs. Raises StoreUnavailableError.
        """
        ...

    def append(self, world_id: str, entry: Entry) -> None:
        """Keep one more entry: it outlives this process when this returns, and a power cut once it is synced.

        Raises ConflictError unless the version is the next one, ValueError for a body that JSON cannot hold.
        """
        ...

    def read(self, world_id: str, since: int = 0, until: int | None = None) -> Iterator[Entry]:
        """The entries after a version and up to another, in order, as they stood at the call.

        There are none of an unknown world. Raises UnreadableJournalError.
        """
        ...

    def worlds(self) -> list[str]:
        """All worlds in the order of their first entry; a replaced journal keeps its position."""
        ...

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        """Make these the world's whole journal, all or nothing; no entries forget the world.

        Raises ConflictError unless the versions are 1, 2, 3 …, ValueError for a body that JSON cannot hold.
        """
        ...

    def branch(self, *branches: Branch) -> None:
        """Begin journals where others are left, one after the other, all of them or none; nothing is copied.

        A world that has a journal keeps its position and loses that, unless another still has entries of it: what no
        world reaches any more is gone. Raises ConflictError where a world has no such version, or where the entries
        do not follow it, ValueError for a body that JSON cannot hold.
        """
        ...

    def origins(self, world_id: str) -> list[tuple[int, str]]:
        """What was said where the journal was branched, with the version, the oldest first.

        Raises UnreadableJournalError.
        """
        ...

    def left_at(self, world_id: str, of: str) -> int | None:
        """After which version a world's journal has left another's, which still has all that they share; else None."""
        ...

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """A named value of the whole server, such as its signing key, made at the first call."""
        ...

    def keep_results(self, results: Mapping[str, tuple[int, str]]) -> None:
        """Keep what came of worlds' last entries, each with that entry's version, until another one says it."""
        ...

    def last_result(self, world_id: str) -> tuple[int, str] | None:
        """What was kept of a world so."""
        ...

    # Checkpoints are a cache: failing to keep or to read one is no failure of the store, and is told to nobody else.

    @property
    def is_lasting(self) -> bool:
        """Whether another process finds what this one has kept."""
        ...

    def branch_of(self, world_id: str) -> int:
        """The number of the branch that a world writes to, 0 for a world there is not; never another's."""
        ...

    def keep_checkpoint(self, world_id: str, label: CheckpointLabel, write: Callable[[PutPage], bytes]) -> None:
        """Keep a checkpoint of a world in place of any before it: the pages that `write` puts, and the head it answers.

        Where that does not come to its end, or the world writes to another branch than the label says, or the journal
        is another's by then, nothing is kept. Others are served between two pages. Raises CheckpointError.
        """
        ...

    def checkpoint(self, world_id: str, code: str, until: int | None = None) -> Checkpoint | None:
        """The latest one by some code that is good for a journal, up to a version: its own, or of what it has left.

        Raises CheckpointError.
        """
        ...

    def known(self, code: str) -> dict[str, tuple[int, bytes]]:
        """What was to be known of worlds without their checkpoints, of those after whose checkpoint no entry came.

        With the version of that entry.
        """
        ...

    def drop_checkpoints(self, world_id: str, why: str = "") -> None:
        """Take those away that are good for a world, and have told why, where that is said. Raises CheckpointError."""
        ...

    def close(self) -> None:
        """Let go of the store. May be called twice; nothing else may be called afterwards."""
        ...

    def discard(self) -> None:
        """Let go of it, and take back a store that this opening has made; any other stays as it is."""
        ...


def write_text(entry: Entry) -> str:
    """What an entry says, as compact ASCII JSON in its format. Raises ValueError for what JSON cannot hold."""
    said = entry.body if entry.format == 1 else [entry.body, entry.result_before, entry.rules]
    try:
        return json.dumps(said, allow_nan=False, separators=(",", ":"))
    except (TypeError, RecursionError) as wrong:
        raise ValueError(f"not JSON: {wrong}") from wrong


def read_text(version: int, at: datetime, kind: str, text: str, form: int) -> Entry:
    """An entry from what it says in its format. Raises ValueError for text that does not say one."""
    try:
        said = json.loads(text)
    except RecursionError as wrong:
        raise ValueError("it is nested too deeply") from wrong
    body, result_before, rules = (said, "", FIRST_RULES) if form == 1 else said
    if not isinstance(body, dict) or not isinstance(result_before, str) or not isinstance(rules, int):
        raise ValueError("not a JSON object, or without what had come before and the version of the rules")
    return Entry(version, at, kind, body, form, result_before, rules)


def check_format(world_id: str, version: int, form: object) -> int:
    """The format of an entry, which has to be one of those that are read here. Raises UnreadableJournalError."""
    if isinstance(form, int) and 1 <= form <= FORMAT:
        return form
    told = f"entry {version} has the format {form}, and this sandbox reads 1 to {FORMAT}"
    newer = isinstance(form, int) and form > FORMAT
    raise UnreadableJournalError(world_id, f"{told}. Open it with the newer sandbox that wrote it." if newer else told)


def require_gapless(world_id: str, entries: Sequence[Entry], after: int = 0) -> None:
    """Raise Conflict unless the entries are the versions after one, without a gap."""
    for last, entry in enumerate(entries, after):
        if entry.version != last + 1:
            raise ConflictError(world_id, entry.version, last)


def require_version(branch: Branch, last: int) -> None:
    """Raise Conflict unless the world that is left, whose last entry is given, has the version where it is left."""
    if not 1 <= branch.version <= last:
        raise ConflictError(branch.of, branch.version, last)
