"""What confirmShipment and updateVerificationStatus refuse of a body before any rule: values that no action holds."""

from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.core.text.reading import FieldError, Reader, printable_text

LONGEST = 100
"""Characters of a text."""


def check_text(value: str, field: str, least: int = 0) -> None:
    """Refuses a text that is too long or too short, or has a character that not every dialect can show."""
    if len(value) > LONGEST:
        raise invalid(f"{field} has at most {LONGEST} characters.", field)
    check(printable_text(least=least), value, field)


def check(reader: Reader[Any], value: Any, field: str) -> None:
    """Refuses under the platform's name of the field what a reader cannot read."""
    try:
        reader(value, field)
    except FieldError as wrong:
        raise invalid(str(wrong), field) from None
