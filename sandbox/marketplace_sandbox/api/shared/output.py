"""Schemas that write an answer: each field is given the attribute it reads, never the attribute's name in a text.

    _item = attributes_of(VisibleItem)

    class ItemSchema(OutputSchema):
        SellerSKU = Text(_item.item.sku)

writes what `.item.sku` is as SellerSKU. A type checker takes `_item` for an item, and while the module is imported
every attribute is looked for in the item's class: a misspelt one ends the import in the line that has it, where a name
in a text would have made its field vanish from every answer. What is None is left out. Knows no API.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields as fields_of
from dataclasses import is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, cast, get_args, get_type_hints

from marshmallow import Schema, fields, missing

from marketplace_sandbox.api.shared.fields import wire_date
from marketplace_sandbox.core.text.quoting import suggestion

Subject = TypeVar("Subject")
Value = TypeVar("Value")


class SchemaError(TypeError):
    """A schema that names an attribute which is not there, or has a field that names none."""


def attributes_of(subject: type[Subject]) -> Subject:
    """Stands for an object of the class where a schema names its attributes."""
    return cast("Subject", _Attribute(subject, ()))


class _Attribute:
    """The way from an object to one of its attributes. `kind` is the class of what stands there, None for no class."""

    def __init__(self, kind: type | None, path: tuple[str, ...]) -> None:
        self._kind = kind
        self._path = path

    def __getattr__(self, name: str) -> "_Attribute":
        kinds = _attributes(self._kind) if self._kind else {}
        if name not in kinds:
            kind = f"{self._kind.__module__}.{self._kind.__qualname__}" if self._kind else "A list or a union"
            raise SchemaError(f"{kind} has no attribute {name}{suggestion(name, tuple(kinds))}")
        return _Attribute(kinds[name], (*self._path, name))


@cache
def _attributes(kind: type) -> Mapping[str, type | None]:
    """The annotated attributes and the properties of a class, with their classes."""
    kinds = dict(get_type_hints(kind))
    for name, attribute in inspect.getmembers_static(kind, lambda each: isinstance(each, property)):
        kinds[name] = get_type_hints(attribute.fget)["return"]
    return {name: _class_of(hint) for name, hint in kinds.items()}


def _class_of(hint: object) -> type | None:
    """The class a hint stands for; of something or None, the something's."""
    if isinstance(hint, UnionType):
        something = [each for each in get_args(hint) if each is not NoneType]
        return _class_of(something[0]) if len(something) == 1 else None
    return hint if isinstance(hint, type) else None


class OutputField(fields.Field[Value], Generic[Value]):
    """Writes what stands at an attribute, one of `attributes_of`; nothing where that is None."""

    absent: Any = missing
    """What is written for None: marshmallow leaves `missing` out."""

    def __init__(self, source: Value | None) -> None:
        super().__init__()
        if not isinstance(source, _Attribute):
            raise SchemaError(f"A field of a schema reads {source!r}; give it an attribute of attributes_of(...).")
        self._read = attrgetter(".".join(source._path)) if source._path else _itself

    def write(self, value: Any) -> Any:
        """The value as JSON has it."""
        raise NotImplementedError

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> Any:  # noqa: ARG002
        """Marshmallow's way in, which would look for an attribute by the field's name."""
        value = self._read(obj)
        return self.absent if value is None else self.write(value)


def _itself(value: Any) -> Any:
    return value


class Text(OutputField[str]):
    """A text; of an enumeration its word."""

    def write(self, value: str) -> Any:
        return str(value)


class OptionalText(Text):
    """A text that is left out where it is empty, too."""

    def write(self, value: str) -> Any:
        return value or missing


class NullableText(Text):
    """A text that is written as null where there is none."""

    absent = None


class Number(OutputField[int]):
    """A whole number."""

    def write(self, value: int) -> int:
        return value


class Flag(OutputField[bool]):
    """A boolean."""

    def write(self, value: bool) -> bool:
        return value


class FlagText(OutputField[bool]):
    """A boolean that the platform sends as the text `true` or `false`."""

    def write(self, value: bool) -> str:
        return "true" if value else "false"


class Date(OutputField[datetime]):
    """An instant, to the second."""

    def write(self, value: datetime) -> str:
        return wire_date(value)


class AmountText(OutputField[Decimal]):
    """A decimal number as text."""

    def write(self, value: Decimal) -> str:
        return f"{value:f}"


class Texts(OutputField[Iterable[str]]):
    """A list of texts."""

    def write(self, value: Iterable[str]) -> list[str]:
        return [str(each) for each in value]


class OptionalTexts(Texts):
    """A list of texts that is left out where it is empty."""

    def write(self, value: Iterable[str]) -> Any:
        return super().write(value) or missing


class Spelt(OutputField[Any]):
    """A value of several parts, left out where it says nothing; each part is named as `spell` has it."""

    def __init__(self, spell: Callable[[str], str], source: object) -> None:
        super().__init__(source)
        self._spell = spell

    def write(self, value: Any) -> Any:
        return spelt(value, self._spell) or missing


def spelt(value: Any, spell: Callable[[str], str]) -> Any:
    """A value of the core as JSON, its parts named by `spell`; what is None or an empty text or list is left out."""
    if isinstance(value, tuple):
        return [spelt(each, spell) for each in value]
    if is_dataclass(value):
        parts = ((each.name, getattr(value, each.name)) for each in fields_of(value))
        return {spell(name): spelt(each, spell) for name, each in parts if each is not None and each not in ("", ())}
    return wire_date(value) if isinstance(value, datetime) else value


class OptionalObject(OutputField[Mapping[str, Any]]):
    """An object as it stands, left out where it is empty."""

    def write(self, value: Mapping[str, Any]) -> Any:
        return dict(value) or missing


class One(OutputField[Any]):
    """An object, written by a schema of its own."""

    def __init__(self, schema: type["OutputSchema"], source: object) -> None:
        super().__init__(source)
        self._schema = schema()

    def write(self, value: Any) -> Any:
        return self._schema.dump(value)


class Many(One):
    """A list of objects, each written by one schema."""

    def write(self, value: Any) -> Any:
        return self._schema.dump(value, many=True)


class Constant(fields.Constant[Any]):
    """The same in every answer."""


class OutputSchema(Schema):
    """Writes one kind of object. All of its fields are of this module: marshmallow's own go by their names."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if not isinstance(field_obj, OutputField | Constant):
            schema = f"{type(self).__module__}.{type(self).__name__}"
            raise SchemaError(
                f"{schema}.{field_name} is a {type(field_obj).__name__} of marshmallow, which reads by its name; use a "
                f"field of {__name__} and give it the attribute, such as Text(_order.order_id)."
            )
