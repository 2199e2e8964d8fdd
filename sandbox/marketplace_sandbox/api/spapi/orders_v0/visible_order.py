"""What Orders v0 shows of an order and its items beyond what all dialects do, to callers of some rights.

Knows no wire name.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from marketplace_sandbox.api.shared.status_table import Part
from marketplace_sandbox.api.shared.visible_order import VisibleItem, VisibleOrder
from marketplace_sandbox.core.order import Address, Buyer


class PersonalDataRights(NamedTuple):
    """Which personal data the caller's token shows."""

    buyer: bool = False
    address: bool = False


NO_RIGHTS = PersonalDataRights()


@dataclass(frozen=True, slots=True)
class OrderInV0(VisibleOrder):
    """An order as a caller of Orders v0 may see it."""

    rights: PersonalDataRights = NO_RIGHTS

    @property
    def is_business(self) -> bool:
        return "Business" in self.order.programs

    @property
    def is_prime(self) -> bool:
        return "Prime" in self.order.programs

    @property
    def is_premium(self) -> bool:
        return "Premium" in self.order.programs

    @property
    def is_replacement(self) -> bool:
        return "Replacement" in self.order.programs

    @property
    def is_invoiced_by_amazon(self) -> bool:
        return "IBA" in self.order.programs

    @property
    def permitted_buyer(self) -> Buyer | None:
        """The buyer, without the name for who has no right to it."""
        return self.buyer if self.buyer is None or self.rights.buyer else replace(self.buyer, name="")

    @property
    def buyer_email(self) -> str | None:
        return self.buyer.email if self.buyer else None

    @property
    def buyer_name(self) -> str | None:
        return self.permitted_buyer.name if self.permitted_buyer else None

    @property
    def permitted_address(self) -> Address | None:
        """Where the order goes: four coarse fields for who has no right to the rest."""
        to = self.address
        return to if to is None or self.rights.address else replace(to, name="", line1="", line2="", phone="")


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """What is said of the buyer's wish to cancel an item."""

    requested: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ItemInV0(VisibleItem):
    """An item as Orders v0 shows it. With `omit_when_false` nothing is said of a wish that nobody has.

    Nor is anything where the status hides the wish.
    """

    omit_when_false: bool = False

    @property
    def cancel_request(self) -> CancelRequest | None:
        if Part.REQUEST not in self.of.parts or (self.omit_when_false and not self.cancellation_requested):
            return None
        return CancelRequest(self.cancellation_requested, self.cancel_reason)
