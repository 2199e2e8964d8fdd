"""Schemas name the attributes they read: a misspelt one ends the import, and says where and what was meant."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from marshmallow import fields

from marketplace_sandbox.api.shared import output
from marketplace_sandbox.api.shared.output import (
    AmountText,
    Constant,
    Date,
    Flag,
    FlagText,
    Many,
    NullableText,
    Number,
    One,
    OptionalText,
    OutputSchema,
    SchemaError,
    Text,
    Texts,
    attributes_of,
)
from marketplace_sandbox.core.orders.order import Status


@dataclass(frozen=True, slots=True)
class Mug:
    """Something to write."""

    colour: str
    status: Status
    size: int | None
    lid: "Mug | None" = None
    price: Decimal = Decimal("2.50")
    fired_at: datetime = datetime(2026, 3, 2, 16, 0, 0, 999, UTC)
    cracked: bool = False
    tags: tuple[str, ...] = ()

    @property
    def parts(self) -> "list[Mug]":
        return [self.lid] if self.lid else []


mug = attributes_of(Mug)


class LidSchema(OutputSchema):
    colour = Text(mug.colour)
    size = Number(mug.size)


class MugSchema(OutputSchema):
    Colour = OptionalText(mug.colour)
    Status = Text(mug.status)
    Size = Number(mug.size)
    Lid = One(LidSchema, mug.lid)
    Parts = Many(LidSchema, mug.parts)
    Itself = One(LidSchema, mug)
    Price = AmountText(mug.price)
    FiredAt = Date(mug.fired_at)
    Cracked = Flag(mug.cracked)
    CrackedText = FlagText(mug.cracked)
    Tags = Texts(mug.tags)
    Glaze = Constant(None)


class LidColourSchema(OutputSchema):
    colour = NullableText(mug.colour)
    lid = NullableText(mug.lid.colour)  # type: ignore[union-attr]  # what the type checker says is what is tested


def test_every_kind_of_field_writes_what_its_attribute_is() -> None:
    lid = Mug("red", Status.PENDING, 2)
    assert MugSchema().dump(Mug("", Status.CANCELED, None, lid, tags=("a", "b"))) == {
        "Status": "Canceled",
        "Lid": {"colour": "red", "size": 2},
        "Parts": [{"colour": "red", "size": 2}],
        "Itself": {"colour": ""},
        "Price": "2.50",
        "FiredAt": "2026-03-02T16:00:00Z",
        "Cracked": False,
        "CrackedText": "false",
        "Tags": ["a", "b"],
        "Glaze": None,
    }


def test_an_attribute_of_an_attribute_is_read_where_it_is() -> None:
    lid = Mug("red", Status.PENDING, 2)
    assert LidColourSchema().dump(Mug("blue", Status.PENDING, 1, lid)) == {"colour": "blue", "lid": "red"}


@pytest.mark.parametrize(
    ("misspell", "message"),
    [
        (lambda: mug.color, r"test_output\.Mug has no attribute color; did you mean 'colour'\?"),  # type: ignore[attr-defined]
        (lambda: mug.lid.sise, r"test_output\.Mug has no attribute sise; did you mean 'size'\?"),  # type: ignore[union-attr]
        (lambda: mug.parts.colour, r"A list or a union has no attribute colour; there is none at all\."),  # type: ignore[attr-defined]
        (lambda: Text("colour"), r"reads 'colour'; give it an attribute of attributes_of\(\.\.\.\)"),
    ],
)
def test_a_misspelt_attribute_is_refused_with_the_nearest(misspell: object, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        misspell()  # type: ignore[operator]


def test_a_field_that_goes_by_its_name_is_refused() -> None:
    class ByName(OutputSchema):
        colour = fields.String()

    with pytest.raises(SchemaError, match=r"ByName\.colour is a String of marshmallow, .*Text\(_order\.order_id\)"):
        ByName()


@pytest.mark.parametrize(
    ("module", "attribute", "misspelt"),
    [
        ("orders_v0/schemas.py", "_order.total", "_order.totl"),
        ("orders_2026/schemas.py", "_item.item.sku", "_item.item.skv"),
        ("notifications/order_change.py", "_order.order_type", "_order.order_typ"),
        ("notifications/processing_finished.py", "_notification.account_id", "_notification.acount_id"),
    ],
)
def test_a_misspelt_field_ends_the_import_in_its_line(module: str, attribute: str, misspelt: str) -> None:
    """Tried on the schemas that there are: the traceback has the file and the line, the message what was meant."""
    file = Path(output.__file__).parents[1] / "spapi" / module
    source = file.read_text(encoding="utf-8")
    changed = source.replace(attribute, misspelt, 1)
    assert changed != source
    with pytest.raises(SchemaError, match=f"did you mean '{attribute.rpartition('.')[2]}'") as refused:
        exec(compile(changed, str(file), "exec"), {"__name__": "schemas"})  # noqa: S102  (our own source)
    lines = [frame.lineno + 1 for frame in refused.traceback if str(frame.path) == str(file)]
    assert changed[: changed.index(misspelt)].count("\n") + 1 in lines
