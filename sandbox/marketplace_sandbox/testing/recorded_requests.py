"""The calls that the client under test has made, as the server recorded them. Makes none itself."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.text.quoting import write_count

Json = dict[str, Any]
FILTERS = {
    each.lower(): each
    for each in ("CreatedAfter", "LastUpdatedAfter", "NextToken", "paginationToken", "OrderStatuses", "AmazonOrderIds")
}
"""What lists of orders are asked by that decides most about what is in them, by its name in small letters."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One call of the client: when in the world, its operation, and what came of it. Secrets are left out.

    `orders` is how many orders a list of them had, None for other calls.
    """

    at: datetime
    method: str
    path: str
    query: str
    operation: str
    status: int
    user_agent: str
    notes: tuple[str, ...]
    orders: int | None = None

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
            request["listed"]["orders"] if request["listed"] else None,
        )

    def concerns(self, order_id: str) -> bool:
        """Whether the call names the order in its path or query."""
        return order_id in self.path or order_id in self.query

    def is_like(self, other: "RecordedRequest") -> bool:
        """Whether another call asked for the same and came out alike."""
        ours = self.operation, self.method, self.path, self.query, self.status, self.orders
        return ours == (other.operation, other.method, other.path, other.query, other.status, other.orders)

    def tell(self, times: int = 1) -> str:
        """The call in a line, and how often it was made in a row."""
        query = f"?{self.query}" if self.query else ""
        name = self.operation or "no operation"
        often = f" ×{times}" if times > 1 else ""
        return f"{format_instant(self.at)}  {name}{often} → {self._outcome()}  {self.method} {self.path}{query}"[:200]

    __str__ = tell

    def _outcome(self) -> str:
        if self.orders is None:
            return str(self.status)
        asked = ", ".join(dict.fromkeys(FILTERS[name] for name in self._parameters() if name in FILTERS))
        return f"{write_count(self.orders, 'orders')}{f'; asked by {asked}' if asked else ''}"

    def _parameters(self) -> list[str]:
        return [name.lower() for name, _ in parse_qsl(self.query)]


def operation_names() -> list[str]:
    """Every operation that a client can call, by the names of our OpenAPI documents."""
    found: set[str] = set()
    for openapi in openapi_dir().glob("*.yaml"):
        if openapi.name != "control.yaml":
            found |= set(re.findall(r"operationId: *['\"]?(\w+)", openapi.read_text(encoding="utf-8")))
    return sorted(found)
