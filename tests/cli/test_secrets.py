"""Secrets in files: which of two sources counts, what is refused, and that nothing of a file is quoted."""

from pathlib import Path

import click
import pytest
import requests

from marketplace_sandbox.cli.serve import serve
from tests.cli.terminal import Terminal, run
from tests.serving import serving

TOKEN = "token-from-a-file"
ELSEWHERE = "0.0.0.0"  # noqa: S104  beyond loopback a token is needed


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n")
    return file


def test_every_option_of_serve_has_an_environment_variable_in_its_help() -> None:
    help_text = " ".join(run("serve", "--help").output.split())
    options = [each for each in serve.params if isinstance(each, click.Option)]
    assert len(options) > 15
    for option in options:
        assert option.envvar, option.name
        assert f"[env var: {option.envvar}" in help_text or f"env var: {option.envvar}" in help_text, option.name


def test_the_token_and_the_store_are_read_from_files(token_file: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.write_text(f"  sqlite:///{tmp_path}/worlds.db  ")
    env = {"SANDBOX_ADMIN_TOKEN_FILE": str(token_file)}
    with serving("--host", ELSEWHERE, "--store-file", str(store), env=env, store=False) as running:
        url = running.url.replace(ELSEWHERE, "127.0.0.1")
        assert (tmp_path / "worlds.db").exists()
        assert requests.get(f"{url}/_sandbox/clock", timeout=10).status_code == 401
        remote = Terminal(url, env={"SANDBOX_ADMIN_TOKEN_FILE": str(token_file)})
        assert remote.json("clock", "show")["rate"] == 1
        assert Terminal(url).json("clock", "show", "--token-file", str(token_file))["rate"] == 1
        assert "SANDBOX_ADMIN_TOKEN" in Terminal(url).refused("clock", "show", "--token", "wrong")
        assert TOKEN not in running.log.read_text()


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (["--store", "memory", "--store-file", "FILE"], {}, "give one of the two"),
        (["--store-file", "FILE"], {"SANDBOX_STORE": "memory"}, "several lines"),
        ([], {"SANDBOX_STORE": "memory", "SANDBOX_STORE_FILE": "FILE"}, "give one of the two"),
        ([], {"SANDBOX_ADMIN_TOKEN": "word", "SANDBOX_ADMIN_TOKEN_FILE": "FILE"}, "give one of the two"),
        (["--admin-token-file", "FILE"], {"SANDBOX_ADMIN_TOKEN": "word"}, "several lines"),
        (["--admin-token-file", "EMPTY"], {}, "is empty"),
        (["--admin-token-file", "BINARY"], {}, "not text in UTF-8"),
        (["--admin-token-file", "NOWHERE"], {}, "cannot be read: No such file"),
        (["--admin-token-file", "BLANKS"], {}, "without blanks"),
        ([], {"SANDBOX_ADMIN_TOKEN": " "}, "without blanks"),
        ([], {"SANDBOX_ADMIN_TOKEN": "hunter two"}, "without blanks"),
        ([], {"SANDBOX_ADMIN_TOKEN": "hunterÖ"}, "ASCII"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_not_quoted(
    arguments: list[str], env: dict[str, str], words: str, tmp_path: Path
) -> None:
    contents = {"FILE": b"hunter\ntwo", "EMPTY": b" \n", "BINARY": b"hunter\xff", "BLANKS": b"hunter two"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    here = {name: str(tmp_path / name) for name in (*contents, "NOWHERE")}
    given = {"SANDBOX_STORE": None, **{name: here.get(text, text) for name, text in env.items()}}
    answer = run("serve", "--port", "0", *(here.get(each, each) for each in arguments), env=given)
    assert answer.exit_code == 2
    assert words in answer.stderr
    assert "hunter" not in answer.output
