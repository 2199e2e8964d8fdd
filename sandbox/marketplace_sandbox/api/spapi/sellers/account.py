"""Who a seller is, as far as anybody asks: made up from the seller's id, of the kind of business the settings say.

Nothing of it decides anything. Which parts a kind of business has is told by Amazon's model (MODEL-SELLERS).
"""

from dataclasses import dataclass

from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.world.world import World

INDIVIDUAL, SOLE = "individual", "sole_proprietorship"
CITIES = {"JP": ("Chiyoda", "Tokyo", "100-0001")}
ELSEWHERE = ("Springfield", "IL", "62704")
"""A town with its state and postal code, by country and everywhere else."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a business is registered, or somebody lives."""

    line1: str
    city: str
    state: str
    postal_code: str
    country: str


@dataclass(frozen=True, slots=True)
class Business:
    """The business of a seller; the numbers and the name in another script where there are any."""

    name: str
    address: Address
    registration_number: str | None
    tax_number: str | None
    non_latin_name: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom the platform writes to."""

    name: str
    address: Address
    non_latin_name: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a seller. An individual has no `business`."""

    business_type: str
    selling_plan: str
    business: Business | None
    contact: Contact


def account_of(world: World) -> Account:
    """The account of a world's seller, in the country of the marketplace that is named first."""
    kind, country = world.policy.value("business_type"), MARKETPLACES[world.marketplace_ids[0]].country
    in_japan = country == "JP"
    business = Business(
        name=f"Sample Business {world.seller_id}",
        address=Address("3 Example Street", *CITIES.get(country, ELSEWHERE), country),
        registration_number=None if kind == SOLE else _nine_digits(world, "company registration"),
        tax_number=_nine_digits(world, "company tax"),
        non_latin_name="見本商店" if in_japan else None,
    )
    home = Address("4 Example Street", *CITIES.get(country, ELSEWHERE), country)
    contact = Contact("Sample Seller", home, "見本太郎" if in_japan else None)
    plan = world.policy.value("selling_plan")
    return Account(kind.upper(), plan.upper(), None if kind == INDIVIDUAL else business, contact)


def _nine_digits(world: World, what: str) -> str:
    """A number that is the seller's own, and the same each time."""
    return f"{int(world.state.ids.of_seller().uuid(what)[:8], 16) % 10**9:09d}"
