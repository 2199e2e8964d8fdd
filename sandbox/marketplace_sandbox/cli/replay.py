"""`replay`: the world that a journal tells of, built again from its file, without a server."""

from typing import IO

import click

from marketplace_sandbox.cli.control_client import json_option
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.mail import MAIL_COLUMNS, mail_cells
from marketplace_sandbox.cli.order import print_orders
from marketplace_sandbox.cli.params import Moment
from marketplace_sandbox.cli.tables import print_json, print_table, say, show_progress
from marketplace_sandbox.core.data.progress import watching
from marketplace_sandbox.core.journal.journal import StoreError
from marketplace_sandbox.core.journal.journal_file import JournalFile, read_file
from marketplace_sandbox.core.journal.results import OtherRulesError
from marketplace_sandbox.core.past.moment import read_when
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.plain import world_json
from marketplace_sandbox.core.views.projections import Json
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore


@example(
    "journal --whole --output today.jsonl --force",
    "replay today.jsonl",
    "replay today.jsonl --to 12 --json",
)
@click.command()
@click.argument("journal", type=click.File(encoding="utf-8"))
@click.option("--to", "when", type=Moment(), help="A version, or an instant. [default: the last entry]")
@click.option("--accept-new-rules", is_flag=True, help="Decide by the rules of this release what others decided.")
@json_option
def replay(journal: IO[str], when: str | None, accept_new_rules: bool, as_json: bool) -> None:
    """Build the world again that a JOURNAL tells of, and print it.

    The file is what `journal --whole` has printed; `-` is standard input. The same file gives the same bytes on any
    machine, whatever the Python. The world stands at its last entry, or at the moment that --to names.
    """
    try:
        with watching() as progress, show_progress(f"Reading {journal.name}", progress.tell):
            file = read_file(journal.read())
            world = _build(file, accept_new_rules=accept_new_rules)
            past = world.as_of(world.find_moment(read_when(when, "--to") if when else len(file.entries), "--to"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{journal.name} is no text in UTF-8.") from None
    except OtherRulesError as wrong:
        raise click.ClickException(str(wrong).replace("start this one with", "replay it with")) from wrong
    except (FieldError, StoreError) as wrong:
        raise click.ClickException(str(wrong)) from wrong
    found = world_json(past)
    if as_json:
        print_json(found, ascii_only=True)  # the same in every locale
    else:
        _print_world(found)


def _build(file: JournalFile, *, accept_new_rules: bool) -> World:
    """The world of a journal, on a real clock that stands where the journal last saw it."""
    store, wall = MemoryStore(), file.wall
    store.replace(file.seller_id, file.entries)
    entries = store.read(file.seller_id)
    return World.restore(entries, store, lambda: wall, origins=file.origins, accept_new_rules=accept_new_rules)


def _print_world(world: Json) -> None:
    say(f"The world of {world['seller_id']} at version {world['version']}, {world['now']}:")
    print_orders(world["orders"])
    print_table(MAIL_COLUMNS, map(mail_cells, world["mail"]), "There is no mail.")
    notices = ((each["at"], each["type"], each["change"], each["order_id"]) for each in world["notifications"])
    print_table(("at", "notification", "change", "order"), notices, "Nobody was to be notified of anything.")
    rate = world["cancellation_rate"]
    share = "none, for there are no orders" if rate["rate"] is None else f"{rate['rate']:.2%}, {rate['status']}"
    say(f"Cancellation rate: {share}; {rate['canceled']} of {rate['orders']} orders count.")
