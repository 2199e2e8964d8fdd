"""`doctor`: a running server and a client's wiring looked over, and in a sentence each what is wrong and what to do."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.doctor import client, delivery, evidence, server
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Instant
from marketplace_sandbox.cli.secrets import FEWEST_HIDDEN
from marketplace_sandbox.cli.tables import console, print_json, show_progress
from marketplace_sandbox.core.text.redaction import is_secret_name, redact_text, remove_all
from marketplace_sandbox.doctor.diagnosis import Diagnosis, Wiring, from_environment


@example(
    "doctor",
    "doctor --client-endpoint http://127.0.0.1:8585 --client-id amzn1.application-oa2-client.sandbox",
    "doctor --webhook http://127.0.0.1:9000/notifications --json",
    ends=1,
)
@click.command()
@click.option("--client-endpoint", "endpoint", default="", help="Where the client is pointed at.")
@click.option("--client-id", default="", help="The client's LWA client id.")
@click.option("--client-secret", default="", help="The client's LWA client secret.")
@click.option("--refresh-token", default="", help="The client's LWA refresh token.")
@click.option("--mws-access-key", default="", help="The client's MWS access key.")
@click.option("--mws-secret-key", default="", help="The client's MWS secret key.")
@click.option("--client-clock", "now", type=Instant(), help="What the client's clock shows. [default: this machine's]")
@click.option(
    "--webhook",
    default="",
    shell_complete=offers.webhook_addresses,
    help="The address of a receiver. [default: the seller's webhooks]",
)
@click.option("--webhook-secret", default="", help="Its secret: the receiver is then sent a signed post to try it.")
@json_option
@server_options
def doctor(as_json: bool, control: ControlClient, now: datetime | None, **wiring: str) -> None:
    """Look over a server and a client's wiring.

    Says in a sentence each what is wrong and what to do. Environment variables are looked at, too, so run it where the
    client runs. Ends with 1 if anything is wrong.

    \b
    Finds:
      a server that cannot be reached, another program at its port, https instead of http
      credentials that are wrong or another seller's
      a client that still talks to Amazon's host
      a webhook receiver that cannot be reached or refuses
      signatures that verifiers refuse for their timestamp
      a queue's consumer without AWS_ENDPOINT_URL_SQS
      a client that polls by CreatedAfter only, or reads the first page alone
      a client that asks with dates of its own clock, ahead of the world's, or waits while the world's stands
      a client that goes on with an expired token, or gives up what was refused with 429
      a client that asks for a marketplace in which the seller does not sell
      a feed or report that has failed
      a client that reads Orders v0 where its reads have ended, or will (the setting orders_v0_reads_end)
    """  # noqa: D301  (click takes the character \b itself)
    texts = {name: text or from_environment(name, os.environ) for name, text in wiring.items()}
    client_wiring = Wiring(now=now or datetime.now(UTC), environment=os.environ, **texts)
    with show_progress(f"Looking at {control.url}"):
        found = [_hide(each, texts, control.token) for each in _diagnose(control, client_wiring)]
    print_json([each.to_json() for each in found]) if as_json else _print(found)
    if any(each.wrong for each in found):
        raise SystemExit(1)


def _hide(found: Diagnosis, wiring: dict[str, str], token: str) -> Diagnosis:
    """A diagnosis without the secrets that it was made with; addresses are quoted in some, with what is in them."""
    secrets = [text for name, text in wiring.items() if is_secret_name(name)]
    hidden = [each for each in (*secrets, token) if len(each) >= FEWEST_HIDDEN]
    finding, remedy = (redact_text(remove_all(text, hidden)) for text in (found.finding, found.remedy))
    return replace(found, finding=finding, remedy=remedy)


def _diagnose(control: ControlClient, wiring: Wiring) -> Iterator[Diagnosis]:
    reached = server.diagnose(control.url)
    yield reached
    if reached.wrong:
        return
    try:
        collected = evidence.collect(control)
    except click.ClickException as refusal:
        remedy = "Give the token of the server with --token, and a seller that it has with --seller."
        yield Diagnosis("access", refusal.format_message(), remedy)
        return
    yield from client.diagnose(collected, wiring, control)
    yield from delivery.diagnose(collected, wiring)


def _print(found: list[Diagnosis]) -> None:
    from rich.table import Table  # noqa: PLC0415  what --json need not wait for
    from rich.text import Text  # noqa: PLC0415  the same

    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for each in found:
        mark = (
            Text("wrong", "bold red") if each.wrong else Text("?", "yellow") if each.unsure else Text("fine", "green")
        )
        table.add_row(mark, Text(f"{each.check}: {each.finding}"))
        if each.remedy:
            table.add_row("", Text(f"→ {each.remedy}"))
    wrong = sum(each.wrong for each in found)
    result = "Nothing is wrong." if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong."
    console().print(table)
    console().print(result, style="bold red" if wrong else "green")
