"""Messaging v1: links to what may be written, and what is written."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire


class LinkSchema(Wire):
    """A link with the name of what it leads to."""

    href = fields.String()
    name = fields.String()


class ActionLinksSchema(Wire):
    """Where a template is used, and where its body is described."""

    itself = fields.Nested(LinkSchema, data_key="self")
    shape = fields.Nested(LinkSchema, data_key="schema")


class ShapeLinksSchema(Wire):
    """Where a description stands."""

    itself = fields.Nested(LinkSchema, data_key="self")


class ShapeSchema(Wire):
    """What the body of a template looks like, as a JSON schema."""

    links = fields.Nested(ShapeLinksSchema, data_key="_links")
    described = fields.Raw(data_key="payload")


class ActionPartsSchema(Wire):
    """What comes with a template."""

    shape = fields.Nested(ShapeSchema, data_key="schema")


class TemplateSchema(Wire):
    """A template's name."""

    name = fields.String()


class ActionSchema(Wire):
    """A template that may be used."""

    links = fields.Nested(ActionLinksSchema, data_key="_links")
    parts = fields.Nested(ActionPartsSchema, data_key="_embedded")
    template = fields.Nested(TemplateSchema, data_key="payload")


class ActionsLinksSchema(Wire):
    """The links of the list."""

    itself = fields.Nested(LinkSchema, data_key="self")
    actions = fields.List(fields.Nested(LinkSchema))


class ActionsPartsSchema(Wire):
    """The list itself."""

    actions = fields.List(fields.Nested(ActionSchema))


class ActionsSchema(Wire):
    """All templates that may be used."""

    links = fields.Nested(ActionsLinksSchema, data_key="_links")
    parts = fields.Nested(ActionsPartsSchema, data_key="_embedded")


class AttachmentSchema(Wire):
    """A file that was uploaded before."""

    name = fields.String(data_key="fileName")


class WrittenSchema(Wire):
    """What the seller writes, and the files that go with it."""

    text = fields.String(load_default="")
    attachments = fields.List(fields.Nested(AttachmentSchema), load_default=list)
