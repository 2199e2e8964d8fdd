"""The one table of statuses: it has every refusal the core can think of."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest

import marketplace_sandbox.core
from marketplace_sandbox.api.control.refusals import STATUSES
from marketplace_sandbox.core.refusals import EndOfTimeError, RefusalError, RefusedError
from tests.api.control.driving import Driver

TOLD_OTHERWISE = {RefusedError, EndOfTimeError}
"""One comes with its outcome's status, the other is a field's fault."""


def _heirs(kind: type[RefusalError]) -> Iterator[type[RefusalError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _heirs(each)


def test_every_refusal_has_a_status() -> None:
    for module in pkgutil.walk_packages(marketplace_sandbox.core.__path__, "marketplace_sandbox.core."):
        importlib.import_module(module.name)
    ours = {each for each in _heirs(RefusalError) if each.__module__.startswith("marketplace_sandbox.")}
    assert len(ours) > 20
    assert set(STATUSES) <= ours
    without = {each for each in ours - TOLD_OTHERWISE if not STATUSES.keys() & set(each.__mro__)}
    assert without == set(), "give each of these a status in api/control/refusals.py"


@pytest.mark.parametrize(
    ("method", "path", "body", "place"),
    [
        ("POST", "orders", {"items": [{}, {"quantity": "two"}]}, "items[1].quantity"),
        ("POST", "orders", {"buyer": {"name": 5}}, "buyer.name"),
        ("POST", "webhooks", {"secret": "x"}, "url"),
        ("POST", "webhooks", {"url": "http://127.0.0.1:1/", "notification_types": ["ORDER"]}, "notification_types[0]"),
        ("PUT", "clock", {"now": 5, "rate": "fast"}, "now"),
        ("POST", "faults", {"kind": "drop", "times": 0}, "times"),
        ("GET", "orders?limit=all", None, "limit"),
        ("GET", "orders?status=Canceled,Cancelled", None, "status"),
        ("POST", "reset", [], ""),
    ],
)
def test_details_have_the_place_that_is_wrong(driver: Driver, method: str, path: str, body: Any, place: str) -> None:
    assert driver.refused(method, path, body).error["details"] == place


def test_a_number_of_more_digits_than_python_reads_is_told_as_that(driver: Driver) -> None:
    headers = {"content-type": "application/json"}
    answer = driver.ask("POST", "orders", raw=b'{"count": ' + b"9" * 4301 + b"}", headers=headers)
    assert (answer.status, answer.error["message"]) == (400, "The request body has a number of thousands of digits.")
