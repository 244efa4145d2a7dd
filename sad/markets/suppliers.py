"""What suppliers and the public read of a market: nothing of its money, nothing of the others.

`for_supplier` says whether the supplier may answer, and else why not (acceptance 17, 24).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, and_, select
from sqlmodel import col

from sad.accounts.permissions import require_supplier
from sad.attachments.tables import Attachment
from sad.candidatures.states import CandidatureState
from sad.candidatures.tables import Applicant, Candidature
from sad.db.work import Work
from sad.frames import queries as frames
from sad.kernel.errors import NotFound
from sad.markets import queries
from sad.markets.questions import asker_mac
from sad.markets.states import MarketPhase, MarketState, phase_at
from sad.markets.tables import Addendum, Invitation, Question, SpecificMarket
from sad.markets.visits import visit_words

OWNER = "market"  # owner_kind of a market's documents


class WhyNot(StrEnum):
    """Why a supplier may not answer; the page says the way out."""

    ADMITTED_LATER = "admitted_later"  # MS-10: launched before its admission
    WITHDRAWN = "withdrawn"  # its admission was withdrawn
    PENDING = "pending"  # its candidature is being examined
    OTHER_CATEGORY = "other_category"  # admitted, but elsewhere in the system
    NOT_ADMITTED = "not_admitted"
    CLOSED = "closed"  # the deadline has passed
    ENDED = "ended"  # ended without award


@dataclass(frozen=True)
class QuestionShown:
    """A question as the supplier reads it; `mine` on its own pages only."""

    id: UUID
    kind: str
    text: str
    line_position: int | None
    line_label: str | None
    wished_on: date | None
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    granted_until: datetime | None
    mine: bool


@dataclass(frozen=True)
class PublicMarket:
    """What anybody may read of a launched market."""

    id: UUID
    organisation_id: UUID
    system_id: UUID
    category_id: UUID
    number: str
    title: str
    description: str
    category: str
    system_number: str
    system_title: str
    phase: MarketPhase
    launched_at: datetime
    deadline_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True)
class SupplierMarket:
    """A market as a supplier sees it. `applicant_id` is set when it is invited.

    `market`: the announced columns by name, without money nor keys. Criteria: rows.
    """

    public: PublicMarket
    applicant_id: UUID | None
    why_not: WhyNot | None
    market: dict[str, Any]
    lots: tuple[tuple[int, str], ...]
    criteria: tuple[RowMapping, ...]
    frame: frames.FrameView | None
    documents: Sequence[Attachment]
    questions: tuple[QuestionShown, ...]
    addenda: Sequence[Addendum]

    @property
    def visit(self) -> str:
        """The visit as announced; empty where none is."""
        if not self.market:
            return ""
        return visit_words(self.market, {row["code"]: row["label"] for row in self.criteria})

    @property
    def may_answer(self) -> bool:
        """Invited, and the deadline has not passed."""
        return self.why_not is None

    def may_ask(self, now: datetime) -> bool:
        """Invited, before the limit for questions."""
        until = self.market.get("questions_until")
        return self.may_answer and (until is None or now <= until)


_SHOWN = (
    "id", "number", "title", "description", "deadline_at", "opening_from", "questions_until",
    "variants_allowed", "partial_allowed", "award_mode", "condition_of_performance",
    "social_condition", "delivery_place", "delivery_from", "delivery_until", "storage", "access",
    "visit", "visit_checklist", "visit_who", "visit_first", "visit_criterion", "warranty",
    "advance_percent", "validity_days", "tie_break", "buyer_supplies", "frame_version",
    "launched_at", "ended_at", "ended_reasons", "state", "organisation_id", "system_id",
    "category_id", "frame_id",
)  # fmt: skip


def for_supplier(work: Work, market_id: UUID) -> SupplierMarket:
    """The market as the signed-in supplier sees it: whole when invited, else why it cannot."""
    supplier_id = require_supplier(work)
    row = _row(work, market_id)
    public = public_of(row, work.now)
    applicant_id = invited_applicant(work, row["organisation_id"], market_id, supplier_id)
    if applicant_id is None:
        return _told_why(work, public, supplier_id)
    organisation_id = public.organisation_id
    asked = _questions(work, organisation_id, market_id, supplier_id)
    return SupplierMarket(
        public=public,
        applicant_id=applicant_id,
        why_not=_too_late(public),
        market={name: row[name] for name in _SHOWN},
        lots=tuple(
            (lot.number, lot.title) for lot in queries.lots(work, organisation_id, market_id)
        ),
        criteria=queries.criteria(work, organisation_id, market_id),
        frame=frames.frame(work, organisation_id, row["frame_id"]),
        documents=documents(work, organisation_id, market_id),
        questions=asked,
        addenda=queries.addenda(work, organisation_id, market_id),
    )


def invited_applicant(
    work: Work, organisation_id: UUID, market_id: UUID, supplier_id: UUID
) -> UUID | None:
    """The applicant this supplier answers for in this market; None when it is not invited.

    Where it is invited both alone and for its group, the one it chose.
    """
    query = select(col(Invitation.applicant_id)).where(
        col(Invitation.organisation_id) == organisation_id,
        col(Invitation.market_id) == market_id,
        col(Invitation.supplier_id) == supplier_id,
    )
    query = query.order_by(col(Invitation.applicant_id))
    found = work.session.connection().execute(query).scalars().all()
    chosen = work.actor.applicant_id
    return chosen if chosen in found else next(iter(found), None)


def invitations_of(work: Work) -> list[tuple[UUID, PublicMarket]]:
    """(applicant, market) of each market the signed-in supplier was invited to, newest first."""
    supplier_id = require_supplier(work)
    query = (
        queries.ONE.add_columns(col(Invitation.applicant_id).label("applicant_id"))
        .join(
            Invitation,
            and_(
                col(Invitation.organisation_id) == col(SpecificMarket.organisation_id),
                col(Invitation.market_id) == col(SpecificMarket.id),
            ),
        )
        .where(col(Invitation.supplier_id) == supplier_id)
        .order_by(col(Invitation.sent_at).desc(), col(SpecificMarket.id))
    )
    rows = work.session.connection().execute(query).mappings()
    return [(row["applicant_id"], public_of(row, work.now)) for row in rows]


def mark_seen(work: Work, market_id: UUID) -> None:
    """The invited supplier opened the invitation, once: shown to the agents, who sent it.

    The same fact whatever follows: nothing here moves when an answer is written or sent (trust 1).
    """
    supplier_id = require_supplier(work)
    query = select(Invitation).where(
        col(Invitation.market_id) == market_id,
        col(Invitation.supplier_id) == supplier_id,
        col(Invitation.seen_at).is_(None),
    )
    for invitation in work.session.execute(query).scalars().all():
        invitation.seen_at = work.now
        work.session.add(invitation)


def documents(work: Work, organisation_id: UUID, market_id: UUID) -> Sequence[Attachment]:
    """The market's documents, in the order of their arrival."""
    query = (
        select(Attachment)
        .where(
            col(Attachment.organisation_id) == organisation_id,
            col(Attachment.owner_kind) == OWNER,
            col(Attachment.owner_id) == market_id,
        )
        .order_by(col(Attachment.created_at), col(Attachment.id))
    )
    return work.session.execute(query).scalars().all()


def _row(work: Work, market_id: UUID) -> RowMapping:
    query = queries.ONE.where(
        col(SpecificMarket.id) == market_id, col(SpecificMarket.launched_at).is_not(None)
    )
    row = work.session.connection().execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(kind="market")
    return row


def public_of(row: RowMapping, now: datetime) -> PublicMarket:
    """What anybody may read, from a row of `queries.ONE`."""
    return PublicMarket(
        phase=phase_at(MarketState(row["state"]), row["deadline_at"], now),
        **{name: row[name] for name in PublicMarket.__dataclass_fields__ if name != "phase"},
    )


def _too_late(public: PublicMarket) -> WhyNot | None:
    if public.phase is MarketPhase.OPEN:
        return None
    return WhyNot.ENDED if public.ended_at is not None else WhyNot.CLOSED


def _told_why(work: Work, public: PublicMarket, supplier_id: UUID) -> SupplierMarket:
    return SupplierMarket(
        public=public,
        applicant_id=None,
        why_not=_why_not(work, public, supplier_id),
        market={},
        lots=(),
        criteria=(),
        frame=None,
        documents=(),
        questions=(),
        addenda=(),
    )


def _why_not(work: Work, public: PublicMarket, supplier_id: UUID) -> WhyNot:
    """From the supplier's candidatures in this system: the nearest to an admission decides."""
    query = (
        select(col(Candidature.category_id), col(Candidature.state))
        .join(
            Applicant,
            and_(
                col(Applicant.organisation_id) == col(Candidature.organisation_id),
                col(Applicant.id) == col(Candidature.applicant_id),
            ),
        )
        .where(
            col(Candidature.organisation_id) == public.organisation_id,
            col(Candidature.system_id) == public.system_id,
            col(Applicant.supplier_id) == supplier_id,
        )
    )
    rows = work.session.connection().execute(query).all()
    here = {row.state for row in rows if row.category_id == public.category_id}
    if CandidatureState.ADMITTED in here:
        return WhyNot.ADMITTED_LATER
    if here & {CandidatureState.SUBMITTED, CandidatureState.COMPLETING}:
        return WhyNot.PENDING
    if CandidatureState.ADMISSION_WITHDRAWN in here:
        return WhyNot.WITHDRAWN
    if any(row.state == CandidatureState.ADMITTED for row in rows):
        return WhyNot.OTHER_CATEGORY
    return WhyNot.NOT_ADMITTED


def _questions(
    work: Work, organisation_id: UUID, market_id: UUID, supplier_id: UUID
) -> tuple[QuestionShown, ...]:
    """The answered ones, as published, and the supplier's own not yet answered."""
    query = (
        select(Question)
        .where(col(Question.organisation_id) == organisation_id)
        .where(col(Question.market_id) == market_id)
        .order_by(col(Question.asked_at))
    )
    shown = []
    for row in work.session.execute(query).scalars():
        mine = row.asker_mac == asker_mac(work, row.id, supplier_id)
        if mine or row.answered_at is not None:
            text = row.text if mine else row.public_text
            shown.append(
                QuestionShown(
                    id=row.id,
                    kind=row.kind,
                    text=text,
                    line_position=row.line_position,
                    line_label=row.line_label,
                    wished_on=row.wished_on,
                    asked_at=row.asked_at,
                    answer=row.answer,
                    answered_at=row.answered_at,
                    granted_until=row.granted_until,
                    mine=mine,
                )
            )
    return tuple(shown)
