"""The command line: one module for each command or group of them, each loaded when its command is asked for."""

import click

from marketplace_sandbox import __version__
from marketplace_sandbox.cli.groups import PROGRAM, Program

COMMANDS = {
    "serve": "marketplace_sandbox.cli.serve:serve",
    "wait": "marketplace_sandbox.cli.wait:wait",
    "stop": "marketplace_sandbox.cli.stop:stop",
    "play": "marketplace_sandbox.cli.play:play",
    "demo": "marketplace_sandbox.cli.demo:demo",
    "seller": "marketplace_sandbox.cli.seller:seller",
    "order": "marketplace_sandbox.cli.order:order",
    "clock": "marketplace_sandbox.cli.clock:clock",
    "webhook": "marketplace_sandbox.cli.webhook:webhook",
    "subscription": "marketplace_sandbox.cli.subscription:subscription",
    "queue": "marketplace_sandbox.cli.queue:queue",
    "deliveries": "marketplace_sandbox.cli.deliveries:deliveries",
    "listen": "marketplace_sandbox.cli.listen:listen",
    "mail": "marketplace_sandbox.cli.mail:mail",
    "messages": "marketplace_sandbox.cli.mail:messages",
    "report": "marketplace_sandbox.cli.report:report",
    "feed": "marketplace_sandbox.cli.feed:feed",
    "metrics": "marketplace_sandbox.cli.metrics:metrics",
    "scenario": "marketplace_sandbox.cli.scenario:scenario",
    "fork": "marketplace_sandbox.cli.branches:fork",
    "rewind": "marketplace_sandbox.cli.branches:rewind",
    "diff": "marketplace_sandbox.cli.diff:diff",
    "export": "marketplace_sandbox.cli.export:export",
    "journal": "marketplace_sandbox.cli.journal:journal",
    "replay": "marketplace_sandbox.cli.replay:replay",
    "requests": "marketplace_sandbox.cli.calls:requests",
    "settings": "marketplace_sandbox.cli.settings:settings",
    "faults": "marketplace_sandbox.cli.faults:faults",
    "rules": "marketplace_sandbox.cli.rules:rules",
    "compare": "marketplace_sandbox.cli.compare:compare",
    "migrate": "marketplace_sandbox.cli.migrate:migrate",
    "drift": "marketplace_sandbox.cli.drift:drift",
    "wiring": "marketplace_sandbox.cli.wiring:wiring",
    "doctor": "marketplace_sandbox.cli.doctor:doctor",
    "completion": "marketplace_sandbox.cli.completion:completion",
}
"""Every command, in the order of the help, with the module that has it."""


def _print_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    """Prints the version, and ends."""
    if not asked:
        return
    from marketplace_sandbox.cli.tables import print_json, say  # noqa: PLC0415  another command need not wait for them

    if ctx.params.get("as_json"):
        print_json({"name": PROGRAM, "version": __version__})
    else:
        say(f"{PROGRAM}, version {__version__}")
    ctx.exit()


@click.group(
    cls=Program,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nTo begin:\n  {PROGRAM} serve --scenario demo\n  {PROGRAM} doctor",
)
@click.option("--json", "as_json", is_flag=True, is_eager=True, help="With --version: print JSON.")
@click.option("--version", is_flag=True, callback=_print_version, expose_value=False, help="Print the version and end.")
def main(*, as_json: bool) -> None:
    """A local marketplace whose orders, actors and clock are in your hand."""
    if as_json:
        raise click.UsageError("--json stands behind the command whose data it prints, as in order list --json.")
