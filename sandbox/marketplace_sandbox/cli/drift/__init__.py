"""`drift`: what has moved between our documents and answers and a checkout of Amazon's published models."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox.cli.control_client import json_option
from marketplace_sandbox.cli.groups import example
from marketplace_sandbox.cli.tables import print_json, print_table, say, show_progress
from marketplace_sandbox.core.text.quoting import write_count

if TYPE_CHECKING:
    from marketplace_sandbox.cli.drift.comparison import Difference, Drift


@example("drift --models ../selling-partner-api-models", "drift --models models --json", ends=None)
@click.command()
@click.option(
    "--models",
    "folder",
    required=True,
    envvar="SANDBOX_MODELS",
    show_envvar=True,
    type=click.Path(path_type=Path),
    help="A checkout of github.com/amzn/selling-partner-api-models, or a folder with files of it.",
)
@click.option("--known", "with_known", is_flag=True, help="Print the known differences with their sources, too.")
@json_option
def drift(folder: Path, with_known: bool, as_json: bool) -> None:
    """Say what has moved since our documents were written.

    Compares our OpenAPI documents, and the fields of our answers in the scenarios that come with the project, with the
    models that Amazon publishes: what is new there, what is gone, what has changed. Nothing is sent anywhere: check
    the models out yourself. Ends with 1 if anything differs that is not known.
    """
    from marketplace_sandbox.cli.drift.answers import play_answers  # noqa: PLC0415  scenarios take a while to import
    from marketplace_sandbox.cli.drift.checkout import CheckoutError, read_checkout  # noqa: PLC0415  the same
    from marketplace_sandbox.cli.drift.comparison import compare  # noqa: PLC0415  the same

    try:
        checkout = read_checkout(folder)
    except CheckoutError as wrong:
        raise click.BadParameter(str(wrong), param_hint="--models") from wrong
    with show_progress("Comparing"):
        found = compare(checkout, play_answers())
    if as_json:
        print_json(_to_json(found))
    else:
        _print(found, with_known)
    if not found.is_clean:
        raise SystemExit(1)


def _print(found: "Drift", with_known: bool) -> None:
    rows = [
        (each.document, each.kind, each.place, each.keyword, _write(each.ours), _write(each.theirs))
        for each in found.differences
    ]
    print_table(("document", "what", "where", "in", "ours", "the model's"), rows, "Nothing differs that is not known.")
    if with_known:
        listed = [(each.document, each.place, each.keyword or each.kind, entry.source) for each, entry in found.known]
        print_table(("document", "where", "known to differ in", "source"), listed, "No difference is known.")
    for entry in found.outlived:
        say(f"{entry.document}: {entry.place} is listed as known to differ ({entry.differs}), and differs no longer.")
    for file in found.missing:
        say(f"{file} is not in the folder, so nothing was compared with it.")
    say(f"{write_count(len(found.differences), 'differences')}, and {len(found.known)} that are known.")


def _write(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return "" if value is None else str(value)


def _to_json(found: "Drift") -> dict[str, Any]:
    return {
        "differences": [_difference_json(each) for each in found.differences],
        "known": [_difference_json(each) | {"source": entry.source} for each, entry in found.known],
        "outlived": [
            {"document": each.document, "place": each.place, "differs": each.differs} for each in found.outlived
        ],
        "missing": list(found.missing),
    }


def _difference_json(difference: "Difference") -> dict[str, Any]:
    return {
        "document": difference.document,
        "what": difference.kind,
        "place": difference.place,
        "keyword": difference.keyword,
        "ours": difference.ours,
        "theirs": difference.theirs,
    }
