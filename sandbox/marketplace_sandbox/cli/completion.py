"""`completion`: what a shell needs to complete commands, options and words."""

import click
from click.shell_completion import get_completion_class

from marketplace_sandbox.cli.groups import PROGRAM, example
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.shells import add_to_click
from marketplace_sandbox.cli.tables import is_terminal, say

VARIABLE = "_MARKETPLACE_SANDBOX_COMPLETE"
SWITCHES = {
    "bash": f'For this shell: eval "$({PROGRAM} completion bash)". For every later one: the same line in ~/.bashrc.',
    "zsh": f'For this shell: eval "$({PROGRAM} completion zsh)". For every later one: the same line in ~/.zshrc, '
    "behind one that says: autoload -Uz compinit && compinit",
    "fish": f"For this shell: {PROGRAM} completion fish | source. For every later one: "
    f"{PROGRAM} completion fish > ~/.config/fish/completions/{PROGRAM}.fish",
}
"""How each shell's is switched on."""


@example("completion bash > completion.bash", "completion zsh", "completion fish")
@click.command()
@click.argument("shell", type=OneOf(SWITCHES))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    Switch it on:
      bash   eval "$(marketplace-sandbox completion bash)", in ~/.bashrc for good
      zsh    eval "$(marketplace-sandbox completion zsh)", in ~/.zshrc for good, behind compinit
      fish   marketplace-sandbox completion fish | source
             marketplace-sandbox completion fish > ~/.config/fish/completions/marketplace-sandbox.fish, for good

    What a world has, such as orders and reports, is asked of the server that the line names; nothing is offered where
    none answers within a second.
    """  # noqa: D301  (click takes the character \b itself)
    add_to_click()
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  (click has these three)
    script = kind(ctx.find_root().command, {}, PROGRAM, VARIABLE)
    click.echo(script.source_template % script.source_vars())
    if is_terminal():
        say(f"This is what the shell has to read. {SWITCHES[shell]}", err=True)
