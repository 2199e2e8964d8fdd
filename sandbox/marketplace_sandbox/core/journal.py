"""Journal: the accepted commands of each world, in order. Says what a store of journals promises,
and stores nothing itself.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

FORMAT = 1
"""The form that the bodies of entries are written in. A reader of a later form knows an earlier one by its number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted command of one world.

    `version` counts 1, 2, 3 … within the world, `at` is the world's instant (aware UTC, whole
    milliseconds), `kind` a word such as `opened` or `acted`, `body` whatever JSON can hold, in the form of that
    number.
    """

    version: int
    at: datetime
    kind: str
    body: Mapping[str, Any]
    format: int = FORMAT


class ConflictError(Exception):
    """An entry does not follow the last one of its world. Nothing was stored."""

    def __init__(self, world_id: str, version: int, last: int) -> None:
        super().__init__(f"Entry {version} of {world_id} does not follow the last one, {last}. Nothing was stored.")


class StoreError(Exception):
    """A store that cannot be opened or used. The message says what is wrong and what to do."""


class DamagedStoreError(StoreError):
    """A store that is not ours, or cannot be read whole. It was left as it is."""


class StoreInUseError(StoreError):
    """A store that another server has open."""


class JournalStore(Protocol):
    """Where journals live. Every method may be called from any thread, and raises Unusable if the store fails."""

    def append(self, world_id: str, entry: Entry) -> None:
        """Keep one more entry, durably when this returns.

        Raises ConflictError unless the version is the next one, ValueError for a body that JSON cannot hold.
        """
        ...

    def read(self, world_id: str, since: int = 0) -> Iterator[Entry]:
        """The entries after a version, in order, as they stood at the call. Raises DamagedStoreError.

        There are none of an unknown world.
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

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """A named value of the whole server, such as its signing key, made at the first call."""
        ...

    def close(self) -> None:
        """Let go of the store. May be called twice; nothing else may be called afterwards."""
        ...


def write_body(body: Mapping[str, Any]) -> str:
    """A body as compact ASCII JSON. Raises ValueError for what JSON cannot hold."""
    try:
        return json.dumps(body, allow_nan=False, separators=(",", ":"))
    except (TypeError, RecursionError) as wrong:
        raise ValueError(f"not JSON: {wrong}") from wrong


def read_body(text: str) -> dict[str, Any]:
    """A body from its JSON. Raises ValueError for text that is none, or not an object."""
    body = json.loads(text)
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")
    return body


def require_gapless(world_id: str, entries: Sequence[Entry]) -> None:
    """Raise Conflict unless the entries are versions 1, 2, 3 and so on."""
    for last, entry in enumerate(entries):
        if entry.version != last + 1:
            raise ConflictError(world_id, entry.version, last)
