"""A dictionary whose copies share what neither side has changed: `Table`, in layers.

A table is one dictionary until it is copied. A copy freezes what is there and gives both sides a layer of their own on
top, so it costs the same whatever the size. A layer holds what was changed since the ones beneath it were frozen; a
key that was taken away is marked as gone. Each frozen layer is several times as large as the one above it, or the two
are laid together (the logarithmic method): a million keys lie in ten layers at most, and a key is laid together with
others a few times in its life.

Readers take no lock: only the dictionary on top changes, and the layers are exchanged in one assignment. Whoever writes
or copies holds the lock of what the table belongs to.
"""

from collections.abc import ItemsView, Iterable, Iterator, MutableMapping, ValuesView
from enum import Enum
from typing import Any, Final, Generic, Protocol, TypeVar, cast, overload

K = TypeVar("K")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
D = TypeVar("D")


class _Mark(Enum):
    """What stands where there is no value."""

    MISSING = "nothing is said of the key"
    GONE = "the key was taken away"


_MISSING: Final = _Mark.MISSING
_GONE: Final = _Mark.GONE

TIMES_AS_LARGE = 4
"""So many times as large as the layer above it a frozen layer is at least."""


class Layer(Protocol[K, V_co]):
    """The lowest layer of a table: a dictionary, or what reads each value when it is first asked for."""

    def get(self, key: K, default: Any, /) -> Any:
        """The value of a key, or else the default."""

    def items(self) -> Iterable[tuple[K, V_co]]:
        """All of it, in the order of insertion."""

    def __len__(self) -> int: ...


class _Changes(dict[K, "V | _Mark"], Generic[K, V]):
    """What was changed since the layers beneath were frozen.

    `added` are the keys whose place in the order is here, after all of those beneath; some may be gone again.
    """

    __slots__ = ("added",)

    def __init__(self) -> None:
        super().__init__()
        self.added: dict[K, None] = {}

    def snapshot(self) -> "_Changes[K, V]":
        """A copy that another thread may take while somebody writes: what is added is noted before its value is."""
        copied: _Changes[K, V] = _Changes()
        copied.update(self)
        copied.added = self.added.copy()
        return copied

    def over(self, lower: "Layer[K, V | _Mark]") -> "Layer[K, V | _Mark]":
        """One layer instead of two, which stay as they are."""
        if not isinstance(lower, _Changes):
            return self.put_into(dict(lower.items()))
        both: _Changes[K, V] = lower.snapshot()
        both.update(self)
        for key in self.added:
            if self.get(key, _GONE) is not _GONE:
                both.added.pop(key, None)
                both.added[key] = None
        return both

    def put_into(self, lowest: dict[K, "V | _Mark"]) -> dict[K, "V | _Mark"]:
        """The lowest layer, with these changes put into it."""
        for key, value in self.items():
            if value is _GONE:
                lowest.pop(key, None)
            elif key not in self.added:
                lowest[key] = value
        for key in self.added:
            value = self.get(key, _GONE)
            if value is not _GONE:
                lowest.pop(key, None)
                lowest[key] = value
        return lowest


class Table(MutableMapping[K, V]):
    """A dictionary, in the order of insertion. Who goes through it sees it as it stood when that began.

    `lowest` is what it holds to begin with, which nobody changes.
    """

    __slots__ = ("_count", "_layers", "_own")

    def __init__(self, lowest: Layer[K, V] | None = None) -> None:
        self._own: dict[K, V | _Mark] = {} if lowest is None else _Changes()
        self._layers: tuple[Layer[K, V | _Mark], ...] = (self._own,) if lowest is None else (self._own, lowest)
        self._count = 0 if lowest is None else len(lowest)

    def copy(self) -> "Table[K, V]":
        """A table of the same content, which shares with this one all that is there now."""
        self._freeze()
        copied: Table[K, V] = Table()
        frozen = self._layers[1:]
        if frozen:
            copied._own, copied._count = _Changes(), self._count
            copied._layers = (copied._own, *frozen)
        return copied

    def _freeze(self) -> None:
        if not self._own:
            return
        upper: Layer[K, V | _Mark] = self._own
        lower = list(self._layers[1:])
        while isinstance(upper, _Changes) and lower and TIMES_AS_LARGE * len(upper) >= len(lower[0]):
            upper = upper.over(lower.pop(0))
        self._count, self._own = len(self), _Changes()
        self._layers = (self._own, upper, *lower)

    # Reading

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...
    def get(self, key: K, /, default: Any = None) -> Any:
        """The value of a key, or else the default."""
        for layer in self._layers:
            value = layer.get(key, _MISSING)
            if value is not _MISSING:
                return default if value is _GONE else value
        return default

    def __getitem__(self, key: K, /) -> V:
        value: V | _Mark = self.get(key, _MISSING)
        if isinstance(value, _Mark):
            raise KeyError(key)
        return value

    def __contains__(self, key: Any) -> bool:
        for layer in self._layers:
            value = layer.get(key, _MISSING)
            if value is not _MISSING:
                return value is not _GONE
        return False

    def __len__(self) -> int:
        layers = self._layers
        return self._count if len(layers) > 1 else len(layers[0])

    def __iter__(self) -> Iterator[K]:
        return iter(list(self.as_dict()))

    def __reversed__(self) -> Iterator[K]:
        return reversed(list(self.as_dict()))

    def items(self) -> ItemsView[K, V]:
        """Keys with their values, in the order of insertion."""
        return _Items(self)

    def values(self) -> ValuesView[V]:
        """The values, in the order in which their keys were inserted."""
        return _Values(self)

    def as_dict(self) -> dict[K, V]:
        """All of it as it stands, in a dictionary that is the caller's."""
        *upper, lowest = self._layers
        flat = lowest.copy() if isinstance(lowest, dict) else dict(lowest.items())
        for layer in reversed(upper):
            if isinstance(layer, _Changes):
                layer.snapshot().put_into(flat)
        return cast("dict[K, V]", flat)

    # Writing

    def __setitem__(self, key: K, value: V, /) -> None:
        own = self._own
        if type(own) is _Changes and own.get(key, _GONE) is _GONE and key not in self:
            self._count += 1
            own.added.pop(key, None)
            own.added[key] = None
        own[key] = value

    def __delitem__(self, key: K, /) -> None:
        own = self._own
        if not isinstance(own, _Changes):
            del own[key]
            return
        if key not in self:
            raise KeyError(key)
        self._count -= 1
        own[key] = _GONE
        if all(layer.get(key, _GONE) is _GONE for layer in self._layers[1:]):
            del own[key]
            own.added.pop(key, None)


class _Items(ItemsView[K, V]):
    _mapping: Table[K, V]

    def __iter__(self) -> Iterator[tuple[K, V]]:
        return iter(self._mapping.as_dict().items())


class _Values(ValuesView[V]):
    _mapping: Table[Any, V]

    def __iter__(self) -> Iterator[V]:
        return iter(self._mapping.as_dict().values())
