"""Keeps a picture of a seller's orders from ORDER_CHANGE in an SQS queue, as real sellers receive it.

A queue gives a message again until it is deleted, and keeps no order: so a message only says which order to look at,
and the order itself is read afresh. Needs `pip install boto3`, and AWS_ENDPOINT_URL_SQS set to the sandbox's queue
server (`serve --sqs` prints the line); without it boto3 talks to Amazon.
"""

import json
import os

import boto3
from poll_orders_2026 import WORDS
from sp_api.api import Notifications
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from sp_api.base import SellingApiException
from wiring import client

ARN = os.environ.get("QUEUE_ARN", "arn:aws:sqs:us-east-1:123456789012:order-changes")


class Consumer:
    """`picture` is by order id: the status, and whether the buyer asks for the cancellation of any item."""

    def __init__(self, arn: str = ARN) -> None:
        self.picture: dict[str, tuple[str, bool]] = {}
        self.repeated = 0
        self._known: set[str] = set()
        self._orders = client(OrdersV20260101)
        self._arn = arn
        _, _, _, region, _, name = arn.split(":")
        self._sqs = boto3.client(
            "sqs",
            region_name=region,
            aws_access_key_id="anything",
            aws_secret_access_key="anything",  # noqa: S106  any will do
        )
        self._name = name

    def subscribe(self) -> None:
        """Have ORDER_CHANGE sent to the queue; done before is done."""
        notifications = client(Notifications)
        destination = next((each for each in _destinations(notifications) if _arn(each) == self._arn), None)
        if destination is None:
            destination = notifications.create_destination(name="orders", arn=self._arn).payload
        directive = {"eventFilter": {"eventFilterType": "ORDER_CHANGE"}}
        try:
            notifications.create_subscription(
                "ORDER_CHANGE", destination["destinationId"], processingDirective=directive
            )
        except SellingApiException as refused:
            if refused.code != 409:
                raise

    def drain(self, wait: int = 0) -> None:
        """Take messages until there are none, waiting up to so many seconds for the first of each batch."""
        url = self._sqs.get_queue_url(QueueName=self._name)["QueueUrl"]
        while True:
            answer = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                self._take(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def close(self) -> None:
        """Let go of the queue's connection."""
        self._sqs.close()

    def _take(self, notification: dict) -> None:
        name = notification["NotificationMetadata"]["NotificationId"]
        if name in self._known:
            self.repeated += 1
            return
        order_id = notification["Payload"]["OrderChangeNotification"]["AmazonOrderId"]
        order = self._orders.get_order(order_id, includedData="CANCELLATION,FULFILLMENT").payload["order"]
        asked = any("cancellationRequest" in item.get("cancellation", {}) for item in order["orderItems"])
        self.picture[order_id] = (WORDS[order["fulfillment"]["fulfillmentStatus"]], asked)
        self._known.add(name)


def _destinations(notifications: Notifications) -> list[dict]:
    return notifications.get_destinations().payload


def _arn(destination: dict) -> str:
    return destination["resource"].get("sqs", {}).get("arn", "")


if __name__ == "__main__":
    consumer = Consumer()
    consumer.subscribe()
    while True:
        consumer.drain(wait=20)
        for order_id, (status, asked) in sorted(consumer.picture.items()):
            print(order_id, status, "the buyer asks to cancel" if asked else "")
