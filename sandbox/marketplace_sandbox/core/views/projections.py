"""Orders, mail and other records as plain JSON in the project's own words, a pure function for each.

The control API answers them, and scenarios are compared with them and exported in them, which is why they stand in the
core: the two do not know each other. The platform's dialects have theirs in `api`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.messaging.buyer_seller import BuyerSellerMessage
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, Delivery, Notice, Subscriber
from marketplace_sandbox.core.orders.order import Cancellation, Item, Order, Refund
from marketplace_sandbox.core.orders.verification import verification_status
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.receipt import FiredTimer, Lint
from marketplace_sandbox.core.reports.values import Report
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.lints import LINTS
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.views.metrics import CancellationRate
from marketplace_sandbox.core.world.schedule import Schedule

Json = dict[str, Any]


def order_json(order: Order, now: datetime, policy: Policy) -> Json:
    """One order. `auto_cancel_at` is null when no automatic cancellation lies ahead."""
    deadlines = [due for due, command in table.timers(order, policy) if command.name == "auto-cancel"]
    currency = MARKETPLACES[order.marketplace_id].currency
    return {
        "order_id": order.order_id,
        "marketplace_id": order.marketplace_id,
        "channel": str(order.channel),
        "status": str(order.status),
        "purchased_at": format_instant(order.purchased_at),
        "last_updated_at": format_instant(order.last_updated_at),
        "ship_by_at": _instant(order.ship_by_at),
        "auto_cancel_at": _instant(deadlines[0] if deadlines else None),
        "items": [_item(item, currency) for item in order.items],
        "request": request_json(order),
        "cancellation": cancellation_json(order.cancellation),
        "refunds": [_refund(refund) for refund in order.refunds],
        "restocked": order.restocked,
        "pickup_status": str(order.pickup) if order.pickup else None,
        "verification": verification_json(order),
        "duties": [str(duty) for duty in order.duties],
        "allowed": table.allowed_actions(order, now, policy),
    }


def _instant(instant: datetime | None) -> str | None:
    return format_instant(instant) if instant else None


def _item(item: Item, currency: str) -> Json:
    return {
        "order_item_id": item.order_item_id,
        "sku": item.sku,
        "title": item.title,
        "quantity": item.quantity,
        "quantity_confirmed": item.quantity_confirmed,
        "quantity_invoiced": item.quantity_invoiced,
        "estimated_ship_at": _instant(item.estimated_ship_at),
        "parcel_left": item.parcel_left,
        "price": str(item.price),
        "currency": currency,
        "cancellation_requested": item.cancellation_requested,
        "cancel_reason": item.cancel_reason if item.cancellation_requested else None,
        "cancellation": cancellation_json(item.canceled),
    }


def request_json(order: Order) -> Json | None:
    """The request that the view of an order has: null where nobody asked."""
    request = order.first_request
    if request is None:
        return None
    return {"state": str(request.state), "reason": request.reason, "at": format_instant(request.at)}


def cancellation_json(ended: Cancellation | None) -> Json | None:
    """How an order or an item ended."""
    if ended is None:
        return None
    return {
        "by": str(ended.by),
        "reason": ended.reason,
        "at": format_instant(ended.at),
        "counts_in_rate": ended.counts_in_rate,
    }


def verification_json(order: Order) -> Json | None:
    """How far the review of an order with regulated goods has come."""
    if order.regulated is None:
        return None
    review = order.regulated.verification
    return {
        "status": str(verification_status(order)),
        "requires_merchant_action": review.requires_merchant_action,
        "rejection_reason_id": review.rejection_reason.reason_id if review.rejection_reason else None,
        "external_reviewer_id": review.reviewer_id or None,
        "review_date": _instant(review.review_date),
    }


def _refund(refund: Refund) -> Json:
    amounts = [
        {"order_item_id": a.order_item_id, "component": a.component, "amount": str(a.amount)} for a in refund.amounts
    ]
    return {
        "refund_id": refund.refund_id,
        "state": str(refund.state),
        "reason": refund.reason,
        "amounts": amounts,
        "release_at": _instant(refund.release_at),
    }


def timer_json(timer: FiredTimer) -> Json:
    """A timer that did something."""
    return {"at": format_instant(timer.at), "what": timer.what, "order_id": timer.order_id}


def notice_json(notice: Notice) -> Json:
    """A notice as receipts show it."""
    return {
        "id": notice.notice_id,
        "type": notice.notification_type,
        "change": notice.change,
        "at": format_instant(notice.at),
        "order_id": notice.order_id,
    }


def mail_json(mail: Mail) -> Json:
    """One mail record."""
    return {
        "id": mail.mail_id,
        "kind": mail.kind,
        "to": mail.to,
        "at": format_instant(mail.at),
        "subject": mail.subject,
        "address": mail.address,
        "order_id": mail.order_id,
        "marketplace_id": mail.marketplace_id,
        "locale": mail.locale,
        "cause_id": mail.cause_id,
        "body": mail.body,
    }


def message_json(message: BuyerSellerMessage) -> Json:
    """One message of a thread."""
    return {
        "id": message.message_id,
        "thread_id": message.thread_id,
        "order_id": message.order_id,
        "kind": message.kind,
        "to": message.to,
        "at": format_instant(message.at),
        "label": message.label,
        "text": message.text,
        "reply_by": _instant(message.reply_by),
    }


def lints_json(lints: Iterable[Lint]) -> list[Json]:
    """Findings with their sentences, each code of an order once."""
    return [{"code": each.code, "message": LINTS[each.code]} for each in dict.fromkeys(lints)]


def delivery_json(delivery: Delivery) -> Json:
    """One delivery with all its attempts."""
    last = delivery.attempts[-1] if delivery.attempts else None
    return {
        "id": delivery.delivery_id,
        "webhook_id": delivery.subscriber_id,
        "notification_type": delivery.notice.notification_type,
        "change": delivery.notice.change,
        "order_id": delivery.notice.order_id,
        "at": format_instant(delivery.notice.at),
        "status": str(delivery.status),
        "http_code": last.code if last else None,
        "latency_ms": last.latency_ms if last else None,
        "next_at": _instant(delivery.next_at),
        "given_up_because": delivery.given_up_because or None,
        "held": delivery.held,
        "attempts": [
            {"at": format_instant(a.at), "http_code": a.code, "latency_ms": a.latency_ms, "error": a.error or None}
            for a in delivery.attempts
        ],
    }


def webhook_json(subscriber: Subscriber) -> Json:
    """One webhook, without its secret."""
    return {
        "id": subscriber.subscriber_id,
        "url": subscriber.address,
        "notification_types": list(subscriber.notification_types),
        "order_change_types": list(subscriber.order_change_types),
        "since": format_instant(subscriber.since),
        "active": subscriber.active,
    }


def subscription_json(subscriber: Subscriber) -> Json:
    """One subscription of the Notifications API; `sent` is false where nothing of its type is ever sent here."""
    (notification_type,) = subscriber.notification_types
    return {
        "id": subscriber.subscriber_id,
        "notification_type": notification_type,
        "payload_version": subscriber.payload_version,
        "destination_id": subscriber.destination_id,
        "order_change_types": list(subscriber.order_change_types),
        "since": format_instant(subscriber.since),
        "sent": notification_type in NOTIFICATION_TYPES,
    }


MOST_PROBLEMS = 5
"""As many problems of a feed's messages are shown."""


def job_json(job: Feed | Report, schedule: Schedule) -> Json:
    """One feed or report. `next_at` is when it goes on, null for one that has ended or waits behind another."""
    kind = "feed" if isinstance(job, Feed) else "report"
    return {
        "id": job.job_id,
        "kind": kind,
        "type": job.type_name,
        "status": str(job.status),
        "created_at": format_instant(job.created_at),
        "next_at": _instant(schedule.due_of((kind, job.job_id))),
        "ended_at": _instant(job.ended_at),
        "problems": _problems_of(job) if isinstance(job, Feed) else [],
    }


def _problems_of(feed: Feed) -> list[str]:
    """Why nothing of a feed could be read, or what is wrong with its messages: warnings are not told."""
    if feed.fatal and feed.ended_at:
        return [f"{feed.fatal.code}: {feed.fatal.text}"]
    wrong = [each for each in feed.results if not each.warning]
    return [" ".join(filter(None, (each.order_id, f"{each.code}: {each.text}"))) for each in wrong[:MOST_PROBLEMS]]


def rate_json(rate: CancellationRate) -> Json:
    """The Cancellation Rate; `rate` is null when the window has no orders."""
    return {
        "canceled": rate.canceled,
        "orders": rate.orders,
        "rate": None if rate.rate is None else float(rate.rate),
        "status": rate.status,
        "by_cause": rate.by_cause,
    }


COUNTED_LISTED = 100
"""So many orders of the numerator are listed; further ones are only in its number."""


def rate_parts_json(rate: CancellationRate) -> Json:
    """What the Cancellation Rate was made from: its window and target, who counts, and why others do not."""
    counted = ((each.order_id, each.counted_cancellation) for each in rate.counted[:COUNTED_LISTED])
    return {
        "window": {"after": format_instant(rate.after), "until": format_instant(rate.until)},
        "target": float(rate.target),
        "counted": [
            {"order_id": order_id, "reason": cause.reason, "at": format_instant(cause.at)}
            for order_id, cause in counted
            if cause
        ],
        "left_out": rate.left_out,
    }
