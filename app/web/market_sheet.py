"""The grid of a market as the buyer's spreadsheet: out, and back by the designer."""

from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.rendering.draft_grid_xlsx import draft_grid_xlsx
from app.routing import page_router
from app.web.downloads import sheet_file
from sad.accounts.permissions import Permission, require
from sad.attachments.names import clean_name
from sad.markets import queries

router = page_router("/marches/{market_id}")


@router.get("/grille.xlsx")
def download(request: Request, market_id: UUID) -> Response:
    """The lines and columns, as a file to change at home."""
    with reading(request) as work:
        require(work, Permission.READ_FILE)
        view = queries.one(work, market_id)
        made_at = work.now
    content = draft_grid_xlsx(view.frame, made_at)
    return sheet_file(content, clean_name(f"grille-{view.row['title']}.xlsx"))
