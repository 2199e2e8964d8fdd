"""What a hostile caller puts where a value belongs: nothing, the wrong kind, and every end of numbers, time and text.

`Raw` is JSON as it is written, for what no Python value is written as: an exponent of ten digits, a lone surrogate.
"""

import json
from random import Random
from typing import Any


class Raw(str):
    """A piece of JSON, written as it stands."""

    __slots__ = ()


NINES = "9" * 5_000
"""More digits than Python turns into a number at once."""

NOTHING: tuple[Any, ...] = (None, "", [], {})
WRONG: tuple[Any, ...] = (
    True,
    False,
    0,
    1,
    -1,
    1.5,
    "word",
    ["word"],
    {"word": 1},
    [None],
    [[]],
    {"": None},
    [[{}], 1],
)
NUMBERS: tuple[Any, ...] = tuple(
    Raw(each)
    for each in (
        *(
            "1e1000000000",
            "-1e1000000000",
            "1e-1000000000",
            "1e400",
            "-1e400",
            "1e-400",
            "1E+15",
            "123456789.123456789",
        ),
        *("-0", "-0.0", "0.0", "1.0", "0.1", "0.001", "1e9", "999999999.99", "9007199254740993", "9223372036854775808"),
        *("18446744073709551616", NINES, f"-{NINES}", f"0.{NINES}", "NaN", "Infinity", "-Infinity", "01", "1e", ".5"),
    )
)
NUMBER_TEXTS: tuple[Any, ...] = (
    *("1e1000000000", "-1e1000000000", "1e-1000000000", "1e400", "NaN", "sNaN", "Infinity", "-inf", "-0", "+1", " 1 "),
    *("1_000", "١٢", "²", "0x10", "1.", ".5", "1,5", "٣٫٥", NINES, f"0.{NINES}", "9223372036854775808", "2147483648"),
)
INSTANTS: tuple[Any, ...] = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999999-23:59"),
    *("0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z"),
    *("1970-01-01T00:00:00Z", "8999-12-31T23:59:00Z", "8999-12-31T23:59:59.999Z", "9000-01-01T00:00:00Z"),
    *("2026-12-31T23:59:60Z", "2016-12-31T23:59:60Z", "2026-02-29T00:00:00Z", "2026-03-02T24:00:00Z"),
    *(
        "2026-03-02T16:00:00",
        "2026-03-02",
        "2026-03-02T16:00:00+99:99",
        "2026-03-02T16:00:00+24:00",
        "20260302T160000Z",
    ),
    *("2026-03-02T16:00:00.123456789123Z", "2026-W10-1T16:00:00Z", "2026-03-02T16:00:00-00:00", "2026-03-02T16Z"),
    *("2026-03-02t16:00:00z", "2026-03-02 16:00:00Z", "٢٠٢٦-03-02T16:00:00Z", "2026-03-02T16:00:00+00:00:00.000001"),
    *("2026-03-02T15:00:00Z", "2026-03-02T16:00:00.001Z", "1772467200", "yesterday", "now"),
)
SPANS: tuple[Any, ...] = (
    *(
        "PT0S",
        "-PT1S",
        "P-1D",
        "P1Y",
        "P1M",
        "PT0.0000001S",
        "PT1e9S",
        "P99999999999D",
        f"P{'9' * 400}D",
        f"PT{NINES}S",
    ),
    *("P3650D", "P3651D", "P365000D", "999999999d", "P1W2D", "PT", "P", "0", "1h", "-1h", "PT1.5H", "١h", "PT24H"),
)
TEXTS: tuple[Any, ...] = (
    Raw('"\\u0000"'),
    Raw('"\\ud800"'),
    Raw('"\\udfff\\ud800"'),
    Raw('"\\u001b[31m"'),
    *("\x7f", "\u202ereversed", "\ufffe", "\N{PILE OF POO}", "İı", "ﬀ", " ", "\n", "\t", "x" * 5_000, "é" * 300),
    *(
        "../../etc/passwd",
        "..\\..",
        "/",
        "//",
        "%2e%2e",
        "%",
        "%00",
        "<b>",
        "&amp;",
        "]]>",
        "'\"`",
        "{0}",
        "%s",
        "${x}",
    ),
    *("null", "None", "undefined", "true", "True", "__proto__", "__class__", "a,b", ",", "*", "@", "a@b", "\\", "?#"),
    *("application/json; charset=utf-16", "text/plain", "gzip", "identity", "multipart/form-data", "application/xml"),
    *("ATVPDKIKX0DER", "A1PA6795UKMFR9", "902-0000001-0000001", "9" * 3 + "-" + "9" * 7 + "-" + "9" * 7),
)
DEEP: tuple[Any, ...] = tuple(Raw("[" * levels + "]" * levels) for levels in (40, 70, 3_000)) + tuple(
    Raw('{"a":' * levels + "1" + "}" * levels) for levels in (40, 3_000)
)
LONG: tuple[Any, ...] = ([0] * 2_000, [{}] * 500, [""] * 2_000, {str(number): None for number in range(500)})

KINDS = (NOTHING, WRONG, NUMBERS, NUMBER_TEXTS, INSTANTS, SPANS, TEXTS, DEEP, LONG)
FIRST: tuple[Any, ...] = (*NOTHING, *WRONG)
"""What is tried in every place before anything is left to chance."""

OF_TEXT = tuple(
    each for kind in (("", "word", "0", "-1", "1.5"), NUMBER_TEXTS, INSTANTS, SPANS, TEXTS) for each in kind
)


def any_value(random: Random) -> Any:
    """Any of them, each kind as often as the others."""
    return random.choice(random.choice(KINDS))


def any_text(random: Random) -> str:
    """Any that is text, for places that hold nothing else: paths, queries, headers, forms and files."""
    found = random.choice(OF_TEXT)
    return str(json.loads(found) if isinstance(found, Raw) else found)


def bent(text: str, random: Random) -> str:
    """A text that was in order, with a little of it gone, doubled or changed."""
    at = random.randrange(len(text) + 1)
    length = random.choice((0, 1, 1, 3))
    return (
        text[:at] + random.choice(("", "", "0", "9", "A", "-", "\0", " ", text[at : at + 2] * 2)) + text[at + length :]
    )


def as_json(value: Any) -> bytes:
    """JSON with every `Raw` in it as it is written."""
    return _write(value).encode("utf-8", "surrogatepass")


def _write(value: Any) -> str:
    if isinstance(value, Raw):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_write(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_write, value)) + "]"
    return json.dumps(value)
