"""The options that reports have, and what is wrong with those that were sent. Makes no report."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox.core.quoting import quote, suggestion

SHOW_SALES_CHANNEL = "ShowSalesChannel"
"""With `true`, reports of new orders have a column for the sales channel."""
OPTIONS = {SHOW_SALES_CHANNEL: ("true", "false")}
"""Every option of a report, with its values. No other is documented of reports of orders."""


def wrong_option(wire: str, options: Mapping[str, Any]) -> str:
    """What is wrong with the options of a report, empty where nothing is; `wire` is how the dialect calls them."""
    for name, value in options.items():
        if name not in OPTIONS:
            return f"{wire} has no {quote(name)}{suggestion(name, OPTIONS)}"
        if not isinstance(value, str):
            return f"{wire}.{name} must be text, got {quote(value)}."
        if value.lower() not in OPTIONS[name]:
            return f"{wire}.{name} is {' or '.join(OPTIONS[name])}; {quote(value)} is neither."
    return ""
