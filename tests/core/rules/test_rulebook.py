"""The table of rules as JSON: a cell says all that follows from its outcome."""

from typing import Any

import pytest

from marketplace_sandbox.core.rules.rulebook import cell_view, cells

REQUESTED = {
    "error": None, "http": 200, "next_stage": "requested", "notification": "BuyerRequestedChange",
    "mail": ["cancellation_requested", "request_submitted"], "counts_in_rate": False,
}  # fmt: skip
COUNTED = {
    "error": None, "http": 200, "next_stage": "canceled", "notification": "OrderStatusChange",
    "mail": ["canceled_by_seller", "cancellation_receipt"], "counts_in_rate": True,
}  # fmt: skip
REFUSED = {
    "error": "ORDER_PENDING", "http": 400, "next_stage": "held", "notification": None,
    "mail": [], "counts_in_rate": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "action", "view"),
    [("unshipped", "request", REQUESTED), ("unshipped", "page-cancel", COUNTED), ("held", "page-cancel", REFUSED)],
)
def test_a_cell_says_what_follows(stage: str, action: str, view: dict[str, Any]) -> None:
    [cell] = cells(stage, action)
    shown = cell_view(cell)
    assert {name: shown[name] for name in view} == view


def test_cells_are_found_by_the_action_of_the_control_api_too() -> None:
    assert {cell.trial.name for cell in cells("unshipped", "seller-cancel")} >= {
        "page-cancel",
        "feed-cancel",
        "api-cancel",
    }
