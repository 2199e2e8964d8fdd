"""What only some systems have is not needed: the package is imported, and serves, where it has been taken away.

A stand-in for other platforms, no proof: what is proved stands in docs/ci.md.
"""

import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.serving import clean_environment

TAKE_AWAY = """
import asyncio, os, signal, sys

for name in ("fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "syslog", "uvloop", "httptools"):
    sys.modules[name] = None
for name in ("SIGHUP", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGCHLD", "SIGALRM", "SIGPIPE"):
    delattr(signal, name)
for name in (
    "fork", "forkpty", "register_at_fork", "getuid", "geteuid", "getgid", "setsid", "killpg", "O_CLOEXEC", "O_NOFOLLOW",
    "getxattr", "setxattr", "removexattr", "listxattr", "statvfs", "fchmod", "chown", "mkfifo", "uname", "nice",
):
    if hasattr(os, name):
        delattr(os, name)
del asyncio.SelectorEventLoop.add_signal_handler, asyncio.SelectorEventLoop.remove_signal_handler
"""

# Python's own library and those of others go by the real platform, so they come first; ours are told of another.
IMPORT_ALL = """
import pkgutil, importlib
import marketplace_sandbox

def modules():
    for found in pkgutil.walk_packages(marketplace_sandbox.__path__, "marketplace_sandbox."):
        # where httptools is, and nowhere else, this one is asked for
        if not found.name.endswith(("__main__", ".httptools_connection")):
            yield found.name

OTHERS = '''
    boto3 click connexion flask freezegun http.server itsdangerous jsonschema_rs lxml.etree marshmallow moto.server
    multiprocessing pytest requests rich.console sqlalchemy.dialects.sqlite sqlite3 starlette.testclient
    swagger_ui_bundle tempfile uvicorn webbrowser yaml
'''
import warnings
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for name in OTHERS.split():
        importlib.import_module(name)
sys.platform = "win32"
count = 0
for name in modules():
    importlib.import_module(name)
    count += 1
sys.platform = "linux"
print(count)
"""

SERVE = """
from marketplace_sandbox.cli import main
main(["serve", "--port", "0", "--store", sys.argv[1]])
"""


def test_every_module_is_imported_without_what_a_platform_may_lack() -> None:
    program = TAKE_AWAY + IMPORT_ALL
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 150


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_it_serves_without_what_a_platform_may_lack(kind: str, tmp_path: Path) -> None:
    store = "memory" if kind == "memory" else f"sqlite:///{tmp_path}/worlds.db"
    log = tmp_path / "log"
    program = [sys.executable, "-c", TAKE_AWAY + SERVE, store]
    kept: list[str] = []
    for _ in range(2):
        with (
            log.open("a") as errors,
            subprocess.Popen(
                program, stdout=subprocess.PIPE, stderr=errors, text=True, env=clean_environment()
            ) as process,
        ):
            try:
                assert process.stdout
                url = process.stdout.readline().removeprefix("Listening on ").strip()
                assert url.startswith("http://127.0.0.1:"), log.read_text()
                assert requests.get(f"{url}/health", timeout=10).json()["status"] == "ok"
                orders = requests.get(f"{url}/_sandbox/orders", timeout=10).json()["orders"]
                assert [each["order_id"] for each in orders] == ([] if kind == "memory" else kept)
                kept.append(requests.post(f"{url}/_sandbox/orders", json={}, timeout=10).json()["order_id"])
                if kind == "sqlite":
                    again = subprocess.run(program, capture_output=True, text=True, check=False, timeout=60)
                    assert (again.returncode, "is in use by another server" in again.stderr) == (1, True), again.stderr
            finally:
                process.kill()  # as Windows ends a process
    assert "Traceback" not in log.read_text()
