"""Journals in tables, through SQLAlchemy Core. Knows neither files nor servers: it is given a connection, and a
`Database` that knows what is particular to where it leads.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from marketplace_sandbox.core.checkpoints.fingerprint import fingerprint
from marketplace_sandbox.core.journal.journal import (
    Branch,
    Checkpoint,
    CheckpointError,
    CheckpointLabel,
    ConflictError,
    DamagedStoreError,
    Entry,
    PutPage,
    StoreChangedError,
    StoreSyncError,
    StoreUnavailableError,
    UnreadableJournalError,
    check_format,
    read_text,
    require_gapless,
    require_version,
    write_text,
)
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.store import checkpoints
from marketplace_sandbox.store.branches import Branches, StoredBranch

FORMAT = 3
"""The version of these tables. In 1, entries had no format, and a store of it is refused; in 2, each world had all of
its entries to itself, and a store of it becomes one of these when it is opened."""

MIGRATED = 2
"""The version that is taken over."""

tables = MetaData()
# what the store is, for whoever looks at it: its name and its format
meta = Table("meta", tables, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
secrets = Table("secrets", tables, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
# a world stands here, in its position, as long as it has entries
worlds = Table(
    "worlds",
    tables,
    Column("position", Integer, primary_key=True),
    Column("world_id", Text, nullable=False, unique=True),
    Column("branch", Integer, nullable=False, unique=True),
)
# a world writes to one branch, whose entries before its own, up to the version, are those of the branch it has left
branches = Table(
    "branches",
    tables,
    Column("branch", Integer, primary_key=True),
    Column("parent", Integer),
    Column("version", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    sqlite_autoincrement=True,  # no number is ever given twice, so what is kept of a branch is never another's
)
journal = Table(
    "journal",
    tables,
    Column("branch", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("format", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

# what came of the last entry of a world, made when it is first needed: stores of before do without
results = Table(
    "results",
    MetaData(),
    Column("world_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("result", Text, nullable=False),
)

LAST_VERSION = 2**63 - 1
"""Beyond every entry: the largest number that the databases hold."""

IDENTITY = {"store": "marketplace-sandbox journals", "format": str(FORMAT)}

_LAST = select(func.coalesce(func.max(journal.c.version), bindparam("base", type_=Integer))).where(
    journal.c.branch == bindparam("branch", type_=Integer)
)
# the entry only if it follows the last one, in one statement: half the price of asking first
_APPEND = insert(journal).from_select(
    journal.columns.keys(),
    select(*(bindparam(column.name, type_=column.type) for column in journal.columns)).where(
        _LAST.scalar_subquery() == bindparam("version", type_=Integer) - 1
    ),
)
_SINCE = (
    select(journal.c.version, journal.c.at, journal.c.format, journal.c.kind, journal.c.body)
    .where(
        journal.c.branch == bindparam("branch"),
        journal.c.version > bindparam("since"),
        journal.c.version <= bindparam("until"),
    )
    .order_by(journal.c.version)
)
_NO_TEXT = "Could not decode to UTF-8"
"""What the driver says of a column whose bytes are no text: those of one world, since the file itself is whole."""

_ADD_WORLD = insert(worlds)

CHANGES = "changes"
"""Where a connection's `info` says whether the transaction that begins is to change something."""

_TRIAL = 65_536
_TRIAL_NAME = "trial"
"""The row that is written and taken back to see whether there is room again, and its least size in bytes."""

logger = logging.getLogger("marketplace_sandbox.store")


class Database:
    """What a store asks of its database besides SQL. This one knows nothing in particular."""

    name = "The store"

    def require_writable(self, connection: Connection, *, patient: bool) -> None:
        """Called before each change, and before each look whether one could be made.

        `patient` says that it may wait for a lock a little. Raises StoreUnavailableError for what the database itself
        would not notice.
        """

    def begin_changes(self, connection: Connection) -> None:
        """Called before each change, once it has been found writable."""

    def sync(self) -> None:
        """Have all changes that were committed before outlive a power cut. Raises OSError. Called by one at a time."""

    def heal(self, connection: Connection) -> None:
        """Called when changes can be made again after they could not be synced: all of them are written once more."""

    def explain(self, wrong: SQLAlchemyError) -> StoreUnavailableError:
        """The cause of a failure, by its name."""
        return StoreUnavailableError(f"The store failed: {reason(wrong)}")

    def close(self, connection: Connection) -> None:
        """The connection is not needed any more."""
        connection.close()
        connection.engine.dispose()

    def discard(self, connection: Connection) -> None:
        """The same, and a store that was made with this connection is taken back."""
        self.close(connection)


class SqlStore:
    """A journal store on one connection, which all threads share in turn.

    A change is committed at once, without waiting for the disk, so that reads and what comes next go on; `sync` waits
    for the disk, beside the connection's lock, for all that was changed until then. So a thousand commands a second
    cost some hundreds of waits, and each of their answers is told by who has waited.

    A failure is told once in the log, and so is its end. It ends when `check` has written as much as could not be
    written before; until then nothing waits for locks.
    """

    def __init__(self, connection: Connection, database: Database | None = None) -> None:
        self._connection = connection
        self._database = database or Database()
        self._lock = threading.Lock()
        self._failure: StoreUnavailableError | None = None
        self._longest_failed = 0
        self._syncing = threading.Lock()
        self._unsynced: StoreSyncError | None = None
        self.changes = self.synced = 0
        # compiled once: what SQLAlchemy does for each execution would double the price of an append
        compiled = _APPEND.compile(connection)
        self._append, self._constants = compiled.string, compiled.params
        self._order = compiled.positiontup or ()
        self._moved = False
        with connection.begin():
            self._branches: Branches | None = _read_branches(connection)

    def append(self, world_id: str, entry: Entry) -> None:
        row = self._constants | _row(entry)
        with self._change(len(row["body"])) as connection:
            head = self._find(connection, world_id)
            if head is None and entry.version == 1:
                head = self._begin(connection, world_id, None)
            number, base = (head.number, head.base) if head else (0, 0)
            row |= {"branch": number, "base": base}
            values = tuple([row[name] for name in self._order])
            if head is None or connection.exec_driver_sql(self._append, values).rowcount != 1:
                last = connection.scalar(_LAST, {"branch": number, "base": base})
                raise ConflictError(world_id, entry.version, last or 0)

    def read(self, world_id: str, since: int = 0, until: int | None = None) -> Iterator[Entry]:
        with self._reading() as connection:
            head = self._find(connection, world_id)
            rows: list[_EntryRow] = []
            for branch, after, last in head.stretches(since, until) if head else ():
                rows += _rows(connection, world_id, branch, after, last)
        return _entries(world_id, rows, since, head.base if head and until is None else 0)

    def worlds(self) -> list[str]:
        with self._reading() as connection:
            return list(connection.scalars(select(worlds.c.world_id).order_by(worlds.c.position)))

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        require_gapless(world_id, entries)
        rows = [_row(entry) for entry in entries]
        with self._change(sum(len(row["body"]) for row in rows)) as connection:
            self._forget_results(connection, world_id)
            if rows:
                branch = self._begin(connection, world_id, None)
                connection.execute(insert(journal), [row | {"branch": branch.number} for row in rows])
            elif self._find(connection, world_id):
                connection.execute(delete(worlds).where(worlds.c.world_id == world_id))
                self._moved = True
                _let_go(connection, self._known(connection).end(world_id))

    def branch(self, *begun: Branch) -> None:
        rows = [[_row(entry) for entry in each.entries] for each in begun]
        with self._change(sum(len(row["body"]) for its in rows for row in its)) as connection:
            for each, its in zip(begun, rows, strict=True):
                left = self._find(connection, each.of)
                last = connection.scalar(_LAST, {"branch": left.number, "base": left.base}) if left else 0
                require_version(each, last or 0)
                require_gapless(each.world_id, each.entries, each.version)
                self._forget_results(connection, each.world_id)
                parent = left.holder(each.version, each.skips) if left else None
                branch = self._begin(connection, each.world_id, parent, each.version, each.origin)
                if its:
                    connection.execute(insert(journal), [row | {"branch": branch.number} for row in its])

    def origins(self, world_id: str) -> list[tuple[int, str]]:
        with self._reading() as connection:
            head = self._find(connection, world_id)
            numbers = [each.number for each in head.ancestry() if each.parent] if head else []
            if not numbers:
                return []
            wanted = select(branches.c.version, branches.c.origin).where(branches.c.branch.in_(numbers))
            with _readable(world_id):
                found = connection.execute(wanted.order_by(branches.c.branch)).all()
        return [(version, origin) for version, origin in found]

    def left_at(self, world_id: str, of: str) -> int | None:
        with self._reading() as connection:
            return self._known(connection).left_at(world_id, of)

    # Branches

    def _known(self, connection: Connection) -> Branches:
        """All branches there are. What is in memory is as good as the tables: nobody else writes them."""
        if self._branches is None:
            self._branches = _read_branches(connection)
        return self._branches

    def _find(self, connection: Connection, world_id: str) -> StoredBranch | None:
        return self._known(connection).heads.get(world_id)

    def _begin(
        self, connection: Connection, world_id: str, parent: StoredBranch | None, version: int = 0, origin: str = ""
    ) -> StoredBranch:
        """Have a world write to a new branch, which leaves another at a version, or begins with nothing."""
        row = {"parent": parent.number if parent else None, "version": version, "origin": origin}
        (number,) = connection.execute(insert(branches), row).inserted_primary_key or (0,)
        known = self._known(connection)
        if world_id in known.heads:
            connection.execute(update(worlds).where(worlds.c.world_id == world_id).values(branch=number))
        else:
            connection.execute(_ADD_WORLD, {"world_id": world_id, "branch": number})
        branch = StoredBranch(number, parent, version)
        self._moved = True
        _let_go(connection, known.begin(world_id, branch))
        return branch

    def _forget_results(self, connection: Connection, world_id: str) -> None:
        if inspect(connection).has_table(results.name):
            connection.execute(delete(results).where(results.c.world_id == world_id))

    def keep_results(self, kept: Mapping[str, tuple[int, str]]) -> None:
        rows = [{"world_id": each, "version": version, "result": result} for each, (version, result) in kept.items()]
        with self._change() as connection:
            results.create(connection, checkfirst=True)
            connection.execute(delete(results).where(results.c.world_id.in_(kept)))
            connection.execute(insert(results), rows)

    def last_result(self, world_id: str) -> tuple[int, str] | None:
        with self._reading() as connection:
            if not inspect(connection).has_table(results.name):
                return None
            found = connection.execute(select(results).where(results.c.world_id == world_id)).first()
        return (found.version, found.result) if found else None

    def secret(self, name: str, make: Callable[[], str]) -> str:
        wanted = select(secrets.c.value).where(secrets.c.name == name)
        with self._reading() as connection:
            value: str | None = connection.scalar(wanted)
        if value is not None:
            return value
        with self._change() as connection:
            value = connection.scalar(wanted)
            if value is None:
                value = make()
                connection.execute(insert(secrets), {"name": name, "value": value})
            return value

    # Checkpoints

    @property
    def is_lasting(self) -> bool:
        return True

    def branch_of(self, world_id: str) -> int:
        with self._reading() as connection:
            head = self._find(connection, world_id)
            return head.number if head else 0

    def keep_checkpoint(self, world_id: str, label: CheckpointLabel, write: Callable[[PutPage], bytes]) -> None:
        with self._caching() as connection:
            head = self._find(connection, world_id)
            if head is None or label.branch not in (None, head.number):
                return
            number = checkpoints.begin(connection, head.number, label)
        waiting: list[bytes] = []

        def put(page: bytes) -> None:
            waiting.append(page)
            if sum(map(len, waiting)) >= checkpoints.CHUNK:
                with self._caching() as connection:
                    checkpoints.add(connection, number, waiting)
                waiting.clear()

        try:
            written = write(put)
            with self._caching() as connection:
                checkpoints.add(connection, number, waiting)
                checkpoints.end(connection, number, written)
        except BaseException:  # what it has taken is room for entries again
            with suppress(CheckpointError), self._caching() as connection:
                checkpoints.abandon(connection, number)
            raise
        more = True
        while more:
            with self._caching() as connection:
                more = checkpoints.clear(connection, head.number, number)

    def checkpoint(self, world_id: str, code: str, until: int | None = None) -> Checkpoint | None:
        with self._caching(writes=False) as connection:
            head, stored = self._find(connection, world_id), checkpoints.find_all(connection, code)
            found = head.latest({number: each.version for number, each in stored.items()}, until) if head else None
            return checkpoints.read(connection, stored[found[0].number], found[1]) if found else None

    def known(self, code: str) -> dict[str, tuple[int, bytes]]:
        with suppress(CheckpointError), self._caching(writes=False) as connection:
            stored = checkpoints.find_all(connection, code)
            heads = self._known(connection).heads
            lasts = {
                name: (head.number, connection.scalar(_LAST, {"branch": head.number, "base": head.base}))
                for name, head in heads.items()
                if head.number in stored
            }
            good = {name: branch for name, (branch, last) in lasts.items() if stored[branch].version == last}
            known = checkpoints.known(connection, [stored[branch].number for branch in good.values()])
            return {name: (stored[branch].version, known[branch]) for name, branch in good.items() if branch in known}
        return {}

    def drop_checkpoints(self, world_id: str, why: str = "") -> None:
        if why:
            logger.warning("The checkpoint of seller %s is passed over, and its journal folded: %s", world_id, why)
        with self._caching() as connection:
            head = self._find(connection, world_id)
            if head is not None and checkpoints.exist(connection):
                for branch in head.ancestry():
                    checkpoints.let_go(connection, branch.number, None)

    @contextmanager
    def _caching(self, *, writes: bool = True) -> Iterator[Connection]:
        """A transaction for what may be lost. Its failure is none of the store's. Raises CheckpointError."""
        connection = self._connection
        if writes and self._failure is not None:
            raise CheckpointError(str(self._failure))
        try:
            with self._lock:
                if writes:
                    self._database.require_writable(connection, patient=False)
                    self._database.begin_changes(connection)
                connection.info[CHANGES] = writes
                try:
                    with connection.begin():
                        yield connection
                finally:
                    connection.info[CHANGES] = False
        except StoreUnavailableError as wrong:
            raise CheckpointError(str(wrong)) from wrong
        except SQLAlchemyError as wrong:
            raise CheckpointError(str(self._database.explain(wrong))) from wrong

    def close(self) -> None:
        with self._syncing, self._lock:
            if not self._connection.closed:
                self._database.close(self._connection)
                self.synced = self.changes

    def discard(self) -> None:
        with self._syncing, self._lock:
            if not self._connection.closed:
                self._database.discard(self._connection)

    def sync(self) -> None:
        wanted = self.changes
        with self._syncing:
            if self.synced >= wanted:
                return
            if self._unsynced is not None:  # another try may take for written what was given up
                raise self._unsynced
            covered = self.changes
            try:
                self._database.sync()
            except OSError as wrong:
                says = f"The store cannot be synced: {wrong.strerror or wrong}"
                self._unsynced = StoreSyncError(says, time.perf_counter())
                self._remember(self._unsynced, 0)
                raise self._unsynced from wrong
            self.synced = covered

    # What it is able to do

    @property
    def failure(self) -> StoreUnavailableError | None:
        return self._failure

    def check(self) -> None:
        failed = self._failure
        if failed is None:
            with self._change(writes=False):
                return
        size = max(self._longest_failed, _TRIAL)
        with self._change(size, tries=True) as connection:
            connection.execute(insert(meta), {"name": _TRIAL_NAME, "value": "-" * size})
        with self._change(size, tries=True) as connection:
            connection.execute(delete(meta).where(meta.c.name == _TRIAL_NAME))
        if self._unsynced is not None:
            self._sync_again(self._unsynced)
        self._failure, self._longest_failed = None, 0
        logger.warning("%s can be written again.", self._database.name)

    def _sync_again(self, failed: StoreSyncError) -> None:
        with self._syncing, self._lock, self._told(0):
            self._database.heal(self._connection)
            try:
                self._database.sync()
            except OSError as wrong:
                raise failed from wrong
            self._unsynced, self.synced = None, self.changes

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock, self._told(0), self._connection.begin():
            yield self._connection

    @contextmanager
    def _change(self, size: int = 0, *, writes: bool = True, tries: bool = False) -> Iterator[Connection]:
        """A transaction that takes the lock at its beginning, for about so many bytes, or to write nothing.

        Nothing is added to what could not be synced but what `tries` whether it can be.
        """
        connection = self._connection
        if isinstance(self._failure, StoreChangedError):  # what is in memory does not become right again
            raise self._failure
        with self._lock, self._told(size):
            if self._unsynced is not None and not tries:
                raise self._unsynced
            self._database.require_writable(connection, patient=self._failure is None)
            if writes:
                self._database.begin_changes(connection)
            connection.info[CHANGES], self._moved = True, False
            try:
                with connection.begin():
                    yield connection
            except BaseException:
                if self._moved:  # in memory alone: the tables are as they were
                    self._branches = None
                raise
            finally:
                connection.info[CHANGES] = False
            self.changes += writes

    @contextmanager
    def _told(self, size: int) -> Iterator[None]:
        """Has a failure in the block leave under the name of its cause, remembered and told once."""
        try:
            yield
        except StoreUnavailableError as failure:
            self._remember(failure, size)
            raise
        except IntegrityError as wrong:
            # only somebody who writes beside us can bring this about
            changed = StoreChangedError(f"The store was changed by somebody else: {reason(wrong)}")
            self._remember(changed, size)
            raise changed from wrong
        except SQLAlchemyError as wrong:
            explained = self._database.explain(wrong)
            self._remember(explained, size)
            raise explained from wrong

    def _remember(self, failure: StoreUnavailableError, size: int) -> None:
        self._longest_failed = max(self._longest_failed, size)
        if type(failure) is not type(self._failure):
            logger.error("%s cannot be used (%s): %s", self._database.name, failure.cause, failure)
        self._failure = failure


def create(connection: Connection) -> None:
    """Make the empty tables, within the connection's transaction."""
    tables.create_all(connection, checkfirst=False)
    connection.execute(insert(meta), [{"name": name, "value": value} for name, value in IDENTITY.items()])


def migrate(connection: Connection) -> None:
    """Have tables of format 2 become these, within the connection's transaction. Raises DamagedStoreError.

    There, a world had all of its entries to itself.
    """
    strays = connection.exec_driver_sql(
        "SELECT DISTINCT world_id FROM journal WHERE world_id NOT IN (SELECT world_id FROM worlds)"
    )
    if found := strays.scalars().all():
        raise _strays(found)
    for table in (worlds, journal):
        connection.exec_driver_sql(f"ALTER TABLE {table.name} RENAME TO {table.name}_2")
    tables.create_all(connection, tables=[worlds, branches, journal])
    for statement in (
        "INSERT INTO branches (branch, version, origin) SELECT position, 0, '' FROM worlds_2",
        "INSERT INTO worlds SELECT position, world_id, position FROM worlds_2",
        "INSERT INTO journal SELECT position, version, at, format, kind, body FROM worlds_2 NATURAL JOIN journal_2",
        "DROP TABLE journal_2",
        "DROP TABLE worlds_2",
    ):
        connection.exec_driver_sql(statement)
    was_named = (meta.c.name == "format", meta.c.value == str(MIGRATED))
    connection.execute(update(meta).where(*was_named).values(value=str(FORMAT)))


def verify(connection: Connection) -> None:
    """Read everything once that a start has to read, within the connection's transaction. Raises DamagedStoreError.

    One journal that cannot be read is its world's matter: it keeps no other from being opened.
    """
    identity = {row.name: row.value for row in connection.execute(select(meta))}
    if not IDENTITY.items() <= identity.items():
        raise DamagedStoreError(f"its table meta does not say what it is: {identity}")
    known = _read_branches(connection)
    having = set(connection.scalars(select(journal.c.branch).distinct()))
    reached = {each.number: name for name, head in known.heads.items() for each in head.ancestry()}
    empty = [
        name for name, head in known.heads.items() if not (head.number in having if head.parent is None else head.base)
    ]
    if strays := [*empty, *(having - reached.keys())]:
        raise _strays(strays)
    for branch, after, until in _unchecked(connection, known):
        with suppress(UnreadableJournalError):
            for _ in _entries("", _rows(connection, "", branch, after, until), after, 0):
                pass


def _unchecked(connection: Connection, known: Branches) -> set[tuple[StoredBranch, int, int | None]]:
    """Where the entries are that are folded when worlds are opened: those that no checkpoint of this code has in it."""
    stored = checkpoints.find_all(connection, fingerprint()) if checkpoints.exist(connection) else {}
    versions = {number: each.version for number, each in stored.items()}
    found: set[tuple[StoredBranch, int, int | None]] = set()
    for head in known.heads.values():
        latest = head.latest(versions, None)
        found.update(head.stretches(versions[latest[0].number] if latest else 0, None))
    return found


def _strays(found: Iterable[object]) -> DamagedStoreError:
    named = sorted(map(str, found))
    return DamagedStoreError(f"there are worlds without entries, or entries without a world: {named}")


def _read_branches(connection: Connection) -> Branches:
    """All branches, and who writes to them. Raises DamagedStoreError where one is missing."""
    by_number: dict[int, StoredBranch] = {}
    known = Branches()
    rows = connection.execute(select(branches.c.branch, branches.c.parent, branches.c.version))
    try:
        for number, parent, version in sorted(rows, key=lambda each: int(each[0])):
            left = None if parent is None else by_number[parent]
            by_number[number] = branch = StoredBranch(number, left, int(version))
            if branch.parent:
                branch.parent.children.add(branch)
        for name, number in connection.execute(select(worlds.c.world_id, worlds.c.branch).order_by(worlds.c.position)):
            known.begin(name, by_number[number])
    except (KeyError, ValueError) as wrong:
        raise DamagedStoreError(f"branch {wrong} is missing: there are worlds without entries") from wrong
    return known


def _let_go(connection: Connection, gone: Iterable[tuple[StoredBranch, int | None]]) -> None:
    """Delete what no world reaches any more: branches whole, or their entries after a version."""
    for branch, after in gone:
        number = branch.number
        connection.execute(delete(journal).where(journal.c.branch == number, journal.c.version > (after or 0)))
        if checkpoints.exist(connection):
            checkpoints.let_go(connection, number, after)
        if after is None:
            connection.execute(delete(branches).where(branches.c.branch == number))


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "version": entry.version,
        "at": format_instant(entry.at),
        "format": entry.format,
        "kind": entry.kind,
        "body": write_text(entry),
    }


_EntryRow = Row[int, str, int, str, str]


def _rows(
    connection: Connection, world_id: str, branch: StoredBranch, since: int, until: int | None
) -> Sequence[_EntryRow]:
    """The entries that a branch has of its own. Raises UnreadableJournalError."""
    wanted = {"branch": branch.number, "since": since, "until": LAST_VERSION if until is None else until}
    with _readable(world_id):
        return connection.execute(_SINCE, wanted).all()


@contextmanager
def _readable(world_id: str) -> Iterator[None]:
    """Raises UnreadableJournalError where what is read of a world is no text."""
    try:
        yield
    except OperationalError as wrong:
        if _NO_TEXT in str(wrong):
            raise UnreadableJournalError(world_id, reason(wrong)) from wrong
        raise


def _entries(world_id: str, rows: Iterable[_EntryRow], since: int, least: int) -> Iterator[Entry]:
    """Entries as they are read: those after a version, without a gap, and up to another one at least."""
    reached = since
    for version, at, form, kind, body in rows:
        if version != reached + 1:
            raise UnreadableJournalError(world_id, f"entry {reached + 1} is missing")
        check_format(world_id, version, form)
        try:
            yield read_text(version, parse_instant(at), kind, body, form)
        except (TypeError, ValueError) as wrong:
            raise UnreadableJournalError(world_id, f"entry {version} cannot be read: {wrong}") from wrong
        reached = version
    if reached < least:
        raise UnreadableJournalError(world_id, f"entry {reached + 1} is missing")


def reason(wrong: BaseException) -> str:
    """What the database itself said, without SQLAlchemy's words around it, or ours."""
    if isinstance(wrong.__cause__, SQLAlchemyError):
        return reason(wrong.__cause__)
    return str(getattr(wrong, "orig", None) or wrong)
