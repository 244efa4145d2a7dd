"""What the papers of a market say before it is judged: invitation, register, opening minutes."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from sad.kernel.actor import Role
from sad.markets.states import AwardMode
from sad.offers.states import OpeningAnomaly
from sad.papers.schemas import As, Item, PaperFacts, Precise, Wording, said
from sad.papers.states import PaperKind
from sad.scoring.states import Direction, Method
from sad.systems.rules import Regime

Points = Annotated[Decimal, As(Wording.FIXED)]


class MarketCriterion(Item):
    """A criterion of the market: weight, and how its mark is computed (MS-03, SC-01)."""

    code: str = said("Code", "price")
    family: str = said("Famille", "price")
    label: str = said("Critère", "Prix")
    weight: Decimal = said("Pondération sur 100", "40")
    method: Method = said("Méthode", "proportional")
    n: Decimal | None = said("Coefficient de la formule linéaire", None, default=None)
    maximum: Decimal | None = said("Haut de l’échelle", "20", default=None)
    minimum: Decimal | None = said("Note éliminatoire", None, default=None)
    direction: Direction = said("Meilleure valeur", "lower")
    fallback: Method | None = said("Formule de repli", None, default=None)
    anchors: list[str] = said("Repères de l’échelle", [], default=[])
    guidance: str = said("Ce qui est regardé", "Les photos et les remarques.", default="")


class AskedLine(Item):
    """A line of the grid, as it is asked."""

    lot: int = said("Numéro du lot", 1)
    label: str = said("Code ou numéro de la ligne", "N1-01")
    designation: str = said("Désignation", "Bibliothèque en bois massif")
    quantity: Decimal = said("Quantité", "12")
    unit: str = said("Unité", "pièce", default="")
    slice_size: Decimal | None = said("Taille d’une tranche", "10", default=None)
    slices: int | None = said("Nombre de tranches", 20, default=None)
    mandatory: bool = said("Réponse obligatoire", False)


class MarketLot(Item):
    """A lot, as suppliers know it: credits are never published (P6)."""

    number: int = said("Numéro du lot", 1)
    title: str = said("Intitulé du lot", "Assises")


class Change(Item):
    """An addendum, told to all the invited (MS-11)."""

    number: int = said("Numéro de la modification", 1)
    made_at: datetime = said("Date", "2026-10-20T08:00:00Z")
    text: str = said("Ce qui change", "La ligne 4 passe de 10 à 12.")
    new_deadline_at: datetime | None = said("Nouvelle date limite", None, default=None)


class DocumentItem(Item):
    """A document given with the market."""

    name: str = said("Nom du fichier", "plan-niveau-6.pdf")
    sha256: str = said("Empreinte SHA-256", "9f86d081…")


class MarketFacts(PaperFacts):
    """What every paper of a market recalls."""

    system_number: str = said("Numéro du dispositif", "2026S01")
    system_title: str = said("Intitulé du dispositif", "Mobilier de réemploi du Totem")
    category: str = said("Catégorie", "Mobilier bois")
    regime: Regime = said("Procédure", "adapted")


class InvitationFacts(MarketFacts):
    """The invitation: the same words to all the admitted, at one instant (R2144-9)."""

    kind: ClassVar[PaperKind] = PaperKind.INVITATION

    description: str = said("Présentation du besoin", "Le hall reçoit une bibliothèque.")
    notice_support: str = said("Support de l’avis", "BOAMP", default="")
    notice_reference: str = said("Référence de l’avis", "26-104512", default="")
    notice_sent_on: date | None = said("Avis envoyé le", "2026-06-24", default=None)
    sent_at: datetime | None = said("Invitation envoyée le", "2026-10-06T07:20:00Z", default=None)
    deadline_at: datetime = said("Date limite des réponses", "2026-10-21T10:00:00Z")
    questions_until: datetime | None = said("Dernier moment pour une question", None, default=None)
    award_mode: AwardMode = said("Mode d’attribution", "lines")
    partial_allowed: bool = said("On peut ne pas répondre à toutes les lignes", True)
    variants_allowed: bool | None = said("Variantes autorisées", False)
    lots: list[MarketLot] = said("Lots", [])
    lines: list[AskedLine] = said("Lignes demandées", [])
    columns: list[str] = said("Ce qui est à remplir pour chaque ligne", ["Prix à l’unité"])
    questions: list[str] = said("Questions posées une fois", [], default=[])
    criteria: list[MarketCriterion] = said("Critères", [])
    tie_break: list[str] = said("Départage des ex æquo, dans l’ordre", ["Prix"])
    compares_paid: bool = said("Le prix comparé est le montant à payer, TVA comprise", True)
    conditions: str = said("Conditions d’exécution environnementales", "Sans emballage jetable.")
    social: str = said("Condition sociale", "", default="")
    delivery_place: str = said("Lieu de livraison", "Le Totem, niveau 0")
    delivery_from: date | None = said("Livraison au plus tôt", "2026-11-12", default=None)
    delivery_until: date | None = said("Livraison au plus tard", "2026-12-17", default=None)
    storage: str = said("Stockage proposé", "", default="")
    access: str = said("Accès", "Monte-charge de 2,10 m", default="")
    visit: str = said("Visite ou présentation des pièces", "", default="")
    buyer_supplies: str = said("Fourni par l’acheteur", "", default="")
    warranty: str = said("Garantie", "Un an à compter de l’admission.", default="")
    advance_percent: int = said("Avance, en %", 0)
    validity_days: int = said("Durée de validité des offres, en jours", 30)
    documents: list[DocumentItem] = said("Documents joints", [], default=[])
    changes: list[Change] = said("Modifications depuis l’envoi", [], default=[])
    address: str = said("Adresse où répondre", "https://exemple.fr/reponse/…", default="")


class Operator(Item):
    """Who opened."""

    name: str = said("Nom", "Claire Morvan")
    role: Role | None = said("Rôle", "officer", default=None)


class OpenedAnswer(Item):
    """An answer opened; in the register, its deposit in force."""

    supplier: str = said("Structure", "Ressourcerie du Gouët")
    received_at: Precise = said("Reçue le", "2026-10-21T09:58:04.123456Z")
    receipt: str = said("Numéro d’accusé", "AR-7F3K-9Q2M-X4TD")
    files: int = said("Nombre de fichiers", 3)
    readable: bool = said("Lisible", True)
    sha256: str = said("Empreinte de l’accusé", "9f86d081…")


class ActKind(StrEnum):
    """What a deposit that was not opened is."""

    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    LATE = "late"


class ClosedAct(Item):
    """An act whose content stays closed; its author is not said."""

    act: ActKind = said("Acte", "replaced")
    received_at: Precise = said("Reçu le", "2026-10-20T14:03:11.000000Z")
    sha256: str = said("Empreinte de l’accusé", "9f86d081…")


class OpeningFacts(MarketFacts):
    """What the opening established; nothing of it is told before (OFF-10)."""

    deadline_at: datetime = said("Date limite", "2026-10-21T10:00:00Z")
    opened_at: Precise = said("Ouverture", "2026-10-21T10:05:00.000000Z")
    operators: list[Operator] = said("Ouvertes par", [])
    invited: int = said("Nombre de structures invitées", 12)
    answers: list[OpenedAnswer] = said("Réponses ouvertes", [])
    closed: list[ClosedAct] = said("Actes non ouverts", [])
    anomalies: list[OpeningAnomaly] = said("Anomalies constatées", [], default=[])


class DepositsRegisterFacts(OpeningFacts):
    """The register of deposits, after the opening."""

    kind: ClassVar[PaperKind] = PaperKind.DEPOSITS_REGISTER


class OpeningMinutesFacts(OpeningFacts):
    """The minutes of the opening."""

    kind: ClassVar[PaperKind] = PaperKind.OPENING_MINUTES
