"""Destinations and subscriptions as Notifications v1 answers them, and the resources that destinations stand for."""

import re
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.spapi.notifications.order_change import APPLICATION_ID
from marketplace_sandbox.core.notifications.destinations import Destination
from marketplace_sandbox.core.notifications.outbox import Subscriber
from marketplace_sandbox.core.text.quoting import quote

Json = dict[str, Any]

QUEUE_ARN = re.compile(r"arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?")
REGION = re.compile(r"[a-z]+(-[a-z]+)+-[0-9]{1,2}")
EXAMPLE = "arn:aws:sqs:us-east-1:123456789012:order-changes"


def read_resource(specification: Json) -> dict[str, str]:
    """The fields of a new destination, from the resourceSpecification of a request.

    Raises ApiError 400 for what is no resource, or two.
    """
    path = "resourceSpecification"
    if ("sqs" in specification) == ("eventBridge" in specification):
        raise invalid(f"{path} has either sqs or eventBridge.", path)
    if "sqs" in specification:
        arn, arn_path = specification["sqs"]["arn"], f"{path}.sqs.arn"
        matched = QUEUE_ARN.fullmatch(arn)
        if not matched:
            raise invalid(f"The ARN of a queue is like {EXAMPLE}; {quote(arn)} is not.", arn_path)
        if matched[1]:
            raise invalid("FIFO queues are not supported; use a standard queue.", arn_path)
        return {"arn": arn}
    account_id, region = specification["eventBridge"]["accountId"], specification["eventBridge"]["region"]
    if not re.fullmatch("[0-9]{12}", account_id):
        raise invalid("An AWS account has twelve digits.", f"{path}.eventBridge.accountId")
    if not REGION.fullmatch(region):
        raise invalid(f"A region is like us-east-1; {quote(region)} is not.", f"{path}.eventBridge.region")
    return {"region": region, "account_id": account_id}


def destination_json(destination: Destination) -> Json:
    """A destination. The name of an event bus is that of the partner event source: account and application."""
    if destination.arn:
        resource: Json = {"sqs": {"arn": destination.arn}}
    else:
        source = f"aws.partner/sellingpartnerapi.amazon.com/{destination.account_id}/{APPLICATION_ID}"
        bus = {"name": source, "region": destination.region, "accountId": destination.account_id}
        resource = {"eventBridge": bus}
    return {"destinationId": destination.destination_id, "name": destination.name, "resource": resource}


def subscription_json(subscriber: Subscriber) -> Json:
    """A subscription. Its directive is answered as it was sent."""
    directive = {"processingDirective": subscriber.directive} if subscriber.directive else {}
    return {
        "subscriptionId": subscriber.subscriber_id,
        "payloadVersion": subscriber.payload_version,
        "destinationId": subscriber.destination_id,
        **directive,
    }
