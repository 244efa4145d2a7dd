"""What the letters of a market say, for the organisation's own templates (P8, P13, P15)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from sad.awards.states import Paper
from sad.evaluation.states import Verdict
from sad.kernel.money import Money
from sad.papers.schemas import As, Day, Item, PaperFacts, Signatory, Structure, Wording, said
from sad.papers.schemas_analysis import Mark
from sad.papers.schemas_market import Points
from sad.papers.states import PaperKind


class LetterFacts(PaperFacts):
    """To whom, when, under which signature: what the letter froze when it was written."""

    recipient: Structure = said("Le destinataire", {"name": "Ressourcerie du Gouët"})
    sent_at: Day = said("Date du courrier", "2026-11-20T09:00:00Z")
    signatory: Signatory | None = said("Signataire", {"name": "Dominique Le Goff"}, default=None)


class PapersRequestFacts(LetterFacts):
    """Asks the proposed winner for its papers (R2144-4)."""

    kind: ClassVar[PaperKind] = PaperKind.PAPERS_REQUEST

    papers: list[Paper] = said("Pièces demandées", ["tax_certificate"])
    due_on: date = said("À donner au plus tard le", "2026-11-28")
    ht: Money = said("Montant hors taxes", {"cents": 576000})
    payable: Money = said("Montant à payer", {"cents": 691200})


class GivenLine(Item):
    """A line that the winner supplies, at its own price."""

    label: str = said("Ligne", "N1-01")
    designation: str = said("Désignation", "Chaise de réunion")
    quantity: Decimal = said("Quantité", "60")
    unit_price: Money = said("Prix à l’unité HT", {"cents": 9600})
    ht: Money = said("Montant HT", {"cents": 576000})


class NotificationFacts(LetterFacts):
    """Notifies the contract, with what an invoice on Chorus Pro needs (INV-01)."""

    kind: ClassVar[PaperKind] = PaperKind.NOTIFICATION

    lot: int | None = said("Numéro du lot, s’il y en a plusieurs", 1, default=None)
    lot_title: str = said("Intitulé du lot", "Assises", default="")
    lines: list[GivenLine] = said("Ce qui est fourni", [])
    ht: Money = said("Montant hors taxes", {"cents": 576000})
    payable: Money = said("Montant à payer", {"cents": 691200})
    signed_on: Day | None = said("Contrat signé le", "2026-12-02T09:00:00Z", default=None)
    place: str = said("Lieu de livraison", "3 place de la Gare, Saint-Brieuc", default="")
    deliver_until: date | None = said("À livrer au plus tard le", "2027-01-29", default=None)
    access: str = said("Accès", "2ᵉ étage avec ascenseur", default="")
    advance_percent: Decimal = said("Avance, en pourcentage", "0", default=Decimal(0))
    engagement_number: str = said("Numéro d’engagement", "E-2026-0042")
    service_code: str = said("Code service", "ACHATS", default="")
    invoice_siret: str = said("SIRET à facturer", "99900000300015")


class WonMark(Item):
    """A mark of the winner: no figure of its offer comes with it (P13)."""

    label: str = said("Critère", "Prix")
    weight: Decimal = said("Sur", "40")
    points: Points = said("Points", "40.00")


class OwnMark(Mark):
    """A mark of the reader, with the formula and its figures."""

    weight: Decimal = said("Sur", "40")


class OwnResult(Item):
    """How the reader was ranked: for a lot given whole, or for a line."""

    rank: int | None = said("Rang", 2)
    total: Annotated[Decimal | None, As(Wording.FIXED)] = said("Total sur 100", "82.97")
    price: Money = said("Prix comparé", {"cents": 80640})
    below: list[str] = said("Critères sous la note minimale", [], default=[])
    marks: list[OwnMark] = said("Notes", [])


class Winner(Item):
    """Who was chosen: name, marks, compared total of a lot given whole."""

    name: str = said("Structure retenue", "Atelier du Lac")
    total: Annotated[Decimal | None, As(Wording.FIXED)] = said("Total sur 100", "91.20")
    price: Money | None = said("Total comparé", {"cents": 74400}, default=None)
    marks: list[WonMark] = said("Notes", [])


class LostPart(Item):
    """A lot, or a line where the market is given line by line."""

    lot: int | None = said("Numéro du lot, s’il y en a plusieurs", 1, default=None)
    lot_title: str = said("Intitulé du lot", "Assises", default="")
    line: str = said("Ligne, quand chacune est attribuée à part", "N1-01", default="")
    designation: str = said("Désignation", "Chaise de réunion", default="")
    verdict: Verdict | None = said("Offre écartée comme", None, default=None)
    verdict_reasons: str = said("Motifs de l’élimination", "", default="")
    own: list[OwnResult] = said("Le résultat du destinataire", [])
    winners: list[Winner] = said("Les offres retenues", [])
    left: str = said("Motif, quand la ligne n’est attribuée à personne", "", default="")


class WonTotal(Item):
    """What a winner is given in all, where the market is given line by line."""

    name: str = said("Structure retenue", "Atelier du Lac")
    price: Money = said("Total comparé", {"cents": 74400})
    lines: list[str] = said("Lignes", ["N1-01"])


class RejectionFacts(LetterFacts):
    """Tells a tenderer what it lost and why, with its own marks to compute again (END-01)."""

    kind: ClassVar[PaperKind] = PaperKind.REJECTION

    partly: bool = said("Une partie de l’offre est retenue", False, default=False)
    parts: list[LostPart] = said("Ce qui n’est pas retenu, lot par lot ou ligne par ligne", [])
    totals: list[WonTotal] = said("Totaux des offres retenues", [], default=[])
    advantages: str = said("Avantages de l’offre retenue", "Meilleur état général.", default="")
    left_reason: str = said("Pourquoi l’offre proposée n’est plus retenue", "", default="")
