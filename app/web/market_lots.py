"""The lots of a draft, on the designer's page."""

from uuid import UUID

from fastapi import Request, Response

from app.deps import redirect, writing
from app.routing import page_router
from app.security.csrf import FormBody
from app.web.forms import text, typed, whole
from app.web.market_grid import table_again
from sad.kernel.errors import Refusal
from sad.markets import lots

router = page_router("/marches/{market_id}/grille/lots")


@router.post("")
def keep(request: Request, market_id: UUID, form: FormBody) -> Response:
    """Keeps the titles, adds the lot that was named, takes out the one pressed."""
    try:
        with writing(request) as work:
            names = (name for name in form if name.startswith("lots."))
            titles = {name.removeprefix("lots."): text(form, name) for name in names}
            lots.name_lots(
                work, market_id, {int(n): title for n, title in titles.items() if n.isdecimal()}
            )
            if text(form, "title"):
                lots.add_lot(work, market_id, text(form, "title"))
            if text(form, "remove").isdecimal():
                lots.remove_lot(work, market_id, whole(form, "remove"))
    except Refusal as refusal:
        return table_again(request, market_id, refusal, typed(form))
    return redirect(f"/marches/{market_id}/grille#lots")
