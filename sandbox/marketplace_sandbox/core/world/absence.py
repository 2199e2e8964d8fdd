"""What stays known of a world whose state is not in memory, so that it need not come back for each question."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from marketplace_sandbox.core.clock import Anchor
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.past.origin import Origins


@dataclass(frozen=True, slots=True)
class Absence:
    """A world after its last entry, without its state.

    Its clock runs on from `at` by the anchor; `written_at`, `result` and `origins` are as of `Present`, and `accepted`
    what somebody has accepted to have come of entries. At `due` time may do something next; there are so many `orders`,
    and `queues` are the ARNs of its destinations. Whether something is `outgoing` says that it may not be left alone.
    """

    opening: Opening
    version: int
    at: datetime
    written_at: datetime
    anchor: Anchor
    result: tuple[int, str]
    origins: Origins = ()
    accepted: Mapping[int, str] = field(default_factory=dict)
    due: datetime | None = None
    orders: int = 0
    queues: tuple[str, ...] = ()
    outgoing: bool = False
