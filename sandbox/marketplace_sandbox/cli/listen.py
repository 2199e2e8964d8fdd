"""`listen`: a webhook receiver on this machine that prints what it is sent, and can be made to misbehave."""

import contextlib
import itertools
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Any

import click

from marketplace_sandbox.cli.control_client import ControlClient, path, server_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.receiver import ReceivedPost, Receiver, open_receiver
from marketplace_sandbox.cli.tables import console, print_json, print_json_line, say
from marketplace_sandbox.core.notifications.outbox import ORDER_CHANGE_TYPES


@example(
    "listen",
    "listen --port 9000 --fail 3 --status 503",
    "listen --forward-to http://127.0.0.1:9000/notifications",
    "listen --no-register --port 9000 --secret whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0",
    ends=None,
)
@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=0, help="A port of 127.0.0.1. [default: a free one]")
@click.option("--path", "where", default="/notifications", show_default=True, help="The path of the address.")
@click.option("--register/--no-register", default=True, help="Whether to add the address as a webhook while listening.")
@click.option("--secret", help="The signing secret to verify with. [default: that of the webhook it adds]")
@click.option("--change", "changes", type=OneOf(ORDER_CHANGE_TYPES), multiple=True, help="Repeatable. [default: all]")
@click.option(
    "--forward-to",
    metavar="URL",
    help="Pass verified posts on as they came, and answer as that address does; on loopback or SANDBOX_WEBHOOK_HOSTS.",
)
@click.option("--fail", type=click.IntRange(0), help="Refuse the first so many deliveries, and take the others.")
@click.option(
    "--status", type=click.IntRange(200, 599), help="The code to answer with. [default: 200; 500 with --fail]"
)
@click.option("--slow", type=click.FloatRange(0), default=0, metavar="SECONDS", help="Wait before each answer.")
@click.option("--deliveries", type=click.IntRange(1), help="End after so many. [default: on Ctrl-C]")
@click.option("--body", "whole", is_flag=True, help="Print the whole body as well.")
@click.option("--json", "as_json", is_flag=True, help="Print each delivery as a line of JSON.")
@server_options
def listen(
    port: int,
    where: str,
    register: bool,
    secret: str | None,
    changes: tuple[str, ...],
    forward_to: str | None,
    fail: int | None,
    status: int | None,
    slow: float,
    deliveries: int | None,
    whole: bool,
    as_json: bool,
    control: ControlClient,
) -> None:
    """Receive notifications and print them.

    Each is printed as it comes, with the verdict on its signature. Registers itself as a webhook, and removes itself
    when it ends. Says which secret it verifies with, so that a consumer behind --forward-to can verify, too.
    """
    if forward_to and (fail is not None or status is not None):
        raise click.UsageError("With --forward-to the other address answers; leave --fail and --status out.")
    receiver = Receiver(secret or "", _codes(fail, status), slow)
    with contextlib.ExitStack() as stack:
        stack.enter_context(_stop_on_signals(receiver))
        try:
            bound = stack.enter_context(open_receiver(receiver, port))
        except OSError as problem:
            raise click.ClickException(f"Port {port} cannot be listened on: {problem.strerror}.") from problem
        address = f"http://127.0.0.1:{bound}/{where.lstrip('/')}"
        if forward_to:
            from marketplace_sandbox.cli.forwarding import Forwarding  # noqa: PLC0415  what is seldom needed

            receiver.forward = Forwarding(forward_to, bound).send
        if register:
            receiver.secret = stack.enter_context(_register(control, address, secret, changes))
        known = f" The secret to verify with: {receiver.secret}" if receiver.secret else ""
        say(f"Listening on {address}. Ctrl-C ends it.{known}", err=True)
        for post in itertools.islice(receiver.posts(), deliveries):
            _print(post, whole, as_json)
        receiver.end()


def _codes(fail: int | None, status: int | None) -> Iterator[int]:
    """The code of each answer in turn."""
    if fail is None:
        while True:
            yield status or 200
    yield from [status or 500] * fail
    while True:
        yield 200


@contextlib.contextmanager
def _stop_on_signals(receiver: Receiver) -> Iterator[None]:
    """Ctrl-C and a request to end let what has come be printed first; a second Ctrl-C does not wait for it."""
    signals = (signal.SIGINT, signal.SIGTERM)
    before: dict[int, Any] = {number: signal.getsignal(number) for number in signals}

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, before[number])
        receiver.stop()

    for number in signals:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in signals:
            signal.signal(number, before[number])


@contextlib.contextmanager
def _register(control: ControlClient, address: str, secret: str | None, changes: tuple[str, ...]) -> Iterator[str]:
    """A webhook as long as the block lasts; answers its secret."""
    form = {"url": address, "secret": secret, "order_change_types": list(changes) or None}
    webhook = control.post("webhooks", {name: each for name, each in form.items() if each is not None})
    try:
        yield secret or webhook["secret"]
    finally:
        with contextlib.suppress(click.ClickException):  # the server may have ended before, or begun again
            control.delete(path("webhooks", webhook["id"]))


def _print(post: ReceivedPost, whole: bool, as_json: bool) -> None:
    if as_json:
        print_json_line(post.to_json())
        return
    style = "green" if post.verified else "red"
    terminal = console()
    terminal.print(_summarize(post.body), style="bold", markup=False)
    terminal.print(f"  signature: {post.signature}", style=style, markup=False)
    terminal.print(f"  answered {post.code}; id {post.message_id}", markup=False)
    if post.forwarded:
        error = f": {post.forwarded.error}" if post.forwarded.error else ""
        terminal.print(f"  passed on to {post.forwarded.url}{error}", markup=False)
    if whole:
        print_json(post.body)


def _summarize(body: Any) -> str:
    """What a notification says, in a line."""
    if not isinstance(body, dict):
        return "A body that is no JSON object."
    change = (body.get("Payload") or {}).get("OrderChangeNotification") or {}
    event = [body.get("EventTime"), body.get("NotificationType"), change.get("OrderChangeType")]
    order = [change.get("AmazonOrderId"), (change.get("Summary") or {}).get("OrderStatus")]
    return " ".join(str(each) for each in (*event, *order) if each) or "A notification."
