"""The marketplaces a seller can sell in: identity, region, money and local time. Knows nothing of orders.

Source: Amazon's published list of marketplace ids; time zones are those of the store front.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from marketplace_sandbox.core.text.quoting import suggestion


@dataclass(frozen=True, slots=True)
class Marketplace:
    """One store front. `region` is NA, EU or FE; `decimals` is the number of digits of its currency.

    `collects_tax` is whether Amazon itself takes the tax of what is sold there.
    """

    marketplace_id: str
    country: str
    region: str
    currency: str
    domain: str
    zone_name: str
    locale: str
    decimals: int = 2
    collects_tax: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The local time in which a handling day ends."""
        return ZoneInfo(self.zone_name)

    def day_start(self, at: datetime) -> datetime:
        """The start of the local day that an instant is in."""
        return at.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)

    @property
    def sales_channel(self) -> str:
        """The name the platform gives the store front in `SalesChannel`."""
        return self.domain


_ALL = (
    Marketplace("ATVPDKIKX0DER", "US", "NA", "USD", "Amazon.com", "America/Los_Angeles", "en_US", collects_tax=True),
    Marketplace("A2EUQ1WTGCTBG2", "CA", "NA", "CAD", "Amazon.ca", "America/Toronto", "en_CA"),
    Marketplace("A1AM78C64UM0Y8", "MX", "NA", "MXN", "Amazon.com.mx", "America/Mexico_City", "es_MX"),
    Marketplace("A2Q3Y263D00KWC", "BR", "NA", "BRL", "Amazon.com.br", "America/Sao_Paulo", "pt_BR"),
    Marketplace("A1F83G8C2ARO7P", "GB", "EU", "GBP", "Amazon.co.uk", "Europe/London", "en_GB"),
    Marketplace("A1PA6795UKMFR9", "DE", "EU", "EUR", "Amazon.de", "Europe/Berlin", "de_DE"),
    Marketplace("A13V1IB3VIYZZH", "FR", "EU", "EUR", "Amazon.fr", "Europe/Paris", "fr_FR"),
    Marketplace("APJ6JRA9NG5V4", "IT", "EU", "EUR", "Amazon.it", "Europe/Rome", "it_IT"),
    Marketplace("A1RKKUPIHCS9HS", "ES", "EU", "EUR", "Amazon.es", "Europe/Madrid", "es_ES"),
    Marketplace("A1805IZSGTT6HS", "NL", "EU", "EUR", "Amazon.nl", "Europe/Amsterdam", "nl_NL"),
    Marketplace("AMEN7PMS3EDWL", "BE", "EU", "EUR", "Amazon.com.be", "Europe/Brussels", "fr_BE"),
    Marketplace("A2NODRKZP88ZB9", "SE", "EU", "SEK", "Amazon.se", "Europe/Stockholm", "sv_SE"),
    Marketplace("A1C3SOZRARQ6R3", "PL", "EU", "PLN", "Amazon.pl", "Europe/Warsaw", "pl_PL"),
    Marketplace("A28R8C7NBKEWEA", "IE", "EU", "EUR", "Amazon.ie", "Europe/Dublin", "en_IE"),
    Marketplace("A33AVAJ2PDY3EV", "TR", "EU", "TRY", "Amazon.com.tr", "Europe/Istanbul", "tr_TR"),
    Marketplace("A2VIGQ35RCS4UG", "AE", "EU", "AED", "Amazon.ae", "Asia/Dubai", "en_AE"),
    Marketplace("A17E79C6D8DWNP", "SA", "EU", "SAR", "Amazon.sa", "Asia/Riyadh", "ar_SA"),
    Marketplace("ARBP9OOSHTCHU", "EG", "EU", "EGP", "Amazon.eg", "Africa/Cairo", "ar_EG"),
    Marketplace("A21TJRUUN4KGV", "IN", "EU", "INR", "Amazon.in", "Asia/Kolkata", "en_IN"),
    Marketplace("AE08WJ6YKNBMC", "ZA", "EU", "ZAR", "Amazon.co.za", "Africa/Johannesburg", "en_ZA"),
    Marketplace("A1VC38T7YXB528", "JP", "FE", "JPY", "Amazon.co.jp", "Asia/Tokyo", "ja_JP", 0),
    Marketplace("A39IBJ37TRP1C6", "AU", "FE", "AUD", "Amazon.com.au", "Australia/Sydney", "en_AU"),
    Marketplace("A19VAU5U5O7RUS", "SG", "FE", "SGD", "Amazon.sg", "Asia/Singapore", "en_SG"),
)

MARKETPLACES = {each.marketplace_id: each for each in _ALL}
"""Every known marketplace by its id."""

NON_AMAZON = "Non-Amazon"
"""The sales channel of an order that the seller took elsewhere and Amazon ships."""

DEFAULT_MARKETPLACE = "ATVPDKIKX0DER"


def marketplace_suggestion(word: str, marketplace_ids: Iterable[str] = MARKETPLACES) -> str:
    """How a sentence ends that refuses a marketplace's id; who names a country or a store front means the one there."""
    lowered, known = word.strip().lower(), list(marketplace_ids)
    for each in known:
        country, domain = MARKETPLACES[each].country, MARKETPLACES[each].domain
        if lowered in (country.lower(), domain.lower()) or (lowered == "uk" and country == "GB"):
            return f"; did you mean '{each}' ({country})?"
    return suggestion(word, known)
