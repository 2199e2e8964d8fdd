"""The words of the code are those of docs/glossary.md: each term has its file, and no noun is coined besides."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import ROOT

GLOSSARY = ROOT / "docs/glossary.md"
PACKAGE = ROOT / "sandbox/marketplace_sandbox"
ROOMS = ("core", "delivery", "store", "scenario")
TERM = re.compile(r"- \*\*(?P<term>[a-z]+)\*\*: (?P<sentence>[^`]+[^`. ]) \(`(?P<path>[\w/]+\.py)`\)")
PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
NO_NOUNS = """
    a accept acknowledge act all allowed associated automated busy changed completeness configure conflict create
    customized damaged delete due duplicate end exists explain extended fatal finished fired first for forward from
    full goes gone granted hand has in incomplete injected large later locked many not nothing of only open other
    outbound outgoing outside over overtaken place plain play postpone preferred raw reach read refusal refused resend
    send solicit stored tell to too unanswered unavailable unknown unopened unreadable unschedule unsubscribe unsynced
    update upload use used when write
"""
# verbs, adjectives and small words, of which no noun is coined


def section(title: str) -> str:
    """What stands under one heading of the page."""
    return GLOSSARY.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0].partition("\nNext: ")[0].strip()


def terms() -> list[re.Match[str]]:
    """The terms, a line each. AssertionError for a line of another form."""
    found = [(line, TERM.fullmatch(line)) for line in section("Terms").splitlines()]
    wrong = [line for line, term in found if term is None]
    assert not wrong, f"docs/glossary.md: write `- **term**: one sentence (`path/file.py`)`, not {wrong}"
    return [term for _, term in found if term]


TERMS = terms()
OTHERS = {*re.split(r",\s+", section("Words of the marketplace")), *re.split(r",\s+", section("Words of programs"))}
WORDS = OTHERS | {term["term"] for term in TERMS}


def test_there_are_fewer_than_thirty_terms_in_their_order() -> None:
    names = [term["term"] for term in TERMS]
    assert names == sorted(set(names))
    assert len(names) < 30, "docs/glossary.md has thirty terms: find words of the marketplace for some"


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term["term"])
def test_a_term_is_defined_where_it_says(term: re.Match[str]) -> None:
    path = ROOT / term["path"]
    assert path.is_file(), f"docs/glossary.md: there is no {term['path']}, where {term['term']} was defined"
    tree = ast.parse(path.read_text())
    defined = [node.name for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    defined += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    nouns = {noun for name in [*defined, path.stem] for noun in parts(name)}
    assert term["term"] in nouns, f"docs/glossary.md: {term['path']} defines no {term['term']}: name the file that does"


def parts(name: str) -> Iterator[str]:
    """The words that a name is made of, each in the singular."""
    for part in PART.findall(name):
        word = part.lower()
        yield word
        if word.endswith("ies"):
            yield f"{word[:-3]}y"
        if word.endswith("s"):
            yield word[:-1]
            yield word.removesuffix("es")


def names() -> Iterator[tuple[str, str]]:
    """Every name that is a noun of the domain, and the file it stands in: modules and public classes."""
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            file = path.relative_to(PACKAGE).as_posix()
            if path.stem != "__init__":
                yield file, path.stem
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    yield file, node.name


def coined(name: str) -> list[str]:
    """The words of a name that nobody has explained."""
    allowed = WORDS | set(NO_NOUNS.split())
    return [part for part in PART.findall(name) if not allowed & set(parts(part))]


def test_names_are_made_of_words_that_are_explained() -> None:
    wrong = [f"{file}: {name} has {', '.join(coined(name))}" for file, name in names() if coined(name)]
    assert not wrong, (
        "\n".join(wrong) + "\nSay it with a word of docs/glossary.md; a new one is written there, with one sentence"
    )


def test_no_word_is_listed_that_no_name_has() -> None:
    used = {part for room in ROOMS for path in (PACKAGE / room).rglob("*.py") for part in every_word(path)}
    idle = sorted(OTHERS - used)
    assert not idle, f"no name is made of {', '.join(idle)}: take it out of docs/glossary.md"


def every_word(path: Path) -> set[str]:
    """The words of all names in a file, of functions and fields, too."""
    found = set(parts(path.stem))
    for node in ast.walk(ast.parse(path.read_text())):
        for name in (getattr(node, "name", None), getattr(node, "id", None), getattr(node, "arg", None)):
            found |= set(parts(name)) if isinstance(name, str) else set()
    return found


@pytest.mark.parametrize(
    ("name", "found"),
    [("World", []), ("UnknownSellerError", []), ("subscriptions", []), ("Gizmo", ["Gizmo"]), ("OrderGizmo", ["Gizmo"])],
)
def test_a_coined_noun_is_found(name: str, found: list[str]) -> None:
    assert coined(name) == found
