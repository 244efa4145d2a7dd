"""Reads on candidatures. Drafts are in none of them: only their supplier reads its own."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select

from sad.candidatures.states import PENDING, CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.db.work import Work
from sad.systems.tables import PurchasingSystem


@dataclass(frozen=True)
class Gate:
    """What a launch asks of candidatures (P12).

    `undecided_from_first_window`: received by the first date anywhere in the system, or in an
    extension announced for before the first market (CAND-05), and not decided; it holds back the
    system's first market only. `past_limit` and `pending` are the category's.
    """

    first_date: date | None
    undecided_from_first_window: int
    past_limit: int
    pending: int


def gate(work: Work, organisation_id: UUID, system_id: UUID, category_id: UUID) -> Gate:
    """The gate of a market of this category, as of the legal day."""
    system = work.get_in(PurchasingSystem, organisation_id, system_id)
    first = system.first_candidatures_on
    return Gate(
        first_date=first,
        undecided_from_first_window=0
        if first is None
        else _count(
            work,
            organisation_id,
            col(Candidature.system_id) == system_id,
            or_(col(Candidature.received_on) <= first, col(Candidature.announced_days) > 0),
        ),
        past_limit=pending_past_limit(work, organisation_id, category_id),
        pending=pending(work, organisation_id, category_id),
    )


def admitted(work: Work, organisation_id: UUID, category_id: UUID) -> list[Applicant]:
    """Every applicant admitted to the category now, in the order of their ids (MS-01)."""
    query = (
        select(Applicant)
        .join(
            Candidature,
            (col(Candidature.organisation_id) == col(Applicant.organisation_id))
            & (col(Candidature.applicant_id) == col(Applicant.id)),
        )
        .where(
            col(Candidature.organisation_id) == organisation_id,
            col(Candidature.category_id) == category_id,
            col(Candidature.state) == CandidatureState.ADMITTED,
        )
        .order_by(col(Applicant.id))
    )
    return list(work.session.exec(query))


def pending(work: Work, organisation_id: UUID, category_id: UUID) -> int:
    """Candidatures of the category received and not decided."""
    return _count(work, organisation_id, col(Candidature.category_id) == category_id)


def pending_past_limit(work: Work, organisation_id: UUID, category_id: UUID) -> int:
    """Those whose last day to decide has passed (CAND-03)."""
    return _count(
        work,
        organisation_id,
        col(Candidature.category_id) == category_id,
        col(Candidature.decide_by) < work.today,
    )


def _count(work: Work, organisation_id: UUID, *conditions: object) -> int:
    query = (
        select(func.count())
        .select_from(Candidature)
        .where(
            col(Candidature.organisation_id) == organisation_id,
            col(Candidature.state).in_(PENDING),
            *conditions,  # type: ignore[arg-type]  # column conditions
        )
    )
    return work.session.exec(query).one()
