"""One spelling of every path: what is made one, what is refused, and that no guard is gone round by another."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.paths import normal_path, normalize_path
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.depth import depth

OURS = ["/docs", "/docs/", "/docs/control.yaml", "/_sandbox/clock", "/_sandbox/orders", "/_sandbox/sellers"]
EVERYWHERE = "0.0.0.0"  # noqa: S104  (nothing is bound here)


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("/orders/v0/orders", "/orders/v0/orders"),
        ("//orders///v0/orders//", "/orders/v0/orders/"),
        ("/", "/"),
        ("//", "/"),
        ("/a/./b/.", "/a/b/"),
        ("/a/x/../b/..", "/a/"),
        ("/../../a", "/a"),
        ("/a/%2e%2E/%5fsandbox/%6f", "/_sandbox/o"),
        ("/a/...", "/a/..."),
        ("/a/%2F..%2f/b", "/a/%2F..%2F/b"),
        ("/a%252Fb", "/a%2Fb"),
        ("/a;x=1/b;", "/a;x=1/b;"),
        ("/a%20%C3%A4/%7E", "/a ä/~"),
        ("/a%zz/%", "/a%zz/%"),
        ("http://127.0.0.1:8585/a", "/a"),
        ("http://127.0.0.1:8585", "/"),
    ],
)
def test_a_path_has_one_spelling(raw: str, path: str) -> None:
    assert normal_path(raw.encode()) == path
    assert normal_path(quote(path).encode()) == (path if "%" not in path else normal_path(quote(path).encode()))


@pytest.mark.parametrize("raw", [r"/a\b", "/a%5Cb", "/a%00", "/a%0d%0ab", "/a%7F", "/a%FF", "docs/", "docs", "", "*a"])
def test_what_is_no_path_is_refused(raw: str) -> None:
    with pytest.raises(ApiError) as refused:
        normal_path(raw.encode())
    assert (refused.value.status, refused.value.code) == (400, "InvalidInput")


def test_all_who_come_after_see_the_same_path() -> None:
    scope: dict[str, Any] = {"path": "//a b", "raw_path": b"//a%20b"}
    exchange = Exchange(scope, never, never, "1", "GET", "//a b", "", {})
    normalize_path(exchange)
    assert (exchange.url_path, scope["path"], scope["raw_path"]) == ("/a b", "/a b", b"/a%20b")


@given(st.text(st.sampled_from("/.%2eE5cCfF\\a;_")).map(lambda text: f"/{text}"))
def test_what_is_normal_stays_so(raw: str) -> None:
    try:
        path = normal_path(raw.encode())
    except ApiError:
        return
    assert path.startswith("/")
    assert "//" not in path
    assert not {".", ".."} & set(path.split("/"))
    if "%" not in path:
        assert normal_path(path.encode()) == path


# That no spelling of a guarded path gets round the guard


async def never(*_: object) -> Any:
    raise AssertionError("nobody should ask")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    made = {
        "loopback": compose(Options()),
        "elsewhere": compose(Options(host=EVERYWHERE, admin_token="a-token")),
    }
    yield made
    for server in made.values():
        server.close()


def spell(path: str, choices: st.DataObject) -> str:
    """A path in another spelling, as one who wants to get round a guard would write it."""

    def spell_one(character: str) -> str:
        spellings = [character, f"%{ord(character):02x}", f"%{ord(character):02X}", f"%25{ord(character):02x}"]
        if character == "/":
            spellings += ["//", "/./", "/x/../", "/%2e/", "/y/%2E%2e/", "\\", "/;/", ";/", "/\t", "/%09", "///"]
        return choices.draw(st.sampled_from(spellings))

    def seldom(character: str) -> str:
        return spell_one(character) if choices.draw(st.integers(0, 3)) == 0 else character

    before = choices.draw(st.sampled_from(["", "/", "//", "http://127.0.0.1", "/..", "/health/..", "/health/%2e%2e"]))
    return before + "".join(map(seldom, path))


async def answer(server: Server, method: str, raw: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """The answer to a request as uvicorn hands it over with h11, which takes more than httptools does."""
    told: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": unquote(raw),
        "raw_path": raw.encode(),
        "query_string": b"",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
    }
    await server.app(scope, receive, send)
    return told[0]["status"], b"".join(each.get("body", b"") for each in told)


@settings(max_examples=depth(200, 20_000), deadline=None)
@given(
    st.data(),
    st.sampled_from(OURS),
    st.sampled_from(["GET", "POST", "DELETE", "PUT"]),
    st.sampled_from(["loopback", "elsewhere"]),
)
def test_no_spelling_of_a_guarded_path_gets_round_the_guard(
    servers: dict[str, Server], choices: st.DataObject, path: str, method: str, bound: str
) -> None:
    raw = spell(path, choices)
    headers = {"content-type": "application/json", "host": "mws.amazonservices.com"}
    status, body = asyncio.run(answer(servers[bound], method, raw, headers))
    assert status in (400, 401, 403, 404, 405), (raw, status)
    assert b"openapi" not in body
    assert b'"errors"' in body


@pytest.mark.parametrize("path", OURS)
def test_the_guard_lets_in_who_may_by_any_of_those_spellings(servers: dict[str, Server], path: str) -> None:
    for raw in (path, f"/{path}", f"/x/..{path}", path.replace("s", "%73")):
        status, _ = asyncio.run(answer(servers["loopback"], "GET", raw, {"host": "127.0.0.1:8585"}))
        assert status in (200, 308), (raw, status)
