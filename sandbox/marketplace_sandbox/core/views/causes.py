"""The eight causes for which an order is canceled, as the process description for sellers tells them apart.

Cancellations that the buyer makes alone, and those that Amazon grants a buyer, have no row there.
"""

from dataclasses import dataclass

from marketplace_sandbox.core.orders.order import Cancellation, Party


@dataclass(frozen=True, slots=True)
class Cause:
    """A row: the code of its source, whose cause it is, what happened, and whether that counts in the rate."""

    source: str
    whose: str
    text: str
    counts: bool


CAUSES = {
    each.source: each
    for each in (
        Cause("R39", "Buyer", "The buyer asked officially, and the seller canceled as Buyer Canceled", counts=False),
        Cause(
            "R40", "Buyer", "The buyer asked by message only, or not at all, and Buyer Canceled was named", counts=True
        ),
        Cause("R41", "Seller", "Out of stock, a wrong price or listing, shipping settings, a vacation", counts=True),
        Cause("R42", "Seller", "The address cannot be served", counts=True),
        Cause("R43", "Seller", "The buyer does not answer; named as General Adjustment", counts=True),
        Cause("R44", "Amazon", "The shipment was not confirmed in time", counts=True),
        Cause("R45", "Amazon", "The buyer was judged fraudulent", counts=False),
        Cause("R46", "Amazon", "The payment could not be verified", counts=False),
    )
}
"""The rows by their codes, in their order."""

_OF_SELLERS = {"address_undeliverable": "R42", "buyer_canceled": "R40", "general_adjustment": "R43"}
_OF_AMAZONS = {"auto_unconfirmed_7d": "R44", "fraud": "R45", "payment": "R46"}


def cause_of(cancellation: Cancellation) -> Cause | None:
    """The row of a cancellation, None where there is none for it."""
    if cancellation.by is Party.AMAZON:
        return CAUSES.get(_OF_AMAZONS.get(cancellation.reason, ""))
    if cancellation.by is not Party.MERCHANT:
        return None
    if not cancellation.counts_in_rate:
        return CAUSES["R39"]
    return CAUSES[_OF_SELLERS.get(cancellation.reason, "R41")]
