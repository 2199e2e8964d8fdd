"""Mutants that change nothing anybody could notice, each with the reason. Reads the list; makes no mutant."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("equivalent.txt")


@dataclass(frozen=True)
class Equivalent:
    """One line of code and what becomes of it without consequence."""

    module: str
    before: str
    after: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.module, self.before, self.after


def equivalents() -> Iterator[Equivalent]:
    """All that are listed: paragraphs of module, `-` before, `+` after, and a reason. ValueError for any other."""
    for paragraph in LIST.read_text().split("\n\n"):
        lines = [line for line in paragraph.splitlines() if not line.startswith("#")]
        if not lines:
            continue
        module, before, after, *reason = lines
        if not (before.startswith("- ") and after.startswith("+") and reason):
            raise ValueError(
                f"{LIST.name}: write module, `- before`, `+ after` and the reason, a line each, at {module}"
            )
        yield Equivalent(module, before[2:].strip(), after[1:].strip(), " ".join(reason))
