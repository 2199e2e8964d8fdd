"""What came of a scenario, as JSON. Judges nothing."""

from datetime import datetime
from typing import Any

from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.views.explain import MEANINGS
from marketplace_sandbox.core.views.projections import lints_json, mail_json, message_json, notice_json, order_json
from marketplace_sandbox.scenario.expectations import count_expectations
from marketplace_sandbox.scenario.player import PlayResult, TimelineEvent
from marketplace_sandbox.scenario.when import format_offset

Json = dict[str, Any]


def build_receipt(result: PlayResult) -> Json:
    """All that came of it: whether it passed, failures with their places, the timeline, the orders as they stand."""
    scenario, world = result.scenario, result.world
    now = world.now()
    return {
        "name": scenario.name,
        "about": scenario.about,
        "source": scenario.source,
        "rules": list(scenario.rules),
        "seller_id": world.seller_id,
        "start": format_instant(result.start),
        "now": format_instant(now),
        "passed": result.passed,
        "checks": count_expectations(scenario),
        "failures": [
            {
                "where": each.field_path,
                "path": list(each.path),
                "line": scenario.line(each.field_path),
                "expected": each.expected,
                "found": each.found,
                "message": each.message,
            }
            for each in result.failures
        ],
        "timeline": [_event_to_json(each, result.start) for each in result.timeline],
        "orders": [
            order_json(order, now, world.policy) for order in counting(world.orders.values(), "orders are shown")
        ],
    }


def _event_to_json(event: TimelineEvent, start: datetime) -> Json:
    refused = {"code": event.refused, "message": event.message, "expected": event.expected} if event.refused else None
    return {
        "at": format_instant(event.at),
        "after": format_offset(event.at - start),
        "order_id": event.order_id or None,
        "action": event.action,
        "by": event.origin,
        "outcome": event.outcome or None,
        "meaning": _meaning(event),
        "rule": event.rule or None,
        "status": event.status or None,
        "refused": refused,
        "settings": dict(event.settings) if event.settings is not None else None,
        "notifications": [notice_json(each) for each in event.notices],
        "mail": [
            {name: mail[name] for name in ("id", "kind", "to", "at", "subject")}
            for mail in (mail_json(each) for each in event.mail)
        ],
        "messages": [message_json(each) for each in event.messages],
        "lint": lints_json(event.lints),
        "counts_in_rate": event.outcome in OUTCOMES and OUTCOMES[event.outcome].counts,
    }


def _meaning(event: TimelineEvent) -> str:
    if event.settings is not None:
        words = {True: "on", False: "off", None: "back to its default"}
        values = {
            key: words[each] if each is None or isinstance(each, bool) else str(each)
            for key, each in event.settings.items()
        }
        return f"The settings change: {', '.join(f'{key} is {value}' for key, value in values.items())}."
    if event.action == "order-placed":
        return "The buyer places the order."
    return OUTCOMES[event.outcome].meaning if event.outcome in OUTCOMES else MEANINGS.get(event.outcome, "")
