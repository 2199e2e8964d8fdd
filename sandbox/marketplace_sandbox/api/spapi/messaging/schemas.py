"""Messaging v1: the bodies of messages."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire


class AttachmentSchema(Wire):
    """A file that was uploaded before."""

    name = fields.String(data_key="fileName")


class MessageSchema(Wire):
    """What the seller writes, and the files that go with it."""

    text = fields.String(load_default="")
    attachments = fields.List(fields.Nested(AttachmentSchema), load_default=list)
