"""Tokens 2021-03-01: what is asked for and what is issued."""

from marshmallow import fields

from marketplace_sandbox.api.shared.fields import Wire


class RestrictedResourceSchema(Wire):
    """A path to show personal data on."""

    method = fields.String(load_default="")
    path = fields.String(load_default="")
    elements = fields.List(fields.String(), data_key="dataElements", load_default=list)


class RestrictedDataTokenSchema(Wire):
    """A restricted data token that was issued."""

    token = fields.String(data_key="restrictedDataToken")
    seconds = fields.Integer(data_key="expiresIn")
