"""What a world is made of: the ordered list of its accepted commands, and what may keep it. Keeps nothing itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted command of one world. Versions count 1, 2, 3 … without gaps; `body` is JSON."""

    version: int
    at: datetime
    kind: str
    body: Mapping[str, Any]


class Conflict(Exception):
    """An append at a version that is not the next one."""


class Damaged(Exception):
    """A store that is not ours or cannot be read whole; the text says what is wrong and what to do."""


class JournalStore(Protocol):
    """Keeps the journals of many worlds, each under the world's id."""

    def append(self, world_id: str, entry: Entry) -> None:
        """Keep one entry for good before returning. Raises Conflict unless it is the next version."""

    def read(self, world_id: str, since: int = 0) -> Iterator[Entry]:
        """The entries of a later version than `since`, in order."""

    def worlds(self) -> list[str]:
        """The ids of all worlds, in the order of their first append."""

    def replace(self, world_id: str, entries: Sequence[Entry]) -> None:
        """Make these the world's journal at one stroke; none at all forgets it."""

    def secret(self, name: str, make: Callable[[], str]) -> str:
        """A named value of the whole server, made once."""

    def close(self) -> None:
        """Let go of whatever the store holds."""
