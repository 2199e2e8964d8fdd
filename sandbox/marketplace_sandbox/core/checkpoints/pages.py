"""Tables and logs in pages, each read when something in it is first asked for.

A page holds neighbours: of tables, rows in the order in which their keys were inserted; of logs, values. Tables that
have the same keys, such as orders and their histories, are columns of the same pages, so that what they share stays
shared. Where a key stands is told by other pages, in which keys lie by a hash that is the same in every process.

Each page has a digest. All of them are compared before the first page is read; which says that the pages are those that
were written, and nothing of who wrote them.
"""

import hashlib
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from marketplace_sandbox.core.checkpoints.values import DamagedPageError, decode, encode

ROWS = 64
"""So many rows of tables a page has."""

VALUES = 128
"""So many values of a log a page has."""

KEYS = 1024
"""About so many keys of a table a page has that tells where they stand."""

DIGEST = 16
"""Bytes of a page's digest."""

Key = str | tuple[str | int, ...]
Put = Callable[[bytes], None]


def digest_of(page: bytes) -> bytes:
    """What tells a page from what it may have become."""
    return hashlib.blake2b(page, digest_size=DIGEST).digest()


def _bucket(key: Key, count: int) -> int:
    text = key if isinstance(key, str) else "\x1f".join(map(str, key))
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % count


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where the rows of tables with the same keys are: `pages` with rows from `first` on, then `buckets` with keys."""

    length: int
    first: int
    pages: int
    buckets: int

    def write(self) -> tuple[int, ...]:
        """The numbers, in the order of the fields."""
        return self.length, self.first, self.pages, self.buckets


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where the values of a log are: `pages` from `first` on."""

    length: int
    first: int
    pages: int

    def write(self) -> tuple[int, ...]:
        """The numbers, in the order of the fields."""
        return self.length, self.first, self.pages


class PageWriter:
    """Gives pages away one by one, and keeps their digests."""

    def __init__(self, put: Put) -> None:
        self._put = put
        self._digests: list[bytes] = []

    @property
    def digests(self) -> bytes:
        """Those of all pages so far, one after the other."""
        return b"".join(self._digests)

    def _write(self, value: Any) -> None:
        page = encode(value)
        self._digests.append(digest_of(page))
        self._put(page)

    def write_tables(self, *tables: Mapping[Any, Any]) -> TablePlace:
        """Tables that have the same keys in the same order."""
        first, length = len(self._digests), len(tables[0])
        count = -(-length // KEYS)
        buckets: list[dict[Key, int]] = [{} for _ in range(count)]
        rows = zip(*(each.items() for each in tables), strict=True)
        begins = 0
        while page := list(islice(rows, ROWS)):
            keys = [row[0][0] for row in page]
            for position, key in enumerate(keys, begins):
                buckets[_bucket(key, count)][key] = position
            begins += len(page)
            self._write((keys, *([row[column][1] for row in page] for column in range(len(tables)))))
        pages = len(self._digests) - first
        for each in buckets:
            self._write(each)
        return TablePlace(length, first, pages, count)

    def write_log(self, values: Sequence[Any]) -> LogPlace:
        """A log."""
        first, rest = len(self._digests), iter(values)
        while page := list(islice(rest, VALUES)):
            self._write(page)
        return LogPlace(len(values), first, len(self._digests) - first)


class Pages:
    """The pages of one checkpoint, each kept as it was written until it is read.

    Raises DamagedPageError where one is not as it was, or is missing. Reading needs no lock: of two who read a page at
    once both have the values of one of them, since values may be told from each other by being the same object.
    """

    def __init__(self, written: Sequence[bytes], digests: bytes) -> None:
        if len(written) * DIGEST != len(digests):
            raise DamagedPageError(f"it has {len(written)} pages, and should have {len(digests) // DIGEST}")
        for number, page in enumerate(written):
            if digest_of(page) != digests[number * DIGEST : (number + 1) * DIGEST]:
                raise DamagedPageError(f"page {number + 1} of {len(written)} is not as it was written")
        self._written: list[bytes | None] = list(written)
        self._read: dict[int, Any] = {}
        self._lock = threading.Lock()

    def read(self, number: int) -> Any:
        """What a page holds. Raises DamagedPageError."""
        try:
            return self._read[number]
        except KeyError:
            with self._lock:
                return self._read_first(number)

    def _read_first(self, number: int) -> Any:
        written = self._written[number]
        if written is not None:
            self._read[number] = decode(written)
            self._written[number] = None  # what was read stays, so the bytes need not
        return self._read[number]


class TableLayer:
    """The lowest layer of a table: one column of tables that were written together."""

    def __init__(self, pages: Pages, placed: TablePlace, column: int = 0) -> None:
        self._pages = pages
        self._placed = placed
        self._column = column + 1

    def get(self, key: Any, default: Any = None, /) -> Any:
        """The value of a key, or else the default."""
        placed = self._placed
        if not placed.buckets:
            return default
        bucket = self._pages.read(placed.first + placed.pages + _bucket(key, placed.buckets))
        position = bucket.get(key)
        if position is None:
            return default
        return self._pages.read(placed.first + position // ROWS)[self._column][position % ROWS]

    def items(self) -> Iterator[tuple[Any, Any]]:
        """All of it, in the order of insertion."""
        for number in range(self._placed.pages):
            page = self._pages.read(self._placed.first + number)
            yield from zip(page[0], page[self._column], strict=True)

    def __len__(self) -> int:
        return self._placed.length


class LogLayer(Sequence[Any]):
    """The lowest chunk of a log."""

    def __init__(self, pages: Pages, placed: LogPlace) -> None:
        self._pages = pages
        self._placed = placed

    def __len__(self) -> int:
        return self._placed.length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(self._placed.length))]
        at = index + self._placed.length if index < 0 else index
        if not 0 <= at < self._placed.length:
            raise IndexError(index)
        return self._pages.read(self._placed.first + at // VALUES)[at % VALUES]

    def __iter__(self) -> Iterator[Any]:
        for number in range(self._placed.pages):
            yield from self._pages.read(self._placed.first + number)
