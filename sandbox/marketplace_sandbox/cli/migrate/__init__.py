"""`migrate`: which calls of Orders v0 a client makes, and which of Orders 2026-01-01 answer the same questions."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.following import follow_pages, print_followed
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.migrate import text, words
from marketplace_sandbox.cli.migrate.paths import is_of_orders
from marketplace_sandbox.cli.params import OneOf
from marketplace_sandbox.cli.tables import print_json, say, show_progress

GENERATIONS = ("v0",)
UNEXPLAINED = 3
"""How it ends where something differs that no table explains."""

Answer = Mapping[str, Any]
Rehearsed = tuple[Answer, list[str]]
"""What a server answers, and the sentences on whose calls these are."""


@example("migrate --from v0", "migrate --from v0 --html migration.html", "migrate --from v0 --json")
@click.command()
@click.option("--from", "generation", type=OneOf(GENERATIONS), required=True, help="What is moved from.")
@click.option(
    "--har",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="Take the calls of a HAR file instead; - is standard input.",
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write all of it as a page that prints.")
@click.option("--force", is_flag=True, help="With --html, write over any file that is there.")
@click.option("--watch", is_flag=True, help="Go on with what the client calls later, until Ctrl-C.")
@click.option("--limit", type=click.IntRange(1), help="With --watch, end after so many kinds of calls.")
@json_option
@server_options
def migrate(
    generation: str,
    har: str | None,
    html: Path | None,
    force: bool,
    watch: bool,
    limit: int | None,
    as_json: bool,
    control: ControlClient,
) -> None:
    """Rehearse the move from Orders v0 to Orders 2026-01-01.

    Takes the calls of the seller's client from the server's request log, or from a HAR file, and says of each read of
    v0 which calls of 2026-01-01 answer the same question, parameter by parameter and field by field. They are made in
    the seller's world, and the answers compared value by value. Of a HAR file only methods, addresses and statuses are
    looked at.

    Ends with 0 where nothing differs but by the tables of parameters and fields, and with 3 where something does.
    """
    _check_options(har, html, force=force, watch=watch, limit=limit)
    if watch:
        _watch(control, generation, limit, as_json=as_json)
        return
    answer, told = _rehearse_har(har, control, generation) if har else _rehearse_log(control, generation)
    if html:
        _write(html, answer, told, force=force)
    _print(answer, told, as_json=as_json, brief=html is not None)
    if answer["summary"]["disagreed"]:
        raise SystemExit(UNEXPLAINED)


def _check_options(har: str | None, html: Path | None, *, force: bool, watch: bool, limit: int | None) -> None:
    if watch and har:
        raise click.UsageError("--watch follows a running client; a HAR file does not grow. Give one of them.")
    if watch and html:
        raise click.UsageError("--watch has no end to be written. Give --html when the client has done its work.")
    if limit and not watch:
        raise click.UsageError("--limit is for --watch.")
    if force and not html:
        raise click.UsageError("--force is for --html.")


def _rehearse_log(control: ControlClient, generation: str) -> Rehearsed:
    answer = control.get("migration", {"from": generation})
    return answer, [f"The latest calls of the client of {_name_seller(control)}."]


def _rehearse_har(name: str, control: ControlClient, generation: str) -> Rehearsed:
    from marketplace_sandbox.cli.migrate import har  # noqa: PLC0415  a parser that help need not wait for

    try:
        with show_progress(f"Reading {name}"):
            recording = har.read_har(name, urlsplit(control.url).hostname or "")
    except har.HarError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--har") from None
    answer = control.post("migration", {"from": generation, "calls": [each.to_json() for each in recording.calls]})
    origin = f"The calls of {name}, made in the world of {_name_seller(control)}."
    return answer, [origin, *har.describe_left_out(recording)]


def _name_seller(control: ControlClient) -> str:
    return f"{control.seller or 'the default seller'} at {control.url}"


def _write(file: Path, answer: Answer, told: Sequence[str], *, force: bool) -> None:
    from marketplace_sandbox.cli.migrate import page  # noqa: PLC0415  templates take a while to import

    try:
        page.write_page(file, page.build_page(answer, told), force=force)
    except page.PageError as wrong:
        raise click.ClickException(str(wrong)) from None
    say(f"Wrote {file}.", err=True)


def _print(answer: Answer, told: Sequence[str], *, as_json: bool, brief: bool) -> None:
    for sentence in told:
        say(sentence, err=as_json)
    if as_json:
        print_json(answer)
        return
    text.print_summary(answer)
    if not brief:
        text.print_calls(answer)


def _watch(control: ControlClient, generation: str, limit: int | None, *, as_json: bool) -> None:
    """Each kind of call when it comes first, and again when its verdict has changed or a value is not explained."""
    unexplained = False

    def news() -> Iterator[Any]:
        nonlocal unexplained
        for call in _follow(control, generation, limit):
            unexplained |= call["disagreed"] > 0
            yield call

    print_followed(news(), words.line, as_json, limit)
    if unexplained:
        raise SystemExit(UNEXPLAINED)


def _follow(control: ControlClient, generation: str, limit: int | None) -> Iterator[Answer]:
    seen: dict[Any, str] = {}
    pages = follow_pages(control, "requests")
    first = next(pages)
    end = f"Ends after {limit} of them, or with Ctrl-C." if limit else "Ctrl-C ends it."
    say(f"Follows the calls of the client of {_name_seller(control)}, a line for each kind of call. {end}", err=True)
    for page in chain([first], pages):
        if page is None:
            seen.clear()
        calls = [
            {name: each[name] for name in ("method", "path", "query")}
            for each in page or ()
            if is_of_orders(each["path"])
        ]
        if not calls:
            continue
        for call in control.post("migration", {"from": generation, "calls": calls})["calls"]:
            kind = (call["method"], call["operation"], *words.parameter_names(call))
            if call["disagreed"] or seen.get(kind) != words.judge(call):
                seen[kind] = words.judge(call)
                yield call
