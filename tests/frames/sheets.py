"""A grid of every type of column, and the spreadsheet its supplier would send back, as values."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sad.frames.cells import Value
from sad.frames.columns import Column, ColumnType
from sad.frames.frame import Frame, FrameLine
from sad.frames.outline import (
    ANSWER,
    FORMAT,
    LINES,
    QUESTION,
    QUESTIONS,
    Outline,
    mark,
    outline,
    plain_text,
)
from sad.frames.vocabulary import Role, Side
from sad.frames.workbook import Cell, Sheet, Workbook
from sad.kernel.money import Money

Places = dict[tuple[int, int], Cell]
HEADER = 6  # row of the header of the lines
MARKET = "0192f0c0-0000-7000-8000-000000000001"


def asked(
    key: str, name: str, kind: ColumnType, role: Role | None = None, **more: object
) -> Column:
    """A supplier's column."""
    return Column(key, name, Side.SUPPLIER, kind, role, **more)  # type: ignore[arg-type]  # bounds by name


COLUMNS = (
    asked("available", "J'en ai combien", ColumnType.INTEGER, Role.AVAILABLE, minimum=Decimal(0)),
    asked("condition", "État", ColumnType.CHOICE, required=True, choices=("Bon", "Usé, solide")),
    asked("photo", "Photo", ColumnType.PICTURE),
    asked("price", "Prix", ColumnType.MONEY, Role.UNIT_PRICE, required=True, places=2),
    asked("weight", "Poids (kg)", ColumnType.DECIMAL, places=3),
    asked("reuse", "Part de réemploi", ColumnType.PERCENT, places=2, maximum=Decimal(100)),
    asked("size", "Dimensions (cm)", ColumnType.DIMENSIONS),
    asked("apart", "Démontable ?", ColumnType.YES_NO),
    asked("from", "Livrable le", ColumnType.DATE),
    asked("note", "Remarque", ColumnType.TEXT, Role.NOTE),
    asked("twice", "Remarque", ColumnType.TEXT),
)
ONCE = (
    Column("delay", "Sous combien de jours ?", Side.OFFER, ColumnType.INTEGER, required=True),
    Column("packing", "Quel emballage ?", Side.OFFER, ColumnType.TEXT),
)


def grid(lines: int = 3, *, version: int = 2, once: tuple[Column, ...] = ONCE) -> Outline:
    """The spreadsheet of a grid of that many lines."""
    frame = Frame(
        sheet="",
        header_row=0,
        buyer_columns=(Column("finish", "Finition", Side.BUYER),),
        supplier_columns=COLUMNS,
        lines=tuple(
            FrameLine(
                row=rank + 1,
                number=str(rank + 1),
                code=f"T-{rank + 1:02d}",
                designation=("Table ronde", "=Bureau", "Caisson  mobile")[rank % 3],
                quantity=Decimal("12.500") if rank % 2 else Decimal(20),
                unit="pièce",
                mandatory=rank == 0,
                maximum_price=Money(450_00) if rank else None,
                values={"finish": "Chêne\nou hêtre" if rank == 1 else ""},
            )
            for rank in range(lines)
        ),
        questions=once,
    )
    return outline(MARKET, "2026S01-012-02", version, [f"line-{n}" for n in range(lines)], frame)


def returned(
    made: Outline,
    values: Mapping[int, Mapping[str, Value]] | None = None,
    answers: Mapping[str, Value] | None = None,
) -> tuple[Places, Places, Places]:
    """The cells of its lines, its questions and its identity, as written with these values."""
    identity = {
        (1, at): Cell(text)
        for at, text in enumerate((FORMAT, made.market, made.number, str(made.version)), start=1)
    }
    lines: Places = {(1, 2): Cell("Un titre"), (HEADER, 1): Cell(LINES)}
    for at, heading in enumerate(made.headings, start=2):
        lines[HEADER, at] = Cell(heading)
    for rank, name in enumerate(made.ids):
        held = (values or {}).get(rank, {})
        row = HEADER + 1 + rank
        lines[row, 1] = Cell(mark(name, [held.get(one.column.key) for one in made.asked]))
        shown = [column.cells[rank] for column in made.buyer]
        typed = [held.get(one.column.key) for one in made.asked]
        for at, value in enumerate([*shown, *typed], start=2):
            lines[row, at] = as_cell(value)
    once: Places = {(1, 1): Cell(QUESTIONS), (1, 2): Cell(QUESTION), (1, 3): Cell(ANSWER)}
    for row, one in enumerate(made.questions, start=2):
        value = (answers or {}).get(one.column.key)
        once[row, 1] = Cell(mark(one.column.key, [value]))
        once[row, 2], once[row, 3] = Cell(one.heading), as_cell(value)
    return lines, once, identity


def as_cell(value: Value) -> Cell:
    """What the guard reads of a value written in a spreadsheet."""
    if isinstance(value, Money):
        return as_cell(value.euros)
    if isinstance(value, bool):
        return Cell("Oui" if value else "Non")
    if isinstance(value, Decimal | int):
        number = Decimal(value).normalize()
        return Cell(f"{number:f}".replace(".", ","), number)
    if isinstance(value, date):
        return Cell(f"{value:%d/%m/%Y}")
    return Cell(plain_text(value or ""))


def book(lines: Places, once: Places, identity: Places) -> Workbook:
    """The workbook of these cells."""
    return Workbook(
        (Sheet("Ma réponse", lines), Sheet("Questions", once), Sheet("Identité", identity, True))
    )
