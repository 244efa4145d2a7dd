"""Where markets can be launched: suppliers admitted, credits voted, a draft ready."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlmodel import select

from sad.candidatures.tables import Applicant, Candidature, CandidatureDecision
from sad.db.work import Work
from sad.frames.schemas import LineInput as FrameLineInput
from sad.funding import service as funding
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.kernel.actor import Actor
from sad.kernel.money import Money
from sad.markets import grid, sections, service
from sad.markets.launching import launch
from sad.markets.schemas import (
    AwardInput,
    CreditsInput,
    DeadlineInput,
    DeliveryInput,
    LotInput,
    NeedInput,
)
from sad.markets.tables import SpecificMarket
from tests.support.cast import Cast
from tests.support.published import published_system

DEADLINE = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)  # Tuesday, noon in Paris
# A receipt of a chain that no seal covers: it has no proof yet.
RECEIPT = json.dumps(
    {"receipt": json.dumps({"number": "AR-0000-0000-0000", "chain": "candidature:", "seq": 1})}
)
SNAPSHOT: dict[str, Any] = {
    "supplier": {
        "name": "Atelier",
        "siret": "99900001100018",
        "city": "Brume",
        "legal_form": "",
        "kinds": [],
        "vat_regime": "liable",
        "phone": "",
    },
    "capacity": "Tables et chaises.",
    "declaration": {"name": "Sam", "function": "Gérante", "reserve": ""},
    "group": {"form": "", "members": []},
    "papers": [],
}
LINES = (("T-01", "Table de réunion", 4), ("C-01", "Chaise", 20), ("A-01", "Armoire basse", 3))


@dataclass
class Ready:
    """What a launch needs; `applicants` by the part of the cast that answers."""

    system_id: UUID
    category_id: UUID
    other_category_id: UUID
    funding_line_id: UUID
    envelope_id: UUID
    applicants: dict[str, UUID]


def as_officer(work: Work, cast: Cast) -> Work:
    """The same work, acting as the officer."""
    work.actor = cast.actor("officer")
    return work


def ready(work: Work, cast: Cast, voted: int = 100_000_00, overshoot: str = "warn") -> Ready:
    """A published system, alder and birch admitted, `voted` cents on a line and in an envelope."""
    before, work.actor = work.actor, cast.actor("officer")
    system_id, (category, other) = published_system(work, "reemploi-ressourcerie", "bois-metal")
    line = funding.create_line(
        work,
        LineInput(system_id=system_id, label="Mobilier 2026", budget="Principal", year=2026),
        Money(voted),
        f"vote:{system_id}",
    )
    envelope = funding.create_envelope(
        work,
        EnvelopeInput(
            category_id=category, funding_line_id=line.id, label="Réemploi", overshoot=overshoot
        ),
    )
    funding.allocate(work, envelope.id, Money(voted), f"plan:{system_id}")
    applicants = {part: admit(work, cast, system_id, category, part) for part in ("alder", "birch")}
    work.actor = before
    return Ready(system_id, category, other, line.id, envelope.id, applicants)


def admit(work: Work, cast: Cast, system_id: UUID, category_id: UUID, part: str) -> UUID:
    """The applicant of a supplier, admitted to the category now; written directly."""
    return candidature(work, cast, system_id, category_id, part, "admitted").applicant_id


def candidature(
    work: Work, cast: Cast, system_id: UUID, category_id: UUID, part: str, state: str, **more: Any
) -> Candidature:
    """A candidature in a state, received and (when decided) decided now."""
    decided = state in {"admitted", "refused"}
    fields = {
        "declared": True,
        "receipt": RECEIPT,
        "snapshot": SNAPSHOT,
        "submitted_at": work.now,
        "received_on": work.today,
        "decide_by": work.today + timedelta(days=14),
        "decided_at": work.now if decided else None,
        "reasons": "Dossier complet." if decided else "",
        "delegation_id": cast.delegation_id if decided else None,
        "created_at": work.now,
    }
    row: Candidature = work.add(
        Candidature(
            organisation_id=cast.organisation_id,
            system_id=system_id,
            category_id=category_id,
            applicant_id=applicant(work, cast, part),
            state=state,
            **fields | more,
        )
    )
    if decided:
        work.add(
            CandidatureDecision(
                organisation_id=cast.organisation_id,
                candidature_id=row.id,
                kind="admission" if state == "admitted" else "refusal",
                reasons="Dossier complet.",
                delegation_id=cast.delegation_id,
                signatory="Dominique Le Goff, vice-présidente",
                decided_at=work.now,
            )
        )
    return row


def applicant(work: Work, cast: Cast, part: str) -> UUID:
    """The supplier of the cast as an applicant of the organisation, made once."""
    supplier_id = cast.suppliers[part]
    found = work.session.exec(
        select(Applicant.id).where(
            Applicant.organisation_id == cast.organisation_id, Applicant.supplier_id == supplier_id
        )
    ).first()
    if found is not None:
        return found
    row = Applicant(
        organisation_id=cast.organisation_id,
        kind="supplier",
        supplier_id=supplier_id,
        name=f"Atelier {part}",
        created_at=work.now,
    )
    return UUID(str(work.add(row).id))


def draft(
    work: Work,
    cast: Cast,
    place: Ready,
    *,
    credits: int = 1_200_00,
    estimate: int = 1_000_00,
    deadline: datetime = DEADLINE,
    title: str = "Tables et chaises",
    delivery_until: date = date(2026, 10, 15),
) -> SpecificMarket:
    """A draft with every section filled, by the buyer: it can be launched as it is."""
    before, work.actor = work.actor, cast.actor("buyer")
    market = service.create_draft(work, place.category_id, title)
    need = NeedInput(title=title, description="Meubler deux salles.", need_confirmed=True)
    sections.update_need(work, market.id, need, market.version)
    for code, designation, quantity in LINES:
        asked = FrameLineInput(code=code, designation=designation, quantity=Decimal(quantity))
        grid.add_line(work, market.id, asked)
    delivery = DeliveryInput(
        delivery_place="Le Totem, niveau 2", delivery_until=delivery_until, storage="Dès le 1er"
    )
    sections.update_delivery(work, market.id, delivery, market.version)
    sections.update_award(work, market.id, AwardInput(variants_allowed=False), market.version)
    due = DeadlineInput(deadline_at=deadline)
    sections.update_deadline(work, market.id, due, market.version)
    lot = LotInput(
        estimate=Money(estimate),
        credits=Money(credits),
        funding_line_id=place.funding_line_id,
        envelope_id=place.envelope_id,
    )
    sections.update_credits(work, market.id, CreditsInput(lots=[lot]), market.version)
    work.actor = before
    return market


def launched(
    work: Work, cast: Cast, place: Ready, actor: Actor | None = None, **more: Any
) -> SpecificMarket:
    """A market launched by the buyer, due on Tuesday 15 September 2026 at noon in Paris."""
    market = draft(work, cast, place, **more)
    before, work.actor = work.actor, actor or cast.actor("buyer")
    launch(work, market.id)
    work.actor = before
    return market
