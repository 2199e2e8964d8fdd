"""Tokens 2021-03-01: what is asked for and what is issued."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, pre_load

from marketplace_sandbox.api.shared.fields import Wire


class RestrictedResourceSchema(Wire):
    """A path to show personal data on. One word for a list of data elements was seen to be taken."""

    method = fields.String(load_default="")
    path = fields.String(load_default="")
    elements = fields.List(fields.String(), data_key="dataElements", load_default=list)

    @pre_load
    def one_word_as_list(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        elements = data.get("dataElements")
        return {**data, "dataElements": [elements]} if isinstance(elements, str) else dict(data)


class RestrictedDataTokenSchema(Wire):
    """A restricted data token that was issued."""

    token = fields.String(data_key="restrictedDataToken")
    seconds = fields.Integer(data_key="expiresIn")
