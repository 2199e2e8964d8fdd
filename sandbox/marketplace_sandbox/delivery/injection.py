"""What a fault rule makes of one attempt to deliver. Sends nothing and knows no protocol.

Whoever holds a delivery back says so through the world's door, so a crash loses nothing of what was held.
"""

from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.clock import LAST
from marketplace_sandbox.core.commands.notifications import PostponeDelivery
from marketplace_sandbox.core.faults.fault_rules import FaultRule
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.core.text.instants import parse_instant, parse_span


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """What goes wrong with one attempt, by default nothing.

    `postponement` is the command that holds the delivery back, `drop_reason` why it is lost. `copies` are
    sent in all.
    """

    postponement: PostponeDelivery | None = None
    drop_reason: str = ""
    copies: int = 1
    wrong_signature: bool = False


def inject(rule: FaultRule | None, delivery: Delivery, now: datetime) -> InjectedFault:
    """What the rule that matches a delivery, if one does, makes of its next attempt."""
    if rule is None:
        return InjectedFault()
    arguments = rule.arguments
    if rule.kind == "late":
        return InjectedFault(postponement=PostponeDelivery(delivery.delivery_id, parse_instant(arguments["until"])))
    if rule.kind in ("delay", "reorder"):
        # A reordered delivery waits for those behind it, but no longer than a span.
        until = now + min(parse_span(arguments["by" if rule.kind == "delay" else "within"]), LAST - now)
        behind = arguments.get("behind", 0)
        return InjectedFault(postponement=PostponeDelivery(delivery.delivery_id, until, behind))
    if rule.kind == "drop":
        return InjectedFault(drop_reason=f"Lost on purpose: {rule.fault_id} drops it.")
    return InjectedFault(copies=arguments.get("copies", 1), wrong_signature=rule.kind == "wrong_signature")
