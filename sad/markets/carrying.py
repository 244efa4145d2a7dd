"""A market not signed when its year ends: its credits are reserved again on a later year (P5)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.db.work import Work
from sad.funding import service as funding
from sad.funding.ledger import locked_line
from sad.funding.states import MovementKind
from sad.funding.tables import Envelope, FundingLine, Movement
from sad.kernel.errors import Refusal
from sad.kernel.money import Money
from sad.markets.rows import chain_of
from sad.markets.schemas import CarryInput
from sad.markets.tables import Lot, SpecificMarket


class NothingReserved(Refusal):
    """The market's reservation was given back or engaged meanwhile."""

    code = "markets.nothing_reserved"


class NoSuchYear(Refusal):
    """The envelope is not one the reservation may go to: see `destinations`."""

    code = "markets.carried_elsewhere"


def destinations(work: Work, year: int) -> dict[UUID, list[tuple[UUID, str]]]:
    """By envelope of the lines of `year`, where its reservations may go: (envelope, label).

    The same category on a line of a later year, counted alike: the same basis and the same VAT
    recovery, since the price compared rests on them (P10).
    """
    require(work, Permission.READ_FUNDING)
    old, new = aliased(Envelope), aliased(Envelope)
    before, after = aliased(FundingLine), aliased(FundingLine)
    same = (
        (col(new.organisation_id) == col(old.organisation_id))
        & (col(new.category_id) == col(old.category_id))
        & (col(after.organisation_id) == col(new.organisation_id))
        & (col(after.id) == col(new.funding_line_id))
        & (col(after.basis) == col(before.basis))
        & (col(after.vat_recovery) == col(before.vat_recovery))
        & (col(after.year) > col(before.year))
    )
    query = (
        select(col(old.id), new, after)
        .where(
            col(before.organisation_id) == work.organisation_id,
            col(before.year) == year,
            col(old.organisation_id) == col(before.organisation_id),
            col(old.funding_line_id) == col(before.id),
            same,
        )
        .order_by(col(after.year), col(new.label), col(new.id))
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for source, target, line in work.session.exec(query):
        words = f"{line.year}, {target.label} ({line.label})"
        found.setdefault(source, []).append((target.id, words))
    return found


def carry(work: Work, data: CarryInput) -> SpecificMarket:
    """Gives back what the market has reserved beside this reservation, and reserves it again.

    All the reservations of the same line and envelope move together, each for the same amounts,
    and the lots they were for follow; what is already engaged stays on its year. Raises
    NothingReserved, NoSuchYear, LineExceeded, EnvelopeExceeded: then nothing moved.
    """
    require(work, Permission.MANAGE_FUNDING)
    asked = work.get(Movement, data.movement_id)
    if asked.kind != MovementKind.RESERVATION or asked.market_id is None:
        raise NothingReserved()
    market = work.get(SpecificMarket, asked.market_id, lock=True)
    target = work.get(Envelope, data.envelope_id)
    if not _may_go(work, asked, target):
        raise NoSuchYear(where="envelope_id")
    for line_id in sorted({asked.funding_line_id, target.funding_line_id}):
        locked_line(work, work.organisation_id, line_id)
    rows = [
        row
        for row in funding.open_reservations(work, work.organisation_id, market.id)
        if (row.funding_line_id, row.envelope_id) == (asked.funding_line_id, asked.envelope_id)
    ]
    if not rows:
        raise NothingReserved()
    for row in rows:
        _move(work, market, row, target)
    _follow(work, market, asked, target)
    _journal(work, market, rows, target)
    return market


def _may_go(work: Work, asked: Movement, target: Envelope) -> bool:
    if asked.envelope_id is None:
        return False
    source = work.get(FundingLine, asked.funding_line_id)
    known = destinations(work, source.year).get(asked.envelope_id, [])
    return any(envelope == target.id for envelope, _ in known)


def _move(work: Work, market: SpecificMarket, row: Movement, target: Envelope) -> None:
    """The cause keeps its beginning: an increase stays known for one."""
    cause = f"{row.cause}:carried:{row.id}"
    funding.release(work, row, cause, reason="reprise sur l'exercice suivant")
    funding.reserve(
        work,
        funding_line_id=target.funding_line_id,
        envelope_id=target.id,
        ht=Money(row.ht_cents),
        ttc=Money(row.ttc_cents),
        market_id=market.id,
        cause=cause,
    )


def _follow(work: Work, market: SpecificMarket, asked: Movement, target: Envelope) -> None:
    lots = work.session.exec(
        select(Lot).where(
            col(Lot.organisation_id) == market.organisation_id,
            col(Lot.market_id) == market.id,
            col(Lot.funding_line_id) == asked.funding_line_id,
            col(Lot.envelope_id) == asked.envelope_id,
        )
    ).all()
    for lot in lots:
        lot.funding_line_id, lot.envelope_id = target.funding_line_id, target.id
        work.add(lot)


def _journal(
    work: Work, market: SpecificMarket, rows: Sequence[Movement], target: Envelope
) -> None:
    record(
        work,
        chain_of(market),
        "market.credits_carried",
        market.id,
        before={"line": str(rows[0].funding_line_id), "envelope": str(rows[0].envelope_id)},
        after={
            "line": str(target.funding_line_id),
            "envelope": str(target.id),
            "movements": [str(row.id) for row in rows],
        },
    )
