"""What the codes beside rules and settings stand for, read from docs/sources.md, which comes with the package."""

import re
from collections.abc import Mapping
from functools import cache

from marketplace_sandbox._resources import docs_dir


@cache
def sources() -> Mapping[str, str]:
    """The text beneath each code's heading, its lines joined to paragraphs."""
    page = (docs_dir() / "sources.md").read_text(encoding="utf-8")
    _, *parts = re.split(r"^### (.*)$", page, flags=re.MULTILINE)
    return {code: _paragraphs(text) for code, text in zip(parts[::2], parts[1::2], strict=True)}


def _paragraphs(text: str) -> str:
    """The text up to the next chapter, each paragraph in one line."""
    own = re.split(r"^## |^Next: ", text, flags=re.MULTILINE)[0]
    return "\n".join(" ".join(each.split()) for each in own.strip().split("\n\n"))
