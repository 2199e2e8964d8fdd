"""A thousand isolated tests under pytest-xdist: each its own seller, order, request, cancellation and assertions.

`python -m tests.bench.isolation` prints the time a test and a fresh seller take. Figures decide nothing; a test that
fails ends the run with 1.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.server import Server

TESTS = 1_000
WORKERS = 2
SUITE = f"""
import pytest

@pytest.mark.parametrize("number", range({TESTS}))
def test_alone(marketplace, number):
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation(reason="late")
    order.seller.cancels("buyer_canceled")
    marketplace.assert_canceled(order, by="MERCHANT")
    marketplace.assert_does_not_count_in_rate(order)
    assert marketplace.orders == [order]
"""
EMPTY = f"""
import pytest

@pytest.mark.parametrize("number", range({TESTS}))
def test_alone(number):
    pass
"""


def suite(code: str) -> float:
    """Seconds of wall time that a suite takes from pytest's start to its end. Raises SystemExit where one fails."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pytest.ini").write_text("[pytest]\n")
        (Path(folder) / "test_alone.py").write_text(code)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", str(WORKERS)]
        began = time.perf_counter()
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        took = time.perf_counter() - began
    if done.returncode or not re.search(rf"\b{TESTS} passed", done.stdout):
        sys.exit(done.stdout + done.stderr)
    return took


def fresh_seller() -> float:
    """Seconds for a seller to be opened and ended again, one after another on one server."""
    server = Server()
    try:
        began = time.perf_counter()
        for _ in range(TESTS):
            Marketplace.opened(server.url).close()
        return (time.perf_counter() - began) / TESTS
    finally:
        server.close()


def main() -> None:
    """Measures and prints."""
    empty, whole, seller = suite(EMPTY), suite(SUITE), fresh_seller()
    print(f"{TESTS} isolated tests, {WORKERS} workers with a server each: {whole:.1f} s")
    print(f"  the same without the marketplace: {empty:.1f} s, which is pytest's own")
    print(f"  a test: {whole / TESTS * 1000:.1f} ms of wall time, start of the servers included")
    print(f"  a fresh seller, opened and ended: {seller * 1000:.1f} ms")


if __name__ == "__main__":
    main()
