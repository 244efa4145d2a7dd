"""The essential data of a contract, captured at its notification (P21, DECP-02, DECP-03).

Names are those of the French schema. `montant` is a decimal text: canonical JSON holds no float.
"""

from typing import Any

from sad.accounts.tables import Organisation
from sad.awards.proposing import place_code
from sad.awards.schemas import NotificationInput
from sad.awards.tables import Award
from sad.candidatures.tables import Applicant
from sad.categories.tables import Category
from sad.db.work import Work
from sad.evaluation.file import File
from sad.kernel.dates import essential_data as published_by
from sad.kernel.money import Money
from sad.suppliers.tables import Supplier
from sad.systems.rules import Regime, regime
from sad.systems.tables import PurchasingSystem

GROUPS = {"conjoint": "Conjoint", "solidary": "Solidaire"}
RESERVED = "Marché réservé"


def essential_data(work: Work, file: File, award: Award, data: NotificationInput) -> dict[str, Any]:
    """Every field that can be known by notification, and the last day to publish them."""
    market = file.market
    system = work.get(PurchasingSystem, market.system_id)
    category = work.get(Category, market.category_id)
    buyer = work.shared(Organisation, market.organisation_id)
    supplier = work.shared(Supplier, award.supplier_id)
    applicant = work.get(Applicant, award.applicant_id)
    formal = regime(Money(system.maximum_cents), Money(system.outside_cents)) is Regime.FORMAL
    place = data.place_code or place_code(market.delivery_place, buyer.address)
    return {
        "id": market.number,
        "acheteur": {"id": buyer.siret},
        "nature": "Marché",
        "objet": f"{system.number} - {category.name} - {market.title}"[:1000],
        "codeCPV": _cpv(category),
        "techniques": {"technique": ["Système d'acquisition dynamique"]},
        "modalitesExecution": {"modaliteExecution": ["Sans objet"]},
        "marcheInnovant": data.innovative,
        "ccag": "Fournitures courantes et services",
        "offresRecues": len(file.offers),
        "attributionAvance": market.advance_percent > 0,
        "tauxAvance": market.advance_percent,
        "typeGroupementOperateurs": GROUPS.get(applicant.form, "Pas de groupement"),
        "sousTraitanceDeclaree": data.subcontracting,
        "procedure": "Appel d'offres restreint" if formal else "Procédure adaptée",
        "lieuExecution": {"code": place, "typeCode": "Code postal"},
        "dureeMois": data.duration_months,
        "dateNotification": work.today.isoformat(),
        "montant": f"{Money(award.ht_cents).euros:f}",
        "typesPrix": {"typePrix": ["Définitif ferme"]},
        "formePrix": "Unitaire",
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": supplier.siret}}],
        "considerationsSociales": {"considerationSociale": _social(file, system, category)},
        "considerationsEnvironnementales": {"considerationEnvironnementale": _green(file)},
        "publier_avant_le": published_by(work.today).isoformat(),
    }


def missing(essential: dict[str, Any]) -> list[str]:
    """The fields the schema requires and that nobody said yet."""
    found = [] if essential.get("codeCPV") else ["codeCPV"]
    place = essential.get("lieuExecution", {})
    return found if place.get("code") else [*found, "lieuExecution"]


def _cpv(category: Category) -> str:
    """The first CPV code, without its control digit (DECP-02)."""
    return category.cpv[0].split("-")[0] if category.cpv else ""


def _social(file: File, system: PurchasingSystem, category: Category) -> list[str]:
    found = []
    if file.market.social_condition.strip():
        found.append("Clause sociale")
    if any(c.family in {"insertion", "social"} for c in file.criteria):
        found.append("Critère social")
    if system.reservation != "none" or category.reservation != "none":
        found.append(RESERVED)
    return found or ["Pas de considération sociale"]


def _green(file: File) -> list[str]:
    found = []
    if file.market.condition_of_performance.strip():
        found.append("Clause environnementale")
    if any(c.family == "environment" for c in file.criteria):
        found.append("Critère environnemental")
    return found or ["Pas de considération environnementale"]
