"""With freeze=True the process's clock is the world's, and signatures bear the world's time."""

import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from standardwebhooks import Webhook

from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import Marketplace
from tests.testing.suites import run_suite

frozen = pytest.mark.marketplace(freeze=True)


@frozen
def test_the_process_lives_in_the_world(marketplace: Marketplace) -> None:
    assert datetime.now(UTC) == marketplace.clock.now == datetime(2026, 3, 2, 16, tzinfo=UTC)
    marketplace.place_order()
    assert [each.what for each in marketplace.clock.advance("31m").fired] == ["hold-ends"]
    assert datetime.now(UTC) == marketplace.clock.now == datetime(2026, 3, 2, 16, 31, tzinfo=UTC)
    marketplace.clock.to("2026-03-03T16:00:00Z")
    assert time.time() == datetime(2026, 3, 3, 16, tzinfo=UTC).timestamp()
    passed = marketplace.clock.next()
    assert datetime.now(UTC) == passed.now == marketplace.clock.now
    assert marketplace.settings()["signature_time"] == "virtual"


def test_the_process_lives_in_its_own_time_again(marketplace: Marketplace) -> None:
    assert datetime.now(UTC) != marketplace.clock.now
    assert marketplace.settings()["signature_time"] == "wall"


@frozen
def test_a_refused_advance_moves_neither_clock(marketplace: Marketplace) -> None:
    with pytest.raises(MarketplaceError):
        marketplace.clock.to("2026-03-01T16:00:00Z")
    assert datetime.now(UTC) == marketplace.clock.now
    with pytest.raises(MarketplaceError, match="a span such as"):
        marketplace.clock.advance("soon")
    with pytest.raises(MarketplaceError, match="the clock stands"):
        marketplace.clock.runs(60)
    with pytest.raises(MarketplaceError, match="NOTHING_DUE"):
        marketplace.clock.next()


@frozen
def test_a_receiver_sees_the_instant_it_is_told_of(marketplace: Marketplace) -> None:
    """Eight days pass in one advance; what comes on the way comes at its own instant for everybody."""
    seen = []

    def handler(notification: object) -> int:
        seen.append((datetime.now(UTC), marketplace.clock.now, notification.at))  # type: ignore[attr-defined]
        return 500 if len(seen) == 1 else 200

    receiver = marketplace.webhook_receiver(answer=handler)
    marketplace.place_order()
    passed = marketplace.clock.advance("12d")
    assert not receiver.rejected
    assert [(now == of_the_world, (now - told_of).total_seconds()) for now, of_the_world, told_of in seen] == [
        (True, 0),
        (True, 5),
        (True, 0),
    ]
    assert [each.what for each in passed.fired] == ["hold-ends", "delivery-retry", "auto-cancel"]
    assert [each["status"] for each in passed.deliveries] == ["delivered", "delivered"]


@frozen
def test_a_receiver_of_the_users_own_verifies_with_the_official_library(marketplace: Marketplace) -> None:
    verified: list[bool] = []
    with listening(verified) as (url, secrets):
        made = marketplace._control.post("webhooks", {"url": url})
        secrets.append(made["secret"])
        marketplace.place_order()
        marketplace.clock.advance("12d")
    assert verified == [True, True]


@contextmanager
def listening(verified: list[bool]) -> Iterator[tuple[str, list[str]]]:
    """A receiver that knows nothing of the plugin; answers its address and where to put its secret."""
    secrets: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            Webhook(secrets[0]).verify(raw, {name.lower(): value for name, value in self.headers.items()})
            verified.append(True)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class calls it so
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", secrets
        server.shutdown()
        thread.join()


@pytest.mark.marketplace(freeze=True, scenario="buyer-official-request")
def test_a_scenario_ends_in_the_processs_own_time(marketplace: Marketplace) -> None:
    assert datetime.now(UTC) == marketplace.clock.now
    assert marketplace.settings()["signature_time"] == "virtual"
    marketplace.clock.advance("1d")
    assert datetime.now(UTC) == marketplace.clock.now


@pytest.mark.marketplace(freeze=True, default_seller=True)
def test_the_default_seller_lives_so_too(marketplace: Marketplace) -> None:
    assert datetime.now(UTC) == marketplace.clock.now
    assert marketplace.settings()["signature_time"] == "virtual"


def test_without_freezegun_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, marketplace: Marketplace) -> None:
    monkeypatch.setitem(sys.modules, "freezegun", None)
    with pytest.raises(MarketplaceError, match=r"pip install 'marketplace-sandbox\[pytest\]'"):
        Marketplace.opened(marketplace.url, freeze=True)


FROZEN_SUITE = """
import pytest


@pytest.mark.marketplace(freeze=True)
def test_frozen(marketplace, subtests):
    marketplace.clock.advance("8d")
    with subtests.test("a week"):
        marketplace.clock.advance("7d")


def test_unfrozen(marketplace):
    marketplace.clock.advance("8d")
"""


@pytest.mark.slow
def test_a_frozen_test_has_lasted_as_long_as_it_took(tmp_path: Path) -> None:
    """In a user's suite: what --durations prints, the total, and the times in the JUnit file."""
    junit = tmp_path / "junit.xml"
    began = time.perf_counter()
    done = run_suite(tmp_path, FROZEN_SUITE, "--durations=0", "-vv", f"--junitxml={junit}")
    took = time.perf_counter() - began
    assert done.counts["passed"] == 2, done.output
    printed = [float(each) for each in re.findall(r"(?m)^([\d.-]+)s (?:setup|call|teardown) +", done.output)]
    assert len(printed) == 7, done.output  # three of each test, and one of the subtest
    assert [each for each in printed if not 0 <= each <= took] == []
    (total,) = re.findall(r"passed.* in ([\d.]+)s", done.output)
    assert sum(printed) - 0.1 <= float(total) <= took
    suite = ET.parse(junit).getroot()[0]  # noqa: S314  the file is pytest's own
    cases = [float(each.attrib["time"]) for each in suite.iter("testcase")]
    assert len(cases) >= 2
    assert [each for each in cases if not 0 <= each <= took] == []
    assert sum(cases) - 0.1 <= float(suite.attrib["time"]) <= took
    assert datetime.fromisoformat(suite.attrib["timestamp"]).year == datetime.now(UTC).year
