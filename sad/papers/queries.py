"""Which papers there are, which are due, who may read one (P14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from sad.accounts.permissions import Permission, may, require, require_supplier
from sad.accounts.tables import Person
from sad.awards.states import AwardState
from sad.awards.tables import Award
from sad.candidatures.groups import memberships
from sad.db.work import Work
from sad.evaluation.letters import letters_of
from sad.evaluation.states import LetterKind
from sad.evaluation.tables import Letter
from sad.kernel.errors import NotFound
from sad.markets.tables import Invitation, SpecificMarket
from sad.papers.files import files_of
from sad.papers.rights import ISSUED_BY
from sad.papers.rules import Stage, waits_for
from sad.papers.states import (
    ABOUT,
    LETTERS,
    READERS,
    About,
    PaperFormat,
    PaperKind,
    Readers,
)
from sad.papers.subjects import Subject, of_award, subject
from sad.papers.subjects import of_market as market_subject
from sad.papers.tables import Paper, PaperFile
from sad.systems.tables import PurchasingSystem


@dataclass(frozen=True)
class IssuedView:
    """A version of a paper: its hash, why it was issued again, its files by format."""

    id: UUID
    kind: PaperKind
    number: str
    version: int
    reason: str
    facts_sha256: str
    own_template: bool
    issued_at: datetime
    issued_by: str
    files: dict[PaperFormat, PaperFile]


@dataclass(frozen=True)
class PaperLine:
    """A paper of a file: what it waits for, or its versions, the newest first.

    `may_issue`: the reader may issue it, now.
    """

    kind: PaperKind
    about_id: UUID
    addressee: str
    waits_for: Stage | None
    may_issue: bool
    versions: Sequence[IssuedView]


@dataclass(frozen=True)
class LetterLine:
    """A letter of the market, written by its own act; `word`: the paper that dresses it."""

    id: UUID
    kind: LetterKind
    addressee: str
    sha256: str
    issued_at: datetime
    word: UUID | None


@dataclass(frozen=True)
class MarketPapers:
    """Everything written in a market, in the order of the procedure."""

    papers: Sequence[PaperLine]
    letters: Sequence[LetterLine]


def of_market(work: Work, market_id: UUID) -> MarketPapers:
    """The papers and letters of a market, for its agents."""
    require(work, Permission.READ_FILE)
    market = work.get(SpecificMarket, market_id)
    about = market_subject(market)
    rows = _awards(work, market)
    awards = [of_award(work, row, market) for row in rows]
    gone = {row.id for row in rows if row.state == AwardState.CANCELLED}
    asked = [
        (kind, one)
        for kind in _kinds(About.MARKET, About.AWARD)
        for one in ([about] if ABOUT[kind] is About.MARKET else awards)
    ]
    lines = [
        line
        for line in _lines(work, asked, col(Paper.market_id) == market_id)
        if line.versions or line.about_id not in gone
    ]
    dressed = _dressed(work, market)
    letters = [
        _letter_line(row, addressee, dressed.get(row.id))
        for row, addressee in letters_of(work, market_id)
    ]
    return MarketPapers(lines, letters)


def of_system(work: Work, system_id: UUID) -> list[PaperLine]:
    """The papers of a system itself, for its agents."""
    require(work, Permission.READ_FILE)
    kinds = _kinds(About.SYSTEM)
    about = subject(work, kinds[0], system_id)
    return _lines(work, [(kind, about) for kind in kinds], col(Paper.about_id) == system_id)


def of_candidature(work: Work, candidature_id: UUID) -> list[PaperLine]:
    """The papers of a candidature, for its agents; a decision not taken has no paper to come."""
    require(work, Permission.READ_FILE)
    kinds = _kinds(About.CANDIDATURE)
    about = subject(work, kinds[0], candidature_id)
    lines = _lines(work, [(kind, about) for kind in kinds], col(Paper.about_id) == candidature_id)
    return [line for line in lines if line.versions or line.waits_for is None]


def one_line(work: Work, kind: PaperKind, about_id: UUID) -> tuple[PaperLine, Subject]:
    """One paper of the agent's organisation, due or not, and what it is about."""
    require(work, Permission.READ_FILE)
    if kind not in ISSUED_BY:
        raise NotFound()
    about = subject(work, kind, about_id)
    where = and_(col(Paper.kind) == kind, col(Paper.about_id) == about_id)
    return _lines(work, [(kind, about)], where)[0], about


def for_answer(work: Work, market_id: UUID) -> list[IssuedView]:
    """What the signed-in supplier may read of a market: its invitation, its own papers.

    With the règlement and the CCP of the system, which apply to it.
    """
    require_supplier(work)
    market = work.locate(SpecificMarket, market_id)
    own = _meant(work, col(Paper.market_id) == market_id)
    texts = public(work, market.organisation_id, market.system_id)
    return [*own, *(one for one in texts if one.kind in (PaperKind.RULES, PaperKind.TERMS))]


def for_candidate(work: Work, candidature_id: UUID) -> list[IssuedView]:
    """The papers of its own candidature, for the signed-in supplier."""
    require_supplier(work)
    return _meant(work, col(Paper.about_id) == candidature_id)


def public(work: Work, organisation_id: UUID, system_id: UUID) -> list[IssuedView]:
    """The last version of each paper of a published system that anybody reads."""
    query = (
        select(Paper)
        .where(
            col(Paper.organisation_id) == organisation_id,
            col(Paper.about_id) == system_id,
            col(Paper.kind).in_(_read_by(Readers.PUBLIC)),
        )
        .order_by(col(Paper.issued_at), col(Paper.id))
    )
    return _last_of_each(work, list(work.session.exec(query)))


def paper(work: Work, paper_id: UUID) -> Paper:
    """A paper the caller may read; NotFound for anybody else."""
    row = work.locate(Paper, paper_id)
    if not _readable(work, row):
        raise NotFound()
    return row


def view(work: Work, row: Paper) -> IssuedView:
    """A paper already found, with its files."""
    return _views(work, [row])[0]


def _meant(work: Work, where: ColumnElement[bool]) -> list[IssuedView]:
    """The last version of each paper that the signed-in supplier may read."""
    query = select(Paper).where(where).order_by(col(Paper.issued_at), col(Paper.id))
    return _last_of_each(work, [row for row in work.session.exec(query) if _readable(work, row)])


def _readable(work: Work, row: Paper) -> bool:
    if may(work, Permission.READ_FILE, row.organisation_id):
        return True
    readers = READERS[PaperKind(row.kind)]
    if readers is Readers.PUBLIC:
        system = work.get_in(PurchasingSystem, row.organisation_id, row.system_id)
        return system.published_at is not None
    supplier_id, scopes = work.actor.supplier_id, work.actor.token_scopes
    if supplier_id is None or (scopes is not None and Permission.ANSWER not in scopes):
        return False
    if readers is Readers.INVITED:
        return _invited(work, row, supplier_id)
    if readers is not Readers.CONCERNED:
        return False
    return row.supplier_id == supplier_id or _of_its_group(work, row, supplier_id)


def _of_its_group(work: Work, row: Paper, supplier_id: UUID) -> bool:
    """The papers of a group's candidature are for each of its members."""
    if ABOUT[PaperKind(row.kind)] is not About.CANDIDATURE:
        return False
    return row.about_id in {one.id for one in memberships(work)}


def _invited(work: Work, row: Paper, supplier_id: UUID) -> bool:
    query = select(Invitation.id).where(
        col(Invitation.organisation_id) == row.organisation_id,
        col(Invitation.market_id) == row.market_id,
        col(Invitation.supplier_id) == supplier_id,
    )
    return work.session.exec(query).first() is not None


def _lines(
    work: Work, asked: Sequence[tuple[PaperKind, Subject]], where: ColumnElement[bool]
) -> list[PaperLine]:
    """One line a paper, due or not, with what was issued of it."""
    query = (
        select(Paper)
        .where(col(Paper.organisation_id) == work.organisation_id, where)
        .order_by(col(Paper.version).desc(), col(Paper.id))
    )
    issued: dict[tuple[PaperKind, UUID], list[IssuedView]] = {}
    rows = list(work.session.exec(query))
    for row, one in zip(rows, _views(work, rows), strict=True):
        issued.setdefault((one.kind, row.about_id), []).append(one)
    lines = []
    for kind, about in asked:
        missing = waits_for(kind, about.reached)
        lines.append(
            PaperLine(
                kind=kind,
                about_id=about.id,
                addressee=about.addressee,
                waits_for=missing,
                may_issue=missing is None and may(work, ISSUED_BY[kind]),
                versions=issued.get((kind, about.id), []),
            )
        )
    return lines


def _views(work: Work, rows: Sequence[Paper]) -> list[IssuedView]:
    files: dict[UUID, dict[PaperFormat, PaperFile]] = {}
    for file in files_of(work, rows):
        files.setdefault(file.paper_id, {})[PaperFormat(file.format)] = file
    names = _names(work, {row.issued_by for row in rows if row.issued_by is not None})
    return [
        IssuedView(
            id=row.id,
            kind=PaperKind(row.kind),
            number=row.number,
            version=row.version,
            reason=row.reason,
            facts_sha256=row.facts_sha256,
            own_template=row.template_id is not None,
            issued_at=row.issued_at,
            issued_by=names.get(row.issued_by, "") if row.issued_by else "",
            files=files.get(row.id, {}),
        )
        for row in rows
    ]


def _names(work: Work, ids: set[UUID]) -> dict[UUID, str]:
    if not ids:
        return {}
    query = select(Person.id, Person.name).where(col(Person.id).in_(ids)).order_by(col(Person.id))
    return dict(work.session.exec(query).all())


def _last_of_each(work: Work, rows: Sequence[Paper]) -> list[IssuedView]:
    """The last version of each, in the order of the kinds; rows in the order of their issue."""
    last = {(row.kind, row.about_id): row for row in sorted(rows, key=lambda row: row.version)}
    order = list(PaperKind)
    kept = sorted(last.values(), key=lambda row: (order.index(PaperKind(row.kind)), row.id))
    by_organisation: dict[UUID, list[Paper]] = {}
    for row in kept:
        by_organisation.setdefault(row.organisation_id, []).append(row)
    return [one for group in by_organisation.values() for one in _views(work, group)]


def _awards(work: Work, market: SpecificMarket) -> list[Award]:
    query = (
        select(Award)
        .where(
            col(Award.organisation_id) == market.organisation_id,
            col(Award.market_id) == market.id,
        )
        .order_by(col(Award.lot_number), col(Award.id))
    )
    return list(work.session.exec(query))


def _dressed(work: Work, market: SpecificMarket) -> dict[UUID, UUID]:
    """By letter, the paper that dresses it."""
    query = (
        select(Paper.about_id, Paper.id)
        .where(
            col(Paper.organisation_id) == market.organisation_id,
            col(Paper.market_id) == market.id,
            col(Paper.kind).in_(LETTERS),
        )
        .order_by(col(Paper.issued_at), col(Paper.id))
    )
    return dict(work.session.exec(query).all())


def _letter_line(row: Letter, addressee: str, word: UUID | None) -> LetterLine:
    return LetterLine(row.id, LetterKind(row.kind), addressee, row.sha256, row.issued_at, word)


def _kinds(*about: About) -> list[PaperKind]:
    return [kind for kind in PaperKind if ABOUT[kind] in about and kind in ISSUED_BY]


def _read_by(readers: Readers) -> list[PaperKind]:
    return [kind for kind in PaperKind if READERS[kind] is readers]
