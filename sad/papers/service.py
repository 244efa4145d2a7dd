"""Issuing a paper: its facts are frozen, its template named, its hash journalled (P14)."""

import hashlib
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from sad.accounts.permissions import require
from sad.audit.service import record
from sad.db.work import Work
from sad.kernel.canonical import canonical
from sad.kernel.errors import NotFound
from sad.papers.builders import facts_of
from sad.papers.catalogue import kept
from sad.papers.organisation_templates import live_template
from sad.papers.rights import ISSUED_BY
from sad.papers.rules import NotYet, ReasonMissing, waits_for
from sad.papers.schemas import PaperFacts
from sad.papers.states import PaperKind
from sad.papers.subjects import Subject, subject
from sad.papers.tables import Paper, PaperTemplate


def issue(
    work: Work, kind: PaperKind, about_id: UUID, *, site: str = "", reason: str = ""
) -> Paper:
    """Freezes what a paper says and which template dresses it.

    Issued again, it is a new version with its `reason`; the former ones stay. `site`: the address
    of the service, written where a paper says where to answer. Its files are drawn afterwards.
    Raises NotFound for a kind that is a letter, NotYet, ReasonMissing.
    """
    about = _issuable(work, kind, about_id, lock=True)
    version = versions(work, about, kind) + 1
    if version > 1 and not reason.strip():
        raise ReasonMissing(where="reason")
    facts = _drafted(work, kind, about, version, site)
    said = reason.strip() if version > 1 else ""
    return freeze(work, about, kind, facts, live_template(work, kind), work.actor.person_id, said)


def freeze(
    work: Work,
    about: Subject,
    kind: PaperKind,
    facts: PaperFacts,
    template: PaperTemplate | None,
    issued_by: UUID | None,
    reason: str = "",
) -> Paper:
    """Keeps what a paper says and what dresses it, both hashes in the journal; no permission.

    `template`: None for ours.
    """
    values = kept(facts)
    paper = work.add(
        Paper(
            organisation_id=about.organisation_id,
            kind=kind,
            about_id=about.id,
            system_id=about.system_id,
            market_id=about.market_id,
            supplier_id=about.supplier_id,
            version=facts.version,
            reason=reason,
            number=about.number,
            facts=values,
            facts_sha256=hashlib.sha256(canonical(values)).hexdigest(),
            template_id=None if template is None else template.id,
            template_sha256=None if template is None else template.sha256,
            issued_at=work.now,
            issued_by=issued_by,
        )
    )
    after = {
        "paper": kind.value,
        "about": str(about.id),
        "version": paper.version,
        "facts": paper.facts_sha256,
        "template": paper.template_sha256,
    }
    details = {"reason": reason} if reason else None
    record(work, about.chain, "paper.issued", paper.id, after=after, details=details)
    return paper


def preview(work: Work, kind: PaperKind, about_id: UUID, *, site: str = "") -> PaperFacts:
    """What the paper would say, for who may issue it; nothing is kept. Raises as `issue`."""
    about = _issuable(work, kind, about_id)
    return _drafted(work, kind, about, versions(work, about, kind) + 1, site)


def versions(work: Work, about: Subject, kind: PaperKind) -> int:
    """How many times this paper was issued."""
    query = select(func.count()).where(
        col(Paper.organisation_id) == about.organisation_id,
        col(Paper.kind) == kind,
        col(Paper.about_id) == about.id,
    )
    return int(work.session.exec(query).one())


def _issuable(work: Work, kind: PaperKind, about_id: UUID, *, lock: bool = False) -> Subject:
    if kind not in ISSUED_BY:
        raise NotFound()
    require(work, ISSUED_BY[kind])
    about = subject(work, kind, about_id, lock=lock)
    missing = waits_for(kind, about.reached)
    if missing is not None:
        raise NotYet(paper=kind, stage=missing)
    return about


def _drafted(work: Work, kind: PaperKind, about: Subject, version: int, site: str) -> PaperFacts:
    return facts_of(work, kind, about.id, site).model_copy(update={"version": version})
