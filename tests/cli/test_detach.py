"""A server in the background: it is started, waited for, found and stopped, and no other process is ever touched."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace_sandbox.cli import running
from marketplace_sandbox.cli.running import find_servers, list_while_running
from tests.cli.terminal import Terminal, run
from tests.server_process import SCRIPT
from tests.serving import clean_environment, serving


class Shell:
    """A user's terminal in a folder of his own. Whatever he starts has ended when the test has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.run_dir = folder / "run"

    def try_(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = clean_environment({"SANDBOX_RUN_DIR": str(self.run_dir)})
        return subprocess.run(
            [SCRIPT, *arguments], cwd=self.folder, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    def run(self, *arguments: str) -> str:
        answer = self.try_(*arguments)
        assert answer.returncode == 0, (arguments, answer.stdout, answer.stderr)
        return answer.stdout

    def refused(self, *arguments: str) -> str:
        answer = self.try_(*arguments)
        assert (answer.returncode, answer.stdout) == (1, ""), (arguments, answer)
        assert "Traceback" not in answer.stderr
        return answer.stderr

    def detach(self, *arguments: str) -> str:
        """A server in the background; answers its URL."""
        said = self.run("serve", "--detach", *arguments)
        assert said.startswith("Listening on http://127.0.0.1:")
        assert said.count("\n") == 1
        return said.split()[2]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    monkeypatch.setenv("SANDBOX_RUN_DIR", str(shell.run_dir))
    yield shell
    for server in find_servers():
        os.kill(server.pid, signal.SIGKILL)


def free_port() -> str:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return str(bound.getsockname()[1])


def test_it_is_started_waited_for_and_stopped_and_nothing_accepted_is_lost(shell: Shell) -> None:
    store = "sqlite:///worlds.db"
    url = shell.detach("--port", "0", "--store", store, "--ready-file", "ready", "--log-file", "serve.log")
    assert (shell.folder / "ready").read_text() == f"{url}\n"
    assert shell.run("wait", "--ready-file", "ready") == f"A sandbox is ready at {url}.\n"
    (server,) = find_servers()
    assert server.url == url
    assert os.getsid(server.pid) != os.getsid(0)  # neither Ctrl-C nor the terminal's end reaches it
    assert "Default seller" in (shell.folder / "serve.log").read_text()
    assert (shell.folder / "serve.log").stat().st_mode & 0o077 == 0

    in_use = shell.refused("serve", "--detach", "--port", "0", "--store", store)
    assert "in use by another server" in in_use
    taken = shell.refused("serve", "--detach", "--port", url.rpartition(":")[2], "--store", "memory")
    assert taken.startswith("Error: Cannot listen on 127.0.0.1 port")
    assert find_servers() == [server]

    order_id = Terminal(url).json("order", "create")["order_id"]
    assert shell.run("stop", "--ready-file", "ready") == f"The server at {url} has ended.\n"
    assert not (shell.folder / "ready").exists()
    assert [each.name for each in shell.run_dir.iterdir() if each.suffix != ".log"] == []

    again = shell.detach("--port", "0", "--store", store)
    assert [each["order_id"] for each in Terminal(again).json("order", "list")] == [order_id]
    assert shell.run("stop", "--url", again)
    assert find_servers() == []


def test_a_server_that_was_not_detached_is_stopped_too(shell: Shell) -> None:
    with serving(env={"SANDBOX_RUN_DIR": str(shell.run_dir)}) as server:
        (found,) = find_servers()
        assert f"There is no file {shell.folder / 'x'}" in shell.refused(
            "stop", "--ready-file", str(shell.folder / "x")
        )
        assert server.url in shell.refused("stop", "--url", "http://127.0.0.1:1")
        assert f"is process {os.getpid()}" in shell.refused("stop", "--pid", str(os.getpid()))
        port = server.url.rpartition(":")[2]
        assert f"The server at {server.url} has ended" in shell.run("stop", "--url", f"http://localhost:{port}/")
        assert "None runs here" in shell.refused("stop", "--pid", str(found.pid))


def test_the_id_of_another_process_is_left_alone(shell: Shell) -> None:
    """What a killed server has left names a process that somebody else may be by now."""
    with serving(env={"SANDBOX_RUN_DIR": str(shell.run_dir)}) as server:
        (found,) = find_servers()
        os.kill(found.pid, signal.SIGKILL)
        assert found.wait_for_end(60)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        left = shell.run_dir / "left.json"
        left.write_text(json.dumps({"url": server.url, "pid": other.pid}))
        left.with_suffix(".lock").touch()
        assert "None runs here" in shell.refused("stop", "--url", server.url)
        assert "None runs here" in shell.refused("stop", "--pid", str(other.pid))
        assert other.poll() is None
        with list_while_running("http://127.0.0.1:1"):
            assert not left.exists()  # the next server clears up
        assert other.stdin
        other.stdin.close()


def test_who_waits_for_nothing_is_told_what_is_there(shell: Shell) -> None:
    port = free_port()
    nothing = shell.refused("wait", "--url", f"http://127.0.0.1:{port}", "--timeout", "0.2")
    assert nothing == (f"Error: No sandbox was ready within 0.2 seconds. Nothing answers at http://127.0.0.1:{port}.\n")
    assert "There is no file nowhere" in run("wait", "--ready-file", "nowhere", "--timeout", "0").stderr
    assert "is an address such as" in run("wait", "--url", "http://[::1]evil").stderr
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        assert "Nothing answers" in run("wait", "--url", url, "--timeout", "0.1").stderr


def test_a_folder_that_others_may_write_is_not_believed(shell: Shell) -> None:
    shell.run_dir.mkdir(mode=0o777)
    shell.run_dir.chmod(0o777)
    assert "is open to other users" in shell.refused("stop")
    assert "is open to other users" in shell.refused("serve", "--detach", "--port", "0", "--store", "memory")
    shell.run_dir.chmod(0o700)


def test_what_nobody_could_find_is_not_sent_to_the_background() -> None:
    answer = run("serve", "--detach", env={"SANDBOX_RUN_DIR": ""})
    assert "nobody would find the server" in answer.stderr


def test_the_log_file_is_for_a_server_in_the_background() -> None:
    assert "--detach" in run("serve", "--log-file", "x").stderr


def test_a_server_that_cannot_be_listed_serves_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SANDBOX_RUN_DIR", str(tmp_path / "file"))
    with list_while_running("http://127.0.0.1:1"):
        pass
    with pytest.raises(running.FolderError, match="cannot be used"):
        find_servers()
