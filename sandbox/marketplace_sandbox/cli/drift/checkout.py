"""A checkout of Amazon's published models: the files in it that are the models of our APIs. Compares nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from marketplace_sandbox.cli.drift.contract import Facts, Tree, read_facts, read_fields

MODELS = {
    "orders-v0": "ordersV0.json",
    "orders-2026-01-01": "orders_2026-01-01.json",
    "feeds-2021-06-30": "feeds_2021-06-30.json",
    "reports-2021-06-30": "reports_2021-06-30.json",
    "notifications-v1": "notifications.json",
    "messaging-v1": "messaging.json",
    "sellers-v1": "sellers.json",
    "solicitations-v1": "solicitations.json",
    "tokens-2021-03-01": "tokens_2021-03-01.json",
}
"""Our documents of the SP-API, and what the models of the same APIs are called in a checkout."""

ORDER_CHANGE = "OrderChangeNotification.json"
"""The schema of a notification, which no API's model has."""

Read = TypeVar("Read")

WANTED = (*MODELS.values(), ORDER_CHANGE)


class CheckoutError(Exception):
    """A folder that is no checkout of the models, or one that cannot be read. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Model:
    """The model of one API: its file, its text as a tree and what it states."""

    path: Path
    tree: Tree
    facts: Facts


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a folder has: models by the names of our documents, and the fields of ORDER_CHANGE."""

    folder: Path
    models: dict[str, Model]
    order_change: set[str] | None

    @property
    def missing(self) -> list[str]:
        """The files that are not there."""
        absent = [file for document, file in MODELS.items() if document not in self.models]
        return absent if self.order_change is not None else [*absent, ORDER_CHANGE]


def read_checkout(folder: Path) -> Checkout:
    """The models in a folder, however deep they lie in it. Raises CheckoutError."""
    found: dict[str, list[Path]] = {}
    for path in _list_files(folder):
        found.setdefault(path.name, []).append(path)
    if not found:
        raise CheckoutError(
            f"{folder} has none of the models of our APIs, such as {MODELS['orders-v0']}. Name a checkout of "
            "github.com/amzn/selling-partner-api-models, or a folder with files of it."
        )
    for name, paths in found.items():
        if len({_read_text(path) for path in paths}) > 1:
            one, other, *_ = sorted(paths)
            raise CheckoutError(f"{one} and {other} are both called {name} and differ. Name the folder of one of them.")
    models = {document: _read_model(found[file][0]) for document, file in MODELS.items() if file in found}
    return Checkout(folder, models, _read_order_change(found[ORDER_CHANGE][0]) if ORDER_CHANGE in found else None)


def _list_files(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as wrong:
        raise CheckoutError(f"{folder} cannot be read: {wrong.strerror}. Name a folder with the models.") from wrong
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
            yield from _list_files(entry)
        elif entry.name in WANTED:
            yield entry


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as wrong:
        raise CheckoutError(f"{path} cannot be read: {wrong}. Check the file out again.") from wrong


def _read_json(path: Path) -> Tree:
    try:
        tree = json.loads(_read_text(path))
    except (ValueError, RecursionError) as wrong:
        raise CheckoutError(f"{path} cannot be read: {wrong}. Check the file out again.") from wrong
    if not isinstance(tree, dict):
        raise CheckoutError(f"{path} is no model: it holds no JSON object. Check the file out again.")
    return tree


def _read_model(path: Path) -> Model:
    tree = _read_json(path)
    if tree.get("swagger") != "2.0":
        raise CheckoutError(f'{path} is no model of Amazon\'s: those say "swagger": "2.0". Name another folder.')
    return Model(path, tree, _follow(path, lambda: read_facts(tree)))


def _read_order_change(path: Path) -> set[str]:
    tree = _read_json(path)
    fields = _follow(path, lambda: read_fields(tree, tree, "ORDER_CHANGE"))
    if not fields:
        raise CheckoutError(f"{path} is no schema of a notification: it has no field. Check the file out again.")
    return fields


def _follow(path: Path, read: Callable[[], Read]) -> Read:
    """What is read of a tree. Raises CheckoutError where the tree is not built as such a file is."""
    try:
        return read()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as wrong:
        problem = f"{type(wrong).__name__}: {wrong}"
        raise CheckoutError(f"{path} cannot be followed ({problem}). Check the file out again.") from wrong
