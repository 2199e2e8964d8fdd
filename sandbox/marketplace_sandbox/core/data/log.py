"""A list that is only appended to, whose copies share what was there: `Log`.

A copy takes note of how far the list had come and appends to one of its own; the other goes on appending to the list
itself, which the copy looks at no further. Readers take no lock.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TypeVar, overload

V = TypeVar("V")

TIMES_AS_LONG = 4
"""So many times as long as the one after it a shared part is at least; a chain of copies has few parts."""

_Part = tuple[Sequence[V], int]
"""What is shared: a list, or what reads its values when they are asked for; and how many of them count."""

_Held = tuple[tuple[_Part[V], ...], int, list[V]]
"""The shared parts, how long they are together, and the list that is appended to."""


class Log(Sequence[V]):
    """A list that grows at its end. `shared` is what it holds to begin with, which nobody changes."""

    __slots__ = ("_held",)

    def __init__(self, shared: Iterable[Sequence[V]] = ()) -> None:
        parts = tuple((each, len(each)) for each in shared if len(each))
        self._held: _Held[V] = parts, sum(length for _, length in parts), []

    def copy(self) -> "Log[V]":
        """A log of the same content, which shares with this one all that is there now."""
        parts, base, own = self._held
        end = base + len(own)
        if own and parts and TIMES_AS_LONG * len(own) >= parts[-1][1]:
            parts = _lay_together((*parts, (own, len(own))))
            self._held = parts, end, []
        elif own:
            parts = (*parts, (own, len(own)))
        copied: Log[V] = Log()
        copied._held = parts, end, []
        return copied

    # Reading

    def __len__(self) -> int:
        _, base, own = self._held
        return base + len(own)

    @overload
    def __getitem__(self, index: int) -> V: ...
    @overload
    def __getitem__(self, index: slice) -> list[V]: ...
    def __getitem__(self, index: int | slice) -> V | list[V]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return self._cut(start, stop) if step == 1 else [self[at] for at in range(start, stop, step)]
        parts, base, own = self._held
        at = index if index >= 0 else base + len(own) + index
        if at >= base:
            return own[at - base]
        if at >= 0:
            for part, length in parts:
                if at < length:
                    return part[at]
                at -= length
        raise IndexError(index)

    def since(self, start: int) -> list[V]:
        """What has come after so many."""
        _, base, own = self._held
        return own[start - base :] if start >= base else self._cut(start, len(self))

    def _cut(self, start: int, stop: int) -> list[V]:
        parts, base, own = self._held
        if start >= base:
            return own[start - base : stop - base]
        cut: list[V] = []
        for part, length in (*parts, (own, len(own))):
            cut += part[max(start, 0) : max(min(stop, length), 0)]
            start, stop = start - length, stop - length
        return cut

    def __iter__(self) -> Iterator[V]:
        parts, _, own = self._held
        own_now = islice(own, len(own))
        return chain(*(islice(part, length) for part, length in parts), own_now) if parts else own_now

    def __eq__(self, other: object) -> bool:
        """As lists are: by what is in it."""
        return list(self) == list(other) if isinstance(other, list | Log) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of a list

    def __repr__(self) -> str:
        return f"Log({list(self)!r})"

    # Writing

    def append(self, value: V) -> None:
        """Put a value at the end."""
        self._held[2].append(value)

    def extend(self, values: Iterable[V]) -> None:
        """Put several at the end, in their order."""
        self._held[2].extend(values)


def _lay_together(parts: tuple[_Part[V], ...]) -> tuple[_Part[V], ...]:
    """The last parts as one, until each is several times as long as the next."""
    earlier, (last, length) = list(parts[:-1]), parts[-1]
    while earlier and TIMES_AS_LONG * length >= earlier[-1][1]:
        part, more = earlier.pop()
        joined = [*islice(part, more), *islice(last, length)]
        last, length = joined, len(joined)
    return (*earlier, (last, length))
