"""Reads on markets for agents: boards, lists, one market. Plain rows, few queries.

Nothing here counts, names or dates an answer to an open market (trust.md 1).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, RowMapping, Select, and_, bindparam, func, select
from sqlmodel import col

from sad.accounts.permissions import Permission, may, require
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames import queries as frames
from sad.kernel.errors import NotFound
from sad.kernel.money import ZERO, Money
from sad.markets.states import AwardMode, MarketAction, MarketPhase, MarketState, actions, phase_at
from sad.markets.tables import Addendum, Criterion, Invitation, Lot, Question, SpecificMarket
from sad.systems.tables import PurchasingSystem

PERMISSION = {
    MarketAction.PREPARE: Permission.PREPARE_MARKET,
    MarketAction.COPY: Permission.PREPARE_MARKET,
    MarketAction.SEND_FOR_APPROVAL: Permission.PREPARE_MARKET,
    MarketAction.LAUNCH: Permission.LAUNCH_MARKET,
    MarketAction.APPROVE: Permission.APPROVE_MARKET,
    MarketAction.SEND_BACK: Permission.APPROVE_MARKET,
    MarketAction.TAKE_BACK: Permission.PREPARE_MARKET,
    MarketAction.AMEND: Permission.LAUNCH_MARKET,
    MarketAction.REMIND: Permission.LAUNCH_MARKET,
    MarketAction.ANSWER: Permission.ANSWER_QUESTION,
    MarketAction.OPEN: Permission.OPEN_OFFERS,
    MarketAction.EVALUATE: Permission.SCORE,
    MarketAction.PROPOSE: Permission.PROPOSE_AWARD,
    MarketAction.DECIDE: Permission.DECIDE_AWARD,
    MarketAction.SIGN: Permission.SIGN_AWARD,
    MarketAction.NOTIFY: Permission.NOTIFY_AWARD,
    MarketAction.PERFORM: Permission.PERFORM,
    MarketAction.END: Permission.END_MARKET,
}


class MarketCard(NamedTuple):
    """One market in a list. `credits` in the basis of its funding lines."""

    id: UUID
    number: str | None
    title: str
    category_id: UUID
    category: str
    system_id: UUID
    state: MarketState
    phase: MarketPhase
    deadline_at: datetime | None
    opening_from: datetime | None
    created_at: datetime
    launched_at: datetime | None
    ended_at: datetime | None
    estimate: Money
    credits: Money


@dataclass(frozen=True)
class LotView:
    """A lot's money, as the agents read it."""

    number: int
    title: str
    estimate: Money | None
    credits: Money | None
    credits_ht: Money | None
    increase: Money
    funding_line_id: UUID | None
    envelope_id: UUID | None


@dataclass(frozen=True)
class MarketView:
    """One market whole, for agents. `row` holds the market's own columns, keys left out."""

    row: RowMapping
    phase: MarketPhase
    actions: tuple[MarketAction, ...]
    category: str
    category_code: str
    system_number: str
    system_title: str
    lots: tuple[LotView, ...]
    criteria: tuple[RowMapping, ...]
    frame: frames.FrameView

    @property
    def id(self) -> UUID:
        """The market's id."""
        return UUID(str(self.row["id"]))

    @property
    def mode(self) -> AwardMode:
        """How it is given."""
        return AwardMode(self.row["award_mode"])

    @property
    def estimate(self) -> Money:
        """The sum of the lots' estimates, HT."""
        return sum((lot.estimate or ZERO for lot in self.lots), ZERO)

    @property
    def credits(self) -> Money:
        """The sum of the lots' credits, in the basis of their funding lines."""
        return sum((lot.credits or ZERO for lot in self.lots), ZERO)


_SECRET = {"public_key", "private_key"}
_FIELDS = [column for column in SpecificMarket.__table__.columns if column.name not in _SECRET]  # type: ignore[attr-defined]  # SQLModel's table
_MONEY = (
    select(
        col(Lot.organisation_id).label("organisation_id"),
        col(Lot.market_id).label("market_id"),
        func.coalesce(func.sum(col(Lot.estimate_cents)), 0).label("estimate"),
        func.coalesce(func.sum(col(Lot.credits_cents)), 0).label("credits"),
    )
    .group_by(col(Lot.organisation_id), col(Lot.market_id))
    .subquery()
)
ITS_CATEGORY = and_(
    col(Category.organisation_id) == col(SpecificMarket.organisation_id),
    col(Category.id) == col(SpecificMarket.category_id),
)
ITS_SYSTEM = and_(
    col(PurchasingSystem.organisation_id) == col(SpecificMarket.organisation_id),
    col(PurchasingSystem.id) == col(SpecificMarket.system_id),
)
_CARD: Any = (
    select(
        col(SpecificMarket.id),
        col(SpecificMarket.number),
        col(SpecificMarket.title),
        col(SpecificMarket.category_id),
        col(Category.name).label("category"),
        col(SpecificMarket.system_id),
        col(SpecificMarket.state),
        col(SpecificMarket.deadline_at),
        col(SpecificMarket.opening_from),
        col(SpecificMarket.created_at),
        col(SpecificMarket.launched_at),
        col(SpecificMarket.ended_at),
        _MONEY.c.estimate,
        _MONEY.c.credits,
    )
    .join(Category, ITS_CATEGORY)
    .join(
        _MONEY,
        and_(
            _MONEY.c.organisation_id == col(SpecificMarket.organisation_id),
            _MONEY.c.market_id == col(SpecificMarket.id),
        ),
        isouter=True,
    )
)
ONE: Any = (
    select(
        *_FIELDS,
        col(Category.name).label("category"),
        col(Category.code).label("category_code"),
        col(PurchasingSystem.number).label("system_number"),
        col(PurchasingSystem.title).label("system_title"),
    )
    .join(Category, ITS_CATEGORY)
    .join(PurchasingSystem, ITS_SYSTEM)
)
# Built once: the same statement object is recognised without being read again.
_MINE: Any = ONE.where(
    col(SpecificMarket.organisation_id) == bindparam("organisation"),
    col(SpecificMarket.id) == bindparam("market"),
)
_LOTS = select(
    *(
        col(getattr(Lot, name))
        for name in (
            "number", "title", "estimate_cents", "credits_cents", "credits_ht_cents",
            "increase_cents", "funding_line_id", "envelope_id",
        )
    )
).where(
    col(Lot.organisation_id) == bindparam("organisation"),
    col(Lot.market_id) == bindparam("market"),
).order_by(col(Lot.number))  # fmt: skip
_CRITERIA = select(
    *(
        col(getattr(Criterion, name))
        for name in (
            "code", "family", "label", "weight", "method", "n", "maximum", "minimum", "direction",
            "fallback", "anchors", "guidance", "evidence",
        )
    )
).where(
    col(Criterion.organisation_id) == bindparam("organisation"),
    col(Criterion.market_id) == bindparam("market"),
).order_by(col(Criterion.position), col(Criterion.code))  # fmt: skip


def cards(
    work: Work,
    *,
    states: Sequence[MarketState] = (),
    category_id: UUID | None = None,
    phase: MarketPhase | None = None,
    limit: int = 500,
    offset: int = 0,
) -> list[MarketCard]:
    """The organisation's markets, the latest deadline last among the open, drafts first."""
    require(work, Permission.READ_FILE)
    rows = work.connection.execute(
        _listing(tuple(states), category_id is not None, phase),
        {
            "organisation": work.organisation_id,
            "category": category_id,
            "now": work.now,
            "most": limit,
            "skipped": offset,
        },
    )
    return [_card(row, work.now) for row in rows]


@lru_cache(maxsize=64)
def _listing(
    states: tuple[MarketState, ...], in_category: bool, phase: MarketPhase | None
) -> Select[Any]:
    """The statement of one kind of list, built once."""
    query = _CARD.where(col(SpecificMarket.organisation_id) == bindparam("organisation"))
    if states:
        query = query.where(col(SpecificMarket.state).in_(states))
    if in_category:
        query = query.where(col(SpecificMarket.category_id) == bindparam("category"))
    if phase is not None:
        query = _in_phase(query, phase)
    query = query.order_by(col(SpecificMarket.deadline_at), col(SpecificMarket.id))
    listing: Select[Any] = query.limit(bindparam("most")).offset(bindparam("skipped"))
    return listing


def one(work: Work, market_id: UUID) -> MarketView:
    """A market of the agent's organisation: five queries."""
    require(work, Permission.READ_FILE)
    ids = {"organisation": work.organisation_id, "market": market_id}
    row = work.connection.execute(_MINE, ids).mappings().one_or_none()
    if row is None:
        raise NotFound(kind="market")
    phase = phase_at(MarketState(row["state"]), row["deadline_at"], work.now)
    possible = actions(phase, work.now, row["opening_from"])
    return MarketView(
        row=row,
        phase=phase,
        actions=tuple(action for action in possible if _may(work, phase, action)),
        category=row["category"],
        category_code=row["category_code"],
        system_number=row["system_number"],
        system_title=row["system_title"],
        lots=lots(work, work.organisation_id, market_id),
        criteria=criteria(work, work.organisation_id, market_id),
        frame=frames.frame(work, work.organisation_id, row["frame_id"]),
    )


def _may(work: Work, phase: MarketPhase, action: MarketAction) -> bool:
    """What was sent to the officers is launched by them alone."""
    if phase is MarketPhase.APPROVAL and action is MarketAction.LAUNCH:
        return may(work, Permission.APPROVE_MARKET)
    return may(work, PERMISSION[action])


def lots(work: Work, organisation_id: UUID, market_id: UUID) -> tuple[LotView, ...]:
    """The lots with their money: never for suppliers (credits are not published, P6)."""
    ids = {"organisation": organisation_id, "market": market_id}
    return tuple(
        LotView(
            number,
            title,
            _money(estimate),
            _money(held),
            _money(held_ht),
            Money(more),
            line,
            envelope,
        )
        for number, title, estimate, held, held_ht, more, line, envelope in work.connection.execute(
            _LOTS, ids
        )
    )


def criteria(work: Work, organisation_id: UUID, market_id: UUID) -> tuple[RowMapping, ...]:
    """The criteria as rows, in their order."""
    ids = {"organisation": organisation_id, "market": market_id}
    return tuple(work.connection.execute(_CRITERIA, ids).mappings())


def questions(work: Work, market_id: UUID) -> Sequence[Question]:
    """All the questions of a market, for its agents: those to answer first."""
    require(work, Permission.READ_FILE)
    query = (
        select(Question)
        .where(
            col(Question.organisation_id) == work.organisation_id,
            col(Question.market_id) == market_id,
        )
        .order_by(col(Question.answered_at).is_not(None), col(Question.asked_at), col(Question.id))
    )
    return work.session.execute(query).scalars().all()


def questions_waiting(work: Work) -> Mapping[UUID, int]:
    """How many questions each market has to answer."""
    query = (
        select(col(Question.market_id), func.count())
        .where(
            col(Question.organisation_id) == work.organisation_id,
            col(Question.answered_at).is_(None),
        )
        .group_by(col(Question.market_id))
    )
    return {row[0]: row[1] for row in work.connection.execute(query)}


def addenda(work: Work, organisation_id: UUID, market_id: UUID) -> Sequence[Addendum]:
    """The changes since the launch, in order: visible to all."""
    query = (
        select(Addendum)
        .where(col(Addendum.organisation_id) == organisation_id)
        .where(col(Addendum.market_id) == market_id)
        .order_by(col(Addendum.number))
    )
    return work.session.execute(query).scalars().all()


def invited_count(work: Work, market_id: UUID) -> int:
    """How many applicants were invited: known to the agents, since they admitted them."""
    query = (
        select(func.count())
        .select_from(Invitation)
        .where(
            col(Invitation.organisation_id) == work.organisation_id,
            col(Invitation.market_id) == market_id,
        )
    )
    return int(work.connection.execute(query).scalar_one())


def category_choices(work: Work) -> list[tuple[UUID, str, str, date | None]]:
    """Where a market may be drafted: (category, its name, its system's title, None) by system."""
    require(work, Permission.PREPARE_MARKET)
    query = (
        select(col(Category.id), col(Category.name), col(PurchasingSystem.title))
        .join(
            PurchasingSystem,
            and_(
                col(PurchasingSystem.organisation_id) == col(Category.organisation_id),
                col(PurchasingSystem.id) == col(Category.system_id),
            ),
        )
        .where(
            col(Category.organisation_id) == work.organisation_id,
            col(PurchasingSystem.published_at).is_not(None),
        )
        .order_by(col(PurchasingSystem.number), col(Category.position))
    )
    return [(row.id, row.name, row.title, None) for row in work.connection.execute(query)]


def _in_phase(query: Any, phase: MarketPhase) -> Any:
    now: BindParameter[datetime] = bindparam("now")
    if phase is MarketPhase.OPEN:
        late = col(SpecificMarket.deadline_at) >= now
        return query.where(col(SpecificMarket.state) == MarketState.LAUNCHED, late)
    if phase is MarketPhase.CLOSED:
        late = col(SpecificMarket.deadline_at) < now
        return query.where(col(SpecificMarket.state) == MarketState.LAUNCHED, late)
    return query.where(col(SpecificMarket.state) == phase.value)


def _card(row: Any, now: datetime) -> MarketCard:
    """By position: a list has a hundred rows, and reading a row by names is slow."""
    state, deadline = MarketState(row[6]), row[7]
    phase, sums = phase_at(state, deadline, now), (Money(int(cents or 0)) for cents in row[12:])
    return MarketCard._make((*row[:6], state, phase, *row[7:12], *sums))


def _money(cents: int | None) -> Money | None:
    return None if cents is None else Money(cents)
