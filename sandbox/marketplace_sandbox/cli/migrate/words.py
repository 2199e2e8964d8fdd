"""What is told of a migration, in words: the same on a terminal and on a page. Prints nothing, asks no server."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_END
from marketplace_sandbox.core.text.instants import format_span, parse_span

Json = Mapping[str, Any]
Row = tuple[str, ...]

VERDICTS: Mapping[str, str] = {
    "replaced": "agrees",
    "no_counterpart": "no counterpart",
    "stays": "stays",
    "moved": "moved",
    "failed": "not compared",
    "not_needed": "not needed",
}
"""What becomes of a call, as people read it. What is replaced agrees, or else it is `UNEXPLAINED`."""

UNEXPLAINED = "unexplained"
GOOD = (VERDICTS["replaced"], VERDICTS["moved"])
OK = 200

MEANINGS: Mapping[str, str] = {
    "agrees": "answered by 2026-01-01, and every difference is in the tables",
    "no counterpart": "nothing answers the same question; the nearest way was tried",
    "stays": "does not end",
    "moved": "is a call of 2026-01-01 already",
    "not compared": "refused in this world or when it was made, so there is nothing to compare",
    "not needed": "not needed any more",
    UNEXPLAINED: "answered differently, and no table says why",
}

DIFFERENCES: Mapping[str, str] = {
    "renamed": "it has another name, or another place",
    "recased": "its values are spelled otherwise",
    "retyped": "its values are of another type",
    "computed": "it follows from other fields",
    "missing": "v0 alone has it",
    "new": "2026-01-01 alone has it, or shows it where v0 does not",
}
"""In what a field differs, as people read it."""

NOTHING = "nothing"
"""How it is written that a field is not there."""

LONGEST_VALUE = 60
"""Characters of a value that are shown."""

LONGEST_QUERY = 600
"""Characters of a query that are shown; a page token alone may have 16,384."""

MOST_REPLACEMENTS = 3
"""Calls that replace one and are shown one by one; a list by ids becomes fifty."""

OVERVIEW = ("no.", "call", "asks with", "times", "verdict", "becomes", "differs")
CHECKLIST = ("read of v0", "calls left", "becomes", "calls of that", "done")
LIMITS = ("the same poll", "calls", "takes", "may begin again after", "bound by")
PARAMETERS = ("parameter", "value", "differs", "in 2026-01-01", "value there", "note")
FIELDS = ("field of v0", "field of 2026-01-01", "differs", "such as")
DISAGREEMENTS = ("fact", "order", "item", "v0 says", "2026-01-01 says")


def sum_up(answer: Json) -> Iterator[str]:
    """The whole in a few sentences."""
    calls = answer["calls"]
    if not calls:
        yield "No call of the Orders APIs is among them, so nothing is to be moved."
        yield "Run the client, or give a recording of it with --har. marketplace-sandbox doctor says what keeps it off."
        return
    made = sum(each["times"] for each in calls)
    yield f"{count(made, 'call')} of {count(len(calls), 'kind')}."
    yield from _sum_up_left(answer)
    for verdict, number in Counter(judge(each) for each in calls).items():
        yield f"{verdict.capitalize()}, {count(number, 'kind')}: {MEANINGS[verdict]}."
    wrong = answer["summary"]["disagreed"]
    if wrong:
        yield f"No table explains why {count(wrong, 'value')} differ: a fault of the sandbox, to be told to its makers."


def _sum_up_left(answer: Json) -> Iterator[str]:
    """How many calls are left of the reads that end, and when they do."""
    left = {each["operation"]: each["calls"] for each in answer["checklist"] if each["calls"]}
    if left:
        names = ", ".join(f"{number:,} {name}" for name, number in left.items())
        yield f"The reads of Orders v0 end on {ORDERS_V0_END}; {count(sum(left.values()), 'call')} left: {names}."
    elif answer["checklist"]:
        yield f"The reads of Orders v0 end on {ORDERS_V0_END}; none is left."


def judge(call: Json) -> str:
    """The verdict on a call in a word or two."""
    if call["disagreed"]:
        return UNEXPLAINED
    refused = call["verdict"] == "replaced" and call["statuses"]["v0"] != OK
    return VERDICTS["failed" if refused else call["verdict"]]


def checklist(answer: Json) -> list[Row]:
    """A row for each read that ends: how many calls of it are left, and how many there are in its place."""
    return [
        (
            each["operation"],
            str(each["calls"]),
            each["replaced_by"],
            str(each["moved"]),
            "no" if each["calls"] else "yes",
        )
        for each in answer["checklist"]
    ]


POLLS: Mapping[str, str] = {
    "v0": "Orders v0",
    "latest": "Orders 2026-01-01, call by call",
    "latest_by_lists": "Orders 2026-01-01, all of it from the lists",
}
"""How the polls are called that are compared under the published usage plans."""


def limits(answer: Json) -> list[Row]:
    """A row for each way of asking the same: how long it takes under the published usage plans."""
    found = answer["limits"] or {}
    return [
        (name, str(poll["calls"]), write_span(poll["takes"]), write_span(poll["every"]), poll["bound_by"] or "")
        for key, name in POLLS.items()
        if (poll := found.get(key))
    ]


def overview(answer: Json) -> list[Row]:
    """A row for each kind of call."""
    return [
        (
            str(number),
            name_call(each),
            asks_with(each),
            str(each["times"]),
            judge(each),
            name_replacements(each["replacements"]),
            name_differences(each["fields"]),
        )
        for number, each in enumerate(answer["calls"], 1)
    ]


def differences_met(answer: Json) -> list[Row]:
    """What the words mean that say in what the fields of these calls differ."""
    met = {kind for call in answer["calls"] for field in call["fields"] for kind in field["kinds"]}
    return [(kind, meaning) for kind, meaning in DIFFERENCES.items() if kind in met]


def line(call: Json) -> Row:
    """One kind of call in a line."""
    differs = name_differences(call["fields"])
    wrong = [f"{row[0]}: {row[3]} and {row[4]}" for row in disagreements(call)]
    asked = (name_call(call), asks_with(call)) if asks_with(call) else (name_call(call),)
    return *asked, judge(call), name_replacements(call["replacements"]), differs, *wrong


def parameter_names(call: Json) -> list[str]:
    """The parameters that a call was made with."""
    return sorted({name for name, _ in parse_qsl(call["query"], keep_blank_values=True)})


def asks_with(call: Json) -> str:
    """The parameters by which kinds of calls to one operation are told apart; every list names marketplaces."""
    asked = {name for name, _ in parse_qsl(call["query"], keep_blank_values=True)} - {"MarketplaceIds"}
    return ", ".join(each["name"] for each in call["parameters"] if each["name"] in asked)


def name_call(call: Json) -> str:
    """An operation, or what was called where it is none."""
    return call["operation"] or f"{call['method']} {shorten(call['path'], LONGEST_VALUE)}"


def name_replacements(replacements: Sequence[Json]) -> str:
    """Which operations, each with how often it is called."""
    times = Counter(each["operation"] for each in replacements)
    return ", ".join(name if count == 1 else f"{name} ({count} times)" for name, count in times.items())


def name_differences(fields: Sequence[Json]) -> str:
    """How many fields differ in what."""
    kinds = Counter(kind for each in fields for kind in each["kinds"])
    return ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds, key=_place_of))


def _place_of(kind: str) -> int:
    return list(DIFFERENCES).index(kind) if kind in DIFFERENCES else len(DIFFERENCES)


def write_request(call: Json) -> str:
    """A call in a line, as it goes over the wire; a long query is cut."""
    query = f"?{shorten(call['query'], LONGEST_QUERY)}" if call["query"] else ""
    return f"{call['method']} {call['path']}{query}"


def write_replacements(call: Json) -> Iterator[str]:
    """The calls that replace one, a line each, and how many more there are."""
    replacements = call["replacements"]
    yield from (write_request(each) for each in replacements[:MOST_REPLACEMENTS])
    if len(replacements) > MOST_REPLACEMENTS:
        yield f"and {len(replacements) - MOST_REPLACEMENTS} more that are alike"


def remarks(call: Json) -> Iterator[tuple[str, str]]:
    """What else is to be known of a call: a word for what it is about, and a sentence."""
    if call["at"]:
        yield "lately at", call["at"]
    if call["user_agent"]:
        yield "by", shorten(call["user_agent"], LONGEST_VALUE)
    if call["why"]:
        yield "why", call["why"]
    if call["nearest"]:
        yield "nearest way", call["nearest"]
    if call["paging"]:
        yield "pages", _write_paging(call["paging"])
    if call["limits"]:
        yield "limits", _write_limits(call["limits"])


def _write_paging(paging: Json) -> str:
    pages, said = (
        paging["pages"],
        f"{count(paging['v0_orders'], 'order')} in v0, {paging['latest_orders']} in 2026-01-01",
    )
    took = f"; {count(pages['latest'], 'page')} of 2026-01-01 had to be read" if pages["latest"] > 1 else ""
    untold = f"; of {count(paging['untold'], 'order')} a client cannot tell" if paging["untold"] else ""
    return f"{said}{took}{untold}."


def _write_limits(limits: Json) -> str:
    calls = limits["calls"]
    return (
        f"v0 {_write_plan(limits['v0'])}; 2026-01-01 {_write_plan(limits['latest'])}. "
        f"{count(calls['v0'], 'call')} became {calls['latest']}."
    )


def _write_plan(plan: Json | None) -> str:
    return f"{plan['rate']} a second, {plan['burst']} at once" if plan else "without a published plan"


def parameters(call: Json) -> list[Row]:
    """What becomes of each parameter."""
    return [
        (
            each["name"] or "",
            shorten(each["value"] or "", LONGEST_VALUE),
            each["kind"],
            each["to"] or "",
            shorten(each["to_value"] or "", LONGEST_VALUE),
            each["note"] or "",
        )
        for each in call["parameters"]
    ]


def fields(call: Json) -> list[Row]:
    """What becomes of each field that the answers had, with an example where the values are not alike."""
    return [
        (each["v0"] or "", each["latest"] or "", ", ".join(each["kinds"]), _such_as(each)) for each in call["fields"]
    ]


def _such_as(field: Json) -> str:
    for each in field["values"]:
        v0, latest = write_value(each["v0"]), write_value(each["latest"])
        if not (field["v0"] and field["latest"]):
            return v0 or latest
        if v0 != latest:
            return f"{v0 or NOTHING} becomes {latest or NOTHING}"
    return ""


def notes(call: Json) -> list[str]:
    """What is to be known of the fields, each once, with the fields that it is about."""
    about: dict[str, list[str]] = {}
    for each in call["fields"]:
        if each["note"]:
            about.setdefault(each["note"], []).append(each["fact"])
    return [f"{', '.join(facts)}: {note}" for note, facts in about.items()]


def disagreements(call: Json) -> list[Row]:
    """Every value that differs and should not."""
    return [
        (
            each["fact"],
            each["order_id"] or "",
            each["order_item_id"] or "",
            write_value(each["v0"]),
            write_value(each["latest"]),
        )
        for each in call["disagreements"]
    ]


def write_value(value: Any) -> str:
    """As it stands on the wire, so that a text is told from a number or a truth; nothing where nothing is said."""
    return "" if value is None else shorten(json.dumps(value, ensure_ascii=False), LONGEST_VALUE)


def write_span(span: str) -> str:
    """A span in the short form that commands take, no shorter than it is.

    >>> write_span("PT4M59.402S"), write_span("P1DT2H"), write_span("PT0S")
    ('5m', '1d2h', '0s')
    """
    whole = timedelta(seconds=-(-parse_span(span) // timedelta(seconds=1)))
    return format_span(whole).translate({ord(letter): None for letter in "PT"}).lower()


def shorten(text: str, most: int) -> str:
    """A text that says where it was cut."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def count(number: int, what: str) -> str:
    """So many of a kind.

    >>> count(1, "call"), count(2000, "call")
    ('1 call', '2,000 calls')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"
