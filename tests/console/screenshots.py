"""Takes a picture of every page in every look: `python -m tests.console.screenshots FOLDER [NAME ...]`.

The world is the demo's, so the pictures show the same whenever they are taken.
"""

import argparse
from pathlib import Path

import requests

from tests.console.all_pages import PAGES, paths
from tests.console.chromium import HEIGHT, THEMES, WIDTHS, chromium
from tests.serving import serving


def main() -> None:
    """Takes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help=f"only these of {', '.join(PAGES)}")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with serving("--scenario", "demo", "--start", "2026-03-02T16:00:00Z") as server, chromium() as browser:
        orders = requests.get(f"{server.url}/_sandbox/orders", timeout=10).json()["orders"]
        wanted = {name: path for name, path in paths(orders).items() if name in (asked.names or PAGES)}
        for theme in THEMES:
            for width in WIDTHS:
                page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme=theme)
                for name, path in wanted.items():
                    page.goto(f"{server.url}{path}")
                    page.screenshot(path=asked.folder / f"{name}-{theme}-{width}.png", full_page=True)
                page.close()
    print(f"{len(wanted) * len(THEMES) * len(WIDTHS)} pictures are in {asked.folder}.")


if __name__ == "__main__":
    main()
