"""The calls that the client under test has made, as the server recorded them. Makes none itself."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.core.instants import format_instant, parse_instant

Json = dict[str, Any]


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

    @classmethod
    def from_json(cls, request: Json) -> "RecordedRequest":
        """One entry of the control API's list of requests."""
        return cls(
            parse_instant(request["at"]),
            request["method"],
            request["path"],
            request["query"],
            request["operation"] or "",
            request["status"],
            request["user_agent"],
            tuple(request["notes"]),
        )

    def concerns(self, order_id: str) -> bool:
        """Whether the call names the order in its path or query."""
        return order_id in self.path or order_id in self.query

    def __str__(self) -> str:
        query = f"?{self.query}" if self.query else ""
        name = self.operation or "no operation"
        return f"{format_instant(self.at)}  {name} → {self.status}  {self.method} {self.path}{query}"[:200]


def operation_names() -> list[str]:
    """Every operation that a client can call, by the names of our OpenAPI documents."""
    found: set[str] = set()
    for openapi in openapi_dir().glob("*.yaml"):
        if openapi.name != "control.yaml":
            found |= set(re.findall(r"operationId: *['\"]?(\w+)", openapi.read_text(encoding="utf-8")))
    return sorted(found)
