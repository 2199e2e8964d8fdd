"""docs/fields.md: the fields that scenarios show of an order never become fewer, and every excuse is one."""

import pytest

from tools.pages.fields import CALLS, entries, fields, reasons, shown_by

SHOWN = {("orders-v0", "getOrder"): 46, ("orders-v0", "getOrderItems"): 38, ("orders-2026-01-01", "getOrder"): 90}
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
