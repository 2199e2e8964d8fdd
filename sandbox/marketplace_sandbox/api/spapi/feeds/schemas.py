"""Feeds 2021-06-30: what is asked for, and feeds and documents as they are shown."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Date, Wire


class CreateDocumentSchema(Wire):
    """A document somebody is about to upload."""

    media_type = fields.String(data_key="contentType")


class CreateFeedSchema(Wire):
    """A feed somebody wants."""

    feed_type = fields.String(data_key="feedType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    document_id = fields.String(data_key="inputFeedDocumentId")
    options = fields.Raw(data_key="feedOptions", load_default=dict)


CREATE_FEED_NAMES = {name: field.data_key or name for name, field in CreateFeedSchema().fields.items()}
"""The platform's name of each field of a request."""


class FeedSchema(Wire):
    """A feed as far as it has come."""

    feed_id = fields.String(data_key="feedId")
    feed_type = fields.Function(lambda feed: feed.kind.name, data_key="feedType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    created_at = Date(data_key="createdTime")
    status = fields.String(data_key="processingStatus")
    started_at = Date(data_key="processingStartTime")
    ended_at = Date(data_key="processingEndTime")
    document_id = fields.Function(lambda feed: feed.document_id or None, data_key="resultFeedDocumentId")


class DocumentSchema(Wire):
    """Where a document is to be had or sent."""

    document_id = fields.String(data_key="feedDocumentId")
    url = fields.String()
    compression = fields.String(data_key="compressionAlgorithm")
