"""A whole answer to a launched market, as its supplier would type it."""

from uuid import UUID

from sad.db.work import Work
from sad.frames.columns import Column
from sad.frames.queries import frame
from sad.frames.vocabulary import Role
from sad.markets.tables import SpecificMarket

Cells = dict[int, dict[str, str]]


def whole_answer(
    work: Work, organisation_id: UUID, market_id: UUID, *, price: str = "19,90", note: str = ""
) -> Cells:
    """Every line answered, by position: the quantity asked, one price, the note where it fits."""
    market = work.get_in(SpecificMarket, organisation_id, market_id)
    view = frame(work, organisation_id, market.frame_id)
    columns = [one.column for one in view.supplier]
    return {
        line.position: {
            column.key: value
            for column in columns
            if (value := _cell(column, f"{line.quantity.normalize():f}", price, note))
        }
        for line in view.lines
    }


def as_body(cells: Cells) -> dict[str, object]:
    """The same for `PUT …/offer`."""
    return {"lines": [{"position": at, "values": values} for at, values in cells.items()]}


def as_form(cells: Cells) -> dict[str, str]:
    """The same for the page of the grid."""
    return {f"{at}.{key}": text for at, values in cells.items() for key, text in values.items()}


def _cell(column: Column, quantity: str, price: str, note: str) -> str:
    """Something lawful in a supplier's cell; nothing where it is not needed."""
    if column.role is Role.AVAILABLE:
        return quantity
    if column.role is Role.UNIT_PRICE:
        return price
    if column.role is Role.NOTE:
        return note
    return column.choices[0] if column.required and column.choices else ""
