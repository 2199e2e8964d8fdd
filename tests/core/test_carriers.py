"""Carriers and the forms of their tracking numbers."""

import pytest

from marketplace_sandbox.core.carriers import (
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
    "UPS": ["1Z9999999999999999", "1z 999 aa1 01 2345 6784", "999999999999", "T9999999999", "999999999"],
    "USPS": [
        "9400 1000 0000 0000 0000 00", "9205500000000000000000", "82 000 000 00", "EC 000 000 000 US",
        "7000 0000 0000 0000 0000", "420900019400100000000000000000", "92748963438445543484654335",
    ],
    "FedEx": ["646555175639", "9999 9999 9999", "012345678901234", "96000000000000000000", "9600000000000000000000"],
    "DHL": [
        "1234567890", "JJD01000000000000000", "JVGL0000000000", "3SABCD0123456", "GM0000000000", "00340000000000000000",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("carrier", "number"), [(carrier, each) for carrier, many in NUMBERS.items() for each in many])
def test_a_number_of_the_carriers_form_fits(carrier: str, number: str) -> None:
    assert not is_tracking_malformed(carrier, number)


@pytest.mark.parametrize(
    ("carrier", "number"),
    [
        ("UPS", "1Z999"), ("UPS", "9400100000000000000000"), ("UPS", "1Z99999999999999999"),
        ("USPS", "1Z9999999999999999"),
        ("USPS", "94001000000000000000"), ("FedEx", "1Z9999999999999999"), ("FedEx", "1234567890"), ("DHL", "123"),
        ("DHL", "1Z9999999999999999"), ("UPS", "\u0661" * 12), ("UPS", "-"),
    ],
)  # fmt: skip
def test_a_number_of_another_form_does_not(carrier: str, number: str) -> None:
    assert is_tracking_malformed(carrier, number)


def test_of_other_carriers_and_of_no_number_nothing_is_known() -> None:
    assert not is_tracking_malformed("DPD", "x")
    assert not is_tracking_malformed(OTHER, "x")
    assert not is_tracking_malformed("UPS", "")
