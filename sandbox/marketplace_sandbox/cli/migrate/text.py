"""A migration on a terminal: the whole in a table, then call by call, as wide as there is room."""

from collections.abc import Sequence

from marketplace_sandbox.cli.migrate import words
from marketplace_sandbox.cli.tables import console, print_fields, print_table, say


def print_summary(answer: words.Json) -> None:
    """The sentences, a row for each kind of call, and one for each read that ends."""
    for sentence in words.sum_up(answer):
        console().print(sentence, markup=False)
    _print_tables(
        (words.OVERVIEW, words.overview(answer)),
        (words.CHECKLIST, words.checklist(answer)),
        (words.LIMITS, words.limits(answer)),
    )


def print_calls(answer: words.Json) -> None:
    """Everything that is known of each kind of call."""
    for number, call in enumerate(answer["calls"], 1):
        print_call(number, call)


def print_call(number: int, call: words.Json) -> None:
    """What becomes of one kind of call."""
    console().print(f"{number}. {words.name_call(call)}: {words.judge(call)}", markup=False)
    say(f"  {words.write_request(call)}")
    for each in words.write_replacements(call):
        say(f"  becomes {each}")
    print_fields(words.remarks(call))
    _print_tables(
        (words.DISAGREEMENTS, words.disagreements(call)),
        (words.PARAMETERS, words.parameters(call)),
        (words.FIELDS, words.fields(call)),
    )
    for note in words.notes(call):
        console().print(f"- {note}", markup=False)
    say("")


def _print_tables(*tables: tuple[Sequence[str], Sequence[words.Row]]) -> None:
    """Those that have rows."""
    for columns, rows in tables:
        if rows:
            print_table(columns, rows, "")
