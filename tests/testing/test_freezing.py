"""With freeze=True the process's clock is the world's, and signatures bear the world's time."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from standardwebhooks import Webhook

from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import Marketplace

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
