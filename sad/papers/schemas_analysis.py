"""What the analysis report says: everything from the need to the proposed award."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sad.evaluation.states import Verdict
from sad.kernel.money import Money
from sad.kernel.vat import VatRecovery
from sad.papers.schemas import As, Item, Wording, said
from sad.papers.schemas_award import AwardedLine
from sad.papers.schemas_market import AskedLine, Change, MarketCriterion, OpeningFacts, Points
from sad.papers.states import PaperKind

MARKED = {"weight": "40", "best": {"cents": 74400}, "own": {"cents": 80640}}


class Mark(Item):
    """A mark with the formula and the figures that give it (P13)."""

    criterion: str = said("Critère", "Prix")
    points: Points = said("Points", "36.90")
    formula: str = said("Code de la formule", "evaluation.formula_proportional")
    figures: dict[str, Any] = said("Chiffres de la formule", MARKED)
    reason: str = said("Appréciation écrite", "", default="")


class OfferMarks(Item):
    """The marks an offer has whatever the line: those the evaluators gave."""

    supplier: str = said("Structure", "Ressourcerie du Gouët")
    marks: list[Mark] = said("Notes", [])


class RankedOffer(Item):
    """An offer in one ranking, with the marks that this ranking alone gives it."""

    rank: int | None = said("Rang", 1)
    supplier: str = said("Structure", "Ressourcerie du Gouët")
    price: Money = said("Prix comparé", {"cents": 74400})
    marks: list[Mark] = said("Notes propres à ce classement", [])
    total: Annotated[Decimal | None, As(Wording.FIXED)] = said("Total sur 100", "88.16")
    below: list[str] = said("Critères sous la note éliminatoire", [], default=[])
    slices: int | None = said("Tranches offertes", None, default=None)


class RankedGroup(Item):
    """What is ranked together: a lot, or a line given on its own (P3)."""

    label: str = said("Ligne ou lot", "N1-01")
    designation: str = said("Désignation", "Chaise de réunion", default="")
    quantity: Decimal | None = said("Quantité comparée", "10", default=None)
    unit: str = said("Unité", "pièce", default="")
    offers: list[RankedOffer] = said("Classement", [])


class JudgedOffer(Item):
    """An offer and its verdict, for everything or for one lot (EX-01 to EX-06)."""

    supplier: str = said("Structure", "Ressourcerie du Gouët")
    lot: int | None = said("Lot", None, default=None)
    verdict: Verdict = said("Verdict", "regular")
    reasons: str = said("Motifs", "", default="")
    completion_due_at: datetime | None = said("Complément demandé avant le", None, default=None)
    completed_at: datetime | None = said("Complété le", None, default=None)


class LowPrice(Item):
    """A price that seemed low: how it was found, what was asked, answered, decided (EX-06)."""

    supplier: str = said("Structure", "Ressourcerie du Gouët")
    line: str = said("Ligne", "N1-01", default="")
    screen: str = said("Code de la méthode", "evaluation.low_double_mean", default="")
    price: Money | None = said("Prix", {"cents": 30000}, default=None)
    reference: Money | None = said("Prix de référence", {"cents": 60000}, default=None)
    percent_below: Annotated[Decimal | None, As(Wording.PERCENT)] = said(
        "Écart", "50", default=None
    )
    asked_at: datetime | None = said("Question envoyée le", None, default=None)
    answer: str = said("Réponse", "", default="")
    decision: str = said("Suite donnée", "", default="")


class LotReport(Item):
    """A lot: money, verdicts, marks, rankings."""

    number: int = said("Numéro du lot", 1)
    title: str = said("Intitulé", "Assises")
    estimate: Money | None = said("Estimation HT", {"cents": 740000}, default=None)
    credits: Money | None = said(
        "Crédits fixés avant le lancement", {"cents": 960000}, default=None
    )
    increase: Money = said("Augmentation enregistrée", {"cents": 0})
    with_tax: bool = said("Crédits TTC", True)
    recovery: VatRecovery = said("Récupération de la TVA", "none")
    by_line: bool = said("Classé ligne par ligne", True)
    closed_at: datetime | None = said("Évaluation close le", None, default=None)
    common: list[OfferMarks] = said("Notes des évaluateurs", [])
    groups: list[RankedGroup] = said("Classements", [])


class ProposedAward(Item):
    """A share proposed or given."""

    supplier: str = said("Structure", "Ressourcerie du Gouët")
    lot: int = said("Lot", 1)
    lines: list[AwardedLine] = said("Lignes", [])
    ht: Money = said("Montant HT", {"cents": 576000})
    payable: Money = said("Montant à payer", {"cents": 691200})
    reasons: str = said("Motifs du choix", "", default="")


class LeftLine(Item):
    """A line, or a part of it, that goes to nobody (END-16)."""

    label: str = said("Ligne", "N1-01")
    designation: str = said("Désignation", "Chaise de réunion")
    quantity: Decimal = said("Quantité restante", "10")
    reason: str = said("Motif", "", default="")


class Tie(Item):
    """Equals, and what parts them (EX-15)."""

    label: str = said("Ligne ou lot", "N1-01")
    suppliers: list[str] = said("Structures", ["A", "B"])
    rank: int = said("Rang partagé", 1)


class Visited(Item):
    """What two agents saw of an offer's pieces (P20)."""

    supplier: str = said("Structure", "Ressourcerie du Gouët")
    held_on: date = said("Jour de la visite", "2026-10-27")
    agents: list[str] = said("Agents présents", ["Inès Le Gall", "Claude Martin"])
    note: str = said("Note écrite", "Pièces conformes aux photographies.")


class AnalysisFacts(OpeningFacts):
    """The analysis report of a market, from its opening on."""

    kind: ClassVar[PaperKind] = PaperKind.ANALYSIS_REPORT

    description: str = said("Le besoin", "Le hall reçoit une bibliothèque d’échange.")
    maximum: Money = said("Valeur maximale du dispositif, HT", {"cents": 20000000})
    sent_at: datetime | None = said("Invitations envoyées le", None, default=None)
    invitees: list[str] = said("Structures invitées", ["Ressourcerie du Gouët"])
    questions: int = said("Questions posées", 2)
    changes: list[Change] = said("Modifications", [], default=[])
    lines: list[AskedLine] = said("Lignes demandées", [])
    criteria: list[MarketCriterion] = said("Critères", [])
    tie_break: list[str] = said("Départage, dans l’ordre", ["Prix"])
    verdicts: list[JudgedOffer] = said("Recevabilité", [])
    low_prices: list[LowPrice] = said("Prix bas", [])
    lots: list[LotReport] = said("Lots", [])
    awards: list[ProposedAward] = said("Attribution proposée", [])
    visits: list[Visited] = said("Visites", [], default=[])
    left: list[LeftLine] = said("Lignes sans suite", [])
    ties: list[Tie] = said("Ex æquo à départager", [], default=[])
    total_ht: Money = said("Total proposé HT", {"cents": 576000})
    total_payable: Money = said("Total proposé à payer", {"cents": 691200})
    evaluators: list[str] = said("Évaluateurs", ["Malo Riou"])
