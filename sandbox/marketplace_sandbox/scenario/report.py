"""What came of a scenario, for people: a timeline on the terminal. Judges nothing.

The text is made from the receipt, so that it is the same for a scenario played here and on a server.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.scenario.when import format_offset

Json = dict[str, Any]
_NARROW, _NARROWEST = 110, 80
"""Terminals of fewer columns have no room for five of a timeline, and for three."""

_SINGLY = 3
"""Up to so many orders to which the same thing happens at the same instant have a line each."""


def print_receipt(receipt: Json, console: Console) -> None:
    """Prints the title, the timeline and the result of a receipt. Failures themselves are the caller's to print."""
    console.print(Text(receipt["name"] or "scenario", style="bold"))
    for line in (receipt["about"], receipt["source"] and f"Source: {receipt['source']}"):
        if line:
            console.print(Text(line))
    console.print(_timeline(receipt["timeline"], console.width))
    sentences = {each["code"]: each["message"] for event in receipt["timeline"] for each in event["lint"]}
    for code, sentence in sentences.items():
        console.print(Text.assemble((code, "yellow"), f": {sentence}"))
    took = parse_instant(receipt["now"]) - parse_instant(receipt["start"])
    clock = f"The clock stands at {receipt['now']}, {format_offset(took).removeprefix('+')} after the start."
    if receipt["passed"]:
        console.print(Text(f"Passed: {write_count(receipt['checks'], 'expectations')} met. {clock}", style="green"))
    else:
        missed = write_count(len(receipt["failures"]), "expectations")
        console.print(Text(f"Failed: {missed} not met. {clock}", style="red"))


def _timeline(events: list[Json], width: int) -> Table:
    """On a narrow terminal, what follows stands under what happens; on the narrowest, that under its order.

    No cell is cut, and no name broken in two.
    """
    table = Table(box=SIMPLE_HEAD)
    columns = ("at", "order", "what happens", "status", "what follows")
    shown = columns if width >= _NARROW else columns[:3] if width >= _NARROWEST else (columns[0], columns[2])
    for column in shown:
        table.add_column(column, overflow="fold", no_wrap=column in {"at", "order"})
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
        cells = [Text(order), sentence, status, follows]
        if len(shown) == 3:
            cells = [cells[0], _beneath(cells[1:])]
        elif len(shown) == 2:
            cells = [_beneath(cells)]
        table.add_row(Text(clock), *cells)
    return table


def _beneath(cells: list[Text]) -> Text:
    """What is not empty, line beneath line."""
    return Text("\n").join(each for each in cells if each)


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
