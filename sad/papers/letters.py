"""The letters of a market, dressed with the organisation's template once they are written (P14).

A letter is frozen, hashed and told by its own act (`sad.evaluation.letters`); its page and its PDF
come from there. Its word-processor form follows as a paper about it, by the engine.
"""

from uuid import UUID

from sqlmodel import col, select

from sad.db.work import Work
from sad.evaluation.tables import Letter
from sad.papers.facts_letter import BY_KIND
from sad.papers.organisation_templates import template_in
from sad.papers.service import freeze
from sad.papers.states import PaperKind
from sad.papers.subjects import subject_in
from sad.papers.tables import Paper


def undressed(work: Work, most: int) -> list[tuple[UUID, UUID]]:
    """`(organisation, letter)` of letters that no paper dresses yet, the oldest first."""
    dressed = select(Paper.id).where(
        col(Paper.organisation_id) == col(Letter.organisation_id),
        col(Paper.about_id) == col(Letter.id),
    )
    query = (
        select(Letter.organisation_id, Letter.id)
        .where(col(Letter.kind).in_(BY_KIND), ~dressed.exists())
        .order_by(col(Letter.issued_at), col(Letter.id))
        .limit(most)
    )
    return list(work.session.exec(query))


def dress(work: Work, organisation_id: UUID, letter_id: UUID) -> Paper | None:
    """Freezes which template the letter takes; None when another process just did."""
    row = work.get_in(Letter, organisation_id, letter_id, lock=True)
    kind = PaperKind(row.kind)
    there = select(Paper.id).where(
        col(Paper.organisation_id) == organisation_id, col(Paper.about_id) == letter_id
    )
    if work.session.exec(there).first() is not None:
        return None
    facts = BY_KIND[row.kind](work, row)
    template = template_in(work, organisation_id, kind)
    about = subject_in(work, organisation_id, kind, letter_id)
    return freeze(work, about, kind, facts, template, row.issued_by)
