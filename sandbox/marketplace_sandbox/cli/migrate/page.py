"""A migration as one page of HTML: it needs no other file, no script and no network, and it prints.

What is on the page was recorded of somebody's calls and answered by a server, so all of it is escaped.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from marketplace_sandbox.cli.migrate import words
from marketplace_sandbox.core.text.characters import escape_controls

GENERATOR = '<meta name="generator" content="marketplace-sandbox migrate">'
"""By this a page of ours is told from other files."""

_TEMPLATE = "page.html.jinja"

_BREAK = re.compile(r"(?<=[.,&=/_])(?=[^\s\"])|(?<=[a-z])(?=[A-Z])|(?<=[^\s.,&=/_]{24})(?=[^\s.,&=/_])")
"""Where a line may end inside of a word: between the parts of names and addresses, and in what has none."""


class PageError(Exception):
    """A file that cannot be written, or should not be. The text says why."""


def build_page(answer: words.Json, told: Sequence[str]) -> str:
    """The page of an answer. `told` are sentences on whose calls these are."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    environment.filters["breakable"] = _breakable
    return environment.get_template(_TEMPLATE).render(answer=answer, told=told, generator=GENERATOR, words=words)


def _finalize(value: Any) -> Any:
    return escape_controls(value) if type(value) is str else value


def _breakable(text: str) -> Markup:
    """A text whose long words may go on in the next line."""
    return Markup("<wbr>").join(escape(each) for each in _BREAK.split(escape_controls(text)))


def write_page(file: Path, text: str, *, force: bool) -> None:
    """Write a page into a new file or over an earlier one; over any other file with `force` alone. Raises PageError."""
    try:
        if not force and file.exists() and not _is_page(file):
            raise PageError(f"{file} is there already and is no page of this command. Give --force to write over it.")
        file.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise PageError(f"{file} cannot be written: {problem.strerror}.") from None


def _is_page(file: Path) -> bool:
    with file.open("rb") as opened:
        return GENERATOR.encode() in opened.read(2000)
