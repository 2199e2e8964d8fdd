"""What the marker says of Orders v0: from when on its reads are refused."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from marketplace_sandbox.core.policy import EXAMPLE_DAY, POLICY, SettingError
from marketplace_sandbox.core.text.quoting import quote

_SETTING = "orders_v0_reads_end"
_FORM = f'"ends" and a date or an instant, such as "ends {EXAMPLE_DAY}" or "ends {EXAMPLE_DAY}T00:00:00Z"'
_NEARLY = re.compile(r"([0-9]{4})[-./]?([0-9]{1,2})[-./]?([0-9]{1,2})(?:[T ]([0-9:.]+(?:Z|[+-][0-9:]+)?))?")


def set_reads_end(settings: Mapping[str, Any], said: Any) -> dict[str, Any]:
    """The settings of the marker with the end that its `orders_v0` says.

    Raises ValueError where that means none, or the settings have another.
    """
    end, entry = read_orders_v0(said), POLICY[_SETTING]
    if _SETTING in settings and entry.read(settings[_SETTING]) != entry.read(end):
        other = quote(settings[_SETTING])
        raise ValueError(f"orders_v0 is {quote(said)}, and the setting {_SETTING} is {other}; leave one of them out.")
    return {**settings, _SETTING: end}


def read_orders_v0(said: Any) -> str:
    """The value of the setting `orders_v0_reads_end` that "ends 2026-03-10" means.

    Raises ValueError, whose text names the nearest that would do.
    """
    word, _, when = str(said).partition(" ")
    if word == "ends" and _is_end(when):
        return when
    near = next(filter(_is_end, _candidates(str(said))), None)
    meant = f", did you mean {quote(f'ends {near}')}?" if near else "."
    raise ValueError(f"orders_v0 is {_FORM}; {quote(str(said))} is not{meant}")


def _is_end(text: str) -> bool:
    with suppress(SettingError):
        return POLICY[_SETTING].read(text) is not None
    return False


def _candidates(text: str) -> list[str]:
    """The instants and the date that a text may name, most exactly first."""
    found = _NEARLY.search(text)
    if found is None:
        return []
    year, month, day, time = found.groups()
    date = f"{year}-{month:0>2}-{day:0>2}"
    return [f"{date}T{time}", f"{date}T{time}Z", date] if time else [date]
