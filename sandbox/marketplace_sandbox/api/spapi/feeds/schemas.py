"""Feeds 2021-06-30: what is asked for, and feeds and documents as they are answered."""

from marshmallow import fields

from marketplace_sandbox.api.shared.document_transfer import DocumentLink
from marketplace_sandbox.api.shared.fields import Wire
from marketplace_sandbox.api.shared.output import Date, OptionalText, OutputSchema, Text, Texts, attributes_of
from marketplace_sandbox.core.feeds.values import Feed


class CreateDocumentSchema(Wire):
    """The body of createFeedDocument."""

    media_type = fields.String(data_key="contentType")


class CreateFeedSchema(Wire):
    """The body of createFeed."""

    feed_type = fields.String(data_key="feedType")
    marketplace_ids = fields.List(fields.String(), data_key="marketplaceIds")
    document_id = fields.String(data_key="inputFeedDocumentId")
    options = fields.Raw(data_key="feedOptions", load_default=dict)


CREATE_FEED_NAMES = {name: field.data_key or name for name, field in CreateFeedSchema().fields.items()}
"""The platform's name of each field of a request."""

_feed = attributes_of(Feed)


class FeedSchema(OutputSchema):
    """A feed as far as it has come."""

    feedId = Text(_feed.feed_id)
    feedType = Text(_feed.kind.name)
    marketplaceIds = Texts(_feed.marketplace_ids)
    createdTime = Date(_feed.created_at)
    processingStatus = Text(_feed.status)
    processingStartTime = Date(_feed.started_at)
    processingEndTime = Date(_feed.ended_at)
    resultFeedDocumentId = OptionalText(_feed.document_id)


_link = attributes_of(DocumentLink)


class DocumentSchema(OutputSchema):
    """Where a document is to be had or sent."""

    feedDocumentId = Text(_link.name)
    url = Text(_link.url)
    compressionAlgorithm = OptionalText(_link.compression)
