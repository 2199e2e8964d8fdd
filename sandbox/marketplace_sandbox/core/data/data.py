"""Data apart from what is done with it: one part of a world, whose copies share what neither side has changed."""

from collections.abc import Iterator
from typing import Any, Self

from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.data.timers import Timers

_SHARE = frozenset((Table, Log, Timers))


class Data:
    """All that one part of a world remembers, in the fields of a dataclass, and nothing that does anything with it.

    What may grow is a Table, a Log or Timers, and has nothing in it that changes in place; what belongs together may be
    Data of its own; every other field is an immutable value. So a copy costs the same whatever has been remembered, and
    whoever writes a world down finds all of it by name.
    """

    def copy(self) -> Self:
        """Data of the same content; changing one never shows in the other. Whoever copies holds the world's lock."""
        copied = object.__new__(type(self))
        held = copied.__dict__
        for name, value in self.__dict__.items():
            shares = type(value) in _SHARE or isinstance(value, Data)
            held[name] = value.copy() if shares else value
        return copied

    def named(self, within: str = "") -> Iterator[tuple[str, Any]]:
        """Every field with its name; those of a part within others are named like `feeds.documents`."""
        for name, value in vars(self).items():
            if isinstance(value, Data):
                yield from value.named(f"{within}{name}.")
            else:
                yield f"{within}{name}", value

    def fill(self, named: dict[str, Any], within: str = "") -> None:
        """Have the fields be what stands under their names, as `named` gives them. Raises KeyError for one missing."""
        for name, value in vars(self).items():
            if isinstance(value, Data):
                value.fill(named, f"{within}{name}.")
            else:
                setattr(self, name, named[f"{within}{name}"])
