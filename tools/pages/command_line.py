"""The command line as a page of the documentation, made from the commands themselves. Runs none of them."""

import inspect
from collections.abc import Iterator

import click

from marketplace_sandbox.cli import main
from marketplace_sandbox.cli.groups import PROGRAM, examples_of

COMMON = ("as_json", "url", "seller", "token", "token_file")
"""Options that many commands have, which the page explains once."""

HEAD = f"""# The command line

<!-- server: --scenario demo -->

`{PROGRAM} --help` lists the commands, and each command's `--help` shows its options with an example. This page is made
from them.

Commands that talk to a running server take:

| option | meaning |
|---|---|
| `--url` | the server, by default `http://127.0.0.1:8585`; the environment variable `SANDBOX_URL` sets it, too |
| `--seller` | whose world is meant; without it the default seller's |
| `--token` | the admin token of a server that listens beyond loopback; `SANDBOX_ADMIN_TOKEN` sets it, too |
| `--token-file` | a file with it, which no list of processes shows; `SANDBOX_ADMIN_TOKEN_FILE` sets it, too |

`--json` prints the data of the [control API](../openapi/control.yaml) instead of tables; lists are whole, whatever
their pages. Spans are written like `31m`, `2h30m`, `7d` or `PT31M`, instants like `2026-03-02T16:00:00Z`.

With `--follow` a list goes on with what comes later, asked for twice a second, an entry a line (with `--json`, an
object a line), and with `--limit` it ends after so many. Nothing is lost or told twice; when the world is reset, its
new beginning follows. Ctrl-C ends it, and a server that goes away is told.

A command that was refused says why in a sentence and ends with 1; one that is used wrongly ends with 2 and names the
nearest right word. `play` ends with 1 when an expectation is not met and with 2 when a scenario cannot be played,
`migrate` with 3 when something differs that no table explains.

The examples are those of a server with the demo:

```console
$ {PROGRAM} serve --scenario demo
```
"""

FOOT = """
Next: [scenarios](scenarios.md), which `play`, `serve --scenario` and `export` speak of.
"""


def markdown() -> str:
    """The whole page."""
    context = click.Context(main, info_name=PROGRAM)
    sections = "".join(_section(context, name) for name in main.list_commands(context))
    return f"{HEAD}{sections}{FOOT}"


def _section(above: click.Context, name: str) -> str:
    group = above.command
    assert isinstance(group, click.Group)  # noqa: S101  (a section is of a group)
    command = group.get_command(above, name)
    assert command is not None  # noqa: S101  (its own list names it)
    context = click.Context(command, info_name=name, parent=above)
    level = "#" * (len(context.command_path.split()))
    parts = [f"\n{level} {' '.join(context.command_path.split()[1:])}\n", *_about(command)]
    if isinstance(command, click.Group):
        return "\n".join(parts) + "".join(_section(context, each) for each in command.list_commands(context))
    return "\n".join([*parts, *_usage(context), *_options(context), *_example(command)])


def _about(command: click.Command) -> Iterator[str]:
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if paragraph.startswith("\b"):
            verbatim = paragraph.removeprefix("\b").strip("\n")
            yield f"```text\n{verbatim}\n```\n"
        else:
            yield f"{paragraph}\n"


def _usage(context: click.Context) -> Iterator[str]:
    pieces = " ".join(context.command.collect_usage_pieces(context))
    yield f"`{' '.join(context.command_path.split()[1:])} {pieces}`\n"


def _options(context: click.Context) -> Iterator[str]:
    command = context.command
    options = [each for each in command.params if isinstance(each, click.Option)]
    own = [each for each in options if each.name not in COMMON or command.name == "play"]
    common = [f"`{each.opts[0]}`" for each in options if each not in own]
    if own:
        yield "| option | meaning |\n|---|---|"
        yield "".join(f"| {_cell(each, context)} |\n" for each in own)
    if common:
        words = f"{', '.join(common[:-1])} and {common[-1]}" if len(common) > 1 else common[0]
        yield f"Takes {words} as well.\n" if own else f"Takes {words}.\n"


def _cell(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    assert record is not None  # noqa: S101  (no option is hidden)
    names, said = (each.replace("|", "\\|") for each in record)
    return f"`{names}` | {' '.join(said.split())}"


def _example(command: click.Command) -> Iterator[str]:
    lines, ends = examples_of(command)
    if not lines:
        return
    if ends is None:
        yield "<!-- not run: it goes on until it is stopped -->"
    status = f"$ echo $?\n{ends}\n" if ends else ""
    yield "```console"
    yield "".join(f"$ {PROGRAM} {line}\n{status}" for line in lines) + "```\n"
