"""What the papers of the end say: decision, acte d'engagement, note for elected members."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from sad.kernel.money import Money
from sad.kernel.vat import VatRegime
from sad.papers.schemas import As, Day, Item, Signatory, Structure, Wording, said
from sad.papers.schemas_market import MarketFacts
from sad.papers.states import PaperKind
from sad.suppliers.states import SupplierKind, SupplierLabel

Percent = Annotated[Decimal, As(Wording.PERCENT)]


class BudgetSection(StrEnum):
    """The section of a budget."""

    FUNCTIONING = "functioning"
    INVESTMENT = "investment"


class AwardedLine(Item):
    """A line, or slices of a line, given to one supplier (P3)."""

    label: str = said("Ligne", "N1-01")
    designation: str = said("Désignation", "Bibliothèque en bois massif")
    quantity: Decimal = said("Quantité", "12")
    unit: str = said("Unité", "pièce", default="")
    slices: int | None = said("Nombre de tranches", None, default=None)
    unit_price: Money = said("Prix à l’unité, HT", {"cents": 48000})
    rate: Annotated[Decimal | None, As(Wording.PERCENT)] = said("Taux de TVA", "20", default=None)
    ht: Money = said("Montant HT", {"cents": 576000})


class VatShare(Item):
    """What one VAT rate adds."""

    rate: Percent = said("Taux", "20")
    ht: Money = said("Base HT", {"cents": 576000})
    vat: Money = said("TVA", {"cents": 115200})


class Imputation(Item):
    """Where the expense is charged (P5)."""

    label: str = said("Ligne de crédits", "Mobilier du Totem, investissement 2026")
    budget: str = said("Budget", "Budget principal")
    year: str = said("Exercice", "2026")
    section: BudgetSection = said("Section", "investment")
    chapter: str = said("Chapitre ou opération", "21", default="")
    nature: str = said("Nature", "21848", default="")


class AwardFacts(MarketFacts):
    """One award: who, what, for how much."""

    holder: Structure = said("Titulaire", {"name": "Atelier Bois de Brume"})
    legal_form: str = said("Forme juridique", "association déclarée", default="")
    members: list[Structure] = said("Membres du groupement", [], default=[])
    lot: int | None = said("Numéro du lot", None, default=None)
    lot_title: str = said("Intitulé du lot", "", default="")
    lines: list[AwardedLine] = said("Lignes attribuées", [])
    ht: Money = said("Montant HT", {"cents": 576000})
    vat: Money = said("Montant de la TVA", {"cents": 115200})
    payable: Money = said("Montant à payer", {"cents": 691200})
    regime_vat: VatRegime = said("Régime de TVA du titulaire", "liable")
    by_rate: list[VatShare] = said("TVA par taux", [])
    imputations: list[Imputation] = said("Imputation budgétaire", [])
    deliberation_number: str = said("Acte créant le dispositif", "2026-088", default="")
    deliberation_on: date | None = said("Date de cet acte", "2026-05-31", default=None)


class DecisionFacts(AwardFacts):
    """The décision d'attribution: its visas, its reasons, its articles (P1, P2)."""

    kind: ClassVar[PaperKind] = PaperKind.DECISION

    signatory: Signatory = said("Signataire", {"name": "Dominique Le Goff"})
    decided_at: Day = said("Date de la décision", "2026-11-10T09:00:00Z")
    reasons: str = said("Motifs du choix", "L’offre est la mieux classée.")
    notice_support: str = said("Support de l’avis", "BOAMP", default="")
    notice_reference: str = said("Référence de l’avis", "26-104512", default="")
    notice_sent_on: date | None = said("Avis envoyé le", "2026-06-24", default=None)
    sent_at: datetime | None = said("Invitations envoyées le", None, default=None)
    invited: int = said("Nombre de structures invitées", 12)
    opened_at: datetime | None = said("Réponses ouvertes le", None, default=None)
    offers: int = said("Nombre de réponses ouvertes", 3)
    ranked: int = said("Nombre d’offres classées", 3)
    rank: int = said("Rang de l’offre retenue", 1)
    credits: Money | None = said("Crédits du lot", {"cents": 960000}, default=None)
    subject: bool = said("Soumis au contrôle de légalité", False)


class ContractFacts(AwardFacts):
    """The acte d'engagement, on two pages, to be signed by both (P1)."""

    kind: ClassVar[PaperKind] = PaperKind.CONTRACT

    signatory: Signatory | None = said("Signataire de l’acheteur", None, default=None)
    decided_at: Annotated[datetime | None, As(Wording.DAY)] = said(
        "Attribué le", "2026-11-10T09:00:00Z", default=None
    )
    supplier_signed_on: date | None = said("Signé par le titulaire le", None, default=None)
    signed_at: Annotated[datetime | None, As(Wording.DAY)] = said(
        "Signé par l’acheteur le", None, default=None
    )
    engagement_number: str = said("Numéro d’engagement", "E26-092801", default="")
    service_code: str = said("Code service Chorus Pro", "TOTEM-MOB", default="")
    delivery_place: str = said("Lieu de livraison", "Le Totem, niveau 0", default="")
    delivery_from: date | None = said("Livraison au plus tôt", "2026-11-12", default=None)
    delivery_until: date | None = said("Livraison au plus tard", "2026-12-17", default=None)
    access: str = said("Accès", "Monte-charge de 2,10 m", default="")
    warranty: str = said("Garantie", "Un an à compter de l’admission.", default="")
    conditions: str = said("Conditions d’exécution", "Sans emballage jetable.", default="")
    social: str = said("Condition sociale", "", default="")
    advance_percent: int = said("Avance, en %", 0)
    bound_until: date | None = said("Offre valable jusqu’au", "2026-11-20", default=None)


class NotedWinner(Item):
    """A holder, as a note names it: what it is, what it supplies."""

    name: str = said("Structure", "Ressourcerie du Gouët")
    city: str = said("Ville", "22000 Saint-Brieuc", default="")
    kinds: list[SupplierKind] = said("Structure d’insertion ou adaptée", [], default=[])
    labels: list[SupplierLabel] = said("Labels", [], default=[])
    supplies: list[AwardedLine] = said("Ce qu’elle fournit", [])
    ht: Money = said("Montant HT", {"cents": 576000})
    payable: Money = said("Montant à payer", {"cents": 691200})


class ElectedNoteFacts(MarketFacts):
    """One page for elected members: what, for how much, why it is lawful, who."""

    kind: ClassVar[PaperKind] = PaperKind.ELECTED_NOTE

    description: str = said("Le besoin", "Le hall reçoit une bibliothèque d’échange.")
    picture_id: UUID | None = said("Image d’une pièce", None, default=None)
    picture_of: str = said("Ce que montre l’image", "Bibliothèque en bois massif", default="")
    winners: list[NotedWinner] = said("Titulaires", [])
    ht: Money = said("Montant total HT", {"cents": 576000})
    payable: Money = said("Montant total à payer", {"cents": 691200})
    credits: Money | None = said("Crédits réservés au lancement", {"cents": 960000}, default=None)
    maximum: Money = said("Valeur maximale du dispositif, HT", {"cents": 20000000})
    committed: Money = said("Déjà notifié dans le dispositif, HT", {"cents": 1200000})
    invited: int = said("Structures invitées", 12)
    offers: int = said("Réponses reçues à temps", 3)
    ranked: int = said("Offres comparées", 3)
    sent_at: datetime | None = said("Invitations envoyées le", None, default=None)
    deadline_at: datetime | None = said("Date limite", None, default=None)
    decided_at: Annotated[datetime | None, As(Wording.DAY)] = said(
        "Attribué le", None, default=None
    )
    notice_support: str = said("Support de l’avis", "BOAMP", default="")
    notice_sent_on: date | None = said("Avis envoyé le", "2026-06-24", default=None)
    signatory: Signatory | None = said("Signataire", None, default=None)
    conditions: str = said("Conditions environnementales", "Sans emballage jetable.", default="")
    environment_weight: Decimal = said("Poids du critère environnemental", "20")
    delivery_until: date | None = said("Livraison au plus tard", "2026-12-17", default=None)
    reasons: str = said("Motifs du choix", "L’offre est la mieux classée.", default="")
