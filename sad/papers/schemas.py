"""What every paper says, as raw data: amounts in cents, days, instants, never sentences (P14).

Each field carries its French description and an example: an organisation that writes its own
template reads them as the fields it may use. `app.rendering.papers` writes them for people.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from sad.kernel.actor import Role
from sad.papers.states import PaperKind


class Wording(StrEnum):
    """Another way to write a value than the one its type usually has."""

    SHORT_DATE = "short_date"  # « 03/11/2026 »
    DAY = "day"  # the day of an instant, in full
    PRECISE = "precise"  # an instant to the millisecond
    FIXED = "fixed"  # a number with two decimals
    PERCENT = "percent"


@dataclass(frozen=True)
class As:
    """Marks a field with its wording."""

    wording: Wording


ShortDate = Annotated[date, As(Wording.SHORT_DATE)]
ShortDay = Annotated[datetime, As(Wording.SHORT_DATE)]
Day = Annotated[datetime, As(Wording.DAY)]
Precise = Annotated[datetime, As(Wording.PRECISE)]


def said(description: str, example: Any, **more: Any) -> Any:
    """A field as an organisation reads it in its list of fields."""
    return Field(description=description, examples=[example], **more)


class Item(BaseModel):
    """A part of a paper: closed and unchangeable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Buyer(Item):
    """The organisation a paper comes from."""

    name: str = said("Nom de l’acheteur", "Saint-Brieuc Armor Agglomération")
    siret: str = said("SIRET de l’acheteur", "99900000300015")
    address: str = said(
        "Adresse de l’acheteur", "3 place de la Gare, 22000 Saint-Brieuc", default=""
    )
    contact: str = said("Personne à joindre", "Claire Morvan", default="")
    phone: str = said("Téléphone", "02 96 00 00 00", default="")
    mail: str = said("Adresse électronique", "marches@exemple.fr", default="")
    accent: str = said("Couleur de l’acheteur", "sapin", default="sapin")
    logo: str = said("Repère du logo", "9f86d081884c7d65", default="")


class Structure(Item):
    """A supplier as a paper names it; a group by its mandataire."""

    name: str = said("Nom de la structure", "Ressourcerie du Gouët")
    siret: str = said("SIRET de la structure", "99900001100018")
    address: str = said("Adresse", "12 rue des Ateliers", default="")
    city: str = said("Ville", "22000 Saint-Brieuc", default="")


class Signatory(Item):
    """Who signs, and under which delegation (P2)."""

    name: str = said("Nom du signataire", "Dominique Le Goff")
    quality: str = said("Qualité", "vice-présidente déléguée à la commande publique")
    act: str = said("Numéro de l’acte de délégation", "2026-AR-112")
    executory_on: date | None = said("Acte exécutoire depuis le", "2026-03-02", default=None)


class PaperFacts(Item):
    """What every paper carries: whose, about what, which version, when, by whom."""

    kind: ClassVar[PaperKind]

    buyer: Buyer = said("L’acheteur", {"name": "Saint-Brieuc Armor Agglomération"})
    number: str = said("Numéro du dispositif ou du marché", "2026S01-005-06")
    title: str = said("Objet en une ligne", "Bibliothèques et bancs en bois du hall")
    version: int = said("Version du document", 1, default=1)
    issued_at: datetime = said("Date et heure d’édition", "2026-11-03T11:00:00Z")
    issued_by: str = said("Établi par : nom", "Claire Morvan", default="")
    issued_as: Role | None = said("Établi par : rôle", "officer", default=None)


class ReservedTo(StrEnum):
    """Whom a category or a system is reserved to (RES-01, RES-02, RES-04)."""

    NONE = "none"
    HANDICAP = "handicap"
    INSERTION = "insertion"
    BOTH = "both"
