"""Sample notices, such as a seller has sent to see that they arrive. They are about nothing in the world."""

from collections.abc import Mapping
from datetime import datetime

from marketplace_sandbox.core.notifications.outbox import (
    FEED_PROCESSING_FINISHED,
    ORDER_CHANGE,
    REPORT_PROCESSING_FINISHED,
    FinishedJob,
    Notice,
)
from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import outcomes, table
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import FieldError

_ASKS = Action("buyer-request-cancellation", reason="late")
_CANCELS = Action("seller-cancel", reason="no_inventory")
_FINISHED_JOBS = {
    FEED_PROCESSING_FINISHED: FinishedJob("50001", "POST_ORDER_ACKNOWLEDGEMENT_DATA", "DONE", "sample-feed-document"),
    REPORT_PROCESSING_FINISHED: FinishedJob(
        "50002", "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING", "DONE", "sample-report-document"
    ),
}

SCENARIOS: Mapping[str, Mapping[str, Action | None]] = {
    ORDER_CHANGE: {outcomes.REQUEST_CHANGE: _ASKS, outcomes.STATUS_CHANGE: _CANCELS},
    FEED_PROCESSING_FINISHED: {"DONE": None, "FATAL": None, "CANCELLED": None},
    REPORT_PROCESSING_FINISHED: {"DONE": None, "FATAL": None, "CANCELLED": None},
}
"""What a sample of each type may show: for orders the kind of change, for a job how it ended."""


def sample_notice(
    notice_id: str, notification_type: str, scenario: str, order: Order, at: datetime, policy: Policy
) -> Notice:
    """A notice of a type and scenario; `order` is unshipped and does not stand in the world. Raises FieldError."""
    known = SCENARIOS[notification_type]
    if scenario not in known:
        raise FieldError("testScenario", f"There is no testScenario {quote(scenario)}{suggestion(scenario, known)}")
    action = known[scenario]
    if action is None:
        sample = _FINISHED_JOBS[notification_type]
        document_id = sample.document_id if scenario == "DONE" else None
        finished_job = FinishedJob(sample.job_id, sample.job_type, scenario, document_id)
        return Notice(notice_id, notification_type, "", "", at, finished_job=finished_job)
    step = table.step(order, action, at, policy)
    delivery_after = policy.span("delivery_after", order.marketplace_id)
    return Notice(
        notice_id, notification_type, scenario, step.outcome.name, at, step.order, delivery_after=delivery_after
    )
