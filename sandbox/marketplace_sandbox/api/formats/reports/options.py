"""The options that reports have, read with the readers of the core. Makes no report."""

from typing import Any

from marketplace_sandbox.core.text.reading import Reader, choice, object_of, text

SHOW_SALES_CHANNEL = "ShowSalesChannel"
"""With `true`, reports of new orders have a column for the sales channel."""


def _truth_text(value: Any, path: str) -> str:
    """The text true or false, in any capitals, as it was sent."""
    sent = text()(value, path)
    choice(("true", "false"), f"value of {path}")(sent.lower(), path)
    return sent


read_options: Reader[dict[str, str]] = object_of({SHOW_SALES_CHANNEL: _truth_text})
"""The options of a report. No other is documented of reports of orders."""
