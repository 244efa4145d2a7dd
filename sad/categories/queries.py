"""Reads on categories; who may read the system may read them."""

from uuid import UUID

from sqlmodel import col, select

from sad.accounts.permissions import Permission, may
from sad.categories.schemas import CategoryView, RangeView
from sad.categories.tables import Category, CategoryCriterion
from sad.db.work import Work
from sad.kernel.errors import NotFound
from sad.systems.tables import PurchasingSystem


def of_system(work: Work, organisation_id: UUID, system_id: UUID) -> list[CategoryView]:
    """The system's categories with their ranges, in two queries."""
    rows = work.session.exec(
        select(Category)
        .where(
            col(Category.organisation_id) == organisation_id, col(Category.system_id) == system_id
        )
        .order_by(col(Category.position), col(Category.id))
    ).all()
    ranges = work.session.exec(
        select(CategoryCriterion)
        .where(
            col(CategoryCriterion.organisation_id) == organisation_id,
            col(CategoryCriterion.category_id).in_([row.id for row in rows]),
        )
        .order_by(col(CategoryCriterion.position))
    ).all()
    return [_view(row, [r for r in ranges if r.category_id == row.id]) for row in rows]


def public_one(work: Work, category_id: UUID) -> CategoryView:
    """One category of a published system; of a draft, for its own agents."""
    row = work.locate(Category, category_id)
    system = work.get_in(PurchasingSystem, row.organisation_id, row.system_id)
    if system.published_at is None and not may(work, Permission.READ_FILE, row.organisation_id):
        raise NotFound()
    return next(v for v in of_system(work, row.organisation_id, row.system_id) if v.id == row.id)


def _view(row: Category, ranges: list[CategoryCriterion]) -> CategoryView:
    said = [RangeView.model_validate(item) for item in ranges]
    return CategoryView.model_validate(row.model_dump() | {"ranges": said})
