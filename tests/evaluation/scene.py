"""A market opened with its offers, written directly: what is under test comes after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import col, select

from sad.accounts.tables import Person
from sad.candidatures.tables import Applicant
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.tables import FrameColumn, FrameLine, ResponseFrame
from sad.funding import service as funding
from sad.funding.schemas import EnvelopeInput, LineInput
from sad.kernel.money import Money, line_ht
from sad.kernel.vat import VatRegime, payable
from sad.markets.tables import Criterion, Lot, SpecificMarket
from sad.offers.tables import Offer, OfferLine, OfferSlot
from sad.suppliers.tables import Supplier, SupplierPaper, SupplierPerson
from sad.systems.tables import PurchasingSystem
from tests.support.cast import Cast

OPENED = datetime(2026, 9, 17, 10, 5, tzinfo=UTC)
"""When the scene's market was opened; its deadline is 16 September 2026 at noon."""

DEADLINE = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)


@dataclass
class Scene:
    """The market's ids; offers by supplier's part."""

    market_id: UUID
    system_id: UUID
    funding_line_id: UUID
    envelope_id: UUID
    lines: list[UUID]
    criteria: dict[str, UUID]
    offers: dict[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A line asked."""

    quantity: Decimal = Decimal(10)
    slice_size: Decimal | None = None
    lot: int = 1
    mandatory: bool = False


@dataclass(frozen=True)
class Bid:
    """An offer: unit price in cents by line (None: not answered), VAT, slices, values."""

    prices: Sequence[int | None]
    regime: VatRegime = VatRegime.LIABLE
    slices: Sequence[int | None] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


CRITERIA = (
    ("price", "price", "Prix", 40, "proportional"),
    ("quality", "quality", "État et adéquation", 30, "judged"),
    ("environment", "environment", "Environnement", 30, "judged"),
)
THREE = {
    "alder": Bid([10_000, 20_000]),
    "birch": Bid([11_000, 21_000], VatRegime.FRANCHISE),
    "cedar": Bid([15_000, 25_000]),
}


def make_scene(
    work: Work,
    cast: Cast,
    bids: Mapping[str, Bid] = THREE,
    asked: Sequence[Asked] = (Asked(), Asked()),
    *,
    mode: str = "single",
    credits: Mapping[int, int] | None = None,
    voted: int = 10_000_000,
    basis: str = "ttc",
    vat_recovery: str = "none",
    criteria: Sequence[tuple[str, str, str, int, str]] = CRITERIA,
    tie_break: Sequence[str] = ("environment", "price"),
    legal_control: bool = False,
    deliberation: bool = True,
    state: str = "opened",
) -> Scene:
    """Writes it with the engine's actor on behalf of the cast's organisation."""
    org = cast.organisation_id
    system = work.add(
        PurchasingSystem(
            organisation_id=org,
            number="2026S01",
            title="Mobilier de réemploi",
            maximum_cents=20_000_000,
            opening_at=datetime(2026, 3, 1, tzinfo=UTC),
            closing_at=datetime(2030, 3, 1, tzinfo=UTC),
            notice_sent_on=date(2026, 1, 15),
            first_candidatures_on=date(2026, 3, 15),
            published_at=datetime(2026, 1, 15, tzinfo=UTC),
            legal_control=legal_control,
            deliberation_number="2026-001" if deliberation else "",
            deliberation_on=date(2026, 1, 5) if deliberation else None,
            prefecture_receipt_on=date(2026, 1, 7) if deliberation else None,
            created_at=work.now,
        )
    )
    category = work.add(
        Category(
            organisation_id=org,
            system_id=system.id,
            code="mobilier-bois",
            name="Mobilier bois",
            cpv=["39121200-8"],
        )
    )
    line, envelope = _money(work, system.id, category.id, voted, basis, vat_recovery)
    frame_id, lines = _frame(work, org, asked)
    market = work.add(
        SpecificMarket(
            organisation_id=org,
            system_id=system.id,
            category_id=category.id,
            frame_id=frame_id,
            number="2026S01-001-01",
            state=state,
            title="Tables et bureaux",
            deadline_at=DEADLINE,
            opening_from=DEADLINE + timedelta(minutes=1),
            opened_at=OPENED if state != "launched" else None,
            launched_at=datetime(2026, 9, 1, 8, tzinfo=UTC),
            public_key=b"public",
            private_key=b"private",
            award_mode=mode,
            condition_of_performance="Sans emballage à usage unique.",
            delivery_place="1 place de la Gare, 22000 Brume",
            delivery_until=date(2026, 11, 15),
            tie_break=list(tie_break),
            created_at=work.now,
        )
    )
    _lots(work, cast, market.id, asked, credits or {}, line, envelope)
    scene = Scene(market.id, system.id, line, envelope, lines, {})
    for position, (code, family, label, weight, method) in enumerate(criteria):
        row = work.add(
            Criterion(
                organisation_id=org,
                market_id=market.id,
                position=position,
                code=code,
                family=family,
                label=label,
                weight=Decimal(weight),
                method=method,
                maximum=Decimal(20) if method == "judged" else None,
            )
        )
        scene.criteria[code] = row.id
    for part, bid in bids.items():
        scene.offers[part] = _offer(work, cast, market.id, part, bid, lines, asked)
    return scene


def papers(work: Work, cast: Cast, *parts: str) -> None:
    """Every paper of these suppliers, valid for long."""
    for part in parts:
        for kind in ("tax", "vigilance", "registration", "bank", "power"):
            work.add(
                SupplierPaper(
                    supplier_id=cast.suppliers[part],
                    kind=kind,
                    name=kind,
                    expires_on=date(2028, 1, 1),
                    created_at=work.now,
                )
            )


def _money(
    work: Work, system_id: UUID, category_id: UUID, voted: int, basis: str, recovery: str
) -> tuple[UUID, UUID]:
    line = funding.create_line(
        work,
        LineInput(
            system_id=system_id,
            label="Mobilier",
            budget="Principal",
            year=2026,
            basis=basis,
            vat_recovery=recovery,
        ),
        Money(voted),
        f"vote:{uuid4()}",
    )
    envelope = funding.create_envelope(
        work, EnvelopeInput(category_id=category_id, funding_line_id=line.id, label="Bois")
    )
    funding.allocate(work, envelope.id, Money(voted), f"plan:{uuid4()}")
    return line.id, envelope.id


def _frame(work: Work, org: UUID, asked: Sequence[Asked]) -> tuple[UUID, list[UUID]]:
    frame = work.add(ResponseFrame(organisation_id=org))
    columns = [
        ("designation", "Désignation", "buyer", "text", "designation"),
        ("condition", "État", "supplier", "text", "condition"),
        ("unit_price", "Prix à l'unité, livré et monté", "supplier", "money", "unit_price"),
        ("delay", "Délai (semaines)", "supplier", "integer", "delay"),
        ("note", "Remarque", "supplier", "text", "note"),
    ]
    for position, (key, label, side, kind, role) in enumerate(columns):
        work.add(
            FrameColumn(
                organisation_id=org,
                frame_id=frame.id,
                position=position,
                key=key,
                label=label,
                side=side,
                type=kind,
                role=role,
            )
        )
    lines = []
    for position, line in enumerate(asked, start=1):
        row = work.add(
            FrameLine(
                organisation_id=org,
                frame_id=frame.id,
                lot_number=line.lot,
                position=position,
                number=str(position),
                code=f"T-{position:02d}",
                designation=f"Table {position}",
                quantity=line.quantity,
                unit="U",
                mandatory=line.mandatory,
                slice_size=line.slice_size,
            )
        )
        lines.append(row.id)
    return frame.id, lines


def _lots(
    work: Work,
    cast: Cast,
    market_id: UUID,
    asked: Sequence[Asked],
    credits: Mapping[int, int],
    line: UUID,
    envelope: UUID,
) -> None:
    for number in sorted({each.lot for each in asked}):
        cents = credits.get(number, 600_000)
        work.add(
            Lot(
                organisation_id=cast.organisation_id,
                market_id=market_id,
                number=number,
                title=f"Lot {number}",
                estimate_cents=cents // 2,
                credits_cents=cents,
                credits_ht_cents=cents * 100 // 120,
                funding_line_id=line,
                envelope_id=envelope,
            )
        )
        funding.reserve(
            work,
            funding_line_id=line,
            envelope_id=envelope,
            ht=Money(cents * 100 // 120),
            ttc=Money(cents),
            market_id=market_id,
            cause=f"market:{market_id}:launch:{number}",
        )


def _offer(
    work: Work,
    cast: Cast,
    market_id: UUID,
    part: str,
    bid: Bid,
    lines: Sequence[UUID],
    asked: Sequence[Asked],
) -> UUID:
    org = cast.organisation_id
    supplier = _supplier(work, cast, part)
    applicant = work.add(
        Applicant(
            organisation_id=org,
            kind="group" if _already(work, org, supplier) else "supplier",
            supplier_id=supplier,
            name=f"Atelier {part}",
            created_at=work.now,
        )
    )
    work.add(
        OfferSlot(
            organisation_id=org, market_id=market_id, applicant_id=applicant.id, mine=b"", pli=b""
        )
    )
    rate = Decimal(20) if bid.regime is VatRegime.LIABLE else None
    offer = work.add(
        Offer(
            organisation_id=org,
            market_id=market_id,
            applicant_id=applicant.id,
            supplier_id=supplier,
            supplier_name=f"Atelier {part}",
            deposit_id=uuid4(),
            received_at=DEADLINE - timedelta(hours=1),
            vat_regime=bid.regime,
            vat_rate=rate,
        )
    )
    total = Money(0)
    for index, unit in enumerate(bid.prices):
        if unit is None:
            continue
        size = asked[index].slice_size
        slices = bid.slices[index] if index < len(bid.slices) else None
        if slices is None and size is not None:
            slices = int(asked[index].quantity // size)
        quantity = asked[index].quantity if size is None else size * (slices or 0)
        ht = line_ht(unit, quantity)
        total += ht
        work.add(
            OfferLine(
                organisation_id=org,
                offer_id=offer.id,
                line_id=lines[index],
                quantity=quantity,
                slices=slices,
                unit_cents=unit,
                ht_cents=ht.cents,
                values={"unit_price": unit, **bid.values},
            )
        )
    offer.ht_cents = total.cents
    offer.payable_cents = payable({rate or Decimal(0): total}, bid.regime).cents
    work.add(offer)
    return UUID(str(offer.id))


def _already(work: Work, org: UUID, supplier: UUID) -> bool:
    query = select(Applicant.id).where(
        col(Applicant.organisation_id) == org, col(Applicant.supplier_id) == supplier
    )
    return work.session.exec(query).first() is not None


def _supplier(work: Work, cast: Cast, part: str) -> UUID:
    """The cast's supplier, or one more."""
    if part not in cast.suppliers:
        order = len(cast.suppliers)
        row = work.add(
            Supplier(siret=f"8000000000{order:04d}", name=f"Atelier {part}", created_at=work.now)
        )
        person = work.add(
            Person(email=f"{part}@brume.example", name=part.capitalize(), created_at=work.now)
        )
        work.add(SupplierPerson(supplier_id=row.id, person_id=person.id, created_at=work.now))
        cast.suppliers[part], cast.people[part] = row.id, person.id
    return cast.suppliers[part]
