"""What the papers of a system say: text of the notice, règlement, common CCP, declaration."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar

from sad.kernel.money import Money
from sad.papers.schemas import As, Item, PaperFacts, ReservedTo, Structure, Wording, said
from sad.papers.states import PaperKind
from sad.systems.rules import Regime

Percent = Annotated[Decimal, As(Wording.PERCENT)]


class CriterionRange(Item):
    """A family of criteria the notice announces, with its range (P9)."""

    label: str = said("Famille de critères", "Prix")
    family: str = said("Code de la famille", "price")
    minimum: Percent = said("Pondération la plus basse", "30")
    maximum: Percent = said("Pondération la plus haute", "50")
    usual: Percent = said("Pondération par défaut", "40")


class AnnouncedCategory(Item):
    """A category of the system, as its notice announces it (SAD-05, SAD-06)."""

    name: str = said("Catégorie", "Mobilier bois")
    nature: str = said("Nature des achats", "Bibliothèques, rangements, tables et bancs")
    description: str = said("Description", "Pour tous les meubles en bois…", default="")
    ordinary_use: str = said(
        "Pourquoi c’est un achat d’usage courant", "Une table répond à un usage connu."
    )
    cpv: list[str] = said("Codes CPV", ["39120000"])
    reserved_to: ReservedTo = said("Réservation", "none")
    selection_criteria: str = said("Critères de sélection", "Aucun niveau minimal")
    required_documents: list[str] = said("Documents demandés", [], default=[])
    group_exclusive: bool = said("Un membre ne peut être dans plusieurs groupements", False)
    criteria: list[CriterionRange] = said("Critères d’attribution annoncés", [])


class SystemFacts(PaperFacts):
    """The system as announced: what the notice, the règlement and the CCP share."""

    object: str = said("Objet du dispositif", "Meubler les neuf niveaux du Totem")
    description: str = said("Présentation", "Des demandes courtes, une grille…", default="")
    regime: Regime = said("Procédure", "adapted")
    maximum: Money = said("Valeur maximale de tous les marchés, HT", {"cents": 20000000})
    outside: Money = said("Achats de la même famille faits en dehors, HT", {"cents": 0})
    cpv: list[str] = said("Codes CPV de l’ensemble", ["39100000"])
    opening_at: Annotated[datetime | None, As(Wording.DAY)] = said(
        "Ouverture du dispositif", "2026-06-25T22:00:00Z"
    )
    closing_at: Annotated[datetime | None, As(Wording.DAY)] = said(
        "Fin du dispositif", "2030-06-25T21:59:59Z"
    )
    first_candidatures_on: date | None = said("Fin du premier délai de candidature", "2026-07-28")
    extension_days: int = said(
        "Allongement annoncé de l’examen avant le premier marché, en jours", 0
    )
    reserved_to: ReservedTo = said("Réservation", "none")
    variants_allowed: bool | None = said("Variantes autorisées", False)
    external_profile: bool = said("Les plis se déposent sur un autre profil d’acheteur", False)
    notice_support: str = said("Support de l’avis", "BOAMP", default="")
    notice_sent_on: date | None = said("Avis envoyé le", "2026-06-24", default=None)
    notice_reference: str = said("Référence de l’avis", "26-104512", default="")
    deliberation_number: str = said(
        "Délibération ou décision créant le dispositif", "2026-088", default=""
    )
    deliberation_on: date | None = said("Date de cette délibération", "2026-05-31", default=None)
    categories: list[AnnouncedCategory] = said("Catégories", [])
    address: str = said("Adresse de la page publique", "https://exemple.fr/sad/…", default="")


class NoticeText(SystemFacts):
    """The text of the notice, to paste where it is published (R2162-39)."""

    kind: ClassVar[PaperKind] = PaperKind.NOTICE_TEXT


class GroupForm(StrEnum):
    """The form of a group (GRP-01)."""

    CONJOINT = "conjoint"
    SOLIDARY = "solidary"


class FileLimit(Item):
    """A format accepted and its size (ELEC-08)."""

    names: list[str] = said("Formats", ["PDF", "DOCX"])
    megabytes: int = said("Taille maximale d’un fichier, en Mo", 200)


class RulesFacts(SystemFacts):
    """The règlement of the system: how one joins, is invited, answers, is chosen (R2162-42)."""

    kind: ClassVar[PaperKind] = PaperKind.RULES

    files: list[FileLimit] = said("Fichiers acceptés", [])
    whole_megabytes: int = said("Taille maximale d’une réponse, en Mo", 500)
    answers_days: int = said("Jours entre la dernière réponse aux questions et la date limite", 4)
    recovers_vat: bool = said("L’acheteur récupère la TVA sur au moins une ligne de crédits", False)
    validity_days: int = said("Durée de validité des offres, en jours", 30, default=30)


class TermsFacts(SystemFacts):
    """The CCP common to every market of the system."""

    kind: ClassVar[PaperKind] = PaperKind.TERMS

    service_code: str = said("Code service Chorus Pro", "TOTEM-MOB", default="")


class DeclarationFacts(PaperFacts):
    """The sworn declaration of a candidate, on one page (CAND-12)."""

    kind: ClassVar[PaperKind] = PaperKind.DECLARATION

    candidate: Structure = said("Le candidat", {"name": "Ressourcerie du Gouët"})
    legal_form: str = said("Forme juridique", "association déclarée", default="")
    category: str = said("Catégorie demandée", "Mobilier bois")
    members: list[Structure] = said("Membres du groupement", [], default=[])
    group_form: GroupForm | None = said("Forme du groupement", "conjoint", default=None)
    capacity: str = said("Ce que le candidat sait faire", "Tri, nettoyage, réparation.", default="")
    declarant: str = said("Nom de la personne qui déclare", "Anne Le Gall", default="")
    declarant_function: str = said("Sa fonction", "présidente", default="")
    reserve: str = said("Motif signalé et son explication", "", default="")
    declared_at: datetime | None = said("Déclaré le", "2026-07-02T08:12:00Z", default=None)
    receipt: str = said("Accusé de réception", "AR-7F3K-9Q2M-X4TD", default="")
