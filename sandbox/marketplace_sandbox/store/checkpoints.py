"""Checkpoints in tables, beside the journals. Knows neither what a checkpoint says nor which world it is of.

One is written in many small transactions, so that nobody waits long for the store, and its head comes last: what has
no head was left off on the way, and is taken away with the next one. It belongs to the branch whose journal it was made
of, and goes with that.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    type_coerce,
    update,
)
from sqlalchemy.types import NullType

from marketplace_sandbox.core.journal.journal import Checkpoint, CheckpointError, CheckpointLabel

CHUNK = 1 << 20
"""About so many bytes of pages are written in one transaction."""

PAGES = 256
"""So many pages of an earlier one are taken away in one transaction."""

tables = MetaData()
# made when they are first needed: stores of before do without
checkpoints = Table(
    "checkpoints",
    tables,
    Column("number", Integer, primary_key=True),
    Column("branch", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("known", LargeBinary, nullable=False),
    Column("head", LargeBinary),
    sqlite_autoincrement=True,
)
pages = Table(
    "pages",
    tables,
    Column("position", Integer, primary_key=True),
    Column("checkpoint", Integer, nullable=False),
    Column("page", LargeBinary, nullable=False),
)
Index("pages_of_checkpoint", pages.c.checkpoint, pages.c.position)


def exist(connection: Connection) -> bool:
    """Whether there are tables of checkpoints at all."""
    return inspect(connection).has_table(checkpoints.name)


def begin(connection: Connection, branch: int, label: CheckpointLabel) -> int:
    """A checkpoint without a head, and its number. What was left off before goes."""
    tables.create_all(connection)
    left_off = select(checkpoints.c.number).where(checkpoints.c.head.is_(None))
    _delete(connection, connection.scalars(left_off).all())
    row = {"branch": branch, "version": label.version, "code": label.code, "known": label.known}
    (number,) = connection.execute(insert(checkpoints), row).inserted_primary_key or (0,)
    return int(number)


def add(connection: Connection, number: int, written: Iterable[bytes]) -> None:
    """Some more pages of one, in their order."""
    if rows := [{"checkpoint": number, "page": page} for page in written]:
        connection.execute(insert(pages), rows)


def end(connection: Connection, number: int, head: bytes) -> None:
    """Have a checkpoint count from now on; where its branch has gone meanwhile, it goes as well."""
    done = connection.execute(update(checkpoints).where(checkpoints.c.number == number).values(head=head))
    if not done.rowcount:
        _delete(connection, [number])


def abandon(connection: Connection, number: int) -> None:
    """Take one away that does not come to its end."""
    _delete(connection, [number])


def clear(connection: Connection, branch: int, number: int) -> bool:
    """Take away some pages of what was there of a branch before a checkpoint; False once nothing is left."""
    is_earlier = (checkpoints.c.branch == branch, checkpoints.c.number < number)
    if connection.scalar(select(checkpoints.c.number).where(checkpoints.c.number == number)) is None:
        return False
    earlier = connection.scalars(select(checkpoints.c.number).where(*is_earlier)).all()
    if not earlier:
        return False
    some = select(pages.c.position).where(pages.c.checkpoint == earlier[0]).limit(PAGES)
    if not connection.execute(delete(pages).where(pages.c.position.in_(some))).rowcount:
        _delete(connection, earlier[:1])
    return True


def let_go(connection: Connection, branch: int, after: int | None) -> None:
    """Take away those of a branch, or of its entries after a version."""
    gone = select(checkpoints.c.number).where(checkpoints.c.branch == branch)
    if after is not None:
        gone = gone.where(checkpoints.c.version > after)
    _delete(connection, connection.scalars(gone).all())


def _delete(connection: Connection, numbers: Iterable[int]) -> None:
    for number in numbers:
        connection.execute(delete(pages).where(pages.c.checkpoint == number))
        connection.execute(delete(checkpoints).where(checkpoints.c.number == number))


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """Which checkpoint there is of a branch."""

    number: int
    branch: int
    version: int


def find_all(connection: Connection, code: str) -> dict[int, CheckpointRow]:
    """The whole ones that some code has written, by their branches."""
    if not exist(connection):
        return {}
    columns = (checkpoints.c.number, checkpoints.c.branch, checkpoints.c.version)
    whole = (checkpoints.c.code == code, checkpoints.c.head.is_not(None))
    rows = connection.execute(select(*columns).where(*whole).order_by(checkpoints.c.number))  # the later ones count
    # a column takes whatever a damaged row says it has
    good = (row for row in rows if all(isinstance(each, int) for each in row))
    return {branch: CheckpointRow(number, branch, version) for number, branch, version in good}


def known(connection: Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    """What is to be known without some checkpoints, by their branches."""
    wanted = set(numbers)
    said = type_coerce(checkpoints.c.known, NullType)
    rows = connection.execute(select(checkpoints.c.number, checkpoints.c.branch, said))
    return {branch: each for number, branch, each in rows if number in wanted and isinstance(each, bytes)}


def read(connection: Connection, found: CheckpointRow, branched: int) -> Checkpoint:
    """One with all of its pages. Raises CheckpointError where its head is not even bytes."""
    said = select(type_coerce(checkpoints.c.head, NullType)).where(checkpoints.c.number == found.number)
    head: object = connection.scalar(said)
    if not isinstance(head, bytes):
        raise CheckpointError("its head is not as it was written")
    wanted = select(pages.c.page).where(pages.c.checkpoint == found.number).order_by(pages.c.position)
    return Checkpoint(found.version, head, connection.scalars(wanted).all(), branched)
