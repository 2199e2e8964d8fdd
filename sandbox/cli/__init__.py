"""The command line: one module per command, joined here."""

import click

from sandbox import __version__
from sandbox.cli.play import play
from sandbox.cli.rules import rules
from sandbox.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="marketplace-sandbox")
def main() -> None:
    """A local marketplace whose orders, actors and clock are in your hand."""


main.add_command(serve)
main.add_command(play)
main.add_command(rules)
