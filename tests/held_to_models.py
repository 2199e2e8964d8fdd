"""Many calls of the platform's operations in five marketplaces, each answer held to Amazon's own models.

`departures` knows schemas alone; here an answer's status, its headers and its content type are looked at, too. What the
models do not say, and is right all the same, is in `KNOWN`, each entry with its source; all else is a violation.

    python -m tests.held_to_models 8000 [SEED]
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

import pytest

from marketplace_sandbox.api.http.openapi import Document, Operation
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Defaults
from marketplace_sandbox.server import composition
from tests.api import models
from tests.hostile import desk as desks
from tests.hostile import operations
from tests.hostile.calls import hostile, places
from tests.hostile.desk import Answer, Desk

MARKETPLACES = {
    "US": "ATVPDKIKX0DER",
    "UK": "A1F83G8C2ARO7P",
    "DE": "A1PA6795UKMFR9",
    "JP": "A1VC38T7YXB528",
    "AU": "A39IBJ37TRP1C6",
}
OF_HTTP = {
    "content-type", "content-length", "content-encoding", "date", "server", "connection", "allow", "retry-after",
    "cache-control", "vary",
}  # fmt: skip
"""Headers that are HTTP's own: no model declares them."""


FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "throttled"},
    {"kind": "status", "status": 403},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
)
"""What each operation is called with first in one marketplace: statuses that no call brings about by itself."""


@dataclass(frozen=True)
class Known:
    """A departure that is right: of a `kind` (status, header, content type), by its name, at statuses, and why."""

    kind: str
    name: str
    statuses: tuple[int, ...]
    source: str


KNOWN: tuple[Known, ...] = (
    Known("header", "x-amzn-errortype", (429,), "captures of throttled calls: TooManyRequestsException"),
)
"""IsReplacementOrder is not among them: `tests.api.models.AS_SENT` has it, a text in getOrders (models issue 2647)."""


@dataclass
class Findings:
    """How many calls there were, of which statuses, and what departed how often, with one example of each."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    known: set[Known] = field(default_factory=set)
    violations: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def note(self, violation: str, example: str) -> None:
        self.violations[violation] += 1
        self.examples.setdefault(violation, example)


def call_everything(count: int, seed: str = "models") -> Findings:
    """At least so many calls, in order and spoiled, of every operation that a model has, in every marketplace."""
    findings = Findings()
    held = [each for each in operations.every_operation() if models.models_of(each[0].name) and each[1].is_built]
    each_count = -(-count // (len(held) * len(MARKETPLACES)))
    for name, marketplace_id in MARKETPLACES.items():
        with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            desk = _open_desk(Path(folder), marketplace_id, patch)
            try:
                for document, operation in held:
                    _call(
                        desk, document, operation, each_count, Random(f"{seed} {name} {operation.path}"), findings, name
                    )
            finally:
                desk.close()
    return findings


def _open_desk(folder: Path, marketplace_id: str, patch: pytest.MonkeyPatch) -> Desk:
    """A server whose default seller does business in one marketplace."""
    patch.setattr(composition, "Defaults", lambda start, rate, seed: Defaults(start, rate, seed, (marketplace_id,)))
    for module in (desks, operations):
        patch.setattr(module, "US", marketplace_id)
    return Desk(folder)


def _call(
    desk: Desk,
    document: Document,
    operation: Operation,
    count: int,
    random: Random,
    findings: Findings,
    marketplace: str,
) -> None:
    desk.begin_again()
    found = operations.calls(document, operation, desk)
    spoiled = [hostile(each, places(each, operation, document), random) for each in found]
    faults = FAULTS if marketplace == "US" else ()
    number = judged = 0
    while judged < count:
        call = found[0] if number < len(faults) else found[min(number - len(faults), len(found) - 1)]
        if number >= len(faults) + len(found):
            call, _ = next(spoiled[number % len(spoiled)], (found[0], []))
        if number < len(faults):
            desk.server.faults.add(DEFAULT_SELLER, [faults[number]], desk.world.now())
        number += 1
        before = desk.standing()
        request = call.request()
        if not operation.pattern.fullmatch(unquote(request.path)):
            continue  # spoiled, it is the path of another operation or of none
        answer = desk.send(request)
        desk.server.faults.forget(DEFAULT_SELLER)
        judged += 1
        findings.calls += 1
        findings.statuses[answer.status] += 1
        for each in departures(document.name, operation, answer, findings.known):
            findings.note(f"{document.name} {operation.operation_id}: {each}", f"{request} -> {answer}"[:1500])
        if desk.standing() != before:
            desk.begin_again()


def departures(document: str, operation: Operation, answer: Answer, met: set[Known]) -> Iterator[str]:
    """How an answer departs from the models of its operation, in status, headers, content type and schema.

    What is known is taken up among the `met`.
    """
    described = models.operation_of(document, operation.method, operation.path)
    if described is None:
        return
    status, media = answer.status, answer.headers.get("content-type", "").partition(";")[0]
    response = described["responses"].get(str(status))
    if response is None:
        if not _is_known("status", str(status), status, met):
            yield f"status {status} is not declared"
        return
    declared = {name.lower() for name in response.get("headers", {})}
    for name in answer.headers.keys() - declared - OF_HTTP:
        if not _is_known("header", name, status, met):
            yield f"header {name} of a {status} is not declared"
    if answer.raw and media not in described["produces"] and not _is_known("content type", media, status, met):
        yield f"content type {media} of a {status} is not declared"
    body = json.loads(answer.raw) if answer.raw and media.endswith("json") else None
    for each in models.departures(document, operation.method, operation.path, status, body):
        yield f"schema of a {status}: {each}"[:300]


def _is_known(kind: str, name: str, status: int, met: set[Known]) -> bool:
    fitting = {each for each in KNOWN if (each.kind, each.name) == (kind, name) and status in each.statuses}
    met |= fitting
    return bool(fitting)


def main() -> None:
    """What is found, by how often."""
    found = call_everything(int(sys.argv[1]), *sys.argv[2:3])
    for each, count in found.violations.most_common():
        print(count, each)
    print(found.calls, "calls,", dict(found.statuses), len(found.violations), "kinds of violations")
    sys.exit(bool(found.violations))


if __name__ == "__main__":
    main()
