"""What the letters of an award reveal, and nothing more (P13).

A loser reads its own marks with the formula and the figures to compute them again; of the winner
its name, marks, compared total and advantages. Never a line price, nor the name of a loser.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sad.accounts.tables import Delegation, Organisation
from sad.awards.shares import lines_given
from sad.awards.states import Cause, Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.evaluation.file import File
from sad.evaluation.letters import issue
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import Letter
from sad.kernel.canonical import instant
from sad.markets.tables import SpecificMarket
from sad.offers.tables import Offer


def papers_request(
    work: Work, market: SpecificMarket, award: Award, papers: Sequence[Paper]
) -> Letter | None:
    """Asks the proposed winner for its papers (P8, R2144-4); nothing when it gave them before."""
    if not papers or award.papers_due_on is None:
        return None
    facts = {
        "papers": [paper.value for paper in papers],
        "due_on": award.papers_due_on.isoformat(),
        "amount": {"ht_cents": award.ht_cents, "paid_cents": award.payable_cents},
    }
    return issue(work, market, award.supplier_id, LetterKind.PAPERS_REQUEST, facts)


def decision(work: Work, file: File, award: Award, delegation: Delegation, reasons: str) -> Letter:
    """Tells a winner that it was chosen; the contract is still to be signed (P1)."""
    facts = {
        "lot": lot_heading(file, award.lot_number),
        "ht_cents": award.ht_cents,
        "paid_cents": award.payable_cents,
        "lines": awarded_lines(file, award),
        "reasons": reasons,
    }
    market = file.market
    return issue(work, market, award.supplier_id, LetterKind.DECISION, facts, delegation=delegation)


def rejection(
    work: Work,
    file: File,
    offer: Offer,
    lots: Sequence[Mapping[str, Any]],
    reasons: str,
    delegation: Delegation,
    *,
    won: bool,
) -> Letter:
    """Tells a tenderer what it lost, lot by lot (END-01, END-02); `won`: the rest is its own."""
    facts = {"lots": list(lots), "advantages": reasons, "partly": won}
    return issue(
        work, file.market, offer.supplier_id, LetterKind.REJECTION, facts, delegation=delegation
    )


def left_aside(
    work: Work, market: SpecificMarket, supplier_id: UUID, cause: Cause, reason: str
) -> Letter:
    """Tells the best ranked that it is left, and why the next one is asked (R2144-7, END-07)."""
    facts = {"lots": [], "advantages": "", "papers_reason": reason, "cause": cause.value}
    return issue(work, market, supplier_id, LetterKind.REJECTION, facts)


def notification(
    work: Work, file: File, award: Award, delegation: Delegation, service_code: str
) -> Letter:
    """Notifies the contract, with what an invoice on Chorus Pro needs (P15, INV-01)."""
    market = file.market
    buyer = work.shared(Organisation, market.organisation_id)
    facts = {
        "lot": lot_heading(file, award.lot_number),
        "ht_cents": award.ht_cents,
        "paid_cents": award.payable_cents,
        "lines": awarded_lines(file, award),
        "engagement_number": award.engagement_number,
        "service_code": service_code,
        "invoice_siret": buyer.siret,
        "signed_on": None if award.signed_at is None else instant(award.signed_at),
        "delivery": {
            "place": market.delivery_place,
            "from": market.delivery_from.isoformat() if market.delivery_from else None,
            "until": market.delivery_until.isoformat() if market.delivery_until else None,
            "access": market.access,
        },
        "advance_percent": market.advance_percent,
    }
    return issue(
        work, market, award.supplier_id, LetterKind.NOTIFICATION, facts, delegation=delegation
    )


def without_award(
    work: Work, market: SpecificMarket, supplier_id: UUID, reasons: str, delegation: Delegation
) -> Letter:
    """Tells who took part why there is no award (END-17 R2185-2)."""
    facts = {"reasons": reasons}
    return issue(
        work,
        market,
        supplier_id,
        LetterKind.WITHOUT_AWARD,
        facts,
        delegation=delegation,
        mail=False,
    )


def awarded_lines(file: File, award: Award) -> list[dict[str, Any]]:
    """The winner's own lines: what it supplies and at which price."""
    slices = {UUID(line): count for line, count in award.slices.items()}
    return [
        {
            "line": str(given.line.id),
            "label": given.line.label,
            "designation": given.line.designation,
            "quantity": f"{given.quantity:f}",
            "unit_cents": given.unit_cents,
            "ht_cents": given.ht.cents,
        }
        for given in lines_given(file, award.offer_id, award.lot_number, slices)
    ]


def lot_heading(file: File, number: int) -> dict[str, Any]:
    """The lot as a letter names it; nothing when there is only one."""
    lot = file.lot(number)
    alone = len(file.lots) == 1
    return {"lot": None if alone else number, "title": "" if lot is None or alone else lot.title}
