"""Pictures of a server's pages, taken by the browser of this machine. Knows no page."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from marketplace_sandbox.cli.tables import say

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")
"""Names of the programs that take pictures by an option."""

SIZE = "1280,900"
SECONDS = 60

_AS_ROOT = ("--no-sandbox",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()
"""Without it Chromium does not start as root, whom containers often have."""


class ScreenshotError(Exception):
    """There is no picture; the text says why, `kind` whether it is for want of a browser, a page, or the picture."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def take_screenshots(beside: Path) -> Callable[[int, str], None]:
    """What takes the picture of a step's page, by its number and address, beside a file; it says once why it cannot."""
    told: set[str] = set()

    def take(number: int, url: str) -> None:
        try:
            if url:
                file = Screenshots(beside.parent).take(url, f"{beside.stem}-{number:02}")
                say(f"Pictured: {file}", err=True)
        except ScreenshotError as problem:
            if problem.kind not in told:
                say(str(problem), err=True)
            told.add(problem.kind)

    return take


class Screenshots:
    """Takes pictures of pages into a folder. Raises ScreenshotError where there is no browser."""

    def __init__(self, folder: Path) -> None:
        found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
        if found is None:
            raise ScreenshotError("browser", "There is no browser on this machine, so the pages are not pictured.")
        self._browser = found
        self._folder = folder

    def take(self, url: str, name: str) -> Path:
        """The picture of a page, as `name`.png. Raises ScreenshotError for a page that is not there."""
        self._check_page(url)
        file = self._folder / f"{name}.png"
        file.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as profile:
            command = [
                self._browser, "--headless", *_AS_ROOT, "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                f"--user-data-dir={profile}", f"--window-size={SIZE}", f"--screenshot={file.absolute()}", url,
            ]  # fmt: skip
            try:
                subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603  a browser
            except (OSError, subprocess.SubprocessError) as problem:
                raise ScreenshotError(
                    "picture", f"{self._browser} has taken no picture of {url}: {problem}."
                ) from problem
        if not file.exists():
            raise ScreenshotError("picture", f"{self._browser} has taken no picture of {url}.")
        return file

    def _check_page(self, url: str) -> None:
        import requests  # noqa: PLC0415  a tenth of a second that others need not wait for

        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.get(url, headers={"Accept": "text/html"}, timeout=SECONDS)
            except requests.RequestException as problem:
                raise ScreenshotError("page", f"{url} does not answer.") from problem
        if answer.status_code != 200 or not answer.headers.get("content-type", "").startswith("text/html"):
            raise ScreenshotError("page", f"There is no page at {url}, so it is not pictured.")
