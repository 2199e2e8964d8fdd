"""A queue of what falls due, whose copies share what was queued: `Timers`. Equal instants keep the order of arrival.

It is a heap until it is copied. A copy freezes the heap, and either side goes through it with a cursor of its own
without changing it: the earliest of a heap is its first place, and what comes next is among the children of the places
that were taken. So a copy costs the same whatever is queued, and a step a little more than before. What is queued later
goes into a heap of each side's own.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

Due = TypeVar("Due")

Queued = tuple[datetime, int, Due]
"""An instant, the number by which it came, and what falls due."""

TIMES_AS_MANY = 4
"""So many times as many as the one after it a frozen heap has at least, of what is not taken."""


class _Frozen(Generic[Due]):
    """A heap that nobody changes, and a cursor through it. `next` is a heap of the places that may be next."""

    __slots__ = ("heap", "left", "next")

    def __init__(self, heap: Sequence[Queued[Due]]) -> None:
        self.heap = heap
        self.left = len(heap)
        self.next: list[tuple[datetime, int, int]] = []
        self._reach(0)

    def _reach(self, place: int) -> None:
        if place < len(self.heap):
            due, number, _ = self.heap[place]
            heapq.heappush(self.next, (due, number, place))

    @property
    def head(self) -> Queued[Due] | None:
        """The earliest one, or None; needs no lock."""
        try:
            return self.heap[self.next[0][2]]
        except IndexError:
            return None

    def pop(self) -> Queued[Due]:
        """Go on behind the earliest one. Raises IndexError when there is none."""
        place = self.next[0][2]
        # what comes next is there before the earliest goes: nobody may see a later instant meanwhile
        self._reach(2 * place + 1)
        self._reach(2 * place + 2)
        heapq.heappop(self.next)
        self.left -= 1
        return self.heap[place]

    def copy(self) -> "_Frozen[Due]":
        """Another cursor at the same place."""
        copied: _Frozen[Due] = _Frozen(())
        copied.heap, copied.left, copied.next = self.heap, self.left, self.next.copy()
        return copied

    def __iter__(self) -> Iterator[Queued[Due]]:
        """What was not taken, in no order."""
        places = [place for _, _, place in self.next]
        while places:
            place = places.pop()
            if place < len(self.heap):
                yield self.heap[place]
                places += (2 * place + 1, 2 * place + 2)


class Timers(Generic[Due]):
    """What falls due when. `queued` is what it holds to begin with: a heap, which nobody changes.

    `numbered` is the number by which the last one came.
    """

    def __init__(self, queued: Sequence[Queued[Due]] = (), numbered: int = 0) -> None:
        self._own: list[Queued[Due]] = []
        self._frozen: tuple[_Frozen[Due], ...] = (_Frozen(queued),) if queued else ()
        self.numbered = numbered

    def __len__(self) -> int:
        count = len(self._own)
        for each in self._frozen:
            count += each.left
        return count

    def __iter__(self) -> Iterator[Queued[Due]]:
        """All that is queued, in no order."""
        yield from self._own
        for each in self._frozen:
            yield from each

    def copy(self) -> "Timers[Due]":
        """A queue of the same content, which shares with this one all that is there now."""
        frozen = [each for each in self._frozen if each.left]
        own = self._own
        while own and frozen and TIMES_AS_MANY * len(own) >= frozen[-1].left:
            own = [*frozen.pop(), *own]
            heapq.heapify(own)
        self._frozen, self._own = (*frozen, _Frozen(own)) if own else tuple(frozen), []
        copied: Timers[Due] = Timers(numbered=self.numbered)
        copied._frozen = tuple(each.copy() for each in self._frozen)
        return copied

    def add(self, due: datetime, what: Due) -> None:
        """Remember that something falls due."""
        self.numbered += 1
        heapq.heappush(self._own, (due, self.numbered, what))

    def peek(self) -> tuple[datetime, Due] | None:
        """The earliest one, or None. Needs no lock: another thread may be adding, taking or copying."""
        try:
            earliest: Queued[Due] | None = self._own[0]
        except IndexError:
            earliest = None
        for each in self._frozen:
            head = each.head
            if head is not None and (earliest is None or head[:2] < earliest[:2]):
                earliest = head
        return None if earliest is None else (earliest[0], earliest[2])

    def pop(self) -> tuple[datetime, Due]:
        """Take the earliest one out. Raises IndexError when there is none."""
        frozen = min(self._frozen, key=_head_of, default=None) if self._frozen else None
        if frozen is None or frozen.head is None or (self._own and self._own[0][:2] < frozen.head[:2]):
            due, _, what = heapq.heappop(self._own)
        else:
            due, _, what = frozen.pop()
        return due, what


_NEVER = (datetime.max.replace(tzinfo=UTC), 0)


def _head_of(frozen: _Frozen[Any]) -> tuple[datetime, int]:
    return frozen.head[:2] if frozen.head else _NEVER
