"""getOrderRegulatedInfo and updateVerificationStatus: how the review of regulated goods is spelt and reported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import fields

from marketplace_sandbox.api.admission.access import RATE_LIMIT, invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.shared.fields import Wire
from marketplace_sandbox.api.shared.output import (
    Date,
    Flag,
    Many,
    One,
    OptionalText,
    OutputSchema,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.api.spapi.orders_v0.checks import check_text
from marketplace_sandbox.core.commands.orders import UpdateVerification
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.orders.regulated import (
    DETAILS,
    DetailKind,
    FormField,
    InterimStatus,
    RejectionReason,
    Verification,
    VerificationStatus,
)
from marketplace_sandbox.core.orders.verification import VerificationRefusedError, regulated_info, verification_status
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.text.quoting import quote

RESTRICTED = "Regulated information takes a restricted data token, issued by createRestrictedDataToken for GET {path}."
"""What is said to who brings none (SEEN-REGULATED in docs/sources.md)."""

_TEXTS = {"reviewer_id": "externalReviewerId", "rejection_reason_id": "rejectionReasonId"}
_DATES = {"prescriptionDetail": "expirationDate", "interimStatusDetail": "statusDateTime"}


@dataclass(frozen=True, slots=True)
class _Review:
    """The review of an order, with how far it has come now."""

    status: VerificationStatus
    verification: Verification

    @property
    def review_date(self) -> datetime | None:
        return self.verification.review_date

    @property
    def rejection_reason(self) -> RejectionReason | None:
        return self.verification.rejection_reason


@dataclass(frozen=True, slots=True)
class _Regulated:
    """An order with regulated goods."""

    order_id: str
    form_fields: tuple[FormField, ...]
    requires_dosage_label: bool
    review: _Review

    @property
    def itself(self) -> "_Regulated":
        return self


_field = attributes_of(FormField)
_reason = attributes_of(RejectionReason)
_kind = attributes_of(DetailKind)
_interim = attributes_of(InterimStatus)
_review = attributes_of(_Review)
_regulated = attributes_of(_Regulated)


class _FormFieldSchema(OutputSchema):
    """What the buyer filled into a field."""

    FieldId = Text(_field.field_id)
    FieldLabel = Text(_field.label)
    FieldType = Text(_field.kind)
    FieldValue = Text(_field.value)


class _FormSchema(OutputSchema):
    """What the buyer filled in."""

    Fields = Many(_FormFieldSchema, _regulated.form_fields)


class _ReasonSchema(OutputSchema):
    """A reason to reject an order."""

    RejectionReasonId = Text(_reason.reason_id)
    RejectionReasonDescription = Text(_reason.description)


class _DetailKindSchema(OutputSchema):
    """A kind of detail that may be reported."""

    VerificationDetailType = Text(_kind.name)
    ValidVerificationStatuses = Texts(_kind.statuses)


class _InterimSchema(OutputSchema):
    """A word for a review that is not decided."""

    StatusCode = Text(_interim.code)
    StatusDescription = Text(_interim.description)


class _ReviewSchema(OutputSchema):
    """Where the review stands."""

    Status = Text(_review.status)
    RequiresMerchantAction = Flag(_review.verification.requires_merchant_action)
    ValidRejectionReasons = Many(_ReasonSchema, _review.verification.rejection_reasons)
    RejectionReason = One(_ReasonSchema, _review.rejection_reason)
    ReviewDate = Date(_review.review_date)
    ExternalReviewerId = OptionalText(_review.verification.reviewer_id)
    ValidVerificationDetails = Many(_DetailKindSchema, _review.verification.detail_kinds)
    ValidInterimStatusCodes = Many(_InterimSchema, _review.verification.interim_statuses)


class _RegulatedSchema(OutputSchema):
    """The payload of getOrderRegulatedInfo."""

    AmazonOrderId = Text(_regulated.order_id)
    RegulatedInformation = One(_FormSchema, _regulated.itself)
    RequiresDosageLabel = Flag(_regulated.requires_dosage_label)
    RegulatedOrderVerificationStatus = One(_ReviewSchema, _regulated.review)


class _VerificationSchema(Wire):
    """What is reported of a review."""

    status = fields.String(load_default=None)
    reviewer_id = fields.String(data_key=_TEXTS["reviewer_id"])
    rejection_reason_id = fields.String(data_key=_TEXTS["rejection_reason_id"])
    details = fields.Dict(data_key="verificationDetails", load_default=dict)


class _UpdateVerificationSchema(Wire):
    """The body of updateVerificationStatus."""

    verification = fields.Nested(_VerificationSchema, data_key="regulatedOrderVerificationStatus")


def payload(order: Order) -> Mapping[str, Any]:
    """An order's regulated information. Raises NotRegulatedError."""
    info = regulated_info(order)
    review = _Review(verification_status(order), info.verification)
    shown = _Regulated(order.order_id, info.form_fields, info.requires_dosage_label, review)
    written: Mapping[str, Any] = _RegulatedSchema().dump(shown)
    return written


def read(body: Any, order: Order) -> UpdateVerification:
    """The command of a body, which the document has checked. Raises ApiError for what it cannot say."""
    request = _UpdateVerificationSchema().load(body)["verification"]
    for name, field in _TEXTS.items():
        if name in request:
            check_text(request[name], field, least=1)
    details = {kind: request["details"][kind] for kind in DETAILS if kind in request["details"]}
    for kind, name in _DATES.items():
        if kind in details:
            _check_date(f"verificationDetails.{kind}.{name}", details[kind][name])
    return UpdateVerification(order.order_id, **{**request, "details": details})


def refusal(refused: VerificationRefusedError) -> ApiError:
    """Every problem of a report as an error of its own, in the platform's words."""
    first, *more = [invalid(sentence, field) for sentence, field in refused.problems]
    return ApiError(400, first.code, first.message, first.details, RATE_LIMIT, more)


def _check_date(field: str, text: str) -> None:
    try:
        parse_instant(text, naive_is_utc=True)
    except ValueError:
        message = f"{field} is ISO 8601, such as 2026-03-02T16:00:00Z; it is {quote(text)}."
        raise invalid(message, f"Invalid date-time field(s) [{field}].") from None
