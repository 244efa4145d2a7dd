"""A supplier's grid as a spreadsheet, out and back: for its pages and for the API.

A returned file is held in memory, 10 MB at most, read in the guarded child, and never on the disk
(`trust` 1 and 7).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from app.deps import reading
from app.guard.client import parse_grid
from app.guard.limits import LIMITS
from app.guard.refusals import FileTooLarge
from app.multipart import MultipartBody
from app.rendering.french import moment
from app.rendering.grid_xlsx import Words, grid_xlsx
from app.rendering.sheets import MEDIA_TYPE
from sad.attachments.names import disposition
from sad.db.work import Work
from sad.frames.queries import ColumnView
from sad.frames.vocabulary import Role
from sad.frames.workbook import Workbook
from sad.kernel.errors import Invalid
from sad.kernel.vat import VatRegime
from sad.offers.desk import Desk, take_desk
from sad.offers.sheets import check_may_answer, outline_of

MOST = LIMITS["grid"].upload


class SheetMissing(Invalid):
    """No file was chosen."""

    code: ClassVar[str] = "sheets.file_missing"


@dataclass(frozen=True)
class SentFile:
    """A spreadsheet as it came."""

    name: str
    data: bytes

    async def parsed(self) -> Workbook:
        """Its cells, by the guarded child. Raises one of `app.guard.refusals`."""
        return await run_in_threadpool(parse_grid, self.data, self.name)


def download(request: Request, market_id: UUID) -> Response:
    """The grid to fill, with what is typed already."""
    with reading(request) as work:
        desk = take_desk(work, market_id)
        outline, draft, words = outline_of(desk), desk.draft(), _words(work, desk)
    return Response(
        grid_xlsx(outline, words, draft.values, draft.answers),
        media_type=MEDIA_TYPE,
        headers={"content-disposition": disposition(f"{desk.market.number}-ma-reponse.xlsx")},
    )


async def sent_in_form(request: Request) -> SentFile:
    """The file of a form. Raises SheetMissing, FileTooBig, FormUnreadable."""
    body: MultipartBody | None = getattr(request.state, "multipart", None)
    file = None if body is None else await body.next_file()
    if body is None or file is None:
        raise SheetMissing(where="file")
    return SentFile(file.filename, await body.whole(MOST))


async def sent_as_body(blocks: AsyncIterator[bytes], name: str) -> SentFile:
    """The file that is the body itself. Raises SheetMissing, FileTooLarge."""
    held = bytearray()
    async for block in blocks:
        held += block
        if len(held) > MOST:
            raise FileTooLarge(where="file", most=MOST // (1024 * 1024))
    if not held:
        raise SheetMissing(where="file")
    return SentFile(name, bytes(held))


async def check_first(request: Request, market_id: UUID) -> None:
    """Before a file is read: nobody makes the guard work on a market that is not theirs."""

    def check() -> None:
        with reading(request) as work:
            check_may_answer(work, market_id)

    await run_in_threadpool(check)


def _words(work: Work, desk: Desk) -> Words:
    market = desk.market
    return Words(
        title=market.title,
        buyer=market.buyer_name,
        deadline=f"À envoyer avant le {moment(market.deadline_at)}, heure de Paris.",
        made_at=work.now,
        notes=_notes(desk),
    )


def _note(one: ColumnView) -> str:
    """The words under a column, then what each choice means: there are no pictures in a sheet."""
    said = [f"{choice} : {each.text}" for choice, each in one.column.grades if each.text]
    return " ".join([one.hint, *said]).strip()


def _notes(desk: Desk) -> dict[str, str]:
    """The words under the columns and the questions; what a price is under the supplier's VAT."""
    view = desk.grid.view
    notes = {one.key: _note(one) for one in (*view.supplier, *view.questions)}
    price = view.supplier_column(Role.UNIT_PRICE)
    if price is not None:
        liable = desk.regime is VatRegime.LIABLE
        said = "Prix HT." if liable else "Prix net : vous ne facturez pas de TVA."
        notes[price.key] = f"{said} {price.hint}".strip()
    return notes
