"""Journals in tables, through SQLAlchemy Core. Knows neither files nor servers: it is given a connection, and a
`Database` that knows what is particular to where it leads.
"""

import logging
import threading
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
)
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.journal import (
    ConflictError,
    DamagedStoreError,
    Entry,
    StoreChangedError,
    StoreUnavailableError,
    UnreadableJournalError,
    check_format,
    read_text,
    require_gapless,
    write_text,
)

FORMAT = 2
"""The version of these tables. A store of another one is refused; in 1, entries had no format."""

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
)
journal = Table(
    "journal",
    tables,
    Column("world_id", Text, primary_key=True),
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

_LAST = select(func.coalesce(func.max(journal.c.version), 0)).where(journal.c.world_id == bindparam("world_id"))
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
        journal.c.world_id == bindparam("world_id"),
        journal.c.version > bindparam("since"),
        journal.c.version <= bindparam("until"),
    )
    .order_by(journal.c.version)
)
_NO_TEXT = "Could not decode to UTF-8"
"""What the driver says of a column whose bytes are no text: those of one world, since the file itself is whole."""

_POSITION = select(worlds.c.position).where(worlds.c.world_id == bindparam("world_id"))
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

    A failure is told once in the log, and so is its end. It ends when `check` has written as much as could not be
    written before; until then nothing waits for locks.
    """

    def __init__(self, connection: Connection, database: Database | None = None) -> None:
        self._connection = connection
        self._database = database or Database()
        self._lock = threading.Lock()
        self._failure: StoreUnavailableError | None = None
        self._longest_failed = 0
        # compiled once: what SQLAlchemy does for each execution would double the price of an append
        compiled = _APPEND.compile(connection)
        self._append, self._constants = compiled.string, compiled.params
        self._order = compiled.positiontup or ()

    def append(self, world_id: str, entry: Entry) -> None:
        row = self._constants | _row(world_id, entry)
        values = tuple([row[name] for name in self._order])
        with self._change(len(row["body"])) as connection:
            if connection.exec_driver_sql(self._append, values).rowcount != 1:
                last = connection.scalar(_LAST, {"world_id": world_id}) or 0
                raise ConflictError(world_id, entry.version, last)
            if entry.version == 1:
                connection.execute(_ADD_WORLD, {"world_id": world_id})

    def read(self, world_id: str, since: int = 0, until: int | None = None) -> Iterator[Entry]:
        wanted = {"world_id": world_id, "since": since, "until": LAST_VERSION if until is None else until}
        with self._reading() as connection:
            try:
                rows = connection.execute(_SINCE, wanted).all()
            except OperationalError as wrong:
                if _NO_TEXT in str(wrong):
                    raise UnreadableJournalError(world_id, reason(wrong)) from wrong
                raise
        return _entries(world_id, rows, since)

    def worlds(self) -> list[str]:
        with self._reading() as connection:
            return list(connection.scalars(select(worlds.c.world_id).order_by(worlds.c.position)))

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        require_gapless(world_id, entries)
        rows = [_row(world_id, entry) for entry in entries]
        with self._change(sum(len(row["body"]) for row in rows)) as connection:
            connection.execute(delete(journal).where(journal.c.world_id == world_id))
            if inspect(connection).has_table(results.name):
                connection.execute(delete(results).where(results.c.world_id == world_id))
            known = connection.scalar(_POSITION, {"world_id": world_id}) is not None
            if rows:
                connection.execute(insert(journal), rows)
            if rows and not known:
                connection.execute(_ADD_WORLD, {"world_id": world_id})
            elif known and not rows:
                connection.execute(delete(worlds).where(worlds.c.world_id == world_id))

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

    def close(self) -> None:
        with self._lock:
            if not self._connection.closed:
                self._database.close(self._connection)

    def discard(self) -> None:
        with self._lock:
            if not self._connection.closed:
                self._database.discard(self._connection)

    # What it is able to do

    @property
    def failure(self) -> StoreUnavailableError | None:
        return self._failure

    def check(self) -> None:
        failed = self._failure
        if failed is None:
            with self._change(writes=False):
                return
        if isinstance(failed, StoreChangedError):  # what is in memory does not become right again
            raise failed
        size = max(self._longest_failed, _TRIAL)
        with self._change(size) as connection:
            connection.execute(insert(meta), {"name": _TRIAL_NAME, "value": "-" * size})
        with self._change(size) as connection:
            connection.execute(delete(meta).where(meta.c.name == _TRIAL_NAME))
        self._failure, self._longest_failed = None, 0
        logger.warning("%s can be written again.", self._database.name)

    def verify(self) -> None:
        """Read everything once. Raises DamagedStoreError, or StoreUnavailableError where the database itself fails.

        One journal that cannot be read is its world's matter: it keeps no other from being opened.
        """
        with self._reading() as connection:
            identity = {row.name: row.value for row in connection.execute(select(meta))}
            world_ids = set(connection.scalars(select(worlds.c.world_id)))
            journal_ids = set(connection.scalars(select(journal.c.world_id).distinct()))
        if not IDENTITY.items() <= identity.items():
            raise DamagedStoreError(f"its table meta does not say what it is: {identity}")
        if world_ids != journal_ids:
            raise DamagedStoreError(
                f"there are worlds without entries, or entries without a world: {sorted(world_ids ^ journal_ids)}"
            )
        for world_id in self.worlds():
            with suppress(UnreadableJournalError):
                for _ in self.read(world_id):
                    pass

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock, self._told(0), self._connection.begin():
            yield self._connection

    @contextmanager
    def _change(self, size: int = 0, *, writes: bool = True) -> Iterator[Connection]:
        """A transaction that takes the lock at its beginning, for about so many bytes, or to write nothing."""
        connection = self._connection
        with self._lock, self._told(size):
            self._database.require_writable(connection, patient=self._failure is None)
            if writes:
                self._database.begin_changes(connection)
            connection.info[CHANGES] = True
            try:
                with connection.begin():
                    yield connection
            finally:
                connection.info[CHANGES] = False

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


def _row(world_id: str, entry: Entry) -> dict[str, Any]:
    return {
        "world_id": world_id,
        "version": entry.version,
        "at": format_instant(entry.at),
        "format": entry.format,
        "kind": entry.kind,
        "body": write_text(entry),
    }


def _entries(world_id: str, rows: Iterable[Row[int, str, int, str, str]], since: int) -> Iterator[Entry]:
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


def reason(wrong: BaseException) -> str:
    """What the database itself said, without SQLAlchemy's words around it, or ours."""
    if isinstance(wrong.__cause__, SQLAlchemyError):
        return reason(wrong.__cause__)
    return str(getattr(wrong, "orig", None) or wrong)
