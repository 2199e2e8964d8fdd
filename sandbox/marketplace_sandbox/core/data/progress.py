"""How far long work has come: who does it counts what passes, and who waits for it looks. Knows nothing of the work.

Nobody waits for most work: then nothing is counted, and nothing takes longer.
"""

from collections.abc import Iterable, Iterator, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Progress:
    """Of what is being done, `done` of so many; `of` is None while it is not known how many there are.

    `what` says what has become of those that are done: "orders are played". It is read from other threads.
    """

    what: str = ""
    done: int = 0
    of: int | None = None

    def tell(self) -> str:
        """A sentence for people, or nothing before anything was counted."""
        total = "" if self.of is None else f" of {self.of:,}"
        return f"{self.done:,}{total} {self.what}" if self.what else ""


_watched: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def watching(progress: Progress | None = None) -> Iterator[Progress]:
    """What is counted in this thread while the block lasts, the latest of it, where somebody looks already or anew."""
    progress = progress or Progress()
    token = _watched.set(progress)
    try:
        yield progress
    finally:
        _watched.reset(token)


def counting(things: Iterable[T], what: str) -> Iterator[T]:
    """The same things, counted as they pass where somebody is watching."""
    progress = _watched.get()
    return iter(things) if progress is None else _count(things, what, progress)


def _count(things: Iterable[T], what: str, progress: Progress) -> Iterator[T]:
    of = len(things) if isinstance(things, Sized) else None
    progress.what, progress.done, progress.of = what, 0, of
    for done, each in enumerate(things, 1):
        yield each
        progress.what, progress.done, progress.of = what, done, of  # it may have been counted within, too
