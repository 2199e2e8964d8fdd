"""What came of a scenario, for machines as JSON and for people as a timeline on the terminal. Judges nothing.

The text is made from the JSON, so that it is the same for a scenario played here and on a server.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.projections import lints_json, mail_json, message_json, notice_json, order_json
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.scenario import expectations
from marketplace_sandbox.scenario.expectations import Failure
from marketplace_sandbox.scenario.player import Event, Played
from marketplace_sandbox.scenario.shapes import dotted
from marketplace_sandbox.scenario.when import format_offset

Json = dict[str, Any]
_NARROW = 110
"""Terminals of fewer columns have no room for five of a timeline."""

_SINGLY = 3
"""Up to so many orders to which the same thing happens at the same instant have a line each."""


def receipt(played: Played) -> Json:
    """The whole outcome: whether it passed, each failure with its place, the timeline and the orders as they stand."""
    document, world = played.document, played.world
    now = world.now()
    return {
        "name": document.name,
        "about": document.about,
        "source": document.source,
        "rules": list(document.rules),
        "seller_id": world.seller_id,
        "start": format_instant(played.start),
        "now": format_instant(now),
        "passed": played.passed,
        "checks": expectations.count(document),
        "failures": [_failure(played, each) for each in played.failures],
        "timeline": [_event(each, played.start) for each in played.timeline],
        "orders": [order_json(order, now, world.policy) for order in world.orders.values()],
    }


def _failure(played: Played, failure: Failure) -> Json:
    return {
        "where": dotted(failure.path),
        "path": list(failure.path),
        "line": played.document.line(failure.path),
        "expected": failure.expected,
        "found": failure.found,
        "message": failure.said,
    }


def _event(event: Event, start: datetime) -> Json:
    refused = {"code": event.refused, "message": event.said, "expected": event.expected} if event.refused else None
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
        "mail": [_mail(each) for each in event.mail],
        "messages": [message_json(each) for each in event.messages],
        "lint": lints_json(event.lints),
        "counts_in_rate": event.outcome in OUTCOMES and OUTCOMES[event.outcome].counts,
    }


def _mail(mail: Mail) -> Json:
    view = mail_json(mail)
    return {name: view[name] for name in ("id", "kind", "to", "at", "subject")}


def _meaning(event: Event) -> str:
    if event.settings is not None:
        return (
            "The settings change: "
            + ", ".join(f"{key} is {_value(each)}" for key, each in event.settings.items())
            + "."
        )
    if event.action == "order-placed":
        return "The buyer places the order."
    return OUTCOMES[event.outcome].meaning if event.outcome in OUTCOMES else ""


def _value(value: Any) -> str:
    words = {True: "on", False: "off", None: "back to its default"}
    return words[value] if value is None or isinstance(value, bool) else str(value)


# For people


def show(outcome: Json, console: Console) -> None:
    """Prints the title, the timeline and the verdict of a receipt. Failures themselves are the caller's to print."""
    console.print(Text(outcome["name"] or "scenario", style="bold"))
    for line in (outcome["about"], outcome["source"] and f"Source: {outcome['source']}"):
        if line:
            console.print(Text(line))
    console.print(_timeline(outcome["timeline"], narrow=console.width < _NARROW))
    for code, sentence in _legend(outcome["timeline"]).items():
        console.print(Text.assemble((code, "yellow"), f": {sentence}"))
    console.print(_verdict(outcome))


def _timeline(events: list[Json], *, narrow: bool) -> Table:
    """On a narrow terminal, what follows stands under what happens. No cell is cut."""
    table = Table(box=SIMPLE_HEAD)
    for column in (
        ("at", "order", "what happens") if narrow else ("at", "order", "what happens", "status", "what follows")
    ):
        table.add_column(column, overflow="fold")
    day = ""
    for alike in _groups(events):
        event = alike[0]
        today, clock = _clock(event["at"])
        if today != day:
            table.add_row(Text(today, style="bold"))
            day = today
        order = event["order_id"] or "" if len(alike) == 1 else f"{len(alike)} orders"
        happens, status, follows = _sentence(event), Text(event["status"] or ""), _consequences(event)
        told = (
            [Text("\n").join(each for each in (happens, status, follows) if each)]
            if narrow
            else [happens, status, follows]
        )
        table.add_row(Text(clock), Text(order), *told)
    return table


def _groups(events: list[Json]) -> Iterator[list[Json]]:
    """Runs of events that differ in their order only, when they are many; else each event by itself."""
    for _, run in groupby(events, key=_likeness):
        alike = list(run)
        if len(alike) > _SINGLY:
            yield alike
        else:
            yield from ([each] for each in alike)


def _likeness(event: Json) -> tuple[Any, ...]:
    return event["at"], event["action"], event["outcome"], event["status"], _consequences(event).plain


def _clock(at: str) -> tuple[str, str]:
    instant = parse_instant(at)
    fraction = f".{instant.microsecond // 1000:03d}" if instant.microsecond else ""
    return f"{instant:%a %Y-%m-%d}", f"{instant:%H:%M:%S}{fraction}"


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


def _verdict(outcome: Json) -> Text:
    took = format_offset(_span(outcome)).removeprefix("+")
    ended = f"The clock stands at {outcome['now']}, {took} after the start."
    if outcome["passed"]:
        return Text(f"Passed: {outcome['checks']} expectations met. {ended}", style="green")
    missed = len(outcome["failures"])
    return Text(f"Failed: {missed} expectation{'s' if missed > 1 else ''} not met. {ended}", style="red")


def _span(outcome: Json) -> timedelta:
    return parse_instant(outcome["now"]) - parse_instant(outcome["start"])


def _legend(events: list[Json]) -> dict[str, str]:
    """The sentence of every lint of the timeline, each once."""
    return {each["code"]: each["message"] for event in events for each in event["lint"]}
