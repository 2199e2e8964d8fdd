"""Where a world goes on from another, or from its own past: what is said beside the journal, as the seed is."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.clock import Anchor
from marketplace_sandbox.core.journal.journal import UnreadableJournalError
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import (
    Fields,
    JsonObject,
    Reader,
    instant,
    join,
    json_object,
    number,
    switch,
    text,
    whole,
)


@dataclass(frozen=True, slots=True)
class BranchPoint:
    """The seller from whose world another was forked, and the version and the instant at which it stood."""

    seller_id: str
    version: int
    at: datetime

    def write(self) -> JsonObject:
        """As JSON, which is what the control API shows, too."""
        return {"seller_id": self.seller_id, "version": self.version, "at": format_instant(self.at)}


@dataclass(frozen=True, slots=True)
class Origin:
    """How a world goes on from a branch: as whose, and from which instant, where its clock runs on by the anchor.

    `generation` counts those who had the seller's id before, and `rewinds` how often the world was rewound before it
    was this one; so no two of one seller id are alike. With `held` the deliveries under way are not made by themselves.
    `results` is what is known to have come of entries before, by their versions, where no entry of the branch says it.
    """

    seller_id: str
    generation: int
    rewinds: int
    at: datetime
    anchor: Anchor
    held: bool = False
    results: Mapping[int, str] = field(default_factory=dict)
    forked_from: BranchPoint | None = None

    @property
    def lineage(self) -> str:
        """What ids made from here on are made from, beside seed, seller id and number."""
        return f"{self.generation}.{self.rewinds}"

    def write(self) -> JsonObject:
        """The origin as JSON."""
        return {
            "seller_id": self.seller_id,
            "generation": self.generation,
            "rewinds": self.rewinds,
            "at": format_instant(self.at),
            "base": format_instant(self.anchor.base),
            "wall": self.anchor.real_base,
            "rate": self.anchor.rate,
            "held": self.held,
            "results": {str(version): each for version, each in self.results.items()},
            "forked_from": self.forked_from.write() if self.forked_from else None,
        }

    @classmethod
    def read(cls, body: JsonObject) -> "Origin":
        """The origin from JSON. Raises FieldError."""
        fields = Fields({name: value for name, value in body.items() if value is not None}, known=_READERS)
        read = {name: fields.need(name, _READERS[name]) for name in _READERS if name != "forked_from"}
        anchor = Anchor(read.pop("base"), read.pop("wall"), read.pop("rate"))
        return cls(**read, anchor=anchor, forked_from=fields.get("forked_from", _forked_from, None))


Origins = Sequence[tuple[int, Origin]]
"""Where a journal was branched: after which version, and how the world goes on; the oldest first."""


def count_skipped(origins: Origins, version: int, *, held: bool) -> int:
    """How many of the last origins a branch can do without that begins at their very version, and says all anew.

    What they held stays held, so they are skipped by what holds the same, or where they held nothing. So a world that
    is rewound to one version again and again has one origin there.
    """
    count = 0
    for after, origin in reversed(origins):
        if after != version or (origin.held and not held):
            break
        count += 1
    return count


def read_origins(world_id: str, found: Iterable[tuple[int, str]]) -> Origins:
    """What a store has kept of the branches of a journal. Raises UnreadableJournalError."""
    try:
        return tuple((version, Origin.read(json.loads(said))) for version, said in found)
    except (TypeError, ValueError, RecursionError) as wrong:
        raise UnreadableJournalError(world_id, f"where it was branched cannot be read: {wrong}") from wrong


def _forked_from(value: Any, path: str) -> BranchPoint:
    fields = Fields(value, path, known=("seller_id", "version", "at"))
    return BranchPoint(fields.need("seller_id", text()), fields.need("version", whole(1)), fields.need("at", instant))


def _results(value: Any, path: str) -> dict[int, str]:
    return {int(version): text()(each, join(path, version)) for version, each in json_object(value, path).items()}


_READERS: Mapping[str, Reader[Any]] = {
    "seller_id": text(),
    "generation": whole(),
    "rewinds": whole(),
    "at": instant,
    "base": instant,
    "wall": number(float("-inf"), float("inf")),
    "rate": number(0, 1_000_000),
    "held": switch,
    "results": _results,
    "forked_from": json_object,
}
