"""Orders with regulated goods: what their buyers filled in, and where the review of it stands. Knows no order.

A form spells the fields as Orders v0 does, in snake case and nested as there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from marketplace_sandbox.core.text.reading import Fields, Reader, choice, choices, list_of, printable_text, switch

FIELDS = (
    "has_regulated_items", "requires_dosage_label", "regulated_information", "regulated_order_verification_status",
)  # fmt: skip
"""The fields of an order form that are read here."""


class VerificationStatus(StrEnum):
    """How far the review of an order has come. `Cancelled` has two L's here, and here alone."""

    PENDING = "Pending"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    EXPIRED = "Expired"
    CANCELLED = "Cancelled"


@dataclass(frozen=True, slots=True)
class FormField:
    """What the buyer filled into one field of the regulatory form."""

    field_id: str
    label: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class RejectionReason:
    """One reason for which the seller may reject an order."""

    reason_id: str
    description: str


@dataclass(frozen=True, slots=True)
class InterimStatus:
    """One word for how far a review has come that is not decided."""

    code: str
    description: str


@dataclass(frozen=True, slots=True)
class DetailKind:
    """One kind of detail that a seller may report, and the statuses that it goes with."""

    name: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The review of an order: what may be reported, and what has been. `details` are those reported last, by kind."""

    status: VerificationStatus
    requires_merchant_action: bool
    rejection_reasons: tuple[RejectionReason, ...]
    detail_kinds: tuple[DetailKind, ...]
    interim_statuses: tuple[InterimStatus, ...]
    rejection_reason: RejectionReason | None = None
    review_date: datetime | None = None
    reviewer_id: str = ""
    details: tuple[tuple[str, Any], ...] = ()

    def allows(self, detail: str, status: VerificationStatus) -> bool:
        """Whether a kind of detail goes with a status."""
        return any(each.name == detail and status in each.statuses for each in self.detail_kinds)


@dataclass(frozen=True, slots=True)
class RegulatedInfo:
    """What makes an order one with regulated goods."""

    form_fields: tuple[FormField, ...]
    requires_dosage_label: bool
    verification: Verification


DETAILS = ("prescriptionDetail", "approvedAlternativeDetails", "interimStatusDetail")
"""The kinds of detail that there are."""

_FORM = (FormField("patient_name", "Name", "Text", "Sample Patient"),)
_REASONS = (
    RejectionReason("wrong_product", "The product is not the right one for this patient."),
    RejectionReason("not_prescribed", "There is no valid prescription for this product."),
)
_DETAILS = (
    DetailKind(DETAILS[0], ("Approved",)),
    DetailKind(DETAILS[1], ("Rejected",)),
    DetailKind(DETAILS[2], ("Pending",)),
)
_INTERIM = (
    InterimStatus("prescriber_contacted", "Whoever prescribes the product has been asked."),
    InterimStatus("awaiting_answer", "An answer of whoever prescribes the product is awaited."),
)
_text, _name = printable_text(500), printable_text(100, least=1)


def read_regulated(form: Fields) -> RegulatedInfo | None:
    """What an order form says of regulated goods, with defaults; None of an order without. Raises FieldError."""
    if not form.get("has_regulated_items", switch, default=any(name in form for name in FIELDS[1:])):
        return None
    return RegulatedInfo(
        form.get("regulated_information", _read_information, _FORM),
        form.get("requires_dosage_label", switch, default=False),
        form.get("regulated_order_verification_status", _read_verification, _read_verification({}, "")),
    )


def _read_information(value: Any, path: str) -> tuple[FormField, ...]:
    fields = Fields(value, path, known=("fields",))
    return tuple(fields.need("fields", list_of(_read_field, 1, 100)))


def _read_field(value: Any, path: str) -> FormField:
    fields = Fields(value, path, known=("field_id", "field_label", "field_type", "field_value"))
    field_id = fields.need("field_id", _name)
    kind = fields.get("field_type", choice(("Text", "FileAttachment")), "Text")
    return FormField(field_id, fields.get("field_label", _text, field_id), kind, fields.need("field_value", _text))


def _read_verification(value: Any, path: str) -> Verification:
    known = (
        "status", "requires_merchant_action", "valid_rejection_reasons", "valid_verification_details",
        "valid_interim_status_codes",
    )  # fmt: skip
    fields = Fields(value, path, known=known)
    status = VerificationStatus(fields.get("status", choice(VerificationStatus), VerificationStatus.PENDING))
    return Verification(
        status,
        fields.get("requires_merchant_action", switch, default=status is VerificationStatus.PENDING),
        fields.get("valid_rejection_reasons", _many(_read_reason), _REASONS),
        fields.get("valid_verification_details", _many(_read_detail_kind), _DETAILS),
        fields.get("valid_interim_status_codes", _many(_read_interim), _INTERIM),
    )


def _many(entry: Reader[Any]) -> Reader[tuple[Any, ...]]:
    return lambda value, path: tuple(list_of(entry, 0, 100)(value, path))


def _read_reason(value: Any, path: str) -> RejectionReason:
    fields = Fields(value, path, known=("rejection_reason_id", "rejection_reason_description"))
    reason_id = fields.need("rejection_reason_id", _name)
    return RejectionReason(reason_id, fields.get("rejection_reason_description", _text, reason_id))


def _read_detail_kind(value: Any, path: str) -> DetailKind:
    fields = Fields(value, path, known=("verification_detail_type", "valid_verification_statuses"))
    kind = fields.need("verification_detail_type", choice(DETAILS))
    return DetailKind(kind, fields.need("valid_verification_statuses", choices(VerificationStatus)))


def _read_interim(value: Any, path: str) -> InterimStatus:
    fields = Fields(value, path, known=("status_code", "status_description"))
    code = fields.need("status_code", _name)
    return InterimStatus(code, fields.get("status_description", _text, code))
