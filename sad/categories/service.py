"""Commands on categories, and the publication of a system, which needs them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sad.accounts.permissions import Permission, require
from sad.accounts.tables import Organisation
from sad.audit.chains import category_chain, system_chain
from sad.audit.service import record
from sad.categories.rules import Announced, CategoryTaken, missing_in_categories, wrong_ranges
from sad.categories.schemas import CategoryChange, CategoryInput, RangeInput
from sad.categories.tables import Category, CategoryCriterion
from sad.db.work import Work
from sad.kernel.calendar import Calendar
from sad.kernel.canonical import instant
from sad.kernel.errors import Conflict, Incomplete, Problem
from sad.systems.rules import (
    AlreadyPublished,
    Announcement,
    Frozen,
    missing_to_publish,
    publication_warnings,
)
from sad.systems.tables import PurchasingSystem

FREE_ONCE_PUBLISHED = {"description", "next_request"}


def add(work: Work, system_id: UUID, data: CategoryInput) -> Category:
    """A category of a draft system, with the ranges its notice will announce."""
    require(work, Permission.MANAGE_SYSTEM)
    system = _draft(work, system_id)
    fields = data.model_dump(exclude={"ranges"})
    category = Category(
        organisation_id=system.organisation_id,
        system_id=system.id,
        position=len(of_system(work, system)),
        **fields,
    )
    try:
        work.add(category)
    except IntegrityError as error:
        raise CategoryTaken(where="code", name=data.name) from error
    _write_ranges(work, category, data.ranges)
    chain = category_chain(system.organisation_id, system.id, category.id)
    record(work, chain, "category.added", category.id, after={"code": data.code, "name": data.name})
    return category


def change(work: Work, category_id: UUID, data: CategoryChange) -> Category:
    """Changes the fields given; once published, only the description and the next request."""
    require(work, Permission.MANAGE_SYSTEM)
    category = work.get(Category, category_id, lock=True)
    system = work.get(PurchasingSystem, category.system_id)
    changes = data.model_dump(exclude_unset=True, exclude={"version"})
    if category.version != data.version:
        raise Conflict(**{name: getattr(category, name) for name in changes})
    changes = {k: v for k, v in changes.items() if getattr(category, k) != v}
    if system.published_at is not None:
        for name in changes.keys() - FREE_ONCE_PUBLISHED:
            raise Frozen(where=name)
    for name, value in changes.items():
        setattr(category, name, value)
    category.version += 1
    work.add(category)
    chain = category_chain(system.organisation_id, system.id, category.id)
    record(work, chain, "category.changed", category.id, after={"fields": sorted(changes)})
    return category


def set_ranges(
    work: Work, category_id: UUID, version: int, ranges: Sequence[RangeInput]
) -> Category:
    """Replaces the ranges of a category of a draft system (P9), those left out are not announced.

    Raises Incomplete with a problem a family (`weight_default.price`), Conflict, Frozen.
    """
    require(work, Permission.MANAGE_SYSTEM)
    category = work.get(Category, category_id, lock=True)
    _draft(work, category.system_id)
    if category.version != version:
        raise Conflict(version=category.version)
    if problems := wrong_ranges(
        [(r.family, r.weight_minimum, r.weight_default, r.weight_maximum) for r in ranges]
    ):
        raise Incomplete(problems)
    work.session.connection().execute(
        delete(CategoryCriterion).where(
            col(CategoryCriterion.organisation_id) == category.organisation_id,
            col(CategoryCriterion.category_id) == category.id,
        )
    )
    _write_ranges(work, category, ranges)
    category.version += 1
    work.add(category)
    chain = category_chain(category.organisation_id, category.system_id, category.id)
    said = [f"{r.family} {r.weight_minimum}-{r.weight_maximum}" for r in ranges]
    record(work, chain, "category.ranges_set", category.id, after={"ranges": said})
    return category


def remove(work: Work, category_id: UUID) -> None:
    """Takes a category out of a draft system."""
    require(work, Permission.MANAGE_SYSTEM)
    category = work.get(Category, category_id, lock=True)
    system = _draft(work, category.system_id)
    for table, column in (
        (CategoryCriterion, col(CategoryCriterion.category_id)),
        (Category, col(Category.id)),
    ):
        work.session.connection().execute(
            delete(table).where(
                col(table.organisation_id) == category.organisation_id, column == category.id
            )
        )
    record(
        work,
        system_chain(system.organisation_id, system.id),
        "category.removed",
        category.id,
        before={"code": category.code},
    )


def missing(work: Work, system: PurchasingSystem) -> list[Problem]:
    """What keeps a system from being published: its own fields, then its categories'."""
    calendar = Calendar(work.shared(Organisation, system.organisation_id).alsace_moselle)
    categories = [_announced(work, category) for category in of_system(work, system)]
    return missing_to_publish(announcement(system), calendar) + missing_in_categories(categories)


def warnings(system: PurchasingSystem) -> list[Problem]:
    """What publishing only warns about."""
    return publication_warnings(announcement(system))


def publish(work: Work, system_id: UUID) -> PurchasingSystem:
    """Publishes: from now on the public reads it, and object, buyer and nature are frozen.

    Raises Incomplete with all that is missing (acceptance 1), AlreadyPublished.
    """
    require(work, Permission.MANAGE_SYSTEM)
    system = work.get(PurchasingSystem, system_id, lock=True)
    if system.published_at is not None:
        raise AlreadyPublished()
    if problems := missing(work, system):
        raise Incomplete(problems)
    system.published_at = work.now
    system.version += 1
    work.add(system)
    record(
        work,
        system_chain(system.organisation_id, system.id),
        "system.published",
        system.id,
        after={
            "published_at": instant(work.now),
            "notice_reference": system.notice_reference,
            "notice_sent_on": str(system.notice_sent_on),
            "first_candidatures_on": str(system.first_candidatures_on),
            "maximum_cents": system.maximum_cents,
        },
    )
    return system


def announcement(system: PurchasingSystem) -> Announcement:
    """The row as the publication rule reads it."""
    return Announcement(
        **{name: getattr(system, name) for name in Announcement.__dataclass_fields__}
    )


def of_system(work: Work, system: PurchasingSystem) -> list[Category]:
    """The system's categories, in their order."""
    query = (
        select(Category)
        .where(
            col(Category.organisation_id) == system.organisation_id,
            col(Category.system_id) == system.id,
        )
        .order_by(col(Category.position), col(Category.id))
    )
    return list(work.session.exec(query))


def ranges_of(work: Work, category: Category) -> list[CategoryCriterion]:
    """The category's announced families, in their order."""
    query = (
        select(CategoryCriterion)
        .where(
            col(CategoryCriterion.organisation_id) == category.organisation_id,
            col(CategoryCriterion.category_id) == category.id,
        )
        .order_by(col(CategoryCriterion.position))
    )
    return list(work.session.exec(query))


def _announced(work: Work, category: Category) -> Announced:
    ranges = [(r.family, r.weight_minimum, r.weight_maximum) for r in ranges_of(work, category)]
    return Announced(
        name=category.name,
        cpv=category.cpv,
        ordinary_use=category.ordinary_use,
        selection_criteria=category.selection_criteria,
        ranges=ranges,
    )


def _draft(work: Work, system_id: UUID) -> PurchasingSystem:
    system = work.get(PurchasingSystem, system_id, lock=True)
    if system.published_at is not None:
        raise Frozen(where="categories")
    return system


def _write_ranges(work: Work, category: Category, ranges: Sequence[RangeInput]) -> None:
    for position, item in enumerate(ranges):
        work.session.add(
            CategoryCriterion(
                organisation_id=category.organisation_id,
                category_id=category.id,
                position=position,
                **item.model_dump(),
            )
        )
    work.session.flush()
