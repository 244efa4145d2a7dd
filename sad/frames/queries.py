"""A grid as pages, the API and the answers read it: two queries, plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from sad.db.work import Work
from sad.frames.columns import Column, ColumnType, Meaning
from sad.frames.frame import Frame
from sad.frames.frame import FrameLine as AskedLine
from sad.frames.schemas import PLACES
from sad.frames.tables import FrameColumn, FrameLine
from sad.frames.vocabulary import Role, Side
from sad.kernel.money import Money


@dataclass(frozen=True)
class ColumnView:
    """A column kept: what the engine knows of it, its row's id, and the words under it."""

    id: UUID
    column: Column
    hint: str

    @property
    def key(self) -> str:
        """Unique in its grid."""
        return self.column.key

    @property
    def label(self) -> str:
        """The header as people read it."""
        return self.column.name


class LineView(NamedTuple):
    """A line asked. `values`: the buyer's other columns by key."""

    id: UUID
    lot_number: int
    position: int
    number: str
    code: str
    designation: str
    quantity: Decimal
    unit: str
    mandatory: bool
    slice_size: Decimal | None
    maximum_price: Money | None
    values: Mapping[str, str]
    picture_id: UUID | None

    @property
    def label(self) -> str:
        """How a refusal names the line: its code, else its number."""
        return self.code or self.number

    @property
    def asked(self) -> AskedLine:
        """The line as a value; its `row` is its position."""
        return AskedLine(
            row=self.position,
            number=self.number,
            code=self.code,
            designation=self.designation,
            quantity=self.quantity,
            unit=self.unit,
            mandatory=self.mandatory,
            slice_size=self.slice_size,
            maximum_price=self.maximum_price,
            values=self.values,
        )

    @property
    def slices(self) -> int | None:
        """How many identical slices the line is cut in (P3); None when it is not."""
        return None if self.slice_size is None else int(self.quantity // self.slice_size)


@dataclass(frozen=True)
class FrameView:
    """A grid: the buyer's columns, the supplier's, the lines, the questions of the whole offer."""

    id: UUID
    buyer: tuple[ColumnView, ...]
    supplier: tuple[ColumnView, ...]
    lines: tuple[LineView, ...]
    questions: tuple[ColumnView, ...] = ()

    @property
    def frame(self) -> Frame:
        """The grid as readers, checkers and exporters of grids know it."""
        return Frame(
            sheet="",
            header_row=0,
            buyer_columns=tuple(view.column for view in self.buyer),
            supplier_columns=tuple(view.column for view in self.supplier),
            lines=tuple(line.asked for line in self.lines),
            questions=tuple(view.column for view in self.questions),
        )

    def shown(self) -> tuple[ColumnView, ...]:
        """The buyer's columns that a line does not already hold in a field of its own."""
        return tuple(view for view in self.buyer if view.column.role not in OWN_FIELDS)

    def supplier_column(self, role: Role) -> ColumnView | None:
        """The supplier's column with that role, if the grid has one."""
        return next((view for view in self.supplier if view.column.role is role), None)


OWN_FIELDS = {
    Role.NUMBER,
    Role.CODE,
    Role.DESIGNATION,
    Role.QUANTITY,
    Role.UNIT,
    Role.MANDATORY,
    Role.SLICE_SIZE,
    Role.MAXIMUM_PRICE,
}
# Built once: the same statement object is recognised without being read again.
_COLUMNS = select(
    *(
        col(getattr(FrameColumn, name))
        for name in (
            "id", "key", "label", "side", "type", "role", "required", "minimum", "maximum",
            "choices", "hint", "meanings",
        )
    )
).where(
    col(FrameColumn.organisation_id) == bindparam("organisation"),
    col(FrameColumn.frame_id) == bindparam("frame"),
).order_by(col(FrameColumn.position))  # fmt: skip
_LINES = select(
    *(
        col(getattr(FrameLine, name))
        for name in (
            "id", "lot_number", "position", "number", "code", "designation", "quantity", "unit",
            "mandatory", "slice_size", "maximum_unit_cents", "values", "picture_id",
        )
    )
).where(
    col(FrameLine.organisation_id) == bindparam("organisation"),
    col(FrameLine.frame_id) == bindparam("frame"),
).order_by(col(FrameLine.position))  # fmt: skip


def frame(work: Work, organisation_id: UUID, frame_id: UUID) -> FrameView:
    """The whole grid, whoever reads: who may is checked by the market's queries."""
    connection, ids = work.connection, {"organisation": organisation_id, "frame": frame_id}
    columns = [_column(row) for row in connection.execute(_COLUMNS, ids)]
    return FrameView(
        id=frame_id,
        buyer=tuple(view for view in columns if view.column.side is Side.BUYER),
        supplier=tuple(view for view in columns if view.column.side is Side.SUPPLIER),
        lines=tuple(_line(row) for row in connection.execute(_LINES, ids)),
        questions=tuple(view for view in columns if view.column.side is Side.OFFER),
    )


def _column(row: Any) -> ColumnView:
    """By position, as `_line`: reading a row by names is slow, and a grid has hundreds of them."""
    column_id, key, name, side, stored, role, required, minimum, maximum, *more = row
    choices, hint, meanings = more
    kind = ColumnType(stored)
    column = Column(
        key=key,
        name=name,
        side=Side(side),
        type=kind,
        role=Role(role) if role else None,
        required=required,
        minimum=None if minimum is None else Decimal(minimum),
        maximum=None if maximum is None else Decimal(maximum),
        places=PLACES.get(kind, 0),
        choices=tuple(choices),
        meanings=tuple(Meaning(*each) for each in meanings or ()),
    )
    return ColumnView(column_id, column, hint)


def _line(row: Any) -> LineView:
    *asked, maximum_cents, values, picture_id = row
    price = None if maximum_cents is None else Money(maximum_cents)
    return LineView._make((*asked, price, values, picture_id))
