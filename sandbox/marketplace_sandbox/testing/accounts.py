"""What assertions say when they fail: what happened to an order, and what the client did. Asserts nothing."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.core.instants import format_instant, parse_instant
from marketplace_sandbox.core.rules.lints import LINTS

Json = dict[str, Any]
LATEST_CALLS = 20


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One call of the client: when in the world, its operation, and what came of it. Secrets are left out."""

    at: datetime
    method: str
    path: str
    query: str
    operation: str
    status: int
    user_agent: str
    notes: tuple[str, ...]

    def concerns(self, order_id: str) -> bool:
        """Whether the call names the order in its path or query."""
        return order_id in self.path or order_id in self.query

    def __str__(self) -> str:
        asked = f"?{self.query}" if self.query else ""
        name = self.operation or "no operation"
        return f"{format_instant(self.at)}  {name} → {self.status}  {self.method} {self.path}{asked}"[:200]


def recorded(call: Json) -> RecordedRequest:
    """A call from the control API's view of it."""
    return RecordedRequest(
        parse_instant(call["at"]),
        call["method"],
        call["path"],
        call["query"],
        call["operation"] or "",
        call["status"],
        call["user_agent"],
        tuple(call["notes"]),
    )


def history(lines: Sequence[Json]) -> str:
    """What happened to an order, a line each, with the rules' warnings below."""
    return "\n".join(["What happened to it:", *(_told(each) for each in lines)])


def _told(line: Json) -> str:
    by = {"time": "time", "control": "test", "buyer": "test"}.get(line["channel"], "client")
    warnings = "".join(f"\n      {code}: {LINTS.get(code, '')}" for code in line["effects"]["lint"])
    told = line["effects"]["notification"]
    notified = f" [{told}]" if told else ""
    return f"  {line['at']}  {line['action']} (by {by}): {line['meaning']}{notified}{warnings}"


def calls(made: Sequence[RecordedRequest]) -> str:
    """What the client did, latest calls last."""
    if not made:
        return "The client has called nothing."
    left_out = [f"  … and {len(made) - LATEST_CALLS} before"] if len(made) > LATEST_CALLS else []
    return "\n".join(["What the client did:", *left_out, *(f"  {each}" for each in made[-LATEST_CALLS:])])


def cancellation(ended: Json | None) -> str:
    """A cancellation in half a sentence."""
    if ended is None:
        return "not canceled"
    counts = "counts" if ended["counts_in_rate"] else "does not count"
    return f"canceled by {ended['by']} ({ended['reason']}) at {ended['at']}, which {counts} in the rate"


def joined(*paragraphs: str) -> str:
    """A failure's text from its paragraphs."""
    return "\n".join(filter(None, paragraphs))


def operations() -> list[str]:
    """Every operation a client can call, by name."""
    found: set[str] = set()
    for document in openapi_dir().glob("*.yaml"):
        if document.name != "control.yaml":
            found |= set(re.findall(r"operationId: *['\"]?(\w+)", document.read_text(encoding="utf-8")))
    return sorted(found)


def notified(lines: Iterable[Json]) -> list[tuple[str, str]]:
    """The notifications among a history: what kind of change, and when."""
    return [(each["effects"]["notification"], each["at"]) for each in lines if each["effects"]["notification"]]
