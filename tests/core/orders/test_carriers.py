"""Carriers and the forms of their tracking numbers."""

import pytest

from marketplace_sandbox.core.orders.carriers import (
    CARRIERS,
    OTHER,
    TRACKING_NUMBERS,
    carrier_problem,
    is_tracking_malformed,
)


def test_every_carrier_is_known_once_and_as_it_is_written() -> None:
    assert len(set(CARRIERS)) == len(CARRIERS)
    assert not any(carrier_problem(each) for each in CARRIERS)
    assert set(TRACKING_NUMBERS) == {"UPS", "USPS", "FedEx", "DHL"} <= set(CARRIERS)


@pytest.mark.parametrize(
    ("code", "near"), [("ups", "UPS"), ("Fedex", "FedEx"), ("Royalmail", "Royal Mail"), ("Yun-Express", "Yun Express")]
)
def test_an_unknown_carrier_is_told_with_the_nearest(code: str, near: str) -> None:
    assert f"There is no carrier '{code}'; did you mean '{near}'?" in carrier_problem(code)
    assert carrier_problem("qqqq").startswith("There is no carrier 'qqqq'. One that is not listed is Other")


NUMBERS = {
    "UPS": {
        "a package": ["1Z5R89390357567127", "1Z879E930346834440", "1Z8V92A70367203024", "1z 999 aa1 01 2345 6784"],
        "delivered by USPS": ["1ZXX3150YW44070023"],
        "a waybill": ["K2479825491", "T9999999999"],
        "short forms": ["999999999999", "999999999"],
    },
    "USPS": {
        "the barcode of today": [
            "9400 1112 0108 0805 4830 16", "9361 2898 7870 0317 6337 95", "9405803699300124287899",
            "9505 5110 6960 5048 6006 24", "9101 1234 5678 9000 0000 13", "9589 0710 5270 0000 0000 00",
        ],
        "priority, certified, registered, signature": [
            "9205500000000000000000", "9407300000000000000000", "9208800000000000000000", "9202100000000000000000",
        ],
        "with four digits more": ["92748931507708513018050063"],
        "with the postal code": [
            "420 22153 9101026837331000039521", "4201002334249200190132607600833457", "42090001 9400100000000000000000",
        ],
        "labels of before": [
            "0307 1790 0005 2348 3741", "7112 3456 7891 2345 6787", "7196 9010 7560 0307 7385",
            "1400 0000 0000 0000 0000",
            "7000 0000 0000 0000 0000", "2300 0000 0000 0000 0000", "8100 0000 0000 0000 0000",
        ],
        "abroad": ["EC 000 000 000 US", "CP 123 456 785 US", "RA123456785US", "82 000 000 00"],
    },
    "FedEx": {
        "Express": ["986578788855", "477179081230", "7995 3127 4483"],
        "Ground": ["0414 4176 0228 964", "568283610012734"],
        "a container": ["00 0123 4500 0000 0027"],
        "Ground Economy": ["61299998820821171811", "9261292700768711948021"],
        "Ground 96": ["9611020987654312345672"],
        "long barcodes": ["1001921334250001000300779017972697", "9622001560001234567100794808390594"],
    },
    "DHL": {
        "Express": ["3318810025", "73891051146", "JJD0099999999", "JJD014600003875692410", "JVGL0999999990"],
        "Express from 000": ["000123456789"],
        "eCommerce": ["GM2951173225174494", "GM295117494011169042", "LX987654321DE", "RX123456789DE"],
        "eCommerce in digits": ["999999999999999999"],
        "Parcel": ["3SBCC000123456", "JVGL9999999999", "00340434161094042557"],
        "Global Forwarding": ["1234567", "1AB12345", "ABC123456", "123-12345678"],
        "Freight": ["ABC-DE-1234567", "1234-12345", "123456789", "12345678901234"],
    },
}  # fmt: skip
"""By carrier and service: of public lists and pages where they have some, else of their form."""


@pytest.mark.parametrize(
    ("carrier", "number"),
    [(carrier, each) for carrier, services in NUMBERS.items() for many in services.values() for each in many],
)
def test_a_number_of_the_carriers_form_fits(carrier: str, number: str) -> None:
    """Source: TRACKING."""
    assert not is_tracking_malformed(carrier, number)


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("UPS", "1Z999"), ("UPS", "9400100000000000000000"), ("UPS", "1Z99999999999999999"), ("UPS", "-"),
        ("UPS", "2Z5R89390357567127"), ("UPS", "1A5R89390357567127"), ("UPS", "T999999999"), ("UPS", "\u0661" * 12),
        ("UPS", "1Z5R8939035756712!"), ("UPS", "9999999999"),
        ("USPS", "1Z9999999999999999"), ("USPS", "94001000000000000000"), ("USPS", "61299998820821171811"),
        ("USPS", "9000000000000000000000"), ("USPS", "9600000000000000000000"), ("USPS", "EC000000000GB"),
        ("USPS", "4209400100000000000000000"), ("USPS", "8300000000"), ("USPS", "EC00000000US"),
        ("USPS", "986578788855"),
        ("FedEx", "1Z9999999999999999"), ("FedEx", "1234567890"), ("FedEx", "9400100000000000000000"),
        ("FedEx", "050123450000000027"), ("FedEx", "98657878885"), ("FedEx", "EC000000000US"), ("FedEx", "9" * 34),
        ("DHL", "123"), ("DHL", "1Z9999999999999999"), ("DHL", "12345678"), ("DHL", "1" * 40), ("DHL", "3S123"),
        ("DHL", "ABCDEF1234567890"), ("DHL", "JJD"), ("DHL", "GM" + "1" * 38), ("DHL", "ABCDEFGHIJKLM"),
    ],
)  # fmt: skip
def test_a_number_of_another_form_does_not(carrier: str, number: str) -> None:
    assert is_tracking_malformed(carrier, number)


def test_of_other_carriers_and_of_no_number_nothing_is_known() -> None:
    assert not is_tracking_malformed("DPD", "x")
    assert not is_tracking_malformed(OTHER, "x")
    assert not is_tracking_malformed("UPS", "")
