"""`settings`: every number and switch of a seller's marketplace."""

from collections.abc import Iterable
from typing import Any

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.control_client import ControlClient, json_option, server_options
from marketplace_sandbox.cli.groups import Listing, example
from marketplace_sandbox.cli.params import WHOLE, Pair
from marketplace_sandbox.cli.tables import print_json, print_table, say, write_value
from marketplace_sandbox.core.policy import POLICY, SettingError
from marketplace_sandbox.core.text.quoting import quote, suggestion

SWITCHES = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def read_setting(key: str, text: str) -> tuple[str, Any]:
    """A setting and its value as JSON. Raises a usage error for a setting that there is not, and what it cannot be.

    `null` puts a setting back to what the seller began with, and is a value of none.
    """
    _check_key(key, POLICY)
    kind = POLICY[key].kind
    if text == "null":
        return key, None
    value: Any = text
    if kind == "switch":
        value = SWITCHES.get(text.lower(), text)
    elif kind == "count" and WHOLE.fullmatch(text):
        value = int(text)
    try:
        POLICY[key].read(value)
    except SettingError as wrong:
        raise click.UsageError(str(wrong)) from None
    return key, value


def _check_key(key: str, known: Iterable[str]) -> None:
    """Raises a usage error for a setting that there is not."""
    if key not in known:
        raise click.UsageError(f"There is no setting {quote(key)}{suggestion(key, known)}")


@click.group(cls=Listing)
def settings() -> None:
    """Settings: the numbers and switches of a world."""


@example("settings list", "settings list --changed")
@settings.command("list")
@click.option("--changed", is_flag=True, help="Only those that are not as they are by default.")
@json_option
@server_options
def list_settings(changed: bool, as_json: bool, control: ControlClient) -> None:
    """List all settings with the values in force."""
    values = control.get("settings")
    if changed:
        values = {key: each for key, each in values.items() if each != _default(key)}
    if as_json:
        print_json(values)
        return
    # A server of another version may have settings that this command does not know.
    rows = ((key, each, _default(key), POLICY[key].meaning if key in POLICY else "") for key, each in values.items())
    print_table(("setting", "value", "default", "meaning"), rows, "Every setting is as by default.")


@example("settings get listing_lag")
@settings.command()
@click.argument("key", shell_complete=offers.settings)
@json_option
@server_options
def get(key: str, as_json: bool, control: ControlClient) -> None:
    """Print the value of one setting."""
    values = control.get("settings")
    _check_key(key, values)
    print_json(values[key]) if as_json else say(write_value(values[key]))


@example("settings set listing_lag=2m buyer_withdrawal=on")
@settings.command("set")
@click.argument(
    "pairs", type=Pair(), nargs=-1, required=True, metavar="KEY=VALUE...", shell_complete=offers.pairs_of_settings
)
@json_option
@server_options
def set_settings(pairs: tuple[tuple[str, str], ...], as_json: bool, control: ControlClient) -> None:
    """Change settings.

    Spans are written like 31m or PT31M, switches like on and off, dates like 2027-03-27. The value null puts a setting
    back to what the seller began with, as settings reset does.
    """
    changes = dict(read_setting(key, text) for key, text in pairs)
    _change(control, changes, as_json)


@example("settings reset listing_lag", "settings reset --all")
@settings.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...", shell_complete=offers.settings)
@click.option("--all", "everything", is_flag=True, help="Every setting.")
@json_option
@server_options
def reset(keys: tuple[str, ...], everything: bool, as_json: bool, control: ControlClient) -> None:
    """Put settings back to what the seller began with."""
    if bool(keys) == everything:
        raise click.UsageError("Name the settings to reset, or give --all.")
    for each in keys:
        _check_key(each, POLICY)
    _change(control, dict.fromkeys(keys or control.get("settings")), as_json)


def _change(control: ControlClient, changes: dict[str, Any], as_json: bool) -> None:
    values = control.put("settings", changes)
    now = {key: values[key] for key in changes}
    if as_json:
        print_json(now)
        return
    for key, value in now.items():
        say(f"{key} is {'not set' if value is None else write_value(value)}.")


def _default(key: str) -> Any:
    entry = POLICY.get(key)
    return entry.show(entry.default) if entry else None
