"""A grid filled in to look at: the price request's own columns, invented pieces and values."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fastapi import Request, Response

from app.deps import reading
from app.rendering.french import short_date
from app.routing import page_router
from app.web.answer_context import may_not, own_context
from app.web.pages import render
from sad.frames.columns import Column, ColumnType
from sad.frames.vocabulary import Role
from sad.offers.rules import MayNotAnswer

router = page_router("/reponse/{market_id}")


@dataclass(frozen=True)
class Piece:
    """An invented piece: what is asked, and what somebody has."""

    designation: str
    asked: str
    offered: str
    slices: str
    price: str
    rate: str
    words: str
    note: str
    said: str  # what this line teaches


PIECES = (
    Piece(
        "Chaise d’atelier", "12 pièces", "12", "6", "38,00", "20", "hêtre et acier", "Revissée",
        "Tout est là : la ligne est remplie.",
    ),
    Piece(
        "Tabouret haut", "40 pièces, jusqu’à 4 lots de 10", "20", "2", "24,50", "20", "hêtre",
        "Le reste arrive en mars",
        "Une partie seulement : deux lots de dix, au même prix à l’unité.",
    ),
    Piece(
        "Porte-manteau", "6 pièces", "", "", "", "", "", "",
        "Pas de porte-manteau ? La ligne reste vide.",
    ),
)  # fmt: skip


@router.get("/exemple")
def example(request: Request, market_id: UUID) -> Response:
    """A completed grid, read only; nothing in it comes from this price request but its columns."""
    try:
        with reading(request) as work:
            context = own_context(work, market_id)
            today = work.today
    except MayNotAnswer as refusal:
        return may_not(request, refusal)
    columns = [(one.key, one.column) for one in context["draft"].grid.asked]
    pieces = [
        (piece, {key: invented(column, piece, today) for key, column in columns})
        for piece in PIECES
    ]
    return render(request, "offers/example.html", pieces=pieces, **context)


def invented(column: Column, piece: Piece, today: date) -> str:
    """What somebody would type in that column for that piece; nothing for a piece one lacks."""
    if not piece.offered:
        return ""
    by_role = {
        Role.PROPOSED: "Oui",
        Role.AVAILABLE: piece.offered,
        Role.SLICES: piece.slices,
        Role.UNIT_PRICE: piece.price,
        Role.VAT_RATE: piece.rate,
        Role.NOTE: piece.note,
        Role.MATERIALS: piece.words,
        Role.WARRANTY: "12",
    }
    if column.role in by_role and column.type is not ColumnType.CHOICE:
        return by_role[column.role]
    by_type = {
        ColumnType.CHOICE: column.choices[0] if column.choices else "",
        ColumnType.YES_NO: "Oui",
        ColumnType.INTEGER: "4",
        ColumnType.DECIMAL: "45",
        ColumnType.MONEY: piece.price,
        ColumnType.PERCENT: "20",
        ColumnType.DATE: short_date(today + timedelta(days=45)),
        ColumnType.DIMENSIONS: "45 × 45 × 80",
        ColumnType.PICTURE: "photo.jpg",
    }
    return by_type.get(column.type, piece.words)
