"""The pages that are written by code: `make docs` writes them, the docs check compares them."""

from collections.abc import Callable

from marketplace_sandbox.api.control import pages, settings_schema
from marketplace_sandbox.api.correspondence import page
from marketplace_sandbox.cli import reference
from marketplace_sandbox.core.rules import rulebook

from tests.documents import ROOT

# a path in the project, and what makes the whole text of that file
GENERATED: dict[str, Callable[[], str]] = {
    "docs/rules.md": rulebook.markdown,
    "docs/command-line.md": reference.markdown,
    "docs/control-api.md": pages.control_api,
    "docs/settings.md": pages.settings,
    "docs/correspondence.md": page.markdown,
    "openapi/control.yaml": settings_schema.document,
}


def stale() -> list[str]:
    """The generated files which are not what would be written now."""
    return [
        name for name, make in GENERATED.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != make()
    ]


if __name__ == "__main__":
    for each in stale():
        (ROOT / each).write_text(GENERATED[each]())
        print(f"wrote {each}")
