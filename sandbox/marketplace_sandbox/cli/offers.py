"""What a shell offers for an argument, where there is a finite list of what it may be.

Lists of ours come from the core. What a world has is asked of the server that the command line names so far, with its
seller; where none answers at once, or not as a sandbox of now does, nothing is offered and nothing said. A word may
come with what it means, which zsh and fish show beside it. What the core knows is imported when it is asked for: no
command need wait for it.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from marketplace_sandbox.core.text.characters import escape_controls

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SECONDS, WHOLE_SECONDS = 1.0, 3.0
"""How long a shell waits for a server that says nothing, and for its whole answer."""

MOST_ENTRIES = 1000
"""So many entries of a server's list are looked at."""

LONGEST_HELP = 60

Words = Iterator[tuple[str, str | None]]
"""Words, each with what it means, as far as that is known."""

Find = Callable[[click.Context, str], Words]
"""What finds the words for an argument whose beginning has been typed."""


class Offer:
    """What a parameter takes as its `shell_complete`: the words of `find` that begin like what has been typed.

    With `commas` the last of several, which are separated by commas; with `files` a file may be meant, too.
    """

    def __init__(self, find: Find, *, commas: bool = False, files: bool = False) -> None:
        self._find = find
        self._commas = commas
        self._files = files

    def __call__(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002  click calls it so
        incomplete: str,
    ) -> "list[CompletionItem[str]]":
        from click.shell_completion import CompletionItem  # noqa: PLC0415  only shells need it

        before, comma, begun = incomplete.rpartition(",") if self._commas else ("", "", incomplete)
        given = before.split(",")
        found = [
            CompletionItem(f"{before}{comma}{word}", help=_shorten(meaning))
            for word, meaning in self._words(ctx, begun).items()
            if word.startswith(begun) and word not in given
        ]
        return [*found, CompletionItem(incomplete, type="file")] if self._files else found

    def _words(self, ctx: click.Context, begun: str) -> dict[str, str | None]:
        """All there are. A word with a line's end or the like in it would be another to a shell, or several.

        One that begins with a dash would be an option.
        Those of a server that come before the first that is not as it should be are good.
        """
        found: dict[str, str | None] = {}
        with contextlib.suppress(LookupError, TypeError, ValueError, AttributeError, RecursionError):
            for word, meaning in self._find(ctx, begun):
                if word and word.isprintable() and not word.startswith("-"):
                    found[word] = meaning  # noqa: PERF403  those before a wrong one stay
        return found


def _shorten(meaning: str | None) -> str | None:
    words = " ".join(escape_controls(meaning or "").split())
    return (words if len(words) <= LONGEST_HELP else f"{words[: LONGEST_HELP - 1]}…") or None


def _words(find: Callable[[], Iterable[str] | Mapping[str, str]]) -> Find:
    """The words of a list of ours, or of a table of them and what they mean."""

    def find_words(_ctx: click.Context, _begun: str) -> Words:
        found = find()
        yield from found.items() if isinstance(found, Mapping) else ((str(each), "") for each in found)

    return find_words


# What is asked of a server


def _read(ctx: click.Context, call: str, query: Mapping[str, Any] | None = None) -> Any:
    """What the server of the command line so far answers; None where it answers nothing at once."""
    import requests  # noqa: F401, PLC0415  so that it takes none of the time

    from marketplace_sandbox.cli.control_client import DEFAULT_URL, ControlClient  # noqa: PLC0415  has offers of its own
    from marketplace_sandbox.cli.secrets import read_secret  # noqa: PLC0415  the same

    said, answers = ctx.params, list[Any]()

    def ask() -> None:
        with contextlib.suppress(click.ClickException, OSError, ValueError, LookupError, TypeError, RecursionError):
            token = said.get("token") or (read_secret(said["token_file"], "") if said.get("token_file") else "")
            url = (said.get("url") or DEFAULT_URL).rstrip("/")
            control = ControlClient(url, said.get("seller") or "", token, SECONDS)
            answers.append(control.get(call, dict(query or {}), quiet=True))

    # whoever answers byte by byte is never late with the next
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(WHOLE_SECONDS)
    return answers[0] if answers else None


def _list(ctx: click.Context, plural: str, query: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The first entries of a server's list."""
    answer = _read(ctx, plural, {"limit": MOST_ENTRIES, **(query or {})})
    return answer[plural] if isinstance(answer, dict) and isinstance(answer.get(plural), list) else []


def _entries(plural: str, word: str, *meaning: str) -> Find:
    """A field of each entry of a list of the control API, with what some others of its fields say."""

    def find_entries(ctx: click.Context, _begun: str) -> Words:
        for each in _list(ctx, plural):
            yield str(each[word]), ", ".join(str(each[name]) for name in meaning if each.get(name))

    return find_entries


def _jobs(kind: str) -> Find:
    def find_jobs(ctx: click.Context, _begun: str) -> Words:
        for each in _list(ctx, "jobs"):
            if each["kind"] == kind:
                yield each["id"], f"{each['status']}, {each['type']}"

    return find_jobs


def _both(plural: str, names: tuple[str, str]) -> Find:
    """Two fields of each entry, either of which names it."""

    def find_both(ctx: click.Context, _begun: str) -> Words:
        for each in _list(ctx, plural):
            yield from zip(
                (str(each[name]) for name in names), (str(each[name]) for name in reversed(names)), strict=True
            )

    return find_both


def _marketplaces_of_seller(ctx: click.Context, _begun: str) -> Words:
    from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER  # noqa: PLC0415  the same

    answer = _read(ctx, f"sellers/{ctx.params.get('seller') or DEFAULT_SELLER}") or {}
    known = _marketplaces()
    yield from ((each, known.get(each, "")) for each in answer.get("marketplace_ids", ()))


def _skus(ctx: click.Context, _begun: str) -> Words:
    """What has been sold here before."""
    for order in _list(ctx, "orders", {"limit": 100}):
        yield from ((item["sku"], item["title"]) for item in order["items"])


def _word_of(ctx: click.Context, name: str, known: Callable[[str], bool]) -> str:
    """An argument, which click does not tell while the option before the cursor still wants its value."""
    return ctx.params.get(name) or next(filter(known, ctx.args), "")


def _order(ctx: click.Context) -> dict[str, Any]:
    order_id = _word_of(ctx, "order_id", lambda word: word[:1].isdigit())
    return (_read(ctx, f"orders/{order_id}") if order_id else None) or {"items": [], "refunds": []}


def _items_of_order(ctx: click.Context, _begun: str) -> Words:
    for item in _order(ctx)["items"]:
        yield item["sku"], f"{item['quantity']} x {item['title']}"
        yield item["order_item_id"], item["sku"]


def _amounts(ctx: click.Context, _begun: str) -> Words:
    from marketplace_sandbox.core.orders.actions import COMPONENTS  # noqa: PLC0415  the same

    for item in _order(ctx)["items"]:
        yield f"{item['sku']}=", f"of {item['price']} {item['currency']}"
        yield from ((f"{item['sku']}:{component}=", "") for component in COMPONENTS)


def _refunds(ctx: click.Context, _begun: str) -> Words:
    yield from ((each["refund_id"], each["state"]) for each in _order(ctx)["refunds"])


def _versions(ctx: click.Context, _begun: str) -> Words:
    yield from ((str(each["version"]), f"{each['kind']} at {each['at']}") for each in _list(ctx, "journal"))


def _instants_ahead(ctx: click.Context, begun: str) -> Words:
    """The next thing that falls due, and days by their names. An instant of two words is not completed."""
    if begun or not ctx.args:
        due = (_read(ctx, "clock") or {}).get("next")
        if due:
            yield due["at"], due["what"]
        yield from (("tomorrow", "00:00 UTC, by the world's clock"), ("today", "with an hour"))


def _queues(ctx: click.Context, _begun: str) -> Words:
    for each in _list(ctx, "queues"):
        yield each["name"], ", ".join(each["notification_types"])


# What is a list of ours


def _marketplaces() -> Mapping[str, str]:
    from marketplace_sandbox.core.marketplaces import MARKETPLACES  # noqa: PLC0415  the same

    return {name: f"{each.country}, {each.domain}" for name, each in MARKETPLACES.items()}


def _reasons(ctx: click.Context, _begun: str) -> Words:
    """Those of whoever does the action, or of everybody where none is named yet."""
    from marketplace_sandbox.core.orders.actions import ARGUMENTS  # noqa: PLC0415  the same
    from marketplace_sandbox.core.orders.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS  # noqa: PLC0415  the same

    action = _word_of(ctx, "action", ARGUMENTS.__contains__)
    if action in {"", "seller-cancel"}:
        yield from ((each.key, each.label) for each in SELLER_REASONS.values())
    if not action or action.startswith("buyer-"):
        yield from BUYER_REASONS.items()
    if action in {"", "seller-refund"}:
        yield from ((each.key, each.label) for each in REFUND_REASONS.values())


def _settings() -> Mapping[str, str]:
    from marketplace_sandbox.core.policy import POLICY  # noqa: PLC0415  the same

    return {key: each.meaning for key, each in POLICY.items()}


def _pairs_of_settings(_ctx: click.Context, begun: str) -> Words:
    """KEY= first, and then what may stand behind it."""
    from marketplace_sandbox.core.policy import POLICY  # noqa: PLC0415  the same

    key, equals, _ = begun.partition("=")
    if not equals:
        yield from ((f"{key}=", each.meaning) for key, each in POLICY.items())
    elif key in POLICY:
        entry = POLICY[key]
        words = {"switch": ("on", "off"), "choice": entry.choices}.get(entry.kind, ())
        default = entry.show(entry.default)
        known = [*words] or ([str(default)] if default is not None else [])
        yield from ((f"{key}={word}", "") for word in [*known, "null"])


def _fault_kinds() -> Mapping[str, str]:
    from marketplace_sandbox.core.faults.kinds import KINDS  # noqa: PLC0415  the same

    return {name: each.about for name, each in KINDS.items()}


def _pairs_of_faults(ctx: click.Context, begun: str) -> Words:
    """The fields that a kind of fault takes, and what may stand behind those that have a list."""
    from marketplace_sandbox.core.faults.kinds import KINDS, fields_of  # noqa: PLC0415  the same
    from marketplace_sandbox.core.notifications.outbox import NOTIFICATION_TYPES, ORDER_CHANGE_TYPES  # noqa: PLC0415

    kind = _word_of(ctx, "kind", KINDS.__contains__)
    key, equals, _ = begun.partition("=")
    if not equals:
        yield from ((f"{name}=", "") for name in (fields_of(KINDS[kind]) if kind in KINDS else ()))
        return
    lists: Mapping[str, Callable[[], Iterable[str]]] = {
        "operation": _operations,
        "notification_type": lambda: NOTIFICATION_TYPES,
        "order_change_type": lambda: ORDER_CHANGE_TYPES,
        "order_id": lambda: (each["order_id"] for each in _list(ctx, "orders")),
        "subscriber": lambda: (each["id"] for each in (*_list(ctx, "webhooks"), *_list(ctx, "subscriptions"))),
        "type": lambda: (*_feed_types(), *_report_types()),
        "performed": lambda: ("true", "false"),
        "times": lambda: ("1", "null"),
    }
    yield from ((f"{key}={word}", "") for word in lists.get(key, tuple)())


def _feed_types() -> Iterable[str]:
    from marketplace_sandbox.core.feeds.values import FEED_TYPES  # noqa: PLC0415  the same

    return list(FEED_TYPES)


def _report_types() -> Iterable[str]:
    from marketplace_sandbox.core.reports.values import REPORT_TYPES  # noqa: PLC0415  the same

    return list(REPORT_TYPES)


_OPERATION = re.compile(r"^ +operationId: *(\w+)", re.MULTILINE)


def _operations() -> Iterable[str]:
    """What a seller's client may call, as the request log and faults name it. The documents are searched, not read."""
    from marketplace_sandbox._resources import openapi_dir  # noqa: PLC0415  the same

    ours = ("control.yaml", "health.yaml")
    files = sorted(each for each in openapi_dir().glob("*.yaml") if each.name not in ours)
    return dict.fromkeys(name for file in files for name in _OPERATION.findall(file.read_text("utf-8")))


def _rules() -> Mapping[str, str]:
    from marketplace_sandbox.api.shared.sources import sources  # noqa: PLC0415  the same

    return sources()


def _kinds_of_commands() -> Iterable[str]:
    from marketplace_sandbox.core.commands.registry import COMMANDS  # noqa: PLC0415  the same

    return list(COMMANDS)


def _address_fields() -> Iterable[str]:
    from marketplace_sandbox.core.orders.form import ADDRESS_TEXTS  # noqa: PLC0415  the same

    return (f"{each}=" for each in ADDRESS_TEXTS)


def _statuses() -> Iterable[str]:
    from marketplace_sandbox.core.orders.order import Status  # noqa: PLC0415  the same

    return map(str, Status)


def _channels() -> Iterable[str]:
    from marketplace_sandbox.core.orders.order import Channel  # noqa: PLC0415  the same

    return map(str, Channel)


def _states_of_requests() -> Iterable[str]:
    from marketplace_sandbox.core.orders.order import RequestState  # noqa: PLC0415  the same

    return map(str, RequestState)


def _scenarios() -> Iterable[str]:
    from marketplace_sandbox._resources import fixtures_dir  # noqa: PLC0415  the same

    return (file.stem for file in sorted(fixtures_dir().glob("*.yaml")))


def _demos() -> Mapping[str, str]:
    from marketplace_sandbox._resources import fixtures_dir  # noqa: PLC0415  the same
    from marketplace_sandbox.scenario.library import read_demos  # noqa: PLC0415  the same

    return {name: each.title for name, each in read_demos(fixtures_dir())}


def _servers(name: str) -> Callable[[], Iterable[str]]:
    """What each server of this machine has under a name."""

    def find_all() -> Iterator[str]:
        from marketplace_sandbox.cli.running import FolderError, find_servers  # noqa: PLC0415  the same

        with contextlib.suppress(FolderError):
            yield from (str(getattr(each, name)) for each in find_servers())

    return find_all


addresses = Offer(_words(_servers("url")))
processes = Offer(_words(_servers("pid")))
sellers = Offer(_entries("sellers", "seller_id", "now"))
orders = Offer(_entries("orders", "order_id", "status"))
items_of_order = Offer(_items_of_order)
skus = Offer(_skus)
amounts = Offer(_amounts)
refunds = Offer(_refunds)
reasons = Offer(_reasons)
statuses = Offer(_words(_statuses), commas=True)
channels = Offer(_words(_channels), commas=True)
states_of_requests = Offer(_words(_states_of_requests), commas=True)
address_fields = Offer(_words(_address_fields))
marketplaces = Offer(_words(_marketplaces))
marketplaces_of_seller = Offer(_marketplaces_of_seller)
settings = Offer(_words(_settings))
pairs_of_settings = Offer(_pairs_of_settings)
fault_kinds = Offer(_words(_fault_kinds))
pairs_of_faults = Offer(_pairs_of_faults)
faults = Offer(_entries("faults", "id", "kind"))
webhooks = Offer(_both("webhooks", ("url", "id")))
webhook_addresses = Offer(_entries("webhooks", "url", "id"))
subscriptions = Offer(_both("subscriptions", ("notification_type", "id")))
queues = Offer(_queues)
deliveries = Offer(_entries("deliveries", "id", "status", "change", "order_id"))
reports = Offer(_jobs("report"))
feeds = Offer(_jobs("feed"))
versions = Offer(_versions)
instants_ahead = Offer(_instants_ahead)
kinds_of_commands = Offer(_words(_kinds_of_commands))
operations = Offer(_words(_operations))
rules = Offer(_words(_rules))
scenarios = Offer(_words(_scenarios), files=True)
demos = Offer(_words(_demos), files=True)
named_scenarios = Offer(_words(_scenarios))
media_types = Offer(_words(lambda: ("text/tab-separated-values; charset=UTF-8", "text/xml; charset=UTF-8")))
stores = Offer(_words(lambda: ("memory", "sqlite:///")))
columns = Offer(_words(lambda: ("is-buyer-requested-cancellation", "on", "off")))
