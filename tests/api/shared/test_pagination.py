"""Tokens say what was sealed in them to the list of that name of that world alone; pages end where they should."""

import string
from datetime import UTC, datetime

import pytest

from marketplace_sandbox.api.shared.pagination import TOKEN_LENGTH, PageTokenError, PageTokens, first_of, plus_hint
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore

TOKENS = PageTokens(b"key")
SAFE = PageTokens(b"key", url_safe=True)
LETTERS = list("abcdefg")


@pytest.fixture
def world() -> World:
    return Sellers(MemoryStore(), Defaults(start=datetime(2026, 3, 2, tzinfo=UTC))).get(None)


def test_a_token_is_for_one_list_one_world_and_one_key(world: World) -> None:
    token = TOKENS.seal("list", world, {"offset": 3})
    assert TOKENS.open("list", world, token) == {"offset": 3}
    for tokens, name, of in ((TOKENS, "other", world), (TOKENS, "list", None), (PageTokens(b"x"), "list", world)):
        with pytest.raises(PageTokenError, match="not issued for this list"):
            tokens.open(name, of, token)
    world.reset()
    with pytest.raises(PageTokenError, match="not issued for this list"):
        TOKENS.open("list", world, token)


@pytest.mark.parametrize("tokens", [TOKENS, SAFE])
@pytest.mark.parametrize(
    ("token", "problem"),
    [("a b", "not base64"), ("€", "not base64"), ("", "not issued"), ("A" * (TOKEN_LENGTH + 1), "too long")],
)
def test_what_is_no_token_says_why(world: World, tokens: PageTokens, token: str, problem: str) -> None:
    with pytest.raises(PageTokenError, match=problem):
        tokens.open("list", world, token)


@pytest.mark.parametrize("tokens", [TOKENS, SAFE])
def test_a_token_has_one_spelling(world: World, tokens: PageTokens) -> None:
    for number in range(100, 103):  # so that bits are left over in one of them
        token = tokens.seal("list", world, {"offset": "x" * number})
        end = len(token.rstrip("="))
        letters = string.ascii_letters + string.digits + ("-_" if tokens is SAFE else "+/")
        spellings = [token[: end - 1] + each + token[end:] for each in letters]
        assert [each for each in spellings if _opens(tokens, world, each)] == [token]


def _opens(tokens: PageTokens, world: World, token: str) -> bool:
    try:
        tokens.open("list", world, token)
    except PageTokenError:
        return False
    return True


def test_url_safe_tokens_need_no_escape(world: World) -> None:
    sealed = [SAFE.seal("list", world, {"offset": each}) for each in range(200)]
    assert not set("".join(sealed)) & set("+/=")
    assert [SAFE.open("list", world, each)["offset"] for each in sealed] == list(range(200))


def test_pages_by_offset_have_every_entry_once(world: World) -> None:
    pages: list[list[str]] = []
    token: str | None = None
    while not pages or token:
        page = TOKENS.page_at_offset("list", world, LETTERS, 3, token)
        pages, token = [*pages, page.entries], page.token
    assert pages == [["a", "b", "c"], ["d", "e", "f"], ["g"]]


def test_a_page_that_ends_with_the_last_admitted_entry_has_no_token(world: World) -> None:
    page = TOKENS.page_at_offset("list", world, LETTERS, 2, None, admits=lambda each: each in "ag")
    assert (page.entries, page.token) == (["a", "g"], None)
    first = TOKENS.page_at_offset("list", world, LETTERS, 1, None, admits=lambda each: each in "ag")
    assert first.token
    assert TOKENS.page_at_offset("list", world, LETTERS, 1, first.token, admits=lambda each: each in "ag").entries == [
        "g"
    ]


def test_an_offset_counts_what_is_forgotten_and_may_lie_beyond_the_end(world: World) -> None:
    token = TOKENS.page_at_offset("list", world, LETTERS, 3, None).token
    assert TOKENS.page_at_offset("list", world, LETTERS[2:], 9, token, forgotten=2).entries == ["d", "e", "f", "g"]
    assert TOKENS.page_at_offset("list", world, LETTERS[5:], 9, token, forgotten=5).entries == ["f", "g"]
    assert TOKENS.page_at_offset("list", world, LETTERS[:2], 9, token).entries == []


def test_the_first_entries_say_whether_more_follow() -> None:
    assert first_of(iter("ab"), 2) == (["a", "b"], False)
    assert first_of(iter("abc"), 2) == (["a", "b"], True)


def test_a_plus_that_was_not_escaped_is_hinted_at() -> None:
    assert plus_hint("a b") == " A + in it has to be sent as %2B."
    assert plus_hint("a+b") == ""
