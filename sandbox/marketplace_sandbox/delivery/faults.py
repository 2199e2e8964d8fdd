"""Carries out what is to go wrong with a delivery. Sends nothing and knows no protocol.

Whoever holds a delivery back says so through the world's door, so a crash loses nothing of what was held.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.faults.faults import FaultRule
from marketplace_sandbox.core.instants import format_instant, parse_span
from marketplace_sandbox.core.notifications.outbox import Delivery
from marketplace_sandbox.delivery.outbound_message import Answer, OutboundMessage


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """What becomes of one attempt: it is held back, lost, sent several times or wrongly signed. By default nothing."""

    held: dict[str, Any] | None = None
    lost: str = ""
    copies: int = 1
    forged: bool = False


NONE = InjectedFault()


def mischief(fault: FaultRule | None, delivery: Delivery, now: datetime) -> InjectedFault:
    """What a fault makes of a delivery's next attempt."""
    if fault is None:
        return NONE
    given = fault.arguments
    if fault.kind == "delay":
        return InjectedFault(held=_held(delivery, until=now + parse_span(given["by"])))
    if fault.kind == "late":
        return InjectedFault(held={"delivery_id": delivery.delivery_id, "until": given["until"]})
    if fault.kind == "reorder":
        return InjectedFault(held=_held(delivery, until=now + parse_span(given["within"]), behind=given["behind"]))
    if fault.kind == "drop":
        return InjectedFault(lost=f"Lost on purpose: {fault.fault_id} drops it.")
    return InjectedFault(copies=given.get("copies", 1), forged=fault.kind == "wrong_signature")


def _held(delivery: Delivery, until: datetime, behind: int = 0) -> dict[str, Any]:
    return {"delivery_id": delivery.delivery_id, "until": format_instant(until), "behind": behind}


def touched(letter: OutboundMessage, made: InjectedFault) -> OutboundMessage:
    """The letter as it leaves."""
    return replace(letter, forged=True) if made.forged else letter


def lost(made: InjectedFault) -> Answer:
    """The answer of an attempt that is not made."""
    return Answer(None, error=made.lost, final=True)
