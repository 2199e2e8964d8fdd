"""A user's suite imports few names, all from one package: the documents show no others, and none is left out."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import marketplace_sandbox.testing as public
from tests.documents import ROOT, Document, documents
from tests.testing.suites import run_suite

PACKAGE = Path(public.__file__)
PAGES = ("docs/pytest.md", "docs/clients.md")
EXAMPLES = sorted((ROOT / "examples").rglob("*.py"))


def imports_for_type_checkers() -> set[str]:
    """The names that the package imports where only type checkers look."""
    blocks = [each for each in ast.parse(PACKAGE.read_text()).body if isinstance(each, ast.If)]
    imports = [each for block in blocks for each in block.body if isinstance(each, ast.ImportFrom)]
    return {name.name for each in imports for name in each.names}


def names_imported_by(code: str) -> set[str]:
    """What a user's code imports of us, each name with its module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("marketplace_sandbox"):
            found |= {f"{node.module}.{each.name}" for each in node.names}
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names if each.name.startswith("marketplace_sandbox")}
    return found


def test_every_public_name_is_there_at_run_time_and_for_type_checkers() -> None:
    assert imports_for_type_checkers() == set(public.__all__)
    named = {each: getattr(public, each).__name__ for each in public.__all__}
    # of a list of words Python knows no name
    assert [each for each, name in named.items() if name not in (each, "Literal")] == []


def test_a_name_that_is_not_public_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        AttributeError, match=r"no attribute 'Marketplaces'; public are ActionName, .*, with_marketplace"
    ):
        public.Marketplaces  # type: ignore[attr-defined]  # noqa: B018  that is what is tried


def test_documents_and_examples_import_public_names_only() -> None:
    blocks = [each.text for path in documents() for each in Document(path).blocks if each.language == "python"]
    found = {name for code in (*blocks, *(each.read_text() for each in EXAMPLES)) for name in names_imported_by(code)}
    assert found
    assert found <= {f"marketplace_sandbox.testing.{each}" for each in public.__all__}


def test_every_public_name_is_in_the_documents() -> None:
    shown = "\n".join((ROOT / page).read_text() for page in PAGES)
    assert [each for each in public.__all__ if not re.search(rf"`{each}`", shown)] == []


TYPED_SUITE = """
from marketplace_sandbox.testing import Marketplace, Order, RefusedError

def place(marketplace: Marketplace) -> Order:
    return marketplace.place_order()

def test_typed(marketplace: Marketplace) -> None:
    code: str = RefusedError("", 409, {}).code
    reveal_type(place(marketplace).status)
    reveal_type(marketplace.clock.now)
"""


def type_check(folder: Path, code: str) -> str:
    """What mypy, strict, says of a user's module."""
    (folder / "test_typed.py").write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache"), "test_typed.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.mark.slow
def test_a_type_checker_knows_the_public_names_and_no_others(tmp_path: Path) -> None:
    printed = type_check(tmp_path, TYPED_SUITE)
    assert re.findall(r'Revealed type is "(.*?)"', printed) == ["str", "datetime.datetime"], printed
    assert "Success" in printed
    assert 'has no attribute "Marketplaces"' in type_check(
        tmp_path, TYPED_SUITE.replace("import Mark", "import Marketplaces, Mark")
    )


def test_what_is_imported_beneath_is_not_imported_before_it_is_needed(tmp_path: Path) -> None:
    code = """
    import sys
    import marketplace_sandbox.testing

    def test_nothing():
        assert "marketplace_sandbox.testing.control" not in sys.modules
        from marketplace_sandbox.testing import RefusedError
        assert "marketplace_sandbox.testing.control" in sys.modules
        assert "marketplace_sandbox.testing.marketplace" not in sys.modules
    """
    run = run_suite(tmp_path, code)
    assert run.counts == {"passed": 1}, run.output
