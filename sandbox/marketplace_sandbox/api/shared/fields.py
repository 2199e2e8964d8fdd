"""What the words of all APIs are made of: dates, amounts and truths as the platform writes them. Knows no API."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_dump

from marketplace_sandbox.core.instants import format_instant


def wire_date(at: datetime) -> str:
    """`2026-03-02T16:00:00Z`. Parts of a second are cut off, so a date sent back as a bound misses nothing."""
    return format_instant(at.replace(microsecond=0))


class Date(fields.Field[datetime]):
    """An instant."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else wire_date(value)


class Amount(fields.Field[Decimal]):
    """A decimal number as text."""

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else f"{value:f}"


class Truth(fields.Field[bool]):
    """A boolean that the platform sends as the text `true` or `false`."""

    def _serialize(self, value: bool | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ARG002
        return None if value is None else str(value).lower()


class Wire(Schema):
    """What all have in common: nothing is written for what is not there, and unknown fields are let pass."""

    class Meta:
        """Marshmallow's own settings."""

        unknown = EXCLUDE

    @post_dump
    def without_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value is not None}
