"""What may be typed in a grid by hand."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from sad.frames.columns import Column, ColumnType
from sad.frames.vocabulary import Role, Side, role_of, tidy
from sad.kernel.french import parse_money
from sad.kernel.money import Money


def _tidy(value: Any) -> Any:
    return tidy(value) if isinstance(value, str) else value


def _money(value: Any) -> Any:
    """`1 234,50` as people type it, or whole cents as the API gives them."""
    if isinstance(value, str):
        return parse_money(value)
    return Money(value) if type(value) is int else value


Amount = Annotated[
    Money,
    BeforeValidator(_money),
    WithJsonSchema({"type": "integer", "description": "cents of euro"}),
]
Line = Annotated[str, BeforeValidator(_tidy), Field(max_length=500)]
Name = Annotated[str, BeforeValidator(_tidy), Field(min_length=1, max_length=160)]
Words = Annotated[str, BeforeValidator(_tidy), Field(max_length=300)]
Quantity = Annotated[Decimal, Field(gt=0, lt=1_000_000, decimal_places=3)]


class LineInput(BaseModel):
    """One line asked. `values`: the buyer's other columns by key; `maximum_price` excludes tax."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    designation: Annotated[str, BeforeValidator(_tidy), Field(min_length=1, max_length=500)]
    quantity: Quantity
    number: Annotated[Line, Field(max_length=40)] = ""
    code: Annotated[Line, Field(max_length=40)] = ""
    unit: Annotated[Line, Field(max_length=40)] = ""
    lot_number: Annotated[int, Field(ge=1, le=99)] = 1
    mandatory: bool = False
    slice_size: Quantity | None = None
    maximum_price: Amount | None = None
    values: dict[str, Annotated[str, Field(max_length=2000)]] = {}


class SameInput(BaseModel):
    """What several lines are given at once: nothing else of them changes.

    `whole` cuts no slice. `empty`: keys of the buyer's columns to empty.
    """

    model_config = ConfigDict(extra="forbid")

    unit: Annotated[Line, Field(max_length=40)] | None = None
    lot_number: Annotated[int, Field(ge=1, le=99)] | None = None
    mandatory: bool | None = None
    slice_size: Quantity | None = None
    whole: bool = False
    values: dict[str, Annotated[str, Field(max_length=2000)]] = {}
    empty: list[str] = []

    def fields(self) -> dict[str, Any]:
        """The fields of the line itself that change."""
        said = self.model_dump(include={"unit", "lot_number", "mandatory", "slice_size"})
        found = {name: value for name, value in said.items() if value is not None}
        return found | ({"slice_size": None} if self.whole else {})


class ColumnInput(BaseModel):
    """A column or question drawn by hand. What the engine reads it as comes from its name.

    `meanings` says what each choice means; pictures are joined apart.
    """

    model_config = ConfigDict(extra="forbid")

    label: Name
    side: Side
    type: ColumnType = ColumnType.TEXT
    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    choices: Annotated[list[Name], Field(max_length=50)] = []
    meanings: Annotated[list[Words], Field(max_length=50)] = []  # of the choices, in their order
    hint: Annotated[str, Field(max_length=1000)] = ""

    def column(self, key: str) -> Column:
        """As the readers and checkers of grids know it."""
        return Column(
            key=key,
            name=self.label,
            side=self.side,
            type=ColumnType.CHOICE if self.choices else self.type,
            role=_free_role(self.label, self.side),
            required=self.required,
            minimum=self.minimum,
            maximum=self.maximum,
            places=PLACES.get(self.type, 0),
            choices=tuple(self.choices),
        )


PLACES = {ColumnType.DECIMAL: 3, ColumnType.MONEY: 2, ColumnType.PERCENT: 2}
_LINES_OWN = {Role.NUMBER, Role.CODE, Role.DESIGNATION, Role.QUANTITY, Role.UNIT}


def _free_role(label: str, side: Side) -> Role | None:
    """The role the name says, unless it is one of the line itself, which has its field already.

    A question of the whole offer has none: the engine computes nothing from it.
    """
    if side is Side.OFFER:
        return None
    role = role_of(label)
    return None if role in _LINES_OWN else role
