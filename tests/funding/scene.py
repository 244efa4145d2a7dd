"""A funding line of 200,000 € TTC with two envelopes, for the tests of money."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sad.db.work import Work
from sad.funding import service
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.funding.tables import Movement
from sad.kernel.ids import uuid7
from sad.kernel.money import Money
from tests.support.published import published_system


@dataclass(frozen=True)
class Scene:
    """Ids of what was made. Envelopes: seats 60,000 €, tables 40,000 €."""

    system: UUID
    line: UUID
    seats: UUID
    tables: UUID


def cause() -> str:
    """A cause nothing else has."""
    return f"test:{uuid4()}"


def euros(amount: int) -> Money:
    """Whole euros."""
    return Money(amount * 100)


def make_scene(work: Work, overshoot: str = "warn", basis: str = "ttc") -> Scene:
    """Made by the officer of `work`."""
    system, (first, second) = published_system(work, "assises-tissu", "bois-metal")
    line = service.create_line(work, line_input(system, basis), euros(200_000), cause()).id
    ids = []
    for category, label, plan in ((first, "Assises", 60_000), (second, "Tables", 40_000)):
        data = EnvelopeInput.model_validate(
            {
                "category_id": category,
                "funding_line_id": line,
                "label": label,
                "year": 2026,
                "overshoot": overshoot,
            }
        )
        ids.append(service.create_envelope(work, data).id)
        service.allocate(work, ids[-1], euros(plan), cause())
    return Scene(system, line, ids[0], ids[1])


def line_input(system: UUID, basis: str = "ttc", label: str = "Mobilier du Totem") -> LineInput:
    """A line of the investment section."""
    return LineInput.model_validate(
        {
            "system_id": system,
            "label": label,
            "budget": "Budget principal",
            "year": 2026,
            "chapter": "21",
            "nature": "21848",
            "programme_number": "AP 2025-07",
            "basis": basis,
            "vat_recovery": "none" if basis == "ttc" else "full",
        }
    )


def reserve(work: Work, scene: Scene, amount: int, market: UUID | None = None) -> Movement:
    """A reservation of `amount` euros TTC on the seats."""
    return service.reserve(
        work,
        funding_line_id=scene.line,
        envelope_id=scene.seats,
        ht=Money(amount * 100 * 5 // 6),
        ttc=euros(amount),
        market_id=market or uuid7(),
        cause=cause(),
    )


def engage(work: Work, scene: Scene, amount: int, market: UUID | None = None) -> Movement:
    """An engagement of `amount` euros TTC on the seats."""
    return service.engage(
        work,
        funding_line_id=scene.line,
        envelope_id=scene.seats,
        ht=Money(amount * 100 * 5 // 6),
        ttc=euros(amount),
        market_id=market or uuid7(),
        award_id=uuid7(),
        number="E-2026-0042",
        cause=cause(),
    )
