"""The documents as a site: `python -m tools.docs_site` copies them together and has Zensical build it.

What a site has besides `docs/`: the documents at the root as pages, the files that documents lead to, and a page with
pictures of the console, as far as `make screenshots` has taken some.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".docs-site"
PICTURES = ROOT / ".screenshots"

OF_THE_ROOT = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
"""Documents beside `docs/` that are pages of the site, too, and their names there."""

RENAMED = {"README.md": "index.md", **{f"../{name}": page for name, page in OF_THE_ROOT.items()}}
"""What links in `docs/` say otherwise than a page of the site."""

LED_TO = ("openapi", "examples", "fixtures")
"""Folders whose files documents lead to."""

SHOWN = {
    "home": "Home: what runs, whose credentials, the clock, and what has happened lately",
    "manage-orders-requested": "Manage Orders, with the order whose buyer has asked to cancel",
    "order": "An order: from its beginning to its end, and in every dialect",
    "account-health": "Account Health: the Cancellation Rate and its causes",
    "your-orders": "Your Orders, as a buyer has it",
    "notifications": "Notifications: what was delivered, and what failed",
}
"""The main pages of the console by the names of their pictures, with what is to be seen there."""

ASKED = re.compile(r"""(?:\bsrc=|<link\b[^>]*?\bhref=|url\(|@import )["']?((?:https?:)?//[^"')>\s]+)""")
LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")


def pages(pictures: Path = PICTURES) -> dict[str, str]:
    """Every page of the site by its name, with its text."""
    found = {
        RENAMED.get(path.name, path.name): _with_links(path.read_text(), RENAMED)
        for path in sorted((ROOT / "docs").glob("*.md"))
    }
    for name, page in OF_THE_ROOT.items():
        found[page] = _with_links((ROOT / name).read_text(), OF_THE_ROOT)
    found["screenshots.md"] = _screenshots(pictures)
    return found


def _with_links(text: str, renamed: Mapping[str, str]) -> str:
    """A document with its links as they are in the site, where everything lies in one folder."""

    def lead(link: re.Match[str]) -> str:
        target = renamed.get(link[2], link[2])
        for above in ("../", "docs/"):
            target = target.removeprefix(above)
        return f"{link[1]}{RENAMED.get(target, target)}{link[3]}"

    return LINK.sub(lead, text)


def _screenshots(pictures: Path) -> str:
    """The page with pictures of the console."""
    head = (
        "# The pages in pictures\n\nThe pages of a server with the demo, at `http://127.0.0.1:8585` after `make run`.\n"
    )
    parts = [
        f"\n## {about.partition(':')[0].partition(',')[0]}\n\n{about}.\n\n"
        f"![{about}](screenshots/{name}-light-1280.png#only-light)\n![{about}](screenshots/{name}-dark-1280.png#only-dark)\n"
        for name, about in SHOWN.items()
        if (pictures / f"{name}-light-1280.png").exists()
    ]
    none = "\nThere is none yet: `make screenshots` takes them, for which the machine needs Chromium.\n"
    return head + ("".join(parts) or none)


def copy_together(folder: Path, pictures: Path = PICTURES) -> None:
    """Put all that the site is made from into a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in pages(pictures).items():
        (folder / name).write_text(text)
    for file in _files():
        to = folder / file.relative_to(ROOT / "docs" if file.is_relative_to(ROOT / "docs") else ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, to)
    if pictures.is_dir():
        shutil.copytree(pictures, folder / "screenshots")


def _files() -> Iterator[Path]:
    """What pages show and lead to besides pages."""
    yield from (each for each in (ROOT / "docs").iterdir() if each.is_file() and each.suffix != ".md")
    for name in LED_TO:
        yield from (
            each for each in sorted((ROOT / name).rglob("*")) if each.is_file() and "__pycache__" not in each.parts
        )


def other_hosts(site: Path) -> list[str]:
    """What the pages and styles of a site would ask of other hosts; what they only link to they do not ask for."""
    found = {
        url
        for file in sorted(site.rglob("*"))
        if file.suffix in (".html", ".css")
        for url in ASKED.findall(file.read_text())
    }
    return sorted(found)


def main() -> None:
    """Builds the site into `.docs-site/site`."""
    copy_together(FOLDER / "pages")
    site = FOLDER / "site"
    command = [str(Path(sys.executable).with_name("zensical")), "build", "--clean", "--strict"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603  the program that is installed for it
        sys.exit("The site was not built; what Zensical says above is why.")
    elsewhere = other_hosts(site)
    if elsewhere:
        sys.exit(f"The site would ask other hosts for {', '.join(elsewhere)}: leave out in zensical.toml what does.")
    print(f"Look at it, on port 8000: python3 -m http.server --bind 127.0.0.1 --directory {site.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
