"""Answers compared line by line, what other ways of choosing would cost, and its spreadsheet."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.rendering.comparison_xlsx import comparison_xlsx
from app.routing import page_router
from app.web import evaluation_words as says
from app.web.downloads import sheet_file
from app.web.htmx import is_fragment
from app.web.pages import render
from sad.awards.baskets import BasketKind, baskets
from sad.awards.shares import ranked
from sad.db.work import Work
from sad.evaluation import queries
from sad.evaluation.comparison import Cell, ComparisonLine, LotView
from sad.evaluation.queries import EvaluationView
from sad.frames.queries import ColumnView
from sad.offers.queries import photographs_of

router = page_router("/marches/{market_id}/analyse/comparaison")

EVERYTHING = 120  # cells under which all that suppliers wrote is shown at once
SHOWN = (
    ("toutes", "Toutes les lignes"),
    ("sans", "Sans aucune réponse"),
    ("une", "Une seule réponse"),
)
ORDERS = (
    ("grille", "Ordre de la grille"),
    ("ecart", "Plus grand écart de prix"),
    ("montant", "Plus gros montant"),
)
BASKETS = {
    BasketKind.RANKING: ("Selon le classement", "ce que donnent les critères annoncés"),
    BasketKind.LINES: ("Chaque ligne au moins cher", "la suite au suivant, s’il n’a pas tout"),
    BasketKind.LOTS: ("Chaque lot au moins cher", "parmi ceux qui répondent à tout le lot"),
    BasketKind.ONE: ("Un seul fournisseur", "celui qui sert le plus de lignes"),
}


@dataclass(frozen=True)
class Choice:
    """What the reader asked to see; empty `suppliers` or `columns`: as the page proposes."""

    words: str = ""
    shown: str = "toutes"
    order: str = "grille"
    suppliers: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    chosen: bool = False  # the form was used: no column ticked means none


@router.get("")
def comparison(request: Request, market_id: UUID) -> Response:
    """Lines × suppliers, filtered and sorted; the baskets below."""
    choice = _choice(request)
    with reading(request) as work:
        context = _context(work, market_id, choice)
    block = "compared" if is_fragment(request) else None
    return render(request, "evaluation/comparison.html", block=block, **context)


@router.get(".xlsx")
def spreadsheet(request: Request, market_id: UUID) -> Response:
    """All of it as a spreadsheet, marked for agents (P13)."""
    with reading(request) as work:
        view = queries.evaluation(work, market_id)
    name = f"comparaison-{view.market.number or 'marche'}-agents.xlsx"
    return sheet_file(comparison_xlsx(view), name)


def _choice(request: Request) -> Choice:
    given = request.query_params
    return Choice(
        words=given.get("ligne", "").strip().casefold()[:100],
        shown=given.get("voir", "toutes"),
        order=given.get("tri", "grille"),
        suppliers=frozenset(given.getlist("fournisseur")),
        columns=frozenset(given.getlist("colonne")),
        chosen="choisi" in given,
    )


def _context(work: Work, market_id: UUID, choice: Choice) -> dict[str, Any]:
    view = queries.evaluation(work, market_id)
    rankings = ranked([one.row for one in view.rankings])
    columns = _columns(view)
    many = sum(len(lot.lines) * len(lot.offers) for lot in view.lots) > EVERYTHING
    if not choice.chosen and not many:
        choice = replace(choice, columns=frozenset(column.key for column in columns))
    return {
        "view": view,
        "market": view.market,
        "base": f"/marches/{market_id}/analyse",
        "lots": [pick(lot, choice) for lot in view.lots],
        "choice": choice,
        "columns": columns,
        "baskets": [
            (one, *BASKETS[one.kind])
            for one in baskets(view.file, rankings)
            if one.kind is not BasketKind.LOTS or len(view.lots) > 1
        ],
        "shown_choices": SHOWN,
        "order_choices": ORDERS,
        "says": says,
        "photos": photographs_of(work, market_id),
    }


def _columns(view: EvaluationView) -> list[ColumnView]:
    """The columns somebody filled, prices apart, in the order of the grid."""
    filled = {
        column.key
        for lot in view.lots
        for line in lot.lines
        for cell in line.cells
        for column, _ in cell.others
    }
    return [column for column in view.file.frame.supplier if column.key in filled]


def pick(lot: LotView, choice: Choice) -> LotView:
    """The lot with the lines, suppliers and columns chosen, in the order chosen."""
    kept = [
        place
        for place, entry in enumerate(lot.offers)
        if not choice.suppliers or str(entry.offer.id) in choice.suppliers
    ]
    lines = [
        ComparisonLine(line.line, [_narrowed(line.cells[place], choice) for place in kept])
        for line in lot.lines
        if _wanted(line, choice)
    ]
    if choice.order == "ecart":
        lines.sort(key=_spread, reverse=True)
    elif choice.order == "montant":
        lines.sort(key=_amount, reverse=True)
    return replace(lot, offers=[lot.offers[place] for place in kept], lines=lines)


def _narrowed(cell: Cell, choice: Choice) -> Cell:
    others = [(view, value) for view, value in cell.others if view.key in choice.columns]
    return replace(cell, others=others)


def _wanted(line: ComparisonLine, choice: Choice) -> bool:
    if choice.words and choice.words not in f"{line.line.label} {line.line.designation}".casefold():
        return False
    answers = sum(cell.line is not None for cell in line.cells)
    return {"sans": answers == 0, "une": answers == 1}.get(choice.shown, True)


def _spread(line: ComparisonLine) -> Decimal:
    """How many times the lowest unit price the highest is; 0 with fewer than two prices."""
    prices = [cell.unit.cents for cell in line.cells if cell.unit and cell.unit.cents > 0]
    return Decimal(max(prices)) / min(prices) if len(prices) > 1 else Decimal(0)


def _amount(line: ComparisonLine) -> int:
    return max((cell.total.cents for cell in line.cells if cell.total), default=0)
