"""What a seller reports of the review of an order with regulated goods, and what is refused of it.

A review cancels nothing and ships nothing by itself: the seller does, or the buyer. Source: the platform's model, whose
samples have the words of the refusals (MODEL-ORDERS-V0); what no sample has is ours.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.commands.orders import UpdateVerification
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.orders.regulated import RegulatedInfo, Verification, VerificationStatus
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.text.quoting import quote, suggestion


class NotRegulatedError(RefusalError):
    """The order has no regulated goods."""

    code = "NotFound"

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} has no regulated items.")


class VerificationRefusedError(RefusalError):
    """A report that does not fit. `problems` are all there are of it, each a sentence with the field it is about."""

    code = "InvalidInput"

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__(" ".join(sentence for sentence, _ in problems))


def regulated_info(order: Order) -> RegulatedInfo:
    """What makes the order one with regulated goods. Raises NotRegulatedError."""
    if order.regulated is None:
        raise NotRegulatedError(order.order_id)
    return order.regulated


def verification_status(order: Order) -> VerificationStatus:
    """How far the review has come; one that nobody finished ends with a cancellation. Raises NotRegulatedError."""
    status = regulated_info(order).verification.status
    ended = status is VerificationStatus.PENDING and order.status is Status.CANCELED
    return VerificationStatus.CANCELLED if ended else status


def report(order: Order, command: UpdateVerification, at: datetime) -> Order:
    """The order with what the seller reports. Raises NotRegulatedError and VerificationRefusedError."""
    info = regulated_info(order)
    before, stands = info.verification, verification_status(order)
    status = VerificationStatus(command.status) if command.status else stands
    problems = [
        *_status_problems(before, stands, command.status),
        *_reason_problems(before, status, command.rejection_reason_id),
        *_detail_problems(before, status, command.details),
    ]
    if problems:
        raise VerificationRefusedError(problems)
    decides = status is not stands
    reasons = {each.reason_id: each for each in before.rejection_reasons}
    after = replace(
        before,
        status=status,
        requires_merchant_action=before.requires_merchant_action and not decides,
        rejection_reason=reasons.get(command.rejection_reason_id, before.rejection_reason),
        review_date=at if decides else before.review_date,
        reviewer_id=command.reviewer_id,
        details=tuple({**dict(before.details), **command.details}.items()),
    )
    return replace(order, regulated=replace(info, verification=after))


def _status_problems(before: Verification, stands: VerificationStatus, status: str | None) -> list[tuple[str, str]]:
    field = "status"
    if not status:
        return []
    takes = ["Approved", "Rejected"]
    if before.allows("interimStatusDetail", VerificationStatus.PENDING):
        takes.append("Pending")
    if status not in takes:
        return [(f"Invalid request parameter `status`. Must be one of [{', '.join(takes)}].", field)]
    if status != stands and stands is not VerificationStatus.PENDING:
        return [(f"Invalid request parameter `status`. The order is {stands} already.", field)]
    if status != stands and not before.requires_merchant_action:
        return [("Invalid request parameter `status`. The review of this order is not the merchant's.", field)]
    return []


def _reason_problems(before: Verification, status: VerificationStatus, reason_id: str) -> list[tuple[str, str]]:
    field, known = "rejectionReasonId", [each.reason_id for each in before.rejection_reasons]
    if status is not VerificationStatus.REJECTED:
        return [(f"Invalid request parameter `{field}`. Only a Rejected order has one.", field)] if reason_id else []
    if not reason_id:
        return [] if before.rejection_reason else [(f"Missing request parameter: {field}.", field)]
    if reason_id not in known:
        hint = suggestion(reason_id, known)
        return [(f"Invalid request parameter `{field}`. There is no {quote(reason_id)}{hint}", field)]
    return []


def _detail_problems(before: Verification, status: VerificationStatus, details: Any) -> list[tuple[str, str]]:
    problems = [
        (f"Verification Detail `{name}` is not supported when order is in {status} status.", name)
        for name in details
        if not before.allows(name, status)
    ]
    code = details.get("interimStatusDetail", {}).get("statusCode")
    known = [each.code for each in before.interim_statuses]
    if code is not None and code not in known:
        sentence = f"Invalid request parameter `statusCode`. There is no {quote(code)}{suggestion(code, known)}"
        problems.append((sentence, "interimStatusDetail.statusCode"))
    return problems
