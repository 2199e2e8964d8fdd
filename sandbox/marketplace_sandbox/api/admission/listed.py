"""How many orders an answer has listed, and whether more follow, found in its bytes. Remembers a few answers.

A poller that got nothing, or the first page alone, is told from one that got all by nothing else of a call.
"""

from collections.abc import Mapping
from typing import NamedTuple

MARKS: Mapping[str, tuple[bytes, bytes]] = {
    "getOrders": (b'"AmazonOrderId":', b'"NextToken":'),
    "searchOrders": (b'"orderId":', b'"nextToken":'),
    "ListOrders": (b"<AmazonOrderId>", b"<NextToken>"),
    "ListOrdersByNextToken": (b"<AmazonOrderId>", b"<NextToken>"),
}
"""What stands once in each order of a list, and before the token of the next page, by operation.

Neither can stand in a text of somebody's: JSON escapes quotation marks, and XML what elements begin with.
"""


PLACES = 61
"""So many answers are remembered, or fewer."""


class Listed(NamedTuple):
    """How many orders were listed, and whether more follow on the next page."""

    orders: int
    has_more: bool


class ListedOrders:
    """What answers have listed. A read that is answered again with the same bytes is not looked through again."""

    def __init__(self) -> None:
        # by where the bytes lie, which needs no lock: whoever comes later takes the place
        self._known: list[tuple[bytes, Listed]] = [(b"", Listed(0, False))] * PLACES

    def find(self, operation: str, body: bytes) -> Listed | None:
        """What an answer lists; None where the operation lists no orders."""
        marks = MARKS.get(operation)
        if marks is None:
            return None
        place = (id(body) >> 4) % PLACES
        known, found = self._known[place]
        if known is not body:
            found = Listed(body.count(marks[0]), marks[1] in body)
            self._known[place] = body, found
        return found
