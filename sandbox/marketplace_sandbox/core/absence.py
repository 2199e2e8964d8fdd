"""What stays known of a world whose state is not in memory, so that it need not come back for each question."""

from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.clock import Anchor
from marketplace_sandbox.core.opening import Opening


@dataclass(frozen=True, slots=True)
class Absence:
    """A world after its last entry, without its state.

    `anchor` is what its clock runs on from, `written_at` the instant of that entry, and `result` what came of it. At
    `due` time may do something next; so many `orders` there are, and `queues` are the ARNs of its destinations. Whether
    something is `outgoing` says that it may not be left alone.
    """

    opening: Opening
    anchor: Anchor
    written_at: datetime
    result: str
    version: int
    due: datetime | None
    orders: int
    queues: tuple[str, ...] = ()
    outgoing: bool = False
