"""A real browser for tests: Debian's Chromium, driven by Playwright. Asks nobody but the server it is shown.

Playwright's calls run an event loop of their own in this thread, which would pass for a running one in whatever else
the process does; so it passes for one only while the browser is in use.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from playwright.sync_api import Browser, Playwright, sync_playwright

FOUND = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WHY_NOT = "there is no chromium; `make test-system` installs it from Debian's packages"
WIDTHS = (360, 1280)
HEIGHT = 900
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
ARGUMENTS = (
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Chromium:
    """A browser without a window that stays open, for one test after the other."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._browser: Browser | None = None

    @contextmanager
    def in_use(self) -> Iterator[Browser]:
        """The browser, opened when it is first used."""
        asyncio._set_running_loop(self._loop)
        try:
            if self._browser is None:
                self._playwright = sync_playwright().start()
                sandboxed = () if os.geteuid() else ("--no-sandbox",)
                self._browser = self._playwright.chromium.launch(executable_path=FOUND, args=[*ARGUMENTS, *sandboxed])
                self._loop = asyncio.get_running_loop()
            yield self._browser
        finally:
            asyncio._set_running_loop(None)

    def close(self) -> None:
        """Ends it."""
        if self._browser is not None and self._playwright is not None:
            asyncio._set_running_loop(self._loop)
            try:
                self._browser.close()
                self._playwright.stop()
            finally:
                asyncio._set_running_loop(None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the block."""
    opened = Chromium()
    try:
        with opened.in_use() as browser:
            yield browser
    finally:
        opened.close()
