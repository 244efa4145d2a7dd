"""A market's draft: made from its category or from another market.

Its sections are in `sections`, its grid in `grid`, its launch in `launching`, what follows in
`questions`, `amending` and `ending`; its approval in `approving`.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sad.accounts.permissions import Permission, require
from sad.audit.service import record
from sad.categories.service import ranges_of
from sad.categories.tables import Category
from sad.db.work import Work
from sad.frames import service as frames
from sad.frames.columns import Column
from sad.kernel.dates import suggested_deadline
from sad.kernel.ids import uuid7
from sad.markets.announced import first_criteria, first_tie_break
from sad.markets.defaults import COLUMNS, CONDITION_OF_PERFORMANCE
from sad.markets.rows import calendar_of, chain_of, criteria_of, lots_of
from sad.markets.schemas import MarketDefaults
from sad.markets.tables import Criterion, Lot, SpecificMarket

COPIED = (
    "system_id", "category_id", "title", "description", "variants_allowed", "partial_allowed",
    "award_mode", "condition_of_performance", "social_condition", "delivery_place", "storage",
    "access", "visit", "visit_checklist", "visit_who", "visit_first", "visit_criterion",
    "warranty", "advance_percent", "validity_days", "tie_break", "buyer_supplies",
    "service_code",
)  # fmt: skip


def create_draft(
    work: Work,
    category_id: UUID,
    title: str,
    *,
    columns: Sequence[Column] = COLUMNS,
    hints: Mapping[str, str] | None = None,
    defaults: MarketDefaults | None = None,
) -> SpecificMarket:
    """A draft with what its category proposes: criteria of the notice, columns, deadline (P19)."""
    require(work, Permission.PREPARE_MARKET)
    category = work.get(Category, category_id)
    said = defaults or MarketDefaults()
    market = work.add(
        SpecificMarket(
            organisation_id=work.organisation_id,
            id=uuid7(),
            system_id=category.system_id,
            category_id=category.id,
            frame_id=frames.create(work, columns, hints).id,
            title=title.strip(),
            condition_of_performance=said.condition_of_performance or CONDITION_OF_PERFORMANCE,
            social_condition=said.social_condition,
            warranty=said.warranty,
            visit_checklist=said.visit_checklist,
            validity_days=said.validity_days,
            deadline_at=suggested_deadline(work.today, calendar_of(work)),
            created_at=work.now,
            created_by=work.actor.person_id,
        ),
    )
    criteria = first_criteria(market, ranges_of(work, category))
    for criterion in criteria:
        work.add(criterion)
    market.tie_break = first_tie_break(criteria)
    work.add(market)
    work.add(Lot(organisation_id=market.organisation_id, market_id=market.id, title=market.title))
    record(
        work, chain_of(market), "market.drafted", market.id, after={"category": str(category.id)}
    )
    return market


def copy(work: Work, market_id: UUID, category: Category | None = None) -> SpecificMarket:
    """A new draft with the same lines and criteria: no date, question nor anything of suppliers.

    In another `category`, the criteria are those that its notice announces, and the money is to be
    said again: envelopes are a category's (P5).
    """
    require(work, Permission.PREPARE_MARKET)
    source = work.get(SpecificMarket, market_id)
    fields = {name: getattr(source, name) for name in COPIED}
    if category is not None:
        fields |= {"system_id": category.system_id, "category_id": category.id}
    market = work.add(
        SpecificMarket(
            organisation_id=source.organisation_id,
            id=uuid7(),
            frame_id=frames.copy(work, source.frame_id).id,
            copied_from=source.id,
            created_at=work.now,
            created_by=work.actor.person_id,
            **fields,
        ),
    )
    kept = {"organisation_id", "market_id", "id"}
    money = {"increase_cents", "increased_at", "credits_cents", "credits_ht_cents"}
    if category is None:
        for criterion in criteria_of(work, source):
            values = criterion.model_dump(exclude=kept)
            values |= {"organisation_id": market.organisation_id, "market_id": market.id}
            work.add(Criterion(**values))
    else:
        money |= {"funding_line_id", "envelope_id"}
        criteria = first_criteria(market, ranges_of(work, category))
        for criterion in criteria:
            work.add(criterion)
        market.tie_break = first_tie_break(criteria)
        work.add(market)
    for lot in lots_of(work, source):
        values = lot.model_dump(exclude=kept | money)
        work.add(Lot(organisation_id=market.organisation_id, market_id=market.id, **values))
    record(work, chain_of(market), "market.copied", market.id, after={"from": str(source.id)})
    return market
