"""What the marketplace accepts and the rules forbid: each lint with the sentence that explains it. Decides nothing."""

LINTS = {
    "PARCEL_LEFT_BEFORE_CANCEL": "The order was canceled although its parcel had left; the platform could not see that.",
    "BUYER_CANCELED_WITHOUT_REQUEST": "The reason Buyer Canceled without an official request counts in the Cancellation Rate.",
    "REASON_MISMATCH": "A request was open, but another reason was chosen, so the cancellation counts; Buyer Canceled would not.",
    "PARTIAL_REQUEST_FULL_CANCEL": "The buyer asked for some items only; canceling all of them counts in the Cancellation Rate.",
    "SHIPPED_WITH_OPEN_REQUEST": "The shipment was confirmed while the buyer's request was open; the buyer must be advised.",
    "CONFIRMED_BEFORE_SHIPPED": "The shipment was confirmed although no parcel had left.",
    "ADVICE_BEFORE_CONFIRM": "The advice went out before the shipment was confirmed; it has to be given again afterwards.",
    "REQUEST_LEFT_UNANSWERED": "The buyer's request was never answered; the automatic cancellation counts.",
    "PARCEL_LEFT_WITH_OPEN_REQUEST": "The parcel left while the buyer's request was open; requests are to be answered first.",
    "PARCEL_LEFT_NOT_SHIPPABLE": "The parcel left although the order was pending or canceled.",
    "ASKED_BUYER_TO_CANCEL": "Sellers cancel themselves; they never ask the buyer to.",
    "STOCK_OUT_MESSAGE_NOT_PERMITTED": "Messages about missing stock are not a permitted kind; the cancellation mail tells the buyer.",
}
"""The sentence of every lint by its code."""
