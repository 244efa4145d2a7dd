"""The launch: everything it does happens in one transaction, once.

Order: locks (system and category, market, funding lines, chains); checks; number; keys; frozen grid
and credits; invitations and slots of all the admitted at that instant; money; telling everybody.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from sad.accounts.delegations import covering
from sad.accounts.permissions import Permission, require
from sad.accounts.rules import Act
from sad.accounts.sign_in import door
from sad.accounts.tables import Delegation
from sad.audit.chains import offer_chain
from sad.audit.service import open_chains, record
from sad.candidatures.queries import admitted
from sad.candidatures.tables import Applicant
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames import service as frames
from sad.frames.tables import ResponseFrame
from sad.funding import service as funding
from sad.funding.tables import Envelope, FundingLine
from sad.kernel.canonical import instant
from sad.kernel.dates import last_question_day
from sad.kernel.errors import Incomplete
from sad.kernel.ids import uuid7
from sad.kernel.money import ZERO, Money, half_up
from sad.kernel.moves import move
from sad.markets.approving import approve_by_launching
from sad.markets.checks import facts_of
from sad.markets.launch_rules import missing_to_launch
from sad.markets.rows import calendar_of, chain_of, criteria_of, lots_of
from sad.markets.rules import OPENING_AFTER, AlreadyLaunched, market_number
from sad.markets.sections import USUAL_VAT
from sad.markets.states import MOVES, MarketState
from sad.markets.tables import Invitation, Lot, SpecificMarket
from sad.notifications.service import notify
from sad.offers.sealing import Place, make_market_keys, market_public_key, write_slot
from sad.systems.rules import Regime, regime
from sad.systems.tables import PurchasingSystem


def launch(work: Work, market_id: UUID, delegation_id: UUID | None = None) -> SpecificMarket:
    """Launches: number, keys, invitations of all the admitted, reservation, messages; once.

    `delegation_id`: the signatory of the fiche de crédits (P6). Raises Incomplete with everything
    that blocks, AlreadyLaunched, LineExceeded, EnvelopeExceeded.
    """
    require(work, Permission.LAUNCH_MARKET)
    system, category, market = _locked(work, market_id)
    if market.launched_at is not None:
        raise AlreadyLaunched(number=market.number)
    move(MOVES, MarketState(market.state), MarketState.LAUNCHED)
    blocking = [f.problem for f in missing_to_launch(facts_of(work, market)) if f.blocking]
    if blocking:
        raise Incomplete(blocking)
    lots = lots_of(work, market)
    approve_by_launching(work, market)
    _number(work, market, system, category)
    _freeze(work, market, system, lots, delegation_id)
    invited = _invite(work, market)
    _reserve(work, market, lots)
    _journal(work, market, lots, invited)
    _tell(work, market, category, invited)
    return market


def opening_instant(deadline: datetime) -> datetime:
    """From when the answers may be opened: a minute after the deadline (trust.md 4)."""
    return deadline + OPENING_AFTER


def question_limit(work: Work, system: PurchasingSystem, deadline: datetime) -> datetime:
    """The end of the last day to ask, by the regime of the need (P4, MS-12)."""
    formal = regime(Money(system.maximum_cents), Money(system.outside_cents)) is Regime.FORMAL
    calendar = calendar_of(work, system.organisation_id)
    return calendar.end_of_day(last_question_day(deadline, formal))


def _locked(work: Work, market_id: UUID) -> tuple[PurchasingSystem, Category, SpecificMarket]:
    """System (it gives the number), category (who is admitted), then market."""
    found = work.get(SpecificMarket, market_id)
    system = work.get(PurchasingSystem, found.system_id, lock=True)
    category = work.get(Category, found.category_id, lock=True)
    return system, category, work.get(SpecificMarket, market_id, lock=True)


def _number(
    work: Work, market: SpecificMarket, system: PurchasingSystem, category: Category
) -> None:
    system.last_market_number += 1
    if system.first_market_at is None:
        system.first_market_at = work.now
    market.number = market_number(system.number, system.last_market_number, category.position + 1)
    work.add(system)


def _freeze(
    work: Work,
    market: SpecificMarket,
    system: PurchasingSystem,
    lots: Sequence[Lot],
    delegation_id: UUID | None,
) -> None:
    """What never changes again but by an addendum: instants, keys, grid, credits."""
    deadline = market.deadline_at
    if deadline is None:  # refused by the checks; said again for whoever reads the types
        raise Incomplete([])
    limit = question_limit(work, system, deadline)
    sheet = _credit_sheet(work, market, lots, delegation_id)
    frames.freeze(work, market.frame_id)
    keys = make_market_keys(work.rings, market.id, deadline)
    # Written together: the database refuses a launched market that lacks one of them.
    market.state = MarketState.LAUNCHED
    market.public_key, market.private_key = keys.public, keys.private
    market.key_fingerprint = keys.fingerprint
    market.launched_at, market.launched_by = work.now, work.actor.person_id
    market.opening_from, market.questions_until = opening_instant(deadline), limit
    market.launch_delegation_id, market.credit_sheet = delegation_id, sheet
    work.add(market)


def _credit_sheet(
    work: Work, market: SpecificMarket, lots: Sequence[Lot], delegation_id: UUID | None
) -> dict[str, Any]:
    """The dated fiche de crédits (P6): amounts, imputation, signatory. Never published."""
    total = sum((Money(lot.credits_ht_cents or 0) for lot in lots), ZERO)
    signatory = None
    if delegation_id is not None:
        signatory = _signatory(covering(work, delegation_id, Act.CONTRACT, total, work.today))
    return {
        "format": "credit-sheet-v1",
        "at": instant(work.now),
        "market": market.number,
        "title": market.title,
        "lots": [_lot_credits(work, lot) for lot in lots],
        "signatory": signatory,
    }


def _signatory(delegation: Delegation) -> dict[str, str]:
    return {
        "id": str(delegation.id),
        "name": delegation.person_name,
        "quality": delegation.quality,
        "act": delegation.act_number,
    }


def _lot_credits(work: Work, lot: Lot) -> dict[str, Any]:
    line = work.get(FundingLine, _known(lot.funding_line_id))
    envelope = work.get(Envelope, _known(lot.envelope_id))
    imputation = {
        name: getattr(line, name)
        for name in ("label", "budget", "year", "section", "chapter", "nature", "basis")
    }
    return {
        "lot": lot.number,
        "title": lot.title,
        "estimate_cents": lot.estimate_cents,
        "credits_cents": lot.credits_cents,
        "credits_ht_cents": lot.credits_ht_cents,
        "credits_ttc_cents": amounts(work, lot)[1].cents,
        "funding_line": imputation,
        "envelope": envelope.label,
    }


def _invite(work: Work, market: SpecificMarket) -> list[Applicant]:
    """One invitation and one slot for each applicant admitted at this instant (MS-01, MS-02)."""
    invited = admitted(work, market.organisation_id, market.category_id)
    public = market_public_key(work.rings, market.id, market.public_key or b"")
    invitations, slots = [], []
    for applicant in invited:
        place = Place(market.organisation_id, market.id, applicant.id)
        sealed = write_slot(work.rings, place, {}, None, public)
        key = {"organisation_id": market.organisation_id, "market_id": market.id}
        invitations.append(
            key
            | {
                "id": uuid7(),
                "applicant_id": applicant.id,
                "supplier_id": applicant.supplier_id,
                "sent_at": work.now,
            }
        )
        slots.append(key | {"applicant_id": applicant.id, "mine": sealed.mine, "pli": sealed.pli})
    connection = work.session.connection()
    connection.execute(insert(Invitation), invitations)
    # The table is named by its metadata: offers are a higher concept.
    connection.execute(insert(SpecificMarket.metadata.tables["offer_slot"]), slots)
    return invited


def _reserve(work: Work, market: SpecificMarket, lots: Sequence[Lot]) -> None:
    """Sets the credits aside, funding lines locked in the order of their ids (P6)."""
    for lot in sorted(lots, key=lambda lot: (str(lot.funding_line_id), lot.number)):
        ht, ttc = amounts(work, lot)
        funding.reserve(
            work,
            funding_line_id=_known(lot.funding_line_id),
            envelope_id=_known(lot.envelope_id),
            ht=ht,
            ttc=ttc,
            market_id=market.id,
            cause=f"market:{market.id}:launch:{lot.number}",
        )


def amounts(work: Work, lot: Lot) -> tuple[Money, Money]:
    """A lot's credits excluding and including tax; only the funding line's basis was fixed."""
    line = work.get(FundingLine, _known(lot.funding_line_id))
    fixed = Money(lot.credits_cents or 0)
    if line.basis == "ttc":
        return Money(lot.credits_ht_cents or 0), fixed
    taxed = half_up(Decimal(fixed.cents) * (100 + USUAL_VAT) / 100, 0)
    return fixed, Money(int(taxed))


def _journal(
    work: Work, market: SpecificMarket, lots: Sequence[Lot], invited: Sequence[Applicant]
) -> None:
    """The launch in the market's chain, and the birth of each invited applicant's own chain.

    Born here, these chains say nothing of who will answer.
    """
    ids = (market.organisation_id, market.system_id, market.category_id, market.id)
    chains = [offer_chain(*ids, applicant.id) for applicant in invited]
    work.before_commit.append(lambda: open_chains(work, chains))
    frame = work.get(ResponseFrame, market.frame_id)
    record(
        work,
        chain_of(market),
        "market.launched",
        market.id,
        after={
            "number": market.number,
            "deadline_at": _instant(market.deadline_at),
            "opening_from": _instant(market.opening_from),
            "questions_until": _instant(market.questions_until),
            "key": market.key_fingerprint,
            "frame": frame.content_sha256,
            "criteria": [
                [row.code, row.family, f"{row.weight:f}", row.method]
                for row in criteria_of(work, market)
            ],
            "invited": [str(applicant.id) for applicant in invited],
            "lots": [[lot.number, lot.credits_cents, lot.credits_ht_cents] for lot in lots],
        },
    )


def _tell(
    work: Work, market: SpecificMarket, category: Category, invited: Sequence[Applicant]
) -> None:
    """The invitation, at one instant, in writing, to all (MS-02, R2144-8)."""
    notify(
        work,
        "market.invited",
        suppliers=sorted({applicant.supplier_id for applicant in invited}, key=str),
        facts={
            "number": market.number,
            "title": market.title,
            "category": category.name,
            "deadline_at": _instant(market.deadline_at),
            "questions_until": _instant(market.questions_until),
        },
        link=f"/reponse/{market.id}",
        organisation_id=market.organisation_id,
        # From the mail to the grid: one press to come in, none to begin.
        door=lambda person_id: door(work, person_id, f"/reponse/{market.id}/offre"),
    )


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else instant(moment)


def _known(id: UUID | None) -> UUID:
    """An id that the checks before the launch have required."""
    if id is None:
        raise Incomplete([])
    return id
