"""What came of a scenario, for machines as JSON and for people as a timeline on the terminal. Judges nothing.

The text is made from the JSON, so that it is the same for a scenario played here and on a server.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from marketplace_sandbox.core.explain import MEANINGS
from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.projections import lints_json, mail_json, message_json, notice_json, order_json
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.scenario.expectations import count_expectations
from marketplace_sandbox.scenario.player import PlayResult, TimelineEvent
from marketplace_sandbox.scenario.when import format_offset

Json = dict[str, Any]
_NARROW = 110
"""Terminals of fewer columns have no room for five of a timeline."""

_SINGLY = 3
"""Up to so many orders to which the same thing happens at the same instant have a line each."""


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
        "orders": [order_json(order, now, world.policy) for order in world.orders.values()],
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


# For people


def print_receipt(receipt: Json, console: Console) -> None:
    """Prints the title, the timeline and the result of a receipt. Failures themselves are the caller's to print."""
    console.print(Text(receipt["name"] or "scenario", style="bold"))
    for line in (receipt["about"], receipt["source"] and f"Source: {receipt['source']}"):
        if line:
            console.print(Text(line))
    console.print(_timeline(receipt["timeline"], narrow=console.width < _NARROW))
    sentences = {each["code"]: each["message"] for event in receipt["timeline"] for each in event["lint"]}
    for code, sentence in sentences.items():
        console.print(Text.assemble((code, "yellow"), f": {sentence}"))
    took = parse_instant(receipt["now"]) - parse_instant(receipt["start"])
    clock = f"The clock stands at {receipt['now']}, {format_offset(took).removeprefix('+')} after the start."
    if receipt["passed"]:
        console.print(Text(f"Passed: {receipt['checks']} expectations met. {clock}", style="green"))
    else:
        missed = len(receipt["failures"])
        plural = "s" if missed > 1 else ""
        console.print(Text(f"Failed: {missed} expectation{plural} not met. {clock}", style="red"))


def _timeline(events: list[Json], *, narrow: bool) -> Table:
    """On a narrow terminal, what follows stands under what happens. No cell is cut."""
    table = Table(box=SIMPLE_HEAD)
    for column in ("at", "order", "what happens", *(() if narrow else ("status", "what follows"))):
        table.add_column(column, overflow="fold")
    day = ""
    for alike in _groups(events):
        event = alike[0]
        at = parse_instant(event["at"])
        if f"{at:%a %Y-%m-%d}" != day:
            day = f"{at:%a %Y-%m-%d}"
            table.add_row(Text(day, style="bold"))
        clock = f"{at:%H:%M:%S}" + (f".{at.microsecond // 1000:03d}" if at.microsecond else "")
        order = event["order_id"] or "" if len(alike) == 1 else f"{len(alike)} orders"
        sentence, status, follows = _sentence(event), Text(event["status"] or ""), _consequences(event)
        cells = [sentence, status, follows]
        if narrow:
            cells = [Text("\n").join(each for each in cells if each)]
        table.add_row(Text(clock), Text(order), *cells)
    return table


def _groups(events: list[Json]) -> Iterator[list[Json]]:
    """Runs of events that differ in their order only, when they are many; else each event by itself."""

    def likeness(event: Json) -> tuple[Any, ...]:
        return event["at"], event["action"], event["outcome"], event["status"], _consequences(event).plain

    for _, run in groupby(events, key=likeness):
        alike = list(run)
        if len(alike) > _SINGLY:
            yield alike
        else:
            yield from ([each] for each in alike)


def _sentence(event: Json) -> Text:
    if event["refused"]:
        code, style = event["refused"]["code"], "yellow" if event["refused"]["expected"] else "red"
        return Text.assemble(f"{event['action']} ", (f"is refused, {code}", style), f". {event['meaning']}")
    if event["action"] in ("order-placed", "settings"):
        return Text(event["meaning"])
    return Text.assemble((event["action"], "bold"), f": {event['meaning']}")


def _consequences(event: Json) -> Text:
    notified = [f"notification {each['change']}" for each in event["notifications"]]
    mail: dict[str, list[str]] = {}
    for each in event["mail"]:
        mail.setdefault(each["kind"], []).append(each["to"])
    mailed = [f"mail {kind} to {' and '.join(to)}" for kind, to in mail.items()]
    written = [f"message {each['kind']} to {each['to']}" for each in event["messages"]]
    counted = ["counts in the Cancellation Rate"] if event["counts_in_rate"] else []
    found = [f"lint {each['code']}" for each in event["lint"]]
    return Text("\n".join((*notified, *mailed, *written, *counted, *found)))
