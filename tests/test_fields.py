"""docs/fields.md: the fields that scenarios show of an order never become fewer, and every excuse is one."""

import pytest

from marketplace_sandbox.core.orders.order import Address, Buyer
from marketplace_sandbox.core.orders.order_details import ItemBuyerInfo, ItemDetails, OrderDetails
from marketplace_sandbox.core.text.records import record_fields
from tests.documents import ROOT
from tools.pages.fields import CALLS, entries, fields, reasons, shown_by

SHOWN = {("orders-v0", "getOrder"): 122, ("orders-v0", "getOrderItems"): 98, ("orders-2026-01-01", "getOrder"): 237}
"""How many fields of each call the scenarios show at least: raise a number when a scenario shows more."""

of_every_call = pytest.mark.parametrize(("document", "call"), [each[:2] for each in CALLS])


@of_every_call
def test_the_scenarios_show_no_fewer_fields_than_before(document: str, call: str) -> None:
    assert len(shown_by(document, call)) >= SHOWN[document, call]


@of_every_call
def test_what_cannot_make_sense_is_a_field_that_no_scenario_shows(document: str, call: str) -> None:
    assert [each for each in reasons(document, call) if each in shown_by(document, call)] == []
    beneath = set(fields(document, call))
    assert [each for each in entries(document, call) if each not in beneath] == []


@of_every_call
def test_nine_fields_of_ten_are_shown(document: str, call: str) -> None:
    assert len(shown_by(document, call)) >= 0.9 * len(fields(document, call))


def test_the_scenarios_page_names_every_field_of_the_form() -> None:
    page = (ROOT / "docs/scenarios.md").read_text(encoding="utf-8")
    kinds = (OrderDetails, ItemDetails, ItemBuyerInfo, Buyer, Address)
    assert [name for kind in kinds for name in record_fields(kind) if name not in page] == []
