"""Notifications v1: the bodies of its requests."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire


class CreateDestinationSchema(Wire):
    """The body of createDestination."""

    name = fields.String()
    resource = fields.Raw(data_key="resourceSpecification")


class CreateSubscriptionSchema(Wire):
    """The body of createSubscription."""

    version = fields.String(data_key="payloadVersion")
    destination_id = fields.String(data_key="destinationId")
    directive = fields.Raw(data_key="processingDirective", load_default=None)


class SampleSchema(Wire):
    """What a sample is to show."""

    version = fields.String(data_key="payloadVersion")
    scenario = fields.String(data_key="testScenario", load_default="")


class SendTestSchema(Wire):
    """The body of sendTestNotification."""

    destination_id = fields.String(data_key="destinationId", load_default="")
    sample = fields.Nested(SampleSchema, data_key="testNotification", load_default=dict)
