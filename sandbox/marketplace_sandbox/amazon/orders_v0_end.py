"""The end of the reads of Orders v0: which they are, what answers in their place, and how far somebody has moved."""

from collections.abc import Mapping
from typing import Any

V0, LATEST = "/orders/v0/", "/orders/2026-01-01/"
"""Where the paths of either generation begin."""

ORDERS_V0_END = "27 March 2027"
"""The day from which on the platform refuses them."""

RESTRICTED_TOKENS = "/tokens/2021-03-01/restrictedDataToken"
"""Fetched for reads of v0 that show personal data, and for nothing in 2026-01-01."""

ORDERS_V0_ENDING: Mapping[str, str] = {
    "getOrders": "searchOrders",
    "getOrder": "getOrder",
    "getOrderBuyerInfo": "getOrder",
    "getOrderAddress": "getOrder",
    "getOrderItems": "getOrder",
    "getOrderItemsBuyerInfo": "getOrder",
}
"""The reads of Orders v0 that the platform has deprecated, and ends: ORDERS-V0-END in docs/sources.md. All else of it
goes on, getOrderRegulatedInfo included. With each stands the operation of 2026-01-01 that answers the same question.
"""


def checklist(left: Mapping[str, int], moved: Mapping[str, int]) -> list[dict[str, Any]]:
    """A row for each read that ends: the calls of it that are left, and those of the operation that answers it.

    `left` counts calls by the operations of v0, `moved` by those of 2026-01-01. Reads that one operation answers share
    its number: nobody can tell which of them it took the place of. What was never called has no row.
    """
    rows = []
    for operation, answering in ORDERS_V0_ENDING.items():
        calls, instead = left.get(operation, 0), moved.get(answering, 0)
        if calls or (instead and operation in ("getOrders", "getOrder")):
            rows.append({"operation": operation, "replaced_by": answering, "calls": calls, "moved": instead})
    return rows
