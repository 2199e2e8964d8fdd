"""Dates as the platform writes them, and schemas of plain values. Knows no API; answers about orders use `output`."""

from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, post_dump

from marketplace_sandbox.core.text.instants import format_instant


def wire_date(at: datetime) -> str:
    """`2026-03-02T16:00:00Z`. Parts of a second are cut off, so a date sent back as a bound misses nothing."""
    return format_instant(at.replace(microsecond=0))


class Wire(Schema):
    """What all have in common: nothing is written for what is not there, and unknown fields are let pass."""

    class Meta:
        """Marshmallow's own settings."""

        unknown = EXCLUDE

    @post_dump
    def without_absent(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in data.items() if value is not None}
