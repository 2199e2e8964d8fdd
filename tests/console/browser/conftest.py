"""What tests in a real browser ask for: a page of it, with scripts or without, and a seller at a running server.

A process has one browser and one server. Whatever a page complains of, whomever else it asks, fails its test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import ConsoleMessage, Page, Request

from tests.console.chromium import FOUND, HEIGHT, WHY_NOT, Chromium, Theme

START = "2026-03-02T16:00:00Z"
SECONDS = 10_000
"""Milliseconds that a page may take for anything; on a busy machine far more than it needs."""


@dataclass(frozen=True)
class Seller:
    """A seller at a running server, whose clock stands at START, by the control API."""

    url: str
    seller_id: str

    def address(self, path: str) -> str:
        """A page of this seller's."""
        return f"{self.url}{path}{'&' if '?' in path else '?'}seller={self.seller_id}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(
            method, f"{self.url}/_sandbox/{path}", json=body, headers={"x-sandbox-seller": self.seller_id}, timeout=30
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def place_order(self, **form: Any) -> str:
        """The id of an order that is released at once, unless the form says otherwise."""
        return str(self.call("POST", "orders", {"hold": False} | form)["order_id"])

    def act(self, order_id: str, action: str, **arguments: Any) -> Any:
        return self.call("POST", f"orders/{order_id}/actions/{action}", arguments)

    def advance(self, span: str) -> None:
        self.call("POST", "clock/advance", {"by": span})

    def order(self, order_id: str) -> Any:
        return self.call("GET", f"orders/{order_id}")

    def rate(self) -> tuple[int, int]:
        """Canceled orders that count, and all orders that do."""
        found = self.call("GET", "metrics")["cancellation_rate"]
        return found["canceled"], found["orders"]


OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The browser of this process."""
    if FOUND is None:
        pytest.skip(WHY_NOT)
    opened = Chromium()
    yield opened
    opened.close()


@pytest.fixture
def open_page(chromium: Chromium, shared_server: str) -> Iterator[OpenPage]:
    """Opens a page in a window of its own: with scripts or not, wide or narrow, light or dark, of any server."""
    complaints: list[str] = []
    ours = {urlsplit(shared_server).netloc}

    def note_console(message: ConsoleMessage) -> None:
        # that a document was answered with 4xx is no fault of the page it shows
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(f"console: {message.text}")

    def note_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws") and parts.netloc not in ours:
            complaints.append(f"request to {request.url}")

    with chromium.in_use() as browser:

        def open_it(*, script: bool = True, width: int = 1280, theme: Theme = "light", server: str = "") -> Page:
            ours.add(urlsplit(server).netloc)
            context = browser.new_context(
                java_script_enabled=script, viewport={"width": width, "height": HEIGHT}, color_scheme=theme
            )
            context.set_default_timeout(SECONDS)
            page = context.new_page()
            page.on("console", note_console)
            page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
            page.on("request", note_request)
            return page

        yield open_it
        for context in browser.contexts:
            context.close()
    assert complaints == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A wide and light page with scripts."""
    return open_page()


@pytest.fixture
def seller(shared_server: str) -> Seller:
    """A seller of the test's own."""
    answer = requests.post(f"{shared_server}/_sandbox/sellers", json={"start": START}, timeout=30)
    return Seller(shared_server, answer.json()["seller_id"])


@pytest.fixture(scope="session")
def demo(shared_server: str) -> Seller:
    """A seller in whose world the demo has been played; nobody changes it."""
    answer = requests.post(f"{shared_server}/_sandbox/scenarios", json={"name": "demo"}, timeout=60)
    return Seller(shared_server, answer.json()["seller_id"])


def tab_to(page: Page, name: str) -> None:
    """Go on until what has the focus has a name, as whoever uses a keyboard does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const it = document.activeElement;"
            " return it.labels?.[0]?.textContent ?? it.getAttribute('aria-label') ?? it.textContent; }"
        )
        if focused.strip() == name:
            return
    raise AssertionError(f"the focus never came to {name}")
