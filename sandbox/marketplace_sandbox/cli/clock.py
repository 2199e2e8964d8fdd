"""`clock`: the seller's time. It stands, runs or jumps, and never goes back."""

import contextlib
from collections.abc import Callable
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import INTERRUPTED, CommandGroup, example
from marketplace_sandbox.cli.params import InstantText, Span, on_day
from marketplace_sandbox.cli.tables import print_json, print_table, say
from marketplace_sandbox.core.text.instants import parse_instant
from marketplace_sandbox.core.text.quoting import write_count

STOPPED = {
    "asked": "Stopped. ",
    "timers": "Stopped: as many timers have fired as the setting advance_timers says. ",
}
"""What is said of an advance that has not arrived."""


@click.group(cls=CommandGroup)
def clock() -> None:
    """The clock of a seller's world, in your hand."""


@example("clock show")
@clock.command()
@json_option
@server_options
def show(as_json: bool, control: ControlClient) -> None:
    """Print the world's now, and what time alone will do next."""
    _print_clock(control.get("clock"), as_json)


@example("clock advance 31m", "clock advance 1.5 hours", "clock advance 1w --json")
@clock.command()
@click.argument("words", nargs=-1, required=True, metavar="SPAN")
@json_option
@server_options
@click.pass_context
def advance(ctx: click.Context, words: tuple[str, ...], as_json: bool, control: ControlClient) -> None:
    """Let time pass by SPAN, such as 31m, 1.5h, 1w, 31 minutes or PT31M, and print what happened on the way.

    Ctrl-C stops it.
    """
    _advance(control, {"by": Span().convert(" ".join(words), _argument(ctx), ctx)}, as_json)


@example("clock next")
@clock.command("next")
@json_option
@server_options
def go_to_next(as_json: bool, control: ControlClient) -> None:
    """Let time pass until the next thing that falls due."""
    _advance(control, {"until": "next"}, as_json)


@example(
    "seller create --id ATIME --start 2026-03-02T16:00:00Z",
    "clock to tomorrow 09:30 --seller ATIME",
    "clock to 2026-03-09T16:00:00Z --seller ATIME",
)
@clock.command()
@click.argument("words", nargs=-1, required=True, metavar="INSTANT", shell_complete=offers.instants_ahead)
@json_option
@server_options
@click.pass_context
def to(ctx: click.Context, words: tuple[str, ...], as_json: bool, control: ControlClient) -> None:
    """Let time pass until INSTANT: 2026-03-09T16:00:00Z, a day such as 2026-12-26, or tomorrow by the world's clock.

    A day begins at 00:00 UTC; an hour may follow it, as in tomorrow 09:30.
    """
    text = " ".join(words)
    if text.lower().startswith(("today", "tomorrow")):
        text = on_day(text, parse_instant(control.get("clock")["now"]))
    _advance(control, {"to": InstantText().convert(text, _argument(ctx), ctx)}, as_json)


def _argument(ctx: click.Context) -> click.Parameter:
    """The parameter that the words of a command are, for its name in an error."""
    return next(each for each in ctx.command.params if each.name == "words")


@example("clock stop", ends=1)  # at a server where no advance runs
@clock.command()
@json_option
@server_options
def stop(as_json: bool, control: ControlClient) -> None:
    """Stop the advance that runs, at the last instant that was written, and print how far it came.

    What happened on the way is told by the command that is stopped, and by --json.
    """
    receipt = control.delete("clock/advance")
    if as_json:
        print_json(receipt)
        return
    fired = receipt.get("fired_count") or len(receipt["fired"])
    say(f"Stopped. It is {receipt['now']}; on the way {write_count(fired, 'timers')} fired.")


@example("clock rate 0", "clock rate 60")
@clock.command()
@click.argument("number", type=click.FloatRange(0, 1_000_000))
@json_option
@server_options
def rate(number: float, as_json: bool, control: ControlClient) -> None:
    """Let the clock run at so many virtual seconds in a real one: 0 freezes it, 1 is real time."""
    _print_clock(control.put("clock", {"rate": number}), as_json)


def _advance(control: ControlClient, body: dict[str, str], as_json: bool) -> None:
    """Have time pass, however long that takes. Ctrl-C stops it where it is, and says where that is."""
    try:
        receipt = control.post("clock/advance", body, endless=True, follow=_follow(control, body))
    except KeyboardInterrupt:
        with contextlib.suppress(click.ClickException):  # the server has stopped it when we hung up, or it has arrived
            control.delete("clock/advance")
        if not as_json:
            say("Interrupted.")
        _print_clock(control.get("clock"), as_json)
        raise SystemExit(INTERRUPTED) from None
    _print_advance(receipt, as_json)


def _follow(control: ControlClient, body: dict[str, str]) -> Callable[[], str]:
    """What says how far an advance has come: the world's now, and where it goes."""
    to = f", on the way to {body['to']}" if "to" in body else f", on the way by {body['by']}" if "by" in body else ""

    def tell() -> str:
        try:
            return f"It is {control.get('clock', quiet=True)['now']}{to}"
        except click.ClickException:  # the call that advances says what is wrong
            return ""

    return tell


def _print_clock(clock: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(clock)
        return
    runs = "stands" if clock["rate"] == 0 else f"runs at rate {clock['rate']:g}"
    say(f"It is {clock['now']}; the clock {runs}.")
    following = clock["next"]
    if following:
        say(f"Next: {following['what']} of {following['order_id'] or 'the world'} at {following['at']}.")
    else:
        say("Nothing falls due by itself.")


def _print_advance(receipt: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(receipt)
        return
    fired, deliveries = receipt["fired"], receipt["deliveries"]
    if fired:
        rows = ((each["at"], each["what"], each["order_id"]) for each in fired)
        print_table(("at", "what happened", "order"), rows, "")
    if deliveries:
        sent = ((each["id"], each["notification_type"], each["order_id"], each["status"]) for each in deliveries)
        print_table(("delivery", "type", "order", "status"), sent, "")
    if receipt.get("fired_count"):
        say(f"{receipt['fired_count']} timers fired; the first {len(fired)} of them are above.")
    nothing_due = "" if fired else " Nothing fell due."
    say(f"{STOPPED.get(receipt.get('stopped', ''), '')}It is {receipt['now']}.{nothing_due}")
