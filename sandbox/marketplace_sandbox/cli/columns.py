"""Rows of plain text in columns that share the width of a terminal: lines as they are printed. Prints nothing.

rich draws a few thousand rows a second and shows none before it has all; here each line is there at once, so that a
list of a hundred thousand rows begins when it is asked for.
"""

from collections.abc import Iterator, Sequence

BETWEEN = 3
"""Columns of a terminal between two of a table."""

_EDGE, _GAP, _RULE = " " * 2, " " * BETWEEN, "─"


def divide(columns: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """How wide each of several columns is, by its texts, so that no word is broken; None without the room.

    Who wants little gets it, the others share the rest alike.
    """
    least = [max(map(longest_word, each), default=0) for each in columns]
    wanted = [max((_width(line) for text in each for line in text.split("\n")), default=0) for each in columns]
    spare = width - sum(least) - BETWEEN * len(columns) - 1
    if spare < 0:
        return None
    return [few + more for few, more in zip(least, _share(spare, least, wanted), strict=True)]


def longest_word(text: str) -> int:
    """How many columns the longest word of a text takes."""
    return max(map(_width, text.split()), default=0)


def _share(spare: int, least: Sequence[int], wanted: Sequence[int]) -> list[int]:
    wishes = [most - few for few, most in zip(least, wanted, strict=True)]
    shares = [0] * len(wishes)
    for number, index in enumerate(sorted(range(len(wishes)), key=wishes.__getitem__)):
        shares[index] = min(wishes[index], spare // (len(wishes) - number))
        spare -= shares[index]
    return shares


def draw_row(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The lines of one row."""
    cells = [wrap(text, width) for text, width in zip(row, widths, strict=True)]
    for number in range(max(map(len, cells))):
        texts = (each[number] if number < len(each) else "" for each in cells)
        yield _EDGE + _GAP.join(_pad(text, width) for text, width in zip(texts, widths, strict=True)).rstrip()


def draw_rule(widths: Sequence[int]) -> str:
    """The line under the heading."""
    return " " + _RULE * (sum(widths) + BETWEEN * len(widths) - 1)


def wrap(text: str, width: int) -> list[str]:
    """A text in lines that are not wider; words that are stand in pieces."""
    if _width(text) <= width and "\n" not in text:
        return [text]
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, width)]


def _wrap_paragraph(paragraph: str, width: int) -> list[str]:
    if _width(paragraph) <= width:
        return [paragraph]
    lines = [""]
    for word in paragraph.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if _width(longer) <= width:
            lines[-1] = longer
            continue
        lines += _pieces(word, width)
    return [each for each in lines if each]


def _pieces(word: str, width: int) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and _width(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  a fiftieth of a second, seldom needed

    return cell_len(text)
