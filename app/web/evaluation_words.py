"""What the analysis and the letters say in words: formulas with their figures, cells, verdicts."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.rendering.french import counted, number, short_date
from app.rendering.sentences import label, sentence, written_for_people
from sad.evaluation.file import value_in
from sad.evaluation.queries import OfferView
from sad.evaluation.states import LetterKind, Verdict
from sad.frames.queries import FrameView, LineView
from sad.frames.vocabulary import Role
from sad.kernel.errors import Problem
from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from sad.offers.tables import OfferLine
from sad.scoring.formulas import Mark
from sad.scoring.low_prices import Suspect

VERDICT_KINDS = {
    Verdict.PENDING: "accent",
    Verdict.REGULAR: "success",
    Verdict.IRREGULAR: "danger",
    Verdict.UNACCEPTABLE: "danger",
    Verdict.INAPPROPRIATE: "danger",
    Verdict.ABNORMALLY_LOW: "danger",
}
VERDICT_CHOICES = (
    ("regular", "Régulière", "Elle respecte ce qui est demandé : elle est comparée."),
    (
        "irregular",
        "Irrégulière",
        "Incomplète, ou contraire à la loi\u00a0: à compléter en une seule fois, sinon écartée.",
    ),
    (
        "unacceptable",
        "Inacceptable",
        "Au-dessus des crédits fixés avant le lancement\u00a0: écartée.",
    ),
    ("inappropriate", "Inappropriée", "Sans rapport avec le besoin\u00a0: écartée."),
)


COUNTED = frozenset(
    {Role.UNIT_PRICE, Role.LINE_TOTAL, Role.PROPOSED, Role.AVAILABLE, Role.SLICES, Role.QUANTITY}
)
"""Columns whose figures the engine already shows."""


def formula(mark: Mark) -> str:
    """« 40 × 3 200,00 € ÷ 3 600,00 € = 35,56 »: enough to compute the mark again (P13)."""
    said = sentence(mark.explanation.code, mark.explanation.figures)
    return f"{said} = {number(mark.points, 2)}"


def kept_formula(mark: Mapping[str, Any]) -> str:
    """The same for a mark as a letter keeps it."""
    figures = {
        name: Money(value["cents"]) if isinstance(value, dict) else Decimal(value)
        for name, value in mark["figures"].items()
    }
    return f"{sentence(mark['formula'], figures)} = {number(Decimal(mark['points']), 2)}"


def points(value: str | Decimal | None) -> str:
    """A mark or a total with two decimals."""
    return "—" if value is None else number(Decimal(value), 2)


def cell(value: Any) -> str:
    """What a supplier wrote, as people read it in a narrow cell."""
    return short_date(value) if isinstance(value, date) else written_for_people(value)


def other_cells(frame: FrameView, row: OfferLine) -> list[tuple[str, Any]]:
    """What a supplier wrote on a line beside its price and quantity, by column."""
    return [
        (view.label, value)
        for view in frame.supplier
        if view.column.role not in COUNTED and (value := value_in(view, row)) is not None
    ]


def verdict_kind(verdict: Verdict) -> str:
    """The colour of its tag."""
    return VERDICT_KINDS[verdict]


def offer_state(offer: OfferView) -> str:
    """One sentence on where an offer stands."""
    row = offer.row
    if row.state == "unreadable":
        return "Ce pli n’a pas pu être lu."
    if row.completion_due_at and row.completed_at is None:
        return "Invitée à se compléter."
    if row.completed_at is not None and offer.verdict is Verdict.PENDING:
        return "Complétée : à examiner de nouveau."
    if row.low_price_asked_at and not row.low_price_decision:
        answered = "réponse reçue" if row.low_price_answer else "réponse attendue"
        return f"Prix à expliquer : {answered}."
    return row.verdict_reasons


def regime(offer: Any) -> str:
    """How a supplier invoices, in words."""
    said = label(VatRegime(offer.vat_regime))
    if offer.vat_regime == VatRegime.LIABLE and offer.vat_rate is not None:
        return f"{said}, {number(offer.vat_rate)} %"
    return said


def suspect(found: Suspect) -> str:
    """Why a screen would question a price."""
    facts = {
        "price": found.price,
        "reference": found.reference,
        "percent_below": found.percent_below,
    }
    return sentence(found.code, facts)


def verdict(code: str) -> str:
    """A verdict kept, in words."""
    return label(Verdict(code))


def compared_on(line: LineView) -> str:
    """What the compared price of a line is the price of."""
    return f"pour {counted(line.slice_size or line.quantity, line.unit)}"


def weight(kept: str) -> str:
    """A criterion's weight as a ranking keeps it."""
    return number(Decimal(kept))


def decimal(kept: str) -> str:
    """A quantity as a letter keeps it."""
    return number(Decimal(kept))


def letter(kind: str) -> str:
    """What a letter is, in words."""
    return label(LetterKind(kind))


def upper_first(words: str) -> str:
    """The words with a capital, acronyms kept."""
    return words[:1].upper() + words[1:]


def offer_sentence(offer: OfferView) -> str:
    """The same, never empty, for the head of an offer's page."""
    waiting = "Cette offre attend votre examen."
    return offer_state(offer) or (
        waiting if offer.verdict is Verdict.PENDING else "Elle est comparée."
    )


MANY = 8
SCORES = frozenset({"evaluation.score_missing", "evaluation.score_reason_missing"})


def before_closing(problems: Sequence[Problem], base: str) -> list[tuple[str, str]]:
    """What keeps the ranking from being frozen, each with its page; many missing scores as one."""
    scores = [problem for problem in problems if problem.code in SCORES]
    others = [problem for problem in problems if problem.code not in SCORES]
    shown = others if len(scores) > MANY else problems
    listed = [(sentence(one.code, one.facts), where_to_mend(one, base)) for one in shown]
    if len(scores) > MANY:
        said = f"Il manque {counted(len(scores), 'note')}, ou leurs appréciations."
        listed.append((said, f"{base}/notes"))
    return listed


def where_to_mend(problem: Problem, base: str) -> str:
    """The page where what keeps a ranking from being frozen is put right."""
    where = (problem.where or "").split("/")[0]
    if problem.code in SCORES:
        return f"{base}/notes"
    return f"{base}/offres/{where}" if where else base
