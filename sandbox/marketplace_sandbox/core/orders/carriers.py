"""Carriers as the marketplace knows them, and what tracking numbers of some look like. Knows no order and no rule."""

import re
from collections.abc import Mapping

from marketplace_sandbox.core.text.quoting import nearest, quote

OTHER = "Other"
"""In place of a carrier that is not listed; its name is told beside."""

CARRIERS = (
    "USPS", "UPS", "UPSMI", "FedEx", "DHL", "Fastway", "GLS", "GO!", "Hermes Logistik Gruppe", "Royal Mail",
    "Parcelforce", "City Link", "TNT", "Target", "SagawaExpress", "NipponExpress", "YamatoTransport",
    "DHL Global Mail", "UPS Mail Innovations", "FedEx SmartPost", "OSM", "OnTrac", "Streamlite", "Newgistics",
    "Canada Post", "Blue Package", "Chronopost", "Deutsche Post", "DPD", "La Poste", "Parcelnet", "Poste Italiane",
    "SDA", "Smartmail", "FEDEX_JP", "JP_EXPRESS", "NITTSU", "SAGAWA", "YAMATO", "BlueDart", "AFL/Fedex", "Aramex",
    "India Post", "Professional", "DTDC", "Overnite Express", "First Flight", "Delhivery", "Lasership", "Yodel",
    OTHER, "Amazon Shipping", "Seur", "Correos", "MRW", "Endopack", "Chrono Express", "Nacex", "Otro", "Correios",
    "Toll Global Express", "China Post", "AUSSIE_POST", "EUB", "Australia Post", "Yun Express", "4PX", "YANWEN",
    "SF Express", "BRT",
)  # fmt: skip
"""The codes of carriers, written exactly so (CARRIERS in docs/sources.md)."""


def carrier_problem(code: str) -> str:
    """What is wrong with the code of a carrier, naming the nearest there is; empty where nothing is."""
    if code in CARRIERS:
        return ""
    near = nearest(code, CARRIERS)
    meant = f"; did you mean {near!r}?" if near else "."
    return f"There is no carrier {quote(code)}{meant} One that is not listed is {OTHER}, with its name beside."


TRACKING_NUMBERS: Mapping[str, str] = {
    # a package; a waybill, of which T is one; two short forms
    "UPS": r"1Z[0-9A-Z]{16}|[A-Z][0-9]{10}|[0-9]{12}|[0-9]{9}",
    # the barcode of today, with the postal code or without; that of before, by the kind of mail; a guarantee; S10
    "USPS": (
        r"(420[0-9]{5}([0-9]{4})?)?9[1-5][0-9]{20}([0-9]{4})?|(0[1-5]|1[34]|23|7[0-7]|81)[0-9]{18}|82[0-9]{8}"
        r"|[A-Z]{2}[0-9]{9}US"
    ),
    # Express; Ground; a container; Ground Economy, with 92 before it or without; barcodes that begin with 96 or 100
    "FedEx": r"[0-9]{12}|[0-9]{15}|0[0-4][0-9]{16}|[0-9]{20}|9[26][0-9]{20}|(96|100)[0-9]{31,32}",
    # Express and eCommerce in digits; what begins with letters; Parcel; Global Forwarding; Freight
    "DHL": (
        r"[0-9]{10,39}|(?=[0-9A-Z]{10,39}$)[A-Z]{1,5}[0-9][0-9A-Z]*|3S[0-9A-Z]{8,37}"
        r"|[0-9]{7}|[0-9][A-Z]{2}[0-9]{4,6}|[A-Z]{3,4}[0-9]{4,6}|[0-9]{9}|[A-Z]{4,6}[0-9]{7}"
    ),
}
"""What numbers look like, as patterns, by the code of the carrier that says so (TRACKING in docs/sources.md).

Forms alone: check digits are not looked at.
"""


def is_tracking_malformed(carrier: str, number: str) -> bool:
    """Whether a number cannot be one of the carrier's; of most carriers, and of no number, nothing is known.

    Blanks and hyphens within a number do not count.
    """
    pattern = TRACKING_NUMBERS.get(carrier)
    if pattern is None or not number:
        return False
    return re.fullmatch(pattern, re.sub(r"[ -]", "", number), re.ASCII | re.IGNORECASE) is None
