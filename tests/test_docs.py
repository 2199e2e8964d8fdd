"""The documents tell the truth: what they show runs, links lead somewhere, pages are fresh.

How a document steers this is in `tests/documents.py`.
"""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.documents import (
    DISGUISES,
    ROOT,
    RUN_LANGUAGES,
    Block,
    Command,
    Document,
    commands,
    documents,
    matches,
)
from tests.server_process import SCRIPT
from tests.serving import Server, clean_environment, serving
from tests.shell import Answer, Shell, shell
from tests.test_recipes import recipes
from tools.pages import stale, terminal

DOCUMENTED_ADDRESS = re.compile(r"\b(?:127\.0\.0\.1|localhost):8585\b")
DOCUMENTED_QUEUES = "http://127.0.0.1:8586"
MAKE = re.compile(r"(?:^|[;&|]\s*)make\s+(?P<target>[a-z][a-z-]*)", re.MULTILINE)
NAMED_PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
BLOCK = re.compile(r"^( *)```.*?^\1```$", re.DOTALL | re.MULTILINE)
PACKAGE = ROOT / "sandbox" / "marketplace_sandbox"
NOT_HERE = (
    ".data/",  # what `make run` makes
    ".docs-site/",  # what `make docs-site` makes
    ".bench/",  # what `make bench` makes
    ".bench/last.json",
    "sandbox/secret/key/of/the/default/seller",  # a key of MWS
)
SERVE = re.compile(r"^(?:\S*/)?marketplace-sandbox\s+serve\b(?P<arguments>[^&|;]*)")

each_document = pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())


class Reading:
    """One run through a document: the terminal, and the server it talks to."""

    def __init__(self, terminal: Shell, server: Server | None, cwd: Path) -> None:
        self._terminal = terminal
        self._server = server
        self._cwd = cwd

    def follow(self, block: Block) -> None:
        """Does what the block says; AssertionError when something else comes of it."""
        if block.language == "console":
            self._follow_console(block)
            return
        answer = self._run_bash(block) if block.language == "bash" else self._run_python(block)
        assert answer.status == 0, f"ended with {answer.status}:\n{answer.output}"
        if block.output is not None:
            self._compare(block.output, answer)

    def _follow_console(self, block: Block) -> None:
        found = commands(block.text)
        for command, following in zip(found, [*found[1:], None], strict=True):
            if MAKE.search(command.text) or SERVE.match(command.text):
                self._check_started(command)
                continue
            answer = self._terminal.run(self._addressed(command.text))
            if command.expected:
                self._compare(command.expected, answer)
            shows_status = following is not None and following.text == "echo $?"
            assert answer.status == 0 or shows_status, f"`{command.text}` ended with {answer.status}:\n{answer.output}"

    def _run_bash(self, block: Block) -> Answer:
        assert not MAKE.search(block.text), "make and serve belong into console blocks"
        return self._terminal.run_all(self._addressed(block.text))

    def _run_python(self, block: Block) -> Answer:
        script = self._cwd / f"block_{block.line}.py"
        script.write_text(self._addressed(block.text))
        tests = re.search(r"^(?:async )?def test_", block.text, re.MULTILINE)
        how = "-m pytest -q -p no:cacheprovider " if tests else ""
        return self._terminal.run(f"{shlex.quote(sys.executable)} {how}{script.name}")

    def _check_started(self, command: Command) -> None:
        """Neither make nor a server is started here: the document's server runs already."""
        serve = SERVE.match(command.text)
        if serve:
            unknown = set(re.findall(r"--[a-z-]+", serve["arguments"])) - serve_options()
            assert not unknown, f"`serve` has no {', '.join(sorted(unknown))}"
        if command.expected:
            assert self._server, f"`{command.text}` needs <!-- server: ARGS --> at the top"
            self._compare_start(command.expected, self._server)

    def _compare_start(self, expected: str, server: Server) -> None:
        printed = f"Listening on {server.url}\n{server.log.read_text()}"
        shown = self._documented(printed).splitlines()
        for line in expected.splitlines():
            assert any(matches(line, each) for each in shown), f"no line {line!r} in:\n{printed}"

    def _compare(self, expected: str, answer: Answer) -> None:
        actual = self._documented(answer.output)
        assert matches(expected, actual), f"expected:\n{expected}\nprinted:\n{actual}"

    def _addressed(self, text: str) -> str:
        if self._server is None:
            return text
        # a document whose server has no queues tells of those of another
        text = text.replace(DOCUMENTED_QUEUES, self._server.queues or DOCUMENTED_QUEUES)
        return DOCUMENTED_ADDRESS.sub(self._server.address, text)

    def _documented(self, text: str) -> str:
        if self._server is None:
            return text
        text = text.replace(self._server.queues or DOCUMENTED_QUEUES, DOCUMENTED_QUEUES)
        return text.replace(self._server.address, "127.0.0.1:8585")


@contextmanager
def reading(document: Document, folder: Path) -> Iterator[Reading]:
    """A reader's terminal in a folder like a checkout after `make run`, and the document's server."""
    cwd, hidden = folder / "work", folder / "hidden"
    hidden.mkdir()
    cwd.mkdir()
    for name in ("fixtures", "openapi", "examples"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, cwd / name)
    shutil.copy(ROOT / "constraints.txt", cwd)
    (cwd / ".venv").symlink_to(sys.prefix)  # what `make run` has made for a reader
    arguments = document.server_arguments
    starting = nullcontext() if arguments is None else serving(*arguments, cwd=cwd)
    with starting as server, shell(cwd, hidden, reader_environment(hidden, server)) as terminal:
        yield Reading(terminal, server, cwd)


def reader_environment(home: Path, server: Server | None) -> dict[str, str]:
    # with its output in a pipe curl would show its progress, which a reader does not see
    (home / ".curlrc").write_text("silent\nshow-error\n")
    path = clean_environment().get("PATH", "")
    ours = {"HOME": str(home), "PATH": f"{SCRIPT.parent}:{path}", "COLUMNS": "160", "NO_COLOR": "1"}
    (home / "run").mkdir(mode=0o700)
    ours["SANDBOX_RUN_DIR"] = str(home / "run")
    return clean_environment(ours | ({"SANDBOX_URL": server.url} if server else {}))


def serve_options() -> set[str]:
    shown = subprocess.run([SCRIPT, "serve", "--help"], capture_output=True, text=True, check=True)
    return set(re.findall(r"--[a-z-]+", shown.stdout))


def follow_document(document: Document, folder: Path) -> None:
    """Follows every block that is to be run, in order; the test fails at the first that does."""
    blocks = [each for each in document.blocks if each.language in RUN_LANGUAGES and not each.reason]
    if not blocks:
        return
    with reading(document, folder) as reader:
        for block in blocks:
            try:
                reader.follow(block)
            except (AssertionError, ValueError) as wrong:
                pytest.fail(f"{document.path}:{block.line}: {wrong}", pytrace=False)


@each_document
def test_document_does_what_it_shows(path: Path, tmp_path: Path) -> None:
    document = Document(path)
    if "curl " in "".join(each.text for each in document.blocks) and not shutil.which("curl"):
        pytest.skip("there is no curl here, which the document uses")
    follow_document(document, tmp_path)


@each_document
def test_every_block_has_a_language_that_says_whether_it_runs(path: Path) -> None:
    wrong = [each.line for each in Document(path).blocks if each.language in DISGUISES]
    assert not wrong, f"write console, bash, python or text at lines {wrong}"


@each_document
def test_make_targets_exist(path: Path) -> None:
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(each.text for each in Document(path).blocks).replace("$ ", "")
    assert set(MAKE.findall(text)) <= made


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    assert not [target for target in Document(path).links if not leads_somewhere(path, target)]


@each_document
def test_paths_that_are_named_exist(path: Path) -> None:
    """In plain text; blocks are run, or are excused where they stand. Modules are named from the package on."""
    made = {step.path for each in recipes() for step in each.steps} if path.name == "CONTRIBUTING.md" else set()
    named = set(NAMED_PATH.findall(BLOCK.sub("", path.read_text()))) - set(NOT_HERE) - made
    missing = sorted(name for name in named if not any((root / name).exists() for root in (ROOT, PACKAGE)))
    assert not missing, f"{path.name} names {', '.join(missing)}, which is not there"


def test_modules_that_messages_and_comments_name_exist() -> None:
    """What is missing somewhere is told with the file to mend, which may have another name by now."""
    rooms = "|".join(path.name for path in PACKAGE.iterdir() if path.is_dir())
    module = re.compile(rf"(?<![\w/])(?:{rooms})/[\w/]+\.py\b")
    named = {(path.name, name) for path in PACKAGE.rglob("*.py") for name in module.findall(path.read_text())}
    assert named
    missing = sorted(f"{name} in {path}" for path, name in named if not (PACKAGE / name).exists())
    assert not missing, f"no such module: {', '.join(missing)}"


def leads_somewhere(path: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    name, _, anchor = unquote(target).partition("#")
    there = (path.parent / name).resolve() if name else path
    if not there.exists() or not there.is_relative_to(ROOT):
        return False
    return not anchor or there.suffix != ".md" or anchor in Document(there).anchors


def test_generated_pages_are_fresh() -> None:
    old = stale()
    assert not old, f"what {' and '.join(old)} says is not what the code does: run `make docs`"


def test_the_readme_shows_what_its_one_command_prints_and_ends_healthy() -> None:
    """Its picture is made by `make docs`; what is run from its top to its end leaves nothing that `doctor` minds."""
    readme = Document(ROOT / "README.md")
    first, *_, last = [each for each in readme.blocks if each.language in RUN_LANGUAGES]
    assert [each.text for each in commands(first.text)] == ["make play"]
    # a make within a make would say where it is
    command = ["make", "--no-print-directory", "--dry-run", "play"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made.strip().endswith(terminal.COMMAND)
    assert "docs/play.svg" in readme.links
    (doctor,) = commands(last.text)
    assert (doctor.text, doctor.expected.splitlines()[-1]) == ("marketplace-sandbox doctor", "Nothing is wrong.")


# The check itself, tried on small documents.


def written(tmp_path: Path, text: str) -> Document:
    return Document(tmp_path / "page.md", text)


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("a", "a\n", True),
        ("a", "b", False),
        ("id 902-...", "id 902-1\n", True),
        ("id 902-...", "id 902-1\nmore", False),
        ("a\n...\nz", "a\nz\n", True),
        ("a\n...\nz", "a\nb\nc\nz\n", True),
        ("a\n...", "a\nb\n", True),
        ('{"a": 1.5}', '{"a": 1x5}', False),
        ("", "something", False),
    ],
)
def test_dots_stand_for_anything(expected: str, actual: str, *, same: bool) -> None:
    assert matches(expected, actual) is same


def test_console_keeps_variables_and_compares_output(tmp_path: Path) -> None:
    page = "```console\n$ cd fixtures 2>/dev/null; name=x\n$ echo $name \\\n> y\nx y\n```\n"
    page += "\n```console\n$ cat <<EOF\n> $name\n> EOF\nx\n$ false\n$ echo $?\n1\n```\n"
    follow_document(written(tmp_path, page), tmp_path)


@pytest.mark.parametrize(
    "block",
    [
        "```console\n$ echo a\nb\n```",
        "```console\n$ false\n```",
        "```console\nno prompt\n```",
        "```console\n$ exit 3\n```",
        "```console\n$ echo 'unfinished\n```",
        "```console\n$ make run\nListening on http://127.0.0.1:8585\n```",
        "```bash\nfalse\ntrue\n```",
        "```bash\necho a\n```\n\n```text\nb\n```",
        "```python\nraise SystemExit(1)\n```",
        "```python\nprint(1)\n```\nwhich prints\n```text\n2\n```",
        "```python\ndef test_a():\n    assert False\n```",
    ],
)
def test_wrong_block_is_found_out(tmp_path: Path, block: str) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"page\.md:1: "):
        follow_document(written(tmp_path, block), tmp_path)


def test_right_blocks_pass_and_excused_ones_are_left_alone(tmp_path: Path) -> None:
    page = "```bash\nexport A=1\necho $A\n```\n\n```text\n1\n```\n\n"
    page += "```python\nimport os\nprint(os.environ['A'])\n```\n\nIt prints:\n\n```text\n1\n```\n\n"
    page += "<!-- not run: it would fail -->\n```console\n$ false\n```\n"
    document = written(tmp_path, page)
    assert [each.reason for each in document.blocks] == [None, None, "it would fail"]
    follow_document(document, tmp_path)


def test_anchors_are_spelt_as_code_hosts_do(tmp_path: Path) -> None:
    document = written(tmp_path, '# The `World`, one door\n## A\n## A\n<a id="here"></a>\n')
    assert document.anchors == {"the-world-one-door", "a", "a-1", "here"}


@pytest.mark.parametrize(
    ("target", "good"),
    [
        ("https://example.com/x", True),
        ("Makefile", True),
        ("missing.md", False),
        ("../outside.md", False),
        ("CONTRIBUTING.md#no-such-heading", False),
    ],
)
def test_link_targets_are_looked_up(target: str, *, good: bool) -> None:
    assert leads_somewhere(ROOT / "CONTRIBUTING.md", target) is good
