"""`demo`: stories that can be told, step by step and back, each a scenario with what is said of it."""

import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import json_option, token_options
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.play import find_scenario, play_here
from marketplace_sandbox.cli.tables import print_json, print_table, say
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.world.bounds import Totals

if TYPE_CHECKING:
    from marketplace_sandbox.cli.demo.recording import Recording
    from marketplace_sandbox.cli.demo.show import DemoShow

PACE_SECONDS = 6.0
"""How long a recorded step stands where nobody has said otherwise."""


@example(
    "demo",
    "demo buyer-in-a-hurry --pace 0",
    "demo moving-to-the-new-api --record moving.cast --no-screenshots",
)
@click.command()
@click.argument("name", required=False, shell_complete=offers.demos)
@click.option(
    "--pace", type=click.FloatRange(0, 3600), metavar="SECONDS", help="Go on by itself after so many seconds."
)
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write an asciicast, and beside it a picture of each step's page. Nobody has to wait: each step stands for "
    f"the seconds of --pace, or {PACE_SECONDS:.0f}, in the recording alone.",
)
@click.option("--screenshots/--no-screenshots", default=True, help="With --record: whether pages are pictured.")
@click.option(
    "--url",
    default="",
    help="Tell it on a running server instead of one of its own.",
    shell_complete=offers.addresses,
)
@click.option("--seller", default="", help="The id of its seller, who must not be there yet. [default: a made one]")
@json_option
@token_options
def demo(
    name: str | None,
    pace: float | None,
    record: Path | None,
    screenshots: bool,
    url: str,
    seller: str,
    as_json: bool,
    token: str,
) -> None:
    """Tell a story, step by step.

    Without NAME lists the stories there are. NAME may also be the file of a scenario of yours. Space goes on and b goes
    back, as often as you like; meanwhile a server stands there, with the page that each step names. Ends with 1 when
    something comes otherwise than the story says.
    """
    name = name or _choose(as_json=as_json)
    if not name:
        return
    if as_json:
        raise click.UsageError("--json lists the demos; leave it out to be told one.")
    scenario = find_scenario(name, Totals())
    from marketplace_sandbox.cli.demo.own_server import own_server  # noqa: PLC0415  a list needs none of these
    from marketplace_sandbox.cli.demo.show import open_show  # noqa: PLC0415  the same

    with ExitStack() as stack:
        server = stack.enter_context(nullcontext(url.rstrip("/")) if url else own_server())
        show = stack.enter_context(open_show(scenario, server, seller, token))
        if record:
            _record(show, record, stack, PACE_SECONDS if pace is None else pace, screenshots=screenshots and not token)
        elif pace is not None:
            from marketplace_sandbox.cli.demo.keys import ask_nobody  # noqa: PLC0415  the same

            show.ask = ask_nobody(pace)
        ended = show.show()
        failures = report_end(show, ended=ended, stays=bool(url), totals=Totals())
    if record:
        say(f"Recorded in {record}: asciinema play {record}", err=True)
    if failures:
        raise SystemExit(1)


def _choose(*, as_json: bool) -> str:
    """Lists the demos; answers the one that somebody at a terminal names, by its number or name, "" for none."""
    from marketplace_sandbox.scenario.library import read_demos  # noqa: PLC0415  the same

    demos = read_demos(fixtures_dir())
    if as_json:
        print_json([{"name": name, "title": each.title, "about": each.about} for name, each in demos])
        return ""
    rows = ((str(number), name, each.about) for number, (name, each) in enumerate(demos, 1))
    print_table(("", "demo", "what it tells"), rows, "There is no demo.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("To be told one: marketplace-sandbox demo NAME")
        return ""
    said: str = click.prompt("Which one, by its number or name (Enter for none)", default="", show_default=False)
    return demos[int(said) - 1][0] if said.isdecimal() and 0 < int(said) <= len(demos) else said.strip()


def _record(show: "DemoShow", file: Path, stack: ExitStack, pace: float, *, screenshots: bool) -> None:
    """Have a show be recorded, and go on by itself."""
    from marketplace_sandbox.cli.demo.keys import ask_nobody  # noqa: PLC0415  the same
    from marketplace_sandbox.cli.demo.recording import record  # noqa: PLC0415  the same
    from marketplace_sandbox.cli.demo.screenshots import take_screenshots  # noqa: PLC0415  the same

    recording: Recording = stack.enter_context(record(file, show.player.scenario.title or file.stem))
    show.ask = ask_nobody(pace, recording.wait)
    show.marks.append(lambda number, step: recording.mark(f"{number}. {step.title or step.about}"))
    if screenshots:
        take = take_screenshots(file)
        show.marks.append(lambda number, step: take(number, show.address(step.page) if step.page else ""))


def report_end(show: "DemoShow", *, ended: bool, stays: bool, totals: Totals) -> bool:
    """Say how a scenario that was shown has ended, and what was not as it says; answers whether there was anything."""
    where = f"It stands in seller {show.player.seller_id} of {show.url}." if stays else ""
    failures = list(show.player.failures)
    met = ""
    if ended:
        receipt = play_here(show.player.scenario, totals)  # the same history, whose end is judged
        failures = failures or [each["message"] for each in receipt["failures"]]
        met = "" if failures else f" Passed: {write_count(receipt['checks'], 'expectations')} met."
    say(f"\n{'The end.' if ended else 'Left.'}{met}")
    if where:
        say(where)
    for failure in failures:
        say(failure, err=True)
    return bool(failures)
