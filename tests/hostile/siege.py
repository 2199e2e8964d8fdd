"""Hostile calls of one operation after the other, and what must hold of every answer and after it.

    python -m tests.hostile.siege 500 [DOCUMENT.OPERATION [SEED]]

sends so many calls of each operation, or as many as it takes to try every place, and tells what came of them.
"""

import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from lxml import etree

from marketplace_sandbox.api.http.openapi import Document, Operation
from tests.api.mws.documented import Documented
from tests.hostile.calls import Call, Place, first_of_all, hostile, places
from tests.hostile.desk import Answer, Desk
from tests.hostile.operations import calls, every_operation

FOREIGN_WORDS = tuple(
    word.encode()
    for word in (
        "Traceback",
        "problem+json",
        "NoneType",
        "object has no",
        "KeyError",
        "jsonschema",
        "<html",
        "Decimal(",
    )
)
NOT_NOW = ("control.stopAdvance",)
"""Operations of which no call goes well while the clock stands."""

LONGEST = 10
"""Seconds that no call may take, however slow the machine is."""

KILLED_AFTER = 40
"""After every so many commands taken, a store is looked at as a kill would leave it."""


@dataclass(frozen=True)
class Target:
    """One operation as it is besieged: calls that go well with their places, and what may be wrong with an answer."""

    name: str
    calls: Callable[[Desk], list[tuple[Call, list[Place]]]]
    problems: Callable[[Answer, list[Place]], Iterator[str]]


def every_target() -> Iterator[Target]:
    """Every operation of every document, and the links to documents."""
    for document, operation in every_operation():
        yield _target(document, operation)
    yield Target("links.upload", lambda desk: _with_places(desk.upload_call()), _link_problems)
    yield Target("links.download", lambda desk: _with_places(desk.download_call()), _link_problems)


def _target(document: Document, operation: Operation) -> Target:
    return Target(
        f"{document.stem}.{operation.operation_id}",
        lambda desk: [(call, places(call, operation, document)) for call in calls(document, operation, desk)],
        lambda answer, changed: _problems(document, operation, answer, changed),
    )


def _with_places(call: Call) -> list[tuple[Call, list[Place]]]:
    return [(call, places(call))]


@dataclass
class Siege:
    """What has come of the calls so far: how many answers of each status, and whatever was wrong."""

    desk: Desk
    statuses: Counter[int] = field(default_factory=Counter)
    operations: int = 0
    kills: int = 0
    faults: list[str] = field(default_factory=list)
    _taken: int = 0

    def lay(self, target: Target, count: int, seed: str, *, thorough: bool = False) -> None:
        """So many hostile calls of one operation; thorough is at least nothing and the wrong kinds in every place."""
        self.operations += 1
        self.desk.begin_again()
        sources, firsts = [], []
        for number, (call, found) in enumerate(target.calls(self.desk)):
            answer = self.desk.send(call.request())
            if answer.status >= 300 and target.name not in NOT_NOW:
                self._note(target, call, [], answer, "is no call that goes well")
            self.desk.begin_again()
            sources.append(hostile(call, found, Random(f"{seed} {target.name} {number}")))
            firsts.append(len(first_of_all(found)))
        if thorough:
            count = max(count, len(sources) * max(firsts))
        for number in range(count):
            hostile_call = next(sources[number % len(sources)], None)
            if hostile_call is None:  # there is no place in it
                break
            self._try(target, *hostile_call)

    def _try(self, target: Target, call: Call, changed: list[Place]) -> None:
        before = self.desk.standing()
        started = time.monotonic()
        answer = self.desk.send(call.request())
        took = time.monotonic() - started
        self.statuses[answer.status] += 1
        problems = list(target.problems(answer, changed))
        if any(word in answer.raw for word in FOREIGN_WORDS) and answer.status >= 400:
            problems.append("speaks of what is inside")
        if not answer.status or answer.status >= 500:
            problems.append("is a server's error")
        if took > LONGEST:
            problems.append(f"took {took:.0f} s")
        if self.desk.standing() != before:
            problems += ["was refused and has changed something"] if answer.status >= 400 else []
            problems += self._after_change(target, answer)
            self.desk.begin_again()
        problems += self._failures()
        for each in problems:
            self._note(target, call, changed, answer, each)

    def _after_change(self, target: Target, told: Answer) -> Iterator[str]:
        self._taken += 1
        yield from (f"the journal of {each} makes another world" for each in self.desk.unfolded())
        if self._taken % KILLED_AFTER == 0:
            self.kills += 1
            yield from (f"killed, the store has lost something: {each}" for each in self.desk.open_killed())
        if target.name.endswith((".SubmitFeed", ".createFeed", ".createReport", ".RequestReport")):
            self.desk.world.advance(timedelta(minutes=5))  # whatever is in a file is worked off
        goes_wrong = target.name.endswith(".addFault")
        if goes_wrong and re.search(rb'"kind":"(latency|timeout)"', told.raw):
            return  # it would wait as long as was asked for
        for what, answer in self.desk.read_all():
            if answer.status != 200 and not goes_wrong:
                yield f"then {what} answers {answer.status} {answer.raw[:300]!r}"

    def _failures(self) -> list[str]:
        """What the server has written to its log since it was last looked at."""
        found = [f"failed: {each}" for each in self.desk.failures]
        self.desk.failures.clear()
        return found

    def _note(self, target: Target, call: Call, changed: list[Place], answer: Answer, what: str) -> None:
        request = call.request()
        where = ", ".join(map(str, changed))
        sent = f"{request.method} {request.path[:200]}?{request.query[:300]} {request.body[:600]!r}"
        told = f"{answer.status} {answer.raw[:400]!r}"
        self.faults.append(f"{target.name} at {where}: {what[-1500:]}\n  {sent}\n  {told}")


def _problems(document: Document, operation: Operation, answer: Answer, changed: list[Place]) -> Iterator[str]:
    """What is wrong with an answer by its dialect's shape and by its document."""
    if "x-mws-section" in document.tree["info"]:
        yield from _mws_problems(document, answer)
    elif answer.status >= 400:
        yield from _refusal_problems(document, answer, changed)
    elif not any(each.part == "in_path" for each in changed):  # otherwise it may be another operation's
        body = json.loads(answer.raw) if answer.raw else None
        if wrong := document.response_problem(operation.operation_id, answer.status, body):
            yield f"is not as documented: {wrong}"


def _link_problems(answer: Answer, changed: list[Place]) -> Iterator[str]:
    """What is wrong with a file store's answer; a link with slashes is no link, and answered like any other path."""
    if answer.status >= 400 and not any(each.part == "in_path" for each in changed):
        kind = answer.headers.get("content-type")
        if kind != "application/xml" or etree.QName(etree.fromstring(answer.raw)).localname != "Error":
            yield f"is no refusal of a file store but {kind}"


def _mws_problems(document: Document, answer: Answer) -> Iterator[str]:
    if answer.headers.get("content-type", "").partition(";")[0] != "text/xml":
        if answer.status >= 400 or not answer.raw:
            yield f"is no XML but {answer.headers.get('content-type')}"
        return  # a report is a file
    root = etree.fromstring(answer.raw)
    if (etree.QName(root).localname == "ErrorResponse") != (answer.status >= 400):
        yield "is no error, or is one"
    if etree.QName(root).localname not in ("AmazonEnvelope", "sellerPerformanceReports"):
        yield from Documented(document).problems(root)


def _refusal_problems(document: Document, answer: Answer, changed: list[Place]) -> Iterator[str]:
    # what does not reach Messaging's own operation, a body that is no JSON, is refused as everywhere
    in_hal = document.stem in ("messaging-v1", "solicitations-v1")
    kinds = ("application/hal+json", "application/json") if in_hal else ("application/json",)
    if answer.headers.get("content-type") not in kinds:
        yield f"is no JSON but {answer.headers.get('content-type')}"
        return
    body = answer.body
    if document.stem == "lwa":
        if not {"error", "error_description"} <= set(body):
            yield "is no refusal of a login"
        return
    for error in body["errors"]:
        # of an unknown feed or report the platform tells no details
        keys = {"code", "message"} | (set(error) & {"details"} if answer.status == 404 else {"details"})
        if not (set(error) == keys and all(isinstance(each, str) for each in error.values())):
            yield "is no error of the platform's shape"
        if not (error["code"] and error["message"]):
            yield "says nothing"
        if document.stem == "control" and answer.status == 400 and error["code"] == "InvalidInput":
            yield from _place_problems(error["message"], error["details"], changed)


OF_ALL = (
    *("The request body ", "The query ", "The path ", "There is no field ''", "There is no setting ''"),
    "An advance has",
)
"""How a refusal begins that is about all that was sent, or about what has no name."""


def _place_problems(message: str, details: str, changed: list[Place]) -> Iterator[str]:
    """Where only one place is wrong, that is the one that is named, from the root of the body on."""
    if not details and not message.startswith(OF_ALL):
        yield "does not say where"
    if len(changed) != 1 or changed[0].part != "body" or not changed[0].path or not details:
        return
    named, meant = (re.split(r"[.\[]", each)[0] for each in (details, str(changed[0]).removeprefix("body.")))
    if named != meant and named in str(changed[0]):
        yield f"names {details} for {changed[0]}"


def besiege(count: int, folder: Path, only: str = "", seed: str = "1", *, thorough: bool = False) -> Siege:
    """So many calls of every operation whose name begins like that, `control.` or `lwa.createAccessToken`."""
    desk = Desk(folder)
    try:
        siege = Siege(desk)
        for target in every_target():
            if target.name.startswith(only):
                siege.lay(target, count, seed, thorough=thorough)
        siege.faults += [f"at the end: {each}" for each in (*desk.unfolded(), *desk.open_killed())]
    finally:
        desk.close()
    return siege


def report(count: int, only: str = "", seed: str = "1", *, thorough: bool = True) -> bool:
    """Besiege, and print what was wrong and how many answers of each status there were. Answers whether nothing was
    wrong.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        done = besiege(count, Path(folder), only, seed, thorough=thorough)
    for each in done.faults:
        print(each)
    statuses = ", ".join(f"{status}: {number:,}" for status, number in sorted(done.statuses.items()))
    print(
        f"{done.operations} operations, {sum(done.statuses.values()):,} hostile calls ({statuses}), "
        f"{done.kills} kills, {len(done.faults)} faults, {time.monotonic() - started:.0f} s"
    )
    return not done.faults


if __name__ == "__main__":
    sys.exit(0 if report(int(sys.argv[1]), *sys.argv[2:]) else 1)
