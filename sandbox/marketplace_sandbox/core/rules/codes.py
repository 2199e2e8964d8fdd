"""The short codes of the published decision table for our outcomes, mail and messages: the one place that knows both.

Code and documentation speak in words; the codes serve whoever compares with the table, cell by cell.
"""

from marketplace_sandbox.core.rules import outcomes as o
from marketplace_sandbox.core.rules.outcomes import Outcome
from marketplace_sandbox.core.rules.stages import STAGES, TRIALS

_CODES: tuple[tuple[str, Outcome], ...] = (
    ("C-BUYER", o.CANCELED_BY_BUYER),
    ("C-BUYER-P", o.CANCELED_BY_BUYER_AFTER_PARCEL),
    ("C-BUYER-F", o.CANCELED_BY_BUYER_AT_AMAZON),
    ("C-AMZ-F", o.CANCELED_AT_AMAZON_ON_REQUEST),
    ("C-EXEMPT", o.CANCELED_ON_REQUEST),
    ("C-IMPACT", o.CANCELED_BY_SELLER),
    ("C-IMPACT-B", o.CANCELED_WITHOUT_REQUEST),
    ("C-IMPACT-M", o.CANCELED_FOR_OTHER_REASON),
    ("C-IMPACT-P", o.CANCELED_BEYOND_REQUEST),
    ("R-NEW", o.REQUEST_OPENED),
    ("R-PART", o.REQUEST_OPENED_IN_PART),
    ("R-ADD", o.REQUEST_EXTENDED),
    ("R-DUP", o.REQUEST_REPEATED),
    ("R-WDR", o.REQUEST_WITHDRAWN),
    ("R-DEC-F", o.REQUEST_DECLINED_BY_AMAZON),
    ("S-ALL", o.SHIPPED),
    ("S-ALL-R", o.SHIPPED_DESPITE_REQUEST),
    ("S-EARLY", o.CONFIRMED_EARLY),
    ("S-EARLY-R", o.CONFIRMED_EARLY_DESPITE_REQUEST),
    ("S-PART", o.SHIPPED_IN_PART),
    ("S-PART-R", o.SHIPPED_IN_PART_DESPITE_REQUEST),
    ("S-REST", o.REST_SHIPPED),
    ("S-REST-R", o.REST_SHIPPED_DESPITE_REQUEST),
    ("S-EDIT", o.TRACKING_EDITED),
    ("RF-FULL", o.REFUNDED_IN_FULL),
    ("RF-PART", o.REFUNDED_IN_PART),
    ("RF-ITEMS", o.REFUNDED_CONFIRMED_ITEMS),
    ("RF-FEED", o.REFUNDED_BY_FEED),
    ("M-UNOFF", o.BUYER_WROTE),
    ("M-INFO", o.BUYER_WROTE_AFTER_CANCELLATION),
    ("M-AMZ", o.BUYER_WROTE_TO_AMAZON),
    ("M-REPLY", o.INSTRUCTIONS_SENT),
    ("M-CS", o.REFERRED_TO_AMAZON),
    ("M-ADV", o.BUYER_ADVISED),
    ("M-ADV-EARLY", o.BUYER_ADVISED_EARLY),
    ("ACK-OK", o.ACKNOWLEDGED),
    ("A-AUTO", o.CANCELED_UNCONFIRMED),
    ("A-AUTO-R", o.CANCELED_UNCONFIRMED_DESPITE_REQUEST),
    ("A-FRAUD", o.CANCELED_FOR_FRAUD),
    ("A-FRAUD-F", o.CANCELED_FOR_FRAUD_AT_AMAZON),
    ("A-PAY", o.CANCELED_FOR_PAYMENT),
    ("A-PAY-F", o.CANCELED_FOR_PAYMENT_AT_AMAZON),
    ("P-PEND", o.AUTHORIZATION_STARTED),
    ("P-WAIT", o.AUTHORIZATION_REMEMBERED),
    ("P-REL", o.RELEASED),
    ("P-REL-R", o.RELEASED_WITH_REQUEST),
    ("P-REL-F", o.RELEASED_TO_AMAZON),
    ("W-OK", o.PARCEL_LEFT),
    ("W-OK-R", o.PARCEL_LEFT_DESPITE_REQUEST),
    ("W-LATE", o.PARCEL_LEFT_LATE),
    ("W-LINT", o.PARCEL_LEFT_UNSHIPPABLE),
    ("W-FBA", o.WAREHOUSE_STARTED),
    ("W-FBA", o.WAREHOUSE_SHIPPED),
    ("X-CLOSED", o.CANCEL_WINDOW_CLOSED),
    ("X-PARTIAL", o.PARTIAL_CANCEL),
    ("X-PENDING", o.ORDER_PENDING),
    ("X-SHIPNC", o.SHIPPED_NOT_CONFIRMED),
    ("X-CONF", o.ALREADY_CONFIRMED),
    ("X-PSHIP", o.PARTIALLY_SHIPPED),
    ("X-CANC", o.ALREADY_CANCELED),
    ("X-AFN", o.AMAZON_FULFILLED),
    ("X-NCONF", o.SHIPMENT_NOT_CONFIRMED),
    ("X-NOREQ", o.NO_OPEN_REQUEST),
    ("X-BSHIP", o.ALREADY_SHIPPED),
    ("X-UNFUL", o.NOT_A_RETAIL_ORDER),
    ("X-ASK", o.SELLER_MUST_CANCEL),
    ("X-NOPARCEL", o.NO_PARCEL),
    ("NA-TIMER", o.TIMER_NOT_ARMED),
    ("NA-REL", o.ALREADY_RELEASED),
    ("NA-PAY", o.PAYMENT_SETTLED),
    ("NA-FRAUD", o.TOO_LATE_FOR_FRAUD),
    ("NA-SHIP", o.NOTHING_TO_SHIP),
    ("NA-DONE", o.ALREADY_ENDED),
)

OUTCOME_CODES = {outcome.name: code for code, outcome in _CODES}
"""The table's code of every outcome that stands in it, by the outcome's name."""

MAIL_CODES = {
    "canceled_by_buyer": "E01",
    "cancellation_requested": "E02",
    "request_submitted": "E03",
    "canceled_by_seller": "E04",
    "cancellation_receipt": "E05",
    "shipment_confirmed": "E06",
    "order_released": "E07",
    "refund_released": "E08",
    "canceled_unconfirmed": "E09",
    "auto_cancel_warning": "E10",
    "payment_failed": "E11",
    "order_not_verified": "E12",
    "amazon_decided_request": "E13",
    "request_withdrawn": "E14",
}
"""The table's code of every kind of mail."""

MESSAGE_CODES = {
    "buyer_inquiry": "MSG-1",
    "buyer_request": "MSG-5",
    "request_instructions": "MSG-2",
    "refer_to_amazon": "MSG-2",
    "advise_return": "MSG-3",
    "stock_out_apology": "MSG-4",
}
"""The table's code of every kind of message."""

STAGE_CODES = dict(zip(STAGES, [*(f"S{n:02}" for n in range(1, 22)), *(f"F{n:02}" for n in range(1, 7))], strict=True))
"""The table's code of every stage, which the stages are listed in the order of."""

TRIAL_CODES = dict(
    zip(
        TRIALS,
        [
            *("B1", "B2", "B3", "B4", "B5", "U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8"),
            *("D1", "D2", "D3", "D4", "D5", "D6", "P1", "P2", "P3", "Z1", "Z2", "Z3", "Z4", "W1"),
        ],
        strict=True,
    )
)
"""The table's code of every action, likewise."""
