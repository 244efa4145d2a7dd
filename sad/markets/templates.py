"""Markets kept as templates: any market of the organisation, copied when the next is prepared.

A copy takes lines, criteria and texts; nothing of suppliers, dates nor questions (acceptance 20).
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlmodel import col

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames.tables import FrameLine
from sad.markets.queries import ITS_CATEGORY, ITS_SYSTEM
from sad.markets.rows import chain_of
from sad.markets.tables import MarketTemplate, SpecificMarket
from sad.systems.tables import PurchasingSystem


class Template(NamedTuple):
    """A template as it is proposed; copying makes a draft in the same category."""

    market_id: UUID
    title: str
    category: str
    system: str
    lines: int
    kept_at: datetime


def keep(work: Work, market_id: UUID) -> None:
    """Keeps the market as a template; kept twice, it is kept once."""
    require(work, Permission.PREPARE_MARKET)
    market = work.get(SpecificMarket, market_id, lock=True)
    if _kept(work, market) is not None:
        return
    work.add(
        MarketTemplate(
            organisation_id=market.organisation_id,
            market_id=market.id,
            kept_at=work.now,
            kept_by=work.actor.person_id,
        )
    )
    record(work, chain_of(market), "market.template_kept", market.id)


def drop(work: Work, market_id: UUID) -> None:
    """Proposes it no longer; the market itself, and what was copied from it, stay."""
    require(work, Permission.PREPARE_MARKET)
    market = work.get(SpecificMarket, market_id, lock=True)
    row = _kept(work, market)
    if row is None:
        return
    work.session.delete(row)
    record(work, chain_of(market), "market.template_dropped", market.id)


def is_kept(work: Work, market_id: UUID) -> bool:
    """Whether the market is proposed as a template."""
    return _kept(work, work.get(SpecificMarket, market_id)) is not None


def listed(work: Work) -> list[Template]:
    """The templates that can still be launched: their system is published and not closed."""
    require(work, Permission.PREPARE_MARKET)
    lines = (
        select(func.count())
        .where(
            col(FrameLine.organisation_id) == col(SpecificMarket.organisation_id),
            col(FrameLine.frame_id) == col(SpecificMarket.frame_id),
        )
        .scalar_subquery()
    )
    query = (
        select(
            col(SpecificMarket.id),
            col(SpecificMarket.title),
            col(Category.name),
            col(PurchasingSystem.title),
            lines,
            col(MarketTemplate.kept_at),
        )
        .join(
            SpecificMarket,
            and_(
                col(SpecificMarket.organisation_id) == col(MarketTemplate.organisation_id),
                col(SpecificMarket.id) == col(MarketTemplate.market_id),
            ),
        )
        .join(Category, ITS_CATEGORY)
        .join(PurchasingSystem, ITS_SYSTEM)
        .where(
            col(MarketTemplate.organisation_id) == work.organisation_id,
            col(PurchasingSystem.published_at).is_not(None),
            or_(
                col(PurchasingSystem.closing_at).is_(None),
                col(PurchasingSystem.closing_at) >= work.now,
            ),
        )
        .order_by(col(Category.name), col(SpecificMarket.title), col(SpecificMarket.id))
    )
    return [Template._make(row) for row in work.connection.execute(query)]


def _kept(work: Work, market: SpecificMarket) -> MarketTemplate | None:
    query = select(MarketTemplate).where(
        col(MarketTemplate.organisation_id) == market.organisation_id,
        col(MarketTemplate.market_id) == market.id,
    )
    return work.session.execute(query).scalars().first()
