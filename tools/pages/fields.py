"""The fields an order can have, call by call, and the scenario that shows each, as a page of the documents."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.cli.drift.answers import answers_by_scenario
from marketplace_sandbox.cli.drift.contract import read_facts

CALLS = (
    ("orders-v0", "getOrder", "Orders v0, getOrder"),
    ("orders-v0", "getOrderItems", "Orders v0, getOrderItems"),
    ("orders-2026-01-01", "getOrder", "Orders 2026-01-01, getOrder, with every data set"),
)
"""The calls that show an order whole: document, operation, and their name for people."""

REASONS = Path(__file__).with_name("fields_out_of_reach.yaml")
NOT_YET = "not yet"

_HEAD = """# The fields an order can have

Made by `make docs` from our OpenAPI documents and from what the scenarios in `fixtures/` show. Each line is one field
of an answer, with the first scenario that shows it, or why none can. Fields of the form are told in
[scenarios](scenarios.md). Errors are no field of an order and are left out.
"""


@cache
def fields(document: str, call: str) -> tuple[str, ...]:
    """The places of a call's fields, without the head that all have."""
    head = f"{call} 200."
    facts = read_facts(load(openapi_dir() / f"{document}.yaml").tree)
    places = [place.removeprefix(head) for place in facts if place.startswith(head)]
    return tuple(each for each in places if not each.endswith("[]") and not each.startswith("errors"))


@cache
def shown_by(document: str, call: str) -> Mapping[str, str]:
    """The first scenario that shows each field that any shows."""
    found: dict[str, str] = {}
    for name, answers in answers_by_scenario().items():
        for place in answers.of_calls[document][call]:
            found.setdefault(place.removeprefix(f"{call} 200."), name)
    return {each: found[each] for each in fields(document, call) if each in found}


@cache
def entries(document: str, call: str) -> Mapping[str, str]:
    """What the file of reasons says of a call, by field."""
    documents: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(REASONS.read_text(encoding="utf-8"))
    return documents.get(document, {}).get(call, {})


@cache
def reasons(document: str, call: str) -> Mapping[str, str]:
    """Why fields cannot make sense here, by field; what is said of one holds for all beneath it."""
    return {
        each: reason
        for each in fields(document, call)
        for place, reason in entries(document, call).items()
        if each == place or each.startswith((f"{place}.", f"{place}[]"))
    }


def markdown() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_counts(), *(line for call in CALLS for line in _section(*call))]).rstrip() + _NEXT


_NEXT = "\n\nNext: [what corresponds to what](correspondence.md) in the dialects.\n"


def _counts() -> Iterator[str]:
    yield _line(("call", "fields", "shown", "cannot make sense here", NOT_YET))
    yield _line(["---"] * 5)
    for document, call, name in CALLS:
        whole, shown = len(fields(document, call)), len(shown_by(document, call))
        excused = len(reasons(document, call))
        yield _line((name, str(whole), str(shown), str(excused), str(whole - shown - excused)))
    yield ""


def _section(document: str, call: str, name: str) -> Iterator[str]:
    shown, excused = shown_by(document, call), reasons(document, call)
    yield f"## {name}\n"
    yield _line(("field", "shown by"))
    yield _line(["---"] * 2)
    for each in fields(document, call):
        yield _line((f"`{each}`", f"`{shown[each]}`" if each in shown else excused.get(each, NOT_YET)))
    yield ""


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
