"""`doctor`: a running server and a client's wiring looked over, and in a sentence each what is wrong and what to do."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from marketplace_sandbox.cli.doctor import chart, client, delivery, server
from marketplace_sandbox.cli.doctor.diagnosis import Diagnosis, Wiring, from_environment
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import Instant
from marketplace_sandbox.cli.remote import Remote, json_option, remote_options
from marketplace_sandbox.cli.tables import console, patience, print_json


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
@click.option("--webhook", default="", help="The address of a receiver. [default: the seller's webhooks]")
@click.option("--webhook-secret", default="", help="Its secret: the receiver is then sent a signed post to try it.")
@json_option
@remote_options
def doctor(as_json: bool, remote: Remote, now: datetime | None, **wiring: str) -> None:
    """Look over a server and a client's wiring.

    Says in a sentence each what is wrong and what to do. Environment variables are looked at, too, so run it where the
    client runs. Ends with 1 if anything is wrong.

    \b
    Finds:
      a server that cannot be reached, another program at its port, https instead of http
      credentials that are wrong or another seller's
      a client that still talks to Amazon's host
      a client's clock that is not the world's
      a webhook receiver that cannot be reached or refuses
      signatures that verifiers refuse for their timestamp
      a queue's consumer without AWS_ENDPOINT_URL_SQS
      a client that polls by CreatedAfter only
    """  # noqa: D301  (click takes the character \b itself)
    given = {name: text or from_environment(name, os.environ) for name, text in wiring.items()}
    told = Wiring(now=now or datetime.now(UTC), environment=os.environ, **given)
    with patience(f"Looking at {remote.url}"):
        found = list(_findings(remote, told))
    print_json([each.view() for each in found]) if as_json else _print(found)
    if any(each.wrong for each in found):
        raise SystemExit(1)


def _findings(remote: Remote, wiring: Wiring) -> Iterator[Diagnosis]:
    seen = server.look(remote.url)
    yield seen
    if seen.wrong:
        return
    try:
        read = chart.read(remote)
    except click.ClickException as refused:
        remedy = "Give the token of the server with --token, and a seller that it has with --seller."
        yield Diagnosis("access", refused.format_message(), remedy)
        return
    yield from client.diagnoses(read, wiring, remote)
    yield from delivery.diagnoses(read, wiring)


def _print(found: list[Diagnosis]) -> None:
    from rich.table import Table  # noqa: PLC0415  what --json need not wait for
    from rich.text import Text  # noqa: PLC0415  the same

    listed = Table.grid(padding=(0, 2))
    listed.add_column()
    listed.add_column(overflow="fold")
    for each in found:
        mark = (
            Text("wrong", "bold red") if each.wrong else Text("?", "yellow") if each.unsure else Text("fine", "green")
        )
        listed.add_row(mark, Text(f"{each.check}: {each.said}"))
        if each.remedy:
            listed.add_row("", Text(f"→ {each.remedy}"))
    wrong = sum(each.wrong for each in found)
    verdict = "Nothing is wrong." if not wrong else f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong."
    console().print(listed)
    console().print(verdict, style="bold red" if wrong else "green")
