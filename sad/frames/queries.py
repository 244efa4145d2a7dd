"""A grid as pages, the API and the answers read it: two queries, plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlmodel import col

from sad.db.work import Work
from sad.frames.columns import Column, ColumnType
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


@dataclass(frozen=True)
class LineView:
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
    values: Mapping[str, str] = field(default_factory=dict)
    picture_id: UUID | None = None

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
            "choices", "hint",
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
    connection, ids = (
        work.session.connection(),
        {"organisation": organisation_id, "frame": frame_id},
    )
    columns = [_column(row) for row in connection.execute(_COLUMNS, ids)]
    return FrameView(
        id=frame_id,
        buyer=tuple(view for view in columns if view.column.side is Side.BUYER),
        supplier=tuple(view for view in columns if view.column.side is Side.SUPPLIER),
        lines=tuple(_line(row) for row in connection.execute(_LINES, ids)),
        questions=tuple(view for view in columns if view.column.side is Side.OFFER),
    )


def _column(row: Any) -> ColumnView:
    kind = ColumnType(row.type)
    column = Column(
        key=row.key,
        name=row.label,
        side=Side(row.side),
        type=kind,
        role=Role(row.role) if row.role else None,
        required=row.required,
        minimum=None if row.minimum is None else Decimal(row.minimum),
        maximum=None if row.maximum is None else Decimal(row.maximum),
        places=PLACES.get(kind, 0),
        choices=tuple(row.choices),
    )
    return ColumnView(row.id, column, row.hint)


def _line(row: Any) -> LineView:
    price = row.maximum_unit_cents
    return LineView(
        id=row.id,
        lot_number=row.lot_number,
        position=row.position,
        number=row.number,
        code=row.code,
        designation=row.designation,
        quantity=row.quantity,
        unit=row.unit,
        mandatory=row.mandatory,
        slice_size=row.slice_size,
        maximum_price=None if price is None else Money(price),
        values=row.values,
        picture_id=row.picture_id,
    )
