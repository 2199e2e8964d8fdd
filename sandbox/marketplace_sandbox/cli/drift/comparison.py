"""What differs between our documents and answers and Amazon's models, and what of it is known. Prints nothing."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.cli.drift.answers import Answers
from marketplace_sandbox.cli.drift.checkout import ORDER_CHANGE, Checkout
from marketplace_sandbox.cli.drift.contract import Facts, read_facts

KNOWN_FILE = Path(__file__).with_name("known-differences.yaml")
NEW, GONE, CHANGED = "new", "gone", "changed"

_LAST_STEP = re.compile(r"(?:\[\]|\.[^.\[ ]*| (?:query|path|header) [^ ]*| [^ .\[]*)\Z")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not alike: `new` in the model, `gone` from it, or `changed`, with the keyword that is.

    `document` is ours, `place` where in it; `ours` and `theirs` are what either says, None where there is nothing.
    """

    document: str
    kind: str
    place: str
    keyword: str = ""
    ours: Any = None
    theirs: Any = None


EVERY = "* "
"""How a place begins that is meant at every operation of a document."""


@dataclass(frozen=True, slots=True)
class KnownDifference:
    """A difference that is meant, with where it comes from: what differs is a keyword, or a place `new` or `gone`."""

    document: str
    place: str
    differs: str
    source: str

    def covers(self, difference: Difference) -> bool:
        """Whether this is that difference."""
        differs = difference.keyword or difference.kind
        is_there = self.place == difference.place
        if self.place.startswith(EVERY):
            is_there = difference.place.partition(" ")[2] == self.place.removeprefix(EVERY)
        return is_there and (self.document, self.differs) == (difference.document, differs)


@dataclass(frozen=True, slots=True)
class Drift:
    """What a checkout shows: what differs, what is known to, and what is listed as known and differs no longer."""

    differences: tuple[Difference, ...]
    known: tuple[tuple[Difference, KnownDifference], ...]
    outlived: tuple[KnownDifference, ...]
    missing: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether our documents and answers are still those of the models."""
        return not (self.differences or self.outlived or self.missing)


def compare(checkout: Checkout, answers: Answers) -> Drift:
    """Our documents, and the fields of our answers, with the models of a checkout."""
    found: list[Difference] = []
    for document, model in checkout.models.items():
        ours = read_facts(load(openapi_dir() / f"{document}.yaml").tree)
        found += _compare_facts(document, ours, model.facts)
        found += _compare_answers(document, answers.of_calls.get(document, {}), model.facts)
    if checkout.order_change is not None:
        found += _compare_answers(ORDER_CHANGE, {"ORDER_CHANGE": answers.of_notifications}, checkout.order_change)
    compared = {*checkout.models, *([ORDER_CHANGE] if checkout.order_change else [])}
    listed = [each for each in known_differences() if each.document in compared]
    known = [(each, entry) for each in found for entry in listed if entry.covers(each)]
    return Drift(
        differences=tuple(each for each in found if not any(entry.covers(each) for entry in listed)),
        known=tuple(known),
        outlived=tuple(entry for entry in listed if not any(entry.covers(each) for each in found)),
        missing=tuple(checkout.missing),
    )


@lru_cache
def known_differences() -> tuple[KnownDifference, ...]:
    """Every known difference of the list that comes with the project."""
    listed = yaml.safe_load(KNOWN_FILE.read_text(encoding="utf-8"))
    return tuple(
        KnownDifference(document, place, entry["differs"], entry["source"])
        for document, entries in listed.items()
        for entry in entries
        for place in entry["places"]
    )


def _compare_facts(document: str, ours: Facts, theirs: Facts) -> Iterator[Difference]:
    for place in sorted({*ours, *theirs}):
        if place in ours and place in theirs:
            yield from _compare_keywords(document, place, ours[place], theirs[place])
            continue
        kind, lacking = (GONE, theirs) if place in ours else (NEW, ours)
        # what is beneath a place that is new or gone goes without saying
        if _parent(place) in lacking or _parent(place) == "":
            yield Difference(document, kind, place)


def _compare_keywords(
    document: str, place: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> Iterator[Difference]:
    for keyword in sorted({*ours, *theirs}):
        if ours.get(keyword) != theirs.get(keyword):
            yield Difference(document, CHANGED, place, keyword, ours.get(keyword), theirs.get(keyword))


def _compare_answers(document: str, answers: Mapping[str, set[str]], places: Collection[str]) -> Iterator[Difference]:
    """The fields that we send and the model does not have."""
    for fields in answers.values():
        for field in sorted(fields.difference(places)):
            if _parent(field) in places:
                yield Difference(document, GONE, field, "answer", ours="sent")


def _parent(place: str) -> str:
    """The place that one is directly beneath; empty for an operation."""
    shorter = _LAST_STEP.sub("", place)
    return "" if shorter == place else shorter
