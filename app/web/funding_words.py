"""What a movement of money says to people, on pages and in exports."""

from dataclasses import dataclass
from typing import Any

from app.rendering.sentences import label
from app.rendering.tabular import Cell
from sad.funding.schemas import EnvelopeView, LineView, MovementView, YearEnd
from sad.funding.states import MovementKind
from sad.kernel.money import Money

K = MovementKind
SECTIONS = {"investment": "Investissement", "functioning": "Fonctionnement"}
BASES = {"ttc": "TTC", "ht": "HT"}
HEAD = (
    *("N°", "Date", "Mouvement", "Enveloppe", "Marché", "Objet du marché", "Motif", "Référence"),
    *("Montant HT", "Montant TTC", "Effet sur la ligne", "Disponible sur la ligne"),
    *("Effet sur l'enveloppe", "Disponible dans l'enveloppe", "Auteur"),
)
YEAR_END_HEAD = (
    *("Ligne de crédits", "Section", "Nature", "Marché", "Objet du marché", "Engagement n°"),
    *("Date", "Montant engagé ou réservé", "Payé", "Reste"),
)


@dataclass(frozen=True)
class Words:
    """A movement's title; `tag` colours it like its share of the bar."""

    title: str
    tag: str


TAGS = {
    K.VOTE: "success",
    K.ALLOCATION: "info",
    K.TRANSFER: "info",
    K.RESERVATION: "warning",
    K.RELEASE: "neutral",
    K.ENGAGEMENT: "accent",
    K.LIQUIDATION: "success",
    K.SOLDE: "neutral",
    K.REVERSAL: "danger",
}


def words(movement: MovementView) -> Words:
    """« Réservation », « Virement », « Annulation : dotation »…"""
    kind = K(movement.kind)
    title = label(kind)
    if kind is K.REVERSAL and movement.reversed_kind:
        title = f"{title} : {label(K(movement.reversed_kind)).lower()}"
    if kind is K.TRANSFER:
        out = movement.envelope_cents < 0 or movement.line_cents < 0
        title = f"{title} {'sorti' if out else 'reçu'}"
    return Words(title, TAGS[kind])


def kinds() -> list[tuple[str, str]]:
    """The choices of a filter."""
    return [(kind.value, label(kind)) for kind in K]


def imputation(line: LineView) -> str:
    """« Budget principal, 2026, investissement, chapitre 21, nature 21848, AP 2025-07 »."""
    parts = [line.budget, str(line.year), SECTIONS[line.section].lower()]
    if line.chapter:
        parts.append(f"chapitre {line.chapter}")
    if line.nature:
        parts.append(f"nature {line.nature}")
    if line.programme_number:
        parts.append(line.programme_number)
    return ", ".join(parts)


def bar(view: LineView | EnvelopeView) -> dict[str, Any]:
    """The parts of a bar: paid, engaged and still to be paid, reserved; and what is free."""
    total = view.voted if isinstance(view, LineView) else view.allocated
    return {
        "total": Money(total),
        "parts": [
            ("paid", "Payé", Money(view.liquidated)),
            ("engaged", "Engagé, à payer", Money(view.engaged - view.liquidated)),
            ("reserved", "Réservé", Money(view.reserved)),
        ],
        "free": Money(view.available),
        "over": view.available < 0,
    }


def account_rows(movements: list[MovementView]) -> list[list[Cell]]:
    """The account as an export, oldest first."""
    return [
        [
            m.seq,
            m.at,
            words(m).title,
            m.envelope_label,
            m.market_number,
            m.market_title,
            m.reason,
            m.reference,
            Money(m.ht_cents),
            Money(m.ttc_cents),
            Money(m.line_cents),
            Money(m.line_after),
            Money(m.envelope_cents) if m.envelope_id else None,
            Money(m.envelope_after) if m.envelope_after is not None else None,
            m.actor_name,
        ]
        for m in reversed(movements)
    ]


def year_end_rows(end: YearEnd) -> list[list[Cell]]:
    """The list of a year's end as an export."""
    rows: list[list[Cell]] = []
    for item in [*end.engagements, *end.reservations]:
        m = item.movement
        rows.append(
            [
                item.line_label,
                SECTIONS[item.section],
                words(m).title,
                m.market_number,
                m.market_title,
                m.reference,
                m.at,
                Money(item.engaged),
                Money(item.liquidated),
                Money(item.left),
            ]
        )
    return rows
