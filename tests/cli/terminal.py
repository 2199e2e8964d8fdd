"""The command line as a test drives it: in process, against a server, as one seller."""

import json
from dataclasses import dataclass, field
from typing import Any

from click.testing import CliRunner, Result

from marketplace_sandbox.cli import main
from marketplace_sandbox.cli.control_client import ControlClient


def run(*arguments: str, env: dict[str, str | None] | None = None, text: str | None = None) -> Result:
    """One command, whatever comes of it; `text` is its standard input."""
    outside = {"SANDBOX_URL": None, "SANDBOX_ADMIN_TOKEN": None, **(env or {})}
    return CliRunner().invoke(main, list(arguments), env=outside, input=text)


@dataclass(frozen=True)
class Terminal:
    """A user who works with one seller of one server. `env` is further environment."""

    url: str
    seller: str = ""
    env: dict[str, str | None] = field(default_factory=dict)

    def try_(self, *arguments: str) -> Result:
        """One command, whatever comes of it."""
        seller = ("--seller", self.seller) if self.seller else ()
        return run(*arguments, *seller, env={"SANDBOX_URL": self.url, **self.env})

    def run(self, *arguments: str) -> str:
        """One command that must go well; answers what it printed."""
        answer = self.try_(*arguments)
        assert answer.exit_code == 0, (arguments, answer.output, answer.exception)
        return answer.stdout

    def json(self, *arguments: str) -> Any:
        """The data of a command."""
        return json.loads(self.run(*arguments, "--json"))

    def post(self, call: str, body: Any) -> Any:
        """A call of the control API that has no command."""
        return ControlClient(self.url, self.seller, "").post(call, body)

    def refused(self, *arguments: str, status: int = 1) -> str:
        """What a command that must fail says: one sentence or two, and nothing of how it is built."""
        answer = self.try_(*arguments)
        assert answer.exit_code == status, (arguments, answer.output)
        assert answer.stderr.splitlines()[-1].startswith("Error: ")
        assert not any(word in answer.output for word in ("Traceback", "None", "True", "problem+json", "{'"))
        return answer.stderr
