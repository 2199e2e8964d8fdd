"""Goes from page to page by their links, as whoever clicks on everything, and finds the routes that there are."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from marketplace_sandbox.server.composition import Server
from tests.console.browsing import HOST, Browser, Shown

ODD_NUMBER = "902-0000009-0000009"


def crawl(browser: Browser, start: list[str], most: int) -> Iterator[Shown]:
    """The pages that lead on from some, each once by its path and the names in its query, up to so many."""
    known: set[tuple[str, ...]] = set()
    waiting = list(start)
    while waiting and most:
        path = waiting.pop(0)
        parts = urlsplit(path)
        names = sorted(each.partition("=")[0] for each in parts.query.split("&"))
        if (key := (parts.path, *names)) in known:
            continue
        known.add(key)
        answer = browser.send("GET", path, headers={"sec-fetch-site": "same-origin"})
        most -= 1
        if answer.headers.get("content-type", "").startswith("text/html"):
            shown = Shown(browser, path, answer)
            yield shown
            waiting += [each for each in links(shown) if is_page(each)]


def links(shown: Shown) -> list[str]:
    """Where a page leads by links, from its own address."""
    found = [each.get("href", "") for each in shown.tree.cssselect("a[href]")]
    return [f"{shown.path.partition('?')[0]}{each}" if each.startswith("?") else each for each in found]


def is_page(address: str) -> bool:
    """Whether it is a page of the console's, of the same seller's, and not one of the documents."""
    if "seller=" in address:
        return False
    return address.startswith("/") and not address.startswith(("//", "/docs", "/openapi", "/health"))


def routes(server: Server, method: str, fill: str = ODD_NUMBER) -> list[str]:
    """The paths of all routes that take a method, with something in the place of each part that is left open."""
    found = []
    for rule in server.console.app().url_map.iter_rules():
        if method in (rule.methods or ()) and not rule.endpoint.endswith("static"):
            parts = {name: "cancel" if name == "what" else "1" if name == "number" else fill for name in rule.arguments}
            built = server.console.app().url_map.bind(HOST).build(rule.endpoint, parts, method)
            found.append(built)
    return sorted(found)
