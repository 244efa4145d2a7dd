"""What a supplier follows beside its own invitations: its questions, what left before its
admission, and the price requests of the groups it is a member of (read, never answered).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import col

from sad.accounts.permissions import require_supplier
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature, GroupMember
from sad.db.work import Work
from sad.frames import queries as frames
from sad.kernel.errors import NotFound
from sad.markets import queries
from sad.markets.questions import asker_mac
from sad.markets.suppliers import PublicMarket, public_of
from sad.markets.tables import Addendum, Invitation, Question, SpecificMarket


@dataclass(frozen=True)
class Asked:
    """A question of the supplier's own, with its answer once published."""

    market_id: UUID
    market_title: str
    kind: str
    text: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class Before:
    """Price requests of a category launched before the admission, and not over then (MS-10)."""

    category: str
    admitted_at: datetime
    markets: Sequence[PublicMarket]


@dataclass(frozen=True)
class GroupMarket:
    """A price request as a member of an invited group reads it."""

    public: PublicMarket
    group: str
    leader: str
    frame: frames.FrameView | None
    addenda: Sequence[Addendum]
    questions: Sequence[Question]  # the answered ones, without author


def my_questions(work: Work) -> list[Asked]:
    """The supplier's own questions, newest first; nobody else can tell whose they are."""
    supplier_id = require_supplier(work)
    query = (
        select(Question, col(SpecificMarket.title))
        .join(
            SpecificMarket,
            and_(
                col(SpecificMarket.organisation_id) == col(Question.organisation_id),
                col(SpecificMarket.id) == col(Question.market_id),
            ),
        )
        .join(
            Invitation,
            and_(
                col(Invitation.organisation_id) == col(Question.organisation_id),
                col(Invitation.market_id) == col(Question.market_id),
            ),
        )
        .where(col(Invitation.supplier_id) == supplier_id)
        .order_by(col(Question.asked_at).desc(), col(Question.id))
    )
    found: dict[UUID, Asked] = {}
    for row, title in work.session.execute(query):
        if row.asker_mac == asker_mac(work, row.id, supplier_id):
            found[row.id] = Asked(
                row.market_id,
                title,
                row.kind,
                row.text,
                row.asked_at,
                row.answer,
                row.answered_at,
            )
    return list(found.values())


def before_admission(work: Work) -> list[Before]:
    """For each admission, what was launched before it and could still be answered by others then.

    Told while one of them is open, or until a first invitation comes in the category.
    """
    found = []
    for row in _admissions(work):
        rows = (
            work.session.connection()
            .execute(
                queries.ONE.where(
                    col(SpecificMarket.organisation_id) == row.organisation_id,
                    col(SpecificMarket.category_id) == row.category_id,
                    col(SpecificMarket.launched_at) <= row.decided_at,
                    col(SpecificMarket.deadline_at) > row.decided_at,
                    col(SpecificMarket.id).not_in(_invited(row)),
                ).order_by(col(SpecificMarket.launched_at))
            )
            .mappings()
            .all()
        )
        markets = [public_of(one, work.now) for one in rows]
        waiting = work.session.execute(_invited_here(row).limit(1)).first() is None
        if markets and (waiting or any(one.deadline_at > work.now for one in markets)):
            found.append(Before(markets[0].category, row.decided_at or work.now, markets))
    return found


def group_markets(work: Work) -> list[tuple[str, PublicMarket]]:
    """(group, market) of each price request sent to a group the supplier is a member of."""
    rows = work.session.connection().execute(_of_groups(work)).mappings()
    return [(row["group_name"], public_of(row, work.now)) for row in rows]


def group_market(work: Work, market_id: UUID) -> GroupMarket:
    """One of them, whole but for the answer; NotFound for anybody who is not a member."""
    query = _of_groups(work).where(col(SpecificMarket.id) == market_id)
    row = work.session.connection().execute(query).mappings().first()
    if row is None:
        raise NotFound(kind="market")
    organisation_id = row["organisation_id"]
    answered = (
        select(Question)
        .where(
            col(Question.organisation_id) == organisation_id,
            col(Question.market_id) == market_id,
            col(Question.answered_at).is_not(None),
        )
        .order_by(col(Question.answered_at))
    )
    leader = select(col(GroupMember.name)).where(
        col(GroupMember.organisation_id) == organisation_id,
        col(GroupMember.applicant_id) == row["applicant_id"],
        col(GroupMember.mandataire).is_(True),
    )
    return GroupMarket(
        public=public_of(row, work.now),
        group=row["group_name"],
        leader=work.session.execute(leader).scalar_one(),
        frame=frames.frame(work, organisation_id, row["frame_id"]),
        addenda=queries.addenda(work, organisation_id, market_id),
        questions=work.session.execute(answered).scalars().all(),
    )


def _of_groups(work: Work) -> Any:
    return (
        queries.ONE.add_columns(
            col(Applicant.name).label("group_name"),
            col(Applicant.id).label("applicant_id"),
        )
        .join(
            Invitation,
            and_(
                col(Invitation.organisation_id) == col(SpecificMarket.organisation_id),
                col(Invitation.market_id) == col(SpecificMarket.id),
            ),
        )
        .join(
            Applicant,
            and_(
                col(Applicant.organisation_id) == col(Invitation.organisation_id),
                col(Applicant.id) == col(Invitation.applicant_id),
            ),
        )
        .join(
            GroupMember,
            and_(
                col(GroupMember.organisation_id) == col(Applicant.organisation_id),
                col(GroupMember.applicant_id) == col(Applicant.id),
            ),
        )
        .where(
            col(GroupMember.supplier_id) == require_supplier(work),
            col(GroupMember.mandataire).is_(False),
        )
        .order_by(col(Invitation.sent_at).desc(), col(SpecificMarket.id))
    )


def _admissions(work: Work) -> Sequence[Candidature]:
    query = (
        select(Candidature)
        .join(
            Applicant,
            and_(
                col(Applicant.organisation_id) == col(Candidature.organisation_id),
                col(Applicant.id) == col(Candidature.applicant_id),
            ),
        )
        .where(
            col(Applicant.supplier_id) == require_supplier(work),
            col(Candidature.state) == CandidatureState.ADMITTED,
            col(Candidature.decided_at).is_not(None),
        )
        .order_by(col(Candidature.decided_at))
    )
    return work.session.execute(query).scalars().all()


def _invited(row: Candidature) -> Any:
    return select(col(Invitation.market_id)).where(
        col(Invitation.organisation_id) == row.organisation_id,
        col(Invitation.applicant_id) == row.applicant_id,
    )


def _invited_here(row: Candidature) -> Any:
    return (
        _invited(row)
        .join(
            SpecificMarket,
            and_(
                col(SpecificMarket.organisation_id) == col(Invitation.organisation_id),
                col(SpecificMarket.id) == col(Invitation.market_id),
            ),
        )
        .where(col(SpecificMarket.category_id) == row.category_id)
    )
