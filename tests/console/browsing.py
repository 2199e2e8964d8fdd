"""A browser without JavaScript, in process: gets pages, presses buttons of forms, and follows where it is sent.

It sends what a browser sends (cookies, Accept, Origin, where a form stands) and looks at what a person sees: headings,
tables, links and buttons by their names. Every page that it gets has to be whole: see `Shown.check`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import html

from marketplace_sandbox.server.composition import Server
from tests.api.contract import Answer, Client

HOST = "127.0.0.1:8585"
FORM = "application/x-www-form-urlencoded"
MOST_REDIRECTS = 5


class Browser:
    """A browser at a server. `cookies` are what it has been given."""

    def __init__(self, server: Server, host: str = HOST) -> None:
        self.server = server
        self.host = host
        self.origin = f"http://{host}"
        self.cookies: dict[str, str] = {}
        self._client = Client(self.server.app, ())

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> "Shown":
        """The page at a path, after redirects."""
        return self._follow(path, self.send("GET", path, headers={"sec-fetch-site": "none", **(headers or {})}))

    def post(self, path: str, fields: Mapping[str, str] | list[tuple[str, str]]) -> "Shown":
        """What comes of a form that is sent from a page of the server's own."""
        body = urlencode(list(fields.items()) if isinstance(fields, Mapping) else fields).encode()
        headers = {"content-type": FORM, "origin": self.origin, "sec-fetch-site": "same-origin"}
        return self._follow(path, self.send("POST", path, body, headers))

    def send(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request, as it is told, with the browser's cookies."""
        cookies = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        sent = {"host": self.host, "accept": "text/html,application/xhtml+xml", **(headers or {})}
        if cookies:
            sent["cookie"] = cookies
        parts = urlsplit(path)
        query: dict[str, tuple[str, ...]] = {}
        for name, text in parse_qsl(parts.query, keep_blank_values=True):
            query[name] = (*query.get(name, ()), text)
        answer = self._client(method, parts.path, query, body, sent, documented=False)
        if given := answer.headers.get("set-cookie"):
            self.cookies |= {name: each.value for name, each in SimpleCookie(given).items()}
            self.cookies = {name: text for name, text in self.cookies.items() if text}
        return answer

    def _follow(self, path: str, answer: Answer) -> "Shown":
        for _ in range(MOST_REDIRECTS):
            if answer.status not in (301, 302, 303, 307, 308):
                return Shown(self, path, answer)
            path = answer.headers["location"]
            answer = self.send("GET", path, headers={"sec-fetch-site": "same-origin"})
        raise AssertionError(f"{path} redirects without end")


@dataclass
class Shown:
    """A page as it is shown."""

    browser: Browser
    path: str
    answer: Answer
    tree: html.HtmlElement = field(init=False)

    def __post_init__(self) -> None:
        self.tree = html.document_fromstring(self.answer.raw.decode())
        self.check()

    def check(self) -> None:
        """What holds of every page: it says what it is, in the marketplace and not, and has nothing inline."""
        assert self.answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "accept" in self.answer.headers["vary"].lower()
        assert "not Amazon" in self.text
        assert len(self.tree.cssselect("h1")) == 1, self.text
        assert not self.tree.xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]")
        ids = self.tree.xpath("//@id")
        assert len(ids) == len(set(ids)), sorted(each for each in set(ids) if ids.count(each) > 1)

    @property
    def status(self) -> int:
        return self.answer.status

    @property
    def text(self) -> str:
        """All of its text, with single blanks."""
        return " ".join(self.tree.text_content().split())

    @property
    def main(self) -> str:
        """The text of what is the page's own."""
        return " ".join(self.tree.cssselect("main")[0].text_content().split())

    @property
    def alerts(self) -> list[str]:
        """What was told at the top."""
        return [" ".join(each.text_content().split()) for each in self.tree.cssselect("[role=alert]")]

    def row(self, text: str) -> html.HtmlElement:
        """The one row of a table in `main` that has a text."""
        rows = [each for each in self.tree.cssselect("main tbody tr") if text in each.text_content()]
        assert len(rows) == 1, f"{len(rows)} rows have {text!r}: {self.main}"
        return rows[0]

    def names(self, within: html.HtmlElement | None = None) -> list[str]:
        """The names of links and buttons, in their order."""
        inside = self.tree.cssselect("main")[0] if within is None else within
        return [_name(each) for each in inside.cssselect("a[href], button, [role=button]")]

    def follow(self, name: str, within: html.HtmlElement | None = None) -> "Shown":
        """The page that a link leads to."""
        inside = self.tree if within is None else within
        links = [each for each in inside.cssselect("a[href]") if _name(each) == name]
        assert links, f"no link is called {name!r}: {self.names(within)}"
        return self.browser.get(links[0].get("href"))

    def press(self, name: str, within: html.HtmlElement | None = None, **fields: str) -> "Shown":
        """What comes of a button whose name begins so, with fields of its form filled in first."""
        inside = self.tree if within is None else within
        buttons = [each for each in inside.cssselect("button, input[type=submit]") if _name(each).startswith(name)]
        assert buttons, f"no button is called {name!r}: {self.names(within)}"
        form = next(each for each in buttons[0].iterancestors("form"))
        for field_name, text in fields.items():
            _fill(form, field_name, text)
        sent = [(key, text) for key, text in form.form_values() if isinstance(text, str)]
        if buttons[0].get("name"):
            sent.append((buttons[0].get("name"), buttons[0].get("value", "")))
        action = form.get("action") or self.path
        if form.method == "POST":
            return self.browser.post(action, sent)
        return self.browser.get(f"{action.partition('?')[0]}?{urlencode(sent)}")


def _fill(form: html.HtmlElement, name: str, text: str) -> None:
    found = [each for each in form.inputs if each.get("name") == name]
    assert found, f"the form has no field {name}: {[each.get('name') for each in form.inputs]}"
    if found[0].get("type") == "checkbox":
        for each in found:
            each.checked = each.get("value", "on") == text or each.checked
    else:
        found[0].value = text


def _name(element: html.HtmlElement) -> str:
    shown = element.get("value", "") if element.tag == "input" else element.text_content()
    return " ".join((element.get("aria-label") or shown).split())
