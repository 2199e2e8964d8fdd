"""The timeline of an order: what has happened, by whom and by which rule, what came of it, and what time will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.api.shared.sources import sources
from marketplace_sandbox.console.order_page.records import Records
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.views.explain import changes_by_time, event_json
from marketplace_sandbox.core.world.world import World

ACTORS: Mapping[str, str] = {
    "order": "Buyer",
    "buyer": "Buyer",
    "seller": "Seller",
    "parcel": "Carrier",
    "payment": "Amazon",
    "fraud": "Amazon",
    "warehouse": "Amazon",
    "amazon": "Amazon",
}
"""Who acts, by what the name of an action begins with; all else time does alone."""
TIME = "Time"
ENDS = {
    "buyer-window-ends": "the buyer can no longer cancel alone",
    "seller-window-ends": "the seller can no longer cancel",
}


@dataclass(frozen=True)
class Happened:
    """An entry of the past. `consequences` are sentences; `explained` says what the rule's source states."""

    at: datetime
    actor: str
    action: str
    channel: str
    text: str
    rule: str
    explained: str
    consequences: tuple[str, ...]


@dataclass(frozen=True)
class Coming:
    """What time alone will do, and when."""

    at: datetime
    what: str


def past_of(records: Records) -> list[Happened]:
    """What has happened, the oldest first."""
    announced = {(each.at, each.outcome) for each in records.notices}
    found = []
    for event in records.events:
        told = event_json(event, announced)
        effects = told["effects"]
        mails = [each for each in records.mail if each.at == event.at and each.kind in effects["mail"]]
        consequences = (
            *(f"Mail to the {each.to}: {each.subject}" for each in mails),
            *([f"Notification: ORDER_CHANGE, {effects['notification']}"] if effects["notification"] else []),
            *(f"Finding: {LINTS[code]}" for code in effects["lint"]),
            *(["Counts in the Cancellation Rate"] if effects["counts_in_rate"] else []),
        )
        found.append(
            Happened(
                event.at,
                actor_of(event.action),
                event.action,
                event.origin,
                told["meaning"],
                event.source,
                _explain(event.source),
                consequences,
            )
        )
    return found


def coming_of(world: World, order: Order) -> list[Coming]:
    """What time will do to the order unless somebody is before it, the soonest first."""
    changes = changes_by_time(order, world.now(), world.policy)
    return [Coming(parse_instant(each["at"]), each["what"]) for each in changes]


def actor_of(action: str) -> str:
    """Who does an action."""
    return ACTORS.get(action.partition("-")[0], TIME)


def _explain(rule: str) -> str:
    """What the sources of a rule state, as far as they are codes of the page of sources."""
    known = sources()
    return "\n".join(f"{code}: {known[code]}" for code in rule.split() if code in known)
