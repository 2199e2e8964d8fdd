"""What Orders v0 shows of an order and its items beyond what all dialects do, to callers of some rights.

Knows no wire name.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from marketplace_sandbox.api.shared.status_table import Part
from marketplace_sandbox.api.shared.visible_order import VisibleItem, VisibleOrder
from marketplace_sandbox.core.orders.order import Address, Buyer
from marketplace_sandbox.core.orders.order_details import (
    AssociatedItem,
    AutomatedShippingSettings,
    BuyerTaxInformation,
    DeliveryPreferences,
    ShippingConstraints,
)


class PersonalDataRights(NamedTuple):
    """Which personal data the caller's token shows."""

    buyer: bool = False
    address: bool = False
    buyer_tax: bool = False


NO_RIGHTS = PersonalDataRights()
NO_AUTOMATION = AutomatedShippingSettings(has_automated_shipping_settings=False)


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
        """The buyer: the address for mail alone for who has no right to the rest."""
        return self.buyer if self.buyer is None or self.rights.buyer else Buyer("", self.buyer.email)

    @property
    def buyer_of_answer(self) -> Buyer:
        """The buyer of an answer of its own, which is there whatever there is to say."""
        return self.permitted_buyer or Buyer("", "")

    @property
    def permitted_address(self) -> Address | None:
        """Where the order goes: four coarse fields for who has no right to the rest."""
        to = self.address
        if to is None or self.rights.address:
            return to
        return Address("", "", "", to.city, to.state, to.postal_code, to.country, "")

    @property
    def permitted_preferences(self) -> DeliveryPreferences | None:
        return self.delivery_preferences if self.rights.address else None

    @property
    def buyer_company_name(self) -> str | None:
        company = self.buyer.buyer_tax_info if self.buyer and self.rights.address else None
        return company.company_legal_name or None if company else None

    @property
    def permitted_tax_information(self) -> BuyerTaxInformation | None:
        return self.buyer_tax_information if self.rights.buyer_tax else None

    @property
    def automated_shipping(self) -> AutomatedShippingSettings:
        return self.order.details.automated_shipping_settings or NO_AUTOMATION


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """What is said of the buyer's wish to cancel an item."""

    requested: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ItemInV0(VisibleItem):
    """An item as Orders v0 shows it. With `omit_when_false` nothing is said of a wish that nobody has.

    Nor is anything where the status hides the wish. `personal` is whether the caller may see what the buyer had done to
    the item.
    """

    omit_when_false: bool = False
    personal: bool = False

    @property
    def cancel_request(self) -> CancelRequest | None:
        if Part.REQUEST not in self.of.parts or (self.omit_when_false and not self.cancellation_requested):
            return None
        return CancelRequest(self.cancellation_requested, self.cancel_reason)

    @property
    def piece_count(self) -> str:
        """How many pieces a unit is, as text."""
        return str(self.item.details.product_info.number_of_items)

    @property
    def permitted_buyer_info(self) -> "ItemInV0":
        """The item where the caller may see what the buyer had done to it, else one to which nothing was done."""
        if self.personal:
            return self
        return replace(self, item=replace(self.item, details=replace(self.item.details, buyer_info=None)))

    @property
    def customized(self) -> "ItemInV0 | None":
        return self if self.customized_url else None

    @property
    def value_added(self) -> list[AssociatedItem] | None:
        """Services bought with the item; warranties are beyond this API."""
        services = [x for x in self.item.details.associated_items if x.association_type == "VALUE_ADD_SERVICE"]
        return services or None

    @property
    def constraints(self) -> ShippingConstraints | None:
        """What has to be done at the handing over; that it is paid then is beyond this API."""
        known = self.item.details.shipping_constraints
        return replace(known, cash_on_delivery=None) if known else None
