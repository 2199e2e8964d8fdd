"""The command line: one module per noun, each loaded when its command is asked for."""

import click

from sandbox import __version__
from sandbox.cli.groups import PROGRAM, Program

COMMANDS = {
    "serve": "sandbox.cli.serve:serve",
    "play": "sandbox.cli.play:play",
    "seller": "sandbox.cli.seller:seller",
    "order": "sandbox.cli.order:order",
    "clock": "sandbox.cli.clock:clock",
    "webhook": "sandbox.cli.webhook:webhook",
    "deliveries": "sandbox.cli.deliveries:deliveries",
    "listen": "sandbox.cli.listen:listen",
    "mail": "sandbox.cli.mail:mail",
    "messages": "sandbox.cli.mail:messages",
    "metrics": "sandbox.cli.metrics:metrics",
    "scenario": "sandbox.cli.scenario:scenario",
    "export": "sandbox.cli.export:export",
    "journal": "sandbox.cli.journal:journal",
    "requests": "sandbox.cli.calls:requests",
    "settings": "sandbox.cli.settings:settings",
    "faults": "sandbox.cli.faults:faults",
    "rules": "sandbox.cli.rules:rules",
    "compare": "sandbox.cli.compare:compare",
    "wiring": "sandbox.cli.wiring:wiring",
    "doctor": "sandbox.cli.doctor:doctor",
    "completion": "sandbox.cli.completion:completion",
}
"""Every command, in the order of the help, with the module that has it."""


@click.group(
    cls=Program,
    where=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nTo begin:\n  {PROGRAM} serve --scenario demo\n  {PROGRAM} doctor",
)
@click.version_option(__version__, prog_name=PROGRAM)
def main() -> None:
    """A local marketplace whose orders, actors and clock are in your hand."""
