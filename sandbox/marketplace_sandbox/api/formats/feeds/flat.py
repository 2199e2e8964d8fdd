"""The table of a flat file: tabs between cells, a heading, one record a line. Knows no feed type.

The platform's templates have a line before the heading that names them; clients leave it out as often as not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from marketplace_sandbox.api.formats.feeds.reading import (
    MALFORMED,
    MISSING,
    MOST_MESSAGES,
    FatalFileError,
    Record,
    UnreadableRecordError,
    remark,
    unreadable_message,
)
from marketplace_sandbox.core.feeds.values import ACKNOWLEDGEMENT, ADJUSTMENT, FULFILLMENT, FeedMessage, FeedType
from marketplace_sandbox.core.text.quoting import nearest, quote, suggestion

TEMPLATES = {"OrderCancellation": ACKNOWLEDGEMENT, "OrderAdjustment": ADJUSTMENT, "OrderFulfillment": FULFILLMENT}
"""What each named template is about."""

MOST_LINES, LONGEST_LINE, MOST_COLUMNS = 2 * MOST_MESSAGES, 16_384, 60
"""How large a table may be, empty lines included."""

LONGEST_CELL = 500
"""How much of a heading that is none is told."""

_OTHER_DELIMITERS = (",", ";", "|")
_OTHER_FORMATS = ("<", "{", "[")


@dataclass(frozen=True, slots=True)
class Table:
    """The records of a file, and remarks about it as messages; what is wrong with a record stands in `broken`."""

    records: list[Record]
    broken: list[FeedMessage]
    remarks: list[FeedMessage]


def read_table(kind: FeedType, text: str, columns: Sequence[str], required: Sequence[str]) -> Table:
    """The records of a file with these columns. Raises FatalFileError."""
    rows = [row for row in _rows(text) if any(row)]
    remarks: list[FeedMessage] = []
    from_template = bool(rows) and rows[0][0].startswith("TemplateType=")
    if from_template:
        remarks += _check_template(kind, rows.pop(0)[0].partition("=")[2])
    if not rows:
        raise no_table(required[0], f"The file has no heading; it begins with {required[0]}, then a tab.")
    remarks += [_unknown_column(each, columns) for each in rows[0] if each and each.lower() not in columns]
    heading = _heading(rows[0], columns, required, remarks)
    if from_template and len(rows) > 1 and _is_translated(rows[1]):
        rows.pop(1)
    if len(rows) - 1 > MOST_MESSAGES:
        raise FatalFileError(f"The file has {len(rows) - 1} records; {MOST_MESSAGES} at a time are taken.")
    if len(rows) == 1:
        raise FatalFileError("The file has a heading and no record.", MISSING)
    records, broken = _records(heading, rows[1:], columns)
    return Table(records, broken, remarks)


def record_lines(text: str) -> list[int]:
    """The lines that the records of a file stand on, counted from one. Raises FatalFileError."""
    filled = [(number, row) for number, row in enumerate(_rows(text), 1) if any(row)]
    from_template = bool(filled) and filled[0][1][0].startswith("TemplateType=")
    table = filled[1:] if from_template else filled
    headings = 2 if from_template and len(table) > 1 and _is_translated(table[1][1]) else 1
    return [number for number, _ in table[headings:]]


def no_table(column: str, why: str, remarks: Iterable[FeedMessage] = ()) -> FatalFileError:
    """The refusal of a file without a column that must be there, in the platform's words and our own."""
    return FatalFileError(f"The required {column} field is missing from the file. {why}", MISSING, remarks=remarks)


def _unknown_column(cell: str, columns: Sequence[str]) -> FeedMessage:
    near = nearest(cell, columns)
    meant = f" Did you mean {near!r}?" if near else ""
    ignored = "field heading is invalid, so values in this field were ignored."
    return remark(f"The {cell[:LONGEST_CELL]} {ignored}{meant}")


def _rows(text: str) -> Iterator[list[str]]:
    """The cells of each line; what is beyond the most columns stays in one."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.count("\n") > MOST_LINES:
        raise FatalFileError(f"The file has more than {MOST_LINES} lines; {MOST_MESSAGES} records at a time are taken.")
    for number, line in enumerate(plain.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise FatalFileError(f"Line {number} is longer than {LONGEST_LINE} characters.")
        yield [_unquote(cell.strip()) for cell in line.split("\t", MOST_COLUMNS)]


def _unquote(cell: str) -> str:
    """What stands between quotes, as spreadsheets put them round cells."""
    quoted_whole = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"').strip() if quoted_whole else cell


def _is_translated(row: Sequence[str]) -> bool:
    """Whether a template's row is its heading once more, in another language: no record is without a digit."""
    return not row[0].isascii() and not any(character.isdigit() for cell in row for character in cell)


def _check_template(kind: FeedType, template: str) -> list[FeedMessage]:
    """Refuses the template of another type; of an unknown one it is only remarked."""
    if template not in TEMPLATES:
        return [remark(f"There is no template {quote(template)}{suggestion(template, TEMPLATES)}")]
    found = TEMPLATES[template]
    if found != kind.subject:
        expected = next(name for name, subject in TEMPLATES.items() if subject == kind.subject)
        raise FatalFileError(f"The feed type {kind.name} takes the template {expected}; this one is {template}.")
    return []


def _heading(
    cells: Sequence[str], columns: Sequence[str], required: Sequence[str], remarks: Sequence[FeedMessage]
) -> list[str]:
    """The names of the columns. Raises FatalFileError, with the remarks where one that must be there is not."""
    heading = [each.lower() for each in cells]
    if len(heading) > MOST_COLUMNS:
        raise FatalFileError(f"The heading has more than {MOST_COLUMNS} columns.")
    if len(heading) == 1:
        for other in _OTHER_DELIMITERS:
            if other in heading[0] and not heading[0].startswith(_OTHER_FORMATS):
                told = f"Columns are separated by tabs; the heading has none, but {quote(other)}."
                raise no_table(required[0], told, remarks)
    twice = [each for each in dict.fromkeys(heading) if each and heading.count(each) > 1]
    if twice:
        raise FatalFileError(f"The column {quote(twice[0])} is there {heading.count(twice[0])} times.")
    for each in required:
        if each not in heading:
            near = nearest(each, [name[:100] for name in heading if name not in columns])
            raise no_table(each, f"Is {quote(near)} meant for it?" if near else "A table begins with it.", remarks)
    return heading


def _records(
    heading: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[str]
) -> tuple[list[Record], list[FeedMessage]]:
    records: list[Record] = []
    broken: list[FeedMessage] = []
    for position, cells in enumerate(rows, 1):
        number = str(position)
        named = {name: cell for name, cell in zip(heading, cells, strict=False) if name in columns}
        problem = _problem(heading, cells)
        if problem:
            order_id = named.get("order-id", "")[:50]
            broken.append(unreadable_message(number, UnreadableRecordError(problem, MALFORMED), order_id))
        else:
            records.append(Record(number, named))
    return records, broken


def _problem(heading: Sequence[str], cells: Sequence[str]) -> str:
    """What is wrong with the cells of a record as such; empty where nothing is."""
    if any(cells[len(heading) :]):
        return f"The record has more cells than the heading, which has {len(heading)}; a cell holds no tab."
    other = next((each for each in _OTHER_DELIMITERS if each in cells[0]), "")
    if other and len(heading) > 1 and not any(cells[1:]):
        return f"Cells are separated by tabs, as in the heading; the record has one cell, with {quote(other)} in it."
    return ""
