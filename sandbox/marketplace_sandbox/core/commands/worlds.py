"""Commands about a world as a whole: its settings, and its time."""

from dataclasses import dataclass
from typing import ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers
from marketplace_sandbox.core.reading import JsonObject, number


@dataclass(frozen=True, slots=True)
class ConfigurePolicy(Command):
    """Settings are merged in, as JSON shows them; null takes one back to what the seller began with."""

    kind = "configured"
    changes: JsonObject

    @classmethod
    def read(cls, body: JsonObject) -> "ConfigurePolicy":
        return cls(body)

    def write(self) -> JsonObject:
        return self.changes


@dataclass(frozen=True, slots=True)
class Reach(Command):
    """The world's time has come to an instant, and what is due by then is done.

    An advance also writes down what the real clock showed (epoch seconds) and the rate, so that the clock runs on from
    there after a restart.
    """

    kind = "reached"
    readers: ClassVar[Readers] = {"wall": number(float("-inf"), float("inf")), "rate": number(0, 1_000_000)}
    wall: float | None = None
    rate: float | None = None
