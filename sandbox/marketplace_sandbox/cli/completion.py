"""`completion`: what a shell needs to complete commands, options and words."""

import click
from click.shell_completion import get_completion_class

from marketplace_sandbox.cli.groups import PROGRAM, example
from marketplace_sandbox.cli.params import OneOf

VARIABLE = "_MARKETPLACE_SANDBOX_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


@example("completion bash > completion.bash", "completion zsh", "completion fish")
@click.command()
@click.argument("shell", type=OneOf(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    For bash, put `eval "$(marketplace-sandbox completion bash)"` into ~/.bashrc; for zsh the same into ~/.zshrc; for
    fish, `marketplace-sandbox completion fish | source` into its configuration.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  (click has these three)
    script = kind(ctx.find_root().command, {}, PROGRAM, VARIABLE)
    click.echo(script.source_template % script.source_vars())
