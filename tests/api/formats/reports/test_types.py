"""Every type of report is asked for, and those with several names say the same under each."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace_sandbox.core.reports.values import REPORT_TYPES
from tests.api.formats.reports.reading import BASE, SHIPPING, report, table, text
from tests.api.shop import US, Seller

TESTS = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", ["GET_FLAT_FILE_ORDER_REPORT_DATA_INVOICING", "GET_FLAT_FILE_ORDER_REPORT_DATA_TAX"])
def test_reports_for_invoices_and_taxes_are_those_for_shipping(seller: Seller, kind: str) -> None:
    seller.place_order()
    assert table(seller, kind) == table(seller, SHIPPING) != []


def test_so_are_those_in_xml(seller: Seller) -> None:
    schedules = {
        kind: seller.post(f"{BASE}/schedules", {"reportType": kind, "marketplaceIds": [US], "period": "PT1H"}).body[
            "reportScheduleId"
        ]
        for kind in (
            "GET_ORDER_REPORT_DATA_SHIPPING",
            "GET_ORDER_REPORT_DATA_INVOICING",
            "GET_ORDER_REPORT_DATA_TAX",
        )
    }
    seller.place_order()
    seller.world.advance(timedelta(hours=2))
    report_ids = {each.schedule_id: each.report_id for each in seller.world.state.reports.all.values() if each.contents}
    files = {text(seller, report(seller, report_ids[schedule])) for schedule in schedules.values()}
    assert len(files) == 1


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every word of the tests."""
    return {word for path in TESTS.rglob("*.py") for word in re.findall(r"\w+", path.read_text())}


@pytest.mark.parametrize("kind", REPORT_TYPES)
def test_each_is_asked_for_in_a_test(kind: str, said: set[str]) -> None:
    assert kind in said, (
        f"no test asks for the report {kind} of core/reports/values.py: add one to tests/api/formats/reports"
    )
