"""How a world begins: the first entry of its journal. Whatever a reset keeps stands here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.journal.first_defaults import FIRST_DEFAULTS
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.policy import Defaults, read_defaults, todays_defaults, write_defaults
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import (
    FieldError,
    Fields,
    JsonObject,
    Reader,
    choices,
    instant,
    json_object,
    number,
    text,
    whole,
)

OPENED, CLOSED = "opened", "closed"
"""The kinds of a journal's first entry: of a world that stands, and of one that is gone for good."""


def closing(seller_id: str, at: datetime, generation: int) -> Entry:
    """The one entry that is left of a world that is gone for good."""
    return Entry(1, at, CLOSED, {"seller_id": seller_id, "generation": generation})


@dataclass(frozen=True, slots=True)
class Opening:
    """Who sells where, from which instant, at which rate (virtual seconds a real one), with which seed and policy.

    `wall` is what the real clock showed (epoch seconds) when the world's showed `start`; `policy` are settings as
    JSON shows them, `defaults` what holds where they say nothing, so that another release changes nothing of a world.
    `generation` counts those who had the seller's id before and were deleted. The `lineage` is no part of the entry: it
    is that of the branch by which the world has gone on since, if it has.
    """

    seller_id: str
    start: datetime
    wall: float
    rate: float = 1.0
    seed: int = 0
    marketplace_ids: tuple[str, ...] = (DEFAULT_MARKETPLACE,)
    policy: JsonObject = field(default_factory=dict)
    generation: int = 0
    lineage: str = ""
    defaults: Defaults = field(default_factory=todays_defaults, repr=False)

    @property
    def holder(self) -> str:
        """Whom credentials are made for: the seller, but none who had the same id before."""
        return f"{self.seller_id}.{self.generation}" if self.generation else self.seller_id

    def write(self) -> JsonObject:
        """The opening as JSON."""
        return {
            "seller_id": self.seller_id,
            "start": format_instant(self.start),
            "wall": self.wall,
            "rate": self.rate,
            "seed": self.seed,
            "marketplace_ids": list(self.marketplace_ids),
            "policy": dict(self.policy),
            "generation": self.generation,
            "defaults": write_defaults(self.defaults),
        }

    @classmethod
    def read(cls, body: JsonObject) -> "Opening":
        """The opening from JSON. Raises FieldError, or SettingError for a default that is none."""
        fields = Fields(body, known=(*_READERS, "defaults"), of=OPENED)
        read = {name: fields.need(name, _READERS[name]) for name in _READERS if name in fields or name not in _ADDED}
        return cls(**read, defaults=read_defaults(fields.get("defaults", json_object, FIRST_DEFAULTS)))

    def of(self, seller_id: str, generation: int, lineage: str) -> "Opening":
        """The same beginning for whoever goes on from there."""
        return replace(self, seller_id=seller_id, generation=generation, lineage=lineage)

    def again(self, wall: float) -> "Opening":
        """The same beginning at another moment of the real clock."""
        return replace(self, wall=wall, lineage="")


def _seed(value: object, path: str) -> int:
    """Any whole number, of whatever size and sign."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(path, f"{path} is a whole number; {quote(value)} is not.")
    return value


_READERS: Mapping[str, Reader[Any]] = {
    "seller_id": text(),
    "start": instant,
    "wall": number(float("-inf"), float("inf")),
    "rate": number(0, 1_000_000),
    "seed": _seed,
    "marketplace_ids": choices(MARKETPLACES, least=1, of="marketplace", suggest=marketplace_suggestion),
    "policy": json_object,
    "generation": whole(),
}
_ADDED = ("generation",)
"""Fields that entries of format 1 do not have."""
