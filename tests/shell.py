"""A shell that keeps its folder and variables between commands, as a reader's terminal does."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

_END = "--- end of command"
_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What a command printed, on standard output and error together, and its exit status."""

    output: str
    status: int


class Shell:
    """One bash process, fed one command at a time."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._command = folder / "command"

    def run(self, command: str) -> Answer:
        """Runs it to its end; AssertionError when it takes too long or ends the shell."""
        assert self._process.stdin
        self._command.write_text(command + "\n")
        self._process.stdin.write(
            f'(exit ${{status:-0}}); . "{self._command}" </dev/null 2>&1; status=$?; printf "\\n{_END} %d\\n" $status\n'
        )
        self._process.stdin.flush()
        killer = Timer(_SECONDS, self._process.kill)
        killer.start()
        try:
            return self._answer(command)
        finally:
            killer.cancel()

    def run_all(self, script: str) -> Answer:
        """Runs a script of which no line may fail; the status says whether one did."""
        guarded = f"failed=0; trap 'failed=$?' ERR\n{script}\ntrap - ERR; (exit $failed)"
        return self.run(guarded)

    def _answer(self, command: str) -> Answer:
        assert self._process.stdout
        shown: list[str] = []
        for line in self._process.stdout:
            if line.startswith(_END):
                output = "".join(shown).removesuffix("\n")
                return Answer(output, int(line.removeprefix(_END)))
            shown.append(line)
        raise AssertionError(f"The shell ended, or was ended after {_SECONDS} s, in:\n{command}\n{''.join(shown)}")


@contextmanager
def shell(cwd: Path, folder: Path, env: Mapping[str, str]) -> Iterator[Shell]:
    """A shell working in `cwd` that keeps its own file in `folder`; ended when the block is."""
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=dict(env),
    ) as process:
        try:
            yield Shell(process, folder)
        finally:
            process.kill()
