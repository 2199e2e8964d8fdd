"""Journals in tables, through SQLAlchemy Core. Knows neither files nor servers: it is given a connection."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    select,
)
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.journal import FORMAT as ENTRY_FORMAT
from marketplace_sandbox.core.journal import (
    ConflictError,
    DamagedStoreError,
    Entry,
    StoreError,
    read_body,
    require_gapless,
    write_body,
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
    .where(journal.c.world_id == bindparam("world_id"), journal.c.version > bindparam("since"))
    .order_by(journal.c.version)
)
_POSITION = select(worlds.c.position).where(worlds.c.world_id == bindparam("world_id"))
_ADD_WORLD = insert(worlds)


class SqlStore:
    """A journal store on one connection, which all threads share in turn. `close` also calls `closed`."""

    def __init__(self, connection: Connection, closed: Callable[[], None] = lambda: None) -> None:
        self._connection = connection
        self._closed = closed
        self._lock = threading.Lock()
        # compiled once: what SQLAlchemy does for each execution would double the price of an append
        compiled = _APPEND.compile(connection)
        self._append, self._constants = compiled.string, compiled.params
        self._order = compiled.positiontup or ()

    def append(self, world_id: str, entry: Entry) -> None:
        row = self._constants | _row(world_id, entry)
        values = tuple([row[name] for name in self._order])
        with self._transaction() as connection:
            if connection.exec_driver_sql(self._append, values).rowcount != 1:
                last = connection.scalar(_LAST, {"world_id": world_id}) or 0
                raise ConflictError(world_id, entry.version, last)
            if entry.version == 1:
                connection.execute(_ADD_WORLD, {"world_id": world_id})

    def read(self, world_id: str, since: int = 0) -> Iterator[Entry]:
        with self._transaction() as connection:
            rows = connection.execute(_SINCE, {"world_id": world_id, "since": since}).all()
        return _entries(world_id, rows, since)

    def worlds(self) -> list[str]:
        with self._transaction() as connection:
            return list(connection.scalars(select(worlds.c.world_id).order_by(worlds.c.position)))

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        require_gapless(world_id, entries)
        rows = [_row(world_id, entry) for entry in entries]
        with self._transaction() as connection:
            connection.execute(delete(journal).where(journal.c.world_id == world_id))
            known = connection.scalar(_POSITION, {"world_id": world_id}) is not None
            if rows:
                connection.execute(insert(journal), rows)
            if rows and not known:
                connection.execute(_ADD_WORLD, {"world_id": world_id})
            elif known and not rows:
                connection.execute(delete(worlds).where(worlds.c.world_id == world_id))

    def secret(self, name: str, make: Callable[[], str]) -> str:
        with self._transaction() as connection:
            value = connection.scalar(select(secrets.c.value).where(secrets.c.name == name))
            if value is None:
                value = make()
                connection.execute(insert(secrets), {"name": name, "value": value})
            return value

    def close(self) -> None:
        with self._lock:
            if not self._connection.closed:
                self._connection.close()
                self._connection.engine.dispose()
                self._closed()

    def verify(self) -> None:
        """Read everything once. Raises DamagedStoreError, or StoreError where the database itself fails."""
        with self._transaction() as connection:
            identity = {row.name: row.value for row in connection.execute(select(meta))}
            world_ids = set(connection.scalars(select(worlds.c.world_id)))
            journal_ids = set(connection.scalars(select(journal.c.world_id).distinct()))
        if identity != IDENTITY:
            raise DamagedStoreError(f"its table meta does not say what it is: {identity}")
        if world_ids != journal_ids:
            raise DamagedStoreError(
                f"there are worlds without entries, or entries without a world: {sorted(world_ids ^ journal_ids)}"
            )
        for world_id in self.worlds():
            for _ in self.read(world_id):
                pass

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._lock, self._connection.begin():
                yield self._connection
        except IntegrityError as wrong:
            # only somebody who writes beside us can bring this about
            raise StoreError(
                f"The store was changed by somebody else: {reason(wrong)}. Start the server again."
            ) from wrong
        except SQLAlchemyError as wrong:
            raise StoreError(f"The store failed: {reason(wrong)}. Nothing was stored.") from wrong


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
        "body": write_body(entry.body),
    }


def _entries(world_id: str, rows: Iterable[Row[int, str, int, str, str]], since: int) -> Iterator[Entry]:
    reached = since
    for version, at, form, kind, body in rows:
        if version != reached + 1:
            raise DamagedStoreError(f"entry {reached + 1} of {world_id} is missing")
        if form != ENTRY_FORMAT:
            raise DamagedStoreError(
                f"entry {version} of {world_id} has the format {form}, and this sandbox reads {ENTRY_FORMAT}"
            )
        try:
            yield Entry(version, parse_instant(at), kind, read_body(body), form)
        except (TypeError, ValueError) as wrong:
            raise DamagedStoreError(f"entry {version} of {world_id} cannot be read: {wrong}") from wrong
        reached = version


def reason(wrong: BaseException) -> str:
    """What the database itself said, without SQLAlchemy's words around it, or ours."""
    if isinstance(wrong.__cause__, SQLAlchemyError):
        return reason(wrong.__cause__)
    return str(getattr(wrong, "orig", None) or wrong)
