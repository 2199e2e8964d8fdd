"""Commands about a world as a whole: its settings, and its time."""

from dataclasses import dataclass
from typing import ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers
from marketplace_sandbox.core.text.reading import JsonObject, json_object, number, whole


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
class AcceptRules(Command):
    """Somebody wants the world as the rules of a version have it, though it was made by others.

    `results` has what comes by them of each entry that they decide otherwise, by its version.
    """

    kind = "rules-accepted"
    readers: ClassVar[Readers] = {"rules": whole(1), "results": json_object}
    always = ("results",)
    rules: int
    results: JsonObject


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
