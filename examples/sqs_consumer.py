"""A consumer of order notifications: polls a queue, and prints each order change once.

    python sqs_consumer.py QUEUE [SECONDS]

Nothing in it knows the sandbox. boto3 goes where the environment says: AWS_ENDPOINT_URL_SQS, AWS_DEFAULT_REGION and
any credentials. Ends when nothing has come for so many seconds, 20 by default.
"""

import json
import sys

import boto3

QUEUE = sys.argv[1]
SECONDS = int(sys.argv[2]) if len(sys.argv) > 2 else 20

sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
seen: set[str] = set()  # a real consumer keeps this longer than it runs


def handle(notification: dict) -> None:
    """Say what changed; a real consumer would now read the order."""
    change = notification["Payload"]["OrderChangeNotification"]
    summary = change["Summary"]
    print(f"{change['AmazonOrderId']}  {summary['OrderStatus']:<10}  {change['OrderChangeType']}")


while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=SECONDS).get("Messages"):
    for message in messages:
        notification = json.loads(message["Body"])
        notification_id = notification["NotificationMetadata"]["NotificationId"]
        # Queues deliver at least once and in any order; the id is the same each time.
        if notification_id not in seen:
            handle(notification)
            seen.add(notification_id)
        # Deleted only now: a message that is not deleted comes again after its visibility timeout.
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
