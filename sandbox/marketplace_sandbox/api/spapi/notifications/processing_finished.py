"""FEED_ and REPORT_PROCESSING_FINISHED, as subscribers get them: unlike ORDER_CHANGE, in camelCase. Pure.

Like ORDER_CHANGE, a body follows from the notice alone and is the same bytes in every attempt.
"""

from typing import Any

from marshmallow import fields

from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.api.shared.fields import Wire
from marketplace_sandbox.api.spapi.notifications.order_change import APPLICATION_ID, stamp
from marketplace_sandbox.core.notifications.outbox import FEED_PROCESSING_FINISHED, Delivery, Finished
from marketplace_sandbox.core.world import World

VERSION = "2020-09-04"


class _Feed(Wire):
    account_id = fields.String(data_key="accountId")
    seller_id = fields.String(data_key="sellerId")
    work_id = fields.String(data_key="feedId")
    work_type = fields.String(data_key="feedType")
    status = fields.String(data_key="processingStatus")
    document_id = fields.String(data_key="resultFeedDocumentId")


class _Report(Wire):
    account_id = fields.String(data_key="accountId")
    seller_id = fields.String(data_key="sellerId")
    work_id = fields.String(data_key="reportId")
    work_type = fields.String(data_key="reportType")
    status = fields.String(data_key="processingStatus")
    document_id = fields.String(data_key="reportDocumentId")


class _Payload(Wire):
    feed = fields.Nested(_Feed, data_key="feedProcessingFinishedNotification")
    report = fields.Nested(_Report, data_key="reportProcessingFinishedNotification")


class _Metadata(Wire):
    application_id = fields.Constant(APPLICATION_ID, data_key="applicationId")
    subscription_id = fields.String(data_key="subscriptionId")
    at = fields.String(data_key="publishTime")
    notification_id = fields.String(data_key="notificationId")


class _Notification(Wire):
    notification_version = fields.Constant(VERSION, data_key="notificationVersion")
    notification_type = fields.String(data_key="notificationType")
    payload_version = fields.Constant(VERSION, data_key="payloadVersion")
    at = fields.String(data_key="eventTime")
    payload = fields.Nested(_Payload)
    metadata = fields.Nested(_Metadata, data_key="notificationMetadata")


_NOTIFICATION = _Notification()


def render(world: World, delivery: Delivery) -> bytes:
    """The notification of a delivery as JSON. Its notificationId is the delivery's id, in every attempt."""
    notice = delivery.notice
    assert notice.finished is not None  # noqa: S101  (these types are about nothing else)
    at = stamp(notice.at)
    kind = "feed" if notice.notification_type == FEED_PROCESSING_FINISHED else "report"
    given = {
        "notification_type": notice.notification_type,
        "at": at,
        "payload": {kind: _values(world, notice.finished)},
        "metadata": {"subscription_id": delivery.subscriber_id, "at": at, "notification_id": delivery.delivery_id},
    }
    return encode(_NOTIFICATION.dump(given))


def _values(world: World, finished: Finished) -> dict[str, Any]:
    return {
        "account_id": f"amzn1.merchant.o.{world.seller_id}",
        "seller_id": world.seller_id,
        "work_id": finished.work_id,
        "work_type": finished.work_type,
        "status": finished.status,
        "document_id": finished.document_id,
    }
