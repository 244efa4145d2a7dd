"""A launched market with its invited suppliers, written directly."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sad.audit.chains import market_chain, offer_chain
from sad.audit.service import open_chains, record
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.tables import FrameColumn, FrameLine, ResponseFrame
from sad.kernel.actor import Actor, Role
from sad.markets.tables import Criterion, Invitation, SpecificMarket
from sad.offers.sealing import Place, make_market_keys, market_public_key, write_slot
from sad.offers.tables import OfferSlot
from sad.suppliers.tables import Supplier, SupplierPerson
from sad.systems.tables import PurchasingSystem
from tests.support.cast import Cast, _person

T = datetime(2026, 9, 17, 10, 0, tzinfo=UTC)  # Thursday 17 September 2026, 12 h 00 in Paris
OPENING = T + timedelta(seconds=60)

COLUMNS: tuple[dict[str, Any], ...] = (
    {
        "key": "available",
        "label": "J'en ai combien",
        "type": "integer",
        "role": "available_quantity",
    },
    {
        "key": "condition",
        "label": "État",
        "type": "choice",
        "role": "condition",
        "required": True,
        "choices": ["Comme neuf", "Bon", "Correct"],
    },
    {"key": "photo", "label": "Photo", "type": "picture", "role": "picture"},
    {
        "key": "price",
        "label": "Prix à l'unité, livré et monté",
        "type": "money",
        "role": "unit_price",
        "required": True,
    },
    {"key": "delivery", "label": "Livrable le", "type": "date", "role": "delivery_date"},
    {"key": "note", "label": "Remarque", "type": "text", "role": "note"},
)


@dataclass
class Scene:
    """A market open until T, and who is in it. Alder (20 % VAT) and birch (no VAT) are invited."""

    cast: Cast
    market_id: UUID
    system_id: UUID
    category_id: UUID
    other_category_id: UUID
    frame_id: UUID
    lines: list[UUID]
    applicants: dict[str, UUID] = field(default_factory=dict)

    def actor(self, part: str) -> Actor:
        """A member of the cast or a supplier added to the scene."""
        return self.cast.actor(part)


def make_scene(
    work: Work,
    cast: Cast,
    *,
    lines: int = 3,
    deadline: datetime = T,
    partial_allowed: bool = True,
    extra: int = 0,
) -> Scene:
    """Writes system, category, grid, market, admitted applicants, invitations, slots and chains.

    `extra`: more invited suppliers, named `more0`, `more1`…
    """
    org = cast.organisation_id
    system = work.add(
        PurchasingSystem(
            organisation_id=org,
            number="2026S01",
            title="Mobilier de réemploi",
            maximum_cents=20_000_000,
            contact_name="Claude Martin",
            contact_phone="02 96 00 00 00",
            contact_email="commande@brume.example",
            created_at=work.now,
        )
    )
    categories = [
        work.add(
            Category(
                organisation_id=org,
                system_id=system.id,
                code=code,
                position=position,
                name=name,
                cpv=["39100000"],
            )
        )
        for position, (code, name) in enumerate(
            [("metal", "Mobilier métallique"), ("luminaires", "Luminaires")]
        )
    ]
    frame = work.add(ResponseFrame(organisation_id=org, content_sha256="ab" * 32))
    line_ids = _grid(work, org, frame.id, lines)
    market = SpecificMarket(
        organisation_id=org,
        system_id=system.id,
        category_id=categories[0].id,
        frame_id=frame.id,
        number="2026S01-001-01",
        state="launched",
        title="Armoires pour la médiathèque",
        description="Trois sortes de meubles métalliques.",
        deadline_at=deadline,
        questions_until=deadline - timedelta(days=4),
        opening_from=deadline + timedelta(seconds=60),
        partial_allowed=partial_allowed,
        condition_of_performance="Livraison sans emballage jetable.",
        launched_at=work.now,
        launched_by=cast.people["buyer"],
        created_at=work.now,
    )
    keys = make_market_keys(work.rings, market.id, deadline)
    market.public_key, market.private_key = keys.public, keys.private
    market.key_fingerprint = keys.fingerprint
    work.add(market)
    for position, (family, weight) in enumerate(
        [("price", 40), ("quality", 40), ("environment", 20)]
    ):
        work.add(
            Criterion(
                organisation_id=org,
                market_id=market.id,
                position=position,
                code=family,
                family=family,
                label={"price": "Prix", "quality": "État", "environment": "Environnement"}[family],
                weight=Decimal(weight),
                method="proportional" if family == "price" else "judged",
            )
        )
    scene = Scene(
        cast, market.id, system.id, categories[0].id, categories[1].id, frame.id, line_ids
    )
    record(
        work,
        market_chain(org, system.id, categories[0].id, market.id),
        "market.launched",
        market.id,
        after={"key": keys.fingerprint},
    )
    birch = work.shared(Supplier, cast.suppliers["birch"])
    birch.vat_regime, birch.vat_rate = "franchise", None
    work.add(birch)
    for part in ["alder", "birch", *(f"more{number}" for number in range(extra))]:
        if part not in cast.suppliers:
            _more(work, cast, part)
        scene.applicants[part] = invite(work, scene, part)
    return scene


def invite(work: Work, scene: Scene, part: str) -> UUID:
    """Admits a supplier, invites it and gives it its slot, as a launch does."""
    org, market_id = scene.cast.organisation_id, scene.market_id
    applicant = admit(work, scene, part)
    market = work.get_in(SpecificMarket, org, market_id)
    work.add(
        Invitation(
            organisation_id=org,
            market_id=market_id,
            applicant_id=applicant,
            supplier_id=scene.cast.suppliers[part],
            sent_at=work.now,
        )
    )
    public = market_public_key(work.rings, market_id, market.public_key or b"")
    sealed = write_slot(work.rings, Place(org, market_id, applicant), {}, None, public)
    work.add(
        OfferSlot(
            organisation_id=org,
            market_id=market_id,
            applicant_id=applicant,
            mine=sealed.mine,
            pli=sealed.pli,
        )
    )
    chain = offer_chain(org, scene.system_id, scene.category_id, market_id, applicant)
    work.before_commit.append(lambda: open_chains(work, [chain]))
    return applicant


def admit(
    work: Work,
    scene: Scene,
    part: str,
    category_id: UUID | None = None,
    state: str = CandidatureState.ADMITTED,
) -> UUID:
    """An applicant of a supplier, with a candidature in that state."""
    org = scene.cast.organisation_id
    supplier = work.shared(Supplier, scene.cast.suppliers[part])
    applicant = work.add(
        Applicant(
            organisation_id=org,
            kind="supplier",
            supplier_id=supplier.id,
            name=supplier.name,
            created_at=work.now,
        )
    )
    decided = state not in ("submitted", "completing")
    work.add(
        Candidature(
            organisation_id=org,
            system_id=scene.system_id,
            category_id=category_id or scene.category_id,
            applicant_id=applicant.id,
            state=state,
            submitted_at=work.now,
            received_on=work.today,
            decide_by=work.today + timedelta(days=14),
            declared=True,
            receipt="{}",
            hearing_at=work.now if state == "admission_withdrawn" else None,
            decided_at=work.now if decided else None,
            delegation_id=scene.cast.delegation_id if decided else None,
            reasons="Dossier complet." if decided else "",
            created_at=work.now,
        )
    )
    return UUID(str(applicant.id))


def add_supplier(work: Work, cast: Cast, part: str) -> None:
    """A supplier and its one person, not admitted anywhere."""
    _more(work, cast, part)


def _more(work: Work, cast: Cast, part: str) -> None:
    number = len(cast.suppliers)
    supplier = work.add(
        Supplier(siret=f"99900002{number:06d}", name=f"Atelier {part}", created_at=work.now)
    )
    cast.suppliers[part] = supplier.id
    cast.people[part] = _person(work, part)
    work.add(
        SupplierPerson(supplier_id=supplier.id, person_id=cast.people[part], created_at=work.now)
    )


def _grid(work: Work, org: UUID, frame_id: UUID, lines: int) -> list[UUID]:
    for position, column in enumerate(COLUMNS):
        work.add(
            FrameColumn(
                organisation_id=org, frame_id=frame_id, position=position, side="supplier", **column
            )
        )
    ids = []
    for position in range(lines):
        row = work.add(
            FrameLine(
                organisation_id=org,
                frame_id=frame_id,
                position=position + 1,
                number=str(position + 1),
                code=f"M-{position + 1:02d}",
                designation=("Armoire haute", "Caisson mobile", "Table de réunion")[position % 3],
                quantity=Decimal(20),
                unit="pièce",
                mandatory=position == 0,
                slice_size=Decimal(5) if position == 1 else None,
                values={"dimensions": "120 × 45 × 198 cm"},
            )
        )
        ids.append(UUID(str(row.id)))
    return ids


def typed(lines: int = 3, price: str = "12,50", note: str = "") -> dict[int, dict[str, str]]:
    """A whole answer, as typed, by position."""
    return {
        position + 1: {
            "condition": "Bon",
            "price": price,
            "delivery": "2026-10-05",
            "note": note or f"Remarque de la ligne {position + 1}",
        }
        for position in range(lines)
    }


def as_supplier(cast: Cast, part: str) -> Actor:
    """The actor of a supplier of the scene, those added included."""
    return Actor(cast.people[part], None, cast.suppliers[part], frozenset({Role.SUPPLIER}))
