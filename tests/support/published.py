"""A published system with one category, for the tests that start after the publication."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sad.categories.schemas import CategoryInput, RangeInput
from sad.categories.service import add, publish
from sad.db.work import Work
from sad.kernel.calendar import PARIS
from sad.systems.schemas import SystemChange, SystemInput
from sad.systems.service import change, create

RANGES = (
    ("price", "Prix", 40, 30, 50, "proportional"),
    ("quality", "État et adéquation", 30, 20, 40, "judged"),
    ("environment", "Environnement", 20, 10, 30, "judged"),
    ("delay", "Délai", 10, 0, 20, "judged"),
)


def category_input(code: str = "reemploi-ressourcerie") -> CategoryInput:
    """A category as the catalogue would give it."""
    return CategoryInput(
        code=code,
        name=f"Catégorie {code}",
        nature="Mobilier de seconde main",
        cpv=["39130000"],
        ordinary_use="Tout se trouve en réserve.",
        selection_criteria="Aucun niveau minimal ; décrivez en deux lignes.",
        ranges=[
            RangeInput(
                family=family,
                label=label,
                weight_default=Decimal(default),
                weight_minimum=Decimal(low),
                weight_maximum=Decimal(high),
                method=method,
            )
            for family, label, default, low, high, method in RANGES
        ],
    )


def notice(version: int) -> SystemChange:
    """What the notice says, sent on 20 July 2026; opens on 1 August 2026 for four years."""
    return SystemChange(
        version=version,
        object="Meubler un tertiaire avec du réemploi.",
        opening_at=datetime(2026, 8, 1, tzinfo=PARIS),
        closing_at=datetime(2030, 7, 31, 23, 59, tzinfo=PARIS),
        notice_support="BOAMP",
        notice_sent_on=date(2026, 7, 20),
        notice_reference="26-104512",
        first_candidatures_on=date(2026, 8, 20),
        variants_allowed=False,
        deliberation_number="2026-88",
        deliberation_on=date(2026, 6, 30),
    )


def published_system(work: Work, *codes: str) -> tuple[UUID, list[UUID]]:
    """(system, categories) published by the officer of `work`; 200,000 € HT at most."""
    system = create(work, SystemInput(title="Mobilier du Totem", maximum_cents=200_000_00))
    categories = [
        add(work, system.id, category_input(code)).id for code in codes or ["reemploi-ressourcerie"]
    ]
    change(work, system.id, notice(system.version))
    publish(work, system.id)
    return system.id, categories
