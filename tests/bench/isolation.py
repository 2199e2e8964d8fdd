"""Isolated tests under pytest-xdist: each its own seller, order, request, cancellation and assertions."""

import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
SUITE = """
import pytest

@pytest.mark.parametrize("number", range({tests}))
def test_alone(marketplace, number):
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation(reason="late")
    order.seller.cancels("buyer_canceled")
    marketplace.assert_canceled(order, by="MERCHANT")
    marketplace.assert_does_not_count_in_rate(order)
    assert marketplace.orders == [order]
"""
EMPTY = """
import pytest

@pytest.mark.parametrize("number", range({tests}))
def test_alone(number):
    pass
"""


@dataclass(frozen=True)
class IsolatedTest:
    """Milliseconds of wall time a test, start of the servers included: all of it, and what the marketplace adds."""

    test: float
    marketplace: float


def isolated_test(tests: int) -> IsolatedTest:
    """Runs so many on two workers with a server each, and as many empty ones. AssertionError where one fails."""
    empty, whole = _suite(EMPTY, tests), _suite(SUITE, tests)
    return IsolatedTest(whole / tests * 1_000, (whole - empty) / tests * 1_000)


def _suite(code: str, tests: int) -> float:
    """Seconds of wall time that a suite takes from pytest's start to its end."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pytest.ini").write_text("[pytest]\n")
        (Path(folder) / "test_alone.py").write_text(code.format(tests=tests))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(WORKERS)]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
    assert not done.returncode, done.stdout + done.stderr
    assert re.search(rf"\b{tests} passed", done.stdout), done.stdout
    return took
