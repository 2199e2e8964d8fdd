"""Reads the project's documents: code blocks, headings, links. Knows nothing of running them.

How an author steers the checks, in HTML comments that readers do not see:

- `<!-- server: ARGS -->` at the top: the document talks to a server started with `serve ARGS`.
- `<!-- not run: reason -->` before a code block: the block is left alone.

In expected output `...` stands for anything within a line, and alone for any number of lines.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
RUN_LANGUAGES = ("console", "bash", "python")
# what must be written as one of the languages above, or else nothing would run it
DISGUISES = (
    "",
    "sh",
    "shell",
    "zsh",
    "shell-session",
    "shellsession",
    "terminal",
    "py",
    "python3",
    "pycon",
)

_SERVER = re.compile(r"<!--\s*server:(?P<arguments>.*?)-->", re.DOTALL)
_NOT_RUN = re.compile(r"\s*<!--\s*not run:\s*(?P<reason>\S.*?)\s*-->\s*\Z", re.DOTALL)
_HEREDOC = re.compile(r"<<-?\s*['\"]?(?P<end>\w+)")
_HTML_ID = re.compile(r"<[a-z]+\s[^>]*\b(?:id|name)=\"(?P<id>[^\"]+)\"")


@dataclass(frozen=True)
class Block:
    """One fenced block. `output` is the text block under it; `reason` says why it is not run."""

    line: int
    language: str
    text: str
    output: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Command:
    """One `$` line with what goes on below it, and the output expected of it."""

    text: str
    expected: str


class Document:
    """One Markdown file."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path = path
        self.text = path.read_text() if text is None else text
        self._tokens = MarkdownIt("commonmark").enable("table").parse(self.text)

    @property
    def server_arguments(self) -> list[str] | None:
        """The `serve` arguments the document asks for; None without a server."""
        comments = "".join(each.content for each in self._tokens if each.type == "html_block")
        found = _SERVER.search(comments)
        return shlex.split(found["arguments"]) if found else None

    @property
    def blocks(self) -> list[Block]:
        """All fenced blocks, each run block with its output, which then is no block of its own."""
        fences = [at for at, token in enumerate(self._tokens) if token.type == "fence"]
        outputs = {
            above: self._tokens[below].content
            for above, below in pairwise(fences)
            if self._language(above) in ("python", "bash") and self._is_output(above, below)
        }
        taken = {below for above, below in pairwise(fences) if above in outputs}
        return [self._block(at, outputs.get(at)) for at in fences if at not in taken]

    @property
    def anchors(self) -> set[str]:
        """What a link may name after `#`: headings as code hosts spell them, and HTML ids."""
        found: set[str] = set(_HTML_ID.findall(self.text))
        for opening, inline in pairwise(self._tokens):
            if opening.type == "heading_open":
                slug = _slug(_shown(inline))
                repeats = sum(name == slug or bool(re.fullmatch(rf"{slug}-\d+", name)) for name in found)
                found.add(f"{slug}-{repeats}" if repeats else slug)
        return found

    @property
    def links(self) -> Iterator[str]:
        """Every target of a link or an image, as written."""
        for token in self._tokens:
            for child in token.children or ():
                target = child.attrGet("href") or child.attrGet("src")
                if target:
                    yield str(target)

    def _language(self, at: int) -> str:
        return self._tokens[at].info.split(" ")[0].strip()

    def _block(self, at: int, output: str | None) -> Block:
        token, before = self._tokens[at], self._tokens[at - 1] if at else None
        excuse = _NOT_RUN.match(before.content) if before and before.type == "html_block" else None
        line = token.map[0] + 1 if token.map else 0
        reason = excuse["reason"] if excuse else None
        return Block(line, self._language(at), token.content, output, reason)

    def _is_output(self, above: int, below: int) -> bool:
        """Whether a text block follows at once, or after one paragraph that announces it."""
        between = [token.type for token in self._tokens[above + 1 : below]]
        paragraph = ["paragraph_open", "inline", "paragraph_close"]
        return self._language(below) == "text" and between in ([], paragraph)


def documents() -> list[Path]:
    """The project's Markdown files, those of its environment and tools left out."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def commands(text: str) -> list[Command]:
    """The commands of a console block, with continued lines and here-documents in one piece."""
    lines = text.splitlines()
    found: list[Command] = []
    while lines:
        if not lines[0].startswith("$ "):
            raise ValueError(f"a console block starts with '$ ', not with {lines[0]!r}")
        command = _take_command(lines)
        expected = _take_until_prompt(lines)
        found.append(Command(command, expected))
    return found


def _take_command(lines: list[str]) -> str:
    taken = [lines.pop(0).removeprefix("$ ")]
    while lines and taken[-1].endswith("\\"):
        taken.append(lines.pop(0).removeprefix("> "))
    here = _HEREDOC.search("\n".join(taken))
    while here and lines and taken[-1] != here["end"]:
        taken.append(lines.pop(0).removeprefix("> "))
    return "\n".join(taken)


def _take_until_prompt(lines: list[str]) -> str:
    taken: list[str] = []
    while lines and not lines[0].startswith("$ "):
        taken.append(lines.pop(0))
    return "\n".join(taken)


def matches(expected: str, actual: str) -> bool:
    """Whether the output is the expected one; spaces at the ends of lines do not count."""
    pattern = "".join(_line_pattern(line.rstrip()) for line in expected.strip("\n").split("\n"))
    shown = "".join(line.rstrip() + "\n" for line in actual.strip("\n").split("\n"))
    return re.fullmatch(pattern, shown) is not None


def _line_pattern(line: str) -> str:
    if line.strip() == "...":
        return r"(?:.*\n)*?"
    return ".*".join(re.escape(part) for part in line.split("...")) + r"\n"


def _shown(inline: Token) -> str:
    """A heading's text without its markup."""
    return "".join(child.content for child in inline.children or ())


def _slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
