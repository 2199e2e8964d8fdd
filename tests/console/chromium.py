"""A real browser for tests: Debian's Chromium, driven by Playwright. Asks nobody but the server it is shown."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

FOUND = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
WHY_NOT = "there is no chromium; `make test-system` installs it from Debian's packages"
ARGUMENTS = (
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window, which ends with the block."""
    sandboxed = () if os.geteuid() else ("--no-sandbox",)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=FOUND, args=[*ARGUMENTS, *sandboxed])
        try:
            yield browser
        finally:
            browser.close()
