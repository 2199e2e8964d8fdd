"""Messaging v1: the bodies of messages."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire


class AttachmentSchema(Wire):
    """A file that was uploaded before."""

    name = fields.String(data_key="fileName")


class WordsSchema(Wire):
    """What the seller writes; files are nothing that the templates of words know."""

    text = fields.String(load_default="")


class FilesSchema(Wire):
    """The files that are the message."""

    attachments = fields.List(fields.Nested(AttachmentSchema), load_default=list)


class WordsAndFilesSchema(WordsSchema, FilesSchema):
    """What the seller writes, and the files that go with it."""
