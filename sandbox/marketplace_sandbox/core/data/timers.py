"""A queue of what falls due, whose copies share what was queued: `Timers`. Equal instants keep the order of arrival.

It is a heap until it is copied. A copy freezes the heap, and either side goes through it with a cursor of its own
without changing it: the earliest of a heap is its first place, and what comes next is among the children of the places
that were taken. So a copy costs the same whatever is queued, and a step a little more than before. What is queued later
goes into a heap of each side's own.
"""

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Generic, TypeVar

Due = TypeVar("Due")

Queued = tuple[datetime, int, Due]
"""An instant, the number by which it came, and what falls due."""

TIMES_AS_MANY = 4
"""So many times as many as the one after it a frozen heap has at least, of what is not taken."""


class _Heaps(Generic[Due]):
    """Heaps that nobody changes, and one cursor through them all.

    `left` says how many of each are not taken, and `next` is a heap of the places that may be next: an instant, a
    number, which heap, and the place in it.
    """

    __slots__ = ("heaps", "left", "next")

    def __init__(self, heaps: Sequence[Sequence[Queued[Due]]] = ()) -> None:
        self.heaps = tuple(heaps)
        self.left = [len(heap) for heap in heaps]
        self.next: list[tuple[datetime, int, int, int]] = []
        for which in range(len(heaps)):
            self._reach(which, 0)

    def _reach(self, which: int, place: int) -> None:
        heap = self.heaps[which]
        if place < len(heap):
            due, number, _ = heap[place]
            heapq.heappush(self.next, (due, number, which, place))

    @property
    def head(self) -> Queued[Due] | None:
        """The earliest one, or None; needs no lock."""
        try:
            _, _, which, place = self.next[0]
        except IndexError:
            return None
        return self.heaps[which][place]

    def pop(self) -> Queued[Due]:
        """Go on behind the earliest one. Raises IndexError when there is none."""
        _, _, which, place = self.next[0]
        # what comes next is there before the earliest goes: nobody may see a later instant meanwhile
        self._reach(which, 2 * place + 1)
        self._reach(which, 2 * place + 2)
        heapq.heappop(self.next)
        self.left[which] -= 1
        return self.heaps[which][place]

    def copy(self) -> "_Heaps[Due]":
        """Another cursor at the same place."""
        copied: _Heaps[Due] = _Heaps()
        copied.heaps, copied.left, copied.next = self.heaps, self.left.copy(), self.next.copy()
        return copied

    def with_heap(self, heap: list[Queued[Due]]) -> "_Heaps[Due]":
        """These and one heap more, laid together with those that have not many times as many left."""
        kept = len(self.heaps)
        while kept and TIMES_AS_MANY * len(heap) >= self.left[kept - 1]:
            kept -= 1
            heap = [*self.rest_of(kept), *heap]
            heapq.heapify(heap)
        heaps: _Heaps[Due] = _Heaps()
        heaps.heaps, heaps.left = (*self.heaps[:kept], heap), [*self.left[:kept], len(heap)]
        heaps.next = [each for each in self.next if each[2] < kept]
        heapq.heapify(heaps.next)
        heaps._reach(kept, 0)
        return heaps

    def rest_of(self, of: int) -> Iterator[Queued[Due]]:
        """What was not taken of one heap, in no order."""
        heap = self.heaps[of]
        places = [place for _, _, which, place in self.next if which == of]
        while places:
            place = places.pop()
            if place < len(heap):
                yield heap[place]
                places += (2 * place + 1, 2 * place + 2)


class Timers(Generic[Due]):
    """What falls due when. `queued` is what it holds to begin with: a heap, which nobody changes.

    `numbered` is the number by which the last one came.
    """

    def __init__(self, queued: Sequence[Queued[Due]] = (), numbered: int = 0) -> None:
        self._own: list[Queued[Due]] = []
        self._frozen: _Heaps[Due] = _Heaps([queued] if queued else [])
        self._count = len(queued)
        self.numbered = numbered

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Queued[Due]]:
        """All that is queued, in no order."""
        yield from self._own
        for which in range(len(self._frozen.heaps)):
            yield from self._frozen.rest_of(which)

    def copy(self) -> "Timers[Due]":
        """A queue of the same content, which shares with this one all that is there now."""
        if self._own:
            self._frozen, self._own = self._frozen.with_heap(self._own), []
        copied: Timers[Due] = Timers(numbered=self.numbered)
        copied._frozen, copied._count = self._frozen.copy(), self._count
        return copied

    def add(self, due: datetime, what: Due) -> None:
        """Remember that something falls due."""
        self.numbered += 1
        self._count += 1
        heapq.heappush(self._own, (due, self.numbered, what))

    def peek(self) -> tuple[datetime, Due] | None:
        """The earliest one, or None. Needs no lock: another thread may be adding, taking or copying."""
        try:
            own: Queued[Due] | None = self._own[0]
        except IndexError:
            own = None
        frozen = self._frozen.head  # looked at last: a copy puts it here before it takes it from there
        earliest = own if frozen is None or (own is not None and own[:2] < frozen[:2]) else frozen
        return None if earliest is None else (earliest[0], earliest[2])

    def pop(self) -> tuple[datetime, Due]:
        """Take the earliest one out. Raises IndexError when there is none."""
        frozen = self._frozen.head
        if frozen is None or (self._own and self._own[0][:2] < frozen[:2]):
            due, _, what = heapq.heappop(self._own)
        else:
            due, _, what = self._frozen.pop()
        self._count -= 1
        return due, what
