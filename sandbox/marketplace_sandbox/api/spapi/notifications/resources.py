"""Destinations and subscriptions as Notifications v1 shows them, and resources as it takes them. Knows no wire name."""

import re
from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.spapi.notifications.order_change import APPLICATION_ID
from marketplace_sandbox.core.notifications.destinations import Destination
from marketplace_sandbox.core.notifications.outbox import Subscriber
from marketplace_sandbox.core.quoting import quote

Values = dict[str, Any]

QUEUE_ARN = re.compile(r"arn:aws:sqs:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?")
REGION = re.compile(r"[a-z]+(-[a-z]+)+-[0-9]{1,2}")
EXAMPLE = "arn:aws:sqs:us-east-1:123456789012:order-changes"


def read_resource(asked: Values) -> dict[str, str]:
    """The fields of a new destination. Raises ApiError 400 for what is no resource, or two."""
    if len(asked) != 1:
        raise invalid("resourceSpecification has either sqs or eventBridge.", "resourceSpecification")
    if "queue" in asked:
        return {"arn": _queue(asked["queue"]["arn"])}
    bus = asked["bus"]
    if not re.fullmatch("[0-9]{12}", bus["account_id"]):
        raise invalid("An AWS account has twelve digits.", "resourceSpecification.eventBridge.accountId")
    if not REGION.fullmatch(bus["region"]):
        sentence = f"A region is like us-east-1; {quote(bus['region'])} is not."
        raise invalid(sentence, "resourceSpecification.eventBridge.region")
    return {"region": bus["region"], "account_id": bus["account_id"]}


def _queue(arn: str) -> str:
    field = "resourceSpecification.sqs.arn"
    matched = QUEUE_ARN.fullmatch(arn)
    if not matched:
        raise invalid(f"The ARN of a queue is like {EXAMPLE}; {quote(arn)} is not.", field)
    if matched[1]:
        raise invalid("FIFO queues are not supported; use a standard queue.", field)
    return arn


def destination_values(destination: Destination) -> Values:
    """A destination."""
    bus = {"region": destination.region, "account_id": destination.account_id, "name": _source(destination)}
    resource = {"queue": {"arn": destination.arn}} if destination.arn else {"bus": bus}
    return {"destination_id": destination.destination_id, "name": destination.name, "resource": resource}


def _source(destination: Destination) -> str:
    """The partner event source, which bears the account and the application."""
    return f"aws.partner/sellingpartnerapi.amazon.com/{destination.account_id}/{APPLICATION_ID}"


def subscription_values(subscriber: Subscriber) -> Values:
    """A subscription."""
    return {
        "subscription_id": subscriber.subscriber_id,
        "version": subscriber.payload_version,
        "destination_id": subscriber.destination_id,
        "directive": subscriber.directive or None,
    }
