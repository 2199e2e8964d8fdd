"""The end of the reads of Orders v0, on the world's clock: from the setting `orders_v0_reads_end` on they are refused.

What versions of other APIs have answered after their end: SEEN-ENDS in docs/sources.md. Nobody has seen this end yet,
so what is answered is ours.
"""

from datetime import datetime

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING
from marketplace_sandbox.api.http.errors import DENIED, ApiError
from marketplace_sandbox.api.http.exchange import Call, Exchange
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.world.world import World

NOTED = "(orders_v0_reads_end)"
"""What the request log's note of such a refusal ends with."""

GUIDE = "docs/migration.md"
"""What tells a client how to move."""


def reads_ended_at(world: World) -> datetime | None:
    """When the reads of Orders v0 ended, None while they have not.

    By the clock itself: what a running one has made due happens later on a call's way.
    """
    end: datetime | None = world.policy.value("orders_v0_reads_end")
    return end if end is not None and world.has_come(end) else None


def refuse_ended_read(exchange: Exchange, call: Call) -> None:
    """Refuses a read of Orders v0 once those have ended. Raises ApiError 403."""
    if call.operation_id not in ORDERS_V0_ENDING:
        return
    ended_at = reads_ended_at(exchange.caller.world)
    if ended_at is not None:
        ended = f"the reads of Orders v0 ended at {format_instant(ended_at)}"
        exchange.notes.append(f"{ended} {NOTED}")
        sentence = f"{ended[0].upper()}{ended[1:]}; {GUIDE} says which calls of Orders 2026-01-01 answer instead."
        raise ApiError(403, "Unauthorized", f"{DENIED} {sentence}")
