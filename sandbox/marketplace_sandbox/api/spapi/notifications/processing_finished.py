"""FEED_ and REPORT_PROCESSING_FINISHED, as subscribers get them: unlike ORDER_CHANGE, in camelCase. Pure.

Like ORDER_CHANGE, a body follows from the notice alone and is the same bytes in every attempt.
"""

from dataclasses import dataclass

from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.output import Constant, One, OutputSchema, Text, attributes_of
from marketplace_sandbox.api.spapi.notifications.order_change import APPLICATION_ID, Stamp
from marketplace_sandbox.core.notifications.outbox import FEED_PROCESSING_FINISHED, Delivery, FinishedJob, Notice
from marketplace_sandbox.core.world.world import World

VERSION = "2020-09-04"


def render(world: World, delivery: Delivery) -> bytes:
    """The notification of a delivery as JSON. Its notificationId is the delivery's id, in every attempt."""
    return encode(_NOTIFICATION.dump(FinishedNotification(world.seller_id, delivery)))


@dataclass(frozen=True, slots=True)
class FinishedNotification:
    """A delivery of one seller's: the whole notification, of a feed or of a report."""

    seller_id: str
    delivery: Delivery

    @property
    def notice(self) -> Notice:
        return self.delivery.notice

    @property
    def account_id(self) -> str:
        return f"amzn1.merchant.o.{self.seller_id}"

    @property
    def finished_job(self) -> FinishedJob:
        assert self.notice.finished_job is not None  # noqa: S101  (these types are about nothing else)
        return self.notice.finished_job

    @property
    def of_feed(self) -> "FinishedNotification | None":
        return self if self.notice.notification_type == FEED_PROCESSING_FINISHED else None

    @property
    def of_report(self) -> "FinishedNotification | None":
        return None if self.of_feed else self


_notification = attributes_of(FinishedNotification)


class _Feed(OutputSchema):
    accountId = Text(_notification.account_id)
    sellerId = Text(_notification.seller_id)
    feedId = Text(_notification.finished_job.job_id)
    feedType = Text(_notification.finished_job.job_type)
    processingStatus = Text(_notification.finished_job.status)
    resultFeedDocumentId = Text(_notification.finished_job.document_id)


class _Report(OutputSchema):
    accountId = Text(_notification.account_id)
    sellerId = Text(_notification.seller_id)
    reportId = Text(_notification.finished_job.job_id)
    reportType = Text(_notification.finished_job.job_type)
    processingStatus = Text(_notification.finished_job.status)
    reportDocumentId = Text(_notification.finished_job.document_id)


class _Payload(OutputSchema):
    feedProcessingFinishedNotification = One(_Feed, _notification.of_feed)
    reportProcessingFinishedNotification = One(_Report, _notification.of_report)


class _Metadata(OutputSchema):
    applicationId = Constant(APPLICATION_ID)
    subscriptionId = Text(_notification.delivery.subscriber_id)
    publishTime = Stamp(_notification.notice.at)
    notificationId = Text(_notification.delivery.delivery_id)


class _Notification(OutputSchema):
    notificationVersion = Constant(VERSION)
    notificationType = Text(_notification.notice.notification_type)
    payloadVersion = Constant(VERSION)
    eventTime = Stamp(_notification.notice.at)
    payload = One(_Payload, _notification)
    notificationMetadata = One(_Metadata, _notification)


_NOTIFICATION = _Notification()
