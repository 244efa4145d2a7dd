"""The papers of a proposed winner: asked of it alone, checked, kept for later markets (P8)."""

from calendar import monthrange
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, may, require
from sad.audit.service import record
from sad.awards.rules import VIGILANCE_MONTHS, HeldPaper, papers_problems
from sad.awards.schemas import PaperInput
from sad.awards.states import MOVES, AwardState, Paper
from sad.awards.tables import Award
from sad.db.work import Work
from sad.kernel.calendar import paris_date
from sad.kernel.errors import Invalid, NotFound, Problem
from sad.kernel.ids import uuid7
from sad.kernel.moves import move
from sad.markets.rows import chain_of
from sad.markets.tables import SpecificMarket
from sad.suppliers.papers import KeptFile, kept_columns
from sad.suppliers.tables import SupplierPaper

KEPT_AS: dict[Paper, str] = {
    Paper.TAX_CERTIFICATE: "tax",
    Paper.VIGILANCE_CERTIFICATE: "vigilance",
    Paper.REGISTRATION: "registration",
    Paper.BANK_DETAILS: "bank",
    Paper.SIGNATORY_POWER: "power",
    Paper.INSURANCE: "insurance",
    Paper.FOREIGN_WORKERS: "foreign_workers",
}
"""The kind under which a supplier's file keeps each paper."""


class PaperExpired(Invalid):
    """A paper already past its last day. Fact: `expires_on`."""

    code = "awards.paper_already_expired"


class PaperUnneeded(Invalid):
    """This paper is not asked of this winner (P8)."""

    code = "awards.paper_unneeded"


def record_paper(
    work: Work, award_id: UUID, data: PaperInput, file: KeptFile | None = None
) -> SupplierPaper:
    """A paper received from the proposed winner and checked; it serves every later market (P8).

    `file`: already stored and encrypted; without it the paper was seen elsewhere.
    """
    require(work, Permission.PROPOSE_AWARD)
    award = work.get(Award, award_id, lock=True)
    if award.state not in (AwardState.PROPOSED, AwardState.DECIDED):
        move(MOVES, AwardState(award.state), AwardState.DECIDED)
    if data.kind not in needed(award):
        raise PaperUnneeded(where="kind", paper=data.kind)
    if data.expires_on is not None and data.expires_on < work.today:
        raise PaperExpired(where="expires_on", expires_on=data.expires_on)
    paper_id = uuid7()
    paper = work.add(
        SupplierPaper(
            id=paper_id,
            supplier_id=award.supplier_id,
            kind=KEPT_AS[data.kind],
            name=file.received.name if file else data.reference or data.kind.value,
            reference=data.reference,
            expires_on=data.expires_on,
            created_at=work.now,
            created_by=work.actor.person_id,
            **(kept_columns(work, paper_id, file) if file else {}),
        )
    )
    market = work.get_in(SpecificMarket, award.organisation_id, award.market_id)
    after = {
        "kind": data.kind.value,
        "expires_on": data.expires_on.isoformat() if data.expires_on else None,
        "sha256": paper.sha256,
    }
    record(work, chain_of(market), "award.paper_recorded", award.id, after=after)
    return paper


def asked_papers(work: Work, award: Award) -> list[SupplierPaper]:
    """The papers of a winner's file that its award asks, newest first."""
    require(work, Permission.READ_FILE)
    query = (
        select(SupplierPaper)
        .where(
            col(SupplierPaper.supplier_id) == award.supplier_id,
            col(SupplierPaper.kind).in_([KEPT_AS[kind] for kind in needed(award)]),
            col(SupplierPaper.removed_at).is_(None),
        )
        .order_by(col(SupplierPaper.created_at).desc())
    )
    return list(work.session.exec(query))


def asked_file(work: Work, award_id: UUID, paper_id: UUID) -> SupplierPaper:
    """One of them, to read its file: for those who award, and those who audit."""
    if not may(work, Permission.READ_JOURNAL) and not may(work, Permission.SIGN_AWARD):
        require(work, Permission.PROPOSE_AWARD)
    award = work.get(Award, award_id)
    found = next((row for row in asked_papers(work, award) if row.id == paper_id), None)
    if found is None:
        raise NotFound()
    return found


def needed(award: Award) -> tuple[Paper, ...]:
    """The papers asked of this winner, as fixed at its proposal."""
    listed = award.papers.get("needed", [])
    return tuple(Paper(str(kind)) for kind in listed) if isinstance(listed, list) else ()


def held(work: Work, supplier_id: UUID) -> dict[Paper, HeldPaper]:
    """The papers a supplier's file holds, the latest to expire of each kind.

    A vigilance certificate without date serves six months (P8).
    """
    kinds = {kept: paper for paper, kept in KEPT_AS.items()}
    found: dict[Paper, HeldPaper] = {}
    query = select(SupplierPaper).where(
        col(SupplierPaper.supplier_id) == supplier_id, col(SupplierPaper.removed_at).is_(None)
    )
    for row in work.session.exec(query):
        paper = kinds.get(row.kind)
        if paper is None:
            continue
        until = row.expires_on
        if until is None and paper is Paper.VIGILANCE_CERTIFICATE:
            until = _months_after(paris_date(row.created_at), VIGILANCE_MONTHS)
        best = found.get(paper)
        if best is None or _later(until, best.valid_until):
            found[paper] = HeldPaper(until)
    return found


def missing_papers(work: Work, award: Award) -> list[Problem]:
    """The papers missing or expired today."""
    return papers_problems(needed(award), held(work, award.supplier_id), work.today)


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _later(first: date | None, second: date | None) -> bool:
    """Whether the first paper serves longer; None serves for ever."""
    return second is not None and (first is None or first > second)
