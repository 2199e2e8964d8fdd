"""Notifications v1: destinations, subscriptions, and what is asked for."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire


class QueueSchema(Wire):
    """An SQS queue."""

    arn = fields.String()


class BusSchema(Wire):
    """An EventBridge bus; its name is that of the partner event source."""

    name = fields.String()
    region = fields.String()
    account_id = fields.String(data_key="accountId")


class ResourceSchema(Wire):
    """What a destination stands for: one of the two."""

    queue = fields.Nested(QueueSchema, data_key="sqs")
    bus = fields.Nested(BusSchema, data_key="eventBridge")


class DestinationSchema(Wire):
    """A destination."""

    destination_id = fields.String(data_key="destinationId")
    name = fields.String()
    resource = fields.Nested(ResourceSchema)


class CreateDestinationSchema(Wire):
    """The body of createDestination."""

    name = fields.String()
    resource = fields.Nested(ResourceSchema, data_key="resourceSpecification")


class SubscriptionSchema(Wire):
    """A subscription. The directive is kept and shown as it was sent."""

    subscription_id = fields.String(data_key="subscriptionId")
    version = fields.String(data_key="payloadVersion")
    destination_id = fields.String(data_key="destinationId")
    directive = fields.Raw(data_key="processingDirective")


class CreateSubscriptionSchema(Wire):
    """The body of createSubscription."""

    version = fields.String(data_key="payloadVersion")
    destination_id = fields.String(data_key="destinationId")
    directive = fields.Raw(data_key="processingDirective", load_default=None)


class TestSchema(Wire):
    """What a sample is to show."""

    version = fields.String(data_key="payloadVersion")
    scenario = fields.String(data_key="testScenario", load_default="")


class SendTestSchema(Wire):
    """The body of sendTestNotification."""

    destination_id = fields.String(data_key="destinationId", load_default="")
    test = fields.Nested(TestSchema, data_key="testNotification", load_default=dict)
